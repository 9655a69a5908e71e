"""The lists behind the drop-downs of an office workbook, and the words for the codes of a record.

A county, township or zone is shown by its name where no other in the lists has the same, by its code where
one has, so that what is shown always leads back to one code.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, text

from projects.fields import Field, FieldType
from projects.identity import OwnerUnit, UnitKind

YES_NO: Final = ("是", "否")


@dataclass(frozen=True, slots=True)
class Lists:
    """Code → what is shown, for the places of one unit's area, in code order."""

    counties: Mapping[str, str] = field(default_factory=dict)
    townships: Mapping[str, str] = field(default_factory=dict)
    zones: Mapping[str, str] = field(default_factory=dict)
    neighbours: Mapping[str, str] = field(default_factory=dict)
    """Names of all counties, for records that touch others; not offered as a list."""

    def shown(self, kind: FieldType, code: str) -> str:
        """Return the word for a code, the code itself when there is none."""
        table = self._tables().get(kind, {})
        return table.get(code) or (self.neighbours.get(code, code) if kind is FieldType.COUNTY else code)

    def options(self, field_: Field) -> Sequence[str]:
        """Return what the drop-down of a field offers, empty for a field without one."""
        if field_.type is FieldType.CHOICE:
            return tuple(field_.choices.values())
        if field_.type is FieldType.BOOLEAN:
            return YES_NO
        return tuple(self._tables().get(field_.type, {}).values())

    def _tables(self) -> Mapping[FieldType, Mapping[str, str]]:
        return {
            FieldType.COUNTY: self.counties,
            FieldType.TOWNSHIP: self.townships,
            FieldType.ZONE: self.zones,
        }


def lists_of(connection: Connection, unit: OwnerUnit) -> Lists:
    """Read the counties, townships and zones of a unit's area; a zone or department has its prefecture's."""
    areas = connection.execute(_COUNTIES, {"area": unit.area_code}).all()
    own = {row.code for row in areas if row.inside}
    townships = connection.execute(_TOWNSHIPS, {"counties": sorted(own)}).all()
    zones = connection.execute(_ZONES, {"prefecture": _zone_prefecture(unit)}).all()
    return Lists(
        _unambiguous((row.code, row.name) for row in areas if row.inside),
        _unambiguous((row.code, row.name) for row in townships),
        _unambiguous((row.id, row.name) for row in zones),
        _unambiguous((row.code, row.name) for row in areas),
    )


def _zone_prefecture(unit: OwnerUnit) -> str | None:
    """Return the prefecture whose zones are offered, None for all of them (a province)."""
    return None if unit.kind is UnitKind.PROVINCE else unit.prefecture_code or unit.area_code


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return code → name; a name that several codes share is replaced by the code.

    >>> _unambiguous([("1", "城关镇"), ("2", "城关镇"), ("3", "乐城街道")])
    {'1': '1', '2': '2', '3': '乐城街道'}
    """
    listed = list(pairs)
    seen = Counter(name for _, name in listed)
    return {code: name if seen[name] == 1 else code for code, name in listed}


_COUNTIES: Final = text("""
SELECT code, name, code = :area OR prefecture_code = :area OR province_code = :area AS inside
  FROM area WHERE level = 'county' ORDER BY code""")
_TOWNSHIPS: Final = text(
    "SELECT code, name FROM township WHERE county_code = ANY (CAST(:counties AS text[])) ORDER BY code"
)
_ZONES: Final = text(
    "SELECT id, name FROM zone"
    " WHERE CAST(:prefecture AS text) IS NULL OR prefecture_code = :prefecture ORDER BY id"
)
