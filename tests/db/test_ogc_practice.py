"""The open interface over practice data says so to people and to programs; over the library it never does."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from data.cluster import Cluster
from data.database import Database
from data.exports.request import PRACTICE
from data.settings import Settings
from data.store import owner_units
from services.ogc.serving import OpenInterface
from services.sign_in import by_cookie
from tests.db.copies import copy_of
from tests.db.ogc_world import browser

PAGES = ("/ogc/", "/ogc/collections", "/ogc/collections/projects", "/ogc/collections/projects/items")


@pytest.fixture(scope="module")
def copied(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    with copy_of(cluster, library_database) as database:
        yield database


@pytest.fixture(scope="module")
def practice(copied: Database) -> Iterator[TestClient]:
    with copied.owning() as connection:
        owner_units.set_policy(connection, True)
    interface = OpenInterface(
        lambda: copied.app_address, Settings(anonymous_reads=True, demo=True), by_cookie
    )
    app = Starlette(routes=interface.routes, lifespan=interface.lifespan)
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_practice_data_is_marked(practice: TestClient, path: str) -> None:
    told = practice.get(path, params={"f": "html"}).text
    assert '<p class="practice">' in told
    assert PRACTICE["zh"] in told and PRACTICE["en"] in told


def test_programs_are_told_too(practice: TestClient) -> None:
    assert PRACTICE["zh"] in practice.get("/ogc/").json()["title"]
    for one in practice.get("/ogc/collections").json()["collections"]:
        assert PRACTICE["zh"] in one["description"]
        assert PRACTICE["en"] in one["description"]
    for path in PAGES[2:]:
        assert PRACTICE["zh"] in practice.get(path).json()["title"]


def test_the_library_bears_no_mark(copied: Database) -> None:
    with browser(copied) as client:
        for path in PAGES:
            assert PRACTICE["zh"] not in client.get(path, params={"f": "html"}).text
        assert PRACTICE["zh"] not in client.get("/ogc/collections").text


def test_links_are_named_in_chinese_before_the_standards_words(practice: TestClient) -> None:
    told = practice.get("/ogc/", params={"f": "html"}).text
    for words in ("首页 · Landing Page", "接口说明 · the API documentation", "数据集 · List of Collections"):
        assert words in told
    assert ">项目 · Projects</a>" in practice.get("/ogc/collections", params={"f": "html"}).text
    assert "逐条记录 · Items" in practice.get("/ogc/collections/projects", params={"f": "html"}).text
