"""What a file says of the result that it holds: one way for workbook and picture, in both languages."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

from data.exports.request import ExportRequest
from data.exports.source import ExportSource
from data.exports.words import filter_in_words
from projects.analysis.exhibit import Exhibit

MODELLED: Final = {
    "zh": ("测算", "含模拟测算的数字，不是统计数据，也不是下达指标"),
    "en": ("Modelled", "holds modelled numbers: no statistics, no assigned targets"),
}


def conditions(request: ExportRequest, exhibit: Exhibit) -> Iterator[tuple[str, str]]:
    """Yield heading and words: mark, sentences, settings, caveats, date, sources, the link to it."""
    zh = request.language == "zh"
    if exhibit.modelled:
        yield MODELLED[request.language]
    yield from (("结论" if zh else "Result", sentence) for sentence in exhibit.says)
    prefix = "参数：" if zh else "Setting: "
    yield from ((prefix + one.title, one.value) for one in exhibit.parameters)
    yield from (("使用前须知" if zh else "Please note", sentence) for sentence in exhibit.caveats)
    yield ("数据截至" if zh else "Data as of"), as_of(request, exhibit)
    yield from (("数据来源" if zh else "Source", source) for source in exhibit.sources)
    if exhibit.link:
        yield ("链接参数" if zh else "Link parameters"), urlencode(exhibit.link)


def as_of(request: ExportRequest, exhibit: Exhibit) -> str:
    """Return the day of the newest of the data; unknown is said."""
    unknown = "未知" if request.language == "zh" else "unknown"
    return exhibit.data_date.isoformat() if exhibit.data_date else unknown


def lines(library: ExportSource, request: ExportRequest, exhibit: Exhibit) -> list[str]:
    """Return the sentences that stand under a picture, the result first; settings share one line."""
    zh = request.language == "zh"
    colon, between = ("：", "；") if zh else (": ", "; ")
    settings = between.join(f"{one.title} {one.value}" for one in exhibit.parameters)
    words = filter_in_words(library, request.chosen, request.language)
    return [
        *([colon.join(MODELLED[request.language])] if exhibit.modelled else []),
        *exhibit.says,
        *([("参数" if zh else "Settings") + colon + settings] if settings else []),
        ("筛选条件" if zh else "Filter") + colon + words,
        *exhibit.caveats,
        _dates(request, exhibit, colon, between),
    ]


def _dates(request: ExportRequest, exhibit: Exhibit, colon: str, between: str) -> str:
    """Return in one line how old the data are, where they come from and when the picture was made."""
    zh = request.language == "zh"
    parts = [("数据截至" if zh else "Data as of") + colon + as_of(request, exhibit)]
    if exhibit.sources:
        listed = ("、" if zh else ", ").join(exhibit.sources)
        parts.append(("数据来源" if zh else "Sources") + colon + listed)
    parts.append(("生成时间" if zh else "Made") + colon + f"{request.generated_at:%Y-%m-%d %H:%M}")
    return between.join(parts)
