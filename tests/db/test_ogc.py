"""The open interface over the real library: the same records as every export, page by page, box by box."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import pyogrio
import pytest
from markupsafe import escape
from shapely.geometry import box, shape
from sqlalchemy import text
from starlette.testclient import TestClient

from data.cluster import Cluster
from data.database import Database
from data.store.library import PostgisLibrary
from projects.codes import Level
from projects.errors import StorageUnavailable
from projects.feature import feature
from projects.filters import ProjectFilter
from services.ogc import cells, crowded, door
from tests.db import making
from tests.db.copies import copy_of
from tests.db.ogc_world import browser
from tests.db.test_access import A, B, World

pytestmark = pytest.mark.db
PROJECTS = "/ogc/collections/projects"
ITEMS = f"{PROJECTS}/items"
TILES = f"{PROJECTS}/tiles/WebMercatorQuad"
CHINA = TILES + "/3/6/3"
"""The tile that holds Guangdong and Hunan."""
HOSTILE = "</td><script src='https://evil.example/x.js'></script>{{7*7}}=cmd\u202e😀/.."


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    """The library with records in every state, among them one with a hostile name and one with a polygon."""
    with copy_of(cluster, library_database) as database:
        made = World(database)
        with database.owning() as connection:
            hostile = making.project(connection, owner_unit_id=A, county_code=A, name=HOSTILE)
            making.place(connection, hostile, making.middle(connection, A))
            connection.execute(
                text(
                    "UPDATE project_place SET geom = ST_Buffer(geom::geography, 3000)::geometry"
                    " WHERE project_id = :key"
                ),
                {"key": made.record[f"{A} open"]},
            )
            connection.execute(text("SELECT refresh_facets()"))
        made.record["hostile"] = hostile
        yield made


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[TestClient]:
    with browser(world.database) as opened:
        yield opened


def page(client: TestClient, query: str = "", path: str = ITEMS) -> dict[str, Any]:
    """Return a page of features, the largest when nothing else is said."""
    answer = client.get(f"{path}?{query or 'limit=10000'}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(found: dict[str, Any]) -> list[str]:
    return [one["id"] for one in found["features"]]


def link(found: dict[str, Any], rel: str) -> str:
    return next((one["href"] for one in found["links"] if one["rel"] == rel), "")


# ---- the same records as every export ----


def test_every_record_and_every_field_is_that_of_the_exports(client: TestClient, world: World) -> None:
    library = PostgisLibrary(world.database)
    exported = {record.id: feature(record) for record in library.stream(ProjectFilter())}
    found = page(client)
    assert found["numberMatched"] == found["numberReturned"] == len(exported)
    for one in found["features"]:
        moment = one["properties"].pop("updated_at")
        assert datetime.fromisoformat(moment).tzinfo is not None
        own = exported[one["id"]]
        assert list(one["properties"]) == list(own["properties"])
        assert one["properties"] == own["properties"]
        assert one["geometry"] == own["geometry"]
    assert any(one["geometry"] is None for one in found["features"])


def test_counties_hold_as_many_records_as_the_library_counts_there(client: TestClient, world: World) -> None:
    counted = {
        area.code: sum(area.by_category.values())
        for area in PostgisLibrary(world.database).area_counts(ProjectFilter())
        if area.level == Level.COUNTY
    }
    found = page(client, "limit=10000&properties=code,projects", "/ogc/collections/counties/items")
    drawn = {one["id"]: one["properties"]["projects"] for one in found["features"]}
    assert {code: n for code, n in drawn.items() if n} == counted
    assert found["numberMatched"] == len(drawn) > len(counted)


def test_townships_without_a_seat_are_there_too(client: TestClient, world: World) -> None:
    found = page(client, path="/ogc/collections/townships/items")
    assert found["numberMatched"] == world.scalar("admin", "SELECT count(*) FROM township")
    placed = [one for one in found["features"] if one["geometry"]]
    assert len(placed) == world.scalar("admin", "SELECT count(point) FROM township")


def test_one_record_and_none(client: TestClient) -> None:
    one = client.get(f"{ITEMS}/SG-0001")
    assert one.status_code == 200
    assert one.json()["properties"]["id"] == "SG-0001"
    missing = client.get(f"{ITEMS}/SG-9999")
    assert (missing.status_code, missing.json()["code"]) == (404, "NotFound")


# ---- pages ----


@pytest.mark.parametrize("size", [1, 100, 10_000])
def test_following_next_meets_every_record_once_and_prev_leads_back(client: TestClient, size: int) -> None:
    query = f"limit={size}" + ("&county=仁化县" if size == 1 else "")
    found, seen, steps = page(client, query), [], 0
    matched = found["numberMatched"]
    while True:
        seen += ids(found)
        steps += 1
        following = link(found, "next")
        if not following:
            break
        before, found = found, client.get(following).json()
        assert ids(client.get(link(found, "prev")).json()) == ids(before)
    assert len(seen) == len(set(seen)) == matched
    assert steps == -(-matched // size)


def test_a_limit_is_capped_and_said_so_in_the_links(client: TestClient) -> None:
    found = page(client, "limit=99999999")
    assert "limit=10000" in link(found, "self")


# ---- boxes and times ----


def test_boxes_hold_what_shapely_says_they_hold(client: TestClient) -> None:
    shapes = {one["id"]: shape(one["geometry"]) for one in page(client)["features"] if one["geometry"]}
    chance = random.Random(6)
    for _ in range(25):
        west, south = chance.uniform(111, 115), chance.uniform(23, 27)
        east, north = west + chance.uniform(0, 2), south + chance.uniform(0, 2)
        found = page(client, f"limit=10000&bbox={west},{south},{east},{north}")
        wanted = {key for key, one in shapes.items() if one.intersects(box(west, south, east, north))}
        assert set(ids(found)) == wanted
        assert found["numberMatched"] == len(wanted)


def test_a_box_with_heights_and_one_across_the_antimeridian(client: TestClient) -> None:
    flat = ids(page(client, "limit=10000&bbox=112,24,114,25"))
    assert flat == ids(page(client, "limit=10000&bbox=112,24,-50,114,25,9000"))
    assert ids(page(client, "limit=10000&bbox=112,24,-170,25")) == ids(
        page(client, "limit=10000&bbox=112,24,180,25")
    )
    assert ids(page(client, "bbox=170,24,-170,25")) == []


def test_the_index_of_cells_answers_a_box_under_row_level_security(world: World) -> None:
    """PostGIS's own operators may not look into an index before the policies have spoken."""
    with world.database.reading() as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = connection.scalars(
            text("EXPLAIN SELECT 1 FROM open_project WHERE quad BETWEEN 5 AND 9 OR quad = -2")
        ).all()
    assert any("ix_project_facet_quad" in line for line in plan), plan


def test_the_number_of_a_cell_is_the_same_in_the_database_and_here(world: World) -> None:
    chance = random.Random(7)
    points = [(chance.uniform(-180, 180), chance.uniform(-90, 90)) for _ in range(300)]
    points += [(-180.0, 90.0), (180.0, -90.0), (0.0, 0.0), (113.0, 24.5)]
    query = text("SELECT quad_key(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326))")
    with world.database.owning() as connection:
        for lon, lat in points:
            stored = connection.scalar(query, {"lon": lon, "lat": lat})
            assert stored == cells.interleaved(*cells.cell(lon, lat)), (lon, lat)
        for other in ("POINT EMPTY", "LINESTRING(0 0, 1 1)", "MULTIPOINT(1 1)"):
            given = {"shape": other}
            assert connection.scalar(text("SELECT quad_key(ST_GeomFromText(:shape, 4326))"), given) == -2


def test_datetime_asks_for_what_was_changed_then(client: TestClient, world: World) -> None:
    key = world.record["hostile"]
    with world.database.owning() as connection:
        connection.execute(text("ALTER TABLE project DISABLE TRIGGER USER"))
        connection.execute(
            text("UPDATE project SET updated_at = '2031-05-06T23:59:59Z' WHERE id = :id"), {"id": key}
        )
        connection.execute(text("ALTER TABLE project ENABLE TRIGGER USER"))
    for asked in ("2031-05-06", "2031-05-06T23:59:59Z", "2031-01-01/..", "2031-05-06/2031-05-06"):
        assert ids(page(client, f"datetime={asked}")) == [key], asked
    everything = page(client, "limit=1")["numberMatched"]
    assert page(client, "datetime=../2031-05-05&limit=1")["numberMatched"] == everything - 1
    counties = page(client, "datetime=2031-05-06&limit=1", "/ogc/collections/counties/items")
    assert counties["numberMatched"] > 0


# ---- filters ----


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("county=仁化县&category=tcm", "county = '仁化县' AND category = 'tcm'"),
        ("filter=beds > 100 or category = 'sports'", "beds > 100 OR category = 'sports'"),
        ("filter=beds is null and not stage='在建'", "beds IS NULL AND NOT stage = '在建'"),
        ("filter=name like '%25医院%25'", "name LIKE '%医院%'"),
        ("filter=a_contains(tasks, ('x'))", "tasks @> ARRAY['x']"),
        ("filter=near_county_line = true", "near_county_line"),
        ("ids=SG-0001,SG-0003,nobody", "id IN ('SG-0001', 'SG-0003')"),
        (
            "filter=category='tcm' or category='sports'&county_code=440232",
            "(category = 'tcm' OR category = 'sports') AND county_code = '440232'",
        ),
    ],
)
def test_filters_find_what_the_database_finds(
    client: TestClient, world: World, query: str, condition: str
) -> None:
    wanted = world.names("viewer", f"SELECT id FROM open_project WHERE {condition}".replace(":", r"\:"))
    assert set(ids(page(client, f"limit=10000&{query}"))) == wanted


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=-1", "limit=x", "limit=1&limit=2", "limit=１", "offset=-1", "offset=99999999999",
        "bbox=1,2,3", "bbox=a,b,c,d", "bbox=nan,1,2,3", "bbox=inf,1,2,3", "bbox=113,26,114,25", "bbox=",
        "bbox=-181,0,0,1", "bbox=0,0,1,91", "datetime=gestern", "datetime=../..", "foo=1", "contact=x",
        "filter=", "filter=pg_sleep(5)=1", "filter=name = 5", "filter=beds > 'x'", "filter=(((", "beds=x",
        "beds=1%00", "tasks=x", "name=%00", "sortby=nix", "geom-column=nix", "f=csv", "f=exe", "simplify=-1",
        "simplify=nan", "filter-lang=sql&filter=beds=1", "bbox-only=vielleicht", "quad=1",
        "filter=" + "(" * 3000, "filter=t_after(updated_at, TIMESTAMP('x'))",
        "filter=s_intersects(geom, name)", "filter='contact'", "filter=5",
        *(f"filter-lang=cql2-json&filter={one}" for one in (
            '{"op":"and","args":[]}', '{"op":"not","args":[]}', '{"op":"isNull","args":[]}', '"contact"', "1",
            '{"op":"between","args":[{"property":"beds"}]}', '{"op":[],"args":[1]}', "[" * 190 + "]" * 190,
        )),
    ],
)  # fmt: skip
def test_a_question_that_breaks_a_rule_is_refused_in_words(client: TestClient, query: str) -> None:
    answer = client.get(f"{ITEMS}?{query}")
    assert answer.status_code == 400, answer.text
    told = answer.json()
    assert told["code"] == "InvalidParameterValue"
    assert told["description"]
    assert "asyncpg" not in answer.text


def test_a_null_character_in_a_path_is_a_record_that_is_not_there(client: TestClient) -> None:
    for path in (f"{ITEMS}/%00", f"{ITEMS}/SG-0001%00", "/ogc/collections/counties/items/%00"):
        assert client.get(path).status_code == 404, path


def test_a_question_that_the_server_refuses_ends_nobody_elses(world: World) -> None:
    """A message that the server cannot read costs its sender an answer, not everybody the connections."""

    async def ask() -> None:
        opened = door.Door(lambda: world.database.app_address, anonymous_reads=True)
        try:
            async with opened.acquire() as other:
                with pytest.raises(StorageUnavailable):
                    async with opened.acquire():
                        raise asyncpg.ProtocolViolationError("insufficient data left in message")
                assert await other.fetchval("SELECT 1") == 1
        finally:
            await opened.close()

    asyncio.run(ask())


def test_a_slow_question_is_given_up_before_it_keeps_others_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "ANSWER_S", 0.2)

    async def ask() -> None:
        opened = door.Door(lambda: world.database.app_address, anonymous_reads=True)
        try:
            async with opened.acquire() as slow:
                with pytest.raises(asyncpg.QueryCanceledError):
                    await slow.fetchval("SELECT pg_sleep(20)")
        finally:
            await opened.close()

    asyncio.run(ask())


def test_other_paths_and_verbs(client: TestClient) -> None:
    assert client.get("/ogc/collections/nix").status_code == 404
    assert client.get("/ogc/collections/atlas.account/items").status_code == 404
    for path in ("/ogc/nix", "/ogc/collections/%0A", "/ogc/collections/projects/items/%1D%0A"):
        assert client.get(path).json()["code"] == "NotFound", path
    for verb in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.request(verb, ITEMS).status_code == 405
    assert client.get("/ogc").json() == client.get("/ogc/").json()


# ---- tiles ----


def layer(content: bytes, tmp_path: Path) -> list[dict[str, Any]]:
    """Return the features of a vector tile as properties, read by GDAL."""
    (tmp_path / "0.mvt").write_bytes(content)
    frame = pyogrio.read_dataframe(tmp_path / "0.mvt", layer="default")
    return [dict(row) for row in json.loads(frame.drop(columns="geometry").to_json(orient="records"))]


def located(client: TestClient) -> int:
    return sum(one["geometry"] is not None for one in page(client)["features"])


def test_a_tile_holds_every_located_record(client: TestClient, tmp_path: Path) -> None:
    answer = client.get(CHINA)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    drawn = layer(answer.content, tmp_path)
    assert len(drawn) == located(client)
    assert HOSTILE in {one["name"] for one in drawn}


@pytest.mark.parametrize("query", ["", "?filter=precision<9", "?limit=3"])
def test_a_tile_that_overflows_counts_instead_of_cutting_off(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setattr(crowded, "MOST", 3)
    drawn = layer(client.get(CHINA + query).content, tmp_path)
    assert sum(one["point_count"] for one in drawn) == located(client)
    assert len(drawn) < located(client)


@pytest.mark.parametrize("tile", ["25/0/0", "-1/0/0", "x/0/0", "999999/0/0"])
def test_a_level_that_no_map_has_is_refused(client: TestClient, tile: str) -> None:
    assert client.get(f"{TILES}/{tile}").status_code == 400


@pytest.mark.parametrize("tile", ["0/1/0", "3/8/0", "3/0/8", "3/-1/0", "24/0/99999999999"])
def test_a_tile_outside_the_grid_is_not_there(client: TestClient, tile: str) -> None:
    assert client.get(f"{TILES}/{tile}").status_code == 404


def test_an_empty_tile_is_empty(client: TestClient) -> None:
    answer = client.get(f"{TILES}/10/0/0")
    assert (answer.status_code, answer.content) == (200, b"")


# ---- pages for people ----


@pytest.mark.parametrize(
    "path",
    [
        "/ogc/", "/ogc/conformance", "/ogc/collections", PROJECTS, f"{PROJECTS}/queryables",
        f"{ITEMS}?limit=10000", f"{ITEMS}/SG-0001", f"{PROJECTS}/tiles", TILES, "/ogc/tileMatrixSets",
        "/ogc/tileMatrixSets/WebMercatorQuad", "/ogc/api.html", "/ogc/nix", f"{ITEMS}?limit=x",
    ],
)  # fmt: skip
def test_pages_run_nothing_and_load_nothing(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html,application/xhtml+xml"})
    assert answer.headers["content-type"].startswith("text/html"), answer.text
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    told = answer.text.replace(str(escape(HOSTILE)), "")
    for mark in (" src=", "@import", "url(", "<link", "{{", "cdn."):
        assert mark not in told, mark


def test_a_hostile_name_is_text_on_every_page(client: TestClient, world: World) -> None:
    key = world.record["hostile"]
    for path in (f"{ITEMS}/{key}?f=html", f"{ITEMS}?ids={key}&f=html"):
        told = client.get(path).text
        assert "&lt;script" in told
        assert "49=cmd" not in told
    assert client.get(f"{ITEMS}/{key}").json()["properties"]["name"] == HOSTILE


# ---- addresses ----


def test_links_lead_through_a_proxy(world: World) -> None:
    with browser(world.database, root_path="/atlas", base_url="https://map.example.gov.cn") as client:
        found = client.get("/atlas/ogc/collections/projects/items?limit=2").json()
        assert link(found, "next").startswith(
            "https://map.example.gov.cn/atlas/ogc/collections/projects/items?"
        )
        assert client.get(link(found, "next")).status_code == 200
        landing = client.get("/atlas/ogc").json()
        assert link(landing, "service-desc") == "https://map.example.gov.cn/atlas/ogc/api"
        described = client.get("/atlas/ogc/api").json()
        assert described["servers"] == [{"url": "https://map.example.gov.cn/atlas/ogc"}]


def test_an_answer_is_its_callers_alone(client: TestClient) -> None:
    answer = client.get(f"{ITEMS}?limit=1")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "Authorization" in answer.headers["vary"]
    assert "access-control-allow-origin" not in answer.headers


def test_moments_are_told_with_their_zone(client: TestClient) -> None:
    moment = page(client, "limit=1")["features"][0]["properties"]["updated_at"]
    assert datetime.fromisoformat(moment).astimezone(UTC) < datetime(2040, 1, 1, tzinfo=UTC)


def test_records_of_the_other_county_that_are_hidden_stay_hidden(client: TestClient, world: World) -> None:
    found = set(ids(page(client)))
    assert world.record[f"{B} open"] in found
    assert not found & {world.record[f"{B} {state}"] for state in ("hidden", "deleted", "merged")}
