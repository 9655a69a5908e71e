"""Practice matters and their meeting: marked, told with a history that fits, the same for the same day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from data.cluster import Cluster
from data.database import Database
from data.demo.matters import MATTERS, TITLES, add_matters, add_meeting
from data.store.matters.adapter import PostgisMatters
from projects.matters.model import STEPS, MatterState, Timing
from projects.matters.ports import Asked
from tests.db import making
from tests.db.copies import copy_of, rows
from tests.db.practice_world import TODAY, practice_world

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def world(cluster: Cluster) -> Iterator[Database]:
    with practice_world(cluster) as database:
        yield database


def test_every_matter_says_that_it_is_practice(world: Database) -> None:
    found = rows(world, "SELECT title, raised_by FROM matter")
    assert len(found) == MATTERS + 1, "one more came of the meeting"
    assert all("演示" in title and by == "demo" for title, by in found)
    assert rows(world, "SELECT title LIKE '%演示%', created_by FROM meeting") == [(True, "demo")]


def test_all_kinds_states_and_timings_are_there_to_practise_with(world: Database) -> None:
    with world.owning() as connection:
        token = making.token_of(connection, "practice-admin", "administrator")
    counts = PostgisMatters(world, token).counts(Asked(), TODAY)
    assert set(counts.by_kind) == set(TITLES)
    assert all(counts.by_timing[one] for one in Timing) and counts.long_open
    assert len(rows(world, "SELECT DISTINCT state FROM matter")) == len(MatterState)


def test_the_history_of_each_matter_ends_where_it_stands(world: Database) -> None:
    entries = rows(
        world,
        "SELECT matter_id, old_state, new_state FROM matter_entry WHERE new_state IS NOT NULL ORDER BY id",
    )
    stood: dict[int, str] = {}
    for key, before, after in entries:
        assert stood.get(key) == before
        assert after == "open" if before is None else MatterState(after) in STEPS[MatterState(before)]
        stood[key] = after
    assert stood == dict(rows(world, "SELECT id, state FROM matter"))
    assert not rows(world, "SELECT FROM matter WHERE closed_on < raised_on OR raised_on > CURRENT_DATE")


def test_a_meeting_has_decisions_and_a_matter_that_came_of_one(world: Database) -> None:
    items = rows(world, "SELECT decision <> '', decided_at IS NOT NULL, follow_up_id FROM meeting_item")
    assert len(items) > 3 and sum(decided for decided, _, _ in items) == 3
    assert all(said == dated for said, dated, _ in items)
    (follow_up,) = [key for *_, key in items if key]
    assert rows(world, f"SELECT parent_id IS NOT NULL FROM matter WHERE id = {follow_up}") == [(True,)]


def test_a_library_without_records_gets_none(writing_world: Database) -> None:
    with writing_world.owning() as connection:
        assert add_matters(connection, TODAY) == 0
        assert add_meeting(connection, TODAY) == 0


@pytest.fixture
def writing_world(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    with copy_of(cluster, library_database) as database:
        with database.owning() as connection:
            connection.exec_driver_sql("DELETE FROM project_facet")
        yield database
