"""Village clinics beside administrative villages: placed ones, vague ones, planned slots, each in its column.

Clinics per village is no coverage: two clinics in one village count as two, and nobody says which village a
clinic serves. A planned slot is a number in a plan, never a clinic.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from projects.analysis.inputs import ClinicCover


@dataclass(frozen=True, slots=True)
class VillageClinics:
    """Rows by township and by county; those of the counties add up to ``whole``."""

    counties: tuple[ClinicCover, ...]
    townships: tuple[ClinicCover, ...]
    whole: ClinicCover

    @property
    def no_township(self) -> int:
        """How many placed clinics are known to a county or prefecture only."""
        return self.whole.clinics - sum(one.clinics for one in self.townships)

    @property
    def without(self) -> tuple[ClinicCover, ...]:
        """Townships with villages and without a placed clinic."""
        return tuple(one for one in self.townships if one.villages and not one.clinics)


def village_clinics(rows: Iterable[ClinicCover]) -> VillageClinics:
    """Return the rows by county and township; a row given twice (overlapping areas) counts once.

    A county's row is the sum of its townships and of what is known to the county only.
    """
    once = {(one.county, one.township): one for one in rows}
    held = [once[key] for key in sorted(once, key=lambda key: (key[0], key[1] or ""))]
    counties = tuple(
        _sum([one for one in held if one.county == code], code, _name(held, code))
        for code in dict.fromkeys(one.county for one in held)
    )
    found = tuple(one for one in counties if any((one.villages, one.clinics, one.vague, one.slots)))
    townships = tuple(one for one in held if one.township is not None)
    return VillageClinics(found, townships, _sum(found, "", ""))


def per_village(row: ClinicCover) -> float | None:
    """Return placed clinics per administrative village, None where there is no village.

    >>> per_village(ClinicCover("440232", "乳源", None, "", villages=8, clinics=2, vague=0))
    0.25
    """
    return row.clinics / row.villages if row.villages else None


def _name(rows: Sequence[ClinicCover], code: str) -> str:
    return next((one.county_name for one in rows if one.county == code), code)


def _sum(rows: Sequence[ClinicCover], code: str, name: str) -> ClinicCover:
    zero = ClinicCover(code, name, None, "", 0, 0, 0, 0)
    return replace(
        zero,
        villages=sum(one.villages for one in rows),
        clinics=sum(one.clinics for one in rows),
        vague=sum(one.vague for one in rows),
        slots=sum(one.slots for one in rows),
    )
