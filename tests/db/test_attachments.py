"""Attachments on the real database and disk: whose they are, kept once, whole or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import text

from data.attachments import StoredAttachments
from data.cluster import Cluster
from data.database import Database
from projects.attachments import MOST_PER_RECORD
from projects.errors import BadValue, NotAllowed, SignInNeeded, UnknownRecord
from tests.db import making
from tests.db.copies import copy_of, rows

pytestmark = pytest.mark.db

A, B = "440232", "440281"


def picture(shade: int = 0) -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8), (shade, 0, 0)).save(out, "PNG")
    return out.getvalue()


class World:
    """A copy of the library, an editor in each of two counties, a record of the first; a folder."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        with database.owning() as connection:
            self.a = making.token_of(connection, "ed-a", "editor", unit_id=A)
            self.b = making.token_of(connection, "ed-b", "editor", unit_id=B)
            self.viewer = making.token_of(connection, "vi", "viewer")
            self.ended = making.session(connection, making.account(connection, "old", "viewer"), hours=-1)
            city = {"prefecture_code": "440200", "owner_unit_id": A}
            self.record = making.project(connection, county_code=A, **city)
            self.hidden = making.project(connection, county_code=A, published=False, **city)

    def files(self, token: str) -> StoredAttachments:
        return StoredAttachments(self.database, token, self.folder, 1)

    def on_disk(self) -> list[str]:
        return sorted(p.name for p in self.folder.rglob("*") if p.is_file())


@pytest.fixture(scope="module")
def copied(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    with copy_of(cluster, library_database) as copy:
        yield copy


@pytest.fixture
def world(copied: Database, tmp_path: Path) -> Iterator[World]:
    made = World(copied, tmp_path / "attachments")
    yield made
    with copied.owning() as connection:
        connection.execute(text("DELETE FROM attachment"))
        connection.execute(text("DELETE FROM account WHERE name IN ('ed-a', 'ed-b', 'vi', 'old')"))


def test_a_file_is_kept_under_its_checksum_and_found_again(world: World) -> None:
    content = picture()
    kept = world.files(world.a).add(world.record, "../现场\x00照片.PNG", content)
    digest = hashlib.sha256(content).hexdigest()
    assert (kept.file_name, kept.media_type, kept.sha256) == ("现场照片.png", "image/png", digest)
    assert kept.uploaded_by == "ed-a" and kept.size_bytes == len(content)
    held, path = world.files(world.viewer).opened(kept.id)
    assert held == kept and path == world.folder / digest[:2] / digest
    assert path.read_bytes() == content and path.stat().st_mode & 0o077 == 0
    assert world.files(world.b).listed(world.record) == (kept,)


def test_the_same_bytes_are_stored_once(world: World) -> None:
    files = world.files(world.a)
    files.add(world.record, "甲.png", picture())
    with pytest.raises(BadValue, match=r"已经附过了：甲\.png"):
        files.add(world.record, "乙.png", picture())
    files.add(world.hidden, "丙.png", picture())
    assert len(world.on_disk()) == 1
    files.add(world.record, "丁.png", picture(9))
    assert len(world.on_disk()) == 2


@pytest.mark.parametrize("who", ["b", "viewer"])
def test_only_who_may_file_for_a_record_attaches_and_removes(world: World, who: str) -> None:
    kept = world.files(world.a).add(world.record, "甲.png", picture())
    other = world.files(getattr(world, who))
    with pytest.raises(NotAllowed):
        other.add(world.record, "乙.png", picture(5))
    with pytest.raises(NotAllowed):
        other.remove(kept.id)
    assert len(world.on_disk()) == 1 and world.files(world.a).listed(world.record) == (kept,)


def test_files_of_an_unpublished_record_are_its_units_alone(world: World) -> None:
    kept = world.files(world.a).add(world.hidden, "甲.png", picture())
    assert world.files(world.b).listed(world.hidden) == ()
    with pytest.raises(UnknownRecord):
        world.files(world.b).opened(kept.id)


@pytest.mark.parametrize("token", ["", "ended", "forged"])
def test_without_a_living_session_there_is_nothing(world: World, token: str) -> None:
    kept = world.files(world.a).add(world.record, "甲.png", picture())
    files = world.files(world.ended if token == "ended" else token)
    with pytest.raises(SignInNeeded):
        files.opened(kept.id)
    with pytest.raises(SignInNeeded):
        files.add(world.record, "乙.png", picture(3))
    with pytest.raises(SignInNeeded):
        files.remove(kept.id)
    assert len(world.on_disk()) == 1


def test_nobody_who_is_not_signed_in_sees_a_list(world: World) -> None:
    world.files(world.a).add(world.record, "甲.png", picture())
    assert world.files("").listed(world.record) == ()


def test_a_removed_file_is_no_longer_served_and_stays_in_the_history(world: World) -> None:
    files = world.files(world.a)
    kept = files.add(world.record, "甲.png", picture())
    files.remove(kept.id)
    assert files.listed(world.record) == ()
    with pytest.raises(UnknownRecord):
        files.opened(kept.id)
    with pytest.raises(NotAllowed):
        files.remove(kept.id)
    again = files.add(world.record, "甲.png", picture())
    assert again.id != kept.id and len(world.on_disk()) == 1
    said = rows(
        world.database,
        "SELECT operation, reason FROM history WHERE table_name = 'attachment'"
        " AND project_id = :key ORDER BY id",
        key=world.record,
    )
    assert said == [("insert", "附件"), ("update", "移除附件"), ("insert", "附件")]


def test_a_disk_that_fails_leaves_neither_row_nor_bytes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        world.files(world.a).add(world.record, "甲.png", picture())
    assert world.on_disk() == [] and world.files(world.a).listed(world.record) == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "空的"), (picture() + b"\x00" * 1_100_000, "超过上限 1 MB"), (b"<svg/>", "只能附")],
)
def test_what_is_refused_leaves_nothing(world: World, content: bytes, words: str) -> None:
    with pytest.raises(BadValue, match=words):
        world.files(world.a).add(world.record, "甲.png", content)
    assert world.on_disk() == [] and world.files(world.a).listed(world.record) == ()


def test_a_record_takes_so_many_files_and_no_more(world: World) -> None:
    files = world.files(world.a)
    for shade in range(MOST_PER_RECORD):
        files.add(world.record, f"{shade}.png", picture(shade))
    with pytest.raises(BadValue, match="最多附 20 个"):
        files.add(world.record, "多.png", picture(99))
    assert len(files.listed(world.record)) == MOST_PER_RECORD


def test_bytes_that_went_missing_are_told_apart(world: World) -> None:
    files = world.files(world.a)
    kept = files.add(world.record, "甲.png", picture())
    files.opened(kept.id)[1].unlink()
    with pytest.raises(UnknownRecord, match="bytes"):
        files.opened(kept.id)
