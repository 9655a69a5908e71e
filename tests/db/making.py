"""Small makers of rows for database tests: what a test does not name is plain and unknown."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Row, text

from data.database import ANONYMOUS_ROLE, APP_ROLE

PROJECT = {"name": "测试项目", "kind": "site", "category": "other"}
PLACE = {"precision": 2, "method": "gps", "basis": "reported", "datum_entered": "wgs84"}


def insert(connection: Connection, table: str, values: dict[str, Any]) -> None:
    """Insert one row."""
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)


def project(connection: Connection, **values: Any) -> str:
    """Insert a project under the next TST id and return the id."""
    key = str(connection.scalar(text("SELECT next_project_id('TST')")))
    row = {**PROJECT, **values}
    if row.get("county_code"):
        row.setdefault("county_basis", "documented")
    insert(connection, "project", {"id": key, "name_normalised": row["name"], **row})
    return key


def change(connection: Connection, key: str, **values: Any) -> None:
    """Update a project."""
    sets = ", ".join(f"{name} = :{name}" for name in values)
    connection.execute(text(f"UPDATE project SET {sets} WHERE id = :key"), values | {"key": key})


def place(connection: Connection, key: str, shape: str, **values: Any) -> None:
    """Give a project a place (WKT, WGS84, longitude first)."""
    insert(connection, "project_place", {**PLACE, "project_id": key, "geom": f"SRID=4326;{shape}", **values})


def facet(connection: Connection, key: str) -> Row[Any]:
    """Return the derived row of a project."""
    return connection.execute(
        text("SELECT *, ST_AsText(geom) AS shape FROM project_facet WHERE project_id = :key"), {"key": key}
    ).one()


def has_facet(connection: Connection, key: str) -> bool:
    """Whether a project is in lists and maps."""
    return bool(
        connection.scalar(text("SELECT count(*) FROM project_facet WHERE project_id = :key"), {"key": key})
    )


def issues(connection: Connection, key: str) -> dict[str, str]:
    """Return issue code → value of a project."""
    rows = connection.execute(
        text("SELECT code, value FROM data_issue WHERE project_id = :key"), {"key": key}
    )
    return {row.code: row.value for row in rows}


def account(connection: Connection, name: str, role: str, **values: Any) -> int:
    """Insert an account (as owner or door) that has changed its first password; return its number.

    ``unit_id`` for an editor, ``scope_code`` for a reviewer.
    """
    insert(connection, "account", {"name": name, "role": role, "must_change_password": False, **values})
    return int(connection.scalar(text("SELECT id FROM account WHERE name = :name"), {"name": name}) or 0)


def session(connection: Connection, account_id: int, hours: float = 8, kind: str = "browser") -> str:
    """Open a session (as owner or door) and return its token; negative hours for one that has ended."""
    token = secrets.token_urlsafe(32)
    connection.execute(
        text(
            "INSERT INTO account_session (token_sha256, account_id, kind, expires_at)"
            " VALUES (:hash, :account, :kind, now() + make_interval(secs => :seconds))"
        ),
        {
            "hash": hashlib.sha256(token.encode()).digest(),
            "account": account_id,
            "kind": kind,
            "seconds": hours * 3600,
        },
    )
    return token


def token_of(connection: Connection, name: str, role: str, **values: Any) -> str:
    """Insert an account and open a session for it; return the token."""
    return session(connection, account(connection, name, role, **values))


@contextmanager
def acting(connection: Connection, token: str = "") -> Iterator[Connection]:
    """Act on an owner's connection as that session, or as nobody; what is done meanwhile is undone."""
    with connection.begin_nested() as step:
        connection.execute(text(f"SET LOCAL ROLE {APP_ROLE if token else ANONYMOUS_ROLE}"))
        connection.execute(text("SELECT set_config('atlas.session', :token, true)"), {"token": token})
        yield connection
        step.rollback()


def middle(connection: Connection, code: str) -> str:
    """Return the label point of a county as WKT: well inside it."""
    return str(
        connection.scalar(
            text("SELECT ST_AsText(label) FROM area WHERE code = :code AND level = 'county'"), {"code": code}
        )
    )


def beside_line(connection: Connection, own: str, other: str, metres: float) -> str:
    """Return a point (WKT) of one county so far from its line with another, and no nearer to any line."""
    row = connection.execute(
        text("""
        WITH line AS (
            SELECT (ST_Dump(ST_CollectionExtract(ST_Intersection(a.geom, b.geom), 2))).geom AS geom
              FROM area a, area b
             WHERE a.level = 'county' AND b.level = 'county' AND a.code = :own AND b.code = :other
        ), starts AS (
            SELECT ST_LineInterpolatePoint(geom, part / 10.0) AS geom FROM line, generate_series(1, 9) AS part
             WHERE ST_Length(geom) > 0.001
        ), tries AS (
            SELECT ST_Project(geom::geography, CAST(:metres AS float), radians(angle))::geometry AS geom
              FROM starts, generate_series(0, 350, 10) AS angle
        )
        SELECT ST_AsText(tries.geom) AS point
          FROM tries JOIN area ON area.code = :own AND area.level = 'county'
         WHERE ST_Contains(area.geom, tries.geom) AND abs(
               ST_Distance(tries.geom::geography, ST_Boundary(area.geom)::geography) - :metres) < :metres *
               0.02 LIMIT 1"""),
        {"own": own, "other": other, "metres": metres},
    ).one()
    return str(row.point)
