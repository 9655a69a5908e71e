"""What a project book holds: its sheets by place, the lines of its first page, how it is to be read.

Slots of village clinics are no projects and have no sheet. A project without a place, without money, without
anything but its name has its page all the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from data.exports.words import filter_in_words
from projects.errors import BadValue
from projects.promotion.opportunities import Contact
from projects.summary import Summary
from services.pack.bench import Bench
from services.pack.book.sheet import Known, Sheet, sheet
from services.pack.words import cut, legend

MOST: Final = 2000
"""Pages of one book; nobody prints more, and a filter narrows it."""
_CHUNK: Final = 100
_LONGEST_FILTER: Final = 300


@dataclass(frozen=True, slots=True)
class Area:
    """The projects of one county (else of what is known of their place) in the contents."""

    name: str
    sheets: tuple[Sheet, ...]


def title(bench: Bench) -> str:
    """Return the title of the book."""
    return bench.template.word("book_title", bench.request.language)


def sheets(bench: Bench) -> Iterator[Sheet]:
    """Yield the sheet of each record by place, numbered from 1; raises ``BadValue`` for too many."""
    found = bench.library.count(bench.request.chosen).matched
    if found > MOST:
        raise BadValue(
            bench.pick(
                f"项目册最多 {MOST} 页，当前有 {found} 个项目；请先缩小筛选范围，或不做项目册。",
                f"A book has at most {MOST} pages, these are {found} projects: narrow the filter, or leave"
                " the book out.",
            )
        )
    records = sorted(bench.library.stream(bench.request.chosen), key=_order)
    money = {one.id: one for one in bench.ledger.every_project(bench.request.chosen)}
    for start in range(0, len(records), _CHUNK):
        chunk = records[start : start + _CHUNK]
        contacts = _contacts(bench, [one.id for one in chunk])
        for number, summary in enumerate(chunk, start + 1):
            known = Known(money.get(summary.id), contacts.get(summary.id))
            yield sheet(bench, bench.library.record(summary.id), known, number)


def by_area(bench: Bench, made: Sequence[Sheet]) -> tuple[Area, ...]:
    """Return the sheets by county, in their order; those without one under what is known of their place."""
    grouped = groupby(made, key=lambda one: _area_key(one.summary))
    return tuple(Area(_area_name(bench, held[0].summary), held) for held in (tuple(g) for _, g in grouped))


def about(bench: Bench, made: Sequence[Sheet]) -> tuple[str, ...]:
    """Return the lines below the title: subtitle, count and filter, credit and moment, 审图号."""
    request = bench.request
    chosen = cut(filter_in_words(bench.library, request.chosen, request.language), _LONGEST_FILTER)
    approval = request.approval_number
    lines = (
        bench.template.word("book_subtitle", request.language),
        request.title,
        bench.pick(f"{len(made)} 个项目 · {chosen}", f"{len(made)} projects · {chosen}"),
        bench.pick(
            f"{request.credit_line} · 生成于 {request.generated_at:%Y-%m-%d %H:%M}",
            f"{request.credit_line} · made {request.generated_at:%Y-%m-%d %H:%M}",
        ),
        bench.pick(f"审图号：{approval}", f"Map approval number: {approval}") if approval else "",
    )
    return tuple(line for line in lines if line)


def notes(bench: Bench, made: Sequence[Sheet]) -> tuple[str, ...]:
    """Return how the book is to be read."""
    nothing = bench.pick(
        "没有符合条件的项目，因此没有项目页。", "No project matches, so there is no page of one."
    )
    return (
        *([] if made else [nothing]),
        bench.pick(
            "“未知”是没有人填报，不是零，也不是没有。状态用语以来源文件的年份为准。村卫生室的计划名额不是项目，没有项目页。",
            "“Unknown” means that nobody has reported it: not zero, not none. Status words are as of the year"
            " of the document. Planned places of village clinics are no projects and have no page.",
        ),
        legend(bench),
    )


def page_words(bench: Bench, number: int, whole: int) -> str:
    """Return the words that number a page."""
    return bench.pick(f"第 {number} 页 / 共 {whole} 页", f"{number} / {whole}")


def _contacts(bench: Bench, ids: Sequence[str]) -> Mapping[str, Contact]:
    """Return the contacts that the reader may see, by record; of the others there is no such line."""
    if bench.promotion is None:
        return {}
    facts = (site.facts for site in bench.promotion.sites(ids))
    return {one.id: one.contact for one in facts if one.contact is not None}


def _order(one: Summary) -> tuple[str, ...]:
    """Sort by county, then wider areas; records whose place is unknown come last."""
    return (*_area_key(one), one.id)


def _area_key(one: Summary) -> tuple[str, ...]:
    last = "~"
    return (
        one.province_code or last,
        one.prefecture_code or last,
        one.county_code or last,
        one.zone_id or last if not one.county_code else "",
    )


def _area_name(bench: Bench, one: Summary) -> str:
    wide = one.prefecture or one.province
    if one.county:
        return cut(" · ".join(dict.fromkeys(t for t in (wide, one.county) if t)), 80)
    if one.zone:
        return cut(" · ".join(dict.fromkeys(t for t in (wide, one.zone) if t)), 80)
    if wide:
        return cut(wide, 60) + bench.pick(" · 县未明确", " · county unknown")
    return bench.pick("地点未知", "place unknown")
