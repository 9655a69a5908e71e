"""What a choice of sites comes to, in plain values: a job keeps it as JSON, the page shows and saves it.

Distances are metres, positions WGS84 degrees, amounts of money 万元 as decimal text, shares 0–1. Counts of
people are those of the demand's weight (people, villages, or places). None is unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter

from projects.analysis.demand import DemandKind, Missing, Weight
from projects.analysis.siting.settings import Question

State = Literal["before", "new", "out", "never"]
"""A place of demand: served before, newly served, not served, out of reach of every candidate."""


@dataclass(frozen=True, slots=True)
class Site:
    """A chosen site, ``number`` in the order in which building them serves most people soonest."""

    number: int
    id: str
    name: str
    lon: float
    lat: float
    county: str | None
    county_name: str
    township: str | None
    precision: int
    newly: float
    """People within the distance whom neither an existing facility nor a site with a lower number serves."""
    served: float
    """People whose nearest facility it is, within the distance."""
    mean_m: float | None
    """Their mean way."""
    cost: Decimal | None = None
    room: float | None = None
    load: float | None = None
    """People that it takes when rooms are limited."""


@dataclass(frozen=True, slots=True)
class KeptSite:
    """An existing facility that stays: a record and the people whose nearest it is, within the distance."""

    id: str
    name: str
    lon: float
    lat: float
    stage: str
    served: float


@dataclass(frozen=True, slots=True)
class Swap:
    """A candidate that another choice takes, or a chosen one that it drops."""

    id: str
    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Other:
    """A nearly equal choice: how much worse (share; negative: better), what it drops and takes."""

    worse_by: float
    objective: float
    dropped: tuple[int, ...]
    """Numbers of the sites that it does without."""
    taken: tuple[Swap, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The same sites at another distance, and the best sites there."""

    factor: float
    radius_m: float
    same: float
    """People that the chosen sites serve within it."""
    best: float
    """People that the best choice for it serves."""
    sites: int
    """New sites of that choice."""
    stay: tuple[int, ...]
    """Numbers of the chosen sites that are in that choice too (of a grid: they, or a point beside them)."""


@dataclass(frozen=True, slots=True)
class Step:
    """So many new sites serve so many people; no choice of as many serves more than ``bound``."""

    sites: int
    covered: float
    bound: float


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of demand; ``metres`` to the nearest facility, None when none can be reached."""

    id: str
    name: str
    lon: float
    lat: float
    county: str | None
    people: float
    state: State
    metres: float | None


@dataclass(frozen=True, slots=True)
class Worst:
    """The tenth of the people with the longest way, those whom nobody reaches first."""

    people: float
    mean_m: float | None
    from_m: float | None
    to_m: float | None
    unreached: float
    """People among them whom no facility reaches."""
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a result stands on, for its caveats: rows that took part, and those left out with the reason."""

    demand_kind: DemandKind
    weight: Weight
    modelled: bool
    demand_source: str = ""
    missing: Mapping[Missing, int] = field(default_factory=dict)
    missing_people: float = 0.0
    empty: int = 0
    """Places without anybody."""
    candidates: int = 0
    """Candidates that could be chosen."""
    candidates_source: str = ""
    candidates_out: Mapping[str, int] = field(default_factory=dict)
    """``no_position``, ``outside``, ``excluded``, ``same_spot``, ``near_kept``, ``no_cost``, ``no_room`` →
    candidates."""
    kept_matched: int = 0
    kept_out: Mapping[int, int] = field(default_factory=dict)
    """Precision → records of existing facilities that take no part."""
    kept_stage_out: int = 0
    """Records of a stage that is no existing service."""
    exclusions: int = 0
    """Polygons in which nothing is built."""
    no_road: int = 0
    """Places of demand, and candidates, without a road near."""
    components: int = 0
    """Parts of the road network that are not connected with each other."""
    layers: tuple[str, ...] = ()
    """Names of the layers that took part, with their sources."""
    newest: date | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One answer. ``gap`` 0 is proved best, None not known; ``after`` counts those served ``before`` too."""

    question: Question
    method: str
    objective: float
    bound: float | None
    gap: float | None
    radius_m: float
    people: float
    places: int
    before: float
    after: float
    mean_before_m: float | None
    mean_m: float | None
    farthest_m: float | None
    spent: Decimal | None
    sites: tuple[Site, ...]
    kept: tuple[KeptSite, ...]
    curve: tuple[Step, ...]
    others: tuple[Other, ...]
    changes: tuple[Change, ...]
    worst: Worst
    spots: tuple[Spot, ...]
    """The places with most people, at most ``LISTED``."""
    never: tuple[Spot, ...]
    """Places out of reach of every candidate, most people first, at most ``LISTED``."""
    never_places: int
    never_people: float
    ground: Ground

    @property
    def proved(self) -> bool:
        """Whether no other choice can be better."""
        return self.gap == 0.0

    @property
    def enough(self) -> int:
        """How many of the sites serve somebody whom the ones before do not."""
        return sum(1 for one in self.sites if one.newly > 0)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        found: dict[str, Any] = _adapter().dump_python(self, mode="json")
        return found


@cache
def _adapter() -> TypeAdapter[Result]:
    return TypeAdapter(Result)


def from_json(value: Mapping[str, Any]) -> Result:
    """Return a result from its JSON; raises ``pydantic.ValidationError`` for anything else."""
    return _adapter().validate_python(dict(value))
