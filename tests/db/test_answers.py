"""Answers kept for everybody: one question per version, nothing where nothing is open, nobody asks twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import cast

import pytest
from sqlalchemy import Connection, text

from data.cluster import Cluster
from data.database import Database
from data.store import owner_units
from data.store.answers import Answers
from data.store.lifecycle.schedule import PostgisSchedule
from data.store.money.ledger import PostgisLedger
from data.store.scores.cards import PostgisScorecards
from projects.errors import SignInNeeded
from projects.filters import ProjectFilter
from tests.db import making
from tests.db.copies import copy_of
from tests.db.money_world import Inside, project

pytestmark = pytest.mark.db
COUNT = "SELECT count(*) FROM project_facet WHERE published"


@pytest.fixture
def copy(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    with copy_of(cluster, library_database) as found:
        yield found


class Asked:
    """A question that remembers how often it was put to the database."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, connection: Connection) -> int:
        self.times += 1
        return int(connection.scalar(text(COUNT)) or 0)


def test_one_visitor_asks_for_all_until_something_changes(copy: Database) -> None:
    held, ask = Answers(worth_s=0), Asked()
    with copy.owning() as connection:
        token = making.token_of(connection, "answers", "editor", unit_id="440232")
    first = held.of(copy, "", "all", ask)
    assert held.of(copy, token, "all", ask) == held.of(copy, "", "all", ask) == first
    assert ask.times == 1
    with copy.owning() as connection:
        project(connection)
    assert held.of(copy, token, "all", ask) == first + 1
    assert ask.times == 2


def test_what_is_told_at_once_is_not_kept_and_the_oldest_go_first(library_database: Database) -> None:
    quick, ask = Answers(worth_s=60), Asked()
    for _ in range(2):
        quick.of(library_database, "", "all", ask)
    assert ask.times == 2
    small, ask = Answers(most=2, worth_s=0), Asked()
    for question in ("a", "b", "a", "c", "a", "b"):
        small.of(library_database, "", question, ask)
    assert ask.times == 4, "b went for c, being asked for longer ago than a"


def test_nobody_in_particular_is_told_nothing_of_what_others_were_told(copy: Database) -> None:
    held, ask = Answers(worth_s=0), Asked()
    with copy.owning() as connection:
        token = making.token_of(connection, "answers", "editor", unit_id="440232")
        owner_units.set_policy(connection, False)
    assert held.of(copy, token, "all", ask) > 0
    assert held.of(copy, "", "all", ask) == 0
    assert held.of(copy, token, "all", ask) > 0, "and his nothing is not kept for others"
    with pytest.raises(SignInNeeded):
        held.of(copy, "x" * 43, "all", ask)


def test_a_transaction_that_writes_sees_what_it_wrote(writing: Connection) -> None:
    held, ask, inside = Answers(worth_s=0), Asked(), cast(Database, Inside(writing))
    project(writing)
    before = held.of(inside, "", "all", ask)
    project(writing)
    assert held.of(inside, "", "all", ask) == before + 1


def test_who_asks_the_same_meanwhile_waits_for_the_answer_and_holds_no_connection(
    library_database: Database,
) -> None:
    held, asked, goes_on = Answers(worth_s=0), Event(), Event()
    times = []

    def slow(connection: Connection) -> int:
        times.append(1)
        asked.set()
        goes_on.wait(20)
        return int(connection.scalar(text(COUNT)) or 0)

    with ThreadPoolExecutor(12) as threads:
        first = threads.submit(held.of, library_database, "", "all", slow)
        assert asked.wait(20)
        others = [threads.submit(held.of, library_database, "", "all", slow) for _ in range(11)]
        busy = library_database._app.pool.checkedout()  # type: ignore[attr-defined]
        goes_on.set()
        found = {one.result(20) for one in (first, *others)}
    assert len(found) == len(times) == 1
    assert busy <= 12
    assert not held._turns, "nobody waits any more"


def test_a_failure_is_not_kept_and_lets_the_next_one_ask(library_database: Database) -> None:
    held, ask = Answers(worth_s=0), Asked()

    def fails(connection: Connection) -> int:
        raise ValueError(str(connection.scalar(text("SELECT 1"))))

    with pytest.raises(ValueError, match="1"):
        held.of(library_database, "", "all", fails)
    assert held.of(library_database, "", "all", ask) > 0


def test_money_steps_and_scores_of_all_records_are_asked_once(
    library_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every store of wide sums goes this way: the second visitor costs the database no scan."""
    from datetime import date

    from data.store import answers as module
    from projects.lifecycle.dispatch import Reference
    from projects.lifecycle.ports import By

    held = Answers(worth_s=0)
    monkeypatch.setattr(module, "_ANSWERS", {library_database: held})
    statements: list[str] = []
    everything, when = ProjectFilter(), Reference(date(2026, 6, 10), 25)

    def ask_all() -> tuple[object, ...]:
        ledger = PostgisLedger(library_database)
        schedule = PostgisSchedule(library_database)
        return (
            ledger.overview(everything),
            ledger.lines(everything),
            schedule.summary(everything, when, By.UNIT),
            schedule.contradictions(everything, when, limit=0),
            PostgisScorecards(library_database).by_area(everything),
        )

    first = ask_all()
    from sqlalchemy import event

    def note(_connection: object, _cursor: object, statement: str, *_given: object) -> None:
        statements.append(statement)

    event.listen(library_database._app, "before_cursor_execute", note)
    assert ask_all() == first
    event.remove(library_database._app, "before_cursor_execute", note)
    assert statements, "whether anything changed is asked"
    assert not [one for one in statements if "project_facet" in one]
