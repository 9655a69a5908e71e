"""The part of a project card that names the directories in which the record stands."""

from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.directories.ports import NamedLine
from views import ways
from views.directories import cells, here
from views.directories.overview import PAGE
from views.shell import Shell

MOST: Final = 20


def draw(shell: Shell, project_id: str) -> None:
    """Draw the directory lines that name a record; nothing where there are none."""
    lines = shell.directories.lines_of(project_id)
    if lines:
        st.html(html(shell, lines))


def html(shell: Shell, lines: tuple[NamedLine, ...]) -> str:
    """Return the lines as HTML, each with the way to its edition."""
    _ = shell.translate
    items = (element("li", _line(shell, one)) for one in lines[:MOST])
    more = _("另有 {n} 处。").format(n=len(lines) - MOST) if len(lines) > MOST else ""
    return (
        element("h4", escape(_("所在名录（{n}）").format(n=len(lines))))
        + element("ul", *items, class_="atlas-plainlist")
        + (element("p", escape(more), class_="atlas-muted") if more else "")
    )


def _line(shell: Shell, line: NamedLine) -> str:
    head, definition = line.head, cells.readable(shell, line.definition)
    name = cells.name_of(definition, shell.language)
    title = cells.title_of(shell, definition, line.entry)
    way = ways.anchor(shell, name, PAGE, dir=head.definition, edition=head.id, q=title)
    flags = " ".join(
        f"{escape(cells.flag_title(shell, one))} {cells.flag_tag(shell, line.entry, one)}"
        for one in definition.computed
    )
    about = f"{title} · {head.area_name} · {here.number_words(shell, head)} · {head.valid_on}"
    return f"{way} {escape(about)} {flags}".strip()
