"""Where a unit stands, counted in the database as ``projects.standing`` counts it over documents."""

from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection, text

from projects.codes import Precision
from projects.counts import PrecisionCount, Standing
from projects.standing import WANTED, most_first
from projects.values import UNSTATED

_NO_ROWS: Final = "NOT EXISTS (SELECT FROM {} AS child WHERE child.project_id = project.id{})"
_LACKS: Final = MappingProxyType(
    {
        "place/0": "coalesce(place.precision, 0) NOT IN (1, 2)",
        "stage": f"project.stage IN ('', '{UNSTATED}')",
        "delivery_mode": f"project.delivery_mode IN ('', '{UNSTATED}')",
        "contact_phone": "coalesce(project.contact ->> 'phone', '') = ''",
        "party/owner": _NO_ROWS.format("project_party", " AND child.role = 'owner'"),
        "finance/": _NO_ROWS.format("finance_line", ""),
        "milestone/": _NO_ROWS.format("milestone", ""),
        **{
            name: f"coalesce(project.{name}, '') = ''"
            for name in ("township_code", "address", "project_code")
        },
        **{name: f"project.{name} IS NULL" for name in ("total_investment", "floor_area_m2", "land_mu")},
    }
)
"""Path of ``WANTED`` → the condition under which a record lacks it."""
_COUNTS: Final = ", ".join(
    [f'count(*) FILTER (WHERE {_LACKS[path]}) AS "{path}"' for path in WANTED]
    + [f"count(*) FILTER (WHERE NOT ({_LACKS['total_investment']} AND {_LACKS['finance/']})) AS money"]
    + [f"count(*) FILTER (WHERE known = {precision:d}) AS p{precision:d}" for precision in Precision]
)
_STANDING: Final = text(
    f"SELECT {_COUNTS} FROM project"  # noqa: S608 - conditions of this module
    " LEFT JOIN project_place place ON place.project_id = project.id AND place.position = 0"
    " CROSS JOIN LATERAL (SELECT coalesce(place.precision,"
    f" CASE WHEN coalesce(project.county_code, '') <> '' THEN {Precision.COUNTY:d}"
    f" ELSE {Precision.REGION:d} END)"
    " AS known) AS precise"
    " WHERE project.owner_unit_id = :unit AND project.deleted_at IS NULL AND project.merged_into_id IS NULL"
)


def standing_of(connection: Connection, unit_id: str) -> Standing:
    """Return the counts of the records that a unit owns; of a unit one may not see only what is published."""
    row = connection.execute(_STANDING, {"unit": unit_id}).mappings().one()
    return Standing(
        PrecisionCount.of({int(precision): row[f"p{precision:d}"] for precision in Precision}),
        row["money"],
        most_first({path: row[path] for path in WANTED}),
    )
