"""What the leaders' page was asked for: area, first day of the changes, large type or not; its address.

``/leaders?area=440200&since=2026-03-02&big=1`` opens the same page again; a bare address is the office's own
area (``HOME_AREA``) since a week ago. The filter of the other pages is left alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import streamlit as st

from projects.codes import Level
from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import OFFICE_TIME
from projects.ports import AreaName
from projects.week import LONGEST, begin
from views import ways
from views.shell import Shell

PAGE: Final = "leaders"
KEY: Final = "leaders-"
_HELD: Final = KEY + "held"
LEVELS: Final = ("province", "prefecture", "county")


@dataclass(frozen=True, slots=True)
class Question:
    """One view of the page; ``area`` is None until one is chosen, ``unknown`` a code that names none."""

    area: AreaName | None
    today: date
    since: date
    big: bool
    unknown: str = ""

    def params(self, **changes: str) -> dict[str, str]:
        """Return the parameters of this view in an address; what is usual is left out."""
        own = {
            "area": self.area.code if self.area else "",
            "since": "" if self.since == begin(self.today) else self.since.isoformat(),
            "big": "1" if self.big else "",
        }
        return {name: value for name, value in (own | changes).items() if value}


def take_over() -> None:
    """Take over an address that is new; to be called once, before the widgets are drawn."""
    given = st.query_params.to_dict()
    if _HELD not in st.session_state or (given and given != st.session_state.get("address")):
        st.session_state[_HELD] = {name: ways.asked(name, 20) for name in ("area", "since", "big")}
        for name in ("area", "since"):
            st.session_state.pop(KEY + name, None)


def question(shell: Shell) -> Question:
    """Return what is asked for by the widgets as they were drawn last, else by the address."""
    held: Mapping[str, str] = st.session_state[_HELD]
    code = held["area"] or shell.settings.home_area
    area, today = _area(shell, code), datetime.now(OFFICE_TIME).date()
    unknown = code if code and area is None else ""
    return Question(area, today, begin(today, _day(held["since"])), held["big"] == "1", unknown)


def put(name: str, value: str) -> None:
    """Remember what a widget says."""
    st.session_state[_HELD] = {**st.session_state[_HELD], name: value}


def earliest(today: date) -> date:
    """Return the first day that changes can be counted from."""
    return date.fromordinal(today.toordinal() - LONGEST)


def areas(shell: Shell) -> dict[str, str]:
    """Return the areas that have records, a county behind its prefecture, in the order of their codes."""
    found = {name: shell.choices.of(shell.version, name, ProjectFilter()) for name in LEVELS}
    upper = {o.value: o.name for o in found["prefecture"]}
    named = {o.value: o.name for name in ("province", "prefecture") for o in found[name]}
    named |= {
        o.value: f"{upper[o.parent]} · {o.name}" if o.parent in upper else o.name for o in found["county"]
    }
    return dict(sorted(named.items()))


def _area(shell: Shell, code: str) -> AreaName | None:
    area = shell.library.area(code) if code else None
    return None if area is None or area.level is Level.NATION else area


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
