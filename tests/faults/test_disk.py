"""The disk: full, broken off in the middle of a file, and so slow that somebody else comes meanwhile.

The full disk is a real one of a few megabytes (a mounted memory disk), where this user may mount.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from data.cluster import Cluster
from data.database import Database
from data.exports.pieces import clear_drafts
from data.jobs import upkeep
from projects.errors import BadValue
from services.pack import making
from tests.conftest import scratch_folder
from tests.faults.conftest import left_over
from tests.faults.ways import ON_DISK, WAYS, World, scalar

pytestmark = pytest.mark.db
FORK = multiprocessing.get_context("fork")


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of one megabyte."""
    with scratch_folder() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=755", "atlas-faults", str(folder)]
        if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
            pytest.skip("a small disk needs the right to mount")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=False)


def fill(disk: Path) -> Path:
    """Write a file until the disk is full."""
    ballast = disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as handle:
        while handle.write(b"x" * 4096):
            pass
    return ballast


@pytest.mark.parametrize("name", ON_DISK)
def test_a_full_disk_keeps_nothing_and_with_room_again_it_works(
    name: str, world: World, database: Database, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "NEEDED_BYTES", 0)  # past the look at the free space that is taken before
    way, there = WAYS[name], replace(world, folder=small_disk)
    facts = way.prepare(there, database)
    ballast = fill(small_disk)
    with pytest.raises(OSError, match="No space left"):
        way.act(there, database, facts)
    assert way.seen(there, database, facts) == 0
    assert left_over(small_disk) == []
    ballast.unlink()
    way.act(there, database, facts)
    assert way.seen(there, database, facts) == 1


def die_writing(name: str, world: World, facts: dict[str, Any]) -> None:
    """Do it in a process that is killed when it hands its first file to the disk."""
    os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
    WAYS[name].act(world, world.open(), facts)
    os._exit(7)


@pytest.mark.parametrize("name", ON_DISK)
def test_killed_in_the_middle_of_a_file_nothing_is_there_and_the_rest_is_cleared_away(
    name: str, world: World, database: Database
) -> None:
    way = WAYS[name]
    with scratch_folder() as folder:
        there = replace(world, folder=folder)
        facts = way.prepare(there, database)
        process = FORK.Process(target=die_writing, args=(name, there, facts))
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL
        assert way.seen(there, database, facts) == 0
        way.act(there, database, facts)
        assert way.seen(there, database, facts) == 1
        remains = left_over(folder)
        before = time.time() - 3 * 86_400
        for path in (*folder.rglob("*"),):
            if any(path == one or one in path.parents for one in remains):
                os.utime(path, (before, before))
        upkeep.clean(database, there.settings)
        assert left_over(folder) == [], "what a killed program left is gone after a day"
        assert way.seen(there, database, facts) == 1, "and nothing else is"


def test_what_is_being_written_now_is_not_taken_for_a_remainder(tmp_path: Path) -> None:
    (tmp_path / ".a.1234.part").write_bytes(b"x")
    assert clear_drafts(tmp_path, time.time() - 86_400) == 0
    assert clear_drafts(tmp_path / "none", time.time()) == 0


def test_a_torn_upload_of_an_older_version_is_written_again(world: World, database: Database) -> None:
    way = WAYS["upload"]
    facts = way.prepare(world, database)
    way.act(world, database, facts)
    (place,) = (p for p in (world.folder / "uploads").iterdir() if p.read_bytes() == facts["content"])
    place.write_bytes(facts["content"][:100])
    way.act(world, database, facts)
    assert place.read_bytes() == facts["content"]


# ---- slow ----


def test_a_slow_disk_holds_up_nobody_but_whoever_writes_there(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    way, real = WAYS["attachment"], os.fsync
    slow, other = way.prepare(world, database), way.prepare(world, database)
    stuck, free = threading.Event(), threading.Event()

    def crawl(handle: int) -> None:
        if threading.current_thread().name == "slow":
            stuck.set()
            assert free.wait(60)
        real(handle)

    monkeypatch.setattr(os, "fsync", crawl)
    writer = threading.Thread(target=way.act, args=(world, database, slow), name="slow")
    writer.start()
    assert stuck.wait(60)
    assert way.seen(world, database, slow) == 0, "nothing of it is to be seen yet"
    way.act(world, database, other)
    form = WAYS["form"]
    facts = form.prepare(world, database)
    form.act(world, database, facts)
    assert form.seen(world, database, facts) == 1 == way.seen(world, database, other)
    free.set()
    writer.join(60)
    assert way.seen(world, database, slow) == 1


def test_a_database_whose_disk_is_slow_answers_late_and_loses_nothing(
    world: World, database: Database, cluster: Cluster
) -> None:
    """Every flush of the log waits a tenth of a second more (`commit_delay`, PostgreSQL's own brake)."""
    form = WAYS["form"]
    facts = [form.prepare(world, database) for _ in range(3)]
    base = database.owner.url.database
    with psycopg.connect(cluster.superuser_url().replace("+psycopg", ""), autocommit=True) as connection:
        for setting in ("commit_delay = 100000", "commit_siblings = 0", "synchronous_commit = on"):
            connection.execute(f"ALTER DATABASE {base} SET {setting}".encode())
    braked = world.open()
    assert scalar(braked, "SHOW commit_delay") == "100000"
    writers = [threading.Thread(target=form.act, args=(world, braked, one)) for one in facts]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [form.seen(world, database, one) for one in facts] == [1, 1, 1]
    braked.dispose()


def test_too_little_room_for_a_pack_is_said_before_the_work(world: World, small_disk: Path) -> None:
    with pytest.raises(BadValue, match="磁盘"), making.scratch(small_disk / "packs", "1"):
        raise AssertionError("it was begun")
