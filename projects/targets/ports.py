"""What the pages ask about targets and indicators; ``data.store.targets.PostgisTargets`` is the adapter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from projects.targets.beds import BedsRow
from projects.targets.board import Row
from projects.targets.checking import Rules
from projects.targets.model import Filing, Indicator, Report, ReportState


@dataclass(frozen=True, slots=True)
class OpenIndicator:
    """A figure that a unit's targets need and nobody has reported: of which indicator, area and year."""

    indicator: str
    area_code: str
    area_name: str
    year: int | None
    target_id: str


@dataclass(frozen=True, slots=True)
class FiledReport:
    """What became of a figure that was filed."""

    id: int
    state: ReportState


class Targets(Protocol):
    """Targets with their actual values; filing and deciding on reported figures.

    Everything is what the session may see: ``NotAllowed`` and ``BadValue`` for what it may not do.
    """

    def indicators(self) -> tuple[Indicator, ...]:
        """Return the registry in its order."""
        ...

    def board(self, today: date | None = None) -> tuple[Row, ...]:
        """Return all targets, measured and judged, in order of document and number."""
        ...

    def documents(self) -> Mapping[str, str]:
        """Return document id → title, of those that have targets."""
        ...

    def beds(self, area_code: str, categories: Sequence[str]) -> tuple[BedsRow, ...]:
        """Return beds of records of some categories by part of an area."""
        ...

    def rules(self, unit_id: str = "") -> Rules:
        """Return what a figure is checked against: areas this identity (or one unit of it) files for."""
        ...

    def reports(
        self,
        states: Sequence[ReportState] = (),
        indicator: str = "",
        area_code: str = "",
        unit_id: str = "",
        limit: int = 500,
    ) -> tuple[Report, ...]:
        """Return reports that one may see, newest first, of some states, one indicator, area, unit or all."""
        ...

    def deciding(self, reports: Sequence[Report]) -> frozenset[int]:
        """Return which of them this identity decides on."""
        ...

    def area_names(self) -> Mapping[str, str]:
        """Return the names of the areas and zones that reports and targets speak of."""
        ...

    def file(self, filings: Sequence[Filing]) -> tuple[FiledReport, ...]:
        """File figures, all of them or none: accepted at once or waiting, by the unit's setting."""
        ...

    def decide(self, report_id: int, accepts: bool, remark: str = "") -> ReportState:
        """Accept or send back a figure that waits; sending back needs a remark."""
        ...

    def waiting(self, unit_id: str = "") -> int:
        """Return how many figures wait that this identity decides on, of one unit or all."""
        ...

    def open_indicators(self, unit_id: str) -> tuple[OpenIndicator, ...]:
        """Return what a unit's targets still need from it."""
        ...
