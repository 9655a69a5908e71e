"""What an analysis reads: arrays aligned row by row with their ids, and how much was left out and why.

Positions are WGS84 degrees, longitude first, shape (n, 2). Unknown numbers are NaN, never 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def _aligned(what: str, *columns: Any) -> None:
    """Refuse columns of different length: misaligned rows give a plausible wrong answer."""
    lengths = {len(column) for column in columns}
    if len(lengths) > 1:
        raise ValueError(f"{what}: the columns have {sorted(lengths)} rows, one value for each row is needed")


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """The records of a filter whose place may enter a distance, in id order; slots are never among them.

    ``matched`` = rows here + Σ ``left_out``. Without township places the rows have precision 1–2.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    lonlat: FloatArray
    precision: IntArray
    category: tuple[str, ...]
    stage: tuple[str, ...]
    county: tuple[str | None, ...]
    township: tuple[str | None, ...]
    beds: FloatArray
    investment: tuple[Decimal | None, ...]
    """万元, None unknown."""
    basis: tuple[str, ...]
    """Basis of the place."""
    matched: int
    left_out: Mapping[int, int]
    """Precision (3, 4, 5, 0) → records of the filter that take no part."""

    def __post_init__(self) -> None:
        """Hold rows together and account for every record."""
        _aligned(
            "placed records",
            *(self.ids, self.names, self.lonlat, self.precision, self.category, self.stage),
            *(self.county, self.township, self.beds, self.investment, self.basis),
        )
        if self.matched != len(self.ids) + sum(self.left_out.values()):
            raise ValueError("placed records: rows and records left out do not add up to the matches")

    def __len__(self) -> int:
        """Return how many records have a place."""
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """County units in code order, with census residents; ``inside`` is False for the ring of neighbours.

    ``polygons`` are shapely geometries (display boundaries), ``label`` positions inside them. Residents are
    NaN where the census holds none for the unit.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    prefectures: tuple[str | None, ...]
    polygons: NDArray[np.object_]
    label: FloatArray
    population: FloatArray
    aged_60_plus: FloatArray
    aged_65_plus: FloatArray
    inside: BoolArray
    census_year: int | None = None

    def __post_init__(self) -> None:
        """Hold rows together."""
        _aligned(
            "areas",
            *(self.codes, self.names, self.prefectures, self.polygons, self.label),
            *(self.population, self.aged_60_plus, self.aged_65_plus, self.inside),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Townships:
    """Township-level units in code order; a seat without a known point is NaN and never drawn or measured."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    county: tuple[str, ...]
    villages: IntArray
    """Village committees (村委会)."""
    communities: IntArray
    """Residents' committees (居委会)."""
    lonlat: FloatArray
    point_source: tuple[str | None, ...]

    def __post_init__(self) -> None:
        """Hold rows together."""
        _aligned(
            "townships",
            *(self.codes, self.names, self.county, self.villages, self.communities),
            *(self.lonlat, self.point_source),
        )


@dataclass(frozen=True, slots=True)
class ClinicCover:
    """Village clinics of one township: administrative villages, placed clinics, villages without one.

    ``slots`` are planned ones of the county that nobody has placed yet; they stand at county level only
    (township None) and are never a clinic.
    """

    county: str
    county_name: str
    township: str | None
    township_name: str
    villages: int
    clinics: int
    """Clinic records placed in this township (precision 1–2); two in one village count as two. In a county's
    own row (township None) those whose record names no township."""
    vague: int
    """Clinic records of this township or county whose place is not known to the village."""
    slots: int = 0


class LayerKind(StrEnum):
    """What a file that somebody loaded is used as."""

    SETTLEMENTS = "settlements"
    """Places where people live: points, people if the file says."""
    POPULATION = "population"
    """A population raster, kept as its populated cells."""
    CANDIDATES = "candidates"
    """Places where something could be built: points, unit cost and capacity if the file says."""
    EXCLUSIONS = "exclusions"
    """Polygons in which nothing can be built."""
    ROADS = "roads"
    """Lines of roads."""
    LAND_USE = "land_use"
    """A land-use plan: polygons, each with its class (用地类别); read for places, never an exclusion."""


@dataclass(frozen=True, slots=True)
class LayerInfo:
    """A loaded layer as a list shows it; ``rows`` = used + Σ ``left_out`` (reason in words → rows)."""

    id: int
    kind: LayerKind
    name: str
    source: str
    """Where the data come from, in the words of who loaded them."""
    data_date: date | None
    datum: str
    rows: int
    used: int
    left_out: Mapping[str, int]
    people: float | None
    """Σ people, None when the file has no such column."""
    bounds: tuple[float, float, float, float] | None
    loaded_by: str
    loaded_at: datetime
    shared: bool
    """Whether everybody who is signed in may use it."""
    own: bool
    detail: Mapping[str, Any] = field(default_factory=dict)
    """Of the reader: CRS, cell size in m, components of a road file and their share …"""


@dataclass(frozen=True, slots=True, eq=False)
class PointLayer:
    """Settlements, populated cells or candidates, in file order; numbers the file does not say are NaN."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    lonlat: FloatArray
    people: FloatArray
    cost: FloatArray
    """万元 for building there."""
    capacity: FloatArray
    """People (or beds) that a site there could serve."""

    def __post_init__(self) -> None:
        """Hold rows together."""
        _aligned("layer", self.ids, self.names, self.lonlat, self.people, self.cost, self.capacity)


@dataclass(frozen=True, slots=True, eq=False)
class ShapeLayer:
    """Polygons (exclusions, land use) or lines (roads), shapely in WGS84; speeds in km/h, NaN unknown.

    Of a land-use plan ``names`` are the classes ("" where the file names none) and ``notes`` its remarks,
    empty when it has no such column.
    """

    geometries: NDArray[np.object_]
    names: tuple[str, ...]
    speed_kmh: FloatArray
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Hold rows together."""
        _aligned("layer", self.geometries, self.names, self.speed_kmh, self.notes or self.names)
