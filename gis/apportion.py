"""Share whole things out in proportion: the largest remainder method (Hamilton, Hare quota)."""

from collections.abc import Sequence
from fractions import Fraction


def largest_remainder(total: int, weights: Sequence[int | float | Fraction]) -> list[int]:
    """Return whole shares, in the order of ``weights``, that sum to ``total`` exactly.

    Each share is its exact quota rounded down; what is left goes one by one to the largest remainders, and
    of equal remainders to the earlier place. Computed with fractions, so that equal remainders are equal.
    A zero weight gets nothing.

    Raises ValueError for a negative total, a weight that is negative or not finite, or when something is to
    be shared out and no weight is positive.

    >>> largest_remainder(10, [1, 1, 1])
    [4, 3, 3]
    """
    exact = [_exact(weight) for weight in weights]
    if total < 0:
        raise ValueError(f"cannot share out a negative number: {total}")
    whole = sum(exact, Fraction(0))
    if total and not whole:
        raise ValueError(f"cannot share out {total}: no weight is positive")
    quotas = [weight * total / whole for weight in exact] if whole else [Fraction(0)] * len(exact)
    return _top_up([int(quota) for quota in quotas], quotas, total)


def _top_up(shares: list[int], quotas: list[Fraction], total: int) -> list[int]:
    by_remainder = sorted(range(len(quotas)), key=lambda place: shares[place] - quotas[place])
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return shares


def _exact(weight: int | float | Fraction) -> Fraction:
    try:
        exact = Fraction(weight)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"a weight must be a finite number: {weight!r}") from error
    if exact < 0:
        raise ValueError(f"a weight must not be negative: {weight!r}")
    return exact
