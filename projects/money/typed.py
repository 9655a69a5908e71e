"""Splitting a line as it stands in a form: typed text in, typed text out, nothing lost on the way.

The part that has moved on is a new row; which line it came from is told in its note, since a document's rows
carry no link of their own.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from projects.codes import FinanceSource, FinanceStatus
from projects.errors import BadValue
from projects.fields import BY_NAME, FINANCE_FIELDS, JsonValue
from projects.filing.form import ungrouped
from projects.money.lines import FundingSummary, Line, split, summary
from projects.values import check, plain

Row = Mapping[str, JsonValue]
SUSPECT: Final = 5000
"""Total and lines that are so many times apart may be in different units: 亿元 and 万元 are 10,000 apart."""
_FIELDS = {field.name: field for field in FINANCE_FIELDS}


def line_of(row: Row) -> Line:
    """Return a typed row as a line. Raises ``BadValue`` when source, status or amount is missing or wrong."""
    found = {name: check(field, ungrouped(field, row.get(name))) for name, field in _FIELDS.items()}
    wrong = next((name for name, (_, code) in found.items() if code is not None), None)
    if wrong is not None:
        field = _FIELDS[wrong]
        raise BadValue(
            f"这一行的{field.zh}“{row.get(wrong) or ''}”还不对，请先填好再拆分。"
            f" {field.en} of this row is missing or wrong: mend it before splitting."
        )
    value = {name: checked for name, (checked, _) in found.items()}
    year = value["year"]
    return Line(
        FinanceSource(str(value["source"])),
        FinanceStatus(str(value["status"])),
        Decimal(str(value["amount"])),
        year if isinstance(year, int) else None,
        bool(value["subsidy"]),
        str(value["note"] or ""),
    )


class Compared(NamedTuple):
    """What the typed lines come to beside the typed total; ``unread`` rows are not right yet."""

    money: FundingSummary
    unread: int

    @property
    def times(self) -> Decimal | None:
        """How many times the larger of total and lines is the smaller one; None where one is 0 or unknown."""
        total, lines = self.money.total, self.money.line_sum
        return max(total / lines, lines / total) if total and lines else None

    @property
    def unit_suspect(self) -> bool:
        """Whether total and lines are so far apart that one may be in another unit (元, 万元, 亿元)."""
        return self.times is not None and self.times >= SUSPECT


def compared(rows: Iterable[Row], total: JsonValue) -> Compared:
    """Return what typed rows come to beside a typed total; rows that are wrong are counted, not summed.

    >>> found = compared([{"source": "专项债", "status": "批复", "amount": "30000"}], "3")
    >>> found.money.over_total, found.unit_suspect
    (Decimal('29997'), True)
    """
    lines, unread = [], 0
    for row in rows:
        try:
            lines.append(line_of(row))
        except BadValue:
            unread += 1
    field = BY_NAME["total_investment"]
    known, code = check(field, ungrouped(field, total))
    whole = None if code is not None or known is None else Decimal(str(known))
    return Compared(summary(whole, lines), unread)


def amount_of(text: str) -> Decimal:
    """Return a typed amount in 万元. Raises ``BadValue`` with what is wrong with it."""
    field = _FIELDS["amount"]
    value, code = check(field, ungrouped(field, text))
    if code is not None:
        raise BadValue(
            f"“{text.strip()}”不是金额：请只写数字，单位是万元人民币，如 3000。"
            f" “{text.strip()}” is no amount: digits only, in 10,000 CNY, such as 3000."
        )
    return Decimal(str(value))


def split_row(
    row: Row, amount: str, status: FinanceStatus
) -> tuple[dict[str, JsonValue], dict[str, JsonValue]]:
    """Return a row with what is left of it, and the new row that has moved on; raises ``BadValue``.

    >>> row = {"id": "7", "source": "专项债", "status": "批复", "amount": "5,000", "year": "2026"}
    >>> rest, part = split_row(row, "3000", FinanceStatus.RECEIVED)
    >>> rest["amount"], rest["id"], part["amount"], part["status"], part["note"]
    ('2000', '7', '3000', '到位', '由 5000 万元批复拆出')
    """
    line = line_of(row)
    rest, part = split(line, amount_of(amount), status)
    told = f"由 {plain(line.amount)} 万元{line.status}拆出"
    note = f"{line.note}；{told}" if line.note else told
    longest = _FIELDS["note"].longest
    fresh = {key: value for key, value in row.items() if key != "id"}
    moved = {"amount": plain(part.amount), "status": str(status)}
    return (
        {**row, "amount": plain(rest.amount)},
        {**fresh, **moved, "note": note if len(note) <= longest else told},
    )


def later(status: str) -> tuple[FinanceStatus, ...]:
    """Return what a line in a status may become.

    >>> [str(s) for s in later("批复")], later("支付")
    (['到位', '支付'], ())
    """
    order = tuple(FinanceStatus)
    return order[order.index(FinanceStatus(status)) + 1 :] if status in set(FinanceStatus) else ()
