"""K against settlement: which records and places are held against each other, and when nothing is said."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from gis.errors import BadInput
from projects.analysis.clusters.settlement import (
    AT_ONCE,
    SEATS,
    Against,
    Patterns,
    as_json,
    compare,
    compared,
    from_json,
    prepare,
    read,
    together,
)
from projects.analysis.inputs import LayerKind
from projects.errors import UnknownRecord
from projects.filters import ProjectFilter
from tests.fake_analysis import FakeAnalysis, Row, county_of, made, settlements, townships_of

PARENTS = {"440224": "440200", "440232": "440200", "440281": "440200", "431022": "431000"}
EVERY = ProjectFilter()


def prepared(
    analysis: FakeAnalysis, settings: Against | None = None, chosen: ProjectFilter = EVERY
) -> Patterns:
    return prepare(analysis, chosen, settings or Against(), PARENTS)


def test_two_knots_are_closer_together_than_the_seats_of_townships() -> None:
    found = compare(prepared(FakeAnalysis()), Against(reach_km=20))
    assert found.clustered is True and found.p <= 0.01
    assert (found.n, found.left_out, found.prefectures) == (60, 15, 1)
    assert found.places == 28 and found.places_left_out == 2, "two townships have no point"
    assert found.weight == "villages" and found.source == ""
    assert found.distances_m[-1] == 20_000 and found.distances_m[0] >= found.spacing_m > 9_000


def test_distances_below_the_spacing_of_the_places_are_neither_drawn_nor_tested() -> None:
    """Draws from the seats pile up on them: even an even scatter would seem sparser at short distances."""
    assert len(Against(reach_km=20).distances_m(0)) == 20
    assert Against(reach_km=20).distances_m(9_500).tolist()[0] == 10_000
    with pytest.raises(BadInput) as refused:
        compare(prepared(FakeAnalysis()), Against(reach_km=5))
    assert refused.value.code == "reach_short" and refused.value.values["reach_km"] == 5


def test_the_same_question_has_the_same_answer() -> None:
    one, other = (compare(prepared(FakeAnalysis()), Against()) for _ in range(2))
    assert one == other and from_json(json.loads(json.dumps(as_json(one)))) == one


def test_rows_in_another_order_give_the_same_answer() -> None:
    analysis = FakeAnalysis(rows=made()[::-1])
    assert compare(prepared(analysis), Against()) == compare(prepared(FakeAnalysis()), Against())


def test_records_that_stand_where_people_live_are_not_called_clustered() -> None:
    seats = townships_of(("440224", "440232", "440281"))
    known = np.flatnonzero(np.isfinite(seats.lonlat[:, 0]))
    rows = tuple(
        Row(f"SG-{n:04d}", "x", "tcm", "在建", 2, *seats.lonlat[n].tolist(), county=seats.county[n])
        for n in np.random.default_rng(3).choice(known, 30).tolist()
    )
    assert compare(prepared(FakeAnalysis(rows=rows)), Against()).clustered is None


def test_records_some_way_from_where_people_live_are_not_called_sparser() -> None:
    """A km around villages, as projects stand: draws pile up on the villages, which is not to count."""
    chance = np.random.default_rng(4)
    places = replace(settlements(150), lonlat=chance.uniform((113.0, 24.5), (114.0, 25.0), (150, 2)))
    north = replace(settlements(75), lonlat=chance.uniform((113.0, 25.0), (113.5, 25.5), (75, 2)))
    lonlat = np.concatenate((places.lonlat, north.lonlat))
    every = replace(
        settlements(225, people=False),
        lonlat=lonlat,
        cost=np.full(225, np.nan),
        capacity=np.full(225, np.nan),
    )
    rows = []
    for n, row in enumerate(chance.choice(225, 60).tolist()):
        lon, lat = lonlat[row] + chance.normal(0, 0.008, 2)
        if county := county_of(lon, lat):
            rows.append(Row(f"SG-{n:04d}", "x", "tcm", "在建", 2, lon, lat, county=county))
    analysis = FakeAnalysis(rows=tuple(rows))
    key = Against(str(analysis.load(LayerKind.SETTLEMENTS, every)))
    assert compare(prepared(analysis, key), key).clustered is None


def test_a_chosen_county_is_held_against_its_own_places() -> None:
    chosen = ProjectFilter(county=("440232",))
    patterns = prepared(FakeAnalysis(), chosen=chosen)
    assert set(patterns.demand.county) == {"440232"}
    rows = compared(patterns.placed, chosen, PARENTS)
    assert len(rows) == compare(patterns, Against()).n
    assert len(compared(patterns.placed, ProjectFilter(prefecture=("431000",)), PARENTS)) == 0
    assert compare(patterns, Against()).n == sum(
        row.precision in (1, 2) and row.county == "440232" for row in made()
    )


def test_township_records_never_take_part() -> None:
    patterns = prepared(FakeAnalysis())
    assert (patterns.placed.precision <= 2).all()


def test_a_layer_with_people_weighs_by_people() -> None:
    analysis = FakeAnalysis()
    lattice = settlements(90)
    wide = replace(
        lattice,
        lonlat=np.column_stack(
            [np.tile(np.linspace(113.02, 113.98, 10), 9), np.repeat(np.linspace(24.52, 25.48, 9), 10)]
        ),
    )
    key = analysis.load(LayerKind.SETTLEMENTS, wide, "<b>村庄</b>")
    found = compare(prepared(analysis, Against(str(key))), Against(str(key)))
    assert found.weight == "people" and found.source == "<b>村庄</b>"
    assert found.places + found.places_left_out == 90
    bare = analysis.load(LayerKind.SETTLEMENTS, replace(wide, people=np.full(90, np.nan)))
    assert compare(prepared(analysis, Against(str(bare))), Against()).weight == "places"


def test_a_layer_that_does_not_cover_a_county_with_records_is_refused() -> None:
    analysis = FakeAnalysis()
    key = analysis.load(LayerKind.SETTLEMENTS, settlements())
    with pytest.raises(BadInput) as refused:
        compare(prepared(analysis, Against(str(key))), Against(str(key)))
    assert refused.value.code == "places_missing" and "乐昌市" in str(refused.value.values["names"])


def test_a_layer_of_somebody_else_is_not_there() -> None:
    with pytest.raises(UnknownRecord):
        prepared(FakeAnalysis(), Against("7"))


@pytest.mark.parametrize("keep", [0, 1])
def test_too_few_records_are_refused(keep: int) -> None:
    with pytest.raises(BadInput) as refused:
        prepared(FakeAnalysis(rows=made()[:keep]))
    assert refused.value.code == "few"


def test_a_run_can_be_stopped_and_leaves_nothing() -> None:
    class StoppedError(Exception):
        pass

    def step(done: int, of: int) -> None:
        assert of == 999
        if done == 3:
            raise StoppedError

    with pytest.raises(StoppedError):
        compare(prepared(FakeAnalysis()), Against(), step)


def test_a_run_is_large_when_both_sides_are() -> None:
    analysis = FakeAnalysis()
    key = analysis.load(LayerKind.SETTLEMENTS, settlements(AT_ONCE + 60))
    many = [
        Row(f"SG-{n:05d}", "x", "tcm", "在建", 1, 113.1, 24.6, county="440232") for n in range(AT_ONCE + 1)
    ]
    crowd = replace(analysis, rows=tuple(many))
    assert not prepared(crowd).large, "thirty seats: few spots are drawn, however many records there are"
    assert not prepared(analysis, Against(str(key))).large, "sixty records"
    wide = replace(settlements(2000), lonlat=settlements(2000).lonlat % (0.4, 0.4) + (113.0, 24.55))
    assert prepared(crowd, Against(str(crowd.load(LayerKind.SETTLEMENTS, wide)))).large


def test_townships_of_several_areas_become_one_list_in_code_order() -> None:
    one, other = townships_of(("440281",)), townships_of(("440224",))
    both = together([one, other])
    assert both.codes == tuple(sorted((*one.codes, *other.codes)))
    assert both.villages.tolist() == [*other.villages.tolist(), *one.villages.tolist()]


@pytest.mark.parametrize("text", ["moon", "1e9", "99999999999", "-1", "<b>"])
def test_bad_parameters_fall_back(text: str) -> None:
    found, issues = read({"against": text})
    assert found.places == SEATS and issues[0].name == "against"


def test_settings_go_through_the_link() -> None:
    for settings in (Against(), Against("12", 7.5)):
        assert read(settings.params) == (settings, [])
    assert Against("12").layer == 12 and Against().layer is None
