"""Projects with money for database tests: a few that hurt, made in a transaction that is undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Connection, text

from data.database import Database
from data.store.money.ledger import PostgisLedger
from projects.filters import ProjectFilter
from projects.money.sums import Overview, Sums, by_prefecture, together
from tests.db import making

RUYUAN, LECHANG = "440232", "440281"
HOME = {"prefecture_code": "440200", "province_code": "440000"}
LINE = {"source": "专项债", "status": "批复", "amount": "100", "basis": "reported"}


class Inside:
    """A database whose reading happens on one open connection, so that nothing has to be committed."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @contextmanager
    def reading(self, token: str = "") -> Iterator[Connection]:
        """Read as whoever the connection is, with the planner's settings undone at the end."""
        del token
        with self.connection.begin_nested() as step:
            yield self.connection
            step.rollback()


def ledger_on(connection: Connection) -> PostgisLedger:
    """Return a ledger that sees what this connection has not committed."""
    return PostgisLedger(cast(Database, Inside(connection)))


def project(connection: Connection, *lines: dict[str, Any], **values: Any) -> str:
    """Make a published project of 乳源 with lines."""
    place = {"county_code": RUYUAN, **HOME} | values
    place.setdefault("owner_unit_id", place["county_code"])
    key = making.project(connection, published=True, **place)
    for line in lines:
        making.insert(connection, "finance_line", {**LINE, **line, "project_id": key})
    return key


def line(amount: str | int, status: str = "批复", source: str = "专项债", **more: Any) -> dict[str, Any]:
    """Return a line."""
    return {"amount": Decimal(amount), "status": status, "source": source, **more}


def facet_status(connection: Connection, key: str) -> str:
    """Return the derived status as the database has it."""
    return str(
        connection.scalar(
            text("SELECT funding_status FROM project_facet WHERE project_id = :key"), {"key": key}
        )
    )


def divisions(found: Overview) -> dict[str, Sums]:
    """Return what each division of the projects adds up to."""
    return {
        "area": together(p.sums for p in found.by_area),
        "prefecture": together(p.sums for p in by_prefecture(found)),
        "category": together(p.sums for p in found.by_category),
        "mode": together(p.sums for p in found.by_mode),
        "unit": together(p.sums for p in found.by_unit),
        "status": together(found.by_status.values()),
    }


def check_all(ledger: PostgisLedger, chosen: ProjectFilter) -> Overview:
    """Hold everything against everything; return the overview."""
    found, lines = ledger.overview(chosen), ledger.lines(chosen, projects=True)
    for name, sums in divisions(found).items():
        assert sums == found.whole, name
    whole, matrix = found.whole, lines.matrix
    assert matrix.reconciles()
    assert (matrix.whole.amount, matrix.whole.lines) == (whole.line_sum, whole.lines)
    assert matrix.whole.projects in (whole.reported, None if not whole.lines else whole.reported)
    listed = list(ledger.every_project(chosen))
    assert (len(listed), sum(one.money.line_count for one in listed)) == (whole.projects, whole.lines)
    assert sum((one.money.line_sum for one in listed), Decimal(0)) == whole.line_sum
    assert sum((g for one in listed if (g := one.gap) and g > 0), Decimal(0)) == whole.gap
    assert sum((-g for one in listed if (g := one.gap) and g < 0), Decimal(0)) == whole.over
    for status, sums in found.by_status.items():
        assert sums.projects == sum(one.status is status for one in listed)
    assert sum(n for p in found.by_area for n in p.by_status.values()) == whole.projects
    return found
