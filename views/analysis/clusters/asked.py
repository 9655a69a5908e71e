"""What the clusters page was asked for, and what it has read: once per version of the data and filter."""

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from typing import Any, Final, TypeVar, cast

import streamlit as st

from projects.analysis import universe
from projects.analysis.inputs import Areas, Placed
from projects.analysis.universe import Among, Universe
from projects.counts import AreaCount
from projects.filters import ProjectFilter
from views.own_address import OwnAddress
from views.shell import Shell

T = TypeVar("T")

ADDRESS: Final = OwnAddress(
    "clusters",
    {
        "show": "density",
        "eps": "5",
        "min": "5",
        "sight": "hexagons",
        "res": "5",
        "sum": "records",
        "against": "seats",
        "reach": "20",
        "job": "",
        "cat": "",
        "per": "residents",
        "among": "plans",
        "paint": "rate",
        "cell": "5",
    },
)
SLOT: Final = "clusters-answers"


class Asked:
    """The inputs of this page under one filter, for whoever ``shell`` stands for."""

    def __init__(self, shell: Shell, chosen: ProjectFilter) -> None:
        self.shell, self.chosen = shell, chosen

    def placed(self, *, townships: bool) -> Placed:
        """Return the records with a place."""
        return self.once(
            ("placed", townships), lambda: self.shell.analysis.placed(self.chosen, townships=townships)
        )

    def counts(self, chosen: ProjectFilter | None = None) -> tuple[AreaCount, ...]:
        """Return the records by area, of the page's filter unless another is given."""
        wanted = self.chosen if chosen is None else chosen
        return self.once(("counts", wanted), lambda: self.shell.library.area_counts(wanted))

    @property
    def matched(self) -> int:
        """How many records match."""
        return self.once("matched", lambda: self.shell.library.count(self.chosen).matched)

    @property
    def parents(self) -> Mapping[str, str]:
        """County → prefecture."""
        return self.once("parents", self.shell.library.prefecture_of)

    @property
    def day(self) -> date | None:
        """The day of the newest record."""
        return self.once("day", lambda: self.shell.analysis.newest(self.chosen))

    def universe(self, among: Among) -> Universe:
        """Return which areas may be judged."""
        return self.once(
            ("universe", among),
            lambda: universe.universe(
                self.chosen, among, self.shell.library.document_areas(), self.parents, self.counts()
            ),
        )

    def areas(self, among: Among, *, ring: bool) -> Areas:
        """Return the counties of a universe, with ``ring`` their judged neighbours too."""
        analysis = self.shell.analysis
        return self.once(
            ("areas", among, ring),
            lambda: universe.gather(lambda code: analysis.areas(code, ring=ring), self.universe(among)),
        )

    def once(self, question: Hashable, ask: Callable[[], T]) -> T:
        """Return an answer, asked for at most once under this filter and version of the data."""
        mark = (self.shell.version, self.shell.token, self.chosen)
        held = st.session_state.get(SLOT)
        if held is None or held[0] != mark:
            held = st.session_state[SLOT] = (mark, {})
        answers: dict[Hashable, Any] = held[1]
        if question not in answers:
            answers[question] = ask()
        return cast(T, answers[question])

    def link(self, show: str, settings: Mapping[str, str]) -> Mapping[str, str]:
        """Return the address parameters that make a result again."""
        return {**self.chosen.to_params(), "show": show, **settings}
