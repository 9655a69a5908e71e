"""The shapes of a page of figures: tiles with one figure each, short lists, where all of it comes from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class Way(NamedTuple):
    """The page that a figure comes from, with its parameters; paper has no use for it."""

    page: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list; ``share`` (0–1) draws a bar."""

    cells: tuple[str, ...]
    share: float | None = None
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A list: headings (the last column holds numbers), rows, what was left out in words."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A large figure, what it counts, and what has to be known with it."""

    figure: str
    title: str
    note: str = ""
    hot: bool = False
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One section: tiles, lists side by side, sentences, and where the figures come from."""

    key: str
    title: str
    tiles: tuple[Tile, ...] = ()
    tables: tuple[Table, ...] = ()
    texts: tuple[str, ...] = ()
    source: str = ""
    way: Way | None = None


def printed(block: Block) -> dict[str, Any]:
    """Return a section as a template prints it; a list without rows is left out."""
    return {
        "title": block.title,
        "tiles": [_tile(tile) for tile in block.tiles],
        "tables": list(_tables(block.tables)),
        "texts": block.texts,
        "source": block.source,
    }


def _tile(tile: Tile) -> dict[str, Any]:
    return {"figure": tile.figure, "title": tile.title, "note": tile.note, "hot": tile.hot}


def _tables(tables: Sequence[Table]) -> Iterator[dict[str, Any]]:
    for table in tables:
        if table.rows:
            yield {
                "headings": table.headings,
                "lines": [{"cells": row.cells, "share": row.share} for row in table.rows],
                "bars": any(row.share is not None for row in table.rows),
                "more": table.more,
            }
