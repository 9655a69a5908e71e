"""What the scorecard page needs; ``data.store.scores.PostgisScorecards`` has it."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Protocol

from projects.filters import ProjectFilter
from projects.scores.model import (
    CheckedField,
    Component,
    Lacking,
    Tallied,
    TargetsMet,
    WeightChange,
    Weights,
)

TargetsOf = Callable[[], Mapping[str, TargetsMet]]
"""Area code → how its own targets stand; areas without a target are left out."""


class Scorecards(Protocol):
    """Counts behind the scores, and the weights; every method may raise ``StorageUnavailable``."""

    def by_area(self, chosen: ProjectFilter) -> Tallied:
        """Return the counts of every county that holds a match; what is in none stands under its area."""
        ...

    def by_unit(self, chosen: ProjectFilter) -> Tallied:
        """Return the counts of every owner unit that has a match."""
        ...

    def lacking(
        self, chosen: ProjectFilter, field: CheckedField, *, area: str = "", unit: str = "", limit: int = 50
    ) -> tuple[Lacking, ...]:
        """Return the first records of an area or a unit that lack a field, in id order."""
        ...

    def weights(self) -> Weights:
        """Return the present weights."""
        ...

    def set_weights(
        self, components: Mapping[Component, Decimal], fields: Mapping[CheckedField, Decimal], reason: str
    ) -> int:
        """Store weights and return how many changed; ``NotAllowed`` unless an administrator's session."""
        ...

    def changes(self, limit: int = 50) -> tuple[WeightChange, ...]:
        """Return the last changes of weights, newest first; nothing for whoever has not signed in."""
        ...
