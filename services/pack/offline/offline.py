"""The offline map of a pack: one HTML file with everything in it, for a room without internet.

Each record is in it, with or without a place. Up to ``WHOLE`` records bring what the documents say and where
each value comes from; beyond that the facts alone, and beyond ``MOST`` the file would be too heavy to open.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from data.exports.pieces import released, write_whole
from data.exports.request import ExportRequest, Language, caveats
from data.exports.tally import Tally, counts
from data.exports.words import filter_in_words
from data.settings import ROOT
from layers.offline.page import document
from projects.codes import (
    BASIS_ZH,
    CATEGORY_ZH,
    KIND_ZH,
    PRECISION_ZH,
    DeliveryMode,
    FundingStatus,
    LandStatus,
    Ownership,
    PromotionStage,
    Stage,
)
from projects.errors import BadValue, UnknownRecord
from projects.feature import properties
from projects.summary import COLUMNS, STORED_AS, Summary
from services.pack.bench import Bench, Held
from services.pack.benches import words
from services.pack.offline.ground import Ground, ground

WHOLE: Final = 2_000
MOST: Final = 20_000
STATIC: Final = ROOT / "static"
_SAID_OTHERWISE: Final = frozenset(
    {"id", "name", "aliases", "category", "category_zh", "parent_id", "quantity_basis", "province_code"}
    | {"prefecture_code", "county_code", "county_basis", "touches", "township_code", "zone_id", "address"}
    | {"precision", "precision_zh", "place_method", "place_basis", "place_datum", "place_source", "note"}
    | {"near_county_line", "documents", "tasks", "lead_units", "support_units", "duty_units", "reported"}
    | {"basis", "basis_zh"}
)
"""Fields that the card tells in places of their own; the others are its table of facts, in print order."""
FACTS: Final = tuple(column.name for column in COLUMNS if column.name not in _SAID_OTHERWISE)
_LEFT_OUT: Final = frozenset({"category_zh", "precision_zh", "basis_zh"})
_PUBLISHED_AS: Final[Mapping[str, str]] = {stored: name for name, stored in STORED_AS.items()}
_CHINESE_CODES: Final = (DeliveryMode, FundingStatus, LandStatus, Ownership, PromotionStage)
_CODED: Final = {"kind": "kind", "stage": "stage"}


def offline_html(bench: Bench, path: Path) -> Held:
    """Write the offline map of the bench's filter.

    Raises ``BadValue`` for more than ``MOST`` records, ``SetupIncomplete`` when Leaflet is missing.
    """
    matched = bench.library.count(bench.request.chosen).matched
    if matched > MOST:
        raise BadValue(
            f"离线地图最多放 {MOST:,} 条记录，现在有 {matched:,} 条。请缩小筛选范围，或不选离线地图。"
            f" The offline map holds at most {MOST:,} records; there are {matched:,}: narrow the filter."
        )
    bench.step(bench.pick("离线地图：读取记录", "Offline map: reading records"))
    content, held = _content(bench, whole=matched <= WHOLE)
    request = bench.request
    page = document(content, STATIC, title=request.heading, language=request.language)
    write_whole(iter((page,)), path)
    return held


def _content(bench: Bench, *, whole: bool) -> tuple[dict[str, Any], Held]:
    """Return what the page shows as a JSON tree, and how many records are in it."""
    library, request, tally = bench.library, bench.request, Tally()
    with released(library.stream(request.chosen)) as stream:
        summaries = list(tally.watch(stream))
    bench.step(bench.pick("离线地图：读取边界", "Offline map: reading boundaries"))
    found = ground(bench, summaries)
    content = {
        "language": request.language,
        "practice": request.practice,
        "made": f"{request.generated_at:%Y-%m-%d %H:%M}",
        "version": library.version(),
        "approval": request.approval_number,
        "about": {one: _about(bench, one) for one in ("zh", "en")},
        "counts": counts(tally.count),
        "documents": [
            [s["document"], s["title"] if s["title"] != s["document"] else "", s["as_of_year"], s["records"]]
            for s in tally.sources(library)
        ],
        "fields": {column.name: [column.zh, column.en] for column in COLUMNS},
        "facts": FACTS,
        "coded": _CODED,
        "lists": _lists(),
        "records": [_record(bench, one, whole=whole) for one in _stepped(bench, summaries)],
        **_drawn(found),
    }
    with_place = sum(one.geometry is not None for one in summaries)
    return content, Held(len(summaries), {"with_place": with_place})


def _drawn(found: Ground) -> dict[str, Any]:
    return {
        "provinces": found.provinces,
        "counties": found.counties,
        "lines": found.lines,
        "areas": found.areas,
        "places": found.places,
        "bounds": found.bounds,
        "inset": found.inset,
    }


def _stepped(bench: Bench, summaries: Iterable[Summary]) -> Iterator[Summary]:
    """Yield the records, asking now and then whether the pack is still wanted."""
    for number, one in enumerate(summaries):
        if number % 100 == 0:
            bench.step(
                bench.pick(f"离线地图：第 {number + 1} 条起", f"Offline map: from record {number + 1}")
            )
        yield one


def _about(bench: Bench, language: Language) -> dict[str, Any]:
    """Return what the file says of itself in one language; a title that somebody gave stays as it is."""
    request: ExportRequest = replace(bench.request, language=language)
    return {
        "heading": request.heading,
        "credit": request.credit_line,
        "filter": filter_in_words(bench.library, request.chosen, language),
        "caveats": caveats(language),
    }


def _record(bench: Bench, summary: Summary, *, whole: bool) -> dict[str, Any]:
    """Return what is known of a record; what nobody knows is left out, never zero."""
    known = {
        name: value
        for name, value in properties(summary).items()
        if value not in (None, "", []) and value is not False and name not in _LEFT_OUT
    }
    if summary.geometry:
        known["geometry"] = json.loads(summary.geometry)
    return known | _told(bench, summary.id) if whole else known


def _told(bench: Bench, project_id: str) -> dict[str, Any]:
    """Return what the documents say of a record and where each of its values comes from."""
    try:
        record = bench.library.record(project_id)
    except UnknownRecord:
        return {}  # deleted since it was streamed: the pack sees that the version changed and is made again
    return {
        "quotes": [[link.number or link.document, link.section, link.quote] for link in record.links],
        "sources": [
            [_PUBLISHED_AS.get(p.field, p.field), p.basis, p.source, p.note] for p in record.provenance
        ],
    }


def _pairs(names: Mapping[Any, str]) -> dict[str, list[str]]:
    """Return code → (Chinese, English)."""
    translate = words("en")
    return {str(getattr(code, "value", code)): [zh, translate(zh)] for code, zh in names.items()}


def _lists() -> dict[str, dict[str, list[str]]]:
    """Return the code lists in both languages, in their fixed order."""
    phrases: list[StrEnum] = [code for codes in _CHINESE_CODES for code in codes]
    return {
        "category": _pairs(CATEGORY_ZH),
        "kind": _pairs(KIND_ZH),
        "stage": _pairs({code: code.value for code in Stage}),
        "precision": _pairs(PRECISION_ZH),
        "basis": _pairs(BASIS_ZH),
        "phrases": _pairs({code: code.value for code in phrases} | {"是": "是", "否": "否"}),
    }
