"""The mayor's page: one A4 that says what there is, what is late, what money is missing, who is silent.

Every figure comes with its source line; lists are cut and say how many more there are.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from data.exports.request import PRACTICE
from data.exports.words import filter_in_words
from services.pack.bench import Bench, Held
from services.pack.mayor.blocks import Block, printed
from services.pack.mayor.facts import Facts
from services.pack.press import one_page, open_press
from services.pack.words import cut

SIZES: Final = ("", "tight", "tightest")
_LONGEST_FILTER: Final = 160


def mayor_pdf(bench: Bench, path: Path) -> Held:
    """Write the page; raises ``BadValue`` where an office's template makes it longer than one page."""
    press = open_press(bench)
    facts = Facts(bench)
    most = bench.template.limit("mayor_rows")
    sizes = [(size, rows) for rows in dict.fromkeys((most, min(most, 3), 1)) for size in SIZES[:2]]
    tries = (
        (rows, {"size": size, **page(bench, facts.blocks(rows))}) for size, rows in (*sizes, (SIZES[2], 1))
    )
    pages, rows = one_page(bench, press, "mayor.html", tries)
    path.write_bytes(press.pdf(pages, _title(bench), bench.request.credit_line))
    return Held(facts.matched, {"pages": 1, "rows": rows})


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
        "blocks": [printed(block) for block in blocks],
        "credit": request.credit_line + (approval if request.approval_number else ""),
        "made": bench.pick(
            f"生成于 {request.generated_at:%Y-%m-%d %H:%M}", f"Made {request.generated_at:%Y-%m-%d %H:%M}"
        ),
    }


def _title(bench: Bench) -> str:
    return bench.request.title or bench.template.word("mayor_title", bench.request.language)
