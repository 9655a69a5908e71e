"""One cell of a directory → its stored value, or what is wrong with it; read as an office's files are."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

from data.importers.office import cells as office
from data.importers.office import headings
from data.importers.office.cells import Finding, Typed
from data.importers.office.context import CheckContext, Found
from data.importers.office.grid import Cell
from data.importers.office.words import factors
from projects.directories.model import Column, ColumnType
from projects.fields import Field, FieldType, Group, JsonValue
from projects.intake.import_words import said
from projects.intake.issues import Severity

Said = tuple[str, str]
"""A sentence in Chinese and in English."""

_TYPES: Final[Mapping[ColumnType, FieldType]] = {
    ColumnType.TEXT: FieldType.TEXT,
    ColumnType.LONG_TEXT: FieldType.LONG_TEXT,
    ColumnType.CHOICE: FieldType.CHOICE,
    ColumnType.BOOLEAN: FieldType.BOOLEAN,
    ColumnType.INTEGER: FieldType.INTEGER,
    ColumnType.DECIMAL: FieldType.DECIMAL,
    ColumnType.MONEY: FieldType.DECIMAL,
    ColumnType.AREA_M2: FieldType.DECIMAL,
    ColumnType.DATE: FieldType.DATE,
    ColumnType.YEAR: FieldType.YEAR,
    ColumnType.URL: FieldType.TEXT,
    ColumnType.COUNTY: FieldType.COUNTY,
    ColumnType.UNIT: FieldType.TEXT,
    ColumnType.PROJECT: FieldType.RECORD,
}
_MEASURES: Final[Mapping[ColumnType, str]] = {
    ColumnType.MONEY: "total_investment",
    ColumnType.AREA_M2: "floor_area_m2",
    ColumnType.INTEGER: "jobs",
    ColumnType.DECIMAL: "jobs",
}
"""The field of a record whose units of measurement a column shares."""
_HOST: Final = re.compile(r"[\w.-]+(?::[0-9]{1,5})?", re.ASCII)
UNIT_OF: Final[Mapping[ColumnType, str]] = {ColumnType.MONEY: "money", ColumnType.AREA_M2: "area"}


@dataclass(frozen=True, slots=True)
class Read:
    """A cell as read: its stored value, what keeps it out, what is worth a look, whether it empties."""

    value: JsonValue = None
    fault: Said | None = None
    remark: Said | None = None
    cleared: bool = False


Reader = Callable[[Cell], Read]


def reader(column: Column, heading: headings.Column | None, areas: "Areas") -> Reader:
    """Return what reads the cells of a column; ``heading`` tells the unit that a file's heading names."""
    read = office.reader(heading or as_column(column))
    further = _FURTHER.get(column.type)

    def one(cell: Cell) -> Read:
        typed = read(cell)
        if typed.value is None or further is None:
            return _plainly(typed)
        return further(str(typed.value), areas)

    return one


def as_column(column: Column, index: int = 0, heading: str = "", unit: str = "") -> headings.Column:
    """Return a column in the terms of an office's file; ``unit`` is the one that its heading names."""
    path = _MEASURES.get(column.type, "")
    quantity = UNIT_OF.get(column.type, "")
    factor = factors(quantity)[unit] if unit else Decimal(1)
    return headings.Column(index, heading or column.zh, path, as_field(column), unit, factor)


def as_field(column: Column) -> Field:
    """Return a column in the terms of a record's fields, which know how values are checked."""
    return Field(
        "directory_cell",
        Group.IDENTITY,
        _TYPES[column.type],
        column.zh,
        column.en,
        choices={choice: choice for choice in column.choices},
        longest=column.longest,
        lowest=column.lowest,
        highest=column.highest,
        help_zh=column.help_zh,
        help_en=column.help_en,
    )


def _plainly(typed: Typed) -> Read:
    faults = [one for one in typed.findings if one.severity is Severity.ERROR]
    others = [one for one in typed.findings if one.severity is not Severity.ERROR]
    return Read(
        typed.value,
        sentence(faults[0]) if faults else None,
        sentence(others[0]) if others else None,
        typed.cleared,
    )


def sentence(finding: Finding) -> Said:
    """Return a finding in both languages: what was done, and what to do."""
    zh = "；".join(part for part in said(finding.key, finding.values) if part)
    en = "; ".join(part for part in said(finding.key, finding.values, "en") if part)
    return zh, en


def _url(text: str, areas: "Areas") -> Read:  # noqa: ARG001 - readers look alike
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and bool(_HOST.fullmatch(parts.netloc))
    except ValueError:
        sound = False
    if sound and text.isprintable() and not re.search(r"[\s\"'<>\\`{}|^]", text):
        return Read(text)
    return Read(
        fault=(
            f"“{text[:80]}”不是网址：请写完整，以 http:// 或 https:// 开头，不带账号和空格",
            f"{text[:80]!r} is no address: write all of it, beginning with http:// or https://, without an"
            " account or blanks",
        )
    )


@dataclass(frozen=True, slots=True)
class Areas:
    """The counties that a directory may name: those of its area."""

    context: CheckContext
    inside: frozenset[str]
    area_name: str

    def read(self, text: str) -> Read:
        """Return the code of a county by code or name, or why it is not taken."""
        found = self.context.places.counties(text)
        if len(found.codes) == 1:
            return self._held(found.codes[0], text)
        return Read(fault=_unknown_county(text, found))

    def _held(self, code: str, text: str) -> Read:
        if code in self.inside:
            return Read(code)
        return Read(
            fault=(
                f"“{text}”不在本名录的地区（{self.area_name}）内",
                f"{text!r} does not lie in the area of this directory ({self.area_name})",
            )
        )


def _unknown_county(text: str, found: Found) -> Said:
    if found.coarser:
        return (
            f"“{text}”是地市或省：请写到县（市、区）",
            f"{text!r} is a prefecture or province: name the county",
        )
    if len(found.codes) > 1:
        return (
            f"有 {len(found.codes)} 个“{text}”：请在前面写上地市，或写代码",
            f"{len(found.codes)} counties are called {text!r}: add the prefecture or write the code",
        )
    near = (f"，是不是“{found.near}”？", f"; is it {found.near!r}?") if found.near else ("", "")
    return f"没有“{text}”这个县（市、区）{near[0]}", f"there is no county {text!r}{near[1]}"


_FURTHER: Final[Mapping[ColumnType, Callable[[str, Areas], Read]]] = {
    ColumnType.URL: _url,
    ColumnType.COUNTY: lambda text, areas: areas.read(text),
}
