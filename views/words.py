"""Words for codes, in the page's language: one table per code list."""

from collections.abc import Iterable, Mapping
from typing import Final

from projects.codes import BASIS_ZH, CATEGORY_ZH, KIND_ZH, PRECISION_ZH, ROLE_ZH, Category
from projects.fields import title
from projects.filters import ParamIssue
from projects.intake.issues import IssueCode
from projects.summary import heading
from views.i18n import Translate

CATEGORY_ORDER: Final = tuple(str(code) for code in CATEGORY_ZH)
CODE_WORDS: Final = frozenset(
    {
        "stage",
        "funding",
        "funding_status",
        "mode",
        "delivery_mode",
        "promotion",
        "promotion_stage",
        "ownership",
        "approval_type",
        "open_to_capital",
        "land_status",
        "land_tenure",
        "land_use",
        "land_quota_status",
    }
)
"""Fields whose codes are Chinese words themselves."""

TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "category": {str(k): v for k, v in CATEGORY_ZH.items()},
    "kind": {str(k): v for k, v in KIND_ZH.items()},
    "precision": {str(int(k)): v for k, v in PRECISION_ZH.items()},
    "basis": {str(k): v for k, v in BASIS_ZH.items()},
    "role": {str(k): v for k, v in ROLE_ZH.items()},
}
"""Code → Chinese word by code list."""


def category(code: str, _: Translate) -> str:
    """Return the name of a category; a code nobody knows counts as other."""
    return _(TABLES["category"].get(code, CATEGORY_ZH[Category.OTHER]))


def option_name(field: str, value: str, name: str, _: Translate) -> str:
    """Return what is shown for one value of a field; names from the library stay as they are."""
    if field in TABLES:
        return _(TABLES[field].get(value, value))
    if field == "keylist" and len(value) > YEAR_DIGITS:  # 2026省重点: a year and a level
        return f"{value[:YEAR_DIGITS]} {_(value[YEAR_DIGITS:])}"
    return _(value) if field in CODE_WORDS and value else name


YEAR_DIGITS: Final = 4


def basis(code: str | None, _: Translate) -> str:
    """Return how a value is known, in words."""
    return _(TABLES["basis"].get(code, code)) if code else ""


def role(code: str, _: Translate) -> str:
    """Return a party role in words."""
    return _(TABLES["role"].get(code, code))


def field(name: str, language: str) -> str:
    """Return the heading of a published field, else what the form calls a stored one."""
    try:
        return heading(name, language)
    except KeyError:
        return title(name, language)


def joined(names: Iterable[str], language: str) -> str:
    """Join names to a list.

    >>> joined(["a", "b"], "zh")
    'a、b'
    """
    return (", " if language == "en" else "、").join(names)


def issue(code: IssueCode, _: Translate) -> str:
    """Return what a data issue means, for the reader of a project card."""
    return {
        IssueCode.COORDINATES_OUTSIDE_COUNTY: _("坐标不在所填的县内，请核对坐标、坐标系和县"),
        IssueCode.NEAR_COUNTY_LINE: _("距县界不足 500 米，县的归属需向当地核实"),
        IssueCode.COORDINATES_OUTSIDE_COUNTRY: _("坐标在国境以外，请核对经纬度和坐标系"),
        IssueCode.COORDINATES_SWAPPED: _("经度和纬度可能颠倒，请核对"),
        IssueCode.COORDINATES_ZERO: _("坐标为零，视为没有坐标"),
        IssueCode.CRS_SUSPECT: _("坐标系可能填错，请核对"),
        IssueCode.TOWNSHIP_WITHOUT_POINT: _("所在乡镇没有可用的坐标点，因此地图上不画点"),
        IssueCode.CODE_REGION_MISMATCH: _("项目代码与所在地区不一致，请核对"),
        IssueCode.UNKNOWN_COUNTY: _("所填的县不在行政区划表中，请核对"),
        IssueCode.DUPLICATE_IN_LIBRARY: _("可能与库中另一条记录重复，请核对"),
    }.get(code, _("有一个值需要核对（{code}）").format(code=code))


def param_issue(found: ParamIssue, _: Translate) -> str:
    """Return a sentence on a link parameter that could not be used."""
    if found.reason == "too_many":
        return _("链接中的参数 {name} 有 {value} 个值，超出上限，只用了前面的部分。").format(
            name=found.name, value=found.value
        )
    return _("链接中的参数 {name}={value} 无法识别，已忽略；其余条件仍然有效。").format(
        name=found.name, value=found.value
    )
