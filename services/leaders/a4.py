"""The leaders' page on one A4: the same figures and words as on the screen, with the map."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from data.exports.request import PRACTICE
from services.leaders.board import Board, Rows
from services.pack.bench import Bench
from services.pack.mayor.blocks import printed
from services.pack.mayor.mayor import SIZES
from services.pack.press import one_page, open_press

NAME: Final = "leaders.html"
ROWS: Final = (Rows(8, 8, 15), Rows(6, 6, 15), Rows(4, 4, 10), Rows(2, 2, 6))
"""Lines of the lists, in the order in which they are tried; what is left out is counted."""


def page_pdf(bench: Bench, made: Callable[[Rows], Board], picture: bytes) -> bytes:
    """Return the page; ``made`` returns the board with lists of so many lines.

    Raises ``SetupIncomplete`` where Pango or a Chinese font is missing, ``BadValue`` for an office's own
    template that does not work or is too long.
    """
    press = open_press(bench)
    pages, _rows = one_page(bench, press, NAME, _tries(bench, made, picture))
    return press.pdf(pages, made(ROWS[0]).title, bench.request.credit_line)


def _tries(
    bench: Bench, made: Callable[[Rows], Board], picture: bytes
) -> Iterator[tuple[int, dict[str, Any]]]:
    for rows in ROWS:
        for size in SIZES[:2] if rows > ROWS[-1] else SIZES:
            yield rows.lists, {"size": size, "pictures": {"picture": picture}, **_values(bench, made(rows))}


def _values(bench: Bench, board: Board) -> dict[str, Any]:
    """Return what the template prints besides its type size and the map."""
    request = bench.request
    approval = bench.pick(
        f" · 审图号：{request.approval_number}", f" · map approval {request.approval_number}"
    )
    moment = f"{request.generated_at:%Y-%m-%d %H:%M}"
    return {
        "title": board.title,
        "about": board.about,
        "flags": [PRACTICE[request.language]] if request.practice else [],
        "notes": board.notes,
        "tiles": [{"figure": t.figure, "title": t.title, "note": t.note, "hot": t.hot} for t in board.tiles],
        "map": printed(board.map),
        "blocks": [printed(block) for block in board.blocks],
        "credit": request.credit_line + (approval if request.approval_number else ""),
        "made": bench.pick(f"生成于 {moment}", f"Made {moment}"),
    }
