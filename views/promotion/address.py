"""The page's own part of the address: tab, sites to compare, period …, beside the filter of all pages.

What the address says is taken over when it is new; afterwards the widgets say it, and it is written again at
the end of a run. A widget that is not drawn loses its key, so what it said is held apart.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import streamlit as st

from projects.filters import ParamIssue, ProjectFilter
from views import state, ways
from views.shell import Shell, home_filter

OWN: Final[Mapping[str, str]] = {
    "tab": "opportunities",
    "compare": "",
    "sort": "id",
    "p": "1",
    "from": "",
    "to": "",
    "asof": "",
    "split": "year",
    "kind": "",
    "about": "",
    "open": "",
    "back": "",
    "entry": "",
}
"""Own parameter → what it means when it is not there; such a value is not written."""
WRITTEN: Final[Mapping[str, tuple[str, ...]]] = {
    "opportunities": ("tab", "compare", "sort", "p"),
    "compare": ("tab", "compare"),
    "events": ("tab", "compare", "kind", "about", "open", "back", "entry", "p"),
    "funnel": ("tab", "compare", "from", "to", "asof", "split"),
}
"""Tab → the parameters that its address has; what the other tabs hold stays in the session."""
LONGEST: Final = 200
_HELD: Final = "promotion-held"
WIDGET: Final = "promotion-w-"


def take_over(shell: Shell) -> list[ParamIssue]:
    """Set filter and own parameters from an address that is new; return what could not be used."""
    given = st.query_params.to_dict()
    fresh = bool(given) and given != st.session_state.get("address")
    if fresh and state.WIDGET + "q" in st.session_state:
        # Own parameters are no part of the filter: without this the filter would seem changed by a widget.
        st.session_state.address = state.params_of(state.get_filter(), state.get_view(), shell.defaults)
    issues = state.open_filter(lambda: home_filter(shell), shell.defaults)
    if fresh or _HELD not in st.session_state:
        st.session_state[_HELD] = {name: ways.asked(name, LONGEST) or usual for name, usual in OWN.items()}
        for key in [key for key in st.session_state if str(key).startswith(WIDGET)]:
            del st.session_state[key]
    return issues


def write(shell: Shell, chosen: ProjectFilter) -> None:
    """Put filter and own parameters into the address bar, leaving out what is usual."""
    st.session_state.kept = st.session_state.kept_for_pages = chosen
    names = WRITTEN.get(held()["tab"], tuple(OWN))
    own = {name: value for name, value in held().items() if name in names and value != OWN[name]}
    ways.keep_address(shell, **chosen.to_params(), **own)


def held() -> dict[str, str]:
    """Return the own parameters of this session."""
    found: dict[str, str] = st.session_state[_HELD]
    return found


def put(name: str, value: str) -> None:
    """Set an own parameter in a callback, before its widget is drawn."""
    held()[name] = value
    st.session_state.pop(WIDGET + name, None)


def widget(name: str, value: Any, draw: Callable[[str], Any], text: Callable[[Any], str] = str) -> Any:
    """Draw a widget that holds an own parameter, and return its value.

    ``value`` is what the held text means; ``draw`` is given the widget's key, ``text`` makes a text of what
    it returns.
    """
    key = WIDGET + name
    if key not in st.session_state:
        st.session_state[key] = value
    found = draw(key)
    held()[name] = text(found)
    return found


def listed(name: str) -> tuple[str, ...]:
    """Return the parts of an own parameter that is a list, each once."""
    return tuple(dict.fromkeys(part.strip() for part in held()[name].split(",") if part.strip()))


def page_number(pages: int) -> int:
    """Return the page asked for, the first one for anything else."""
    text = held()["p"]
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
    return number if 1 <= number <= pages else 1
