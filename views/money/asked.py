"""Answers of the ledger for one page: each question once per version of the data and filter."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

import streamlit as st

from projects.filters import ProjectFilter
from projects.money.need import Need, needs
from projects.money.ports import Order, Paging, ProjectList
from projects.money.sums import Division, LineSums, Overview, YearPlan
from views.shell import Shell

T = TypeVar("T")


class Asked:
    """What is known of the money under one filter, for whoever ``shell`` stands for."""

    def __init__(self, shell: Shell, chosen: ProjectFilter) -> None:
        self._shell, self.chosen = shell, chosen

    @property
    def overview(self) -> Overview:
        """The projects by area and status; its divisions are those that have been asked for."""
        return self.divided()

    def divided(self, *divisions: Division) -> Overview:
        """Return the projects by area and status, and in some divisions."""
        asked: dict[frozenset[Division], Overview] = self._answers().setdefault("overviews", {})
        for held, found in asked.items():
            if held.issuperset(divisions):
                return found
        answer = asked[frozenset(divisions)] = self._shell.ledger.overview(self.chosen, divisions)
        return answer

    def lines(self, *, projects: bool = False) -> LineSums:
        """Return the lines as source × status and by year."""
        return self._once(
            ("lines", projects), lambda: self._shell.ledger.lines(self.chosen, projects=projects)
        )

    @property
    def plans(self) -> tuple[YearPlan, ...]:
        """The annual plans by year."""
        return self._once("plans", lambda: self._shell.ledger.plans(self.chosen))

    @property
    def needs(self) -> tuple[Need, ...]:
        """The counties with money beside residents, elders, beds."""
        return self._once(
            "needs", lambda: needs(self.chosen, self.overview.by_area, self._shell.ledger.residents())
        )

    def projects(self, paging: Paging, order: Order = Order.GAP, *, flagged: bool = False) -> ProjectList:
        """Return a page of projects."""
        return self._once(
            ("projects", paging, order, flagged),
            lambda: self._shell.ledger.projects(self.chosen, paging, order, flagged=flagged),
        )

    def _once(self, question: Hashable, ask: Callable[[], T]) -> T:
        answers = self._answers()
        if question not in answers:
            answers[question] = ask()
        return cast(T, answers[question])

    def _answers(self) -> dict[Hashable, Any]:
        """Return what is known under this filter, emptied when data, reader or filter are others."""
        mark = (self._shell.version, self._shell.token, self.chosen)
        held = st.session_state.get("funding-answers")
        if held is None or held[0] != mark:
            held = st.session_state["funding-answers"] = (mark, {})
        return cast(dict[Hashable, Any], held[1])
