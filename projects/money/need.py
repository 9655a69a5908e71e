"""Money beside the need it meets: residents, elders (census), beds of the projects, county by county."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from projects.filters import ProjectFilter
from projects.money.sums import Part, Sums


class Residents(NamedTuple):
    """Permanent residents of one county by the census; those aged 65+ are among those aged 60+."""

    code: str
    name: str
    prefecture: str | None
    province: str | None
    year: int
    residents: int
    aged_60_plus: int
    aged_65_plus: int


def per_thousand(amount: Decimal, residents: int | None) -> float | None:
    """Return 万元 per 1,000 residents, None where the residents are unknown.

    >>> per_thousand(Decimal(500), 250_000), per_thousand(Decimal(500), None)
    (2.0, None)
    """
    return float(amount * 1000 / residents) if residents else None


@dataclass(frozen=True, slots=True)
class Need:
    """One county's money beside its need: residents, elders (census 2020), beds of the projects.

    ``people`` is None where the census tables have no figure for this county.
    """

    code: str
    name: str
    sums: Sums
    people: Residents | None

    @property
    def money_per_thousand(self) -> float | None:
        """Reported lines (all statuses) in 万元 per 1,000 residents; None: nothing reported or no census."""
        residents = self.people.residents if self.people else None
        return per_thousand(self.sums.line_sum, residents) if self.sums.reported else None

    @property
    def known_gap(self) -> Decimal | None:
        """The gap of the projects with a known total, None where no total is known."""
        return self.sums.gap if self.sums.known else None


def needs(
    chosen: ProjectFilter, counties: Iterable[Part], people: Mapping[str, Residents]
) -> tuple[Need, ...]:
    """Return the counties with records, and those of the filter's areas without any, in code order."""
    held = {part.code: part for part in counties if part.level == "county" and part.code}
    codes = {*held, *(code for code, row in people.items() if _asked(chosen, row))}
    return tuple(
        Need(
            code,
            held[code].name if code in held else people[code].name,
            held[code].sums if code in held else Sums(),
            people.get(code),
        )
        for code in sorted(codes)
    )


def _asked(chosen: ProjectFilter, row: Residents) -> bool:
    """Whether a county lies in the areas that the filter names; one that names none asks for none."""
    if chosen.county:
        return row.code in chosen.county
    if chosen.prefecture:
        return row.prefecture in chosen.prefecture
    return row.province in chosen.province
