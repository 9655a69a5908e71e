"""``import`` and ``workbook``: an office's file in, an office's workbook out, with an account's rights."""

import argparse
import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from data import settings, wiring
from data.database import Database, Row
from data.exports.pieces import write_whole
from data.exports.returned import returned
from data.exports.unit_workbook import unit_workbook
from data.exports.workbook_columns import RISKY
from data.importers.office.run import Committed, Importer, Order
from data.jobs.sessions import opened
from projects.codes import Datum
from projects.errors import BadValue
from projects.intake.cells import CellIssue
from projects.intake.importing import ImportPlan, Mode
from projects.intake.indicator_sheet import counts as figure_counts
from projects.intake.issues import Severity
from projects.intake.mending import marks_of

SHOWN: Final = 20
LEFT: Final = 1
"""Exit code when something of the file was not taken over."""


def add_to(commands: Any) -> None:
    """Add the commands of this module."""
    take = commands.add_parser(
        "import", help="take in an office's file; without --commit only say what would happen"
    )
    take.add_argument("file", type=Path, metavar="FILE")
    take.add_argument("--unit", default="", help="owner unit that files; an editor's own when not given")
    take.add_argument("--commit", action="store_true", help="file the change set")
    take.add_argument("--mode", choices=[str(mode) for mode in Mode], default=str(Mode.UPSERT))
    take.add_argument(
        "--keep-existing-values", action="store_true", help="fill in only what the library does not know"
    )
    take.add_argument(
        "--datum", choices=[str(d) for d in Datum], default="", help="of a file that names none"
    )
    take.add_argument(
        "--decide",
        metavar="SHEET!ROW=new|ID",
        action="append",
        default=[],
        type=_decision,
        help="what a held row is; may be repeated",
    )
    take.add_argument("--reason", default="", help="why, kept in every history row")
    take.add_argument(
        "--returned", type=Path, metavar="OUT.xlsx", help="write the rows to mend into a workbook"
    )
    take.add_argument("--issues", type=Path, metavar="OUT.csv", help="write all findings into a table")
    _acting(take)
    take.set_defaults(run=_import)
    book = commands.add_parser("workbook", help="write the workbook of a unit, filled in or blank")
    book.add_argument("--unit", default="", help="owner unit; an editor's own when not given")
    book.add_argument("--blank", action="store_true", help="without the library's records")
    book.add_argument("-o", "--out", type=Path, required=True, metavar="FILE")
    _acting(book)
    book.set_defaults(run=_workbook)


def _acting(command: argparse.ArgumentParser) -> None:
    command.add_argument("--as", dest="account", default="", metavar="NAME", help="the account that acts")
    command.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of findings and notes")


def _import(options: argparse.Namespace) -> int:
    if options.commit and not options.reason.strip():
        raise BadValue("--commit needs --reason: why the values change, kept in every history row")
    database = wiring.open_database(settings.load())
    with _session(database, options) as (token, unit):
        order = Order(
            options.file,
            options.file.name,
            unit,
            Mode(options.mode),
            options.keep_existing_values,
            options.datum,
            dict(options.decide),
        )
        importer = Importer(database, token, _Lines())
        done = importer.commit(order, options.reason) if options.commit else None
        plan = done.plan if done else importer.preview(order)
    _tell(plan, done, options.lang)
    _leave(plan, options)
    return LEFT if _left(plan) else 0


def _left(plan: ImportPlan) -> bool:
    """Whether something of the file was not taken over: rows, lines without a project, or all of it."""
    unread = any(issue.severity is Severity.ERROR for issue in plan.reading.issues)
    return unread or bool(marks_of(plan))


class _Lines:
    """Progress as lines, each once."""

    def __init__(self) -> None:
        self._last = ""

    def step(self, done: int, of: int | None = None, message: str = "") -> None:
        """Print a message when it is a new one."""
        del done, of
        if message and message != self._last:
            print(f"… {message}", flush=True)
        self._last = message


def _workbook(options: argparse.Namespace) -> None:
    database = wiring.open_database(settings.load())
    with _session(database, options) as (token, unit):
        content, name = unit_workbook(database, token, unit, options.lang, blank=options.blank)
    size = write_whole(iter((content,)), options.out)
    print(f"{options.out}: {name}, {size / 1000:.0f} kB")


@contextmanager
def _session(database: Database, options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Open a session of the acting account and say for which unit it acts."""
    account = acting_as(database, options.account)
    unit = options.unit or account.unit_id or ""
    if not unit:
        raise BadValue("say with --unit for which owner unit, e.g. --unit 440203")
    with opened(database, account.id, "command") as token:
        yield token, unit


def acting_as(database: Database, name: str) -> Row:
    """Return the account that acts (id, unit_id): the named one, else the only administrator.

    Raises ``BadValue`` when there is none, when several could act, and before a first password is changed.
    """
    with database.owning() as connection:
        rows = connection.execute(_ACCOUNTS, {"name": name.lower()}).all()
    if not rows and not name:
        raise BadValue(
            "there is no administrator who could act: make one with"
            " `python -m data user add NAME --role administrator --random`"
        )
    if len(rows) != 1:
        what = f"there is no account {name!r}" if name else "several accounts could act"
        raise BadValue(f"{what}: name one with --as (see `python -m data user list`)")
    if rows[0].must_change_password:
        raise BadValue(f"account {rows[0].name!r} must change its first password on the pages before it acts")
    return rows[0]


_ACCOUNTS: Final = text("""
SELECT id, name, unit_id, must_change_password FROM account WHERE disabled_at IS NULL
   AND (name = :name OR (:name = '' AND role = 'administrator')) ORDER BY id""")


def _tell(plan: ImportPlan, done: Committed | None, language: str) -> None:
    """Print the counts, the first findings and what was filed."""
    counts = ", ".join(f"{number} {outcome}" for outcome, number in plan.counts.items())
    print(f"{plan.reading.file_name}: {len(plan.rows)} rows = {counts}")
    lines = ", ".join(f"{sheet} {number}" for sheet, number in plan.reading.lines_in.items())
    print(f"rows read: {plan.reading.rows_in} ({lines}), accounted for: {plan.reading.accounted}")
    if plan.figures:
        figures = ", ".join(f"{number} {outcome}" for outcome, number in figure_counts(plan.figures).items())
        print(f"figures: {len(plan.figures)} rows = {figures}")
    found = list(_issues(plan))
    for issue in found[:SHOWN]:
        print(f"  {_line(issue, language)}")
    if len(found) > SHOWN:
        print(f"  … and {len(found) - SHOWN} more (--issues FILE.csv has all)")
    if done is None:
        print("nothing was written; say --commit to file it")
    else:
        nothing = "" if done.reports else "nothing to file"
        told = f"change set {done.filed.id}: {done.filed.state}" if done.filed else nothing
        filed = [f"figure {report.id}: {report.state}" for report in done.reports]
        back = f"the Monday list of round {done.round_id} has come back" if done.round_id else ""
        print("\n".join(filter(None, (told, *filed, back))))


def _issues(plan: ImportPlan) -> Iterator[CellIssue]:
    """Yield all findings, errors first."""
    found = [
        *plan.reading.issues,
        *(left.issue for left in plan.reading.left_out),
        *(issue for row in plan.rows for issue in row.reasons),
        *(issue for figure in plan.figures for issue in figure.issues),
    ]
    order = list(reversed(Severity))
    yield from sorted(found, key=lambda issue: order.index(issue.severity))


def _line(issue: CellIssue, language: str) -> str:
    action, remedy = issue.words(language)
    cell = issue.cell
    where = f"{cell.sheet}!{cell.address} {cell.heading} {cell.raw[:40]!r}"
    return f"{issue.severity} {issue.code} {where}: {action}; {remedy}"


def _leave(plan: ImportPlan, options: argparse.Namespace) -> None:
    """Write the files that were asked for."""
    if options.issues:
        write_whole(_table(_issues(plan), options.lang), options.issues)
        print(f"{options.issues}: all findings")
    practice = settings.load().demo
    content = returned(options.file, plan, options.lang, practice=practice) if options.returned else None
    if content is not None:
        write_whole(iter((content,)), options.returned)
        print(f"{options.returned}: the rows to mend")


def _table(issues: Iterable[CellIssue], language: str) -> Iterator[bytes]:
    """Yield a CSV table of findings; the byte order mark is for Excel."""
    yield b"\xef\xbb\xbf"
    heading = ("severity", "code", "sheet", "cell", "heading", "value", "done", "to do", "by")
    rows = ((*_fields(issue), *issue.words(language), issue.mended_by) for issue in issues)
    for row in (heading, *rows):
        line = io.StringIO()
        csv.writer(line).writerow([_harmless(str(cell)) for cell in row])
        yield line.getvalue().encode()


def _fields(issue: CellIssue) -> tuple[str, ...]:
    cell = issue.cell
    return str(issue.severity), str(issue.code), cell.sheet, cell.address, cell.heading, cell.raw


def _harmless(value: str) -> str:
    """Return text that a spreadsheet does not take for a formula when it opens the table."""
    return f"'{value}" if value.startswith(RISKY) else value


def _decision(given: str) -> tuple[str, str]:
    """Read SHEET!ROW=new or SHEET!ROW=ID."""
    key, sign, decision = given.rpartition("=")
    if not sign or "!" not in key or not decision:
        raise argparse.ArgumentTypeError(
            f"{given!r} is not SHEET!ROW=new or SHEET!ROW=ID, e.g. 项目!12=SG-0001"
        )
    return key, decision
