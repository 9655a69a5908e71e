"""The own parts of the addresses of matters and of meetings, beside the filter that all pages share."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import streamlit as st

from projects.filters import FIELDS, ParamIssue, ProjectFilter
from views import state, ways
from views.lifecycle import address as lifecycle_address
from views.own_address import OwnAddress
from views.shell import Shell

OWN: Final[Mapping[str, str]] = {
    "matter": "",
    "new": "",
    "about": "",
    "show": "list",
    "timing": "",
    "type": "",
    "state": "",
    "unit": "",
    "own": "",
    "long": "",
    "find": "",
    "p": "1",
}
"""Own parameter → what it means when it is not there; such a value is not written."""
LISTED: Final = ("show", "timing", "type", "state", "unit", "own", "long", "about", "find", "p")
OPENED: Final = ("matter", *LISTED)
"""A matter is opened over the list: the way back finds the list as it was."""
RAISING: Final = ("new", "about")
POINTING: Final = frozenset(("matter", "unit", "about", "new"))
"""An address that says one of these and names no area is about what it names, wherever that lies."""
own: Final = OwnAddress("matters", OWN)
meetings: Final = OwnAddress("meetings", {"meeting": "", "new": "", "item": "", "p": "1"})


def take_over(shell: Shell) -> list[ParamIssue]:
    """Set filter and own parameters from a new address; one that points to something has no home area."""
    given = set(st.query_params.to_dict())
    fresh = given and st.query_params.to_dict() != st.session_state.get("address")
    issues = own.take_over(shell)
    if fresh and given & POINTING and not given & {*FIELDS, "id"}:
        state.put_filter(ProjectFilter())
    close_from_menu(own, "matter", "new")
    return issues


def close_from_menu(page: OwnAddress, *names: str) -> None:
    """Let go of what was open when somebody comes from another page by the menu."""
    if not st.query_params.to_dict() and st.session_state.get("path") != state.current_path():
        page.replace(**dict.fromkeys(names, ""))


def write(shell: Shell, chosen: ProjectFilter) -> None:
    """Put filter and the own parameters of what is shown into the address bar."""
    held = own.held()
    names = OPENED if held["matter"] else RAISING if held["new"] else LISTED
    own.write(shell, chosen, names)


def listed_params(chosen: ProjectFilter) -> dict[str, str]:
    """Return the address parameters of the list as it stands, for links to its matters."""
    held = own.held()
    return chosen.to_params() | {n: held[n] for n in LISTED if held[n] != OWN[n]}


def number(name: str, of: OwnAddress = own) -> int | None:
    """Return a held parameter as the number of something, None for anything else."""
    text = of.held()[name]
    fits = text.isascii() and text.isdecimal() and len(text) < 11
    return int(text) if fits and 0 < int(text) <= ways.LARGEST_NUMBER else None


def today() -> date:
    """Return today in the offices' time."""
    return lifecycle_address.today()


def put(name: str, value: str) -> None:
    """Set an own parameter of the matters page in a callback, before its widget is drawn."""
    own.replace(**{name: value})


def put_meeting(name: str, value: str) -> None:
    """Set an own parameter of the meetings page in a callback."""
    meetings.replace(**{name: value})
