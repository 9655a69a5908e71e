"""What the fields of a snapshot are called, and their values in words; the same on page and in files."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from projects import fields
from projects.codes import BASIS_ZH, CATEGORY_ZH, KIND_ZH, PRECISION_ZH
from projects.fields import FieldType, JsonValue

Say = Callable[[str], str]
"""Translates a word of a code list."""

_TITLES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "id": ("编号", "ID"),
        "province_code": ("省级代码", "Province code"),
        "prefecture_code": ("地市代码", "Prefecture code"),
        "county_code": ("县级代码", "County code"),
        "prefecture": ("地市", "Prefecture"),
        "county": ("县（市、区）", "County"),
        "township": ("乡镇（街道）", "Township"),
        "zone": ("功能区", "Zone"),
        "precision": ("定位精度", "Location precision"),
        "committed": ("已落实资金（万元）", "Committed (10,000 CNY)"),
        "received": ("到位资金（万元）", "Received (10,000 CNY)"),
        "funding_status": ("资金状态", "Funding status"),
        "start_planned": ("计划开工", "Planned start"),
        "start_actual": ("实际开工", "Actual start"),
        "end_planned": ("计划竣工", "Planned completion"),
        "end_actual": ("实际竣工", "Actual completion"),
        "lead_units": ("牵头（责任）单位", "Lead units"),
        "owner_unit": ("归属单位", "Owner unit"),
        "basis": ("依据", "Basis"),
    }
)
"""Fields of a snapshot that nobody fills in under that name; the others are record fields."""

_CODES: Final[Mapping[str, Mapping[Any, str]]] = MappingProxyType(
    {
        "category": {str(k): v for k, v in CATEGORY_ZH.items()},
        "kind": {str(k): v for k, v in KIND_ZH.items()},
        "basis": {str(k): v for k, v in BASIS_ZH.items()},
        "precision": {str(int(k)): v for k, v in PRECISION_ZH.items()},
    }
)
_MEASURED: Final = (FieldType.MONEY, FieldType.DECIMAL, FieldType.INTEGER)
_SAID: Final = ("stage", "promotion_stage", "delivery_mode", "ownership", "land_status", "funding_status")


def title(path: str, language: str = "zh") -> str:
    """Return what people call a field of a snapshot, or the plan of a year.

    >>> title("plan/2027"), title("stage"), title("county", "en")
    ('2027年计划投资（万元）', '阶段', 'County')
    """
    english = language == "en"
    kind, _, year = path.partition("/")
    if kind == "plan":
        return f"Planned for {year} (10,000 CNY)" if english else f"{year}年计划投资（万元）"
    if path in _TITLES:
        return _TITLES[path][english]
    return fields.title(path, language)


def is_amount(path: str) -> bool:
    """Return whether a path holds a quantity, to be written with separators.

    >>> is_amount("plan/2027"), is_amount("beds"), is_amount("county_code")
    (True, True, False)
    """
    field = fields.field_of(path)
    return (
        path.startswith("plan/")
        or path in ("committed", "received")
        or bool(field and field.type in _MEASURED)
    )


def value(path: str, held: JsonValue, say: Say) -> str:
    """Return a value in words; unknown is said, and a year without an amount is not a year out of the plan.

    >>> [value("plan/2027", v, str) for v in (None, "", "0")]
    ['不在列', '在列，金额未知', '0']
    >>> value("category", "tcm", str), value("beds", None, str)
    ('中医药', '未知')
    """
    if path.startswith("plan/") and not held:
        return say("不在列") if held is None else say("在列，金额未知")
    if held is None:
        return say("未知")
    if path in _CODES:
        return say(_CODES[path].get(str(held), str(held)))
    return say(str(held)) if path in _SAID else str(held)
