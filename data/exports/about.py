"""What a file of records says of itself in lines: what it is, from when, how many, from which documents."""

from typing import Any, Final

from data.exports.request import ExportRequest, caveats
from data.exports.source import ExportSource
from data.exports.tally import Tally, counts
from data.exports.words import head

Line = tuple[str, str | int]
"""Heading and value."""

_COUNTS: Final = {
    "matched": ("记录总数", "Records"),
    "points": ("其中：有点位（精度 1–2）", "of these: points (precision 1–2)"),
    "township": ("其中：乡镇级（3）", "of these: township (3)"),
    "county": ("其中：县级（4）", "of these: county (4)"),
    "region": ("其中：地市、功能区或省级（5）", "of these: prefecture, zone or province (5)"),
    "unlocated": ("其中：未定位（0）", "of these: not located (0)"),
}


def about_lines(
    library: ExportSource, request: ExportRequest, tally: Tally, facts: dict[str, Any] | None = None
) -> list[Line]:
    """Return the lines of a finished file; ``tally`` has watched the very records that went into it.

    ``facts`` is ``head`` as it was before the first record, read now when it is not given.
    """
    zh = request.language == "zh"
    facts = facts or head(library, request)
    lines: list[Line] = [*request.mark, *_first(facts, zh)]
    lines += [(_COUNTS[name][not zh], n) for name, n in counts(tally.count).items()]
    lines += [("来源文件" if zh else "Source", _source(one, zh)) for one in tally.sources(library)]
    return lines + [("使用须知" if zh else "Please note", sentence) for sentence in caveats(request.language)]


def _first(facts: dict[str, Any], zh: bool) -> list[Line]:
    number = facts["map_approval_number"] or ("未提供" if zh else "none given")
    return [
        ("内容" if zh else "Title", facts["title"]),
        ("生成时间" if zh else "Generated at", facts["generated_at"]),
        ("数据版本" if zh else "Data version", facts["data_version"]),
        ("署名" if zh else "Credit", facts["credit"]),
        ("审图号" if zh else "Map approval number", number),
        ("筛选条件" if zh else "Filter", facts["filter_in_words"]),
        (
            "筛选参数" if zh else "Filter parameters",
            "&".join(f"{k}={v}" for k, v in facts["filter"].items()) or "—",
        ),
    ]


def _source(source: dict[str, Any], zh: bool) -> str:
    title = source["title"] if source["title"] != source["document"] else ""
    n = f"{source['records']} 条" if zh else f"{source['records']} records"
    return f"{source['document']} {title}（{source['as_of_year'] or '—'}）：{n}"
