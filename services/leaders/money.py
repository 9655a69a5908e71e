"""Large sums for a screen: 万元 in the unit that a leader reads them in."""

from decimal import Decimal

from services.pack.bench import Bench
from services.pack.words import number

HUNDRED_MILLION = 10_000
"""万元 in 亿元."""


def money(bench: Bench, amount: Decimal) -> str:
    """Return a sum of 万元 with its unit: 亿元 from one 亿 on (rounded to two places), else 万元 as it is."""
    if bench.request.language == "en":
        large = abs(amount) >= HUNDRED_MILLION
        return f"¥{amount / 100_000:,.2f} bn" if large else f"¥{amount / 100:,.2f} m"
    if abs(amount) >= HUNDRED_MILLION:
        return f"{amount / HUNDRED_MILLION:,.2f} 亿"
    return f"{number(amount)} 万"


def hundred_millions(amount: Decimal) -> str:
    """Return a sum of 万元 in 亿元 (100 million yuan) with two places, for a column."""
    return f"{amount / HUNDRED_MILLION:,.2f}"
