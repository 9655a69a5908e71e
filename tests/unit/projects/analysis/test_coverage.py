"""Settings of the coverage page: links reproduce them, broken ones are told; areas gathered once each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import BadInput
from projects.analysis.coverage.choosing import (
    DETOURS,
    USUAL,
    By,
    CoverageSettings,
    Decay,
    See,
    Shaded,
    Show,
    Supply,
    area_codes,
    gathered,
    gathered_townships,
    outlines,
    places_only,
    settings_of,
    texts,
)
from projects.analysis.demand import Weight
from projects.codes import Category, Kind, Stage
from projects.filters import FIELDS, ProjectFilter
from tests.fake_analysis import OUTSIDE, FakeAnalysis, areas_of, townships_of


def tenths(low: int, high: int) -> st.SearchStrategy[float]:
    return st.integers(low * 10, high * 10).map(lambda n: n / 10)


SETTINGS = st.builds(
    CoverageSettings,
    show=st.sampled_from(Show),
    see=st.sampled_from(See),
    shaded=st.sampled_from(Shaded),
    beds=st.sampled_from([Category.ELDERLY_CARE, Category.HOSPITAL]),
    of=st.lists(st.sampled_from(Category), min_size=1, max_size=4, unique=True).map(tuple),
    demand=st.integers(0, 99_999),
    count=st.sampled_from([Weight.PEOPLE, Weight.VILLAGES]),
    limit=tenths(1, 300),
    catch=tenths(1, 300),
    decay=st.sampled_from(Decay),
    supply=st.sampled_from(Supply),
    roads=st.integers(0, 99_999),
    by=st.sampled_from(By),
    minutes=tenths(1, 240),
    walk=tenths(1, 20),
    bicycle=tenths(3, 60),
    car=tenths(5, 150),
    detour=st.sampled_from(DETOURS),
    pace=tenths(1, 120),
    edge=st.booleans(),
)


@given(SETTINGS)
def test_a_link_reproduces_the_settings(settings: CoverageSettings) -> None:
    params = settings.params()
    assert settings_of(params) == (settings, [])
    assert all(params[name] != USUAL[name] for name in params)
    assert settings_of(texts(settings)) == (settings, [])


def test_own_parameters_are_no_fields_of_the_filter() -> None:
    assert not set(USUAL) & {*FIELDS, "lang", "id", "job", "shade", "scenario"}


BAD = [
    ("show", "<b>"),
    ("see", "everything"),
    ("beds", "tcm"),
    ("of", "hospital,nonsense"),
    ("of", ","),
    ("demand", "-1"),
    ("demand", "１２"),
    ("roads", "9" * 40),
    ("count", "places"),
    ("limit", "0"),
    ("limit", "1e3"),
    ("limit", "nan"),
    ("limit", "."),
    ("limit", "1.2.3"),
    ("catch", "301"),
    ("minutes", "inf"),
    ("detour", "1.3"),
    ("edge", "true"),
    ("walk", "-5"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_what_cannot_be_read_is_usual_and_told(name: str, value: str) -> None:
    settings, issues = settings_of({name: value, "lang": "en", "q": "x"})
    assert settings == CoverageSettings()
    assert [(one.name, one.value) for one in issues] == [(name, value[:60])]


def test_the_filter_says_the_area_by_its_finest_level() -> None:
    chosen = ProjectFilter(province=("440000",), prefecture=("440200",))
    assert area_codes(chosen) == ("440200",)
    assert area_codes(chosen.with_(county=("440232",))) == ("440232",)
    assert area_codes(ProjectFilter()) == ()


def test_plans_and_withdrawn_records_are_no_places_unless_asked_for() -> None:
    found = places_only(ProjectFilter())
    assert set(found.kind) == {Kind.SITE, Kind.ENTERPRISE} and Stage.WITHDRAWN not in found.stage
    asked = ProjectFilter(kind=(Kind.PROGRAMME,), stage=(Stage.WITHDRAWN,))
    assert places_only(asked) == asked


def test_areas_come_once_in_code_order_and_inside_wins() -> None:
    left = areas_of(["440232", "440224"], inside=["440232"])
    right = areas_of(["440224", OUTSIDE], inside=["440224"])
    for parts in ([left, right], [right, left]):
        found = gathered(parts)
        assert found.codes == (OUTSIDE, "440224", "440232")
        assert found.inside.tolist() == [False, True, True]
        assert found.population.tolist() == [570_000, 185_000, 188_000]
        assert [one is not None for one in outlines(found)] == [True] * 3
    with pytest.raises(BadInput) as error:
        gathered([areas_of([], inside=[])])
    assert error.value.code == "no_area"


def test_townships_come_once() -> None:
    fake = FakeAnalysis()
    found = gathered_townships([townships_of(["440232"]), fake.townships("440200")])
    assert len(found.codes) == 30 and list(found.codes) == sorted(found.codes)
    again = fake.townships("440200")
    assert found.codes == again.codes and found.villages.tolist() == again.villages.tolist()
    assert np.array_equal(found.lonlat, again.lonlat, equal_nan=True)
    assert gathered_townships([]).lonlat.shape == (0, 2)
