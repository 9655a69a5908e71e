"""No record is a part of itself: not through the desk, not by hand, not by two transactions at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from data.cluster import Cluster
from data.database import Database
from data.store import parents
from projects.errors import BadValue
from projects.filing.changes import FieldChange
from tests.db import making
from tests.db.copies import copy_of
from tests.db.desks import SHAOGUAN, Office, decide, file, open_office, update

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def office(cluster: Cluster, library_database: Database) -> Iterator[Office]:
    with copy_of(cluster, library_database) as copy:
        yield open_office(copy)


def chain(office: Office) -> tuple[str, str, str]:
    """Return a whole, a phase of it, and a part of that."""
    whole = office.project(name="整个项目")
    phase = office.project(name="一期", parent_id=whole)
    return whole, phase, office.project(name="一期甲楼", parent_id=phase)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_the_desk_refuses_a_ring_with_its_way(office: Office, which: int) -> None:
    records = chain(office)
    entry = update(office.reviewer, records[0], parent_id=records[which])
    with pytest.raises(BadValue, match="成为自己的一部分") as caught:
        file(office.reviewer, entry, unit=SHAOGUAN)
    assert f"{records[which]} → " in str(caught.value) or which == 0
    assert office.scalar("SELECT parent_id FROM project WHERE id = :key", key=records[0]) is None


def test_a_ring_within_one_request_is_refused_as_a_whole(office: Office) -> None:
    one, other = office.project(), office.project()
    entries = update(office.reviewer, one, parent_id=other), update(office.reviewer, other, parent_id=one)
    with pytest.raises(BadValue, match=f"{one} → {other} → {one}"):
        file(office.reviewer, *entries, unit=SHAOGUAN)
    assert office.scalar("SELECT count(parent_id) FROM project WHERE id IN (:a, :b)", a=one, b=other) == 0


def test_an_editor_is_told_at_once_and_the_reviewer_again(office: Office) -> None:
    whole, phase, _ = chain(office)
    other = office.project()
    with pytest.raises(BadValue, match="成为自己的一部分"):
        file(office.editor, update(office.editor, whole, parent_id=phase))
    waits = file(office.editor, update(office.editor, other, parent_id=phase))
    file(office.reviewer, update(office.reviewer, whole, parent_id=other), unit=SHAOGUAN)
    with pytest.raises(BadValue, match="成为自己的一部分"):
        decide(office.reviewer, waits.id)


def test_a_phase_may_move_from_one_whole_to_another(office: Office) -> None:
    whole, phase, part = chain(office)
    file(office.reviewer, update(office.reviewer, part, parent_id=whole), unit=SHAOGUAN)
    assert office.scalar("SELECT parent_id FROM project WHERE id = :key", key=part) == whole
    swap = update(office.reviewer, whole, parent_id=phase), update(office.reviewer, phase, parent_id=None)
    file(office.reviewer, *swap, unit=SHAOGUAN)
    assert office.scalar("SELECT parent_id FROM project WHERE id = :key", key=whole) == phase


def test_the_database_itself_refuses_a_ring(writing: Connection) -> None:
    whole = making.project(writing)
    phase = making.project(writing, parent_id=whole)
    part = making.project(writing, parent_id=phase)
    with pytest.raises(IntegrityError, match="would be a part of itself"), writing.begin_nested():
        making.change(writing, whole, parent_id=part)
    with pytest.raises(IntegrityError, match="not_own_parent"), writing.begin_nested():
        making.change(writing, whole, parent_id=whole)
    making.change(writing, part, parent_id=whole)


def test_two_transactions_cannot_close_a_ring_between_them(office: Office) -> None:
    one, other = office.project(), office.project()
    caught: list[Exception] = []

    def second() -> None:
        try:
            with office.database.owner.begin() as connection:
                making.change(connection, other, parent_id=one)
        except DBAPIError as error:
            caught.append(error)

    with office.database.owner.begin() as connection:
        making.change(connection, one, parent_id=other)
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive(), "the second waits for the first to end"
    waiting.join(20)
    assert len(caught) == 1 and "would be a part of itself" in str(caught[0])


def test_what_is_above_is_read_up_to_the_top(writing: Connection) -> None:
    whole = making.project(writing)
    phase = making.project(writing, parent_id=whole)
    assert parents.above(writing, [phase]) == {phase: whole, whole: None}
    parents.check(
        writing, [(phase, FieldChange("parent_id", whole, None)), ("", FieldChange("beds", None, 1))]
    )
    writing.execute(text("SELECT 1"))
