"""The board as HTML: figures, map, lists; everything that has a page behind it is a link to that page."""

from base64 import b64encode

from layers.html import element, escape
from services.leaders.board import Board
from services.pack.mayor.blocks import Block, Row, Table, Tile, Way
from views import ways
from views.shell import Shell


def html(shell: Shell, board: Board, picture: bytes, flag: str) -> str:
    """Return the whole board; ``flag`` says that everything is practice data, where it is."""
    categories, units, targets, matters, changes = (_block(shell, block) for block in board.blocks)
    columns = (_map(shell, board.map, picture) + matters, categories + changes, units + targets)
    return element(
        "div",
        _head(board, flag),
        element("div", *(_tile(shell, tile) for tile in board.tiles), class_="atlas-lead-tiles"),
        element("div", *(element("div", column) for column in columns), class_="atlas-lead-columns"),
        class_="atlas-lead",
    )


def _head(board: Board, flag: str) -> str:
    mark = element("span", escape(flag), class_="atlas-lead-flag") if flag else ""
    said = " ".join((board.about, *board.notes))
    return element(
        "div", element("h2", escape(board.title)), element("p", escape(said)), mark, class_="atlas-lead-head"
    )


def _tile(shell: Shell, tile: Tile) -> str:
    inner = (
        element("b", escape(tile.figure))
        + element("span", escape(tile.title))
        + element("em", escape(tile.note))
    )
    kind = "atlas-lead-tile atlas-lead-hot" if tile.hot else "atlas-lead-tile"
    if tile.way is None:
        return element("div", inner, class_=kind)
    return element("a", inner, class_=kind, href=_address(shell, tile.way), target="_self")


def _map(shell: Shell, block: Block, picture: bytes) -> str:
    """Return the map; its picture is SVG, which a page takes as the address of an image."""
    drawn = ""
    if picture:
        source = f"data:image/svg+xml;base64,{b64encode(picture).decode()}"
        drawn = element("img", src=source, alt=block.title, class_="atlas-lead-map")
    tables = "".join(_table(shell, table) for table in block.tables if table.rows)
    summary = element("summary", escape(shell.translate("列成表格")))
    listed = element("details", summary, tables) if tables else ""
    return element("section", _title(shell, block), drawn, _source(block), listed, class_="atlas-lead-where")


def _block(shell: Shell, block: Block) -> str:
    return element(
        "section",
        _title(shell, block),
        *(element("p", escape(text)) for text in block.texts),
        *(_table(shell, table) for table in block.tables if table.rows),
        _source(block),
        class_=f"atlas-lead-{block.key}",
    )


def _title(shell: Shell, block: Block) -> str:
    return element("h3", _linked(shell, block.title, block.way))


def _source(block: Block) -> str:
    return element("p", escape(block.source), class_="atlas-lead-source") if block.source else ""


def _table(shell: Shell, table: Table) -> str:
    head = element("tr", *(element("th", escape(words), scope="col") for words in table.headings))
    more = element("p", escape(table.more), class_="atlas-lead-source") if table.more else ""
    lines = "".join(_row(shell, row) for row in table.rows)
    return element("table", element("thead", head), element("tbody", lines)) + more


def _row(shell: Shell, row: Row) -> str:
    first, *others = row.cells
    bar = ""
    if row.share is not None:
        bar = element("i", style=f"width: {row.share * 100:.1f}%", class_="atlas-lead-bar")
    name = element("td", _linked(shell, first, row.way), bar, title=first)
    return element("tr", name, *(element("td", escape(cell)) for cell in others))


def _linked(shell: Shell, words: str, way: Way | None) -> str:
    if way is None:
        return escape(words)
    return element("a", escape(words), href=_address(shell, way), target="_self")


def _address(shell: Shell, way: Way) -> str:
    return ways.address(shell, way.page, **way.params)
