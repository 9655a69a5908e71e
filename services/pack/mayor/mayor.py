"""The mayor's page: one A4 that says what there is, what is late, what money is missing, who is silent.

Every figure comes with its source line; lists are cut and say how many more there are.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from data.exports.request import PRACTICE
from data.exports.words import filter_in_words
from projects.errors import BadValue
from services.pack.bench import Bench, Held
from services.pack.mayor.blocks import Block
from services.pack.mayor.facts import Facts
from services.pack.press import open_press
from services.pack.words import cut

SIZES: Final = ("", "tight", "tightest")
_LONGEST_FILTER: Final = 160


def mayor_pdf(bench: Bench, path: Path) -> Held:
    """Write the page; raises ``BadValue`` where an office's template makes it longer than one page."""
    press = open_press(bench)
    facts = Facts(bench)
    most = bench.template.limit("mayor_rows")
    tries = [(size, rows) for rows in dict.fromkeys((most, min(most, 3), 1)) for size in SIZES[:2]]
    for size, rows in (*tries, (SIZES[2], 1)):
        pages = press.pages("mayor.html", size=size, **page(bench, facts.blocks(rows)))
        if len(pages) == 1:
            path.write_bytes(press.pdf(pages, _title(bench), bench.request.credit_line))
            return Held(facts.matched, {"pages": 1, "rows": rows})
    raise BadValue(f"领导一页放不进一页。请把模板 {bench.template.file('mayor.html')} 改短，或少列几节。")


def page(bench: Bench, blocks: Sequence[Block]) -> dict[str, Any]:
    """Return what the template prints besides its type size."""
    request = bench.request
    chosen = cut(filter_in_words(bench.library, request.chosen, request.language), _LONGEST_FILTER)
    approval = bench.pick(
        f" · 审图号：{request.approval_number}", f" · map approval {request.approval_number}"
    )
    return {
        "title": _title(bench),
        "flags": [PRACTICE[request.language]] if request.practice else [],
        "about": bench.pick(
            f"参照日 {bench.when} · 范围：{chosen}", f"As of {bench.when} · records: {chosen}"
        ),
        "blocks": [_plain(block) for block in blocks],
        "credit": request.credit_line + (approval if request.approval_number else ""),
        "made": bench.pick(
            f"生成于 {request.generated_at:%Y-%m-%d %H:%M}", f"Made {request.generated_at:%Y-%m-%d %H:%M}"
        ),
    }


def _plain(block: Block) -> dict[str, Any]:
    tables = [
        {
            "headings": table.headings,
            "lines": [{"cells": row.cells, "share": row.share} for row in table.rows],
            "bars": any(row.share is not None for row in table.rows),
            "more": table.more,
        }
        for table in block.tables
        if table.rows
    ]
    tiles = [{"figure": t.figure, "title": t.title, "note": t.note, "hot": t.hot} for t in block.tiles]
    return {
        "title": block.title,
        "tiles": tiles,
        "tables": tables,
        "texts": block.texts,
        "source": block.source,
    }


def _title(bench: Bench) -> str:
    return bench.request.title or bench.template.word("mayor_title", bench.request.language)
