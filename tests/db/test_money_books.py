"""Sums reconcile under any order of edits, splits, merges, deletions and restores, filed at the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.store.money.ledger import PostgisLedger
from projects.codes import FinanceSource, FinanceStatus
from projects.errors import AtlasError
from projects.filing.changes import deletion, merge, restoration, revival
from projects.filters import ProjectFilter
from projects.money.lines import SMALLEST, Line, split
from tests.db.copies import copy_of
from tests.db.desks import SHAOGUAN, Office, file, open_office, publish
from tests.db.money_world import check_all

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def office(cluster: Cluster, library_database: Database) -> Iterator[Office]:
    with copy_of(cluster, library_database) as database:
        yield open_office(database)


class Books:
    """Four projects at the desk, and beside them what each of them ought to hold."""

    def __init__(self, office: Office) -> None:
        self.office, self.desk = office, office.reviewer
        self.keys = [office.project(name=f"账本{i}", published=True) for i in range(4)]
        self.gone: set[str] = set()

    def lines(self, key: str) -> dict[str, dict[str, Any]]:
        """Return the lines of a record as its document has them."""
        document = self.desk.held(key).document
        return {p: dict(v) for p, v in document.items() if p.startswith("finance/") and isinstance(v, dict)}

    def add(self, key: str, amount: Decimal, status: FinanceStatus, source: FinanceSource) -> Decimal:
        """File a line; return by how much the sum grows."""
        row = {"source": str(source), "status": str(status), "amount": str(amount)}
        publish(self.office, key, finance__new_1=row)
        return amount

    def split(self, key: str, share: int) -> Decimal:
        """Split a record's first line that can be split; the sum stays."""
        for path, row in self.lines(key).items():
            held = Line(FinanceSource(row["source"]), FinanceStatus(row["status"]), Decimal(row["amount"]))
            part = (held.amount * share / 100).quantize(SMALLEST)
            status = next(s for s in FinanceStatus if s != held.status)
            if not 0 < part < held.amount:
                continue
            rest, moved = split(held, part, status)
            publish(
                self.office,
                key,
                **{
                    path.replace("/", "__"): {**row, "amount": str(rest.amount)},
                    "finance__new_1": {**row, "amount": str(moved.amount), "status": str(moved.status)},
                },
            )
            break
        return Decimal(0)

    def drop(self, key: str) -> Decimal:
        """Take a record's first line away; return by how much the sum changes."""
        for path, row in self.lines(key).items():
            publish(self.office, key, **{path.replace("/", "__"): None})
            return -Decimal(row["amount"])
        return Decimal(0)

    def total(self, key: str, amount: Decimal | None) -> Decimal:
        """Change what the project costs."""
        publish(self.office, key, total_investment=None if amount is None else str(amount))
        return Decimal(0)

    def back(self, key: str, step: int) -> Decimal:
        """Put a record's money back as it was at one of its versions."""
        before, held = self.sum_of(key), self.desk.held(key)
        steps = self.desk.history(key)
        history = steps[step % len(steps)].history_id
        then = self.desk.document_at(key, history)
        paths = {p for p in {*held.document, *then} if p.startswith("finance/")}
        entry = restoration(key, held.version, held.document, then, history, paths)
        if entry.changes:
            file(self.desk, entry, unit=SHAOGUAN)
        return self.sum_of(key) - before

    def merge(self, key: str, other: str) -> Decimal:
        """Merge a record into another one: its money leaves the sums with it, and stays its own."""
        if key == other:
            return Decimal(0)
        held, there = self.desk.held(key), self.sum_of(other)
        file(self.desk, merge(key, held.version, "账本", other), unit=SHAOGUAN)
        assert self.sum_of(other) == there, "nothing is doubled into the one that stays"
        return self._leaves(key)

    def delete(self, key: str) -> Decimal:
        """Delete a record."""
        file(self.desk, deletion(key, self.desk.held(key).version, "账本"), unit=SHAOGUAN)
        return self._leaves(key)

    def _leaves(self, key: str) -> Decimal:
        self.gone.add(key)
        return -self.sum_of(key)

    def revive(self) -> Decimal:
        """Bring back whatever went first."""
        for key in sorted(self.gone):
            held = self.desk.held(key)
            file(self.desk, revival(key, held.version, held.document), unit=SHAOGUAN)
            self.gone.discard(key)
            return self.sum_of(key)
        return Decimal(0)

    def sum_of(self, key: str) -> Decimal:
        """Return the sum of a record's lines in its document, here or gone."""
        return sum((Decimal(row["amount"]) for row in self.lines(key).values()), Decimal(0))

    @property
    def living(self) -> list[str]:
        """The records that are in lists and maps."""
        return [key for key in self.keys if key not in self.gone]


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("add"),
            st.integers(0, 3),
            st.decimals(0, 10**5, places=6),
            st.sampled_from(FinanceStatus),
            st.sampled_from(FinanceSource),
        ),
        st.tuples(st.just("split"), st.integers(0, 3), st.integers(1, 99)),
        st.tuples(st.just("drop"), st.integers(0, 3)),
        st.tuples(st.just("total"), st.integers(0, 3), st.none() | st.decimals(0, 10**5, places=6)),
        st.tuples(st.just("back"), st.integers(0, 3), st.integers(0, 9)),
        st.tuples(st.just("merge"), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("delete"), st.integers(0, 3)),
        st.tuples(st.just("revive")),
    ),
    min_size=3,
    max_size=9,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_sums_reconcile_whatever_is_done_in_whatever_order(office: Office, steps: list[Any]) -> None:
    books, expected = Books(office), Decimal(0)
    ledger, chosen = PostgisLedger(office.database), ProjectFilter(ids=tuple(books.keys))
    for name, *given_values in steps:
        expected += _do(books, name, given_values)
        whole = ledger.overview(chosen).whole
        assert whole.line_sum == expected == ledger.lines(chosen).matrix.whole.amount, name
    found = check_all(ledger, chosen).whole
    assert found.projects == len(books.living)
    with office.database.owning() as connection:
        facets = connection.execute(
            text("SELECT sum(line_sum), sum(line_count) FROM project_facet WHERE project_id = ANY (:keys)"),
            {"keys": books.keys},
        ).one()
        stored = connection.scalar(
            text("SELECT coalesce(sum(amount), 0) FROM finance_line WHERE project_id = ANY (:keys)"),
            {"keys": books.keys},
        )
    assert (facets[0] or 0, facets[1] or 0) == (found.line_sum, found.lines)
    assert stored == sum((books.sum_of(key) for key in books.keys), Decimal(0)), "what is gone keeps its rows"


def _do(books: Books, name: str, values: list[Any]) -> Decimal:
    """Do one step to one of the living records; a step that makes no sense any more does nothing."""
    if name == "revive":
        return books.revive()
    if not books.living:
        return Decimal(0)
    keys = [books.living[values[0] % len(books.living)], *values[1:]]
    if name == "merge":
        keys[1] = books.living[values[1] % len(books.living)]
    if name in ("merge", "delete") and len(books.living) == 1:
        return Decimal(0)
    act: Callable[..., Decimal] = getattr(books, name)
    try:
        return act(*keys)
    except AtlasError as error:
        raise AssertionError(f"{name} {values}: {error}") from error
