"""Comparing editions, whatever is in them: both ways round the same, and everything adds up."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from data.store.plans import comparing, listing, rows
from projects.plans.editions import Change, Comparison, Difference, FieldMove, Side
from projects.plans.ports import Lines, Wanted, Window
from tests.db import making
from tests.db.plans_world import ALL, store

pytestmark = pytest.mark.db
SIZE = 6
TURNED = {Change.ENTERED: Change.LEFT, Change.LEFT: Change.ENTERED}

amounts = st.none() | st.sampled_from(["0", "0.000001", "1.5", "99999999.999999"])


def contents(first: int) -> st.SearchStrategy[Mapping[int, Mapping[str, str | None]]]:
    """Return entries: place of a record → plan in the years of an edition."""
    years = st.sampled_from([str(year) for year in range(first, first + 3)])
    return st.dictionaries(st.integers(0, SIZE - 1), st.dictionaries(years, amounts), max_size=SIZE)


merges = st.dictionaries(st.integers(0, SIZE - 2), st.integers(1, SIZE - 1), max_size=3)
"""Record → later record that it was merged into."""


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(older=contents(2026), newer=contents(2027), joined=merges)
def test_a_comparison_adds_up_and_says_the_same_the_other_way_round(
    writing: Connection,
    older: Mapping[int, Mapping[str, str | None]],
    newer: Mapping[int, Mapping[str, str | None]],
    joined: Mapping[int, int],
) -> None:
    with writing.begin_nested() as step:
        keys = [making.project(writing, county_code="440232") for _ in range(SIZE)]
        sides = [
            store(writing, {keys[i]: plan for i, plan in held.items()}, number, year=2025 + number)
            for number, held in ((1, older), (2, newer))
        ]
        for gone, heir in joined.items():
            if gone < heir:
                making.change(writing, keys[gone], merged_into_id=keys[heir])
        _check(writing, *sides)
        step.rollback()


def _check(connection: Connection, first: int, second: int) -> None:
    old, new = (rows.edition(connection, key, signed_in=False) for key in (first, second))
    forth, back = comparing.compare(connection, old, new), comparing.compare(connection, new, old)
    assert (_counts(forth.old), _counts(forth.new)) == (_turned(back.new), _turned(back.old))
    assert forth.changed == back.changed
    assert sum(_counts(forth.old).values()) == old.members
    assert sum(_counts(forth.new).values()) == new.members
    assert forth.old.get(Change.KEPT, Side(0)).count == forth.new.get(Change.KEPT, Side(0)).count
    assert Change.ENTERED not in forth.old and Change.LEFT not in forth.new
    _check_money(connection, forth, old.id, new.id)
    lines = comparing.differences(connection, (old, new), [], Lines(), ALL)
    turned = comparing.differences(connection, (new, old), [], Lines(), ALL)
    assert lines.matched == len(lines.rows) == forth.listed
    assert sorted(map(_key, lines.rows)) == sorted(map(_key, map(_turn, turned.rows)))
    assert sum(bool(line.moves) for line in lines.rows) == forth.changed
    pages = [
        line
        for start in range(0, lines.matched, 2)
        for line in comparing.differences(connection, (old, new), [], Lines(), Window(2, start)).rows
    ]
    assert tuple(pages) == lines.rows


def _check_money(connection: Connection, found: Comparison, first: int, second: int) -> None:
    for side, key in ((found.old, first), (found.new, second)):
        edition = rows.edition(connection, key, signed_in=False)
        totals = listing.totals(connection, edition, Wanted())
        for year in found.years:
            assert found.total(side, year) == totals.years.get(year, found.total({}, year))


def _counts(side: Mapping[Change, Side]) -> dict[Change, int]:
    return {change: part.count for change, part in side.items()}


def _turned(side: Mapping[Change, Side]) -> dict[Change, int]:
    return {TURNED.get(change, change): part.count for change, part in side.items()}


def _turn(line: Difference) -> Difference:
    moves = tuple(FieldMove(m.path, m.new, m.old) for m in line.moves)
    change = TURNED.get(line.change, line.change)
    return replace(line, change=change, old=line.new, new=line.old, moves=moves)


def _key(line: Difference) -> str:
    return repr(line)
