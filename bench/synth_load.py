"""The initial load of a nation's clinics with their counties, beside a bare COPY of the same rows.

Run ``python -m bench.synth_load FOLDER EMPTY [CLINICS]``: in the private server of ``FOLDER``, ``EMPTY`` is
a database with the schema, the boundaries and no record (copied for the measurement). Printed for each way:
wall seconds, and CPU seconds of this process and of its connection's server process.

=============  =======================================================================================
``heap``       the finished rows by COPY into tables with the same columns and nothing else
``bare``       the same into tables with the same keys, checks and indexes (``LIKE … INCLUDING ALL``)
``load``       ours: counties of all points found, the rows sent by COPY into the real tables (foreign
               keys, checks, keys), the plain indexes made; the rows carry no county before
``facets``     what lists and maps read, derived afterwards (not part of the figure: a bare COPY has none)
=============  =======================================================================================

The finished rows are those that ``load`` wrote, county codes included. Rows are sent from memory in both.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, text

from data import migrate
from data.cluster import Cluster
from data.database import Database
from data.demo.build import mark
from data.synth.build import PLACE_COLUMNS, place_rows
from data.synth.clinics import COLUMNS, PLACED, Clinics
from data.synth.land import Land, scatter, survey
from data.synth.loading import aside, copy, derive, make
from tests.conftest import FAST

DAY: Final = date(2026, 11, 22)
SEED: Final = 1
_TICK: Final = os.sysconf("SC_CLK_TCK")
TABLES: Final = {"project": COLUMNS, "project_place": PLACE_COLUMNS}
Took = dict[str, tuple[float, float]]


@contextmanager
def measured(connection: Connection, name: str, took: Took) -> Iterator[None]:
    """Note wall and CPU seconds of a part, of this process and of the server's."""
    pid = int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)
    wall, cpu = time.perf_counter(), time.process_time() + _server(pid)
    yield
    took[name] = time.perf_counter() - wall, time.process_time() + _server(pid) - cpu
    print(f"{name:10} {took[name][0]:7.1f} s wall {took[name][1]:7.1f} s CPU", flush=True)


def _server(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def load(connection: Connection, land: Land, count: int, took: Took) -> None:
    """Load so many clinics as ``python -m data synth`` does; rows are drawn before the clock starts."""
    clinics = Clinics(land, count, SEED, DAY)
    rows = list(clinics.rows())
    chosen = np.flatnonzero((clinics.precision > 0) & (clinics.precision <= PLACED))
    points = scatter(land, clinics.county[chosen], SEED)
    ids = clinics.ids()
    keys = [ids[index] for index in chosen]
    with measured(connection, "load", took):
        definitions = aside(connection)
        copy(connection, "project", COLUMNS, rows)
        places = place_rows(connection, land, keys, points, clinics.precision[chosen])
        copy(connection, "project_place", PLACE_COLUMNS, places)
        make(connection, definitions["project"] + definitions["project_place"])
    with measured(connection, "facets", took):
        derive(connection, {**definitions, "project": [], "project_place": []})


def bare(connection: Connection, name: str, including: str, took: Took) -> None:
    """Send the rows that the real tables hold into copies of the tables."""
    held = {table: _held(connection, table) for table in TABLES}
    for table in TABLES:
        connection.execute(text(f"CREATE TABLE {name}_{table} (LIKE {table} {including})"))
    with measured(connection, name, took):
        for table, columns in TABLES.items():
            statement = f"COPY {name}_{table} ({', '.join(columns)}) FROM STDIN"
            with _driver(connection).cursor() as cursor, cursor.copy(statement) as sink:
                for block in held[table]:
                    sink.write(block)


def _held(connection: Connection, table: str) -> list[bytes]:
    columns = ", ".join(TABLES[table])
    with (
        _driver(connection).cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as source,
    ):
        return [bytes(block) for block in source]


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def main(folder: str, empty: str, clinics: str = "600000") -> None:
    """Measure in a scratch database, which is dropped at the end."""
    cluster = Cluster(Path(folder).resolve(), settings=FAST)
    cluster.ensure()
    urls = cluster.create_database("bench_synth_load", empty)
    database = Database(urls.app, urls.owner)
    took: Took = {}
    try:
        print(f"schema {migrate.upgrade(database.owner)}, load of the machine {os.getloadavg()[0]:.1f}")
        with database.owning() as connection:
            mark(connection, SEED)
            load(connection, survey(connection), int(clinics), took)
        with database.owning() as connection:
            bare(connection, "heap", "INCLUDING DEFAULTS INCLUDING GENERATED", took)
        with database.owning() as connection:
            bare(connection, "bare", "INCLUDING ALL", took)
    finally:
        database.dispose()
        cluster.drop_database("bench_synth_load")
    for base in ("heap", "bare"):
        wall, cpu = (took["load"][at] / took[base][at] for at in (0, 1))
        print(f"load / {base}: {wall:.2f} of wall time, {cpu:.2f} of CPU time")


if __name__ == "__main__":
    main(*sys.argv[1:])
