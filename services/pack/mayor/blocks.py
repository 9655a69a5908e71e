"""The shapes of a page of figures: tiles with one figure each, short lists, where all of it comes from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list; ``share`` (0–1) draws a bar."""

    cells: tuple[str, ...]
    share: float | None = None


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


@dataclass(frozen=True, slots=True)
class Block:
    """One section: tiles, lists side by side, sentences, and where the figures come from."""

    key: str
    title: str
    tiles: tuple[Tile, ...] = ()
    tables: tuple[Table, ...] = ()
    texts: tuple[str, ...] = ()
    source: str = ""
