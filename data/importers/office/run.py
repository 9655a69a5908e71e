"""An office's file taken in: read, matched, planned, and — when asked to — filed as one change set.

    preview   what would happen to every row; nothing is written
    commit    the same again and the filing, in one transaction: all of it or nothing

A commit matches afresh under a lock that lets one import through at a time. When the library has changed so
that the plan is not the one that was shown, nothing is filed and the new plan comes back.
"""

import gc
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text

from data.database import Database
from data.importers.office import indicator_plan, matching
from data.importers.office.library_context import context_of
from data.importers.office.reading import Limits, read_file
from data.store import filing, images, parents, rounds
from data.store.desk import told
from data.store.sessions import identity_of
from data.store.targets import reports
from projects.errors import Conflict, NotAllowed
from projects.filing.changes import Filed, SourceFile
from projects.filing.desk import Held
from projects.identity import OwnerUnit
from projects.intake.cells import Outcome
from projects.intake.importing import FileReading, ImportPlan, Mode
from projects.intake.indicator_sheet import filings
from projects.intake.matching import BY_DECISION, Index, Rules, match, wanted, with_lookalikes
from projects.intake.planning import documents_needed, fingerprint, plan, request_of, stale
from projects.intake.rings import new_parents, without_rings
from projects.targets.ports import FiledReport
from projects.work import Progress

LOCK: Final = 7_305_140
"""Advisory lock of the one import that is being committed."""
PATIENCE_S: Final = 90.0
_BUSY: Final = "另一个文件正在提交，请稍后再试（本次没有写入任何内容）"
_OVERTAKEN: Final = "提交期间有人改动了同一条记录，本次没有写入任何内容：请重新预览"
STEPS: Final = 4


class Silent:
    """Progress that nobody watches."""

    def step(self, done: int, of: int | None = None, message: str = "") -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked: which file, for whom, how."""

    path: Path
    name: str
    """The file's own name, as the office calls it."""
    unit_id: str
    mode: Mode = Mode.UPSERT
    keep_existing: bool = False
    datum: str = ""
    """What whoever uploads says the coordinates are in, for a file that does not say; empty for unknown."""
    decisions: Mapping[str, str] = field(default_factory=dict)
    """Row key → ``new`` or a record's id, for held rows."""


@dataclass(frozen=True, slots=True)
class Committed:
    """What came of a commit: nothing filed (``filed`` None) when the plan holds nothing or has changed."""

    plan: ImportPlan
    filed: Filed | None
    changed: bool = False
    """Whether the library changed since the preview: the plan is a new preview and nothing was filed."""
    reports: tuple[FiledReport, ...] = ()
    """The figures of 指标 that were filed."""
    round_id: int | None = None
    """The round of Monday lists that the workbook came back of."""


@dataclass(frozen=True, slots=True)
class _Filing:
    """How a commit is filed: why, what was shown, by which job."""

    reason: str
    expected: str
    job_id: int | None


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave the search for cyclic garbage until the end.

    An import makes millions of objects, and looking through them again and again is a third of its time. They
    are no cycles: memory is freed all the same.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


class Importer:
    """Imports for one session: the database decides what it may see and write."""

    def __init__(
        self,
        database: Database,
        token: str,
        progress: Progress | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._database, self._token, self._limits = database, token, limits
        self._progress: Progress = progress or Silent()

    def preview(self, order: Order) -> ImportPlan:
        """Return what would happen to every row. Raises ``FileRefused`` for a file that cannot be read."""
        with _uncollected():
            reading = self._read(order)
            self._progress.step(1, STEPS, "比对")
            with self._database.reading(self._token) as connection:
                return _plan(connection, reading, self._rules(connection, order))[0]

    def commit(
        self, order: Order, reason: str, *, expected: str = "", job_id: int | None = None
    ) -> Committed:
        """File the new and updated rows as one change set.

        ``expected`` is the fingerprint of the preview that was shown (planned without decisions); empty when
        nobody looked. Raises ``Conflict`` when another import or an edit came between: nothing was written.
        """
        with _uncollected():
            reading = self._read(order)
            with told(), self._database.writing(self._token, reason) as connection:
                self._alone(connection)
                self._progress.step(1, STEPS, "比对")
                done = self._commit(connection, reading, order, _Filing(reason, expected, job_id))
                return done if done.changed else _came_back(connection, order, done, job_id)

    def note_return(self, order: Order, plan: ImportPlan, job_id: int | None = None) -> int | None:
        """Note that a Monday list came back of which nothing can be filed; return its round, if it is one.

        A unit that looked its list over and found nothing to change has answered.
        """
        if not plan.reading.mark:
            return None
        with self._database.writing(self._token, "周一清单报回") as connection:
            return _came_back(connection, order, Committed(plan, None), job_id).round_id

    def _commit(
        self, connection: Connection, reading: FileReading, order: Order, filing_: _Filing
    ) -> Committed:
        """Plan as the preview did, and file when nothing has changed since."""
        rules = self._rules(connection, order)
        if filing_.expected and rules.decisions:
            bare, _ = _plan(connection, reading, replace(rules, decisions={}))
            if fingerprint(bare) != filing_.expected:
                return Committed(bare, None, changed=True)
        made, held = _plan(connection, reading, rules)
        if filing_.expected and not rules.decisions and fingerprint(made) != filing_.expected:
            return Committed(made, None, changed=True)
        self._progress.step(2, STEPS, "提交")
        figures = reports.file(connection, filings(made.figures))
        request = request_of(made, rules, filing_.reason, source_of(reading), filing_.job_id)
        if not request.entries:
            return Committed(made, None, reports=figures)
        filed = filing.file(connection, request, identity_of(connection), held)
        self._progress.step(3, STEPS, "提交")
        return Committed(made, filed if filed.id else None, reports=figures)

    def _read(self, order: Order) -> FileReading:
        with self._database.reading(self._token) as connection:
            unit = _unit(matching.allowed_units(connection), order.unit_id)
        context = context_of(self._database, self._token, unit, order.datum)
        return read_file(order.path, order.name, context, self._progress, self._limits)

    def _rules(self, connection: Connection, order: Order) -> Rules:
        allowed = matching.allowed_units(connection)
        unit = _unit(allowed, order.unit_id)
        practice = bool(connection.scalar(text("SELECT is_practice()")))
        return Rules(unit, allowed, order.mode, order.keep_existing, order.decisions, practice)

    def _alone(self, connection: Connection) -> None:
        """Wait until no other import is being committed; the lock ends with the transaction."""
        end = time.monotonic() + PATIENCE_S
        while not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": LOCK}):
            if time.monotonic() > end:
                raise Conflict(_BUSY)
            self._progress.step(1, STEPS, "等待另一个导入完成")
            time.sleep(0.2)


def _came_back(connection: Connection, order: Order, done: Committed, job_id: int | None) -> Committed:
    """Note a Monday list that came back in the transaction that files it; other files pass."""
    reading = done.plan.reading
    if not reading.mark:
        return done
    counts = done.plan.counts
    changes = counts[Outcome.NEW] + counts[Outcome.UPDATED] if done.filed else 0
    filed = done.filed.id if done.filed else None
    back = rounds.Returned(job_id, filed, reading.rows_in, changes + len(done.reports))
    return replace(done, round_id=rounds.mark_returned(connection, reading.mark, order.unit_id, back))


def source_of(reading: FileReading) -> SourceFile:
    """Return the file as a source: one per content, whatever it is called."""
    return SourceFile(f"file-{reading.sha256[:16]}", reading.file_name, note=f"sha256:{reading.sha256}")


def _unit(allowed: Mapping[str, OwnerUnit], unit_id: str) -> OwnerUnit:
    """Return the filing unit. Raises ``NotAllowed`` for one that this session may not file for."""
    if unit_id not in allowed:
        raise NotAllowed(f"您的账户不能为单位 {unit_id or '（未指明）'} 导入：请选择本单位")
    return allowed[unit_id]


def _plan(
    connection: Connection, reading: FileReading, rules: Rules
) -> tuple[ImportPlan, Mapping[str, Held]]:
    """Match and plan within one transaction; also return the records that matched."""
    rows = matching.standardised(connection, reading.rows)
    reading = replace(reading, rows=rows)
    marks = wanted(rows, rules)
    index = Index(matching.known(connection, marks), matching.merged(connection, marks.ids))
    matches = match(rows, index, rules)
    found = matching.lookalikes(connection, [m.row for m in matches if m.is_new and m.by != BY_DECISION])
    matches = with_lookalikes(matches, found, rules)
    held = images.standing(connection, documents_needed(matches))
    since = matching.since(connection, stale(matches, held))
    figures = indicator_plan.planned(connection, reading.indicators, rules.unit)
    made = replace(plan(reading, matches, held, since, rules), figures=figures)
    wholes = [parent for parent in new_parents(made).values() if parent]
    return without_rings(made, parents.above(connection, wholes) if wholes else {}), held
