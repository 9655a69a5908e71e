"""Geocoding all records of a unit: asking once, judging, and filing what is sure as one change set.

It may be stopped, killed and begun again at any moment: answers are kept as they come, and nothing is filed
before the last of them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Protocol

from data.geocoders.base import FAULT_ZH, HOPELESS, Answer, Fault, Geocoder, Outcome, ask
from data.geocoders.judging import PRIMARY, Finding, Verdict, beforehand, judge, place_of
from data.geocoders.pacing import Pace
from gis.addresses import complete
from projects.errors import Conflict
from projects.filing.changes import Entry, FieldChange, Filed, Kind, Operation, Request
from projects.filing.desk import Desk, Held
from projects.work import Progress

PATIENCE: Final = 3
"""After so many questions in a row without an answer the service is left alone."""
FILING_TRIES: Final = 3


class Cache(Protocol):
    """Kept answers of one service."""

    def known(self, question: str) -> Answer | None:
        """Return a kept answer that helps."""
        ...

    def keep(self, question: str, answer: Answer) -> None:
        """Keep an answer."""
        ...


class Ground(Protocol):
    """What the database knows of areas."""

    def regions(self, held: Held) -> Sequence[str]:
        """Return the names of the regions a record is known to lie in, largest first."""
        ...

    def county_at(self, lonlat: tuple[float, float]) -> str | None:
        """Return the county at a WGS84 position, None where there is none."""
        ...

    def pending(self, unit_id: str) -> frozenset[str]:
        """Return the records of a unit with a change of their place waiting for a reviewer."""
        ...


@dataclass(frozen=True, slots=True)
class Means:
    """What a run works with."""

    desk: Desk
    geocoder: Geocoder
    cache: Cache
    ground: Ground
    pace: Pace
    progress: Progress


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came of a run: one finding for every record of the unit."""

    findings: tuple[Finding, ...]
    stopped_by: Fault | None
    filed: Filed | None

    @property
    def counts(self) -> dict[str, int]:
        """Records by verdict, every verdict named."""
        found = Counter(finding.verdict for finding in self.findings)
        return {str(verdict): found[verdict] for verdict in Verdict}


class Run:
    """One run over one unit."""

    def __init__(self, means: Means, unit_id: str, job_id: int | None = None) -> None:
        self._means, self._unit, self._job = means, unit_id, job_id
        self._fault: Fault | None = None
        self._silent = 0
        self._done = 0

    def run(self) -> Outcomes:
        """Ask for every record that needs it, then file; raises ``JobEnded`` when asked to stop."""
        records = self._means.desk.held_by_unit(self._unit)
        pending = self._means.ground.pending(self._unit)
        findings = [self._beforehand(held, pending) for held in records]
        open_ones = [
            number for number, finding in enumerate(findings) if finding.verdict is Verdict.NOT_ASKED
        ]
        for self._done, number in enumerate(open_ones):
            message = f"正在解析第 {self._done + 1} 个地址，共 {len(open_ones)} 个"
            self._means.progress.step(self._done, len(open_ones), message)
            findings[number] = self._find(findings[number])
        self._means.progress.step(len(open_ones), len(open_ones), "正在提交")
        findings, filed = self._file(findings)
        if len(findings) != len(records):
            raise AssertionError("every record has one finding")
        return Outcomes(tuple(findings), self._fault, filed)

    def _beforehand(self, held: Held, pending: frozenset[str]) -> Finding:
        verdict = beforehand(held)
        if verdict is None:
            verdict = Verdict.PENDING if held.project_id in pending else Verdict.NOT_ASKED
        return Finding(held, verdict)

    def _find(self, finding: Finding) -> Finding:
        held = finding.held
        question = complete(str(held.document["address"]), self._means.ground.regions(held))
        finding = replace(finding, question=question)
        kept = self._means.cache.known(question)
        answer = kept or (self._ask(question) if self._fault is None else None)
        if answer is None:
            return finding
        county = self._means.ground.county_at(answer.lonlat) if answer.lonlat else None
        verdict = judge(held, answer, county)
        return replace(
            finding, verdict=verdict, answer=answer, county_found=county, from_cache=kept is not None
        )

    def _ask(self, question: str) -> Answer:
        """Ask the service, keep what it says, and know when to leave it alone."""
        means = self._means
        answer = means.pace.patiently(
            lambda: ask(means.geocoder, question),
            lambda: means.progress.step(self._done, None, FAULT_ZH[Fault.RATE]),
        )
        means.cache.keep(question, answer)
        self._silent = self._silent + 1 if answer.outcome is Outcome.FAILED else 0
        if answer.fault in HOPELESS or answer.fault is Fault.RATE or self._silent >= PATIENCE:
            self._fault = answer.fault
        return answer

    def _file(self, findings: list[Finding]) -> tuple[list[Finding], Filed | None]:
        """File what is sure; who changed a record's address or place meanwhile keeps what he wrote."""
        for last in (*[False] * (FILING_TRIES - 1), True):
            present = {held.project_id: held for held in self._means.desk.held_by_unit(self._unit)}
            findings = [_rechecked(finding, present) for finding in findings]
            sure = [finding for finding in findings if finding.verdict is Verdict.FILED]
            if not sure:
                return findings, None
            try:
                return findings, self._means.desk.file(self._request(sure, present))
            except Conflict:
                if last:
                    raise
        raise AssertionError

    def _request(self, sure: Iterable[Finding], present: dict[str, Held]) -> Request:
        title, today = self._means.geocoder.title, datetime.now(UTC).date().isoformat()
        entries = tuple(
            Entry(
                Operation.UPDATE,
                finding.held.project_id,
                present[finding.held.project_id].version,
                (
                    FieldChange(
                        PRIMARY,
                        finding.held.document.get(PRIMARY),
                        place_of(finding, title, today),
                        finding.question,
                    ),
                ),
                str(finding.held.document.get("name") or ""),
            )
            for finding in sure
        )
        reason = f"按填报的地址由{title}地理编码定位（精度以服务返回的匹配级别为准）"
        return Request(
            Kind.BULK,
            f"{title}地址解析：{len(entries)} 个位置",
            self._unit,
            reason,
            entries,
            job_id=self._job,
        )


def _rechecked(finding: Finding, present: dict[str, Held]) -> Finding:
    """Return a finding that still holds, or one that says that the record changed meanwhile."""
    if finding.verdict is not Verdict.FILED:
        return finding
    now = present.get(finding.held.project_id)
    before = finding.held.document
    watched = ("address", "county_code", PRIMARY)
    if now is None or any(now.document.get(path) != before.get(path) for path in watched):
        return replace(finding, verdict=Verdict.CHANGED)
    return finding
