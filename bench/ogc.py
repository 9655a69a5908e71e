"""The open interface over 600,000 points: a page of 1,000 features against tipg alone, and vector tiles.

Limits of the project: a page within 1.5 × of tipg's own, a tile within 150 ms. tipg's own is the same view,
columns and server without tokens, roles, row-level security and checks: its plain application, connected as
the owner of the tables. ``python -m bench.ogc`` makes the points (some minutes);
``python -m bench.ogc FOLDER`` keeps them in the private server of a folder for the next time.
"""

import math
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import asyncpg  # type: ignore[import-untyped]
from fastapi import FastAPI
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient
from tipg.collections import Catalog, PgCollection
from tipg.database import connection_factory
from tipg.factory import Endpoints

from bench.calibration import report
from data import migrate
from data.cluster import Cluster
from data.database import Database, address_parts
from data.settings import Settings
from data.store import owner_units
from services.ogc.catalogue import catalogue
from services.ogc.door import target
from services.ogc.serving import OpenInterface
from services.sign_in import by_cookie
from tests.conftest import FAST, scratch_folder

NAME: Final = "bench_ogc"
POINTS: Final = 600_000
PAGE_RATIO: Final = 1.5
TILE_S: Final = 0.150
ROUNDS: Final = 7
MIDDLE: Final = (110.3, 30.2)
"""Longitude and latitude of the tiles."""
LEVELS: Final = (4, 5, 6, 7, 8, 9, 10, 12)

_RECORDS: Final = """
INSERT INTO project (id, name, name_normalised, kind, category, basis, total_investment)
SELECT 'B-' || lpad(n::text, 7, '0'), '示例项目（第' || n || '号）', '示例项目第' || n || '号',
       'site', (ARRAY['hospital', 'tcm', 'sports', 'elderly_care'])[1 + n % 4], 'demo', n % 1000
  FROM generate_series(1, :points) AS n
"""
_FACETS: Final = """
INSERT INTO project_facet (project_id, category, precision, geom, place_method, place_basis, near_line,
    funding_status, area_codes, touches, document_ids, task_ids, lead_ids, support_ids, duty_ids, aliases,
    search, owner_unit_id, published, kind, stage, promotion_stage, delivery_mode, basis, line_count,
    milestone_count, total_investment)
SELECT id, category, 1, ST_SetSRID(ST_MakePoint(100 + 20 * random(), 22 + 18 * random()), 4326),
    'gps', 'demo', false, '未报', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', name, '440232', true,
    'site', '未明确', '未明确', '未明确', 'demo', 0, 0, total_investment
  FROM project
"""


def make(cluster: Cluster) -> Database:
    """Return the database of points, made when it is not there: records and facets without triggers."""
    database = Database(*_urls(cluster))
    migrate.upgrade(database.owner)
    with database.owning() as connection:
        owner_units.set_policy(connection, True)
        if connection.scalar(text("SELECT count(*) FROM project_facet")) == POINTS:
            return database
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        for table in ("project", "project_facet"):
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        connection.execute(text(_RECORDS), {"points": POINTS})
        connection.execute(text(_FACETS))
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return database


def _urls(cluster: Cluster) -> tuple[str, str]:
    urls = cluster.urls(NAME) if NAME in _names(cluster) else cluster.create_database(NAME)
    return urls.app, urls.owner


def _names(cluster: Cluster) -> set[str]:
    plain = Database(cluster.urls().app, cluster.urls().owner)
    with plain.owning() as connection:
        found = set(connection.scalars(text("SELECT datname FROM pg_database")))
    plain.dispose()
    return found


def ours(database: Database) -> Starlette:
    """Return the interface as the office serves it, to anonymous readers."""
    interface = OpenInterface(lambda: database.app_address, Settings(), by_cookie)
    return Starlette(routes=interface.routes, lifespan=interface.lifespan)


def theirs(database: Database) -> FastAPI:
    """Return tipg's plain application over the same view, as the owner."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        prepare = connection_factory(["atlas", "public"], "pg_temp")
        async with asyncpg.create_pool(
            **target(address_parts(database.owner.url)), min_size=1, init=prepare
        ) as pool:
            app.state.pool = pool
            yield

    app = FastAPI(openapi_url="/api", docs_url="/api.html", lifespan=lifespan)
    found = catalogue()["collections"]["projects"]
    assert isinstance(found, PgCollection)
    kept = {name: getattr(found, name) for name in PgCollection.model_fields if name != "dbschema"}
    plain = PgCollection(schema=found.dbschema, **kept)
    app.state.collection_catalog = Catalog(
        collections={"atlas.projects": plain}, last_updated=datetime.now(UTC)
    )
    app.include_router(Endpoints().router)
    return app


def best(client: TestClient, path: str) -> tuple[float, int]:
    """Return the shortest time of some rounds in seconds, and the bytes of the answer."""
    times, size = [], 0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = client.get(path)
        times.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.text[:300]
        size = len(answer.content)
    return min(times), size


def tile_of(zoom: int) -> str:
    """Return the tile of the web's grid in which the middle lies, as the interface names it."""
    lon, lat = MIDDLE
    wide = 2**zoom
    x = int((lon + 180) / 360 * wide)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * wide)
    return f"{zoom}/{x}/{y}"


def measure(database: Database) -> None:
    """Measure pages and tiles and print the table."""
    items, tiles = "items?limit=1000", "tiles/WebMercatorQuad"
    with TestClient(theirs(database)) as plain, TestClient(ours(database)) as own:
        alone, _ = best(plain, f"/collections/atlas.projects/{items}")
        mine, size = best(own, f"/ogc/collections/projects/{items}")
        rows: list[dict[str, object]] = [
            {"what": "page of 1,000, tipg alone", "s": alone},
            {"what": "page of 1,000", "s": mine, "bytes": size, "ratio": mine / alone, "limit": PAGE_RATIO},
        ]
        for zoom in LEVELS:
            tile = tile_of(zoom)
            took, size = best(own, f"/ogc/collections/projects/{tiles}/{tile}?properties=name,category")
            rows.append({"what": f"tile {tile}", "s": took, "bytes": size, "limit": TILE_S})
    report(f"open interface over {POINTS:,} points", rows)


def main(folder: str = "") -> None:
    """Measure in a scratch server, or in the private server of a folder."""
    if folder:
        _run(Path(folder).resolve())
        return
    with scratch_folder() as scratch:
        _run(scratch / "cluster")


def _run(folder: Path) -> None:
    cluster = Cluster(folder, settings=FAST)
    cluster.ensure()
    database = make(cluster)
    measure(database)
    database.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
