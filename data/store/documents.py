"""A record's rows as a document: the one mapping for the present and for every past version.

``Rows`` are row images by table as the history keeps them (numbers as ``Decimal``, geometry as hexadecimal
EWKB), read from the tables or from history. ``document`` reads them; ``data.store.rewriting`` writes a
document's paths back into them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

import shapely
import shapely.geometry

from projects import paths
from projects.codes import PartyRole
from projects.fields import BY_NAME, Document, FieldType, JsonValue
from projects.values import UNSTATED, plain

Row = dict[str, Any]
Rows = dict[str, list[Row]]
"""Table name → the record's rows in it; ``project`` has one."""

KEYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "project": ("id",),
        "project_alias": ("project_id", "alias"),
        "project_area": ("project_id", "county_code", "relation"),
        "project_party": ("project_id", "role", "unit_id"),
        "finance_line": ("id",),
        "annual_plan": ("project_id", "year"),
        "milestone": ("id",),
        "approval_step": ("id",),
        "project_place": ("id",),
    }
)
"""The tables that a document is made of, with their primary keys; parents first."""

CHILDREN: Final = tuple(table for table in KEYS if table != "project")

SINGLE: Final = tuple(name for name in BY_NAME if "/" not in name and name not in ("aliases", "areas"))
"""Paths that are one column of ``project`` (contacts are one key of a column)."""

PARTY_ROLES: Final = tuple(role for role in PartyRole if f"party/{role}" in BY_NAME)

TABLE_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "alias": "project_alias",
        "area": "project_area",
        "party": "project_party",
        "finance": "finance_line",
        "annual_plan": "annual_plan",
        "milestone": "milestone",
        "approval": "approval_step",
        "place": "project_place",
    }
)
"""First part of a path → the table whose rows it names."""


def key_of(table: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the primary key of a row."""
    return tuple(row[name] for name in KEYS[table])


def project_of(rows: Rows) -> Row:
    """Return the row of ``project``."""
    return rows["project"][0]


def document(rows: Rows, units: Mapping[str, str]) -> dict[str, JsonValue]:
    """Return the document of a record's rows, without what is unknown; ``units`` is unit id → name.

    A record that does not exist (no row of ``project``) is the empty document.
    """
    if not rows.get("project"):
        return {}
    found = dict(_single(project_of(rows)))
    for kind, table in TABLE_OF.items():
        if kind != "party":
            found |= {
                path: _VALUES[kind](row) for row in rows.get(table, ()) for path in [_path(kind, row)] if path
            }
    return found | _parties(rows.get("project_party", ()), units)


def rows_of(rows: Rows, path: str) -> list[Row]:
    """Return the rows that a list path stands for (several for ``party/<role>``), none for a single field."""
    kind, _, rest = path.partition("/")
    if kind not in TABLE_OF:
        return []
    held = rows.get(TABLE_OF[kind], [])
    if kind == "party":
        return [row for row in held if row["role"] == rest]
    return [row for row in held if _path(kind, row) == path]


def cell(row: Mapping[str, Any], name: str) -> JsonValue:
    """Return one single field of a row of ``project`` as a document holds it."""
    if name.startswith("contact_"):
        return (row.get("contact") or {}).get(name.removeprefix("contact_")) or None
    return scalar(BY_NAME[name].type, row.get(name))


def scalar(kind: FieldType, value: Any) -> JsonValue:
    """Return one value of a row as a document holds it: amounts as plain text, 未明确 as unknown."""
    if value is None or value in ("", UNSTATED):
        return None
    if kind in (FieldType.MONEY, FieldType.DECIMAL):
        return plain(value if isinstance(value, Decimal) else Decimal(str(value)))
    if kind in (FieldType.INTEGER, FieldType.YEAR):
        return int(value)
    return value  # type: ignore[no-any-return]


_CONTACTS: Final = tuple(name for name in SINGLE if name.startswith("contact_"))
_COLUMNS: Final = MappingProxyType({name: BY_NAME[name] for name in SINGLE if name not in _CONTACTS})
FILLED_IN: Final = tuple(_COLUMNS)
"""The columns of ``project`` that a field of the form fills in: a new field is stored without a line here."""


def _single(row: Mapping[str, Any]) -> Iterator[tuple[str, JsonValue]]:
    for name, field in _COLUMNS.items():
        value = row.get(name)
        if value is not None and (shown := scalar(field.type, value)) is not None:
            yield name, shown
    for name in _CONTACTS:
        if (shown := cell(row, name)) is not None:
            yield name, shown
    if row.get("deleted_at"):
        yield "deleted", True
    if row.get("merged_into_id"):
        yield "merged_into_id", row["merged_into_id"]


def _parties(held: Iterable[Mapping[str, Any]], units: Mapping[str, str]) -> dict[str, JsonValue]:
    found: dict[str, dict[JsonValue, None]] = {}
    for row in sorted(held, key=lambda row: (row.get("position") or 0, row["unit_id"])):
        if row["role"] in PARTY_ROLES:  # two units that were merged have one name
            found.setdefault(f"party/{row['role']}", {})[units.get(row["unit_id"], row["unit_id"])] = None
    return {path: list(names) for path, names in found.items()}


def _path(kind: str, row: Mapping[str, Any]) -> str:
    """Return the path of a row, empty for one that no document shows (a candidate county)."""
    if kind == "area" and row["relation"] != "touches":
        return ""
    return f"{kind}/{row[_NAMED_BY[kind]]}"


_NAMED_BY: Final = MappingProxyType(
    {
        "alias": "alias",
        "area": "county_code",
        "finance": "id",
        "annual_plan": "year",
        "milestone": "code",
        "approval": "code",
        "place": "position",
    }
)


def _finance(row: Mapping[str, Any]) -> JsonValue:
    return {
        "source": row["source"],
        "status": row["status"],
        "amount": scalar(FieldType.MONEY, row["amount"]),
        "year": scalar(FieldType.YEAR, row["year"]),
        "subsidy": bool(row["subsidy"]),
        "note": row["source_note"] or None,
    }


def _milestone(row: Mapping[str, Any]) -> JsonValue:
    return {
        "planned_on": row["planned_on"],
        "actual_on": row["actual_on"],
        "title": row["title"] or None,
        "note": row["source_note"] or None,
    }


def _approval(row: Mapping[str, Any]) -> JsonValue:
    return {
        "planned_on": row["planned_on"],
        "actual_on": row["actual_on"],
        "number": row["number"] or None,
        "authority": row["authority"] or None,
        "note": row["source_note"] or None,
    }


def _place(row: Mapping[str, Any]) -> JsonValue:
    columns = (key for key in paths.PLACE_KEYS if key != "geometry")
    values: dict[str, JsonValue] = {key: row[key] if row[key] != "" else None for key in columns}
    return {"geometry": shape_of(row["geom"]), **values, "precision": int(row["precision"])}


def shape_of(geom: Any) -> dict[str, JsonValue] | None:
    """Return the geometry of a row image (hexadecimal EWKB, or GeoJSON about to be stored) as GeoJSON."""
    member = shapely.geometry.mapping(shapely.from_wkb(geom)) if isinstance(geom, str) else geom
    return paths.geometry(member)


_VALUES: Final[Mapping[str, Callable[[Mapping[str, Any]], JsonValue]]] = MappingProxyType(
    {
        "alias": lambda row: True,  # noqa: ARG005
        "area": lambda row: True,  # noqa: ARG005
        "finance": _finance,
        "annual_plan": lambda row: scalar(FieldType.MONEY, row["amount"]),
        "milestone": _milestone,
        "approval": _approval,
        "place": _place,
    }
)


def provenance(rows: Rows) -> Mapping[str, Mapping[str, str]]:
    """Return where each value comes from, by path (rows of lists included)."""
    return project_of(rows).get("provenance") or {}


def unit_ids(images: Iterable[Rows]) -> set[str]:
    """Return the units that records name, whose names their documents need."""
    return {row["unit_id"] for rows in images for row in rows.get("project_party", ())}


def same_document(left: Document, right: Document) -> bool:
    """Whether two documents say the same; absent and None are one."""
    return all(left.get(path) == right.get(path) for path in {*left, *right})
