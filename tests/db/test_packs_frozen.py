"""Published editions as frozen packs, and what the routes hand out over a real database."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.testclient import TestClient

from data.cluster import Cluster
from data.database import Database
from data.jobs import upkeep, worker
from data.jobs.queue import PostgisJobs
from data.settings import Settings
from data.store import owner_units
from data.store import packs as store
from projects.errors import NotAllowed, UnknownRecord
from projects.packs import KIND, Order, Pack, edition_arguments
from projects.plans.editions import Edition
from projects.work import Job, JobState
from services.pack import edition as freezing
from services.pack import making
from services.pack.web import routes
from services.sign_in import COOKIE
from tests.db.copies import copy_of
from tests.db.packs_world import COUNTY, TASKS, Office
from tests.db.plans_world import CATALOGUE, PLAN, World, people, proposal

pytestmark = pytest.mark.db
HOSTILE = '=cmd|"/c calc"!A1 <script>alert(1)</script> 温泉/康养\u202e😀' + "长" * 140


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        yield people(database)


@pytest.fixture
def county(world: World) -> str:
    """A county without editions: frozen ones are taken away as only a test can."""
    with world.database.owning() as connection:
        connection.execute(text("ALTER TABLE pack DISABLE TRIGGER USER"))
        connection.execute(text("DELETE FROM pack"))
        connection.execute(text("ALTER TABLE pack ENABLE TRIGGER USER"))
        connection.execute(text("DELETE FROM job"))
    return world.county()


@pytest.fixture
def office(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The planners as people who freeze; parts about the records are two, quickly made."""
    monkeypatch.setattr(freezing, "LIVE", ("table_xlsx", "geojson"))
    return Office(world.database, Settings(data_dir=tmp_path), {**world.tokens, "": ""})


@pytest.fixture
def browse(office: Office) -> Callable[..., TestClient]:
    """Return a browser of somebody; its office may be closed to the public."""

    def open_as(who: str = "", settings: Settings = office.settings) -> TestClient:
        def by_link(token: str, fetching: bool) -> Any:
            return store.opened_by_link(office.database, office.place, token, fetching=fetching)

        def packs(token: str) -> store.PostgisPacks:
            return store.PostgisPacks(office.database, token, office.place)

        cookies = {COOKIE: office.tokens[who]} if who else {}
        return TestClient(Starlette(routes=routes.routes(packs, by_link, settings)), cookies=cookies)

    return open_as


def opportunity(world: World, county: str, **values: Any) -> str:
    return world.project(county, open_to_capital="是", **values)


def catalogue(world: World, county: str, *keys: str, **more: Any) -> Edition:
    return world.publish(county, *keys, **{"kind": CATALOGUE, "title": f"{county} 招商目录"} | more)


def freeze(office: Office, edition: Edition | int, who: str = "reviewer") -> Job:
    key = edition if isinstance(edition, int) else edition.id
    job = PostgisJobs(office.database, office.tokens[who], TASKS).submit(KIND, "固定", edition_arguments(key))
    worker.run_waiting(office.database, office.settings, TASKS)
    return PostgisJobs(office.database, office.tokens[who], TASKS).job(job)


def frozen(office: Office, edition: Edition) -> Pack:
    job = freeze(office, edition)
    assert job.state is JobState.DONE, job.message
    return office.packs().pack(job.result["pack"])


def content(office: Office, pack: Pack, part: str) -> bytes:
    name = next(file.name for file in pack.files if file.part == part)
    return (office.packs().kept(pack.id).folder / name).read_bytes()


# ---- what is in it ----


def test_an_edition_is_frozen_once_with_everything_in_it(world: World, county: str, office: Office) -> None:
    keys = [opportunity(world, county, name=f"康养 {n}", total_investment="100") for n in range(3)]
    edition = catalogue(world, county, *keys)
    pack = frozen(office, edition)
    assert (pack.records, pack.edition_id, pack.frozen, pack.expires_at) == (3, edition.id, True, None)
    parts = [file.part for file in pack.files]
    assert parts == ["edition_xlsx", "edition_json", "table_xlsx", "geojson", "manifest", "zip"]
    assert {file.records for file in pack.files} == {3, None}
    held = json.loads(content(office, pack, "edition_json"))
    assert [one["id"] for one in held["members"]] == sorted(keys) and held["number"] == 1
    assert held["members"][0]["snapshot"]["total_investment"] == "100"
    manifest = json.loads(content(office, pack, "manifest"))
    assert manifest["address"] == f"/edition/{edition.id}" and manifest["edition"]["against"] is None
    again = freeze(office, edition)
    assert again.result["pack"] == pack.id and len(office.left()) == 1
    assert office.packs().editions([edition.id, 0, 2**40]) == {edition.id: pack}


def test_the_difference_list_says_what_changed_against_the_edition_before(
    world: World, county: str, office: Office
) -> None:
    stays, goes, comes = (opportunity(world, county, name=name) for name in ("留", "走", HOSTILE))
    first = catalogue(world, county, stays, goes)
    world.change(stays, beds=77)
    second = catalogue(world, county, stays, comes, base_id=first.id, leaving={goes: "已签约"})
    pack = frozen(office, second)
    lines = list(csv.reader(io.StringIO(content(office, pack, "differences").decode("utf-8-sig"))))
    told = {line[0]: line[1:] for line in lines[1:]}
    assert told[goes][1:3] == ["退出", "已签约"] and told[comes][1] == "新进" and told[stays][1] == "保留"
    assert "77" in told[stays][3] and told[comes][0].startswith("'=cmd"), "no cell runs as a formula"
    facts = pack.detail["edition"]
    assert facts["against"]["id"] == first.id
    assert facts["differences"] == {"新进": 1, "退出": 1, "保留": 1, "保留中有变动": 1}
    assert all(len(file.name.encode()) <= 120 and "/" not in file.name for file in pack.files)


def test_records_that_moved_on_leave_their_files_out_and_it_is_said(
    world: World, county: str, office: Office
) -> None:
    kept, hidden = opportunity(world, county, name="甲"), opportunity(world, county, name="乙")
    edition = catalogue(world, county, kept, hidden)
    world.change(kept, name="改了名")
    world.change(hidden, published=False)
    pack = frozen(office, edition)
    assert [file.part for file in pack.files] == ["edition_xlsx", "edition_json", "manifest", "zip"]
    assert pack.records == 2 and pack.detail["left_out"] == freezing.MOVED_ON
    assert "改了名" not in content(office, pack, "edition_json").decode()


def test_a_rolling_plan_is_frozen_too(world: World, county: str, office: Office) -> None:
    edition = world.publish(county, world.project(county, {2026: "9"}))
    pack = frozen(office, edition)
    assert pack.files[0].name.startswith("滚动计划_") and edition.kind is PLAN
    assert json.loads(content(office, pack, "edition_json"))["members"][0]["plan"] == {"2026": "9"}


def test_it_holds_what_everybody_may_see_whoever_froze_it(world: World, county: str, office: Office) -> None:
    edition = catalogue(world, county, opportunity(world, county, name="有联系人"))
    pack = frozen(office, edition)
    kept = office.packs().kept(pack.id)
    for file in kept.folder.iterdir():
        texts = [file.read_bytes()]
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                texts += [archive.read(name) for name in archive.namelist()]
        assert not any(b"13800000000" in one or "张三丰".encode() in one for one in texts), file


def test_of_a_closed_library_it_holds_no_contacts_either(
    world: World, county: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is frozen for good: one day the office may open its library to everybody."""
    monkeypatch.setattr(freezing, "LIVE", ("book_docx", "table_xlsx", "geojson"))
    office.settings = office.settings.model_copy(update={"anonymous_reads": False})
    edition = catalogue(world, county, opportunity(world, county, name="有联系人"))
    with office.database.owning() as connection:
        owner_units.set_policy(connection, False)
    try:
        job = freeze(office, edition)
        assert job.state is JobState.DONE, job.message
        kept = office.packs("viewer").kept(job.result["pack"])
    finally:
        with office.database.owning() as connection:
            owner_units.set_policy(connection, True)
    assert "book_docx" in [file.part for file in kept.pack.files]
    for texts in map(_unpacked, kept.folder.iterdir()):
        assert not any(b"13800000000" in one or "张三丰".encode() in one for one in texts)


def _unpacked(file: Path) -> list[bytes]:
    """Return a file's bytes and those of everything in it."""
    if not zipfile.is_zipfile(file):
        return [file.read_bytes()]
    with zipfile.ZipFile(file) as archive:
        return [file.read_bytes(), *(archive.read(name) for name in archive.namelist())]


# ---- who may, and that it stays ----


def test_only_whoever_decides_freezes_and_only_what_is_published(
    world: World, county: str, office: Office
) -> None:
    edition = catalogue(world, county, opportunity(world, county))
    for who in (county, "stranger", "city", "viewer"):
        job = freeze(office, edition, who)
        assert job.state is JobState.FAILED and "审定" in job.message
    for number in (0, -1, 999_999):
        assert freeze(office, number).state is JobState.FAILED
    with pytest.raises(UnknownRecord):
        office.packs().edition(edition.id)
    assert office.left() == []


def test_a_proposal_is_not_frozen(world: World, county: str, office: Office) -> None:
    wish = proposal(county, opportunity(world, county), kind=CATALOGUE)
    job = freeze(office, world.editions(county).propose(wish))
    assert job.state is JobState.FAILED and "还没有公布" in job.message


def test_nobody_changes_or_removes_it(world: World, county: str, office: Office) -> None:
    pack = frozen(office, catalogue(world, county, opportunity(world, county)))
    for who in ("reviewer", "admin"):
        with pytest.raises(UnknownRecord, match="不能删除"):
            office.packs(who).remove(pack.id)
        with office.database.writing(office.tokens[who]) as connection:
            assert connection.execute(text("DELETE FROM pack")).rowcount == 0
    for statement in ("UPDATE pack SET title = 'x'", "DELETE FROM pack", "TRUNCATE pack CASCADE"):
        with pytest.raises(DBAPIError, match=r"never|stands as it is"):
            office.do(statement)
    upkeep.clean(office.database, office.settings)
    assert office.packs().pack(pack.id) == pack and len(office.left()) == 1


def test_a_backup_that_knows_less_costs_no_frozen_file(
    world: World, county: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = frozen(office, catalogue(world, county, opportunity(world, county)))
    folder = office.packs().kept(pack.id).folder
    with office.database.owning() as connection:
        connection.execute(text("ALTER TABLE pack DISABLE TRIGGER USER"))
        connection.execute(text("DELETE FROM pack"))
        connection.execute(text("ALTER TABLE pack ENABLE TRIGGER USER"))
    monkeypatch.setattr(store, "UNNAMED_S", -10)
    upkeep.clean(office.database, office.settings)
    assert {path.name for path in folder.iterdir()} == {file.name for file in pack.files}


def test_two_who_freeze_at_once_make_one(
    world: World, county: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = catalogue(world, county, opportunity(world, county))
    first = frozen(office, edition)
    monkeypatch.setattr(store.PostgisPacks, "editions", lambda self, keys: {})
    second = freeze(office, edition, "admin")
    assert second.state is JobState.FAILED and "已由别人固定" in second.message
    assert office.left() == [office.packs().kept(first.id).folder.name]


def test_a_large_edition_has_no_book(
    world: World, county: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "MOST_RECORDS", 1)
    pack = frozen(office, catalogue(world, county, *(opportunity(world, county) for _ in range(2))))
    assert len(pack.files) == 4 and pack.detail["left_out"] == freezing.TOO_MANY


def test_a_table_lets_nobody_freeze_past_the_program(world: World, county: str, office: Office) -> None:
    edition = catalogue(world, county, opportunity(world, county))
    wanted = {"title": "x", "folder": "b" * 32, "records": 1, "language": "zh", "chosen": {}, "files": [],
              "detail": {}, "edition_id": edition.id}  # fmt: skip
    query = text("SELECT pack_keep(CAST(:w AS jsonb), 3)")
    for who in (county, "stranger", "viewer", "fresh"):
        with (
            pytest.raises(NotAllowed),
            office.database.writing(office.tokens[who]) as connection,
        ):
            connection.execute(query, {"w": json.dumps(wanted)})
    assert office.packs().editions([edition.id]) == {}


# ---- over the web ----


def test_a_file_goes_to_its_maker_only(
    world: World, county: str, office: Office, browse: Callable[..., TestClient]
) -> None:
    done = office.submit(county, Order(chosen=COUNTY, parts=("geojson",)).arguments())
    pack = office.packs(county).pack(done.result["pack"])
    file = pack.files[0]
    answer = browse(county).get(routes.path_of(pack.id, file.name))
    assert answer.status_code == 200 and len(answer.content) == file.size_bytes
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["cache-control"] == "private, no-store"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert browse().get(routes.path_of(pack.id, file.name)).status_code == 401
    for who in ("stranger", "viewer"):
        assert browse(who).get(routes.path_of(pack.id, file.name)).status_code == 404
    assert browse("admin").get(routes.path_of(pack.id, file.name)).status_code == 200
    for name in ("x", "..", "%2e%2e%2fsecret_key", "..%2f..%2fsecret_key", quote(file.name) + "/x", "."):
        assert browse(county).get(f"/pack/{pack.id}/{name}").status_code == 404
    for key in (0, 2**31, 2**70, "x", "9" * 5000):
        assert browse(county).get(f"/edition/{key}").status_code == 404
        assert browse(county).get(f"/pack/{key}/{quote(file.name)}").status_code == 404


def test_a_link_shows_the_files_to_somebody_without_an_account(
    world: World, county: str, office: Office, browse: Callable[..., TestClient]
) -> None:
    order = Order(chosen=COUNTY, parts=("geojson",), title="<script>alert(1)</script>${x}`")
    pack = office.packs(county).pack(office.submit(county, order.arguments()).result["pack"])
    new = office.packs(county).share(pack.id, 1)
    page = browse().get(routes.shared_path(new.token))
    assert page.status_code == 200 and "<script" not in page.text and "${x}" not in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["x-robots-tag"] == "noindex" and page.headers["referrer-policy"] == "no-referrer"
    for file in pack.files:
        address = f"{routes.shared_path(new.token)}/{quote(file.name, safe='')}"
        assert address in page.text and file.sha256 in page.text
        assert len(browse().get(address).content) == file.size_bytes
    (share,) = office.packs(county).shares(pack.id)
    assert (share.opened, share.downloads) == (1, len(pack.files))
    office.packs(county).revoke(share.id)
    gone = browse().get(routes.shared_path(new.token))
    assert gone.status_code == 404 and "链接已停用" in gone.text
    first = quote(pack.files[0].name, safe="")
    assert browse().get(f"{routes.shared_path(new.token)}/{first}").status_code == 404


def test_a_file_that_was_altered_on_the_disk_is_not_sent(
    world: World, county: str, office: Office, browse: Callable[..., TestClient]
) -> None:
    pack = frozen(office, catalogue(world, county, opportunity(world, county)))
    address = f"{routes.edition_path(pack.edition_id or 0)}/{quote(pack.files[0].name)}"
    assert browse().get(address).status_code == 200
    path = office.packs().kept(pack.id).folder / pack.files[0].name
    spoiled = bytearray(path.read_bytes())
    spoiled[-1] ^= 1
    path.write_bytes(spoiled)
    refused = browse().get(address)
    assert refused.status_code == 503 and "校验和" in refused.text and str(office.place) not in refused.text
    path.unlink()
    assert browse().get(address).status_code == 503


def test_the_permanent_address_is_open_to_whoever_reads_the_edition(
    world: World, county: str, office: Office, browse: Callable[..., TestClient]
) -> None:
    first = catalogue(world, county, opportunity(world, county, name="旧"))
    edition = catalogue(world, county, opportunity(world, county, name=HOSTILE), base_id=first.id)
    assert browse().get(routes.edition_path(edition.id)).status_code == 404, "not frozen yet"
    pack = frozen(office, edition)
    page = browse().get(routes.edition_path(edition.id))
    assert page.status_code == 200 and edition.title in page.text and "新进" in page.text
    assert all(file.sha256 in page.text for file in pack.files)
    for name in (file.name for file in pack.files):
        assert browse().get(f"{routes.edition_path(edition.id)}/{quote(name, safe='')}").status_code == 200
    closed = office.settings.model_copy(update={"anonymous_reads": False})
    with office.database.owning() as connection:
        owner_units.set_policy(connection, False)
    try:
        assert browse("", closed).get(routes.edition_path(edition.id)).status_code == 401
        assert browse("", office.settings).get(routes.edition_path(edition.id)).status_code == 404
        assert browse("viewer", closed).get(routes.edition_path(edition.id)).status_code == 200
    finally:
        with office.database.owning() as connection:
            owner_units.set_policy(connection, True)
