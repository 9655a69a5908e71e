"""Make what the next upgrade test starts from: a small dump of this release's data, and checksums.

release_fixture.py      writes tests/db/releases/VERSION.dump.gz and VERSION.json, from the practice database

Run it at the release, on a practice database of that very version (`make demo`, or `python -m data
demo`). A copy of that database is thinned out to a few dozen records with all that belongs to them;
boundaries become their bounding boxes. Nothing of the practice database itself is changed. The dump is a
file of `backup --out`, packed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import Connection, create_engine, text  # noqa: E402

from data import backup, migrate, practice  # noqa: E402
from data.cluster import Cluster  # noqa: E402
from data.database import SCHEMA, Database  # noqa: E402
from data.settings import Settings, load  # noqa: E402
from data.version import version  # noqa: E402

RELEASES: Final = ROOT / "tests" / "db" / "releases"
COPY: Final = "atlas_release_fixture"
PER_KIND: Final = 2
"""Records kept of each category and stage."""
MOST_ROWS: Final = 30
PASSES: Final = 4
"""How often long tables are gone over: what refers to a row may itself have gone since."""
LARGEST: Final = 400_000
"""Bytes of a dump that may be committed."""
AREAS: Final = "starts_with(code, '4402') OR code IN ('440000', '100000')"


def make(settings: Settings, place: Path = RELEASES) -> Path:
    """Write the dump and the checksums of the running version and return the dump's path."""
    found = practice.find(settings)
    if found is None:
        raise SystemExit("there is no practice database: run `python -m data demo` first")
    found.dispose()
    cluster = Cluster(settings.data_dir)
    cluster.drop_database(COPY)
    urls = cluster.create_database(COPY, str(found.owner.url.database))
    database = Database(urls.app, urls.owner)
    try:
        _thin_out(cluster.superuser_url(COPY))
        with database.owning() as connection:
            schema = migrate.current(connection)
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"{version()}.dump"
        backup.save(database, path)
    finally:
        database.dispose()
        cluster.drop_database(COPY)
    packed = path.with_name(path.name + ".gz")
    packed.write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    path.unlink()
    if packed.stat().st_size > LARGEST:
        raise SystemExit(f"{packed} has {packed.stat().st_size} bytes, more than {LARGEST}: thin it out more")
    told = {"version": version(), "schema": schema, "migrations": checksums(schema)}
    path.with_suffix(".json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return packed


def checksums(schema: str) -> dict[str, str]:
    """Return file → SHA-256 of every migration up to a revision: what is released is never changed again."""
    places = [migrate.MIGRATIONS / "versions", migrate.MIGRATIONS / "sql"]
    found = [path for place in places for path in sorted(place.glob("[0-9]*")) if path.name[:4] <= schema]
    return {
        str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in found
        if path.is_file()
    }


def _thin_out(url: str) -> None:
    """Keep a few of everything, and only what still has everything that it refers to."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL search_path = {SCHEMA}, public")
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # no trigger, no history
        connection.execute(_FEW_PROJECTS, {"n": PER_KIND})
        connection.exec_driver_sql(f"DELETE FROM area WHERE NOT ({AREAS})")
        connection.exec_driver_sql(f"DELETE FROM area_part WHERE NOT ({AREAS})")
        connection.exec_driver_sql("DELETE FROM map_line")
        connection.exec_driver_sql("UPDATE account SET password_hash = NULL")
        _drop_what_lost_its_project(connection)
        _drop_orphans(connection)
        _shorten(connection)
        _box_polygons(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM FULL")
    engine.dispose()


def _tables(connection: Connection) -> list[str]:
    return list(connection.scalars(_TABLES))


def _drop_what_lost_its_project(connection: Connection) -> None:
    for table in connection.scalars(_WITH_PROJECT).all():
        connection.exec_driver_sql(
            f"DELETE FROM {table} WHERE project_id IS NOT NULL AND project_id NOT IN (SELECT id FROM project)"
        )


def _shorten(connection: Connection) -> None:
    """Keep the first rows of long tables and those that kept rows refer to, but records and areas whole."""
    rules = connection.execute(_REFERENCES).all()
    for table in [*_tables(connection)] * PASSES:
        if table not in ("project", "project_facet", "area", "alembic_version"):
            named = [_named(*rule) for rule in rules if rule[1] == table]
            first = f"SELECT ctid FROM {table} ORDER BY ctid LIMIT {MOST_ROWS}"
            connection.exec_driver_sql(
                f"DELETE FROM {table} p WHERE {' AND '.join([f'ctid NOT IN ({first})', *named])}"
            )


def _named(child: str, parent: str, columns: list[str], keys: list[str]) -> str:
    """Return the condition that no row of a table refers to the row ``p`` of another."""
    del parent
    same = " AND ".join(f"p.{key} = c.{column}" for column, key in zip(columns, keys, strict=True))
    return f"NOT EXISTS (SELECT FROM {child} c WHERE {same})"


def _drop_orphans(connection: Connection) -> None:
    """Delete, until there are none left, rows that refer to a row that is gone."""
    rules = connection.execute(_REFERENCES).all()
    while sum(connection.exec_driver_sql(_orphans(*rule)).rowcount for rule in rules):
        pass


def _orphans(child: str, parent: str, columns: list[str], keys: list[str]) -> str:
    """Return the statement that deletes the rows of a table without the row they refer to."""
    given = " AND ".join(f"c.{column} IS NOT NULL" for column in columns)
    same = " AND ".join(f"p.{key} = c.{column}" for column, key in zip(columns, keys, strict=True))
    return f"DELETE FROM {child} c WHERE {given} AND NOT EXISTS (SELECT FROM {parent} p WHERE {same})"


def _box_polygons(connection: Connection) -> None:
    for table, column, kind in connection.execute(_POLYGONS).all():
        connection.exec_driver_sql(f"UPDATE {table} SET {column} = {_boxed(column, kind)}")


def _boxed(column: str, kind: str) -> str:
    """Return the bounding box of a column in its own kind of geometry."""
    box = f"ST_Envelope({column})"
    return f"ST_Multi({box})" if kind == "MULTIPOLYGON" else box


_FEW_PROJECTS: Final = text(
    "DELETE FROM project WHERE id NOT IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY"
    " category, stage ORDER BY id) AS n FROM project WHERE prefecture_code = '440200') AS few WHERE n <= :n)"
)
_TABLES: Final = text(
    f"SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = '{SCHEMA}'::regnamespace ORDER BY 1"
)
_WITH_PROJECT: Final = text(
    "SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relkind = 'r'"
    f" AND c.relnamespace = '{SCHEMA}'::regnamespace AND a.attname = 'project_id' AND NOT a.attisdropped"
)
_REFERENCES: Final = text(
    "SELECT conrelid::regclass::text, confrelid::regclass::text,"
    " ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY k (n, i) JOIN pg_attribute"
    "   ON attrelid = conrelid AND attnum = n ORDER BY i),"
    " ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY k (n, i) JOIN pg_attribute"
    "   ON attrelid = confrelid AND attnum = n ORDER BY i)"
    f" FROM pg_constraint WHERE contype = 'f' AND connamespace = '{SCHEMA}'::regnamespace ORDER BY 1, 2"
)
_POLYGONS: Final = text(
    "SELECT f_table_name, f_geometry_column, type FROM geometry_columns"
    f" WHERE f_table_schema = '{SCHEMA}' AND type IN ('MULTIPOLYGON', 'POLYGON')"
    " AND EXISTS (SELECT FROM pg_class WHERE relkind = 'r'"
    f" AND relname = f_table_name AND relnamespace = '{SCHEMA}'::regnamespace) ORDER BY 1, 2"
)


if __name__ == "__main__":
    made = make(load())
    print(f"{made}: {made.stat().st_size} bytes")
