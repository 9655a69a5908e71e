"""What the library holds of a file's rows, fetched for all rows at once with the rights of one session.

A constant number of queries whatever the size of the file: for which units the session acts, the records that
carry any of the marks, their documents, the records that look like the new ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, text

from data.store import history, units
from data.store.lookalikes import Asked, find_all
from projects.codes import Precision
from projects.filing.desk import Lookalike
from projects.filing.requests import standard_names
from projects.identity import OwnerUnit, UnitKind
from projects.intake.importing import TypedRow
from projects.intake.issues import IssueCode, Severity
from projects.intake.matching import Known, Wanted, Why, issue, key_of
from projects.intake.planning import Since


def allowed_units(connection: Connection) -> dict[str, OwnerUnit]:
    """Return the owner units that the session may file for, by id."""
    return {row.id: _unit(row) for row in connection.execute(_UNITS)}


def known(connection: Connection, marks: Wanted) -> list[Known]:
    """Return the living records that carry any of the marks, as far as the session sees them."""
    rows = connection.execute(
        _KNOWN, {"ids": sorted(marks.ids), "codes": sorted(marks.codes), "names": sorted(marks.names)}
    )
    return [Known(*row)._replace(touches=tuple(row.touches or ())) for row in rows]


def merged(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return where records went that were merged away, by id, as far as the session sees them."""
    rows = connection.execute(_MERGED, {"ids": sorted(ids)})
    return {row.id: row.merged_into_id for row in rows}


def since(connection: Connection, versions: Mapping[str, int]) -> Since:
    """Return record → path → its value at the given version, for the paths changed after it.

    Reads the history of each record; stale rows are few.
    """
    return {key: history.values_at(connection, key, version) for key, version in versions.items()}


def lookalikes(connection: Connection, rows: Iterable[TypedRow]) -> dict[str, Sequence[Lookalike]]:
    """Return, by row key, the records that rows called new may be."""
    named = [row for row in rows if row.name]
    asked = [Asked(row.name, row.county_code, row.project_code or None, point_of(row)) for row in named]
    found = find_all(connection, asked) if asked else ()
    return {key_of(row): looks for row, looks in zip(named, found, strict=True) if looks}


def point_of(row: TypedRow) -> tuple[float, float] | None:
    """Return the exact point a row gives (lon, lat in WGS84), None for none or another shape."""
    place = row.document.get("place/0")
    if not isinstance(place, dict) or place.get("precision") not in (Precision.BUILDING, Precision.VILLAGE):
        return None
    geometry: Any = place.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    lon, lat = geometry["coordinates"][:2]
    return float(lon), float(lat)


def standardised(connection: Connection, rows: Sequence[TypedRow]) -> tuple[TypedRow, ...]:
    """Return the rows with the units of their parties named as the registry names them, as filing will.

    A row that uses a name from before a renaming or merger is told so.
    """
    names = {name for row in rows for _, value in _parties(row) for name in value}
    standard = units.standard(connection, names)
    differing = {name for name, used in standard.items() if name != used}
    if not differing:
        return tuple(rows)
    former = units.former(connection, differing)
    return tuple(_told(_renamed(row, standard, differing), row, former) for row in rows)


def _unit(row: Any) -> OwnerUnit:
    return OwnerUnit(
        row.id,
        UnitKind(row.kind),
        row.name,
        row.area_code,
        row.prefecture_code,
        row.province_code,
        row.reviewed,
    )


def _parties(row: TypedRow) -> Iterable[tuple[str, list[str]]]:
    for path, value in row.document.items():
        if path.startswith("party/") and isinstance(value, list):
            yield path, [str(name) for name in value]


def _told(row: TypedRow, given: TypedRow, former: Mapping[str, str]) -> TypedRow:
    """Return a row with a notice for every former name of a unit that the file gave."""
    found = tuple(
        issue(row, Why(IssueCode.UNIT_RENAMED, path, "plan_former_unit", (name, former[name])))._replace(
            severity=Severity.NOTICE
        )
        for path, value in _parties(given)
        for name in value
        if name in former
    )
    return replace(row, issues=(*row.issues, *found)) if found else row


def _renamed(row: TypedRow, standard: Mapping[str, str], differing: set[str]) -> TypedRow:
    changed = {path: value for path, value in _parties(row) if differing.intersection(value)}
    if not changed:
        return row
    renamed = {path: standard_names(list(value), standard) for path, value in changed.items()}
    return replace(row, document={**row.document, **renamed})


_UNITS: Final = text("""
SELECT id, kind, name, area_code, prefecture_code, province_code, reviewed FROM owner_unit
 WHERE (SELECT writes_everything()) OR id = ANY ((SELECT fileable_units())::text[]) ORDER BY id""")
_MERGED: Final = text(
    "SELECT id, merged_into_id FROM project WHERE merged_into_id IS NOT NULL"
    " AND id = ANY (CAST(:ids AS text[]))"
)
_KNOWN: Final = text("""
SELECT id, name, project.county_code, project_code, project.owner_unit_id, facet.county_code, facet.touches
  FROM project LEFT JOIN project_facet facet ON facet.project_id = id
 WHERE deleted_at IS NULL AND merged_into_id IS NULL
   AND (id = ANY (CAST(:ids AS text[])) OR project_code = ANY (CAST(:codes AS text[]))
        OR name_normalised = ANY (CAST(:names AS text[])))
 ORDER BY id""")
