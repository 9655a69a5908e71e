"""The page's state: filter and view in the address bar, the selected record, the basket.

The address bar is the truth. What it says is taken over when a page opens and when the reader goes back,
forward or edits it; it is written again whenever a widget changes something, so a link, a reload and the
browser's buttons all reproduce the view. Widgets that are not on the page lose their keys: ``kept`` holds
what they said.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from projects.filters import FIELDS, ParamIssue, ProjectFilter, from_params

WIDGET: Final = "f_"
"""Prefix of the session keys of filter widgets."""

SHADINGS: Final = ("count", "rate", "none")
VIEW_PARAMS: Final = ("lang", "shade", "scenario", "id")
"""Address parameters besides the filter: language, shading, scenario layer, selected record."""

LIST_FIELDS: Final = tuple(name for name in FIELDS if name not in ("q", "ids"))
LONGEST_ID: Final = 40


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a bare address means: the configured language, and whether the scenario layer is open."""

    language: str
    scenario: bool


@dataclass(frozen=True, slots=True)
class ViewState:
    """What the address bar says besides the filter."""

    language: str
    shading: str
    scenario: bool
    selected: str


def open_language(defaults: Defaults, known: Iterable[str]) -> str:
    """Return the page's language: the switch, the address when the reader changed it, else the setting."""
    asked = st.query_params.get("lang", "")
    held = st.session_state.get("language")
    written = st.session_state.get("address", {}).get("lang", "") or defaults.language
    if held is None or (_moved() and held == written and _address_changed()):
        st.session_state.language = asked if asked in set(known) else defaults.language
    st.session_state.language = st.session_state.language or defaults.language
    return str(st.session_state.language)


def open_filter(home: Callable[[], ProjectFilter], defaults: Defaults) -> list[ParamIssue]:
    """Set filter and view from the address when it is new, else from what was kept.

    A bare address opens on ``home()``, the office's own area. Returns what in the address could not be used.
    """
    if "kept" not in st.session_state or (_address_changed() and _moved() and not _changed(defaults)):
        _take_over(st.query_params.to_dict(), home, defaults)
    elif WIDGET + "q" not in st.session_state:
        put_filter(st.session_state.kept)
    st.session_state.setdefault("shading", st.session_state.get("shading_kept"))
    st.session_state.setdefault("scenario", st.session_state.get("scenario_kept"))
    pending = st.session_state.pop("pending", None)
    if pending is not None:
        put_filter(pending)
    return list(st.session_state.param_issues)


def _take_over(params: Mapping[str, str], home: Callable[[], ProjectFilter], defaults: Defaults) -> None:
    chosen, issues = from_params(params)
    bare = not any(name in params for name in (*FIELDS, "id"))
    put_filter(home() if bare else chosen)
    shade = params.get("shade", "count")
    st.session_state.shading = shade if shade in SHADINGS else "count"
    if shade not in SHADINGS:
        issues.append(ParamIssue("shade", shade[:LONGEST_ID], "not_in_list"))
    st.session_state.scenario = params.get("scenario", "1" if defaults.scenario else "0") == "1"
    st.session_state.selected = params.get("id", "")[:LONGEST_ID]
    st.session_state.listed = []
    st.session_state.basket = list(dict.fromkeys([*basket(), *chosen.ids]))
    st.session_state.param_issues = issues
    st.session_state.ask = st.session_state.get("ask", 0) + 1


def _address_changed() -> bool:
    """Whether the address is another than the one written last."""
    return bool(st.query_params.to_dict() != st.session_state.get("address", {}))


def _moved() -> bool:
    """Whether a changed address was the reader's doing; coming from the other page by its link is not."""
    return bool(st.query_params.to_dict()) or st.session_state.get("path") == current_path()


def _changed(defaults: Defaults) -> bool:
    """Whether a widget says something else than the address written last: then the widget is newer."""
    if WIDGET + "q" not in st.session_state:
        return False
    return bool(params_of(get_filter(), get_view(), defaults) != st.session_state.get("address", {}))


def current_path() -> str:
    """Return the last part of the page's address, "" for the map page."""
    return (st.context.url or "").split("?")[0].rstrip("/").rpartition("/")[2]


def put_filter(chosen: ProjectFilter) -> None:
    """Set all filter widgets; must run before they are drawn, or in a callback."""
    for name in LIST_FIELDS:
        st.session_state[WIDGET + name] = [_plain(v) for v in getattr(chosen, name)]
    st.session_state[WIDGET + "q"] = chosen.q
    st.session_state[WIDGET + "ids"] = list(chosen.ids)
    st.session_state.kept = chosen


def get_filter() -> ProjectFilter:
    """Return the filter that the widgets hold now.

    A widget travels by its captions, and those change with counts and language: a caption drawn for a
    value stands for it, and what is no value at all is left out, as in a link.
    """
    seen: Mapping[str, Mapping[str, Any]] = st.session_state.get("captions", {})
    params = {
        name: ",".join(str(seen.get(WIDGET + name, {}).get(v, v)) for v in _held(name))
        for name in (*LIST_FIELDS, "ids")
    }
    return from_params(params | {"q": st.session_state.get(WIDGET + "q") or ""})[0]


def _held(name: str) -> list[Any]:
    return list(st.session_state.get(WIDGET + name) or ())


def sync_captions(key: str, captions: Mapping[str, Any]) -> None:
    """Remember the captions (→ value) of what a widget holds; send them again when they changed.

    The browser keeps captions, not values: without this a changed count or language would lose the choice.
    """
    drawn = st.session_state.setdefault("captions", {})
    if key in drawn and list(drawn[key]) != list(captions) and key in st.session_state:
        st.session_state[key] = st.session_state[key]
    drawn[key] = dict(captions)


def get_view() -> ViewState:
    """Return language, shading, scenario and selected record as the widgets hold them now."""
    held = st.session_state
    return ViewState(
        str(held.get("language", "")),
        str(held.get("shading", "count")),
        bool(held.get("scenario", False)),
        str(held.get("selected", "")),
    )


def change_filter(**changes: Iterable[Any]) -> None:
    """Change some fields after the widgets have been drawn (a click on the map); callers rerun the page."""
    st.session_state.pending = get_filter().with_(**{name: tuple(value) for name, value in changes.items()})


def set_filter(**changes: Iterable[Any]) -> None:
    """Change some fields in a callback, before anything is drawn."""
    put_filter(get_filter().with_(**{name: tuple(value) for name, value in changes.items()}))


def clear_filter() -> None:
    """Take every condition away; the selected record and the basket stay."""
    put_filter(ProjectFilter())
    st.session_state.listed = []
    st.session_state.param_issues = []
    st.session_state.ask = st.session_state.get("ask", 0) + 1


def select(project_id: str) -> None:
    """Open the card of a record, or close it with ""."""
    st.session_state.selected = project_id


def params_of(chosen: ProjectFilter, view: ViewState, defaults: Defaults) -> dict[str, str]:
    """Return the address parameters of a filter and a view, leaving out what is default.

    >>> params_of(ProjectFilter(q="x"), ViewState("en", "none", False, ""), Defaults("zh", False))
    {'q': 'x', 'lang': 'en', 'shade': 'none'}
    """
    extras = {
        "lang": view.language if view.language != defaults.language else "",
        "shade": view.shading if view.shading != "count" else "",
        "scenario": str(int(view.scenario)) if view.scenario != defaults.scenario else "",
        "id": view.selected,
    }
    return chosen.to_params() | {name: value for name, value in extras.items() if value}


def write_address(chosen: ProjectFilter, defaults: Defaults) -> None:
    """Keep filter and view, and put them into the address bar; it is touched only when it differs."""
    held, view = st.session_state, get_view()
    if held.get("kept_for_pages") != chosen:
        held.page_number = 1
    held.kept = held.kept_for_pages = chosen
    held.shading_kept, held.scenario_kept = view.shading, view.scenario
    _write(params_of(chosen, view, defaults))


def write_language(defaults: Defaults) -> None:
    """Put the language into the address bar of a page that has no filter."""
    language = str(st.session_state.language)
    _write({"lang": language} if language != defaults.language else {})


def _write(wanted: dict[str, str]) -> None:
    st.session_state.address, st.session_state.path = wanted, current_path()
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def basket() -> list[str]:
    """Return the hand-picked record ids of this session."""
    return list(st.session_state.setdefault("basket", []))


def put_in_basket(ids: Iterable[str]) -> None:
    """Add records to the basket, each once."""
    st.session_state.basket = list(dict.fromkeys([*basket(), *ids]))


def drop_from_basket(ids: Iterable[str]) -> None:
    """Take records out of the basket; an open view of the basket alone follows."""
    gone = set(ids)
    st.session_state.basket = [key for key in basket() if key not in gone]
    if st.session_state.get(WIDGET + "ids"):
        set_filter(ids=st.session_state.basket)


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, int) else str(value)
