"""A filter in words, and the facts that every file states about itself, under headings in two languages."""

from collections.abc import Mapping
from typing import Any, Final

from data.exports.request import PRACTICE, ExportRequest, Language
from data.exports.source import ExportSource
from projects.codes import CATEGORY_ZH, KIND_ZH, PRECISION_ZH, Category, Kind, Precision
from projects.filters import FIELDS, ProjectFilter

ALL: Final = {"zh": "全部记录（未筛选）", "en": "all records (no filter)"}

_FIELD: Final[Mapping[str, tuple[str, str]]] = {
    "province": ("省", "province"),
    "prefecture": ("地市", "prefecture"),
    "county": ("县（市、区）", "county"),
    "township": ("乡镇（街道）", "township"),
    "zone": ("功能区", "zone"),
    "category": ("类别", "category"),
    "kind": ("类型", "kind"),
    "stage": ("阶段", "stage"),
    "funding": ("资金状态", "funding status"),
    "mode": ("建设运营方式", "delivery mode"),
    "promotion": ("招商阶段", "promotion stage"),
    "document": ("来源文件", "document"),
    "task": ("任务", "task"),
    "lead": ("牵头单位", "lead unit"),
    "support": ("配合单位", "support unit"),
    "duty": ("责任主体", "duty unit"),
    "owner": ("归属单位", "owner unit"),
    "keylist": ("重点项目名单", "list of key projects"),
    "precision": ("定位精度", "precision"),
    "ids": ("选定记录", "picked records"),
    "q": ("包含文字", "text"),
}
_PRECISION_EN: Final = {
    Precision.BUILDING: "parcel or building",
    Precision.VILLAGE: "address or village",
    Precision.TOWNSHIP: "township",
    Precision.COUNTY: "county",
    Precision.REGION: "prefecture, zone or province",
    Precision.UNLOCATED: "not located",
}
_NAMED_BY_OPTIONS: Final = frozenset(
    {"township", "zone", "document", "task", "lead", "support", "duty", "owner"}
)
SHOWN: Final = 30
"""Values written out per field; of a longer list the rest is counted."""


def filter_in_words(library: ExportSource, chosen: ProjectFilter, language: Language) -> str:
    """Return a filter as a sentence for people; a code nobody knows stands for itself.

    Areas read ``name (code)``: a name alone repeats over China.
    """
    parts = []
    for name in FIELDS:
        value = getattr(chosen, name)
        if value:
            values = [value] if isinstance(value, str) else _names(library, name, value, language)
            colon = ": " if language == "en" else "："
            parts.append(f"{_FIELD[name][language == 'en']}{colon}{_listed(values, language)}")
    return ("; " if language == "en" else "；").join(parts) or ALL[language]


def _names(library: ExportSource, field: str, values: tuple[Any, ...], language: Language) -> list[str]:
    if field in {"province", "prefecture", "county"}:
        return [_area(library, str(code)) for code in values[:SHOWN]] + [str(code) for code in values[SHOWN:]]
    if field in _NAMED_BY_OPTIONS:
        known = {option.value: option.name for option in library.options(field, ProjectFilter())}
        return [f"{known[v]} ({v})" if known.get(v, v) != v else v for v in values]
    return [_code(field, value, language) for value in values]


def _area(library: ExportSource, code: str) -> str:
    found = library.area(code)
    return f"{found.name} ({code})" if found else code


def _code(field: str, value: Any, language: Language) -> str:
    if field == "precision":
        words = _PRECISION_EN[value] if language == "en" else PRECISION_ZH[value]
        return f"{int(value)} {words}"
    if language == "zh" and isinstance(value, Category):
        return CATEGORY_ZH[value]
    return KIND_ZH[value] if language == "zh" and isinstance(value, Kind) else str(value)


def _listed(values: list[str], language: Language) -> str:
    shown = (", " if language == "en" else "、").join(values[:SHOWN])
    if len(values) <= SHOWN:
        return shown
    return f"{shown} … ({len(values)})" if language == "en" else f"{shown}…（共 {len(values)} 个）"


def head(library: ExportSource, request: ExportRequest) -> dict[str, Any]:
    """Return the facts known before the first record: title, when, credit, data version, filter."""
    practice = {"practice": dict(PRACTICE)} if request.practice else {}
    return practice | {
        "title": request.heading,
        "generated_at": request.generated_at.isoformat(),
        "data_version": library.version(),
        "credit": request.credit_line,
        "map_approval_number": request.approval_number or None,
        "filter": request.chosen.to_params(),
        "filter_in_words": filter_in_words(library, request.chosen, request.language),
    }
