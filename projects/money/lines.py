"""The finance lines of one project: what they come to, the status derived from them, splitting one.

All amounts are ``Decimal`` 万元 with at most six decimals; ``None`` is unknown and never 0.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from projects.codes import FinanceSource, FinanceStatus, FundingStatus
from projects.errors import BadValue

COMMITTED: Final = (FinanceStatus.APPROVED, FinanceStatus.RECEIVED, FinanceStatus.PAID)
"""批复 and what follows it: the money is promised."""
RECEIVED: Final = (FinanceStatus.RECEIVED, FinanceStatus.PAID)
"""到位 and 支付: the money is there, or was."""
SMALLEST: Final = Decimal("0.000001")
"""Six decimals of 万元: a hundredth of a fen."""
ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """A tranche of money in exactly one status; ``id`` is None until it is stored."""

    source: FinanceSource
    status: FinanceStatus
    amount: Decimal
    year: int | None = None
    subsidy: bool = False
    note: str = ""
    id: int | None = None
    split_from_id: int | None = None


@dataclass(frozen=True, slots=True)
class FundingSummary:
    """What the lines of one project come to, beside its total (None: unknown)."""

    total: Decimal | None
    line_count: int
    line_sum: Decimal
    committed: Decimal
    received: Decimal

    @property
    def status(self) -> FundingStatus:
        """The one derived status."""
        return status_of(self.total, self.line_count, self.committed, self.received)

    @property
    def gap(self) -> Decimal | None:
        """Known total − Σ(批复 + 到位 + 支付); negative when more is promised than needed, None unknown."""
        return None if self.total is None else self.total - self.committed

    @property
    def over_total(self) -> Decimal:
        """By how much all lines together exceed the total, 0 where they do not or it is unknown."""
        return ZERO if self.total is None else max(self.line_sum - self.total, ZERO)


def summary(total: Decimal | None, lines: Iterable[Line]) -> FundingSummary:
    """Return what lines come to.

    >>> line = Line(FinanceSource.LOTTERY, FinanceStatus.APPROVED, Decimal("30"))
    >>> found = summary(Decimal("100"), [line])
    >>> found.status.value, found.gap
    ('部分落实', Decimal('70'))
    """
    held = list(lines)
    return FundingSummary(
        total,
        len(held),
        sum((line.amount for line in held), ZERO),
        sum((line.amount for line in held if line.status in COMMITTED), ZERO),
        sum((line.amount for line in held if line.status in RECEIVED), ZERO),
    )


def status_of(total: Decimal | None, line_count: int, committed: Decimal, received: Decimal) -> FundingStatus:
    """Return the derived status: the rule of the database's ``funding_status``, word for word.

    Without a known total above zero nothing can be covered whole, so it stays at 部分.

    >>> status_of(None, 0, ZERO, ZERO).value, status_of(None, 1, Decimal(5), Decimal(5)).value
    ('未报', '部分到位')
    """
    if not line_count:
        return FundingStatus.NOT_REPORTED
    whole = total if total is not None and total > 0 else None
    if whole is not None and received >= whole:
        return FundingStatus.RECEIVED
    if received > 0:
        return FundingStatus.PARTLY_RECEIVED
    if whole is not None and committed >= whole:
        return FundingStatus.COMMITTED
    return FundingStatus.PARTLY_COMMITTED if committed > 0 else FundingStatus.UNFUNDED


def split(line: Line, amount: Decimal, new_status: FinanceStatus) -> tuple[Line, Line]:
    """Return what is left of a line and the part that has moved on; together they are exactly the line.

    The part keeps source, year and subsidy and names the line it was split from. Raises ``BadValue`` for a
    part that is not above 0 and below the line, is finer than six decimals, or does not change its status.

    >>> line = Line(FinanceSource.SPECIAL_BOND, FinanceStatus.APPROVED, Decimal("5000"), 2026, id=7)
    >>> rest, part = split(line, Decimal("3000"), FinanceStatus.RECEIVED)
    >>> rest.amount, part.amount, part.status.value, part.split_from_id
    (Decimal('2000'), Decimal('3000'), '到位', 7)
    """
    _check_part(line, amount, new_status)
    rest = replace(line, amount=line.amount - amount)
    return rest, replace(line, amount=amount, status=new_status, id=None, split_from_id=line.id)


def _check_part(line: Line, amount: Decimal, new_status: FinanceStatus) -> None:
    if not amount.is_finite() or not ZERO < amount < line.amount:
        raise BadValue(
            f"到位金额 {amount} 应大于 0、小于本行的 {line.amount} 万元；全部到位请直接改状态。"
            f" The part {amount} must be above 0 and below the line's {line.amount} (10,000 CNY); if all of"
            " it has arrived, change the status."
        )
    if amount != amount.quantize(SMALLEST):
        raise BadValue(f"金额 {amount} 最多六位小数。 {amount} has more than six decimals.")
    if new_status == line.status:
        raise BadValue(f"拆出的部分应换一个状态，现在都是{new_status}。 The part must have another status.")


def merge_back(rest: Line, part: Line) -> Line:
    """Return the line that two parts of one came from; raises ``BadValue`` for lines that are no such parts.

    >>> line = Line(FinanceSource.LOTTERY, FinanceStatus.APPROVED, Decimal(9), id=1)
    >>> merge_back(*split(line, Decimal(4), FinanceStatus.PAID)) == line
    True
    """
    if part.split_from_id is None or part.split_from_id != rest.id:
        raise BadValue("这两行不是同一行拆开的。 These two are not parts of one line.")
    return replace(rest, amount=rest.amount + part.amount)
