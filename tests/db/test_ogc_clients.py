"""Real clients against a real server: GDAL's OAPIF driver, OWSLib, and schemathesis on the document."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from owslib.ogcapi.features import Features  # type: ignore[import-untyped]
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from data.cluster import Cluster
from data.database import Database
from data.store.tokens import PostgisTokens
from projects.summary import COLUMNS
from tests.db.copies import copy_of
from tests.db.ogc_world import application, served
from tests.db.test_access import A, World

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        yield World(database)


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    with served(application(world.database)) as found:
        yield f"{found}/ogc"


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reach this machine without a proxy."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


GDAL = """
import json, sys, pyogrio
address, layer, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
layers = sorted(str(name) for name in pyogrio.list_layers(address)[:, 0])
if "bbox" in options:
    options["bbox"] = tuple(options["bbox"])
frame = pyogrio.read_dataframe(address, layer=layer, **options)
shapes = frame.geometry
print(json.dumps({"layers": layers, "columns": list(frame.columns), "ids": list(map(str, frame.iloc[:, 0])),
                  "empty": int(shapes.isna().sum()), "types": sorted(set(shapes.geom_type.dropna()))}))
"""
"""A process of its own: GDAL keeps Python's lock while it waits, and the server is in this process."""


def gdal(address: str, layer: str = "projects", token: str = "", **options: object) -> dict[str, Any]:
    """Read a layer with GDAL's OAPIF driver; ``CalledProcessError`` when it cannot."""
    environment = os.environ | ({"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": token} if token else {})
    command = [sys.executable, "-c", GDAL, f"OAPIF:{address}", layer, json.dumps(options)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_gdal_reads_every_record_page_by_page(address: str, world: World) -> None:
    found = gdal(address, PAGE_SIZE="100")
    assert found["layers"] == ["counties", "projects", "townships"]
    assert set(found["ids"]) == world.names("viewer", "SELECT id FROM open_project")
    assert {column.name for column in COLUMNS} <= set(found["columns"])
    assert found["empty"] == world.scalar("viewer", "SELECT count(*) FROM open_project WHERE geom IS NULL")


def test_gdal_asks_for_a_box_and_for_an_attribute(address: str, world: World) -> None:
    inside = gdal(address, bbox=[113.0, 24.0, 114.0, 25.0])
    assert len(inside["ids"]) == world.scalar(
        "viewer",
        "SELECT count(*) FROM open_project"
        " WHERE ST_Intersects(geom, ST_MakeEnvelope(113, 24, 114, 25, 4326))",
    )
    tcm = gdal(address, where="category = 'tcm'")
    assert set(tcm["ids"]) == world.names("viewer", "SELECT id FROM open_project WHERE category = 'tcm'")


def test_gdal_reads_counties_and_townships(address: str, world: World) -> None:
    counties = gdal(address, "counties", max_features=20)
    assert set(counties["types"]) <= {"MultiPolygon", "Polygon"}
    townships = gdal(address, "townships")
    assert len(townships["ids"]) == world.scalar("viewer", "SELECT count(*) FROM township")


def test_gdal_comes_in_with_a_token(world: World) -> None:
    token = PostgisTokens(world.database, world.token["admin"]).make(A, "GDAL")
    with served(application(world.database, anonymous=False)) as found:
        try:
            with pytest.raises(subprocess.CalledProcessError):
                gdal(f"{found}/ogc")
            assert gdal(f"{found}/ogc", token=token)["ids"]
        finally:
            application(world.database)


def test_owslib_walks_the_interface(address: str, world: World) -> None:
    client = Features(address)
    assert sorted(client.feature_collections()) == ["counties", "projects", "townships"]
    assert any("ogcapi-features-1/1.0/conf/core" in one for one in client.conformance()["conformsTo"])
    assert client.api()["openapi"].startswith("3.0")
    asked = client.collection_items("projects", limit=5, bbox=[113.0, 24.0, 114.0, 25.0])
    assert len(asked["features"]) == min(5, asked["numberMatched"])
    one = client.collection_item("projects", "SG-0001")
    assert one["properties"]["id"] == "SG-0001"
    filtered = client.collection_items("projects", filter="category = 'tcm'", limit=1)
    assert filtered["numberMatched"] == world.scalar(
        "viewer", "SELECT count(*) FROM open_project WHERE category = 'tcm'"
    )
    assert "beds" in client.collection_queryables("projects")["properties"]


MORE = os.environ.get("ATLAS_SCHEMATHESIS_EXAMPLES", "")
"""Examples per operation, other ones each time; unset, a few that are always the same."""


def test_schemathesis_finds_nothing_against_the_document(address: str) -> None:
    """Whatever fits the document, and much that does not: no failure inside, and only answers it names."""
    schema = schemathesis.openapi.from_url(f"{address}/api")
    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    tried = 0
    for result in schema.get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]

        @settings(
            max_examples=int(MORE or 8),
            derandomize=not MORE,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        def attempt(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(checks=checks)

        given(case=operation.as_strategy())(attempt)()
        tried += 1
    assert tried >= 10
