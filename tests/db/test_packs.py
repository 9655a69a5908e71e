"""Packs over the real library: whole or not at all, counted, kept, shared, cleared away."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.jobs import upkeep, worker
from data.jobs.work import Work
from data.settings import Settings
from data.store import packs as store
from data.store.library import PostgisLibrary
from projects.errors import BadValue, NotAllowed, SignInNeeded, UnknownRecord
from projects.packs import KIND, MAX_SHARE_HOURS, Order
from projects.work import JobState
from services.pack import job, making, parts
from services.pack.bench import Bench, Held, Maker
from tests.db import making as rows
from tests.db.copies import copy_of
from tests.db.packs_world import COUNTY, DATA, TASKS, Office, after, honest, part, staffed

pytestmark = pytest.mark.db
Only = Callable[..., None]


@pytest.fixture(scope="module")
def copied(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    with copy_of(cluster, library_database) as database:
        staffed(database, Path("unused"))
        yield database


@pytest.fixture
def office(copied: Database, tmp_path: Path) -> Iterator[Office]:
    """The same people in a new data folder, without packs of the test before."""
    with copied.owning() as connection:
        connection.execute(text("DELETE FROM account_session"))
        connection.execute(text("DELETE FROM pack_share"))
        connection.execute(text("DELETE FROM pack WHERE edition_id IS NULL"))
        connection.execute(text("DELETE FROM job"))
        made = Office(copied, Settings(data_dir=tmp_path))
        for name in ("a", "b", "viewer", "reviewer", "admin"):
            account = connection.scalar(
                text("SELECT id FROM account WHERE name = :name"), {"name": f"packs-{name}"}
            )
            connection.execute(text("UPDATE account SET disabled_at = NULL WHERE id = :id"), {"id": account})
            made.tokens[name] = rows.session(connection, int(account or 0))
    yield made


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Only:
    """Let packs consist of parts of the test's own."""

    def use(*makers: Maker) -> None:
        chosen = tuple(part(make, f"fake{number}") for number, make in enumerate(makers))
        monkeypatch.setattr(parts, "PARTS", chosen)

    return use


# ---- made ----


def test_a_pack_is_listed_with_files_that_agree_with_each_other_and_the_disk(office: Office) -> None:
    pack = office.made(title="明天的会")
    assert pack.records == PostgisLibrary(office.database).count(COUNTY).matched > 10
    assert [file.part for file in pack.files] == [*sorted(DATA, key=_order), "manifest", "zip"]
    assert {file.records for file in pack.files} == {pack.records, None}
    kept = office.packs("a").kept(pack.id)
    assert {path.name for path in kept.folder.iterdir()} == {file.name for file in pack.files}
    for file in pack.files:
        content = (kept.folder / file.name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size_bytes, file.sha256)
    assert kept.folder.stat().st_mode & 0o077 == 0, "nobody else on the machine reads it"
    assert pack.title == "明天的会" and pack.chosen == COUNTY.to_params() and not pack.frozen
    assert office.left() == [kept.folder.name]


def test_a_pack_without_a_title_is_called_by_what_it_is_of(office: Office) -> None:
    assert f"({COUNTY.county[0]})" in office.made().title


def _order(key: str) -> int:
    return [one.key for one in parts.PARTS].index(key)


def test_manifest_and_archive_hold_everything(office: Office) -> None:
    pack = office.made()
    kept = office.packs("a").kept(pack.id)
    manifest = json.loads((kept.folder / pack.files[-2].name).read_bytes())
    assert manifest["records"] == pack.records and manifest["filter"] == {"county": "440232"}
    listed = {one["name"]: (one["sha256"], one["records"]) for one in manifest["files"]}
    assert listed == {f.name: (f.sha256, f.records) for f in pack.files[:-2]}
    assert pack.archive
    with zipfile.ZipFile(kept.folder / pack.archive.name) as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == {file.name for file in pack.files[:-1]}


def test_who_may_see_it(office: Office) -> None:
    pack = office.made("a")
    assert office.packs("admin").pack(pack.id).id == pack.id
    assert [one.id for one in office.packs("a").mine()] == [pack.id]
    assert office.packs("admin").mine() == () and office.packs().mine() == ()
    for who in ("b", "viewer", "reviewer", ""):
        with pytest.raises(UnknownRecord):
            office.packs(who).pack(pack.id)
        assert office.packs(who).shares(pack.id) == ()
    for key in (0, -1, pack.id + 1000, 2**31, 2**70):
        with pytest.raises(UnknownRecord):
            office.packs("a").pack(key)


def test_a_pack_is_read_as_its_maker_and_a_public_one_as_nobody(office: Office, only: Only) -> None:
    seen: list[str] = []

    def looks(bench: Bench, path: Path) -> Held:
        with bench.library._reading() as connection:
            seen.append(str(connection.scalar(text("SELECT current_user"))))
        return honest(bench, path)

    only(looks)
    own, public = office.made("a", parts=()), office.made("a", parts=(), public=True)
    assert seen == ["atlas_app", "atlas_anonymous"]
    assert own.detail["public"] is False and public.detail["public"] is True


def test_a_public_pack_needs_a_public(office: Office) -> None:
    office.settings = office.settings.model_copy(update={"anonymous_reads": False})
    refused = office.order(public=True)
    assert refused.state is JobState.FAILED and "未登录" in refused.message


def test_no_record_at_all_is_a_pack_too(office: Office) -> None:
    nothing = COUNTY.with_(q="没有这样的项目名")
    done = office.submit("a", Order(chosen=nothing, parts=DATA).arguments())
    assert done.state is JobState.DONE, done.message
    assert office.packs("a").pack(done.result["pack"]).records == 0


@pytest.mark.parametrize(
    "arguments",
    [
        {"filter": {"category": "hotel"}},
        {"parts": ["geojson", "../../etc/passwd"]},
        {"paper": "A0"},
        {"language": "de"},
        {"parts": "geojson"},
        {"edition": "1; DROP TABLE pack"},
        {"edition": True},
        {"edition": 2**40},
    ],
)
def test_an_order_that_cannot_be_done_as_it_stands_is_refused(
    office: Office, arguments: dict[str, object]
) -> None:
    done = office.submit("a", arguments)
    assert done.state is JobState.FAILED and done.message
    assert office.packs("a").mine() == () and office.left() == []


# ---- whole or not at all ----


def test_files_that_disagree_are_not_handed_out(office: Office, only: Only) -> None:
    def one_less(bench: Bench, path: Path) -> Held:
        return Held(honest(bench, path).records - 1)

    only(honest, one_less)
    failed = office.order(parts=())
    assert failed.state is JobState.FAILED and "数目不一致" in failed.message and "fake1" in failed.message
    assert office.packs("a").mine() == () and office.left() == []


def test_a_part_that_writes_nothing_fails_the_pack(office: Office, only: Only) -> None:
    only(lambda bench, path: Held(bench.library.count(bench.request.chosen).matched))
    failed = office.order(parts=())
    assert failed.state is JobState.FAILED and "没有写出来" in failed.message and office.left() == []


def test_a_disk_that_fills_while_writing_leaves_nothing(office: Office, only: Only) -> None:
    def full(bench: Bench, path: Path) -> Held:
        path.write_text("half of it")
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    only(honest, full)
    failed = office.order(parts=())
    assert failed.state is JobState.FAILED and "磁盘空间" in failed.message
    assert str(office.place) not in failed.message, "a place on the server is nobody's business"
    assert office.packs("a").mine() == () and office.left() == []


def test_a_disk_that_is_nearly_full_is_said_before_the_work(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "NEEDED_BYTES", 10**18)
    failed = office.order()
    assert failed.state is JobState.FAILED and "磁盘" in failed.message and office.left() == []


def test_cancelled_while_it_is_made_it_leaves_nothing(office: Office, only: Only) -> None:
    def cancel() -> None:
        (running,) = office.jobs("a").mine()
        office.jobs("a").cancel(running.id)
        time.sleep(1.1)  # progress is written once a second

    def tells(bench: Bench, path: Path) -> Held:
        path.write_text("x")
        bench.step("第二个文件")
        raise AssertionError("it should have stopped")

    only(after(cancel), tells)
    stopped = office.order(parts=())
    assert stopped.state is JobState.CANCELLED
    assert office.packs("a").mine() == () and office.left() == []


def test_a_library_that_changes_meanwhile_makes_the_pack_anew(office: Office, only: Only) -> None:
    only(after(lambda: _edit(office)), honest)
    pack = office.made(parts=())
    assert pack.detail["version"] == PostgisLibrary(office.database).version()


def test_a_library_that_never_rests_is_said_so(office: Office, only: Only) -> None:
    only(after(lambda: _edit(office), times=making.TRIES))
    failed = office.order(parts=())
    assert failed.state is JobState.FAILED and "变动" in failed.message and office.left() == []


def _edit(office: Office) -> None:
    office.do("UPDATE project SET note = coalesce(note, '') || '改' WHERE id = 'SG-0001'")


def test_run_again_after_a_power_cut_it_is_one_pack(office: Office) -> None:
    pack = office.made()
    office.do("UPDATE job SET state = 'waiting', result = NULL, finished_at = NULL")
    worker.run_waiting(office.database, office.settings, TASKS)
    assert [one.id for one in office.packs("a").mine()] == [pack.id]
    assert office.jobs("a").mine()[0].result["pack"] == pack.id


def test_what_a_killed_worker_left_goes_when_the_job_runs_again(office: Office) -> None:
    key = office.jobs("a").submit(KIND, "材料", Order(chosen=COUNTY, parts=DATA).arguments())
    half = office.place / f"{store.MAKING}{key}-0123456789abcdef"
    half.mkdir(parents=True)
    (half / "项目.geojson").write_text("half")
    worker.run_waiting(office.database, office.settings, TASKS)
    assert len(office.packs("a").mine()) == 1 and not half.exists() and len(office.left()) == 1


def test_two_at_once_do_not_meet(office: Office, only: Only) -> None:
    both = threading.Barrier(2, timeout=60)
    only(after(both.wait, times=2))
    keys = [office.jobs(who).submit(KIND, "x", Order(chosen=COUNTY).arguments()) for who in ("a", "b")]
    done: dict[str, object] = {}

    class Quiet:
        def step(self, done: int, of: int | None = None, message: str = "") -> None: ...

    def make(who: str, key: int) -> None:
        work = Work(office.database, office.tokens[who], office.settings, Path("unused"), key, 0)
        done[who] = job.run(work, Order(chosen=COUNTY).arguments(), Quiet())["pack"]

    threads = [threading.Thread(target=make, args=pair) for pair in zip(("a", "b"), keys, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(done.values())) == 2 == len(office.left())
    assert [one.id for one in office.packs("a").mine()] == [done["a"]]


def test_when_the_row_is_refused_the_folder_goes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.made()
    with office.database.owning() as connection:
        connection.execute(
            text("""
            INSERT INTO pack (title, folder, records, language, files, account_id, expires_at)
            SELECT 'x', md5(n::text), 0, 'zh', '[]', (SELECT id FROM account WHERE name = 'packs-a'),
                   now() + interval '1 day' FROM generate_series(1, 39) AS n""")
        )
    monkeypatch.setattr(job, "_refuse_more", lambda packs: None)
    before = office.left()
    failed = office.order()
    assert failed.state is JobState.FAILED and "40 份" in failed.message and office.left() == before


def test_forty_packs_are_enough_and_it_is_said_before_the_work(office: Office, only: Only) -> None:
    office.do("""
        INSERT INTO pack (title, folder, records, language, files, account_id, expires_at)
        SELECT 'x', md5(n::text), 0, 'zh', '[]', (SELECT id FROM account WHERE name = 'packs-a'),
               now() + interval '1 day' FROM generate_series(1, 40) AS n""")
    only(after(lambda: pytest.fail("it was begun")))
    assert office.order(parts=()).message == store.FULL


def test_too_many_records_are_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "MOST_RECORDS", 3)
    assert "最多 3 个" in office.order().message


# ---- links ----


def test_a_link_opens_one_pack_without_an_account_and_is_counted(office: Office) -> None:
    pack = office.made()
    new = office.packs("a").share(pack.id, 2)
    hours = (new.share.expires_at - new.share.created_at) / timedelta(hours=1)
    assert hours == 2 and new.share.open_at(datetime.now(UTC))
    assert office.by_link(new.token).id == office.by_link(new.token).id == pack.id
    assert office.by_link(new.token, fetching=True).files == pack.files
    (share,) = office.packs("a").shares(pack.id)
    assert (share.opened, share.downloads) == (2, 1) and share.last_opened_at is not None


def test_a_link_ends_with_its_time_its_revocation_its_pack_and_its_giver(office: Office) -> None:
    pack = office.made()
    links = {name: office.packs("a").share(pack.id, 1) for name in ("old", "revoked", "account", "removed")}
    office.do("UPDATE pack_share SET created_at = now() - interval '2 hours', expires_at = now() - interval"
              " '1 hour' WHERE id = :id", id=links["old"].share.id)  # fmt: skip
    office.packs("a").revoke(links["revoked"].share.id)
    for name in ("old", "revoked"):
        with pytest.raises(UnknownRecord):
            office.by_link(links[name].token)
    office.do("UPDATE account SET disabled_at = now() WHERE name = 'packs-a'")
    with pytest.raises(UnknownRecord):
        office.by_link(links["account"].token)
    office.do("UPDATE account SET disabled_at = NULL WHERE name = 'packs-a'")
    assert office.by_link(links["removed"].token).id == pack.id
    office.packs("a").remove(pack.id)
    with pytest.raises(UnknownRecord):
        office.by_link(links["removed"].token)
    assert office.left() == []


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "'; DROP TABLE pack; --", "\0" * 43, "../" * 20])
def test_a_forged_link_opens_nothing(office: Office, token: str) -> None:
    office.packs("a").share(office.made().id, 1)
    with pytest.raises(UnknownRecord):
        office.by_link(token)


def test_only_the_maker_gives_links_and_no_long_ones(office: Office) -> None:
    pack = office.made()
    for who in ("b", "viewer", "reviewer", "admin"):
        with pytest.raises(UnknownRecord):
            office.packs(who).share(pack.id, 1)
    with pytest.raises(SignInNeeded):
        office.packs().share(pack.id, 1)
    for hours in (0, -1, MAX_SHARE_HOURS + 1, 10**12):
        with pytest.raises(BadValue, match="小时"):
            office.packs("a").share(pack.id, hours)
    new = office.packs("a").share(pack.id, MAX_SHARE_HOURS)
    assert pack.expires_at and new.share.expires_at <= pack.expires_at
    with pytest.raises(UnknownRecord):
        office.packs("b").revoke(new.share.id)
    office.packs("admin").revoke(new.share.id)
    with pytest.raises(UnknownRecord):
        office.by_link(new.token)


def test_twenty_links_are_enough(office: Office) -> None:
    pack = office.made()
    first = office.packs("a").share(pack.id, 1)
    for _ in range(19):
        office.packs("a").share(pack.id, 1)
    with pytest.raises(BadValue, match="20 个"):
        office.packs("a").share(pack.id, 1)
    office.packs("a").revoke(first.share.id)
    assert office.packs("a").share(pack.id, 1).token


def test_a_restored_backup_brings_no_link_to_life(office: Office) -> None:
    new = office.packs("a").share(office.made().id, 1)
    with office.database.owning() as connection:
        store.end_links(connection)
    with pytest.raises(UnknownRecord):
        office.by_link(new.token)


def test_the_table_keeps_no_token(office: Office) -> None:
    new = office.packs("a").share(office.made().id, 1)
    with office.database.owning() as connection:
        dumped = str(connection.execute(text("SELECT * FROM pack_share")).all())
    assert new.token not in dumped


# ---- what the database lets nobody do ----


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO pack (title, folder, records, language, files, account_id, expires_at)"
        " VALUES ('x', repeat('a', 32), 0, 'zh', '[]', 1, now())",
        "UPDATE pack SET title = 'x'",
        "SELECT token_sha256 FROM pack_share",
        "INSERT INTO pack_share (token_sha256, pack_id, account_id, expires_at) VALUES ('x', 1, 1, now())",
        "UPDATE pack_share SET expires_at = now() + interval '1 year'",
        "DELETE FROM pack_share",
        "SELECT * FROM pack_share_open('x', false)",
        "TRUNCATE pack",
    ],
)
@pytest.mark.parametrize("who", ["a", "admin", ""])
def test_pages_may_not(office: Office, statement: str, who: str) -> None:
    with (
        pytest.raises(NotAllowed),
        office.database.writing(office.tokens[who]) if who else office.database.reading() as connection,
    ):
        if not who:
            connection.execute(text("SET TRANSACTION READ WRITE"))
        connection.execute(text(statement))


def test_a_stranger_removes_nothing(office: Office) -> None:
    pack = office.made()
    for who in ("b", "reviewer"):
        with pytest.raises(UnknownRecord):
            office.packs(who).remove(pack.id)
        with office.database.writing(office.tokens[who]) as connection:
            assert connection.execute(text("DELETE FROM pack")).rowcount == 0
    office.packs("admin").remove(pack.id)
    assert office.packs("a").mine() == () and office.left() == []


def test_a_pack_of_another_account_cannot_be_kept_in_its_name(office: Office) -> None:
    wanted = json.dumps({"title": "x", "folder": "a" * 32, "records": 1, "language": "zh", "chosen": {},
                         "files": [], "detail": {}, "account_id": 1, "id": 7})  # fmt: skip
    with office.database.writing(office.tokens["b"]) as connection:
        connection.execute(text("SELECT pack_keep(CAST(:w AS jsonb), 3)"), {"w": wanted})
    assert len(office.packs("b").mine()) == 1 and office.packs("a").mine() == ()


# ---- upkeep ----


def test_upkeep_clears_what_is_over_and_what_has_no_row(office: Office) -> None:
    kept, over = office.made(), office.made()
    folder = office.packs("a").kept(over.id).folder
    office.do("ALTER TABLE pack DISABLE TRIGGER frozen")
    office.do("UPDATE pack SET expires_at = now() - interval '1 second' WHERE id = :id", id=over.id)
    office.do("ALTER TABLE pack ENABLE TRIGGER frozen")
    with pytest.raises(UnknownRecord):
        office.packs("a").pack(over.id)
    for name, age in (("0" * 32, 2 * 86_400), ("1" * 32, 60), (f"{store.MAKING}9-ab", 2 * 86_400)):
        orphan = office.place / name
        orphan.mkdir()
        os.utime(orphan, (time.time() - age,) * 2)
    upkeep.clean(office.database, office.settings)
    assert not folder.exists()
    assert office.left() == sorted(["1" * 32, office.packs("a").kept(kept.id).folder.name])
