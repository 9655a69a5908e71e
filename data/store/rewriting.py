"""Writing a document's paths back into a record's row images: reported values, and past ones put back.

Pure: the rows come in as they stand and go out as they shall be; ``data.store.storing`` writes the
difference. What an office gives is ``reported`` and says by whom, when and from which source. What is put
back regains the basis and the source it had: its rows come from the past image as they were.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from data.store.documents import TABLE_OF, Row, Rows, project_of, rows_of, shape_of
from projects.codes import Basis, Method, QuantityBasis, Stage
from projects.fields import JsonValue
from projects.filing.changes import FieldChange
from projects.names import normalised
from projects.values import UNSTATED

ALIAS_KIND: Final = "reported"
_CONTACTS: Final = ("contact_name", "contact_phone")


@dataclass(frozen=True, slots=True)
class Lookup:
    """What codes and names stand for, read once for all records of a change set."""

    areas: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    """County code → prefecture code, province code."""
    townships: Mapping[str, str] = field(default_factory=dict)
    """Township code → name."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Unit name as filed → unit id."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who reports what, when, from which source."""

    by: str
    on: str
    """The day it was filed (ISO)."""
    at: str
    """The moment it is applied (ISO)."""
    source: str
    """The id of a source, or in words: the unit's own report."""

    def origin(self, locator: str) -> dict[str, str]:
        """Return the provenance of a reported value; ``locator`` is its place in the source.

        Who reported it stands in the history alone: provenance is read by people without an account too.
        """
        found = {"basis": str(Basis.REPORTED), "source": self.source, "on": self.on}
        return found | ({"locator": locator} if locator else {})


def copied(rows: Rows) -> Rows:
    """Return rows that ``put`` and ``put_back`` can change without changing the given ones."""
    found = {table: [dict(row) for row in held] for table, held in rows.items()}
    project_of(found)["provenance"] = dict(project_of(found).get("provenance") or {})
    return found


def put(rows: Rows, change: FieldChange, stamp: Stamp, lookup: Lookup) -> None:
    """Write one new value (in its stored form) into the rows, as reported; None takes it away."""
    path, value = change.path, change.new
    kind, _, rest = path.partition("/")
    if kind in _LISTS:
        _LISTS[kind](rows, rest, value, lookup)
    elif kind == "deleted":
        project_of(rows)["deleted_at"] = stamp.at if value else None
        return
    elif kind == "merged_into_id":
        project_of(rows)["merged_into_id"] = value
        return
    else:
        _single(rows, path, value, lookup)
    known = project_of(rows)["provenance"]
    if value is None:  # what is unknown has no basis; who emptied it stands in the history
        known.pop(_source_key(path), None)
    else:
        origin = stamp.origin(change.locator)
        known[_source_key(path)] = origin | {"basis": str(basis_of(value))}


def basis_of(value: JsonValue) -> Basis:
    """Return how a filed value is known: reported, but for a place that a service, list or model gave."""
    method = value.get("method") if isinstance(value, dict) else None
    if method == Method.SITING:
        return Basis.MODELLED
    return Basis.DERIVED if method in _WORKED_OUT else Basis.REPORTED


_WORKED_OUT: Final = (Method.GEOCODER, Method.GAZETTEER, Method.CENTROID)


def put_back(rows: Rows, path: str, past: Rows) -> None:
    """Write one value as it was in a past image, with the basis and source it had."""
    kind = path.partition("/")[0]
    if kind in TABLE_OF:
        _swap(rows, TABLE_OF[kind], rows_of(rows, path), rows_of(past, path))
    else:
        _columns_back(rows, path, past)
    known, then = project_of(rows)["provenance"], project_of(past).get("provenance") or {}
    name = _source_key(path)
    known.pop(name, None)
    if name in then:
        known[name] = then[name]


def _source_key(path: str) -> str:
    return _SOURCE_KEYS.get(path, path)


_SOURCE_KEYS: Final = MappingProxyType({"township_code": "township"})
"""Where the provenance of a field stands under another name than the field's."""

_COMPANIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "name": ("name", "name_normalised"),
        "county_code": ("county_code", "county_basis", "prefecture_code", "province_code"),
        "township_code": ("township_code", "township", "township_basis"),
        "quantity": ("quantity", "quantity_basis"),
        "stage": ("stage", "basis"),
        "deleted": ("deleted_at",),
    }
)
"""The columns that one path stands for, where they are more than one or otherwise called."""


def _columns_back(rows: Rows, path: str, past: Rows) -> None:
    now, then = project_of(rows), project_of(past)
    if path in _CONTACTS:
        _contact(now, path, (then.get("contact") or {}).get(path.removeprefix("contact_")))
        return
    for column in _COMPANIONS.get(path, (path,)):
        now[column] = then.get(column)  # an image older than the column knows nothing of it
    if path == "county_code":
        candidates = [row for row in past.get("project_area", ()) if row["relation"] == "candidate"]
        _swap(rows, "project_area", _candidates(rows), candidates)


def _swap(rows: Rows, table: str, out: list[Row], into: list[Row]) -> None:
    kept = [row for row in rows.get(table, ()) if not any(row is gone for gone in out)]
    rows[table] = [*kept, *(dict(row) for row in into)]


def _single(rows: Rows, path: str, value: JsonValue, lookup: Lookup) -> None:
    row = project_of(rows)
    if path in _CONTACTS:
        _contact(row, path, value)
        return
    row[path] = value
    if path == "name":
        row["name_normalised"] = normalised(str(value))
    elif path in ("stage", "promotion_stage", "delivery_mode"):
        row[path] = value or UNSTATED
        _no_longer_proposed(row, path)
    elif path == "quantity":
        row["quantity_basis"] = str(QuantityBasis.UNSTATED if value is None else QuantityBasis.STATED)
    elif path == "township_code":
        row["township"] = lookup.townships.get(str(value)) if value else None
        row["township_basis"] = str(Basis.REPORTED) if value else None
    elif path == "county_code":
        _county(rows, value, lookup)


def _no_longer_proposed(row: Row, path: str) -> None:
    """Call a record reported that was modelled, once its unit says that it is past 储备."""
    if path == "stage" and row["basis"] == Basis.MODELLED and row["stage"] not in (Stage.RESERVE, UNSTATED):
        row["basis"] = str(Basis.REPORTED)


def _county(rows: Rows, value: JsonValue, lookup: Lookup) -> None:
    """Set what follows from a county; a cleared county leaves the record in its prefecture."""
    row = project_of(rows)
    row["county_basis"] = str(Basis.REPORTED) if value else None
    if value:
        row["prefecture_code"], row["province_code"] = lookup.areas[str(value)]
        _swap(rows, "project_area", _candidates(rows), [])


def _candidates(rows: Rows) -> list[Row]:
    return [row for row in rows.get("project_area", ()) if row["relation"] == "candidate"]


def _contact(row: Row, path: str, value: Any) -> None:
    contact = {**(row.get("contact") or {}), path.removeprefix("contact_"): value}
    row["contact"] = {name: held for name, held in contact.items() if held}


def _list_row(rows: Rows, path: str, value: JsonValue, columns: Row, fresh: Row | None = None) -> None:
    """Set, add or take away the one row of a list path; a kept row keeps its other columns."""
    kind = path.partition("/")[0]
    held = rows_of(rows, path)
    kept = held[0] if held else {"project_id": project_of(rows)["id"], **(fresh or {})}
    basis = {"basis": str(basis_of(value))} if kind != "alias" else {}
    _swap(rows, TABLE_OF[kind], held, [] if value is None else [{**kept, **columns, **basis}])


def _alias(rows: Rows, rest: str, value: JsonValue, _: Lookup) -> None:
    _list_row(rows, f"alias/{rest}", value, {"alias": rest, "kind": ALIAS_KIND}, {"source": None})


def _area(rows: Rows, rest: str, value: JsonValue, _: Lookup) -> None:
    _list_row(rows, f"area/{rest}", value, {"county_code": rest, "relation": "touches"})


def _party(rows: Rows, role: str, value: JsonValue, lookup: Lookup) -> None:
    key = project_of(rows)["id"]
    names = value if isinstance(value, list) else []
    units = list(dict.fromkeys(lookup.units[str(name)] for name in names))
    held = {row["unit_id"]: row for row in rows_of(rows, f"party/{role}")}
    wanted = [
        {"project_id": key, "role": role, "unit_id": unit, "basis": str(Basis.REPORTED), "source": None}
        | {**held.get(unit, {}), "position": position}
        for position, unit in enumerate(units)
    ]
    _swap(rows, "project_party", list(held.values()), wanted)


def _finance(rows: Rows, rest: str, value: JsonValue, _: Lookup) -> None:
    line = dict(value) if isinstance(value, dict) else {}
    line["source_note"] = line.pop("note", None)
    _list_row(
        rows, f"finance/{rest}", value, {**line, "id": int(rest)}, {"split_from_id": None, "created_at": None}
    )


def _annual_plan(rows: Rows, rest: str, value: JsonValue, _: Lookup) -> None:
    _list_row(rows, f"annual_plan/{rest}", value, {"year": int(rest), "amount": value})


def _step(kind: str) -> Callable[[Rows, str, JsonValue, Lookup], None]:
    """Return what writes the rows of a list of dated steps (``milestone``, ``approval``)."""

    def write(rows: Rows, rest: str, value: JsonValue, _: Lookup) -> None:
        line = dict(value) if isinstance(value, dict) else {}
        line["source_note"] = line.pop("note", None)
        _list_row(rows, f"{kind}/{rest}", value, {**line, "code": rest}, {"id": None})

    return write


def _place(rows: Rows, rest: str, value: JsonValue, _: Lookup) -> None:
    place = dict(value) if isinstance(value, dict) else {}
    place["geom"] = place.pop("geometry", None)
    held = rows_of(rows, f"place/{rest}")
    if held and shape_of(held[0]["geom"]) == place["geom"]:
        place["geom"] = held[0]["geom"]  # exact to the last bit, and no work for the triggers
    # The address of a source, and how sure it was, belong to the place it gave and to no other.
    if not held or held[0]["source"] != place.get("source") or held[0]["geom"] != place["geom"]:
        place |= {"confidence": None, "source_url": None}
    position = int(rest)
    place |= {"position": position, "is_primary": position == 0}
    derived: Row = {"county_code": None, "county_codes": [], "near_line": False}
    _list_row(rows, f"place/{rest}", value, place, {"id": None, **derived})


_LISTS: Final[Mapping[str, Callable[[Rows, str, JsonValue, Lookup], None]]] = MappingProxyType(
    {
        "alias": _alias,
        "area": _area,
        "party": _party,
        "finance": _finance,
        "annual_plan": _annual_plan,
        "milestone": _step("milestone"),
        "approval": _step("approval"),
        "place": _place,
    }
)
