"""The page's state: the filter in the address bar, the selected record, the basket.

The address bar is the truth. Widgets are set from it when a page opens, and it is written again when they change,
so a link reproduces the view and the browser's reload keeps it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from projects.filters import FIELDS, ParamIssue, ProjectFilter, from_params

WIDGET: Final = "f_"
"""Prefix of the session keys of filter widgets."""

VIEW_PARAMS: Final = ("lang", "shade", "scenario", "id")
"""Address parameters besides the filter: language, shading, scenario layer, selected record."""

LIST_FIELDS: Final = tuple(name for name in FIELDS if name not in ("q", "ids"))


@dataclass(frozen=True, slots=True)
class ViewState:
    """What the address bar says besides the filter."""

    language: str
    shading: str
    scenario: bool
    selected: str


def open_session(home: ProjectFilter) -> list[ParamIssue]:
    """Set the widgets from the address bar once per session; a bare address opens on the office's own area.

    Returns what the address said that could not be used.
    """
    if "opened" in st.session_state:
        return list(st.session_state.get("param_issues", []))
    st.session_state.opened = True
    params = st.query_params.to_dict()
    chosen, issues = from_params(params)
    bare = not any(name in params for name in (*FIELDS, "id"))
    put_filter(home if bare else chosen)
    st.session_state.basket = list(chosen.ids)
    st.session_state.param_issues = issues
    return issues


def put_filter(chosen: ProjectFilter) -> None:
    """Set all filter widgets; must run before they are drawn."""
    for name in LIST_FIELDS:
        st.session_state[WIDGET + name] = [_plain(v) for v in getattr(chosen, name)]
    st.session_state[WIDGET + "q"] = chosen.q
    st.session_state[WIDGET + "ids"] = list(chosen.ids)


def get_filter() -> ProjectFilter:
    """Return the filter that the widgets hold now."""
    values: dict[str, Any] = {name: tuple(st.session_state.get(WIDGET + name) or ()) for name in LIST_FIELDS}
    values["ids"] = tuple(st.session_state.get(WIDGET + "ids") or ())
    return ProjectFilter.model_validate(values | {"q": st.session_state.get(WIDGET + "q") or ""})


def change_filter(**changes: Iterable[str]) -> None:
    """Change some fields of the filter from outside the widgets (a click on the map); callers rerun the page."""
    st.session_state.pending = get_filter().with_(**{name: tuple(value) for name, value in changes.items()})


def apply_pending() -> None:
    """Take over a change that was asked for after the widgets had been drawn; runs before they are drawn again."""
    pending = st.session_state.pop("pending", None)
    if pending is not None:
        put_filter(pending)


def write_address(chosen: ProjectFilter, view: ViewState, default_language: str) -> None:
    """Put filter and view into the address bar, leaving out what is default; touches it only when it differs."""
    wanted = chosen.to_params()
    extras = {
        "lang": view.language if view.language != default_language else "",
        "shade": view.shading if view.shading != "count" else "",
        "scenario": "1" if view.scenario else "",
        "id": view.selected,
    }
    wanted |= {name: value for name, value in extras.items() if value}
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def read_choice(name: str, allowed: Iterable[str], default: str, params: Mapping[str, str]) -> str:
    """Return an address parameter when it is one of the allowed values, else the default."""
    value = params.get(name, default)
    return value if value in set(allowed) else default


def basket() -> list[str]:
    """Return the hand-picked record ids of this session."""
    return list(st.session_state.setdefault("basket", []))


def put_in_basket(ids: Iterable[str]) -> None:
    """Add records to the basket, each once."""
    st.session_state.basket = list(dict.fromkeys([*basket(), *ids]))


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, int) else str(value)
