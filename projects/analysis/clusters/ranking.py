"""Rates of counties, ranked; from thirty counties on also whether neighbours are alike beyond chance.

How much is computed follows the number of counties (``gis.statistics.power``): under 30 ranked rates with
exact intervals and nothing else; 30 to 99 Moran and local Moran; from 100 on Gi* too. Rates, not counts; the
tests take rates smoothed by empirical Bayes, since counties have very different numbers of residents.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np

from gis import weights as neighbours
from gis.errors import BadInput
from gis.false_discovery import Discoveries, false_discovery
from gis.nearest import nearest
from gis.rates import RankedRates, empirical_bayes, ranked_rates
from gis.statistics import PERMUTATIONS, SEED, Moran, Power, local_g, local_moran, moran, power
from projects.analysis.given import Given
from projects.analysis.inputs import Areas, BoolArray, FloatArray, IntArray
from projects.analysis.universe import Among
from projects.filters import ParamIssue

REACH_KM: Final = 150.0
"""An island's neighbour is the nearest county up to here; farther away it has none and takes no part."""


class Per(StrEnum):
    """What records are counted per."""

    RESIDENTS = "residents"
    """100,000 permanent residents."""
    AGED_60 = "aged60"
    """10,000 residents aged 60 and over."""
    AGED_65 = "aged65"
    """10,000 residents aged 65 and over."""

    @property
    def unit(self) -> int:
        """How many people a rate is per."""
        return 100_000 if self is Per.RESIDENTS else 10_000

    def of(self, areas: Areas) -> FloatArray:
        """Return the people of each county, NaN where the census holds none."""
        columns = {
            Per.RESIDENTS: areas.population,
            Per.AGED_60: areas.aged_60_plus,
            Per.AGED_65: areas.aged_65_plus,
        }
        return columns[self]


class Paint(StrEnum):
    """What the map shows."""

    RATE = "rate"
    MORAN = "moran"
    GI = "gi"


@dataclass(frozen=True, slots=True)
class Rates:
    """Which rate, which counties, what the map shows."""

    per: Per = Per.RESIDENTS
    among: Among = Among.PLANS
    paint: Paint = Paint.RATE

    @property
    def params(self) -> dict[str, str]:
        """The parameters of the link."""
        return {"per": str(self.per), "among": str(self.among), "paint": str(self.paint)}


def read(given: Mapping[str, str]) -> tuple[Rates, list[ParamIssue]]:
    """Return the settings of a link, and what of it could not be used."""
    reader = Given(given)
    found = Rates(
        Per(reader.one_of("per", tuple(Per), Per.RESIDENTS)),
        Among(reader.one_of("among", tuple(Among), Among.PLANS)),
        Paint(reader.one_of("paint", tuple(Paint), Paint.RATE)),
    )
    return found, reader.issues


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """A local statistic of the counties inside, aligned with ``Ranking.codes``; NaN where none was made."""

    score: FloatArray
    """Local Moran's I, or the score z of Gi* (Ord and Getis 1995)."""
    kind: IntArray
    """Quadrant 1 HH, 2 LH, 3 LL, 4 HL; of Gi* 1 above and 3 below what is expected; 0 none."""
    p: FloatArray
    found: Discoveries
    """Benjamini–Hochberg over the counties inside."""

    def passing(self, kind: int) -> tuple[int, ...]:
        """Return the rows of a kind that pass."""
        return tuple(np.flatnonzero(self.found.significant & (self.kind == kind)).tolist())

    def kind_of(self, row: int) -> int | None:
        """Return the kind of a county that passes, 0 for one that does not, None for one without a test."""
        if np.isnan(self.p[row]):
            return None
        return int(self.kind[row]) if self.found.significant[row] else 0


@dataclass(frozen=True, slots=True, eq=False)
class Tests:
    """Moran and local statistics; ``hot`` only from 100 counties on."""

    overall: Moran
    local: Local
    hot: Local | None
    ring: int
    """Counties around that were computed with and are not shown."""
    permutations: int = PERMUTATIONS
    seed: int = SEED


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Rates of the counties inside, in code order, per ``per.unit`` people; NaN without census figures.

    ``tests`` is None under 30 counties and where nothing can be tested (``alike``).
    """

    settings: Rates
    codes: tuple[str, ...]
    names: tuple[str, ...]
    polygons: Any
    events: IntArray
    people: FloatArray
    rates: RankedRates
    smoothed: FloatArray
    power: Power
    tested: int
    """Counties inside with a rate and with a neighbour: their number says what may be tested."""
    alike: bool
    """Whether chance alone explains the differences: smoothed, all rates are the same."""
    lonely: tuple[str, ...]
    """Counties with a rate but without any judged county near: no test there."""
    tests: Tests | None

    @property
    def without_census(self) -> tuple[str, ...]:
        """Counties whose people are not known: no rate, never 0."""
        return tuple(
            code for code, rate in zip(self.codes, self.rates.rate.tolist(), strict=True) if np.isnan(rate)
        )

    @property
    def order(self) -> tuple[int, ...]:
        """Rows from the highest rate down, equal ones by code, those without a rate last."""
        rank = np.where(self.rates.rank > 0, self.rates.rank, np.iinfo(np.int64).max).tolist()
        return tuple(sorted(range(len(self.codes)), key=lambda row: (rank[row], self.codes[row])))

    @property
    def small(self) -> int:
        """How many counties with a rate have few records."""
        return int((self.rates.small & np.isfinite(self.rates.rate)).sum())

    @property
    def best(self) -> int | None:
        """The row of the highest rate, None when there is none or all are zero."""
        rows = np.flatnonzero((self.rates.rank == 1) & (self.events > 0))
        return int(rows[0]) if len(rows) else None

    @property
    def not_below_best(self) -> int:
        """How many other counties have an interval that overlaps the highest one's: no order among these."""
        if self.best is None:
            return 0
        overlaps = self.rates.high >= self.rates.low[self.best]
        return int(overlaps.sum()) - 1


def rank(areas: Areas, counts: Mapping[str, int], settings: Rates, *, ring: bool = True) -> Ranking:
    """Return ranked rates, and what the number of counties allows to test.

    ``counts``: county → records, for the ring too; a county that is not in it has none, so ``areas`` must
    hold judged counties only. Without ``ring`` the counties outside are left out of the tests.

    Raises BadInput ``no_counties`` when none is inside, ``no_census`` when no census figure is known.
    """
    events = np.array([counts.get(code, 0) for code in areas.codes], dtype=np.int64)
    people = settings.per.of(areas)
    inside = areas.inside
    _check(inside, people)
    rates = ranked_rates(events[inside], people[inside] / settings.per.unit)
    known = (people > 0) & (inside | ring)
    near = _near(areas, known)
    tested = int((near & inside).sum())
    smooth = np.full(len(events), np.nan)
    smooth[known] = empirical_bayes(events[known], people[known] / settings.per.unit).rate
    alike = bool(known.any() and np.ptp(smooth[known]) <= 1e-12 * max(1.0, float(smooth[known].max())))
    tests = None
    if power(tested) is not Power.RANKED and not alike:
        tests = _tests(areas, smooth, near, power(tested))
    rows = np.flatnonzero(inside).tolist()
    return Ranking(
        settings=settings,
        codes=tuple(areas.codes[row] for row in rows),
        names=tuple(areas.names[row] for row in rows),
        polygons=areas.polygons[inside],
        events=events[inside],
        people=people[inside],
        rates=rates,
        smoothed=smooth[inside],
        power=power(tested),
        tested=tested,
        alike=alike,
        lonely=tuple(areas.codes[row] for row in np.flatnonzero(inside & known & ~near).tolist()),
        tests=tests,
    )


def _check(inside: BoolArray, people: FloatArray) -> None:
    if not inside.any():
        raise BadInput("no county here may be judged: nobody loaded a plan about it", code="no_counties")
    if not (people[inside] > 0).any():
        raise BadInput(
            f"the census has no figures for any of the {int(inside.sum())} counties", code="no_census",
            count=int(inside.sum()),
        )  # fmt: skip


def _near(areas: Areas, known: BoolArray) -> BoolArray:
    """Which of the known counties touch another one, or lie within reach of one."""
    rows = np.flatnonzero(known)
    near = np.zeros(len(known), dtype=np.bool_)
    if len(rows) < 2:
        return near
    metres = nearest(areas.label[rows], areas.label[rows], k=2).metres[:, 1]
    touching = np.ones(len(rows), dtype=np.bool_)
    touching[neighbours.islands(neighbours.queen(areas.polygons[rows]))] = False
    near[rows] = touching | (metres <= REACH_KM * 1000)
    return near


def _tests(areas: Areas, rates: FloatArray, near: BoolArray, strength: Power) -> Tests:
    """Compute with the ring, show without it; false discoveries are controlled over what is shown."""
    rows = np.flatnonzero(near)
    links = neighbours.attach_islands(neighbours.queen(areas.polygons[rows]), areas.label[rows])
    shared = neighbours.row_standardised(links)
    values = rates[rows]
    local = local_moran(values, shared)
    spread = _Spread(areas.inside, rows)
    hot = local_g(values, links, star=True) if strength is Power.FULL else None
    return Tests(
        overall=moran(values, shared),
        local=spread.local(local.Is, local.q, local.p_sim),
        hot=None if hot is None else spread.local(hot.z, np.where(hot.z > 0, 1, 3), hot.p_sim),
        ring=int((near & ~areas.inside).sum()),
    )


class _Spread:
    """Puts results of the tested counties at their places among those inside."""

    def __init__(self, inside: BoolArray, rows: IntArray) -> None:
        self._inside, self._rows = inside, rows

    def _at(self, values: Any, empty: float) -> Any:
        whole = np.full(len(self._inside), empty)
        whole[self._rows] = values
        return whole[self._inside]

    def local(self, score: FloatArray, kind: IntArray, p: FloatArray) -> Local:
        """Return a local statistic of the counties inside."""
        tests = self._at(p, np.nan)
        return Local(
            self._at(score, np.nan), self._at(kind, 0).astype(np.int64), tests, false_discovery(tests)
        )
