"""The score: a weighted mean of its known components, never shown without them.

completeness = Σ over fields (weight × records that have it) ÷ Σ (weight × records of which it is wanted)
timeliness   = 1 − overdue milestones ÷ milestones with a planned date
targets      = targets met ÷ targets that can be judged
score        = 100 × Σ (weight × value) ÷ Σ weight, both sums over the components that are known

A component without a denominator is unknown, not zero, and not one: its weight goes to the others in
proportion, and the score says so. When more than half of the weight is unknown there is no score. A score of
one component alone, where others count too, takes no rank: nobody could say what it compares.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from projects.scores.model import FEW, CheckedField, Component, Counted, Weights

ENOUGH: Final = Fraction(1, 2)
"""So much of the weight has to be known for a score."""
TENTH: Final = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Part:
    """One component of a score: its value (0…1, None: unknown), and over what it was counted."""

    component: Component
    weight: Decimal
    value: Fraction | None
    counted: int
    of: int


@dataclass(frozen=True, slots=True)
class Score:
    """A score from 0 to 100 in tenths with its parts, or None with the reason in them."""

    value: Decimal | None
    parts: tuple[Part, ...]

    @property
    def unknown(self) -> tuple[Component, ...]:
        """Components that count but are not known."""
        return tuple(part.component for part in self.parts if part.weight and part.value is None)

    @property
    def alone(self) -> Component | None:
        """The only component that is known, where others count too; None when there is no such one."""
        known = [part.component for part in self.parts if part.weight and part.value is not None]
        return known[0] if len(known) == 1 and self.unknown else None


@dataclass(frozen=True, slots=True)
class Card:
    """One line of the ranking; without a rank too little is known, or there are too few records.

    ``tied`` counts the others that share its rank.
    """

    counted: Counted
    score: Score
    rank: int | None
    tied: int = 0

    @property
    def few(self) -> bool:
        """Whether there are too few records for a rank."""
        return self.counted.records < FEW


def completeness(counted: Counted, weights: Weights) -> Fraction | None:
    """Return the weighted share of wanted values that are known, None when nothing is wanted."""
    wanted = known = Fraction(0)
    for name, found in counted.fields.items():
        weight = Fraction(weights.fields.get(name, Decimal(0)))
        wanted += weight * found.wanted
        known += weight * found.known
    return known / wanted if wanted else None


def timeliness(counted: Counted) -> Fraction | None:
    """Return the share of planned milestones that are not overdue, None when none is planned."""
    return 1 - Fraction(counted.overdue, counted.planned) if counted.planned else None


def targets_met(counted: Counted) -> Fraction | None:
    """Return the share of the targets that are met, None when none can be judged."""
    held = counted.targets
    return Fraction(held.met, held.judged) if held and held.judged else None


def score(counted: Counted, weights: Weights) -> Score:
    """Return the score of one county or unit."""
    parts = tuple(_part(component, counted, weights) for component in Component)
    whole = sum((Fraction(part.weight) for part in parts), Fraction(0))
    known = [(Fraction(part.weight), part.value) for part in parts if part.value is not None]
    of = sum((weight for weight, _ in known), Fraction(0))
    if not whole or of / whole < ENOUGH:
        return Score(None, parts)
    value = 100 * sum((weight * share for weight, share in known), Fraction(0)) / of
    return Score(tenths(value), parts)


def tenths(value: Fraction) -> Decimal:
    """Return a number rounded half up to one decimal.

    >>> tenths(Fraction(665, 10)), tenths(Fraction(200, 3))
    (Decimal('66.5'), Decimal('66.7'))
    """
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(TENTH, ROUND_HALF_UP)


def _part(component: Component, counted: Counted, weights: Weights) -> Part:
    weight = weights.components.get(component, Decimal(0))
    if component is Component.COMPLETENESS:
        known = sum(found.known for found in counted.fields.values())
        wanted = sum(found.wanted for found in counted.fields.values())
        return Part(component, weight, completeness(counted, weights), known, wanted)
    if component is Component.TIMELINESS:
        met = counted.planned - counted.overdue
        return Part(component, weight, timeliness(counted), met, counted.planned)
    held = counted.targets
    return Part(component, weight, targets_met(counted), held.met if held else 0, held.judged if held else 0)


def ranked(counted: Iterable[Counted], weights: Weights) -> tuple[Card, ...]:
    """Return cards from the best score down; equal scores share a rank (1, 2, 2, 4).

    Only who has a score of more than one component and enough records takes a rank; the others follow, most
    records first.
    """
    scored = [(one, score(one, weights)) for one in counted]
    competing = sorted(s.value for one, s in scored if _competes(one, s) and s.value is not None)
    cards = [_card(one, s, competing) for one, s in scored]
    return tuple(sorted(cards, key=_order))


def _competes(counted: Counted, found: Score) -> bool:
    enough = found.value is not None and found.alone is None
    return enough and counted.records >= FEW and bool(counted.key)


def _card(counted: Counted, found: Score, competing: Sequence[Decimal]) -> Card:
    """Return the card; ``competing`` are the scores that take part, in ascending order."""
    if not _competes(counted, found) or found.value is None:
        return Card(counted, found, None)
    below, upto = bisect_left(competing, found.value), bisect_right(competing, found.value)
    return Card(counted, found, len(competing) - upto + 1, tied=upto - below - 1)


def _order(card: Card) -> tuple[int, int, str]:
    return (card.rank or 1_000_000, -card.counted.records, card.counted.key)


def most_missing(counted: Counted, weights: Weights, shown: int = 3) -> list[CheckedField]:
    """Return the fields that cost most completeness: weight × records without them, largest first."""
    cost = {
        name: weights.fields.get(name, Decimal(0)) * found.missing for name, found in counted.fields.items()
    }
    return [name for name in sorted(cost, key=lambda name: (-cost[name], name)) if cost[name]][:shown]
