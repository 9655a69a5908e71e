"""Which counties may be judged: only those that a loaded plan went through."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from projects.analysis.inputs import Areas
from projects.analysis.universe import (
    Among,
    around,
    beyond,
    counted,
    gather,
    universe,
    with_neighbours,
)
from projects.counts import AreaCount
from projects.filters import ProjectFilter

PLANS = {"sg": "440200", "cz": "431000", "yz": "500103", "gx": "450000"}
PARENTS = {
    "440232": "440200", "440281": "440200", "431022": "431000", "500103": "500000", "450103": "450100",
    "441624": "441600",
}  # fmt: skip
COUNTS = (
    AreaCount("440232", "county", "乳源", {"tcm": 3}),
    AreaCount("450103", "county", "青秀区", {"hospital": 2}),
    AreaCount("440200", "prefecture", "韶关市", {"tcm": 9}),
    AreaCount("zone", "zone", "莞韶园", {"other": 1}),
)


def test_a_plan_of_a_province_says_nothing_about_its_counties() -> None:
    every = universe(ProjectFilter(), Among.PLANS, PLANS, PARENTS, COUNTS)
    assert every.scope == ("431000", "440200", "500103")
    assert every.judged("440281") and every.inside("440281"), "a county without records, but with a plan"
    assert not every.judged("450103") and not every.judged("441624")
    assert every.judged("500103"), "a plan of a county"


@pytest.mark.parametrize(
    ("chosen", "scope"),
    [
        ({"prefecture": ("440200",)}, ("440200",)),
        ({"county": ("440232",)}, ("440232",)),
        ({"county": ("441624",)}, ()),
        ({"province": ("440000",)}, ("440200",)),
        ({"province": ("500000",)}, ("500103",)),
        ({"prefecture": ("500000",)}, ("500103",)),
        ({"document": ("sg",)}, ("440200",)),
        ({"document": ("gx",)}, ()),
    ],
)
def test_the_filter_narrows_the_scope(chosen: dict[str, tuple[str, ...]], scope: tuple[str, ...]) -> None:
    assert universe(ProjectFilter(**chosen), Among.PLANS, PLANS, PARENTS, COUNTS).scope == scope  # type: ignore[arg-type]


def test_by_wish_the_prefectures_with_records() -> None:
    every = universe(ProjectFilter(), Among.RECORDS, PLANS, PARENTS, COUNTS)
    assert every.scope == ("440200", "450100") and not every.judged("431022")


def test_around_some_counties() -> None:
    assert around(ProjectFilter(county=("440232",)), ["440232", "431022"], PARENTS).scope == ("440232",)


def areas(*codes: str) -> Areas:
    boxes = np.array([shapely.box(n, 0, n + 1, 1) for n in range(len(codes))], dtype=object)
    numbers = np.arange(len(codes), dtype=float)
    return Areas(
        codes, codes, tuple(PARENTS.get(c) for c in codes), boxes, np.column_stack((numbers, numbers)),
        numbers + 100, numbers, numbers, np.ones(len(codes), dtype=bool), 2020,
    )  # fmt: skip


def test_areas_are_gathered_once_each_and_neighbours_nobody_may_judge_are_left_out() -> None:
    read = {"440200": areas("440232", "440281", "431022", "441624"), "431000": areas("431022", "440281")}
    scope = universe(ProjectFilter(prefecture=("440200",)), Among.PLANS, PLANS, PARENTS, COUNTS)
    got = gather(lambda code: read[str(code)], scope)
    assert got.codes == ("431022", "440232", "440281"), "441624 has no plan"
    assert got.inside.tolist() == [False, True, True]
    assert got.population.tolist() == [102, 100, 101], "values follow their codes"
    both = universe(ProjectFilter(), Among.PLANS, {"a": "440200", "b": "431000"}, PARENTS, COUNTS)
    assert gather(lambda code: read[str(code)], both).codes == ("431022", "440232", "440281")


def test_nothing_to_judge_gives_no_areas() -> None:
    none = universe(ProjectFilter(document=("gx",)), Among.PLANS, PLANS, PARENTS, COUNTS)
    assert gather(lambda code: areas(), none).codes == ()


def test_records_of_wider_areas_are_counted_apart() -> None:
    assert counted(COUNTS) == {"440232": 3, "450103": 2} and beyond(COUNTS) == 10


@pytest.mark.parametrize(
    "tied", [{"q": "温泉"}, {"document": ("sg",)}, {"owner": ("440232",)}, {"ids": ("SG-1",)}]
)
def test_a_filter_tied_to_a_place_has_no_neighbours(tied: dict[str, object]) -> None:
    assert with_neighbours(ProjectFilter.model_validate(tied)) is None


def test_what_means_the_same_next_door_is_kept() -> None:
    chosen = ProjectFilter.model_validate({"county": ("440232",), "category": ("tcm",)})
    assert with_neighbours(chosen) == ProjectFilter.model_validate({"category": ("tcm",)})
