"""Where people are: nothing invented, nothing lost, whoever is left out is counted with the reason."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import BadInput
from projects.analysis.demand import DemandKind, Missing, Weight, from_layer, from_records, from_townships
from projects.analysis.inputs import Areas, LayerKind, PointLayer, Townships
from projects.codes import Basis
from projects.filters import ProjectFilter
from tests.fake_analysis import OUTSIDE, FakeAnalysis, areas_of, settlements, townships_of

COUNTIES = ("440224", "440232", "440281")


def made_townships(villages: list[int], *, county: str = "440232", lost: tuple[int, ...] = ()) -> Townships:
    count = len(villages)
    lonlat = np.array([(113.01 + 0.01 * n, 24.6) for n in range(count)], dtype=float).reshape(-1, 2)
    lonlat[list(lost)] = np.nan
    return Townships(
        tuple(f"{county}{100 + n}" for n in range(count)),
        tuple(f"镇{n}" for n in range(count)),
        (county,) * count,
        np.array(villages, dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        lonlat,
        ("gazetteer",) * count,
    )


def with_people(people: float) -> Areas:
    return replace(areas_of(["440232"], inside=["440232"]), population=np.array([people]))


def code(error: pytest.ExceptionInfo[BadInput]) -> str:
    return error.value.code


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=12),
    st.integers(0, 2_000_000),
    st.sets(st.integers(0, 11), max_size=4),
)
def test_people_and_people_left_out_are_the_census(villages: list[int], people: int, lost: set[int]) -> None:
    gone = tuple(n for n in lost if n < len(villages))
    try:
        found = from_townships(made_townships(villages, lost=gone), with_people(people))
    except BadInput as error:
        assert error.code == "no_demand_left"
        assert not any(n for at, n in enumerate(villages) if at not in gone)
        return
    assert found.total + found.missing_people == people
    assert len(found) + sum(found.missing.values()) == len(villages)
    assert (found.people == np.round(found.people)).all()


def test_shares_follow_the_villages_and_are_modelled() -> None:
    found = from_townships(made_townships([1, 3]), with_people(1000))
    assert found.people.tolist() == [250, 750] and found.modelled
    assert found.kind is DemandKind.TOWNSHIPS and found.basis is Basis.MODELLED


def test_a_seat_nobody_knows_keeps_its_share_out_of_the_neighbours() -> None:
    found = from_townships(made_townships([1, 3], lost=(1,)), with_people(1000))
    assert found.people.tolist() == [250]
    assert found.missing == {Missing.NO_POSITION: 1} and found.missing_people == 750
    assert found.missing_named == (("440232101", "镇1", Missing.NO_POSITION),)


def test_a_county_without_census_gives_no_people_and_is_counted() -> None:
    fake = FakeAnalysis()
    found = from_townships(fake.townships("440200"), fake.areas("440200"))
    assert found.missing == {Missing.NO_CENSUS: 10, Missing.NO_POSITION: 1}
    assert set(found.county) == {"440224", "440232"}
    assert found.total + found.missing_people == 185_000 + 188_000


def test_a_county_without_any_township_is_named_and_its_people_are_missing() -> None:
    fake = FakeAnalysis()
    found = from_townships(townships_of(["440232"]), fake.areas("440200"))
    assert found.counties_without == ("仁化县", "乐昌市")
    assert found.total + found.missing_people == 185_000 + 188_000


def test_villages_need_no_census_and_no_model() -> None:
    fake = FakeAnalysis()
    found = from_townships(fake.townships("440200"), fake.areas("440200"), Weight.VILLAGES)
    assert set(found.county) == set(COUNTIES) and not found.modelled
    assert found.missing == {Missing.NO_POSITION: 2} and found.missing_people == 0
    townships = fake.townships("440200")
    known = np.isfinite(townships.lonlat).all(axis=1)
    assert found.total == float((townships.villages + townships.communities)[known].sum())


def test_a_township_without_villages_has_no_share_and_is_told() -> None:
    found = from_townships(made_townships([0, 4]), with_people(100))
    assert found.people.tolist() == [100] and found.missing == {Missing.NO_VILLAGES: 1}
    assert len(from_townships(made_townships([0, 4]), with_people(100), Weight.PLACES)) == 2


def test_the_ring_is_outside_and_a_zone_counts_with_its_villages() -> None:
    areas = areas_of([*COUNTIES, OUTSIDE], inside=COUNTIES)
    ring = from_townships(townships_of([*COUNTIES, OUTSIDE]), areas, Weight.VILLAGES)
    assert ring.missing[Missing.OUTSIDE] == 10 and OUTSIDE not in ring.county
    zone = made_townships([2, 2], county="440299")
    assert from_townships(zone, areas, Weight.VILLAGES).total == 4
    with pytest.raises(BadInput) as error:
        from_townships(zone, areas)
    assert code(error) == "no_demand_left"


def test_a_layer_keeps_what_lies_inside_with_people_and_position() -> None:
    layer = settlements(10)
    layer.people[0], layer.lonlat[1] = np.nan, (np.nan, np.nan)
    layer.lonlat[2] = (100.0, 30.0)
    info = FakeAnalysis().infos
    fake = FakeAnalysis(infos=info)
    key = fake.load(LayerKind.SETTLEMENTS, layer, "村点")
    found = from_layer(fake.layer(key), layer, fake.areas("440200"))
    assert found.missing == {Missing.NO_POSITION: 1, Missing.OUTSIDE: 1, Missing.NO_PEOPLE: 1}
    assert len(found) == 7 and found.source == "村点" and found.basis is Basis.REPORTED
    assert found.missing_people == layer.people[1], "those outside are nobody's concern"
    assert found.total == float(layer.people[3:].sum())


def test_a_raster_is_modelled_and_lists_no_cells() -> None:
    fake = FakeAnalysis()
    key = fake.load(LayerKind.POPULATION, settlements(5))
    found = from_layer(fake.layer(key), fake.points(key))
    assert found.kind is DemandKind.POPULATION and found.modelled and set(found.county) == {None}


def test_a_layer_without_people_is_refused_until_places_are_counted() -> None:
    fake = FakeAnalysis()
    key = fake.load(LayerKind.SETTLEMENTS, settlements(6, people=False))
    with pytest.raises(BadInput) as error:
        from_layer(fake.layer(key), fake.points(key))
    assert code(error) == "no_people_column"
    found = from_layer(fake.layer(key), fake.points(key), weight=Weight.VILLAGES)
    assert found.weight is Weight.PLACES and found.total == 6


@pytest.mark.parametrize("kind", [LayerKind.CANDIDATES, LayerKind.ROADS, LayerKind.EXCLUSIONS])
def test_other_layers_hold_no_people(kind: LayerKind) -> None:
    fake = FakeAnalysis()
    key = fake.load(kind, settlements(3))
    with pytest.raises(BadInput) as error:
        from_layer(fake.layer(key), fake.points(key))
    assert code(error) == "not_demand"


def test_nothing_left_and_ids_twice_are_refused() -> None:
    fake = FakeAnalysis()
    far = settlements(3)
    key = fake.load(LayerKind.SETTLEMENTS, PointLayer(far.ids, far.names, far.lonlat + 40, *[far.people] * 3))
    with pytest.raises(BadInput) as error:
        from_layer(fake.layer(key), fake.points(key), fake.areas("440200"))
    assert code(error) == "no_demand_left" and error.value.values == {"rows": 3}
    twice = PointLayer(("a", "a"), ("", ""), far.lonlat[:2], *[far.people[:2]] * 3)
    with pytest.raises(BadInput) as error:
        from_layer(fake.layer(key), twice)
    assert code(error) == "ids_twice"


def test_records_count_once_each() -> None:
    placed = FakeAnalysis().placed(ProjectFilter())
    found = from_records(placed)
    assert found.ids == placed.ids and found.total == len(placed) and found.kind is DemandKind.RECORDS


def test_rows_stay_together_when_some_are_taken_and_neighbours_come() -> None:
    fake = FakeAnalysis()
    whole = from_townships(fake.townships("440200"), fake.areas("440200"), Weight.VILLAGES)
    some = whole.only(np.array([one.startswith("440232") for one in whole.ids]))
    assert set(some.county) == {"440232"} and some.missing == whole.missing
    ring = from_townships(townships_of([OUTSIDE]), areas_of([OUTSIDE], inside=[OUTSIDE]), Weight.VILLAGES)
    both = whole.with_neighbours(ring)
    assert both.ids == whole.ids + ring.ids and both.total == whole.total + ring.total
    assert both.missing == whole.missing
    with pytest.raises(BadInput):
        whole.with_neighbours(whole)
