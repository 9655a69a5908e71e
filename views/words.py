"""Words for codes, in the page's language: one table per code list."""

from collections.abc import Mapping

from projects.codes import BASIS_ZH, CATEGORY_ZH, KIND_ZH, PRECISION_ZH, ROLE_ZH
from projects.filters import ParamIssue
from projects.issues import IssueCode
from projects.summary import heading
from views.i18n import Translate


def category(code: str, _: Translate) -> str:
    """Return the name of a category."""
    return _(CATEGORY_ZH.get(code, code))  # type: ignore[call-overload, no-any-return]


def option_name(field: str, value: str, name: str, _: Translate) -> str:
    """Return what a filter widget shows for one value; names from the library stay as they are."""
    tables: dict[str, Mapping[str, str]] = {
        "category": {str(k): v for k, v in CATEGORY_ZH.items()},
        "kind": {str(k): v for k, v in KIND_ZH.items()},
        "precision": {str(int(k)): v for k, v in PRECISION_ZH.items()},
    }
    if field in tables:
        return _(tables[field].get(value, value))
    return _(value) if field in ("stage", "funding") else name


def basis(code: str | None, _: Translate) -> str:
    """Return how a value is known, in words."""
    return _({str(k): v for k, v in BASIS_ZH.items()}.get(code or "", code or "")) if code else ""


def role(code: str, _: Translate) -> str:
    """Return a party role in words."""
    return _({str(k): v for k, v in ROLE_ZH.items()}.get(code, code))


def field(name: str, language: str) -> str:
    """Return the heading of a published field."""
    try:
        return heading(name, language)
    except KeyError:
        return name


def issue(code: IssueCode, _: Translate) -> str:
    """Return what a data issue means, for the reader of a project card."""
    return {
        IssueCode.COORDINATES_OUTSIDE_COUNTY: _("坐标不在所填的县内，请核对坐标、坐标系和县"),
        IssueCode.NEAR_COUNTY_LINE: _("距县界不足 500 米，县的归属需向当地核实"),
    }.get(code, str(code))


def param_issue(found: ParamIssue, _: Translate) -> str:
    """Return a sentence on a link parameter that could not be used."""
    return _("链接中的参数 {name}={value} 无法识别，已忽略；其余条件仍然有效。").format(
        name=found.name, value=found.value)
