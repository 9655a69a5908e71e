"""When a field is wanted of a record and when it is known: one SQL condition each, over f and s."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from projects.codes import Category, DeliveryMode, Kind, Ownership, PartyRole, Stage
from projects.scores.model import CheckedField

Field = CheckedField


class Condition(NamedTuple):
    """SQL that is true where a field is wanted, and where it is known."""

    wanted: str
    known: str


_BUILT: Final = f"f.kind <> '{Kind.ENTERPRISE}'"
"""A firm is not a project that is planned, paid for and built."""

_WITH_BEDS: Final = (
    f"f.kind = '{Kind.SITE}' AND f.category IN ('{Category.HOSPITAL}', '{Category.ELDERLY_CARE}')"
)

CONDITIONS: Final[Mapping[CheckedField, Condition]] = {
    Field.COUNTY: Condition("true", "f.county_code IS NOT NULL"),
    Field.PLACE: Condition(f"f.kind <> '{Kind.PROGRAMME}'", "f.precision BETWEEN 1 AND 3"),
    Field.STAGE: Condition(_BUILT, f"f.stage <> '{Stage.UNKNOWN}'"),
    Field.DELIVERY_MODE: Condition(_BUILT, f"f.delivery_mode <> '{DeliveryMode.UNKNOWN}'"),
    Field.OWNERSHIP: Condition("true", f"f.ownership IN ({', '.join(repr(str(o)) for o in Ownership)})"),
    Field.TOTAL_INVESTMENT: Condition(_BUILT, "f.total_investment IS NOT NULL"),
    Field.FINANCE: Condition(_BUILT, "f.line_count > 0"),
    Field.MILESTONES: Condition(_BUILT, "steps.planned > 0"),
    Field.LAND_STATUS: Condition(f"f.kind = '{Kind.SITE}'", "f.land_status IS NOT NULL"),
    Field.SIZE: Condition(
        f"f.kind = '{Kind.SITE}'", "(f.floor_area_m2 IS NOT NULL OR f.land_mu IS NOT NULL)"
    ),
    Field.BEDS: Condition(_WITH_BEDS, "f.beds IS NOT NULL"),
    Field.OWNER: Condition(_BUILT, "owners.project_id IS NOT NULL"),
}

LIVING: Final = f"f.stage <> '{Stage.WITHDRAWN}'"
"""What has been withdrawn is nobody's task any more and stands in no score."""

OWNERS: Final = (
    "LEFT JOIN (SELECT DISTINCT project_id FROM project_party"  # noqa: S608
    f" WHERE role = '{PartyRole.OWNER}') AS owners ON owners.project_id = f.project_id"
)
"""Joined once as a whole: row by row it would ask the policy of the table for every record."""

STEPS: Final = """
    LEFT JOIN (SELECT project_id, cardinality(array_remove(planned, NULL)) AS planned,
                      width_bucket((now() AT TIME ZONE 'Asia/Shanghai')::date - 1, open_on) AS overdue
                 FROM project_schedule) AS steps ON steps.project_id = f.project_id"""
"""Milestones with a planned date, and those of them before today without an actual one, per record."""
