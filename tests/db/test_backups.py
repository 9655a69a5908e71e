"""Backups: whole or not at all, proved by putting them back, made on time; the way back with the files."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from data import backup
from data.backups import contents, files, keeping, making, manifest, proving, restoring
from data.backups.making import Made
from data.backups.manifest import DUMP, FILES, MANIFEST, PROOF, Manifest, Proof
from data.backups.nightly import Nights
from data.backups.scratch import PREFIX, Scratch, beside
from data.cluster import Cluster
from data.database import Database
from data.settings import Settings
from data.store import loaded, upkeep_runs
from data.store.upkeep_runs import BACKUP, BackupState
from data.version import version
from projects.errors import BadValue, Busy, StorageUnavailable
from projects.lifecycle.dispatch import OFFICE_TIME
from projects.work import JobStopped
from tests.db import making as records
from tests.db.copies import PLACES, copy_of, database_named, rows, small_world
from tests.paths import ROOT

pytestmark = pytest.mark.db
long = pytest.mark.long
TWO = datetime(2026, 11, 22, 2, 0, tzinfo=OFFICE_TIME)
PAPER = b"%PDF-1.4 a paper"
PAPER_NAME = hashlib.sha256(PAPER).hexdigest()


@pytest.fixture(scope="module")
def template(cluster: Cluster) -> Iterator[Database]:
    with small_world(cluster) as database:
        yield database


@pytest.fixture
def database(cluster: Cluster, template: Database) -> Iterator[Database]:
    with copy_of(cluster, template) as copy:
        yield copy


@pytest.fixture
def scratch(cluster: Cluster) -> Scratch:
    def opened() -> AbstractContextManager[Database]:
        return database_named(cluster, PREFIX + os.urandom(5).hex())

    return opened


@pytest.fixture
def believed(monkeypatch: pytest.MonkeyPatch) -> Scratch:
    """A proof that always succeeds: for tests of what follows from one."""

    def sound(folder: Path, found: Manifest, scratch: Scratch, go: files.Go) -> Proof:
        proof = Proof(datetime.now(UTC), True, "believed", 0.0)
        manifest.write_proof(folder, proof)
        return proof

    def never() -> AbstractContextManager[Database]:
        raise AssertionError("not asked for")

    monkeypatch.setattr(proving, "prove", sound)
    return never


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(data_dir=tmp_path / "data", backup_dir=tmp_path / "backups", backup_keep=3)
    put(made, f"attachments/{PAPER_NAME[:2]}/{PAPER_NAME}", PAPER)
    put(made, "directories/own.toml", b"title = 'own'")
    put(made, "secret_key", b"k" * 64)
    put(made, "packs/0f/a.docx", b"a pack")
    return made


def put(settings: Settings, path: str, content: bytes) -> Path:
    target = settings.data_dir / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return target


def on() -> None:
    """Let the work go on."""


def made(database: Database, settings: Settings, scratch: Scratch | None = None) -> Made:
    found = making.make(database, settings, scratch, on)
    assert found is not None
    return found


def state(database: Database) -> BackupState:
    with database.owning() as connection:
        return upkeep_runs.latest(connection)


def held(database: Database) -> dict[str, contents.TableSum]:
    with database.owning() as connection:
        found = contents.sums(connection)
    return {name: one for name, one in found.items() if name not in ("upkeep_run", "loaded", "edit_mark")}


def change(database: Database, statement: str) -> None:
    with database.owning() as connection:
        connection.execute(text(statement))


# ---- one backup ----


def test_a_backup_holds_rows_and_files_and_is_proved(
    database: Database, settings: Settings, scratch: Scratch
) -> None:
    change(
        database,
        "INSERT INTO attachment (project_id, file_name, media_type, size_bytes, sha256, uploaded_by)"
        f" VALUES ('T-0001', 'paper.pdf', 'application/pdf', {len(PAPER)}, '{PAPER_NAME}', 'x')",
    )
    done = made(database, settings, scratch)
    assert done.proof is not None and done.proof.sound, done.proof
    assert manifest.read(done.folder) == done.manifest
    assert done.manifest.tables["project"].rows == len(PLACES)
    assert done.manifest.program == version() and not done.manifest.practice
    assert set(done.manifest.files) == {
        f"attachments/{PAPER_NAME[:2]}/{PAPER_NAME}",
        "directories/own.toml",
        "packs/0f/a.docx",
        "secret_key",
    }
    assert (done.folder / FILES / "secret_key").read_bytes() == b"k" * 64
    assert done.folder.stat().st_mode & 0o077 == 0
    found = state(database)
    assert found.done and found.proved and found.done.name == done.folder.name
    assert found.done.size_bytes == done.manifest.size_bytes > 0
    assert found.age_seconds is not None and 0 <= found.age_seconds < 600
    assert found.proved_age_seconds is not None
    assert f"{len(done.manifest.tables)} tables" in done.proof.words
    with scratch() as none:  # the scratch databases of the proof are gone
        named = rows(none, f"SELECT datname FROM pg_database WHERE starts_with(datname, '{PREFIX}')")
    assert len(named) == 1


@long
def test_the_sums_are_of_the_snapshot_of_the_dump_while_others_write(
    database: Database, settings: Settings, scratch: Scratch
) -> None:
    stop, written = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            change(database, "UPDATE project SET note = coalesce(note, '') || 'x' WHERE id = 'T-0001'")
            written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = made(database, settings, scratch)
    finally:
        stop.set()
        writer.join()
    assert written and done.proof is not None and done.proof.sound, done.proof


def test_unchanged_files_are_linked_changed_ones_copied_bad_copies_not_carried_on(
    database: Database, settings: Settings
) -> None:
    first = made(database, settings)
    put(settings, "packs/0f/a.docx", b"another pack")
    second = made(database, settings)
    paper = f"{FILES}/attachments/{PAPER_NAME[:2]}/{PAPER_NAME}"
    assert (first.folder / paper).stat().st_ino == (second.folder / paper).stat().st_ino
    assert (first.folder / FILES / "packs/0f/a.docx").read_bytes() == b"a pack"
    assert (second.folder / FILES / "packs/0f/a.docx").read_bytes() == b"another pack"
    (second.folder / paper).write_bytes(b"%PDF-1.4 bad disk")
    third = made(database, settings)
    assert (third.folder / paper).read_bytes() == PAPER


@pytest.mark.parametrize("harm", ["bit", "short dump", "file", "missing file", "path"])
def test_a_damaged_backup_is_found_and_never_put_back(
    database: Database, settings: Settings, scratch: Scratch, harm: str
) -> None:
    done = made(database, settings)
    dump, paper = done.folder / DUMP, done.folder / FILES / "packs/0f/a.docx"
    if harm == "bit":
        whole = bytearray(dump.read_bytes())
        whole[len(whole) // 2] ^= 1
        dump.write_bytes(whole)
    elif harm == "short dump":
        dump.write_bytes(dump.read_bytes()[:-100])
    elif harm == "file":
        paper.write_bytes(b"b pack")
    elif harm == "missing file":
        paper.unlink()
    else:
        stored = json.loads((done.folder / MANIFEST).read_text())
        stored["files"]["../../x"] = stored["files"]["secret_key"]
        (done.folder / MANIFEST).write_text(json.dumps(stored))
    proof = making.prove(database, done.folder, scratch, on)
    assert not proof.sound
    found = state(database)
    assert found.proved is None and found.done and found.done.words == proof.words
    before = held(database)
    with pytest.raises(BadValue, match="Nothing was changed"):
        restoring.put_back(database, settings, done.folder)
    assert held(database) == before


@long
def test_a_dump_that_lacks_rows_is_not_sound(
    database: Database, settings: Settings, scratch: Scratch
) -> None:
    done = made(database, settings)
    stored = json.loads((done.folder / MANIFEST).read_text())
    stored["tables"]["project"]["rows"] += 1
    (done.folder / MANIFEST).write_text(json.dumps(stored))
    proof = making.prove(database, done.folder, scratch, on)
    assert not proof.sound and "project: 4 of 5 rows" in proof.words


@long
def test_an_attachment_that_is_named_and_not_there_is_told(
    database: Database, settings: Settings, scratch: Scratch
) -> None:
    gone = "0" * 64
    change(
        database,
        "INSERT INTO attachment (project_id, file_name, media_type, size_bytes, sha256, uploaded_by)"
        f" VALUES ('T-0001', 'gone.pdf', 'application/pdf', 9, '{gone}', 'x')",
    )
    done = made(database, settings, scratch)
    assert done.proof is not None and not done.proof.sound and "gone.pdf" in done.proof.words


def test_without_a_scratch_database_the_backup_stands_unproved(
    database: Database, settings: Settings
) -> None:
    def refused() -> AbstractContextManager[Database]:
        raise StorageUnavailable("may not create databases")

    done = made(database, settings, refused)
    assert done.proof is not None and not done.proof.sound
    found = state(database)
    assert found.done and found.proved is None and "may not create" in found.done.words


def test_a_role_that_may_not_create_databases_gets_a_plain_sentence(database: Database) -> None:
    settings = Settings(database_url=database.owner.url.render_as_string(hide_password=False))
    with pytest.raises(StorageUnavailable, match="a role that may create databases"), beside(settings)():
        pass


# ---- faults on the way ----


def left(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir())


def test_a_full_disk_leaves_no_half_backup_and_the_next_one_works(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k,mode=700", "atlas-test", str(small)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("a small disk needs the right to mount")
    try:
        tight = settings.model_copy(update={"backup_dir": small})
        put(settings, "packs/0f/large.pdf", os.urandom(700_000))
        with pytest.raises((OSError, StorageUnavailable)):
            making.make(database, tight, None, on)
        assert left(small) == []
        found = state(database)
        assert found.last and found.last.outcome == "failed" and found.done is None
        assert "full" in found.last.words or "No space left" in found.last.words
        (settings.data_dir / "packs/0f/large.pdf").unlink()
        assert subprocess.run(["mount", "-o", "remount,size=40m", str(small)], check=False).returncode == 0
        assert made(database, tight).folder.is_dir()
    finally:
        subprocess.run(["umount", "-l", str(small)], check=False)


def test_a_stop_on_the_way_leaves_no_half_backup(database: Database, settings: Settings) -> None:
    calls: list[int] = []

    def go() -> None:
        calls.append(1)
        if len(calls) > 2:
            raise JobStopped("stop")

    with pytest.raises(JobStopped):
        making.make(database, settings, None, go)
    assert left(settings.backups_dir) == []
    found = state(database)
    assert found.last and found.last.outcome == "lost"


def test_what_a_killed_program_left_is_cleared_and_its_run_is_lost(
    database: Database, settings: Settings
) -> None:
    draft = settings.backups_dir / f"{keeping.MAKING}2026-01-01T000000"
    draft.mkdir(parents=True)
    (draft / DUMP).write_bytes(b"half")
    with database.owning() as connection:
        upkeep_runs.begin(connection, BACKUP)
    assert keeping.listed(settings.backups_dir) == []
    done = made(database, settings)
    assert left(settings.backups_dir) == [done.folder.name]
    assert rows(database, "SELECT outcome FROM upkeep_run ORDER BY id") == [("lost",), ("done",)]


@long
def test_a_killed_backup_leaves_the_library_free_and_the_next_one_whole(
    database: Database, settings: Settings
) -> None:
    """Killed outright while pg_dump waits for somebody who changes a table."""
    given = {
        "DATABASE_URL": database.owner.url.render_as_string(hide_password=False),
        "ATLAS_DATA_DIR": str(settings.data_dir),
        "BACKUP_DIR": str(settings.backup_dir),
    }
    with database.owner.connect() as holder:
        step = holder.begin()
        holder.execute(text("LOCK TABLE project IN ACCESS EXCLUSIVE MODE"))
        with subprocess.Popen(
            [sys.executable, "-m", "data", "backup"], cwd=ROOT, env={**os.environ, **given}
        ) as program:
            waits = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_dump'"
            while not rows(database, f"{waits} AND datname = current_database()")[0][0]:
                assert program.poll() is None
                time.sleep(0.1)
            program.kill()
        step.rollback()
    assert keeping.listed(settings.backups_dir) == []
    done = made(database, settings)
    assert left(settings.backups_dir) == [done.folder.name]
    assert state(database).done
    assert rows(database, "SELECT outcome FROM upkeep_run ORDER BY id") == [("lost",), ("done",)]


def test_only_one_at_a_time(database: Database, settings: Settings) -> None:
    with making.alone(database):
        with pytest.raises(Busy):
            made(database, settings)
        with database.owning() as connection:
            assert making.is_running(connection)
    made(database, settings)
    with database.owning() as connection:
        assert not making.is_running(connection)


# ---- which ones stay ----


def test_the_newest_stay_and_always_the_last_that_was_proved(
    database: Database, settings: Settings, believed: Scratch
) -> None:
    proved = made(database, settings, believed)
    others = [made(database, settings) for _ in range(4)]
    assert [one.folder for one in keeping.listed(settings.backups_dir)] == [
        *(one.folder for one in reversed(others[1:])),
        proved.folder,
    ]
    assert len({one.folder.name for one in others}) == 4
    newer = made(database, settings, believed)
    assert proved.folder.name not in left(settings.backups_dir)
    assert keeping.listed(settings.backups_dir)[0].folder == newer.folder


@long
def test_names_sort_by_making_whatever_the_clock_says(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = made(database, settings)
    monkeypatch.setattr(making, "office_now", lambda: TWO - timedelta(days=700))
    second, third = made(database, settings), made(database, settings)
    assert [one.folder for one in keeping.listed(settings.backups_dir)] == [
        third.folder,
        second.folder,
        first.folder,
    ]


# ---- the schedule ----


def nights(database: Database, settings: Settings, scratch: Scratch, now: list[datetime]) -> Nights:
    timed = settings.model_copy(update={"backup_at": "daily 02:00"})
    return Nights(database, timed, threading.Event(), lambda: now[0], scratch)


def test_each_night_has_one_backup_and_a_missed_one_is_made_up(
    database: Database, settings: Settings, believed: Scratch
) -> None:
    now = [TWO]
    clock = nights(database, settings, believed, now)
    assert clock.look() is not None
    now[0] = TWO + timedelta(hours=23, minutes=59)
    assert clock.look() is None
    assert nights(database, settings, believed, now).look() is None, "another worker sees it"
    now[0] = TWO + timedelta(days=3, hours=7)
    done = clock.look()
    assert done is not None and done.proof and done.proof.sound
    assert clock.look() is None
    due = rows(database, "SELECT due_at FROM upkeep_run ORDER BY id")
    assert [one[0].astimezone(OFFICE_TIME) for one in due] == [TWO, TWO + timedelta(days=3)]


def test_two_workers_make_one_backup(database: Database, settings: Settings, believed: Scratch) -> None:
    together, found = threading.Barrier(3), []

    def look() -> None:
        clock = nights(database, settings, believed, [TWO])
        together.wait()
        found.append(clock.look())
        found.append(clock.look())

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in found if one]) == 1
    assert rows(database, "SELECT count(*) FROM upkeep_run WHERE outcome = 'done'") == [(1,)]


def test_a_failed_backup_is_tried_again_an_hour_later(
    database: Database, settings: Settings, believed: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    now = [datetime.now(OFFICE_TIME)]
    clock = nights(database, settings, believed, now)
    with monkeypatch.context() as patch:
        patch.setattr(backup, "save", full)
        assert clock.look() is None
    found = state(database)
    assert found.last and found.last.outcome == "failed" and "full" in found.last.words
    assert clock.look() is None, "not at once"
    now[0] += timedelta(minutes=61)
    assert clock.look() is not None


def test_without_the_setting_nothing_happens(database: Database, settings: Settings) -> None:
    clock = Nights(database, settings, threading.Event(), lambda: TWO)
    clock.run()
    assert clock.look() is None
    assert not settings.backups_dir.exists()


# ---- the way back ----


def test_library_and_files_come_back_and_the_runs_are_remembered(
    database: Database, settings: Settings
) -> None:
    done = made(database, settings)
    before = held(database)
    with database.owning() as connection:
        token = records.token_of(connection, "left", "administrator")
    change(database, "DELETE FROM project_place")
    put(settings, "packs/0f/a.docx", b"spoilt")
    put(settings, "packs/0f/later.docx", b"made later")
    put(settings, "secret_key", b"n" * 64)
    shutil.rmtree(settings.data_dir / "attachments")
    later = made(database, settings)
    aside = restoring.put_back(database, settings, done.folder)
    assert held(database) == before
    assert (settings.data_dir / "packs/0f/a.docx").read_bytes() == b"a pack"
    assert not (settings.data_dir / "packs/0f/later.docx").exists()
    assert (settings.data_dir / f"attachments/{PAPER_NAME[:2]}/{PAPER_NAME}").read_bytes() == PAPER
    assert (settings.data_dir / "secret_key").read_bytes() == b"n" * 64, "this machine keeps its key"
    assert aside is not None and (aside / "packs/0f/later.docx").read_bytes() == b"made later"
    assert not (settings.data_dir / restoring.STAGE).exists()
    found = state(database)
    assert found.done and found.done.name == later.folder.name, "what was known of later backups is kept"
    assert rows(database, "SELECT count(*) FROM upkeep_run WHERE outcome = 'running'") == [(0,)]
    assert rows(database, "SELECT count(*) FROM account_session WHERE revoked_at IS NULL") == [(0,)]
    assert token


@long
def test_a_new_machine_gets_library_files_and_key(
    cluster: Cluster, database: Database, settings: Settings, tmp_path: Path
) -> None:
    done = made(database, settings)
    other = Settings(data_dir=tmp_path / "new", backup_dir=settings.backup_dir)
    with database_named(cluster, f"new_{os.urandom(5).hex()}") as blank:
        restoring.put_back(blank, other, done.folder)
        assert held(blank) == held(database)
    assert (other.data_dir / "secret_key").read_bytes() == b"k" * 64
    assert (other.data_dir / "directories/own.toml").is_file()


def test_a_restoration_cut_off_before_the_files_is_finished_at_the_next_start(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = made(database, settings)
    put(settings, "packs/0f/a.docx", b"spoilt")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(restoring, "_exchanged", interrupt)
        restoring.put_back(database, settings, done.folder)
    assert (settings.data_dir / "packs/0f/a.docx").read_bytes() == b"spoilt"
    assert restoring.settle(database, settings) is not None
    assert (settings.data_dir / "packs/0f/a.docx").read_bytes() == b"a pack"
    assert restoring.settle(database, settings) is None


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_restoration_cut_off_before_the_database_changes_nothing(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = made(database, settings)
    put(settings, "packs/0f/a.docx", b"newer")
    before = held(database)
    with monkeypatch.context() as patch:
        patch.setattr(backup, "put_back", interrupt)
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)  # killed: nothing clears up
        with pytest.raises(KeyboardInterrupt):
            restoring.put_back(database, settings, done.folder)
    assert (settings.data_dir / restoring.STAGE).is_dir()
    assert restoring.settle(database, settings) is None
    assert not (settings.data_dir / restoring.STAGE).exists()
    assert (settings.data_dir / "packs/0f/a.docx").read_bytes() == b"newer"
    assert held(database) == before


@long
def test_a_newer_backup_is_refused_before_anything_is_touched(database: Database, settings: Settings) -> None:
    change(database, "UPDATE alembic_version SET version_num = '9999'")
    done = made(database, settings)
    change(database, f"UPDATE alembic_version SET version_num = '{schema()}'")
    before = held(database)
    with pytest.raises(BadValue, match="newer than this program"):
        restoring.put_back(database, settings, done.folder)
    stored = json.loads((done.folder / MANIFEST).read_text())
    (done.folder / MANIFEST).write_text(json.dumps({**stored, "format": 2}))
    with pytest.raises(BadValue, match="newer version"):
        restoring.put_back(database, settings, done.folder)
    assert held(database) == before


def schema() -> str:
    from data import migrate

    return migrate.head()


def test_attached_files_that_are_gone_are_fetched_from_whichever_backup(
    database: Database, settings: Settings
) -> None:
    change(
        database,
        "INSERT INTO attachment (project_id, file_name, media_type, size_bytes, sha256, uploaded_by)"
        f" VALUES ('T-0001', 'paper.pdf', 'application/pdf', {len(PAPER)}, '{PAPER_NAME}', 'x'),"
        f" ('T-0002', 'gone.pdf', 'application/pdf', 9, '{'0' * 64}', 'x')",
    )
    made(database, settings)
    shutil.rmtree(settings.data_dir / "attachments")
    told = restoring.fetch_attached(database, settings)
    assert told == ["attached file paper.pdf: fetched from a backup", "attached file gone.pdf: in no backup"]
    assert (settings.data_dir / f"attachments/{PAPER_NAME[:2]}/{PAPER_NAME}").read_bytes() == PAPER


# ---- what the office sees ----


def test_only_administrators_see_how_the_backups_stand(database: Database, settings: Settings) -> None:
    made(database, settings)
    with database.owning() as connection:
        connection.execute(
            text(
                "INSERT INTO owner_unit (id, kind, name, area_code)"
                " VALUES ('440203', 'county', 'x', '440203') ON CONFLICT DO NOTHING"
            )
        )
        tokens = {
            "editor": records.token_of(connection, "editor", "editor", unit_id="440203"),
            "administrator": records.token_of(connection, "administrator", "administrator"),
        }
    for role, seen in (("editor", False), ("administrator", True)):
        with database.reading(tokens[role]) as connection:
            assert (upkeep_runs.latest(connection).done is not None) is seen


def test_every_folder_of_files_is_saved_or_named_as_left_out(settings: Settings) -> None:
    """Who adds a folder to the data folder decides whether it is part of a backup."""
    assert set(files.places(settings)) == {*files.SHARED, *files.OWN}
    assert {"practice", "backups"} <= set(files.LEFT_OUT)
    demo = settings.model_copy(update={"demo": True})
    assert set(files.places(demo)) == set(files.OWN)
    assert demo.backups_dir != settings.backups_dir


@long
def test_a_restored_library_says_which_backup_it_came_from(database: Database, settings: Settings) -> None:
    done = made(database, settings)
    restoring.put_back(database, settings, done.folder)
    with database.owning() as connection:
        assert loaded.version_of(connection, "restored").startswith(done.folder.name + " ")


def test_a_proof_that_is_damaged_counts_as_none(
    database: Database, settings: Settings, believed: Scratch
) -> None:
    done = made(database, settings, believed)
    (done.folder / PROOF).write_text("{")
    assert [one.proof for one in keeping.listed(settings.backups_dir)] == [None]
    with suppress(FileNotFoundError):
        (done.folder / MANIFEST).write_text("[]")
    assert [one.manifest for one in keeping.listed(settings.backups_dir)] == [None]
