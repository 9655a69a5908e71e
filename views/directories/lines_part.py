"""The table of an edition's lines, page by page, with what is computed and by which rule."""

from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.directories.model import Definition, EditionHead
from projects.directories.ports import Directories, EntriesAsked, EntryPage
from views.directories import cells
from views.directories.address import ADDRESS
from views.directories.here import Here
from views.shell import Shell

PAGE: Final = 50


def draw(shell: Shell, here: Here, definition: Definition, head: EditionHead, asked: EntriesAsked) -> None:
    """Draw the lines that were asked for, as a table."""
    _ = shell.translate
    page = page_of(here.port, head.id, asked, PAGE)
    st.html(element("p", escape(count_words(shell, definition, head, page)), class_="atlas-count"))
    if page.items:
        st.html(cells.lines_table(shell, definition, page.items))
        turn(shell, page.matched, PAGE)
        st.caption(_("—：没有人填过，不是零，也不是“没有”。"))
    if found := cells.rules(shell, definition):
        st.html(found)


def page_of(port: Directories, edition: int, asked: EntriesAsked, size: int) -> EntryPage:
    """Return the page that the address names; beyond the last one, the first."""
    number = ADDRESS.page_number(10**6)
    page = port.entries(edition, asked, limit=size, offset=(number - 1) * size)
    if page.items or number == 1:
        return page
    ADDRESS.replace(p="")
    return port.entries(edition, asked, limit=size)


def turn(shell: Shell, matched: int, size: int) -> None:
    """Draw the choice of page where there is more than one."""
    pages = max(1, -(-matched // size))
    if pages == 1:
        return
    label = shell.translate("第几页（共 {n} 页）").format(n=f"{pages:,}")
    ADDRESS.widget(
        "p",
        ADDRESS.page_number(pages),
        lambda key: st.number_input(label, 1, pages, key=key, width=170),
    )


def count_words(shell: Shell, definition: Definition, head: EditionHead, page: EntryPage) -> str:
    """Return how many lines there are, and how many of them have a place."""
    _ = shell.translate
    if not head.entries:
        return _("本版还没有一行。")
    if page.matched == head.entries:
        said = _("共 {n} 行").format(n=f"{page.matched:,}")
    else:
        said = _("符合条件 {n} 行，本版共 {all} 行").format(n=f"{page.matched:,}", all=f"{head.entries:,}")
    if not definition.mapped:
        return said
    return said + _("：{placed} 行有位置，{rest} 行没有").format(
        placed=f"{page.located:,}", rest=f"{page.matched - page.located:,}"
    )
