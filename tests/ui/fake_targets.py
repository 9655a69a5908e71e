"""Targets in memory, for tests of pages: what was filed and decided is kept, rights are coarse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from projects.errors import BadValue
from projects.targets.beds import BedsRow, table
from projects.targets.board import Row, board
from projects.targets.checking import Rules
from projects.targets.facts import Facts
from projects.targets.model import Filing, Indicator, Report, ReportState, Target
from projects.targets.ports import FiledReport, OpenIndicator
from tests.ui.office import OfficeShell
from tests.unit.projects.targets.world import TODAY, facts, indicator, target

AREAS = {"440232": ("乳源瑶族自治县", "440232")}


@dataclass
class FakeTargets:
    """``projects.targets.ports.Targets`` over lists."""

    targets: Sequence[Target] = field(default_factory=lambda: (target(),))
    facts: Facts = field(default_factory=lambda: facts(indicator("x", zh="某数", en="a number")))
    known: dict[int, Report] = field(default_factory=dict)
    decides: bool = False
    filed: list[Filing] = field(default_factory=list)
    decided: list[tuple[int, bool, str]] = field(default_factory=list)
    owed: tuple[OpenIndicator, ...] = ()

    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(self.facts.indicators.values())

    def board(self, today: date | None = None) -> tuple[Row, ...]:
        return board(self.targets, self.facts, TODAY)

    def documents(self) -> Mapping[str, str]:
        return {"sg2016": "韶关方案", "cz2017": "郴州方案"}

    def beds(self, area_code: str, categories: Sequence[str]) -> tuple[BedsRow, ...]:
        return table(self.facts, area_code, categories)

    def rules(self, unit_id: str = "") -> Rules:
        return Rules(self.facts.indicators, AREAS, {}, TODAY)

    def reports(self, states: Sequence[ReportState] = (), indicator: str = "", *_: Any) -> tuple[Report, ...]:
        found = [r for r in self.known.values() if not states or r.state in states]
        return tuple(r for r in found if indicator in ("", r.indicator))

    def deciding(self, reports: Sequence[Report]) -> frozenset[int]:
        return frozenset(r.id for r in reports) if self.decides else frozenset()

    def area_names(self) -> Mapping[str, str]:
        return {"440232": "乳源瑶族自治县", "440200": "韶关市"}

    def file(self, filings: Sequence[Filing]) -> tuple[FiledReport, ...]:
        self.filed += filings
        return tuple(FiledReport(7 + n, ReportState.SUBMITTED) for n, _ in enumerate(filings))

    def decide(self, report_id: int, accepts: bool, remark: str = "") -> ReportState:
        if not accepts and not remark.strip():
            raise BadValue("退回要写明原因")
        state = ReportState.ACCEPTED if accepts else ReportState.REJECTED
        self.decided.append((report_id, accepts, remark))
        self.known[report_id] = replace(self.known[report_id], state=state)
        return state

    def waiting(self, unit_id: str = "") -> int:
        return sum(r.state is ReportState.SUBMITTED for r in self.known.values())

    def open_indicators(self, unit_id: str) -> tuple[OpenIndicator, ...]:
        return self.owed


@dataclass
class TargetShell(OfficeShell):
    """The shell of an office with targets."""

    targets: FakeTargets = field(default_factory=FakeTargets)  # type: ignore[assignment]
