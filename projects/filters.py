"""The one filter that page, address bar, export and command line share.

``from_params`` never raises: what it cannot read it leaves out and reports, so a broken link still opens a
page.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict, field_validator

from projects.codes import Category, DeliveryMode, FundingStatus, Kind, Precision, PromotionStage, Stage
from projects.lifecycle.key_lists import ListLevel

MAX_TEXT: Final = 60
MAX_VALUES: Final = 500
MAX_ISSUES: Final = 20
"""So many bad values of one parameter are quoted; a broken link of a megabyte does not fill the page."""


class ParamIssue(NamedTuple):
    """One parameter that could not be used.

    Its name, the value as given, and why (a code, not a sentence).
    """

    name: str
    value: str
    reason: str


class ProjectFilter(BaseModel):
    """Which records are wanted; an empty field does not restrict, the fields are joined with *and*.

    ``province``, ``prefecture`` and ``county`` hold six-digit codes (GB/T 2260) and match every record that
    lies in or touches one of them; ``owner`` holds owner units, ``keylist`` lists of key projects by year and
    level (``2026省重点``). ``ids`` is a hand-picked basket.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    province: tuple[str, ...] = ()
    prefecture: tuple[str, ...] = ()
    county: tuple[str, ...] = ()
    township: tuple[str, ...] = ()
    zone: tuple[str, ...] = ()
    category: tuple[Category, ...] = ()
    kind: tuple[Kind, ...] = ()
    stage: tuple[Stage, ...] = ()
    funding: tuple[FundingStatus, ...] = ()
    mode: tuple[DeliveryMode, ...] = ()
    promotion: tuple[PromotionStage, ...] = ()
    document: tuple[str, ...] = ()
    task: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    duty: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    keylist: tuple[str, ...] = ()
    precision: tuple[Precision, ...] = ()
    ids: tuple[str, ...] = ()
    q: str = ""

    @field_validator("q")
    @classmethod
    def _short_text(cls, value: str) -> str:
        cleaned = " ".join("".join(c for c in value if c.isprintable()).split())
        return cleaned[:MAX_TEXT]

    @property
    def is_empty(self) -> bool:
        """True when nothing restricts the library."""
        return not self.to_params()

    def to_params(self) -> dict[str, str]:
        """Return the address-bar parameters that reproduce this filter; empty fields are left out.

        >>> ProjectFilter(county=("440232",), category=(Category.TCM, Category.HOSPITAL)).to_params()
        {'county': '440232', 'category': 'tcm,hospital'}
        """
        params: dict[str, str] = {}
        for name in FIELDS:
            value = getattr(self, name)
            if value:
                params[name] = value if isinstance(value, str) else ",".join(_text(v) for v in value)
        return params

    def with_(self, **changes: object) -> "ProjectFilter":
        """Return a copy with some fields replaced and checked again."""
        return ProjectFilter.model_validate(self.model_dump() | changes)


FIELDS: Final = tuple(ProjectFilter.model_fields)

_CODE: Final = re.compile(r"[0-9]{6}")
_PATTERNS: Final[Mapping[str, re.Pattern[str]]] = {
    "province": _CODE,
    "prefecture": _CODE,
    "county": _CODE,
    "township": re.compile(r"[0-9]{9}"),
    "zone": re.compile(r"[a-z0-9-]{1,60}"),
    "document": re.compile(r"[a-z0-9-]{1,20}"),
    "task": re.compile(r"[A-Za-z0-9.\-]{1,40}"),
    "lead": re.compile(r"[a-z0-9-]{1,80}"),
    "support": re.compile(r"[a-z0-9-]{1,80}"),
    "duty": re.compile(r"[a-z0-9-]{1,80}"),
    "owner": re.compile(r"[a-z0-9-]{1,80}"),
    "keylist": re.compile("(19|20|21)[0-9]{2}(" + "|".join(ListLevel) + ")"),
    "ids": re.compile(r"[A-Z]{1,8}-[0-9]{1,9}"),
}
_LISTS: Final[Mapping[str, type[StrEnum]]] = {
    "category": Category,
    "kind": Kind,
    "stage": Stage,
    "funding": FundingStatus,
    "mode": DeliveryMode,
    "promotion": PromotionStage,
}


def from_params(params: Mapping[str, str]) -> tuple[ProjectFilter, list[ParamIssue]]:
    """Read a filter from address-bar parameters; unknown names are ignored, bad values left out and reported.

    >>> chosen, issues = from_params({"county": "440232,44<b>", "category": "tcm", "lang": "en"})
    >>> chosen.county, chosen.category[0].value, issues[0].value
    (('440232',), 'tcm', '44<b>')
    """
    fields: dict[str, object] = {}
    issues: list[ParamIssue] = []
    for name in FIELDS:
        raw = params.get(name, "")
        if not raw:
            continue
        if name == "q":
            fields["q"] = raw
            continue
        good, bad = _read_values(name, raw)
        fields[name] = tuple(good)
        issues.extend(bad)
    return ProjectFilter.model_validate(fields), issues


def _read_values(name: str, raw: str) -> tuple[list[object], list[ParamIssue]]:
    """Split a comma-separated parameter into usable values and issues, keeping order, dropping repeats."""
    texts = list(dict.fromkeys(_split(raw)))
    read = [(text, _read_one(name, text)) for text in texts[:MAX_VALUES]]
    bad = [ParamIssue(name, text[:MAX_TEXT], "not_in_list") for text, value in read if value is None][
        :MAX_ISSUES
    ]
    if len(texts) > MAX_VALUES:
        bad.append(ParamIssue(name, str(len(texts)), "too_many"))
    return [value for _, value in read if value is not None], bad


def _read_one(name: str, text: str) -> object | None:
    if name in _LISTS:
        return _LISTS[name](text) if text in set(_LISTS[name]) else None
    if name == "precision":
        return Precision(int(text)) if text in {str(int(p)) for p in Precision} else None
    return text if _PATTERNS[name].fullmatch(text) else None


def _split(raw: str) -> Iterable[str]:
    return (part.strip() for part in raw.split(",") if part.strip())


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, Precision) else str(value)
