"""招商项目册 as PDF: contents by county, then exactly one page per project."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from data.exports.request import PRACTICE
from projects.errors import BadValue
from services.pack.bench import Bench, Held
from services.pack.book.contents import about, by_area, notes, page_words, sheets, title
from services.pack.book.locator import Locator
from services.pack.book.sheet import Sheet
from services.pack.press import open_press
from services.pack.words import cut, legend

if TYPE_CHECKING:
    from weasyprint import Page

    from services.pack.printing import Press

SIZES: Final = ("", "tight", "tightest")
"""Sizes of type that a page is tried in until it fits, as the style sheet names them."""


def book_pdf(bench: Bench, path: Path) -> Held:
    """Write the book as PDF: contents, then exactly one page per project.

    Raises ``BadValue`` for too many records, and for a template that does not work.
    """
    press = open_press(bench)
    made = list(sheets(bench))
    pages = list(press.pages("contents.html", **contents(bench, made)))
    locator = Locator(bench)
    for one in made:
        bench.step(_said(bench, one.number, len(made)))
        pages.append(_page(bench, press, one, len(made), locator))
    path.write_bytes(press.pdf(pages, title(bench), bench.request.credit_line))
    return Held(len(made), {"pages": len(pages)})


def contents(bench: Bench, made: Sequence[Sheet]) -> dict[str, Any]:
    """Return what the first pages show: title, filter, counts, contents by county, how to read it."""
    request = bench.request
    return {
        "title": title(bench),
        "subtitle": about(bench, made)[0],
        "about": about(bench, made)[1:],
        "flags": [PRACTICE[request.language]] if request.practice else [],
        "heading": bench.template.word("contents", request.language),
        "areas": [
            {
                "name": f"{area.name}（{len(area.sheets)}）",
                "entries": [
                    {"id": one.id, "name": cut(one.name, 60), "number": one.number} for one in area.sheets
                ],
            }
            for area in by_area(bench, made)
        ],
        "notes": notes(bench, made),
        "credit": request.credit_line,
    }


def _page(bench: Bench, press: "Press", one: Sheet, whole: int, locator: Locator) -> "Page":
    """Return the one page of a sheet, in smaller type where it would not fit otherwise."""
    pictures = {"map": locator.png(one.summary) or b""}
    values = {
        "sheet": _plain(one),
        "legend": legend(bench),
        "credit": bench.request.credit_line,
        "page_words": page_words(bench, one.number, whole),
    }
    for size in SIZES:
        pages = press.pages("sheet.html", size=size, pictures=pictures, **values)
        if len(pages) == 1:
            return pages[0]
    raise BadValue(
        f"{one.id} 的项目页用最小的字也放不进一页。请把模板 {bench.template.file('sheet.html')} 改短。"
    )


def _plain(one: Sheet) -> Mapping[str, Any]:
    """Return a sheet as plain values for a template."""
    return {
        **{
            name: getattr(one, name) for name in ("id", "name", "category", "category_name", "where", "flags")
        },
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "texts": section.texts,
                "facts": [
                    {"title": f.title, "value": f.value, "known": f.known, "mark": f.mark}
                    for f in section.facts
                ],
            }
            for section in one.sections
        ],
    }


def _said(bench: Bench, number: int, whole: int) -> str:
    return bench.pick(f"项目册 {number} / {whole}", f"book {number} / {whole}")
