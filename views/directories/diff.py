"""Lines as they were and as they are, side by side: the comparison of editions and the preview of a file."""

from collections.abc import Iterator, Sequence

from layers.html import element, escape
from projects.codes import DATUM_ZH, Datum
from projects.directories.model import Definition, Entry
from views.directories import cells
from views.shell import Shell

Pair = tuple[Entry, Entry]
"""A line as it was, and as it is or would be."""


def table(shell: Shell, definition: Definition, pairs: Sequence[Pair]) -> str:
    """Return the changed lines as a table: what names each, then which cells moved."""
    _ = shell.translate
    rows = (
        cells.row(
            escape(cells.title_of(shell, definition, new)),
            [("<br>".join(moves(shell, definition, (old, new))), "atlas-long")],
        )
        for old, new in pairs
    )
    heads = ((cells.heading(shell, cells.title_column(definition)), ""), (_("变动（原来 → 现在）"), ""))
    return cells.table(_("变动"), heads, rows)


def moves(shell: Shell, definition: Definition, pair: Pair) -> list[str]:
    """Return what moved in a line as HTML, one entry for each cell, the place last."""
    old, new = pair
    found = [
        _move(cells.heading(shell, one), *(cells.text(shell, one, side.cells.get(one.name)) for side in pair))
        for one in definition.columns
        if old.cells.get(one.name) != new.cells.get(one.name)
    ]
    return [*found, *_place_moves(shell, definition, pair)]


def _place_moves(shell: Shell, definition: Definition, pair: Pair) -> Iterator[str]:
    if not definition.mapped:
        return
    _ = shell.translate
    counties = [cells.county_words(shell, side) for side in pair]
    if counties[0] != counties[1]:
        yield _move(_("县（市、区）"), *counties)
    entered = [_entered(shell, side) for side in pair]
    if entered[0] != entered[1]:
        yield _move(_("坐标"), *entered)


def _entered(shell: Shell, entry: Entry) -> str:
    """Return coordinates as they were entered, with their datum."""
    place = entry.place
    if not place.coordinates_entered:
        return cells.UNKNOWN
    known = place.datum_entered in set(Datum)
    datum = shell.translate(DATUM_ZH[Datum(place.datum_entered)]) if known else place.datum_entered
    return f"{place.coordinates_entered} {datum}".strip()


def _move(title: str, old: str, new: str) -> str:
    was = element("span", escape(old), class_="atlas-old atlas-none" if old == cells.UNKNOWN else "atlas-old")
    return f"{escape(title)}：{was} → {element('span', escape(new), class_='atlas-asked')}"
