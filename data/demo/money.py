"""Money of a fictional project: its total, tranches in every status, a split receipt, yearly plans."""

from decimal import ROUND_DOWN, Decimal
from random import Random
from typing import Final, NamedTuple

from projects.codes import Category, FinanceSource, FinanceStatus, Stage

CENT: Final = Decimal("0.01")
Status = FinanceStatus

_STATUSES: Final = {
    Stage.RESERVE: (6, 4, 0, 0, 0),
    Stage.PREPARATION: (3, 4, 3, 0, 0),
    Stage.NEW_START: (1, 2, 4, 3, 1),
    Stage.CONSTRUCTION: (0, 1, 3, 4, 3),
    Stage.COMPLETED: (0, 0, 1, 3, 6),
    Stage.OPERATING: (0, 0, 0, 2, 8),
}
"""Weights of 拟申请, 申请, 批复, 到位, 支付; other stages take them evenly."""

_SMALL: Final = (Category.VILLAGE_CLINIC, Category.INSURANCE, Category.HEALTH_MANAGEMENT)
SOURCES: Final = tuple(FinanceSource)
_SOURCE_WEIGHTS: Final = (8, 9, 8, 12, 3, 1, 5, 9, 2, 1, 5, 9, 1, 2, 12, 9, 3, 1, 1, 2, 3)


class Line(NamedTuple):
    """A tranche; ``splits`` is the position in the list of the line it was split from."""

    source: FinanceSource
    status: FinanceStatus
    amount: Decimal
    year: int | None
    subsidy: bool
    splits: int | None


def total_of(rng: Random, category: Category) -> Decimal | None:
    """Return a total investment in 万元 to the hundred yuan, or None (unknown) for about a fifth."""
    if rng.random() < 0.2:
        return None
    middle = 4.6 if category in _SMALL else 8.3
    amount = Decimal(repr(round(rng.lognormvariate(middle, 0.9), 2)))
    return amount if rng.random() < 0.3 else amount.quantize(Decimal(1)) + 1


def lines(rng: Random, total: Decimal | None, stage: Stage, year: int, wanted: int) -> list[Line]:
    """Return ``wanted`` tranches around ``year``: below, exactly, or now and then above the total."""
    if wanted == 0:
        return []
    whole = total if total is not None else Decimal(rng.randint(200, 20_000))
    covered = rng.choices((rng.uniform(0.2, 0.95), 1.0, rng.uniform(1.05, 1.3)), (60, 36, 4))[0]
    amounts = _divided(rng, (whole * Decimal(repr(covered))).quantize(CENT), wanted)
    found = [_line(rng, amount, stage, year) for amount in amounts]
    return _split(found) if rng.random() < 0.25 else found


def _divided(rng: Random, whole: Decimal, parts: int) -> list[Decimal]:
    """Divide an amount into so many, to the cent; their sum is the amount."""
    shares = [rng.random() + 0.1 for _ in range(parts)]
    found = [(whole * Decimal(repr(share / sum(shares)))).quantize(CENT, ROUND_DOWN) for share in shares[1:]]
    return [whole - sum(found, Decimal(0)), *found]


def _line(rng: Random, amount: Decimal, stage: Stage, year: int) -> Line:
    status = rng.choices(tuple(Status), _STATUSES.get(stage, (1, 1, 1, 1, 1)))[0]
    source = rng.choices(SOURCES, _SOURCE_WEIGHTS)[0]
    when = None if rng.random() < 0.07 else year + rng.randint(*_YEARS[status])
    return Line(source, status, amount, when, SOURCES.index(source) < 6 and rng.random() < 0.2, None)


_YEARS: Final = {
    Status.PLANNED: (0, 2),
    Status.APPLIED: (0, 1),
    Status.APPROVED: (-1, 0),
    Status.RECEIVED: (-2, 0),
    Status.PAID: (-3, 0),
}


def _split(found: list[Line]) -> list[Line]:
    """Make a received tranche one that was split from an approved one of the same source."""
    approved = next((i for i, line in enumerate(found) if line.status is Status.APPROVED), None)
    received = next((i for i, line in enumerate(found) if line.status is Status.RECEIVED), None)
    if approved is None or received is None:
        return found
    parent = found[approved]
    part = found[received]._replace(source=parent.source, subsidy=parent.subsidy, splits=approved)
    return [part if i == received else line for i, line in enumerate(found)]


def yearly(rng: Random, total: Decimal | None, stage: Stage, year: int) -> list[tuple[int, Decimal]]:
    """Return (year, planned investment in 万元) of three years for a project that is built or about to be."""
    if total is None or stage not in _STATUSES or rng.random() < 0.5:
        return []
    return [(year + i, (total * share).quantize(CENT)) for i, share in enumerate(_SPREAD)]


_SPREAD: Final = (Decimal("0.4"), Decimal("0.35"), Decimal("0.25"))
