"""The money of a filter as a workbook: about itself, sums by every division, the matrix, years, projects.

Every sheet of sums ends with the same whole, and the projects of the last sheet add up to it; the first sheet
says whether they do. Text stays text. Amounts are 万元: a number where a workbook keeps all its digits (it
has fifteen), else the exact digits as text.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from data.exports.funding_words import CAVEATS, HEADS, SHEETS, SUM_HEADS, TITLE, WORDS, Words
from data.exports.request import ExportRequest
from data.exports.source import ExportSource
from data.exports.words import head
from data.exports.xlsx import Mended, new_book
from projects.codes import BASIS_ZH, CATEGORY_ZH, FinanceStatus
from projects.money.lines import ZERO
from projects.money.need import Need, needs
from projects.money.ports import Ledger, ProjectMoney
from projects.money.sums import Cell, LineSums, Overview, Part, Sums, YearPlan
from projects.values import plain

Value = str | int | float | Decimal | None
Row = Sequence[Value]
DIGITS: Final = 15
"""Significant digits that a cell's number keeps."""


class _Book:
    """A workbook under way with the one way to write a table."""

    def __init__(self, book: Any, language: str) -> None:
        self.language, self.book = language, book
        self.mended = Mended()
        self.bold = self.book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EDEFF2"}
        )
        self.wrap = self.book.add_format({"text_wrap": True, "valign": "top", "align": "left"})

    def words(self, pair: Words) -> str:
        """Return the words of this book's language."""
        return pair[self.language == "en"]

    def table(self, sheet: Any, heads: Sequence[str], rows: Iterable[Row]) -> int:
        """Write a table under frozen headings; return how many rows it has."""
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, len(heads) - 1, 15)
        self.row(sheet, 0, heads, self.bold)
        number = 0
        for number, row in enumerate(rows, start=1):
            self.row(sheet, number, row)
        return number

    def row(self, sheet: Any, number: int, cells: Row, style: Any = None) -> None:
        """Write one row; text is never taken for a formula or a link."""
        for column, cell in enumerate(cells):
            value = exact(cell) if isinstance(cell, Decimal) else cell
            if isinstance(value, str):
                sheet.write_string(number, column, self.mended.text(value), style)
            elif value is not None:
                sheet.write_number(number, column, value, style)


def exact(amount: Decimal) -> float | str:
    """Return an amount as a number where a cell keeps all its digits, else as text.

    >>> exact(Decimal("12000.500000")), exact(Decimal("123456789012.123456"))
    (12000.5, '123456789012.123456')
    """
    digits = plain(amount)
    return float(amount) if len(digits.replace(".", "").lstrip("-0")) <= DIGITS else digits


def funding(library: ExportSource, ledger: Ledger, request: ExportRequest) -> bytes:
    """Return the workbook of a filter's money."""
    chosen, file = request.chosen, io.BytesIO()
    overview, lines = ledger.overview(chosen), ledger.lines(chosen, projects=True)
    plans = ledger.plans(chosen)
    counties = needs(chosen, overview.by_area, ledger.residents())
    with new_book(file, request) as book:
        made = _Book(book, request.language)
        sheets = {name: book.add_worksheet(made.words(words)) for name, words in SHEETS.items()}
        _divisions(made, sheets, overview)
        _lines(made, sheets, lines, plans)
        made.table(sheets["need"], _heads(made, "need"), (_need_row(need) for need in counties))
        listed = _Listed()
        rows = (_project_row(made, item) for item in listed.watch(ledger.every_project(chosen)))
        count = made.table(sheets["projects"], _heads(made, "projects"), rows)
        sheets["projects"].autofilter(0, 0, count, len(HEADS["projects"]) - 1)
        _about(made, sheets["about"], library, request, _checks(made, overview, lines, listed))
    return file.getvalue()


@dataclass(slots=True)
class _Listed:
    """What the listed projects come to, counted while they are written."""

    sums: Sums = field(default_factory=Sums)

    def watch(self, items: Iterator[ProjectMoney]) -> Iterator[ProjectMoney]:
        """Yield the projects unchanged and add them up."""
        n = reported = lines = 0
        amount = committed = total = ZERO
        for item in items:
            money = item.money
            n, reported, lines = n + 1, reported + (money.line_count > 0), lines + money.line_count
            amount, committed = amount + money.line_sum, committed + money.committed
            total += money.total or ZERO
            yield item
        self.sums = Sums(
            projects=n, reported=reported, lines=lines, line_sum=amount, committed=committed, total=total
        )


def _heads(made: _Book, sheet: str) -> list[str]:
    return [made.words(pair) for pair in HEADS[sheet]]


def _divisions(made: _Book, sheets: dict[str, Any], overview: Overview) -> None:
    """Write the sheets of sums by area, unit, category and delivery mode."""
    for name, parts in (
        ("areas", overview.by_area),
        ("units", overview.by_unit),
        ("categories", overview.by_category),
        ("modes", overview.by_mode),
    ):
        heads = [*_heads(made, name), *(made.words(pair) for pair in SUM_HEADS)]
        rows: list[Row] = [[*_keys(made, name, part), *_sum_cells(part.sums)] for part in parts]
        blank = [""] * (len(HEADS[name]) - 1)
        rows.append([made.words(WORDS["whole"]), *blank, *_sum_cells(overview.whole)])
        made.table(sheets[name], heads, rows)


def _keys(made: _Book, sheet: str, part: Part) -> list[Value]:
    """Return name and code of a part."""
    if sheet == "categories":
        return [_category(made, str(part.code)), part.code]
    if sheet == "modes":
        return [part.name]
    unknown = made.words(WORDS["no_area" if sheet == "areas" else "no_unit"])
    return [part.name or unknown, part.code or "", part.level]


def _category(made: _Book, code: str) -> str:
    """Return a category's name in Chinese, its code in English."""
    names = {str(key): zh for key, zh in CATEGORY_ZH.items()}
    return code if made.language == "en" else names.get(code, code)


def _sum_cells(sums: Sums) -> list[Value]:
    rate = sums.receipt_rate.share
    known = sums.known > 0
    return [
        sums.projects,
        sums.reported,
        sums.not_reported,
        sums.known,
        sums.total if known else None,
        sums.lines if sums.reported else None,
        sums.line_sum if sums.reported else None,
        sums.committed if sums.reported else None,
        sums.received if sums.reported else None,
        sums.received_known if sums.reported and known else None,
        None if rate is None else round(rate, 6),
        sums.gap if known else None,
        sums.silent_total if known else None,
        sums.unknown,
        sums.over if known else None,
        sums.flagged,
        sums.beds if sums.beds_known else None,
        sums.projects - sums.beds_known,
    ]


def _lines(made: _Book, sheets: dict[str, Any], lines: LineSums, plans: Sequence[YearPlan]) -> None:
    """Write source × status (amounts, then lines and projects) and the years."""
    statuses = tuple(FinanceStatus)
    matrix = lines.matrix
    rows: list[Row] = []
    for source, whole in matrix.rows.items():
        cells = [matrix.cells.get((source, status)) for status in statuses]
        rows.append([str(source), *(c.amount if c else None for c in cells), *_of_cell(whole)])
    for name, held in (("of_subsidy", lines.subsidies), ("of_funds", lines.guidance_funds)):
        cells = [held.get(status) for status in statuses]
        whole = Cell(sum((c.amount for c in cells if c), ZERO), sum(c.lines for c in cells if c))
        rows.append([made.words(WORDS[name]), *(c.amount if c else None for c in cells), *_of_cell(whole)])
    last = [matrix.columns.get(status) for status in statuses]
    rows.insert(
        len(matrix.rows),
        [made.words(WORDS["whole"]), *(c.amount if c else None for c in last), *_of_cell(matrix.whole)],
    )
    made.table(sheets["matrix"], _heads(made, "matrix"), rows)
    made.table(sheets["years"], _heads(made, "years"), _year_rows(made, lines, plans))


def _of_cell(cell: Cell) -> list[Value]:
    return [cell.amount, cell.lines, cell.projects]


def _year_rows(made: _Book, lines: LineSums, plans: Sequence[YearPlan]) -> Iterator[Row]:
    statuses = tuple(FinanceStatus)
    held = {(cell.year, cell.status): cell.amount for cell in lines.years}
    planned = {plan.year: plan for plan in plans}
    years: list[int | None] = [*sorted({c.year for c in lines.years if c.year} | planned.keys())]
    if any(cell.year is None for cell in lines.years):
        years.append(None)
    for year in years:
        amounts = [held.get((year, status)) for status in statuses]
        plan = planned.get(year) if year else None
        whole = sum((amount for amount in amounts if amount is not None), ZERO)
        name = str(year) if year else made.words(WORDS["no_year"])
        yield [name, *amounts, whole, plan.amount if plan else None, plan.projects if plan else None]
    columns = [lines.matrix.columns.get(status) for status in statuses]
    yield [
        made.words(WORDS["whole"]),
        *(c.amount if c else None for c in columns),
        lines.matrix.whole.amount,
        sum((plan.amount for plan in plans), ZERO) if plans else None,
    ]


def _need_row(need: Need) -> Row:
    sums, people = need.sums, need.people
    return [
        need.name,
        need.code,
        sums.projects,
        sums.reported,
        sums.line_sum if sums.reported else None,
        need.money_per_thousand,
        need.known_gap,
        people.residents if people else None,
        people.aged_60_plus if people else None,
        people.aged_65_plus if people else None,
        sums.beds if sums.beds_known else None,
        sums.projects - sums.beds_known,
    ]


def _project_row(made: _Book, item: ProjectMoney) -> Row:
    money, reported = item.money, item.money.line_count > 0
    return [
        item.name,
        item.id,
        item.county,
        _category(made, item.category),
        item.unit,
        item.stage,
        item.delivery_mode,
        str(item.status),
        money.total,
        money.line_count if reported else None,
        money.line_sum if reported else None,
        money.committed if reported else None,
        money.received if reported else None,
        money.gap,
        money.over_total if money.over_total else None,
        item.basis if made.language == "en" else _basis_zh(item.basis),
    ]


def _basis_zh(code: str) -> str:
    return {str(key): zh for key, zh in BASIS_ZH.items()}.get(code, code)


def _checks(made: _Book, overview: Overview, lines: LineSums, listed: _Listed) -> list[tuple[str, Value]]:
    """Return what has been held against each other, and whether it agrees."""
    whole, seen, matrix = overview.whole, listed.sums, lines.matrix.whole
    agree = (
        lines.matrix.reconciles()
        and (whole.projects, whole.reported, whole.lines) == (seen.projects, seen.reported, seen.lines)
        and (whole.line_sum, whole.committed, whole.total) == (seen.line_sum, seen.committed, seen.total)
        and (matrix.amount, matrix.lines) == (whole.line_sum, whole.lines)
    )
    found: list[tuple[str, Value]] = [
        (made.words(WORDS["records"]), whole.projects),
        (made.words(WORDS["reported"]), whole.reported),
        (made.words(WORDS["unknown_total"]), whole.unknown),
        (made.words(WORDS["check"]), made.words(WORDS["agrees" if agree else "differs"])),
    ]
    for basis in ("demo", "modelled"):
        if overview.basis.get(basis):
            found.append((made.words(WORDS[basis]), overview.basis[basis]))
    if overview.nested:
        found.append((made.words(WORDS["nested"]), overview.nested))
    return found


def _about(
    made: _Book,
    sheet: Any,
    library: ExportSource,
    request: ExportRequest,
    checks: Sequence[tuple[str, Value]],
) -> None:
    """Write what this file is: title, when, filter, whether its sums agree, what a reader must know."""
    facts = head(library, request)
    lines: list[tuple[str, Value]] = [
        *request.mark,
        (made.words(WORDS["title"]), request.title or made.words(TITLE)),
        (made.words(WORDS["generated"]), facts["generated_at"]),
        (made.words(WORDS["version"]), facts["data_version"]),
        (made.words(WORDS["credit"]), facts["credit"]),
        (made.words(WORDS["filter"]), facts["filter_in_words"]),
        (made.words(WORDS["parameters"]), "&".join(f"{k}={v}" for k, v in facts["filter"].items()) or "—"),
        *checks,
        *((made.words(WORDS["note"]), made.words(caveat)) for caveat in CAVEATS),
    ]
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 100)
    for number, (heading, value) in enumerate(lines):
        made.row(sheet, number, [heading], made.bold)
        if isinstance(value, str):
            sheet.write_string(number, 1, made.mended.text(value), made.wrap)
        elif value is not None:
            sheet.write_number(number, 1, value, made.wrap)


def file_name(request: ExportRequest) -> str:
    """Return the file's name: what it is and of which day."""
    day = request.generated_at.strftime("%Y%m%d")
    return request.file_name(f"资金-{day}.xlsx" if request.language == "zh" else f"funding-{day}.xlsx")
