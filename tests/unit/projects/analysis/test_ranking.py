"""Rates of counties: what so many may carry, the ring, islands, counties without census figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import BadInput
from gis.statistics import Power
from projects.analysis.clusters.ranking import Paint, Per, Rates, rank, read
from projects.analysis.inputs import Areas
from projects.analysis.universe import Among


def lattice(side: int, *, far: int = 0, outside: int = 0, people: float = 100_000) -> Areas:
    """Return side² counties in a square (its last ``outside`` rows are not inside) and ``far`` lone ones."""
    boxes = [
        shapely.box(100 + i / 4, 20 + j / 4, 100.25 + i / 4, 20.25 + j / 4)
        for j in range(side)
        for i in range(side)
    ]
    boxes += [shapely.box(130 + 5 * k, 40, 130.2 + 5 * k, 40.2) for k in range(far)]
    codes = tuple(f"44{n:04d}" for n in range(len(boxes)))
    polygons = np.array(boxes, dtype=object)
    population = np.full(len(boxes), people)
    inside = np.ones(len(boxes), dtype=bool)
    inside[side * (side - outside) : side * side] = False
    return Areas(
        codes, codes, (None,) * len(codes), polygons, shapely.get_coordinates(shapely.centroid(polygons)),
        population, population / 5, population / 7, inside, 2020,
    )  # fmt: skip


def west_heavy(areas: Areas) -> dict[str, int]:
    """Return many records in the west, few in the east: neighbours are alike."""
    return {
        code: 60 if x < 101 else 3 for code, (x, _y) in zip(areas.codes, areas.label.tolist(), strict=True)
    }


def changed(areas: Areas, **columns: Any) -> Areas:
    held = {name: getattr(areas, name) for name in Areas.__dataclass_fields__}
    return Areas(**held | columns)


@pytest.mark.parametrize(
    ("side", "power", "moran", "gi"),
    [
        (3, Power.RANKED, False, False),
        (5, Power.RANKED, False, False),
        (6, Power.LOW, True, False),
        (10, Power.FULL, True, True),
    ],
)
def test_so_many_counties_carry_so_much(side: int, power: Power, moran: bool, gi: bool) -> None:
    areas = lattice(side)
    found = rank(areas, west_heavy(areas), Rates())
    assert found.power is power and (found.tests is not None) is moran
    assert moran is False or (found.tests is not None and (found.tests.hot is not None) is gi)


def test_the_tests_find_what_was_put_there_and_no_more() -> None:
    areas = lattice(10)
    found = rank(areas, west_heavy(areas), Rates())
    assert found.tests is not None and found.tests.hot is not None
    west = areas.label[:, 0] < 101
    assert found.tests.overall.I > 0.5 and found.tests.overall.p_sim < 0.001
    for local in (found.tests.local, found.tests.hot):
        high = set(local.passing(1))
        assert high and high <= set(np.flatnonzero(west).tolist())
        assert set(local.passing(3)).isdisjoint(high)
        assert local.kind_of(next(iter(high))) == 1
    assert found.tests.permutations == 9_999


def test_rates_are_per_so_many_people_with_exact_intervals() -> None:
    areas = lattice(2)
    found = rank(areas, {areas.codes[0]: 10}, Rates(Per.RESIDENTS))
    assert found.rates.rate.tolist() == [10, 0, 0, 0]
    assert (round(found.rates.low[0], 3), round(found.rates.high[0], 2)) == (4.795, 18.39)
    assert rank(areas, {areas.codes[0]: 10}, Rates(Per.AGED_60)).rates.rate[0] == pytest.approx(5)
    assert found.best == 0 and found.not_below_best == 0, "zero of 100,000 lies below 4.8"
    assert found.order == (0, 1, 2, 3)
    close = rank(areas, dict(zip(areas.codes, (10, 9, 0, 0), strict=True)), Rates())
    assert close.not_below_best == 1


def test_without_census_there_is_no_rate_and_never_zero() -> None:
    areas = lattice(2)
    gone = changed(areas, population=np.array([np.nan, 1e5, 1e5, 1e5]))
    found = rank(gone, {areas.codes[0]: 5}, Rates())
    assert found.without_census == (areas.codes[0],)
    assert np.isnan(found.rates.rate[0]) and found.rates.rank[0] == 0 and found.order[-1] == 0
    assert found.best is None, "the only record lies where nobody is counted"


def test_the_ring_is_computed_with_and_not_shown() -> None:
    areas = lattice(10, outside=2)
    counts = west_heavy(areas)
    found = rank(areas, counts, Rates())
    assert len(found.codes) == 80 and found.tested == 80 and found.power is Power.LOW
    assert found.tests is not None and found.tests.ring == 20
    assert len(found.tests.local.p) == 80 and found.tests.local.found.tests == 80
    alone = rank(areas, counts, Rates(), ring=False)
    assert alone.tests is not None and alone.tests.ring == 0
    assert alone.tests.overall.I != found.tests.overall.I


def test_the_ring_does_not_lend_its_number() -> None:
    areas = lattice(6, outside=2)
    assert rank(areas, west_heavy(areas), Rates()).power is Power.RANKED, "24 inside, 36 with the ring"


def test_a_county_far_from_all_others_is_not_tested() -> None:
    areas = lattice(6, far=2)
    found = rank(areas, west_heavy(areas), Rates())
    assert found.lonely == areas.codes[36:] and found.tested == 36
    assert found.tests is not None and np.isnan(found.tests.local.p[36:]).all()
    assert found.tests.local.kind_of(36) is None
    assert not np.isnan(found.rates.rate[36]), "it has a rate all the same"


def test_an_island_near_the_coast_takes_part() -> None:
    areas = lattice(6)
    island = shapely.box(99.5, 20.5, 99.6, 20.6)
    polygons = areas.polygons.copy()
    polygons[0] = island
    label = areas.label.copy()
    label[0] = (99.55, 20.55)
    found = rank(changed(areas, polygons=polygons, label=label), west_heavy(areas), Rates())
    assert found.lonely == () and found.tests is not None and not np.isnan(found.tests.local.p[0])


def test_differences_that_chance_explains_are_not_tested() -> None:
    areas = lattice(6)
    found = rank(areas, dict.fromkeys(areas.codes, 2), Rates())
    assert found.alike and found.tests is None
    assert rank(areas, {}, Rates()).best is None


@pytest.mark.parametrize("kind", ["none", "outside", "census"])
def test_nothing_to_judge_is_refused(kind: str) -> None:
    areas = lattice(2, outside=2) if kind == "outside" else lattice(0 if kind == "none" else 2)
    areas = changed(areas, population=areas.population * np.nan) if kind == "census" else areas
    with pytest.raises(BadInput) as refused:
        rank(areas, {}, Rates())
    assert refused.value.code == ("no_census" if kind == "census" else "no_counties")


@given(st.lists(st.integers(0, 30), min_size=9, max_size=9))
def test_every_record_inside_is_counted_once_and_ranks_follow_rates(numbers: list[int]) -> None:
    areas = lattice(3)
    found = rank(areas, dict(zip(areas.codes, numbers, strict=True)), Rates())
    assert int(found.events.sum()) == sum(numbers) and found.events.tolist() == numbers
    in_order = [float(found.rates.rate[row]) for row in found.order]
    assert in_order == sorted(in_order, reverse=True)
    assert ((found.rates.low <= found.rates.rate) & (found.rates.rate <= found.rates.high)).all()


@given(st.permutations(range(9)))
def test_the_order_of_the_areas_changes_no_rate(order: list[int]) -> None:
    areas = lattice(3)
    counts = {code: n * n for n, code in enumerate(areas.codes)}
    mixed = changed(
        areas, codes=tuple(areas.codes[n] for n in order), names=tuple(areas.names[n] for n in order),
        polygons=areas.polygons[order], label=areas.label[order],
    )  # fmt: skip
    one, other = rank(areas, counts, Rates()), rank(mixed, counts, Rates())
    assert dict(zip(one.codes, one.rates.rate.tolist(), strict=True)) == dict(
        zip(other.codes, other.rates.rate.tolist(), strict=True)
    )


def test_settings_go_through_the_link_and_bad_ones_are_reported() -> None:
    settings = Rates(Per.AGED_65, Among.RECORDS, Paint.GI)
    assert read(settings.params) == (settings, [])
    found, issues = read({"per": "<b>", "among": "moon", "paint": ""})
    assert found == Rates() and [one.name for one in issues] == ["per", "among"]
