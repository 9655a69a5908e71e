"""The adapter of ``projects.targets.ports``: targets, indicators and reports as one session sees them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from data.database import Database
from data.store.desk import told
from data.store.targets import reading, reports
from projects.errors import BadValue
from projects.targets import beds as bed_table
from projects.targets.beds import BedsRow
from projects.targets.board import Row, board
from projects.targets.checking import Rules
from projects.targets.model import Filing, Indicator, Report, ReportState
from projects.targets.ports import FiledReport, OpenIndicator


class PostgisTargets:
    """``Targets`` over one database for one session token; without one, as everybody may see it."""

    def __init__(self, database: Database, token: str = "") -> None:
        self._database = database
        self._token = token

    def indicators(self) -> tuple[Indicator, ...]:
        """Return the registry in its order."""
        with self._reading() as connection:
            return tuple(reading.indicators(connection).values())

    def board(self, today: date | None = None) -> tuple[Row, ...]:
        """Return all targets, measured and judged."""
        with self._reading() as connection:
            found = reading.targets(connection)
            facts = reading.facts(connection, found)
        return board(found, facts, today or date.today())

    def documents(self) -> Mapping[str, str]:
        """Return document id → title, of those that have targets."""
        with self._reading() as connection:
            return reading.documents(connection)

    def beds(self, area_code: str, categories: Sequence[str]) -> tuple[BedsRow, ...]:
        """Return beds of records of some categories by part of an area."""
        with self._reading() as connection:
            return bed_table.table(reading.bed_facts(connection, area_code), area_code, categories)

    def rules(self, unit_id: str = "") -> Rules:
        """Return what a figure is checked against."""
        with self._reading() as connection:
            return reports.rules(connection, reading.targets(connection), unit_id)

    def reports(
        self,
        states: Sequence[ReportState] = (),
        indicator: str = "",
        area_code: str = "",
        unit_id: str = "",
        limit: int = 500,
    ) -> tuple[Report, ...]:
        """Return reports that one may see, newest first."""
        wanted = {
            "state": [str(state) for state in states],
            "indicator": [indicator] if indicator else [],
            "area_code": [area_code] if area_code else [],
            "unit_id": [unit_id] if unit_id and self._token else [],
        }
        fields = reading.FIELDS if self._token else reading.PUBLIC_FIELDS
        with self._reading() as connection:
            return reports.listed(connection, fields, {k: v for k, v in wanted.items() if v}, limit)

    def deciding(self, reports_: Sequence[Report]) -> frozenset[int]:
        """Return which of them this identity decides on."""
        if not self._token or not reports_:
            return frozenset()
        with self._reading() as connection:
            return reports.deciding(connection, [report.id for report in reports_])

    def area_names(self) -> Mapping[str, str]:
        """Return the names of the areas and zones that reports and targets speak of."""
        with self._reading() as connection:
            codes = {target.area_code for target in reading.targets(connection)}
            return reading.area_names(connection, sorted(codes))

    def file(self, filings: Sequence[Filing]) -> tuple[FiledReport, ...]:
        """File figures, all of them or none."""
        with told(), self._database.writing(self._token, "指标填报") as connection:
            return reports.file(connection, filings)

    def decide(self, report_id: int, accepts: bool, remark: str = "") -> ReportState:
        """Accept or send back a figure that waits; ``BadValue`` for sending back without a remark."""
        if not accepts and not remark.strip():
            raise BadValue("退回要写明原因：请填写审核意见，再点退回")
        with told(), self._database.writing(self._token, "指标审核") as connection:
            return reports.decide(connection, report_id, accepts, remark)

    def waiting(self, unit_id: str = "") -> int:
        """Return how many figures wait that this identity decides on."""
        if not self._token:
            return 0
        with self._reading() as connection:
            return reports.waiting(connection, unit_id)

    def open_indicators(self, unit_id: str) -> tuple[OpenIndicator, ...]:
        """Return what a unit's targets still need from it, areas by their names."""
        with self._reading() as connection:
            found = reports.needed(connection, reading.targets(connection), unit_id)
            names = reading.area_names(connection, sorted({one.area_code for one in found}))
        return tuple(replace(one, area_name=names.get(one.area_code, one.area_name)) for one in found)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._database.reading(self._token) as connection:
            yield connection
