"""From an exhibit to the map of it: boundaries of its area, its tables as overlays, nothing else.

Used by the page and by the picture, so that both show the same. The records themselves stand on the map only
where a table of the exhibit holds them.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from layers.scene import Overlay, OverlayItem, Scene, View, bounds_of
from projects.analysis import showing
from projects.analysis.exhibit import Cell, Exhibit, Look, Table
from projects.filters import ProjectFilter
from services.map_parts import Wishes
from services.map_scene import MapScenes

LONGEST_TIP: Final = 160
"""Characters of one line of a tooltip."""
SMALL_PART: Final = 0.6
"""What is drawn fills less than this share of the area's width and height: then the map goes nearer."""
LEAST_DEGREES: Final = 0.1
RIM: Final = 0.08
"""Room left around what is drawn, as a share of it."""


def exhibit_scene(scenes: MapScenes, chosen: ProjectFilter, wishes: Wishes, exhibit: Exhibit) -> Scene:
    """Return the map of an exhibit; ``wishes`` say language, credit, basemap and which view is asked for."""
    ground = scenes.ground(chosen, wishes)
    # areas answer no click here
    quiet = replace(ground.labels, words={**ground.labels.words, "open_list": ""})
    return replace(ground, labels=quiet, overlays=overlays(exhibit), view=closer(ground.view, exhibit))


def closer(view: View | None, exhibit: Exhibit) -> View | None:
    """Return the view of what is drawn where that is a small part of the area's view, else that one.

    On a map of the nation the hulls of one city would be specks.
    """
    geometries = [g for table in exhibit.tables if table.look is not None for g in table.geometries if g]
    found = bounds_of({"features": [{"geometry": geometry} for geometry in geometries]})
    if view is None or found is None:
        return view
    west, south, east, north = found
    wide, tall = max(east - west, LEAST_DEGREES), max(north - south, LEAST_DEGREES)
    whole = view.bounds
    if wide > SMALL_PART * (whole[2] - whole[0]) or tall > SMALL_PART * (whole[3] - whole[1]):
        return view
    x, y, rim = (west + east) / 2, (south + north) / 2, 0.5 + RIM
    return View((x - rim * wide, y - rim * tall, x + rim * wide, y + rim * tall), view.ask)


def overlays(exhibit: Exhibit) -> tuple[Overlay, ...]:
    """Return the tables that are drawn, in their order; rows without a place are in the table alone."""
    return tuple(
        Overlay(
            id=f"{exhibit.key}-{table.key}",
            kind=table.look.kind,
            items=tuple(_items(table, table.look)),
            classes=tuple((sign.title, sign.colour) for sign in table.look.classes),
            title=table.look.title or table.title,
            unknown=table.look.unknown,
            modelled=table.look.modelled,
        )
        for table in exhibit.tables
        if table.look is not None
    )


def drawn(exhibit: Exhibit) -> bool:
    """Return whether an exhibit has a map: something of it has a place."""
    return any(table.look is not None and any(table.geometries) for table in exhibit.tables)


def without_place(table: Table) -> int:
    """Return how many rows of a drawn table have no place and are therefore not on the map."""
    return sum(not geometry for geometry in table.geometries) if table.look is not None else 0


def _items(table: Table, look: Look) -> Iterator[OverlayItem]:
    value, link = showing.index(table, look.value), showing.index(table, look.link)
    for number, (row, geometry, of_class) in enumerate(
        zip(table.rows, table.geometries, look.of_row, strict=True), start=1
    ):
        if geometry:
            yield OverlayItem(
                geometry=geometry,
                of_class=of_class,
                tooltip=tooltip(table, look, row),
                click=str(row[link] or "") if link is not None else "",
                label=_sign(row, number) if look.kind == "site" else "",
                weight=_weight(row[value]) if value is not None and look.kind == "heat" else 1.0,
            )


def tooltip(table: Table, look: Look, row: tuple[Cell, ...]) -> str:
    """Return what a row is called on the map and, on a line of its own, its value with its unit."""
    name, value = showing.index(table, look.label), showing.index(table, look.value)
    parts = [showing.text(table.columns[name], row[name])] if name is not None else []
    if value is not None and value != name:
        column = table.columns[value]
        shown = showing.text(column, row[value])
        unit = f" {column.unit}" if column.unit and shown != showing.UNKNOWN else ""
        parts.append(f"{column.title} {shown}{unit}")
    return "\n".join(part[:LONGEST_TIP] for part in parts)


def _sign(row: tuple[Cell, ...], number: int) -> str:
    """Return the number of a chosen place: its first cell where that is a whole number, else its position."""
    first: Any = showing.known(row[0]) if row else None
    return str(first) if isinstance(first, int) else str(number)


def _weight(cell: Cell) -> float:
    """Return the strength of a point of a heat surface; an unknown one adds nothing."""
    found = showing.known(cell)
    return 0.0 if found is None or isinstance(found, str) else max(0.0, float(found))
