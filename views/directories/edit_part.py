"""A draft under work: its lines with ways to change or remove them, the form, the upload of a table."""

from functools import partial
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.directories.model import Definition, EditionHead, Entry
from projects.directories.ports import EntriesAsked
from views.directories import cells, line_form, lines_part, told, upload_part
from views.directories.here import Here
from views.plain import plain
from views.shell import Shell, guarded

PAGE: Final = 20
FACTS: Final = 4
"""Cells of a line that the list shows beside its name."""


def draw(shell: Shell, here: Here, definition: Definition, head: EditionHead, asked: EntriesAsked) -> None:
    """Draw the upload, then lines and form side by side."""
    _ = shell.translate
    guarded(lambda: upload_part.draw(shell, here, definition, head), _)
    left, right = st.columns([0.56, 0.44], gap="large")
    with right:
        guarded(lambda: line_form.draw(shell, here, definition, head), _)
    with left:
        guarded(lambda: _list(shell, here, definition, head, asked), _)


def _list(shell: Shell, here: Here, definition: Definition, head: EditionHead, asked: EntriesAsked) -> None:
    _ = shell.translate
    page = lines_part.page_of(here.port, head.id, asked, PAGE)
    st.html(element("p", escape(lines_part.count_words(shell, definition, head, page)), class_="atlas-count"))
    for entry in page.items:
        st.html(box(shell, definition, entry))
        with st.container(horizontal=True, gap="small", key=f"directory-row-{entry.key}"):
            st.button(
                _("修改"),
                key=f"directory-edit-{entry.key}",
                type="tertiary",
                icon=":material/edit_note:",
                on_click=line_form.open_line,
                args=(entry,),
            )
            with st.popover(_("移出本版"), type="tertiary", icon=":material/close:"):
                _ask(shell, here, head, (entry, cells.title_of(shell, definition, entry)))
    lines_part.turn(shell, page.matched, PAGE)


def _ask(shell: Shell, here: Here, head: EditionHead, what: tuple[Entry, str]) -> None:
    """Ask once before a line leaves the draft."""
    _ = shell.translate
    entry, title = what
    st.caption(plain(_("把“{name}”移出这份草稿？已公布的各版不受影响。").format(name=title)))
    st.button(
        _("确认移出"),
        key=f"directory-off-{entry.key}",
        type="primary",
        on_click=_remove,
        args=(shell, here, head, what),
    )


def _remove(shell: Shell, here: Here, head: EditionHead, what: tuple[Entry, str]) -> None:
    """Take a line out of the draft, in a callback; published editions keep theirs."""
    entry, title = what
    done = shell.translate("已移出本版：{name}").format(name=title)
    told.attempt(shell, done, partial(here.port.remove, head.id, [entry.key], seen=[entry]))
    line_form.open_line(None)


def box(shell: Shell, definition: Definition, entry: Entry) -> str:
    """Return a line as HTML: its name, a few cells, its place, its flags, what has to be told."""
    named = cells.title_column(definition)
    known = [
        f"{escape(cells.heading(shell, one))} {cells.html(shell, one, entry, 60)}"
        for one in definition.columns
        if one is not named and entry.cells.get(one.name) not in (None, "")
    ]
    place = (
        [f"{cells.county_words(shell, entry)} {cells.place_words(shell, entry)}"] if definition.mapped else []
    )
    facts = " · ".join([*known[:FACTS], *map(escape, place)])
    flags = " ".join(
        f"{escape(cells.flag_title(shell, one))} {cells.flag_tag(shell, entry, one)}"
        for one in definition.computed
    )
    lines = [facts, flags, escape(entry.note)]
    return element(
        "div",
        element("p", escape(cells.title_of(shell, definition, entry)), class_="atlas-rowhead"),
        *(element("p", one) for one in lines if one),
        class_="atlas-rowbox",
    )
