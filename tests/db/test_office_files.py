"""Files of matters, directories and evaluations: whoever reads the subject reads them, nobody else does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.attachments import OFFICE, RECORDS, StoredAttachments
from data.cluster import Cluster
from data.database import Database
from data.store.matters.adapter import PostgisMatters
from projects.attachments import SubjectKind, subject
from projects.errors import BadValue, NotAllowed, SignInNeeded, UnknownRecord
from projects.matters.model import MatterDraft, MatterKind, MatterState
from tests.db import making
from tests.db.copies import copy_of
from tests.db.test_attachments import picture

pytestmark = pytest.mark.db

A, B, C = "440232", "440281", "440222"
"""Two counties concerned by a matter, and one that is not."""


class World:
    """A matter that county A raised and county B has to answer, and who looks at it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        with database.owning() as connection:
            self.token = {
                unit: making.token_of(connection, f"ed-{unit}", "editor", unit_id=unit) for unit in (A, B, C)
            }
            self.token["viewer"] = making.token_of(connection, "vi", "viewer")
        self.matters = {unit: PostgisMatters(database, self.token[unit]) for unit in (A, B, C)}
        draft = MatterDraft(kind=MatterKind.LAND, title="用地指标", area_code=A, raised_unit=A, lead_unit=B)
        self.key = self.matters[A].raise_matter(draft)
        self.matter = subject(SubjectKind.MATTER, self.key)

    def files(self, who: str) -> StoredAttachments:
        return StoredAttachments(self.database, self.token.get(who, ""), self.folder, 1, OFFICE)


@pytest.fixture(scope="module")
def world(
    cluster: Cluster, library_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with copy_of(cluster, library_database) as copied:
        yield World(copied, tmp_path_factory.mktemp("office-files"))


def test_both_units_of_a_matter_add_and_read_files(world: World) -> None:
    asked = world.files(A).add(world.matter, "请示.png", picture(1))
    answered = world.files(B).add(world.matter, "批复.png", picture(2))
    for who in (A, B):
        assert {f.id for f in world.files(who).listed(world.matter)} >= {asked.id, answered.id}
        held, path = world.files(who).opened(answered.id)
        assert (held.subject, held.uploaded_by) == (world.matter, f"ed-{B}")
        assert path.read_bytes() == picture(2)


def test_others_neither_see_nor_add(world: World) -> None:
    held = world.files(A).add(world.matter, "内部.png", picture(3))
    for who in (C, "viewer"):
        assert world.files(who).listed(world.matter) == ()
        with pytest.raises(UnknownRecord):
            world.files(who).opened(held.id)
        with pytest.raises(NotAllowed):
            world.files(who).add(world.matter, "x.png", picture(4))
        with pytest.raises(NotAllowed):
            world.files(who).remove(held.id)
    assert world.files("nobody").listed(world.matter) == ()
    with pytest.raises(SignInNeeded):
        world.files("nobody").opened(held.id)


def test_a_file_is_taken_off_by_whoever_brought_it(world: World) -> None:
    held = world.files(A).add(world.matter, "错的.png", picture(5))
    with pytest.raises(NotAllowed):
        world.files(B).remove(held.id)
    world.files(A).remove(held.id)
    assert held.id not in {f.id for f in world.files(A).listed(world.matter)}


def test_the_same_file_twice_and_a_wrong_kind_are_refused(world: World) -> None:
    world.files(A).add(world.matter, "一.png", picture(6))
    with pytest.raises(BadValue, match=r"一\.png"):
        world.files(B).add(world.matter, "二.png", picture(6))
    with pytest.raises(BadValue, match="PDF"):
        world.files(A).add(world.matter, "坏.pdf", b"MZ\x90\x00")


def test_a_file_of_a_record_is_none_of_office_work(world: World) -> None:
    held = world.files(A).add(world.matter, "三.png", picture(7))
    records = StoredAttachments(world.database, world.token[A], world.folder, 1, RECORDS)
    with pytest.raises(UnknownRecord):
        records.opened(held.id)


@pytest.mark.parametrize("name", ["SG-0001", "matter/0", "matter/1;x", "account/1", "matter/-1", ""])
def test_a_subject_of_another_form_is_none(world: World, name: str) -> None:
    with pytest.raises(UnknownRecord):
        world.files(A).listed(name)


def test_a_subject_that_is_not_there_takes_no_file(world: World) -> None:
    for kind in SubjectKind:
        with pytest.raises(NotAllowed):
            world.files(A).add(subject(kind, 99_999_999), "x.png", picture(8))


def test_a_closed_matter_takes_no_file(world: World) -> None:
    draft = MatterDraft(kind=MatterKind.AGENCY, title="代办", area_code=A, raised_unit=A, lead_unit=B)
    key = world.matters[A].raise_matter(draft)
    world.matters[A].move(key, MatterState.CLOSED, "已办好")
    with pytest.raises(NotAllowed):
        world.files(B).add(subject(SubjectKind.MATTER, key), "晚了.png", picture(9))
