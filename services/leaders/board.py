"""The leaders' page as data: large figures, short lists, each with where it comes from and its page.

The same board is drawn on the screen and printed on one A4. Unknown is said, never counted as nothing: money
that nobody reported, projects without a date, matters that one may not see.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from services.leaders import lists, told
from services.leaders.figures import Figures, Told
from services.leaders.pen import Pen
from services.leaders.tiles import tiles
from services.pack.bench import Bench
from services.pack.mayor.blocks import Block, Tile


class Rows(NamedTuple):
    """How long the lists may be; what is left out is counted."""

    lists: int
    units: int
    categories: int


@dataclass(frozen=True, slots=True)
class Board:
    """What is drawn: figures above, the map, lists in their order; ``notes`` hold for the whole page."""

    title: str
    about: str
    tiles: tuple[Tile, ...]
    map: Block
    blocks: tuple[Block, ...]
    """Categories, units, targets, matters, changes."""
    notes: tuple[str, ...]


def board(bench: Bench, figures: Figures, seen: Told, since: date, rows: Rows) -> Board:
    """Return the page of an area, with lists of at most so many lines."""
    pen, area = Pen(bench, since), figures.area.name
    return Board(
        title=pen.pick(f"{area} · 健康产业一页", f"{area} · health industry on one page"),
        about=pen.pick(f"截至 {bench.when}，与 {since} 相比", f"As of {bench.when}, compared with {since}"),
        tiles=tiles(pen, figures, seen),
        map=lists.where_they_are(pen, figures),
        blocks=(
            lists.categories(pen, figures, rows.categories),
            lists.units(pen, figures, rows.units),
            lists.targets(pen, figures, rows.lists),
            told.matters(pen, seen, rows.lists),
            told.changes(pen, seen, rows.lists),
        ),
        notes=_notes(pen, figures),
    )


def _notes(pen: Pen, figures: Figures) -> tuple[str, ...]:
    modelled = figures.money.basis.get("modelled", 0)
    if not modelled:
        return ()
    return (
        pen.pick(
            f"其中 {modelled:,} 个是模拟测算，不是已定的项目。",
            f"{modelled:,} of them are modelled: proposed by a model, not decided on.",
        ),
    )
