"""What the scorecard page was asked for, and the counts behind it, read once per version of the data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import streamlit as st

from projects.filters import ProjectFilter
from projects.scores.model import CheckedField, Component, Tallied, Weights
from projects.scores.scoring import Card, ranked
from views.own_address import OwnAddress
from views.shell import Shell

ADDRESS: Final = OwnAddress("scores", {"by": "area", "at": ""})
SLOT: Final = "scores-counted"

BULK: Final[Mapping[CheckedField, str]] = {
    CheckedField.STAGE: "stage",
    CheckedField.DELIVERY_MODE: "delivery_mode",
    CheckedField.OWNERSHIP: "ownership",
    CheckedField.TOTAL_INVESTMENT: "total_investment",
    CheckedField.LAND_STATUS: "land_status",
    CheckedField.SIZE: "floor_area_m2",
    CheckedField.BEDS: "beds",
    CheckedField.OWNER: "party/owner",
}
"""Fields that can be filled in for many records at once, by their column in the bulk table."""


@dataclass(frozen=True)
class Asked:
    """One view of the page: the filter, whether units (or counties) are compared, the weights, the cards.

    ``withdrawn`` counts the matches that stand in no card.
    """

    chosen: ProjectFilter
    units: bool
    weights: Weights
    cards: tuple[Card, ...]
    withdrawn: int = 0

    @cached_property
    def never_known(self) -> tuple[Component, ...]:
        """Components that several cards lack alike, to be said once for all of them."""
        if len(self.cards) < 2:
            return ()
        return tuple(one for one in Component if all(one in card.score.unknown for card in self.cards))

    def card(self, key: str) -> Card | None:
        """Return the card of a county or unit, None when it has none."""
        return next((card for card in self.cards if card.counted.key == key), None)


def ask(shell: Shell, chosen: ProjectFilter, *, units: bool) -> Asked:
    """Return the cards of a filter under the present weights."""
    weights = shell.scorecards.weights()
    counted, withdrawn = _counted(shell, chosen, units)
    return Asked(chosen, units, weights, ranked(counted, weights), withdrawn)


def _counted(shell: Shell, chosen: ProjectFilter, units: bool) -> Tallied:
    """Return the counts, those of withdrawn records apart.

    Another widget on the page does not ask the database again.
    """
    key = (shell.version, shell.token, chosen, units)
    kept = st.session_state.get(SLOT)
    if kept is None or kept[0] != key:
        cards = shell.scorecards
        found = cards.by_unit(chosen) if units else cards.by_area(chosen)
        kept = st.session_state[SLOT] = (key, found)
    held: Tallied = kept[1]
    return held
