"""Attacks from outside: the app's routes over a real database, with anybody's, a forged or an old cookie."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from data.attachments import StoredAttachments
from data.cluster import Cluster
from data.database import Database
from data.exports import formats
from data.exports.unit_workbook import unit_workbook
from data.jobs.queue import PostgisJobs
from data.settings import Settings
from data.store import owner_units
from data.store.library import PostgisLibrary
from projects.errors import UnknownRecord
from projects.filters import FIELDS, ProjectFilter
from services import attachments, downloads, office_files
from services.sign_in import COOKIE
from tests.db import making
from tests.db.copies import copy_of
from tests.db.test_access import CITY, A, B, World

pytestmark = pytest.mark.db
SECRET, PHONE = "ZZSECRETZZ", "13800000000"
PDF = b"%PDF-1.4\nstartxref\n0\n%%EOF\n"
CHINA = (73.0, 3.0, 136.0, 54.0)

Browser = Callable[..., TestClient]


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    """Hidden, deleted and merged records bear one name, which is nowhere else; open ones have a contact."""
    with copy_of(cluster, library_database) as database:
        made = World(database)
        with database.owning() as connection:
            for state in ("hidden", "deleted", "merged"):
                making.change(
                    connection,
                    made.record[f"{B} {state}"],
                    name=SECRET,
                    address=SECRET,
                    note=SECRET,
                    township=SECRET,
                    prefecture_code=CITY,
                    province_code="440000",
                )
            origin = '{"note": {"basis": "reported", "source": "乐昌市", "by": "who-b", "on": "2026-01-01"}}'
            making.change(
                connection, made.record[f"{B} open"], note="x", provenance=origin, created_by="who-b"
            )
            number = connection.scalar(text("SELECT id FROM account WHERE name = 'who-b'"))
            made.token["ended"] = making.session(connection, int(number or 0), hours=-1)
            made.token["closed"] = making.token_of(connection, "who-closed", "editor", unit_id=B)
            connection.execute(text("UPDATE account SET disabled_at = now() WHERE name = 'who-closed'"))
        made.token["forged"] = "f" * 43
        yield made


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("routes"))


def files_of(world: World, settings: Settings, token: str) -> StoredAttachments:
    return StoredAttachments(world.database, token, settings.data_dir / "attachments", 1)


@pytest.fixture(scope="module")
def browser(world: World, settings: Settings) -> Browser:
    """Give somebody's browser at the routes that ``app.py`` mounts, joined as ``wiring`` does."""
    database, library = world.database, PostgisLibrary(world.database)

    def opened(who: str = "", **changed: Any) -> TestClient:
        told = settings.model_copy(update=changed)
        app = Starlette(
            routes=[
                *downloads.routes(lambda given: library.for_session(given) if given else library, told),
                *attachments.routes(lambda given: files_of(world, settings, given)),
                *office_files.routes(
                    told,
                    partial(workbook_of, database),
                    lambda given: PostgisJobs(database, given),
                ),
            ]
        )
        token = world.token[who]
        return TestClient(app, cookies={COOKIE: token} if token else {}, follow_redirects=False)

    return opened


def workbook_of(database: Database, token: str, unit: str, language: str, blank: bool) -> tuple[bytes, str]:
    return unit_workbook(database, token, unit, language, blank=blank)


def plain(content: bytes) -> str:
    """Return everything that stands in an export, unpacked."""
    if content.startswith(b"SQLite format 3"):
        return content.decode("utf-8", "replace")  # a GeoPackage keeps its texts as they are
    if not content.startswith(b"PK"):
        return content.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


NOBODY = ("", "ended", "closed", "forged")


def test_the_workbook_of_a_unit_is_for_whoever_files_for_it(browser: Browser) -> None:
    way = office_files.workbook_path(B, "zh")
    assert {who: browser(who).get(way).status_code for who in NOBODY} == dict.fromkeys(NOBODY, 401)
    for who in ("a", "other", "viewer", "fresh"):
        answer = browser(who).get(way)
        assert answer.status_code == 403 and SECRET not in answer.text, who
        assert browser(who).get(f"{way}&blank=1").status_code == 403, who
    for who in ("b", "city", "admin"):
        assert SECRET in plain(browser(who).get(way).content), "the unit's own hidden record is in it"
    assert SECRET not in plain(browser("a").get(office_files.workbook_path(A, "zh")).content)
    for number in ("0", "99999999999", "9" * 40):
        assert browser("a").get(f"/office/returned/{number}").status_code == 404
        assert browser("a").get(f"/attachment/{number}").status_code == 404
    for unit in (f"{A}&unit={B}", f"{B}%00", "*", f"{A},{B}", CITY):
        assert browser("a").get(f"/office/workbook?unit={unit}").status_code in (403, 404), unit


def test_a_text_that_is_a_formula_comes_out_of_a_units_workbook_as_text(
    world: World, browser: Browser
) -> None:
    with world.database.owning() as connection:
        for name in ('=HYPERLINK("http://x","y")', "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "\t=1"):
            making.project(connection, name=name, note=name, county_code=A, owner_unit_id=A)
    for who in ("a", "city"):
        book = openpyxl.load_workbook(
            io.BytesIO(browser(who).get(office_files.workbook_path(A, "zh")).content)
        )
        cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
        assert any("HYPERLINK" in str(cell.value) for cell in cells)
        assert not [cell.coordinate for cell in cells if cell.data_type == "f" and "HYPER" in str(cell.value)]
        assert not [
            c.coordinate
            for c in cells
            if c.data_type == "f" and str(c.value).startswith(("=1", "=-", "=cmd"))
        ]


def test_what_an_import_gave_back_is_for_its_account(
    world: World, browser: Browser, settings: Settings
) -> None:
    with world.database.owning() as connection:
        key = connection.scalar(
            text(
                "INSERT INTO job (kind, arguments, account_id, state, result)"
                " SELECT 'import_commit', '{}', id, 'done',"
                " jsonb_build_object('returned', 'returned-77.xlsx')"
                "   FROM account WHERE name = 'who-b' RETURNING id"
            )
        )
    (office_files.folder(settings) / "returned-77.xlsx").write_bytes(b"PK" + SECRET.encode())
    way = office_files.returned_path(int(key or 0))
    assert {who: browser(who).get(way).status_code for who in NOBODY} == dict.fromkeys(NOBODY, 401)
    for who in ("a", "city", "other", "viewer", "fresh"):
        answer = browser(who).get(way)
        assert answer.status_code == 404 and SECRET not in answer.text, who
    assert SECRET.encode() in browser("b").get(way).content


def test_files_of_a_hidden_record_and_removed_files_are_not_fetched(
    world: World, browser: Browser, settings: Settings
) -> None:
    files = files_of(world, settings, world.token["b"])
    hidden = files.add(world.record[f"{B} hidden"], "内部.pdf", PDF + b"1")
    gone = files.add(world.record[f"{B} open"], "错的.pdf", PDF + b"2")
    files.remove(gone.id)
    shown = files.add(world.record[f"{B} open"], "批复.pdf", PDF + b"3")
    for held in (hidden, gone, shown):
        for who in NOBODY:
            answer = browser(who).get(attachments.path_of(held))
            assert answer.status_code == 401 and ".pdf" not in answer.text, (who, held)
    for who in ("a", "other", "viewer", "fresh"):
        found = [browser(who).get(attachments.path_of(f)).status_code for f in (hidden, gone, shown)]
        assert found == [404, 404, 200], who
    for who in ("b", "city", "admin"):
        found = [browser(who).get(attachments.path_of(f)).status_code for f in (hidden, gone)]
        assert found == [200, 404], who
    for who in ("a", "viewer", "other"):
        with pytest.raises(Exception, match=r"refuses|不是"):
            files_of(world, settings, world.token[who]).add(
                world.record[f"{B} open"], "x.pdf", PDF + who.encode()
            )


def link(settings: Settings, name: str, **chosen: Any) -> str:
    return downloads.sign(settings, name, ProjectFilter(**chosen))


@pytest.mark.parametrize("name", formats.FORMATS)
def test_no_export_holds_a_contact_or_a_record_that_is_not_published(
    world: World, browser: Browser, settings: Settings, name: str
) -> None:
    for who in ("", "a", "viewer"):
        for chosen in ({"county": (B,)}, {"ids": tuple(world.record.values())}):
            answer = browser(who).get(link(settings, name, **chosen))
            content = plain(answer.content)
            assert answer.status_code == 200
            assert SECRET not in content and PHONE not in content and "张三" not in content, (who, name)
            if name in ("csv", "geojson") and "county" in chosen:  # the other names its own filter
                assert world.record[f"{B} open"] in content and world.record[f"{B} hidden"] not in content
            assert "who-" not in content, "no names of accounts"
    for who in ("ended", "closed", "forged"):
        assert SECRET not in plain(browser(who).get(link(settings, name)).content)


def test_where_nobody_reads_without_signing_in_no_route_says_anything(
    world: World, browser: Browser, settings: Settings
) -> None:
    with world.database.owning() as connection:
        owner_units.set_policy(connection, False)
    try:
        for who in NOBODY:
            for name in formats.FORMATS:
                answer = browser(who, anonymous_reads=False).get(link(settings, name))
                assert answer.status_code in (401, 403) and "SG-" not in answer.text, (who, name)
            # the setting forgotten: the database says the same
            answer = browser(who).get(link(settings, "geojson"))
            assert answer.status_code != 200 or json.loads(answer.content)["counts"]["matched"] == 0, who
        library = PostgisLibrary(world.database)
        assert library.clusters(ProjectFilter(), CHINA) == () and library.area_counts(ProjectFilter()) == ()
        assert browser("viewer", anonymous_reads=False).get(link(settings, "csv")).status_code == 200
    finally:
        with world.database.owning() as connection:
            owner_units.set_policy(connection, True)


# ---- what the map page asks ----


@pytest.mark.parametrize("q", [PHONE, "138", "张三", SECRET, SECRET.lower(), "who-b", "contact"])
def test_a_search_finds_nobody_by_contact_and_nothing_hidden(world: World, q: str) -> None:
    for who in ("", "a", "viewer"):
        library = world.library.for_session(world.token[who]) if who else PostgisLibrary(world.database)
        chosen = ProjectFilter(q=q)
        found = {row.id for row in library.stream(chosen)}
        assert library.count(chosen).matched == len(found)
        assert not found & set(world.record.values()), (who, q)


def test_facets_counts_clusters_and_cards_know_no_hidden_record(world: World) -> None:
    hidden = [key for name, key in world.record.items() if not name.endswith("open")]
    for who in ("", "a", "viewer", "b", "admin"):
        library = PostgisLibrary(world.database).for_session(world.token[who])
        chosen = ProjectFilter(ids=tuple(hidden))
        assert library.count(chosen).matched == 0 and library.area_counts(chosen) == ()
        assert library.clusters(chosen, CHINA) == () and library.page(chosen, limit=50).items == ()
        for field in FIELDS:
            if field in ("q", "ids", "near_line", "touches"):
                continue
            try:
                options = library.options(field, ProjectFilter())
            except (KeyError, ValueError):
                continue
            assert SECRET not in str(options), (who, field)
    public = PostgisLibrary(world.database)
    for key in hidden:
        with pytest.raises(UnknownRecord):
            public.record(key)
    card = str(public.record(world.record[f"{B} open"]))
    assert PHONE not in card and "张三" not in card and "who-" not in card
