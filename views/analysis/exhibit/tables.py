"""Tables of an exhibit as HTML: headings with units, numbers to the right, unknown as a dash."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.analysis import showing
from projects.analysis.exhibit import Cell, Column, Table
from projects.codes import Basis
from services.exhibit_scene import without_place
from views import ways, words
from views.plain import plain
from views.shell import Shell

MOST_ROWS: Final = 200
"""Rows that a page draws; the files hold all."""
MOST_LINKED: Final = 150
"""Records that one link lists: old browsers cut an address at 2,048 characters. More have several links."""
MARKED: Final = (Basis.MODELLED, Basis.DEMO)


def draw(shell: Shell, table: Table, *, key: str) -> None:
    """Draw a table with its sentence below; long lists are opened on demand."""
    if not table.folded:
        head = {"id": anchor(key, table), "tabindex": "-1", "class_": "atlas-heading"}
        st.html(element("h3", escape(table.title), **head))
        _body(shell, table)
        return
    label = shell.translate("{title}（{n} 行）").format(title=table.title, n=f"{len(table.rows):,}")
    with st.expander(plain(label), key=f"{key}-{table.key}"):
        _body(shell, table)


def anchor(key: str, table: Table) -> str:
    """Return the ``id`` of a table's heading, for the way to it from the map."""
    return f"{key}-{table.key}-rows"


def _body(shell: Shell, table: Table) -> None:
    """Draw rows, what is not among them, and the note."""
    if table.rows:
        st.html(html(shell, table))
    if said := under(shell, table):
        st.html("".join(element("p", escape(sentence), class_="atlas-under") for sentence in said))


def under(shell: Shell, table: Table) -> list[str]:
    """Return the sentences below a table: rows left to the files, rows not on the map, its own note."""
    _ = shell.translate
    said = [] if table.rows else [_("没有可列出的行。")]
    if len(table.rows) > MOST_ROWS:
        said.append(
            _("这里列出前 {shown} 行，共 {n} 行；全部都在导出的文件中。").format(
                shown=MOST_ROWS, n=f"{len(table.rows):,}"
            )
        )
    if missing := without_place(table):
        said.append(_("其中 {n} 行没有位置，不在地图上，只在表中。").format(n=f"{missing:,}"))
    return [*said, table.note] if table.note else said


def html(shell: Shell, table: Table) -> str:
    """Return the table as HTML that scrolls in its own frame; all text is escaped."""
    grid = _Grid.of(shell, table)
    heads = element("tr", *(grid.head(number) for number in range(len(table.columns))))
    rows = (grid.row(row) for row in table.rows[:MOST_ROWS])
    inner = element("table", element("thead", heads), element("tbody", *rows))
    return element("div", inner, class_="atlas-grid", tabindex="0", role="region", aria_label=table.title)


@dataclass(frozen=True, slots=True)
class _Grid:
    """A table being written: ``kinds`` are the classes of its columns, ``first`` the one that names a row."""

    shell: Shell
    table: Table
    kinds: tuple[str, ...]
    first: int

    @classmethod
    def of(cls, shell: Shell, table: Table) -> "_Grid":
        """Look once at each column; a row is named by the first one that a phone shows too."""
        kinds = tuple(_kind(column, showing.numeric(table, n)) for n, column in enumerate(table.columns))
        first = next((n for n, column in enumerate(table.columns) if not column.secondary), 0)
        return cls(shell, table, kinds, first)

    def head(self, number: int) -> str:
        """Return a heading with its unit, marked where the whole column is modelled or invented."""
        column = self.table.columns[number]
        mark = element("small", escape(words.basis(str(column.basis), self.shell.translate)))
        text = escape(showing.heading(column)) + (mark if column.basis in MARKED else "")
        return element("th", text, scope="col", class_=self.kinds[number])

    def row(self, row: Sequence[Cell]) -> str:
        """Return one row."""
        return element("tr", *(self._cell(number, cell) for number, cell in enumerate(row)))

    def _cell(self, number: int, cell: Cell) -> str:
        column, kind = self.table.columns[number], self.kinds[number]
        text = showing.text(column, cell)
        inner = _records(self.shell, cell) if _links(self.table, column) else escape(text)
        if number == self.first:
            return element("th", inner, scope="row", class_=kind)
        return element("td", inner, class_=f"{kind} atlas-none" if text == showing.UNKNOWN else kind)


def _kind(column: Column, right: bool) -> str:
    """Return the classes of a column's cells."""
    marked = column.basis in MARKED
    found = (("atlas-right", right), ("atlas-second", column.secondary), ("atlas-model", marked))
    return " ".join(name for name, wanted in found if wanted)


def _links(table: Table, column: Column) -> bool:
    """Return whether the cells of a column are record ids."""
    return column.key == showing.PROJECT_ID or (table.look is not None and table.look.link == column.key)


def _records(shell: Shell, cell: Cell) -> str:
    """Return the ids of a cell as a way to the card, or to the list of the records."""
    ids = showing.ids_of(cell)
    if not ids:
        return escape(showing.UNKNOWN)
    if len(ids) == 1:
        return ways.anchor(shell, ids[0], "map", id=ids[0])
    return " ".join(ways.anchor(shell, label, "map", ids=",".join(part)) for label, part in lists(shell, ids))


def lists(shell: Shell, ids: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the words of the way to several records and their ids: one way, or several for many records."""
    _ = shell.translate
    return [
        (
            _("第 {which} 个").format(which=which) if which else _("列出 {n} 个").format(n=f"{len(part):,}"),
            part,
        )
        for which, part in showing.portions(ids, MOST_LINKED)
    ]
