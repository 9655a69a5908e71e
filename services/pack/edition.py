"""A published edition of a plan or catalogue as a frozen pack with a permanent address.

Its workbook, difference list and JSON are written from what the edition itself froze. Map, book and data of
the records are added only while every member still is as the edition has it: a file that shows other values
than the catalogue beside it would be worse than none.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from data.exports import reading_back
from data.exports.csv_table import BOM, guarded
from data.exports.editions import SLICE, EditionExport, edition_book, moves_in_words
from data.exports.words import filter_in_words
from data.jobs.work import Work
from data.store.packs import Finished, PostgisPacks
from data.store.plans import PostgisEditions
from projects.errors import BadValue, NotAllowed
from projects.filters import ProjectFilter, from_params
from projects.packs import Order, Pack
from projects.plans.editions import (
    CHANGE_ZH,
    Change,
    Comparison,
    Difference,
    Edition,
    EditionKind,
    EditionState,
    PlanEntry,
)
from projects.plans.ports import Editions, Lines, Wanted, Window
from projects.work import Progress
from services.pack import making, parts
from services.pack.bench import Bench, Held, Part
from services.pack.benches import bench_of

NAMES: Final = {EditionKind.CATALOGUE: "招商目录", EditionKind.ROLLING_PLAN: "滚动计划"}
LIVE: Final = ("map_pdf", "map_png", "book_docx", "book_pdf", "table_xlsx", "geojson")
"""Parts about the records themselves, for a catalogue; a rolling plan has no book of opportunities."""
BOOKS: Final = frozenset(("book_docx", "book_pdf"))
MOVED_ON: Final = (
    "编制之后有项目的记录改动过或不再公开，所以没有附地图、项目册和数据文件：它们会与本版目录不一致。"
)
TOO_MANY: Final = "本版项目很多，没有附地图、项目册和数据文件：请在地图页面按条件导出。"


@dataclass(frozen=True, slots=True)
class Frozen:
    """An edition with what its files need."""

    ask: Editions
    edition: Edition
    against: Edition | None
    area: str
    conditions: str


def freeze(work: Work, given: object, packs: PostgisPacks, progress: Progress) -> Pack:
    """Make the pack of a published edition, once; an edition that has one keeps it.

    Raises ``BadValue`` for one that is not published, ``NotAllowed`` for who may not publish for its area.
    """
    key = given if isinstance(given, int) and not isinstance(given, bool) else 0
    found = packs.editions([key])
    if found:
        return found[key]
    edition = _checked(PostgisEditions(work.database, work.token), key)
    reader = "" if work.settings.anonymous_reads else work.token
    ask = PostgisEditions(work.database, reader)
    members = tuple(entry.project_id for entry in _entries(ask, key, Wanted()))
    bench = _bench(work, reader, edition, members)
    frozen = _frozen(ask, bench, edition)
    unchanged = _unchanged(ask, key)
    left_out = TOO_MANY if len(members) > making.MOST_RECORDS else "" if unchanged else MOVED_ON
    wanted = _own(frozen) if left_out else (*_own(frozen), *_live(edition))
    facts = _facts(frozen) | ({"left_out": left_out} if left_out else {})
    with making.scratch(packs.place, str(work.job_id)) as folder:
        made = making.make(bench, making.Wanted(wanted, len(members)), folder, progress.step, facts)
        if not left_out and not _unchanged(ask, key):
            raise BadValue("制作期间有项目的记录改动了，没有交付。请重新提交。")
        progress.step(len(wanted) + 1, len(wanted) + 1)
        return packs.pack(packs.keep(folder, _finished(frozen, facts, made, work.job_id)))


def _checked(ask: Editions, key: int) -> Edition:
    edition = ask.edition(key)
    if edition.state is not EditionState.PUBLISHED:
        raise BadValue(f"《{edition.title}》还没有公布，不能固定成永久材料。请先审定公布。")
    if not ask.rights(edition.area_code).decide:
        raise NotAllowed("只有能审定这个地区的人可以把已公布的版本固定成永久材料。")
    return edition


def _unchanged(ask: Editions, key: int) -> bool:
    moved = ask.moved(key)
    return not moved.changed and not moved.hidden


def _bench(work: Work, reader: str, edition: Edition, members: tuple[str, ...]) -> Bench:
    """Return a bench without contacts.

    In a closed library it is a person who reads, and what is frozen stays when the office opens it one day.
    """
    order = Order(chosen=ProjectFilter(ids=members), title=edition.title[:120])
    return replace(bench_of(work.database, reader, work.settings, order), promotion=None)


def _frozen(ask: Editions, bench: Bench, edition: Edition) -> Frozen:
    area = bench.library.area(edition.area_code)
    conditions = ""
    if edition.conditions:
        chosen, _issues = from_params(dict(parse_qsl(edition.conditions)))
        conditions = filter_in_words(bench.library, chosen, "zh")
    against = ask.edition(edition.base_id) if edition.base_id else None
    return Frozen(ask, edition, against, area.name if area else edition.area_code, conditions)


def _own(frozen: Frozen) -> tuple[Part, ...]:
    """Return the parts that are written from the edition alone."""
    name = NAMES[frozen.edition.kind]
    book = Part("edition_xlsx", name, "edition", "xlsx", parts.XLSX, partial(_book, frozen))
    content = Part("edition_json", name, "edition", "json", "application/json", partial(_content, frozen))
    changes = partial(_differences, frozen)
    listed = Part("differences", "与前版差异", "differences", "csv", "text/csv; charset=utf-8", changes)
    return (book, listed, content) if frozen.against else (book, content)


def _live(edition: Edition) -> tuple[Part, ...]:
    wanted = LIVE if edition.kind is EditionKind.CATALOGUE else [k for k in LIVE if k not in BOOKS]
    return parts.chosen(wanted)


# ---- the files ----


def _book(frozen: Frozen, bench: Bench, path: Path) -> Held:
    asked = EditionExport(frozen.edition, frozen.area, str, frozen.against, frozen.conditions)
    path.write_bytes(edition_book(frozen.ask, bench.request, asked))
    return Held(reading_back.rows(path))


def _content(frozen: Frozen, bench: Bench, path: Path) -> Held:
    """Write the edition for other programs: every entry as it was frozen, what left included."""
    key = frozen.edition.id
    members = [_entry(entry) for entry in _entries(frozen.ask, key, Wanted())]
    left = [_entry(entry) for entry in _entries(frozen.ask, key, Wanted((Change.LEFT,)))]
    content = {
        "title": bench.request.heading,
        "credit": bench.request.credit_line,
        **_facts(frozen)["edition"],
        "members": members,
        "left": left,
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    return Held(len(json.loads(path.read_bytes())["members"]))


def _differences(frozen: Frozen, bench: Bench, path: Path) -> Held:
    """Write what changed against the edition before, one line each; what left is no member."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(("编号", "名称", "变化", "理由", "变动的内容"))
    members = 0
    for one in _lines(frozen):
        members += one.new is not None
        cells = (
            one.entry.project_id,
            one.entry.name,
            CHANGE_ZH[one.change],
            one.reason,
            moves_in_words(one, str, "zh"),
        )
        lines.writerow([guarded(cell) for cell in cells])
    path.write_bytes(BOM + text.getvalue().encode())
    del bench
    return Held(members)


def _lines(frozen: Frozen) -> Iterator[Difference]:
    if frozen.against is None:
        return
    start, matched = 0, 1
    while start < matched:
        page = frozen.ask.differences(frozen.against.id, frozen.edition.id, Lines(), Window(SLICE, start))
        matched, start = page.matched, start + SLICE
        yield from page.rows


def _entries(ask: Editions, key: int, wanted: Wanted) -> Iterator[PlanEntry]:
    start, matched = 0, 1
    while start < matched:
        page = ask.entries(key, wanted, Window(SLICE, start))
        matched, start = page.matched, start + SLICE
        yield from page.rows


def _entry(entry: PlanEntry) -> dict[str, Any]:
    return {
        "id": entry.project_id,
        "change": str(entry.change),
        "reason": entry.reason or None,
        "plan": {str(year): amount for year, amount in entry.plan.items()},
        "version": entry.version,
        "snapshot": dict(entry.snapshot),
    }


# ---- what the pack says of itself ----


def _facts(frozen: Frozen) -> dict[str, Any]:
    edition, against = frozen.edition, frozen.against
    compared = frozen.ask.compare(against.id, edition.id) if against else None
    facts = {
        "id": edition.id,
        "kind": str(edition.kind),
        "name": NAMES[edition.kind],
        "title": edition.title,
        "area": frozen.area,
        "area_code": edition.area_code,
        "year": edition.year,
        "number": edition.number,
        "published_at": edition.decided_at.isoformat() if edition.decided_at else None,
        "conditions": frozen.conditions or None,
        "against": {"id": against.id, "title": against.title, "number": against.number} if against else None,
        "differences": _counted(compared),
    }
    return {"edition": facts, "address": f"/edition/{edition.id}"}


def _counted(compared: Comparison | None) -> Mapping[str, int] | None:
    if compared is None:
        return None
    sides = {CHANGE_ZH[c]: s.count for c, s in {**compared.old, **compared.new}.items() if s.count}
    return sides | {"保留中有变动": compared.changed}


def _finished(frozen: Frozen, facts: Mapping[str, Any], made: making.Made, job_id: int) -> Finished:
    return Finished(
        title=frozen.edition.title[:200],
        records=made.records,
        language="zh",
        files=made.files,
        detail=dict(facts) | {"public": True, "version": made.version},
        edition_id=frozen.edition.id,
        job_id=job_id,
    )
