"""Rows of editions as the domain's objects, and the SQL columns that they are read from."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, text

from data.database import Row
from projects.errors import UnknownRecord
from projects.plans.editions import (
    Change,
    Edition,
    EditionKind,
    EditionState,
    Measure,
    Plan,
    PlanEntry,
    years_of,
)

_OPEN: Final = "id, kind, area_code, year, title, state, proposed_at, number, base_id, conditions, decided_at"
_NAMED: Final = (
    ", unit_id, note, proposed_by, decided_by, remark,"
    " (SELECT own.name FROM owner_unit own WHERE own.id = edition.unit_id) AS unit"
)
_TEXTS: Final = ("unit_id", "unit", "note", "proposed_by", "decided_by", "remark", "conditions")

COUNTED: Final = (
    "LEFT JOIN LATERAL (SELECT count(*) FILTER (WHERE change = 'kept') AS kept,"
    " count(*) FILTER (WHERE change = 'entered') AS entered,"
    " count(*) FILTER (WHERE change = 'left') AS \"left\""
    " FROM edition_entry WHERE edition_id = edition.id) AS counts ON true"
)


def editions(
    connection: Connection, condition: str, values: Mapping[str, Any], *, signed_in: bool
) -> tuple[Edition, ...]:
    """Return the editions that one may see under a condition, newest first.

    Whoever is not signed in may not read who proposed and decided, so it is not asked for.
    """
    columns = _OPEN + (_NAMED if signed_in else "")
    rows = connection.execute(
        text(
            f'SELECT {columns}, counts.kept, counts.entered, counts."left" FROM edition {COUNTED}'  # noqa: S608
            f" WHERE {condition} ORDER BY proposed_at DESC, id DESC"
        ),
        dict(values),
    )
    return tuple(_edition(row) for row in rows.mappings())


def edition(connection: Connection, key: int, *, signed_in: bool) -> Edition:
    """Return one edition; raises ``UnknownRecord`` for what there is not, or not for this identity."""
    found = editions(connection, "id = :key", {"key": key}, signed_in=signed_in)
    if not found:
        raise UnknownRecord(f"没有 {key} 号版本，或您无权查看。 There is no edition {key} for you to see.")
    return found[0]


def _edition(row: Mapping[Any, Any]) -> Edition:
    values = {name: row[name] for name in row}
    values |= {name: row.get(name) or "" for name in _TEXTS}
    kind, state = EditionKind(row["kind"]), EditionState(row["state"])
    return Edition(**{**values, "kind": kind, "state": state})


def plan_of(held: Mapping[str, str | None]) -> Plan:
    """Return a plan as stored (year → decimal text or null) with numbers, in order.

    >>> plan_of({"2027": None, "2026": "1.5"})
    {2026: Decimal('1.5'), 2027: None}
    """
    return {int(year): None if (v := held[year]) is None else Decimal(v) for year in sorted(held)}


def entry_of(row: Row, prefix: str = "") -> PlanEntry | None:
    """Return an entry from columns ``<prefix>project_id`` …; None where the side has none."""
    values = {
        name: getattr(row, prefix + name)
        for name in ("project_id", "change", "reason", "plan", "snapshot", "version")
    }
    if values["project_id"] is None:
        return None
    return PlanEntry(
        **values
        | {
            "change": Change(values["change"]),
            "plan": plan_of(values["plan"]),
            "reason": values["reason"] or "",
        }
    )


def measures(years: Iterable[int], column: str, prefix: str = "", condition: str = "true") -> str:
    """Return SQL columns that add up a plan column by year: count, known and sum for each.

    >>> measures([2026], "e.plan").count("2026")
    6
    """
    return ", ".join(
        f"count(*) FILTER (WHERE {column} ? '{year:d}' AND {condition}) AS {prefix}n{year:d},"
        f" count({column} ->> '{year:d}') FILTER (WHERE {condition}) AS {prefix}k{year:d},"
        f" coalesce(sum(({column} ->> '{year:d}')::numeric) FILTER (WHERE {condition}), 0)"
        f" AS {prefix}s{year:d}"
        for year in years
    )


def measured(row: Row, years: Iterable[int], prefix: str = "") -> dict[int, Measure]:
    """Return what ``measures`` asked for."""
    return {
        year: Measure(
            getattr(row, f"{prefix}n{year}"),
            getattr(row, f"{prefix}k{year}"),
            Decimal(getattr(row, f"{prefix}s{year}")),
        )
        for year in years
    }


def covered(*found: Edition) -> Sequence[int]:
    """Return all years that some editions cover."""
    return sorted({year for one in found for year in (one.years and years_of(one.year))})
