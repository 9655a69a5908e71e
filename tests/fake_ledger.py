"""A ledger in memory for page tests: a handful of projects, summed as the database sums them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from data.store.money.tallies import line_sums
from projects.codes import FundingStatus
from projects.filters import ProjectFilter
from projects.money.lines import ZERO, Line, summary
from projects.money.need import Residents
from projects.money.ports import Order, Paging, ProjectList, ProjectMoney
from projects.money.sums import (
    EVERY_DIVISION,
    Division,
    LineSums,
    Overview,
    Part,
    Sums,
    YearPlan,
    together,
)
from tests.unit.projects.money.rows import line_row

PEOPLE = {"440232": Residents("440232", "乳源瑶族自治县", "440200", "440000", 2020, 200_000, 40_000, 30_000)}


@dataclass(frozen=True)
class Kept:
    """One project: where it is, whose, what it costs, its lines."""

    id: str
    name: str
    total: Decimal | None = None
    lines: Sequence[Line] = ()
    county: str | None = "440232"
    prefecture: str | None = "440200"
    category: str = "tcm"
    mode: str = "PPP"
    unit: str | None = "440232"
    basis: str = "documented"


@dataclass
class FakeLedger:
    """``projects.money.ports.Ledger`` over a list; ``asked`` counts the questions."""

    kept: Sequence[Kept] = ()
    planned: tuple[YearPlan, ...] = ()
    people: Mapping[str, Residents] = field(default_factory=lambda: PEOPLE)
    nested: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    failing: Exception | None = None

    def overview(self, chosen: ProjectFilter, divisions: Collection[Division] = EVERY_DIVISION) -> Overview:
        self._ask("overview")
        areas = sorted({k.county for k in self.kept}, key=str)
        return Overview(
            whole=together(_sums(k) for k in self.kept),
            by_area=tuple(self._area(code) for code in areas),
            by_category=self._parts("category") if Division.CATEGORY in divisions else (),
            by_mode=self._parts("mode") if Division.MODE in divisions else (),
            by_unit=self._parts("unit") if Division.UNIT in divisions else (),
            by_status={
                s: together(_sums(k) for k in self.kept if summary(k.total, k.lines).status is s)
                for s in FundingStatus
            },
            basis=Counter(k.basis for k in self.kept if k.basis in ("modelled", "demo")),
            nested=self.nested,
        )

    def _area(self, code: str | None) -> Part:
        held = [k for k in self.kept if k.county == code]
        statuses = Counter(summary(k.total, k.lines).status for k in held)
        names = {"440232": "乳源瑶族自治县", "440281": "乐昌市"}
        level = "county" if code else ""
        return Part(
            code,
            names.get(str(code), ""),
            together(map(_sums, held)),
            level,
            held[0].prefecture,
            None,
            statuses,
        )

    def _parts(self, name: str) -> tuple[Part, ...]:
        codes = sorted({getattr(k, name) for k in self.kept}, key=str)
        return tuple(
            Part(code, str(code or ""), together(_sums(k) for k in self.kept if getattr(k, name) == code))
            for code in codes
        )

    def lines(self, chosen: ProjectFilter, *, projects: bool = False) -> LineSums:
        self._ask("lines")
        return line_sums(
            line_row(str(one.source), str(one.status), str(one.amount), year=one.year, subsidy=one.subsidy)
            for k in self.kept
            for one in k.lines
        )

    def plans(self, chosen: ProjectFilter) -> tuple[YearPlan, ...]:
        self._ask("plans")
        return self.planned

    def residents(self) -> Mapping[str, Residents]:
        self._ask("residents")
        return self.people

    def projects(
        self, chosen: ProjectFilter, paging: Paging, order: Order = Order.GAP, *, flagged: bool = False
    ) -> ProjectList:
        self._ask("flagged" if flagged else "projects")
        found = [one for one in self.every_project(chosen) if not flagged or one.money.over_total]
        return ProjectList(tuple(found[paging.offset : paging.offset + paging.limit]), len(found))

    def every_project(self, chosen: ProjectFilter) -> Iterator[ProjectMoney]:
        for k in self.kept:
            yield ProjectMoney(
                id=k.id,
                name=k.name,
                category=k.category,
                county=k.county or "",
                owner_unit_id=k.unit,
                unit=k.unit or "",
                stage="未明确",
                delivery_mode=k.mode,
                basis=k.basis,
                money=summary(k.total, k.lines),
            )

    def _ask(self, question: str) -> None:
        self.asked[question] += 1
        if self.failing:
            raise self.failing


def _sums(kept: Kept) -> Sums:
    money = summary(kept.total, kept.lines)
    known, reported = kept.total is not None, money.line_count > 0
    gap = money.gap or ZERO
    return Sums(
        projects=1,
        reported=int(reported),
        known=int(known),
        total=kept.total or ZERO,
        lines=money.line_count,
        line_sum=money.line_sum,
        committed=money.committed,
        received=money.received,
        received_known=money.received if known else ZERO,
        gap=max(gap, ZERO),
        gap_projects=int(gap > 0),
        over=max(-gap, ZERO),
        over_projects=int(gap < 0),
        silent=int(known and not reported),
        silent_total=(kept.total or ZERO) if not reported else ZERO,
        flagged=int(money.over_total > 0),
    )
