"""The route of a view's marks: the same records as the page's, for whom the page would show them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import cast

import anyio
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.testclient import TestClient

from data.settings import Settings
from layers.payload import marks_json
from layers.scene import Scene
from projects.codes import Precision
from projects.errors import NotAllowed, SignInNeeded, StorageUnavailable
from projects.filters import ProjectFilter
from services import map_cells
from services.map_cells import PATH, address, routes
from services.map_view import Gatherer, with_clusters
from services.sign_in import COOKIE
from tests.unit.services.test_map_scene import BOX, IN_SHAOGUAN, Fake, scenes, wishes

OPEN = Settings(secret_key=SecretStr("k" * 40))
CLOSED = Settings(secret_key=SecretStr("k" * 40), anonymous_reads=False)
GOOD = "g" * 43
VIEW = "?bbox=113,24,114,25"


def client(
    settings: Settings = OPEN,
    cookie: str = "",
    asked: list[str] | None = None,
    failure: Exception | None = None,
) -> TestClient:
    def library(token: str) -> Gatherer:
        if asked is not None:
            asked.append(token)
        if failure is not None:
            raise failure
        return cast(Gatherer, Fake(points=5000))

    app = Starlette(routes=routes(library, settings))
    return TestClient(app, cookies={COOKIE: cookie} if cookie else {})


def test_the_marks_are_those_the_page_would_draw() -> None:
    answer = client().get(address(OPEN, IN_SHAOGUAN, "1") + VIEW)
    drawn = with_clusters(Scene(), cast(Gatherer, Fake(points=5000)), IN_SHAOGUAN, BOX)
    assert answer.status_code == 200 and answer.json() == json.loads(marks_json(drawn))
    assert [row[3] for row in answer.json()["clusters"]] == [4999]
    assert answer.json()["points"]["id"] == ["SG-0007"], "alone in its cell: drawn as itself"


def test_the_answer_is_data_that_no_cache_keeps() -> None:
    head = client().get(address(OPEN, IN_SHAOGUAN, "1") + VIEW).headers
    assert head["content-type"] == "application/json" and "no-store" in head["cache-control"]
    assert head["x-content-type-options"] == "nosniff"


def test_a_page_with_many_places_names_the_address_instead_of_asking() -> None:
    fake = Fake(points=5000)
    where = address(OPEN, IN_SHAOGUAN, "1")
    scene = scenes(fake).scene(IN_SHAOGUAN, replace(wishes(), cells=where))
    assert (scene.cells, scene.live, scene.clusters, scene.points) == (where, True, (), ())
    assert fake.asked["clusters"] == 0
    few = scenes(Fake(points=3)).scene(IN_SHAOGUAN, replace(wishes(), cells=where))
    assert few.cells == "" and not few.live


def test_a_filter_of_unplaced_records_has_no_marks() -> None:
    chosen = ProjectFilter(precision=(Precision.COUNTY,))
    assert client().get(address(OPEN, chosen, "1") + VIEW).json() == json.loads(marks_json(Scene()))


def test_a_new_state_of_the_data_is_another_address() -> None:
    assert address(OPEN, IN_SHAOGUAN, "1") == address(OPEN, IN_SHAOGUAN, "1")
    assert address(OPEN, IN_SHAOGUAN, "1") != address(OPEN, IN_SHAOGUAN, "2")


def forged() -> str:
    other = Settings(secret_key=SecretStr("x" * 40))
    return address(other, ProjectFilter(), "1")


def unknown() -> str:
    return PATH + str(map_cells._serializer(OPEN).dumps([{"county": "440232,44<b>"}, "1"]))


@pytest.mark.parametrize("path", [forged() + VIEW, unknown() + VIEW, PATH + "x" + VIEW])
def test_a_forged_or_unknown_filter_asks_nothing(path: str) -> None:
    asked: list[str] = []
    assert client(asked=asked).get(path).status_code == 400 and asked == []


@pytest.mark.parametrize(
    "bbox", ["", "1,2,3", "114,24,113,25", "nan,24,114,25", "1e999,1,2,3", "a,b,c,d", "1," * 4000]
)
def test_no_view_asks_nothing(bbox: str) -> None:
    asked: list[str] = []
    answer = client(asked=asked).get(address(OPEN, IN_SHAOGUAN, "1"), params={"bbox": bbox})
    assert answer.status_code == 400 and asked == []


def test_where_nobody_reads_unsigned_the_session_decides() -> None:
    asked: list[str] = []
    path = address(CLOSED, IN_SHAOGUAN, "1") + VIEW
    assert client(CLOSED, asked=asked).get(path).status_code == 401 and asked == []
    assert client(CLOSED, cookie=GOOD, asked=asked).get(path).status_code == 200 and asked == [GOOD]


def test_where_everybody_reads_the_map_is_that_of_everybody() -> None:
    asked: list[str] = []
    assert client(cookie=GOOD, asked=asked).get(address(OPEN, IN_SHAOGUAN, "1") + VIEW).is_success
    assert asked == [""], "as on the page: a session shows nothing more on the public map"


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (SignInNeeded(), 401),
        (NotAllowed("no"), 401),
        (StorageUnavailable("gone"), 503),
        (OSError("key"), 503),
    ],
)
def test_refusals_say_which_and_nothing_more(failure: Exception, status: int) -> None:
    answer = client(failure=failure).get(address(OPEN, IN_SHAOGUAN, "1") + VIEW)
    assert answer.status_code == status and "gone" not in answer.text and "key" not in answer.text


def test_a_view_that_waits_too_long_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_cells, "PATIENCE_S", 0.0)
    worked: list[str] = []

    def work() -> str:
        worked.append("")
        return "{}"

    async def crowd() -> None:
        gate = anyio.CapacityLimiter(1)
        gate.acquire_on_behalf_of_nowait("somebody")
        with pytest.raises(TimeoutError):
            await map_cells._in_turn(gate, work)
        gate.release_on_behalf_of("somebody")
        monkeypatch.setattr(map_cells, "PATIENCE_S", 3.0)
        assert (await map_cells._in_turn(gate, work)).status_code == 200
        assert gate.borrowed_tokens == 0

    anyio.run(crowd)
    assert worked == [""]
