"""Density clusters of placed records: settings, which records take part, clusters with money and categories.

A cluster describes density and tests nothing, so the result carries its settings, the share of noise and what
half and double the distance would have given. Rows are taken in the order of their ids, whatever order they
come in.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np

from gis.clusters import NOISE, density_clusters, outlines
from gis.errors import BadInput
from gis.geojson import geometry_member
from projects.analysis.given import Given, written
from projects.analysis.inputs import FloatArray, IntArray, Placed
from projects.codes import Precision
from projects.filters import ParamIssue

TOWNSHIP_KM: Final = 10.0
"""A township's reference point may stand for a place in a search wider than this, not in a closer one."""
FACTORS: Final = (0.5, 1.0, 2.0)
EPS_KM: Final = (0.1, 50.0)
SIZES: Final = (2, 100)


@dataclass(frozen=True, slots=True)
class Density:
    """ε in km (great circle) and the records that make a core, the record itself included."""

    eps_km: float = 5.0
    min_points: int = 5

    @property
    def townships(self) -> bool:
        """Whether records known to the township only take part."""
        return townships_at(self.eps_km)

    @property
    def params(self) -> dict[str, str]:
        """The parameters of the link."""
        return {"eps": written(self.eps_km), "min": str(self.min_points)}


def read(given: Mapping[str, str]) -> tuple[Density, list[ParamIssue]]:
    """Return the settings of a link, and what of it could not be used."""
    reader = Given(given)
    eps = reader.number("eps", "5", *EPS_KM)
    return Density(eps, reader.whole("min", "5", *SIZES)), reader.issues


def townships_at(eps_km: float) -> bool:
    """Tell whether a township's point may take part at this distance.

    >>> townships_at(10.0), townships_at(12)
    (False, True)
    """
    return eps_km > TOWNSHIP_KM


@dataclass(frozen=True, slots=True)
class Money:
    """Σ of the known investments in 万元 and of how many records; ``total`` is None when none is known."""

    total: Decimal | None
    known: int
    of: int


@dataclass(frozen=True, slots=True)
class Group:
    """One cluster: its records, hull, money, and its leading categories (several when equal)."""

    number: int
    """From 1, the largest first."""
    ids: tuple[str, ...]
    hull: Mapping[str, Any]
    """GeoJSON; a point or a line for one spot or a straight row."""
    spots: int
    """Different positions."""
    money: Money
    categories: tuple[tuple[str, int], ...]
    """The most frequent first."""
    leading: tuple[str, ...]
    counties: tuple[str, ...]
    """Codes, in order; records without a known county add none."""

    @property
    def count(self) -> int:
        """How many records belong to it."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Trial:
    """What one ε gives; half the distance may take fewer records in (see ``townships_at``)."""

    eps_km: float
    points: int
    clusters: int
    noise: int
    largest: int

    @property
    def noise_share(self) -> float:
        """Share of the records that belong to no cluster."""
        return self.noise / self.points if self.points else float("nan")


@dataclass(frozen=True, slots=True)
class Clustered:
    """Clusters and what belongs to them; ``number_of`` has every record that took part, None for noise."""

    settings: Density
    groups: tuple[Group, ...]
    number_of: Mapping[str, int | None]
    trials: tuple[Trial, ...]
    """For ε × 0.5, 1, 2."""
    townships: int
    """Records among these that are known to the township only."""
    coincident: int
    """Records that share their exact position with another."""
    spots: int

    @property
    def noise(self) -> tuple[str, ...]:
        """The records that belong to no cluster."""
        return tuple(key for key, number in self.number_of.items() if number is None)

    @property
    def chosen(self) -> Trial:
        """The run with the ε that was asked for."""
        return self.trials[FACTORS.index(1.0)]


def cluster(placed: Placed, settings: Density) -> Clustered:
    """Return the clusters of the records that may take part at this ε.

    Raises BadInput ``no_places`` when there is none and ``one_place`` when there is one.
    """
    rows = _rows(placed, settings.eps_km)
    _refuse_too_few(len(rows), placed)
    points = placed.lonlat[rows]
    labels = density_clusters(points, settings.eps_km * 1000, settings.min_points)
    groups = _groups(placed, rows, points, labels)
    number = {key: group.number for group in groups for key in group.ids}
    ids = [placed.ids[row] for row in rows.tolist()]
    alike = _times(points)
    return Clustered(
        settings,
        groups,
        {key: number.get(key) for key in ids},
        tuple(_trial(placed, settings, factor) for factor in FACTORS),
        int((placed.precision[rows] == Precision.TOWNSHIP).sum()),
        int(alike[alike > 1].sum()),
        len(alike),
    )


def money_of(amounts: Iterable[Decimal | None]) -> Money:
    """Return the sum of what is known, exactly, and of how many.

    >>> money_of([Decimal("1.5"), None]), money_of([None]).total
    (Money(total=Decimal('1.5'), known=1, of=2), None)
    """
    given = list(amounts)
    known = [amount for amount in given if amount is not None]
    return Money(sum(known, Decimal(0)) if known else None, len(known), len(given))


def leading(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Return the categories with the most records: one, or several when equal.

    >>> leading({"tcm": 2, "sports": 2, "other": 1}), leading({})
    (('sports', 'tcm'), ())
    """
    most = max(counts.values(), default=0)
    return tuple(sorted(code for code, n in counts.items() if n == most and n))


def rows_at(placed: Placed, townships: bool) -> IntArray:
    """Return the rows of precision 1–2 (with ``townships`` 3 too) in the order of their ids."""
    finest = Precision.TOWNSHIP if townships else Precision.VILLAGE
    wanted = (placed.precision >= Precision.BUILDING) & (placed.precision <= finest)
    rows = sorted(np.flatnonzero(wanted).tolist(), key=lambda row: placed.ids[row])
    return np.array(rows, dtype=np.int64)


def _rows(placed: Placed, eps_km: float) -> IntArray:
    return rows_at(placed, townships_at(eps_km))


def _refuse_too_few(n: int, placed: Placed) -> None:
    if n == 0:
        raise BadInput(
            f"none of {placed.matched} records has a place that may be measured: place some of them first",
            code="no_places",
            matched=placed.matched,
        )
    if n == 1:
        raise BadInput(
            f"only one of {placed.matched} records has a place: a cluster needs at least two",
            code="one_place",
            matched=placed.matched,
        )


def _trial(placed: Placed, settings: Density, factor: float) -> Trial:
    """Run once more with another ε, with the records that may take part at that one."""
    eps = settings.eps_km * factor
    rows = _rows(placed, eps)
    labels = density_clusters(placed.lonlat[rows], eps * 1000, settings.min_points)
    sizes = np.bincount(labels[labels != NOISE])
    return Trial(eps, len(rows), len(sizes), int((labels == NOISE).sum()), int(sizes.max(initial=0)))


def _groups(placed: Placed, rows: IntArray, points: FloatArray, labels: IntArray) -> tuple[Group, ...]:
    """Return the clusters, the largest first, of equal ones that with the first id."""
    hulls = outlines(points, labels).hulls
    members = [rows[labels == label].tolist() for label in range(len(hulls))]
    order = sorted(range(len(hulls)), key=lambda label: (-len(members[label]), placed.ids[members[label][0]]))
    return tuple(
        _group(placed, number, members[label], hulls[label]) for number, label in enumerate(order, 1)
    )


def _group(placed: Placed, number: int, rows: list[int], hull: Any) -> Group:
    counts = Counter(placed.category[row] for row in rows)
    counties = {placed.county[row] for row in rows}
    return Group(
        number=number,
        ids=tuple(placed.ids[row] for row in rows),
        hull=geometry_member(hull) or {},
        spots=len(_times(placed.lonlat[rows])),
        money=money_of(placed.investment[row] for row in rows),
        categories=tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))),
        leading=leading(counts),
        counties=tuple(sorted(code for code in counties if code)),
    )


def _times(points: FloatArray) -> IntArray:
    """Return how many records stand on each different position."""
    return np.asarray(np.unique(points, axis=0, return_counts=True)[1], dtype=np.int64)
