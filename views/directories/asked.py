"""Which lines of an edition are shown: words, counties, choices, flags; all of it in the address."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from projects.codes import Level
from projects.directories.model import Column, ColumnType, Computed, Definition, EditionHead, Verdict
from projects.directories.ports import EntriesAsked
from views import state
from views.directories import cells
from views.directories.address import ADDRESS, first_page
from views.plain import plain
from views.shell import Shell

MOST_PICKED: Final = 3
"""Columns of choices that are offered as a condition: more would fill a phone."""


def draw(shell: Shell, definition: Definition, head: EditionHead) -> EntriesAsked:
    """Draw the conditions that a directory has and return what they ask."""
    _ = shell.translate
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="directories-ask"):
        words = ADDRESS.widget(
            "q",
            ADDRESS.held()["q"],
            lambda key: st.text_input(
                _("查找"),
                key=key,
                width=220,
                max_chars=80,
                placeholder=_("任何一列中的字"),
                on_change=first_page,
            ),
            lambda found: str(found or ""),
        )
        counties, choices, flags = _further(shell, definition, head)
    return EntriesAsked(str(words or "").strip(), counties, choices or None, flags or None)


Further = tuple[tuple[str, ...], dict[str, tuple[str, ...]], dict[str, Verdict]]
"""Counties, choices and flags that were chosen."""


def _further(shell: Shell, definition: Definition, head: EditionHead) -> Further:
    """Draw the conditions besides words behind one button: on a phone nobody scrolls past them."""
    _ = shell.translate
    listed = any(one.type is ColumnType.CHOICE for one in definition.columns)
    if not (listed or definition.computed or len(_county_options(shell, definition, head)) > 1):
        return (), {}, {}
    with st.popover(_("更多条件"), icon=":material/filter_list:"):
        found = (
            _counties(shell, definition, head),
            _choices(shell, definition),
            _flags(shell, definition),
        )
    if any(found):
        st.button(_("清除条件"), key="directories-clear", type="tertiary", on_click=_clear)
    return found


def _clear() -> None:
    """Take every condition away but the words, in a callback."""
    ADDRESS.replace(**{"in": "", "pick": "", "flag": "", "p": ""})
    for key in [
        key for key in st.session_state if str(key).startswith((ADDRESS.key("pick-"), ADDRESS.key("flag-")))
    ]:
        del st.session_state[key]


def counties_of(shell: Shell, area_code: str) -> Mapping[str, str]:
    """Return the counties of an area by code; a county has itself alone."""
    area = shell.library.area(area_code)
    if area is None:
        return {}
    if area.level is Level.COUNTY:
        return {area.code: area.name}
    return {one.code: one.name for one in shell.library.areas(Level.COUNTY, area_code)}


def _county_options(shell: Shell, definition: Definition, head: EditionHead) -> Mapping[str, str]:
    """Return the counties that lines of an edition can lie in; none for a directory without counties."""
    placed = definition.mapped or any(one.type is ColumnType.COUNTY for one in definition.columns)
    return counties_of(shell, head.area_code) if placed else {}


def _counties(shell: Shell, definition: Definition, head: EditionHead) -> tuple[str, ...]:
    options = _county_options(shell, definition, head)
    if len(options) < 2:
        return ()
    given = [code for code in ADDRESS.listed("in") if code in options]
    found = ADDRESS.widget(
        "in",
        given,
        lambda key: st.multiselect(
            shell.translate("县（市、区）"),
            list(options),
            key=key,
            format_func=lambda code: options.get(code, code),
            width=260,
            placeholder=shell.translate("全部"),
            on_change=first_page,
        ),
        lambda chosen: ",".join(chosen or ()),
    )
    return tuple(found or ())


def _choices(shell: Shell, definition: Definition) -> dict[str, tuple[str, ...]]:
    offered = [one for one in definition.columns if one.type is ColumnType.CHOICE][:MOST_PICKED]
    given = _picked(offered)
    found = {one.name: _choice(shell, one, given.get(one.name, [])) for one in offered}
    asked = {name: picked for name, picked in found.items() if picked}
    ADDRESS.put(pick=urlencode([(name, value) for name, picked in asked.items() for value in picked]))
    return asked


def _picked(columns: list[Column]) -> dict[str, list[str]]:
    """Return the choices that the address holds, without what no column offers."""
    choices = {one.name: one.choices for one in columns}
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(ADDRESS.held()["pick"], errors="replace"):
        if value in choices.get(name, ()):
            found.setdefault(name, []).append(value)
    return found


def _choice(shell: Shell, column: Column, given: list[str]) -> tuple[str, ...]:
    key = ADDRESS.key(f"pick-{column.name}")
    st.session_state.setdefault(key, given)
    found = st.multiselect(
        plain(cells.heading(shell, column)),
        list(column.choices),
        key=key,
        width=220,
        placeholder=shell.translate("全部"),
        on_change=first_page,
    )
    return tuple(found)


def _flags(shell: Shell, definition: Definition) -> dict[str, Verdict]:
    held = dict(part.split(":", 1) for part in ADDRESS.listed("flag") if ":" in part)
    asked: dict[str, Verdict] = {}
    for one in definition.computed[:MOST_PICKED]:
        found = _flag(shell, one, held.get(one.name, ""))
        if found is not None:
            asked[one.name] = found
    ADDRESS.put(flag=",".join(f"{name}:{verdict}" for name, verdict in asked.items()))
    return asked


def _flag(shell: Shell, computed: Computed, given: str) -> Verdict | None:
    names: dict[Any, str] = {verdict: cells.verdict_words(shell, verdict) for verdict in Verdict}
    key = ADDRESS.key(f"flag-{computed.name}")
    st.session_state.setdefault(key, Verdict(given) if given in set(Verdict) else None)
    held = st.session_state[key]
    state.sync_captions(key, {names[held]: held} if held in names else {})
    found = st.selectbox(
        plain(cells.flag_title(shell, computed)),
        list(names),
        key=key,
        index=None,
        format_func=lambda verdict: names.get(verdict, str(verdict)),
        width=200,
        placeholder=shell.translate("全部"),
        on_change=first_page,
    )
    return Verdict(found) if found else None
