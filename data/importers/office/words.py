"""The written tables of words: headings (``headings.csv``) and values (``words.csv``), read once."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Final

from data.importers.tables import REFERENCE, read
from projects.fields import (
    APPROVAL_FIELDS,
    COORDINATE_FIELDS,
    FIELDS,
    FINANCE_FIELDS,
    MILESTONE_FIELDS,
    Field,
)
from projects.names import normalised
from projects.summary import COLUMNS

PROJECT, FINANCE, MILESTONE, APPROVAL = "项目", "资金", "里程碑", "审批手续"
SHEETS: Final = (PROJECT, FINANCE, MILESTONE, APPROVAL)
LINE_FIELDS: Final[Mapping[str, tuple[Field, ...]]] = {
    PROJECT: (*FIELDS, *COORDINATE_FIELDS),
    FINANCE: FINANCE_FIELDS,
    MILESTONE: MILESTONE_FIELDS,
    APPROVAL: APPROVAL_FIELDS,
}
"""The fields of each sheet; their own headings are understood without a line in the table."""

_FOLDER: Final = REFERENCE / "import"
_MORE_NOISE: Final = re.compile(r"[*＊:：/\\#?？!！;；~|]+")
_YEAR: Final = "{year}"


def bare(text: str) -> str:
    """Return a heading or a word in the form in which two spellings are equal.

    >>> bare(" 县（市、区） *") == bare("县(市、区)")
    True
    """
    return _MORE_NOISE.sub("", normalised(text))


def folded(text: str) -> str:
    """Return a value in half width and small letters without outer or inner blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


@cache
def headings(sheet: str) -> Mapping[str, str]:
    """Return the field path of each known heading of a sheet, by its bare form; years stay open."""
    found: dict[str, str] = {}
    for field in LINE_FIELDS[sheet]:
        for title in (field.zh, field.zh.partition("（")[0] if field.unit_zh else "", field.en, field.name):
            if title:
                found.setdefault(bare(title), field.name)
    for row in read(_FOLDER / "headings.csv"):
        alias = str(row["alias"])
        if row["sheet"] == sheet and _YEAR not in alias:
            found.setdefault(bare(alias), str(row["field"]))
    if sheet == PROJECT:
        for column in COLUMNS:  # what our own exports carry and nobody fills in
            for title in (column.name, column.zh, column.en):
                found.setdefault(bare(title), "ignore")
    return found


@cache
def year_headings() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return patterns of headings that hold a year, with the path they lead to."""
    rows = [row for row in read(_FOLDER / "headings.csv") if _YEAR in str(row["alias"])]
    parts = [(str(row["alias"]).split(_YEAR), str(row["field"])) for row in rows]
    return tuple(
        (re.compile(r"((?:19|20|21)\d\d)".join(re.escape(bare(part)) for part in alias)), field)
        for alias, field in parts
    )


@cache
def words(kind: str) -> Mapping[str, str]:
    """Return the value of each word of a kind, by its folded form."""
    return _by_kind().get(kind, {})


@cache
def factors(kind: str) -> Mapping[str, Decimal]:
    """Return how many of the library's unit one of a written unit is, by its folded form."""
    return {word: Decimal(value) for word, value in words(kind).items()}


@cache
def labels(kind: str) -> Mapping[str, str]:
    """Return the value of each word of a list, by its bare form."""
    return {bare(word): value for word, value in words(kind).items() if bare(word)}


@cache
def thresholds(rule: str) -> tuple[Decimal, Decimal]:
    """Return below and above which a figure is doubted (``thresholds.csv``, which says why)."""
    rows = {row["rule"]: row for row in read(_FOLDER / "thresholds.csv")}
    return Decimal(str(rows[rule]["lowest"])), Decimal(str(rows[rule]["highest"]))


@cache
def _by_kind() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in read(_FOLDER / "words.csv"):
        found[str(row["kind"])][folded(str(row["alias"]))] = row["value"] or ""
    return found
