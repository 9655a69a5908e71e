"""Roles, databases and extensions inside a running server; every step may be repeated."""

from typing import LiteralString

import psycopg
from psycopg import sql

from data.cluster.connect import Address, Connection
from data.cluster.model import ANONYMOUS, APP, DOOR, OWNER, ClusterError, ClusterUrls, Report, checked_name

EXTENSIONS: tuple[LiteralString, ...] = ("postgis", "pg_trgm", "btree_gist")
_LIMITS: LiteralString = "NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
_ROLES: tuple[tuple[str, LiteralString], ...] = (
    (OWNER, "LOGIN"),
    (APP, "LOGIN"),
    (ANONYMOUS, "NOLOGIN"),
    (DOOR, "NOLOGIN"),
)
_MEMBERS = ((OWNER, APP), (OWNER, ANONYMOUS), (OWNER, DOOR), (APP, ANONYMOUS))
"""Who may take whose place with SET LOCAL ROLE: the pages' connection becomes nobody in particular, and never
the owner or the door."""
_SYSTEM = {"postgres", "template0", "template1"}


def ensure_roles(connection: Connection) -> None:
    """Create the owner and the roles of the app, and take away any right they should not have."""
    for role, login in _ROLES:
        row = connection.execute(
            "SELECT rolcanlogin = %s AND NOT"
            " (rolinherit OR rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication)"
            " FROM pg_roles WHERE rolname = %s",
            (login == "LOGIN", role),
        ).fetchone()
        if row is None or not row[0]:
            verb = sql.SQL("CREATE") if row is None else sql.SQL("ALTER")
            limits = sql.SQL(login) + sql.SQL(" ") + sql.SQL(_LIMITS)
            connection.execute(sql.SQL("{} ROLE {} {}").format(verb, sql.Identifier(role), limits))
    for member, role in _MEMBERS:
        if connection.execute("SELECT pg_has_role(%s, %s, 'MEMBER')", (member, role)).fetchone() != (True,):
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(member)))


def ensure_database(address: Address, name: str, report: Report) -> ClusterUrls:
    """Create the database and its extensions unless they are there; return its addresses."""
    with address.connect() as connection:
        ensure_roles(connection)
        if not _exists(connection, name):
            report(f"creating the database {name}")
            _create(connection, name, None)
    _ensure_contents(address, name, report)
    return address.urls(name)


def create_database(address: Address, name: str, template: str | None) -> ClusterUrls:
    """Create a database of the owner, empty with extensions or a copy of `template`; return its addresses."""
    checked_name(name)
    with address.connect() as connection:
        if _exists(connection, name):
            raise ClusterError(f"database {name} exists already: drop it first, or take another name")
        try:
            _create(connection, name, template)
        except psycopg.errors.ObjectInUse:
            msg = f"database {template} is in use and cannot be copied: close the connections to it"
            raise ClusterError(msg) from None
        except psycopg.errors.InvalidCatalogName:
            raise ClusterError(f"there is no database {template} to copy") from None
    _ensure_contents(address, name, lambda _: None)
    return address.urls(name)


def drop_database(address: Address, name: str) -> None:
    """Remove a database, ending its connections; one that does not exist is no error."""
    if checked_name(name) in _SYSTEM:
        raise ClusterError(f"database {name} belongs to PostgreSQL itself and stays")
    with address.connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _exists(connection: Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None


def _create(connection: Connection, name: str, template: str | None) -> None:
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template or "template1")
        )
    )


def _ensure_contents(address: Address, name: str, report: Report) -> None:
    """Extensions and rights inside a database, in one transaction; nothing is written when all is there."""
    with address.connect(name) as connection:
        missing, outdated = _extension_work(connection)
        if not missing and not outdated and _closed(connection, name):
            return
        report(f"preparing {name}: {', '.join([*missing, *outdated]) or 'rights'}")
        with connection.transaction():
            for extension in missing:
                connection.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(extension)))
            for extension in outdated:
                connection.execute(sql.SQL("ALTER EXTENSION {} UPDATE").format(sql.Identifier(extension)))
            _grant(connection, name)


def _extension_work(connection: Connection) -> tuple[list[str], list[str]]:
    """Names of the extensions to create and of those older than what is installed on the computer."""
    rows = connection.execute(
        "SELECT name, installed_version IS NULL, installed_version IS DISTINCT FROM default_version"
        " FROM pg_available_extensions WHERE name = ANY(%s)",
        (list(EXTENSIONS),),
    ).fetchall()
    if absent := set(EXTENSIONS) - {row[0] for row in rows}:
        names = ", ".join(sorted(absent))
        msg = f"PostgreSQL lacks the extension {names}: install its contrib and PostGIS packages"
        raise ClusterError(msg)
    return [row[0] for row in rows if row[1]], [row[0] for row in rows if row[2] and not row[1]]


def _closed(connection: Connection, name: str) -> bool:
    """Whether the last step of `_grant` has been done here: the app role may connect by its own right."""
    row = connection.execute(
        "SELECT count(*) FROM pg_database, aclexplode(datacl) AS acl"
        " WHERE datname = %s AND acl.grantee = %s::regrole AND acl.privilege_type = 'CONNECT'",
        (name, APP),
    ).fetchone()
    return row is not None and row[0] > 0


def _grant(connection: Connection, name: str) -> None:
    """Close the database to everybody but the two roles, and let the owner register reference systems."""
    words = {"database": sql.Identifier(name), "owner": sql.Identifier(OWNER), "app": sql.Identifier(APP)}
    statements: tuple[LiteralString, ...] = (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "GRANT ALL ON SCHEMA public TO {owner}",
        "GRANT INSERT, UPDATE, DELETE ON spatial_ref_sys TO {owner}",
        "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}",
    )
    for statement in statements:
        connection.execute(sql.SQL(statement).format(**words))
