"""From filter to scene with a library of a handful of records: nothing is lost, nothing is drawn twice."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

import pytest

from data.store.library import PostgisLibrary
from layers.labels import ZH
from projects.codes import Level, Precision
from projects.counts import AreaCount, Page, PrecisionCount
from projects.filters import ProjectFilter
from projects.ports import AreaName, Bounds, Cluster, ScenarioShare, ZoneName
from projects.scenario import covers
from services.map_parts import Shading, Wishes
from services.map_scene import MAINLAND, MapScenes, only_placed
from tests.unit.data.exports_fake import point

SQUARE = '{"type":"Polygon","coordinates":[[[113,24],[114,24],[114,25],[113,25],[113,24]]]}'
BOX: Bounds = (113.0, 24.0, 114.0, 25.0)


def area(code: str, level: Level, name: str, lon: float = 113.5) -> AreaName:
    prefecture = "440200" if level in (Level.PREFECTURE, Level.COUNTY) else None
    province = None if level is Level.NATION else "440000"
    return AreaName(code, level, name, None, province, prefecture, lon, 24.5, BOX)


AREAS = [
    area("440000", Level.PROVINCE, "广东省"), area("440200", Level.PREFECTURE, "韶关市"),
    area("440232", Level.COUNTY, "乳源", 113.2), area("440281", Level.COUNTY, "乐昌", 113.4),
]  # fmt: skip
SHARES = (
    ScenarioShare("440232101", "必背镇", "440232", 5, 3, 113.1, 24.7),
    ScenarioShare("440281103", "无点镇", "440281", 4, 2, None, None),
    ScenarioShare("440281104", "无额镇", "440281", 0, 0, 113.3, 24.9),
)


class Fake:
    """A library with one county of two records, one zone, one prefecture record; questions are counted."""

    def __init__(self, points: int = 0) -> None:
        self.points, self.asked = points, Counter[str]()

    def version(self) -> str:
        return "1"

    def area(self, code: str) -> AreaName | None:
        return next((a for a in AREAS if a.code == code), None)

    def areas(self, level: Level, parent: str | None = None) -> tuple[AreaName, ...]:
        return tuple(a for a in AREAS if a.level is level)

    def zones(self) -> tuple[ZoneName, ...]:
        return (ZoneName("sg-danxia", "丹霞山", "440200", ("440281",)),)

    def bounds(self, codes: Any) -> Bounds | None:
        return BOX if set(codes) & {a.code for a in AREAS} else None

    def polygons(
        self, level: Level, within: str | None = None, *, overview: bool = False
    ) -> list[dict[str, Any]]:
        self.asked["polygons"] += 1
        return [{"code": a.code, "name": a.name, "geometry": SQUARE} for a in AREAS if a.level is level]

    def area_counts(
        self, chosen: ProjectFilter, *, precisions: Any = (), upto: Level = Level.COUNTY
    ) -> tuple[AreaCount, ...]:
        self.asked["area_counts"] += 1
        if upto is Level.PREFECTURE:
            return (AreaCount("440200", "prefecture", "韶关市", {"tcm": 6, "sports": 1}, 5),)
        return (
            AreaCount("440232", "county", "乳源", {"tcm": 2}),
            AreaCount("sg-danxia", "zone", "丹霞山", {"sports": 1}),
            AreaCount("440200", "prefecture", "韶关市", {"tcm": 4}, 4),
        )

    def prefecture_of(self) -> dict[str, str]:
        return {"440232": "440200", "440281": "440200", "sg-danxia": "440200"}

    def residents_60_plus(self) -> dict[str, int]:
        return {"440232": 20_000}

    def document_areas(self) -> dict[str, str]:
        return {"sg2016": "440200"}

    def count(self, chosen: ProjectFilter) -> PrecisionCount:
        return PrecisionCount(self.points, 0, 0, 0, 0)

    def page(self, chosen: ProjectFilter, *, limit: int, offset: int = 0) -> Page:
        items = tuple(point(int(key[-4:]), 113.5, 24.9) for key in chosen.ids)
        return Page(items, self.count(chosen))

    def clusters(self, chosen: ProjectFilter, bounds: Bounds) -> tuple[Cluster, ...]:
        together = Cluster("1:1", 113.5, 24.5, self.points - 1, {"tcm": self.points - 1}, (), 2, BOX)
        return (together, Cluster("1:2", 113.5, 24.9, 1, {"tcm": 1}, ("SG-0007",), 2, BOX))

    def maritime_lines(self) -> list[str]:
        return ['{"type":"MultiLineString","coordinates":[[[110,5],[111,6]]]}']

    def slot_programmes(self) -> tuple[str, ...]:
        return ("SG-0028",)

    def scenario(self, programme: str) -> tuple[ScenarioShare, ...]:
        return SHARES


def scenes(fake: Fake) -> MapScenes:
    return MapScenes(cast(PostgisLibrary, fake))


def wishes(kind: str = "count", *, scenario: bool = False) -> Wishes:
    return Wishes(ZH, "内部使用", Shading(kind, "题", "注", "项"), scenario=scenario)


IN_SHAOGUAN = ProjectFilter(prefecture=("440200",))


@pytest.mark.parametrize(
    ("chosen", "level", "within"),
    [
        (ProjectFilter(), Level.PROVINCE, None),
        (IN_SHAOGUAN, Level.COUNTY, "440200"),
        (ProjectFilter(county=("440232",)), Level.COUNTY, "440200"),
        (ProjectFilter(document=("sg2016",)), Level.COUNTY, "440200"),
        (ProjectFilter(county=("999999",)), Level.PROVINCE, None),
    ],
)
def test_the_map_is_of_what_was_chosen(chosen: ProjectFilter, level: Level, within: str | None) -> None:
    scope = scenes(Fake()).scope(chosen)
    assert (scope.level, scope.within) == (level, within)
    assert scope.bounds == (BOX if within else MAINLAND)


def test_the_ground_is_the_same_map_without_any_record() -> None:
    made = scenes(Fake(points=3))
    whole, ground = made.scene(IN_SHAOGUAN, wishes()), made.ground(IN_SHAOGUAN, wishes())
    assert (ground.areas, ground.view, ground.lines) == (whole.areas, whole.view, whole.lines)
    assert whole.badges and whole.choropleth
    assert (ground.points, ground.stacks, ground.badges, ground.choropleth) == ((), (), (), None)


def test_every_record_is_in_one_badge_and_empty_counties_stay() -> None:
    scene = scenes(Fake()).scene(IN_SHAOGUAN, wishes())
    assert {b.code: b.total for b in scene.badges} == {"440232": 2, "440281": 0, "440200": 4, "sg-danxia": 1}
    assert sum(b.total for b in scene.badges) == 7


def test_a_map_of_prefectures_asks_for_prefectures() -> None:
    scene = scenes(Fake()).scene(ProjectFilter(), wishes())
    assert {b.code: (b.total, b.only_here) for b in scene.badges} == {"440200": (7, 5)}
    assert scene.inset is not None and scene.lines[0].kind == "maritime"


def test_badges_and_matrix_rows_are_the_same_and_asked_once() -> None:
    fake = Fake()
    made = scenes(fake)
    scene, rows = made.scene(IN_SHAOGUAN, wishes()), made.area_rows(IN_SHAOGUAN)
    assert [(b.code, b.total) for b in scene.badges] == [(r.code, sum(r.by_category.values())) for r in rows]
    made.scene(IN_SHAOGUAN, wishes("none"))
    assert fake.asked["polygons"] == 1 and fake.asked["area_counts"] == 1


def test_shading_knows_zero_from_unknown() -> None:
    made = scenes(Fake())
    by_count = made.scene(IN_SHAOGUAN, wishes()).choropleth
    by_rate = made.scene(IN_SHAOGUAN, wishes("rate")).choropleth
    assert by_count and by_count.values == {"440232": 2, "440281": 0}
    assert by_rate and by_rate.values == {"440232": 1.0, "440281": None}
    assert made.scene(IN_SHAOGUAN, wishes("none")).choropleth is None
    assert made.scene(ProjectFilter(), wishes()).choropleth is None


def test_many_places_come_as_clusters() -> None:
    scene = scenes(Fake(points=5000)).scene(IN_SHAOGUAN, wishes())
    assert [c.count for c in scene.clusters] == [4999]
    assert [p.id for p in scene.points] == ["SG-0007"], "alone in its cell: drawn as itself"
    assert scene.live, "clusters hold for one view: the map has to tell when it moves"


def test_few_places_are_drawn_one_by_one() -> None:
    scene = scenes(Fake(points=3)).scene(IN_SHAOGUAN, wishes())
    assert not scene.live and scene.clusters == ()


def test_the_scenario_draws_what_has_a_point_and_hands_out_the_rest() -> None:
    made = scenes(Fake())
    assert made.scene(IN_SHAOGUAN, wishes()).slots == ()
    assert [s.township_code for s in made.scene(IN_SHAOGUAN, wishes(scenario=True)).slots] == ["440232101"]
    assert [s.name for s in made.scenario_shares(IN_SHAOGUAN)] == ["必背镇", "无点镇"]


@pytest.mark.parametrize(
    ("chosen", "held"),
    [
        (ProjectFilter(), True),
        (ProjectFilter(province=("440000",), prefecture=("440200",), county=("440232",)), True),
        (ProjectFilter(prefecture=("431000",)), False),
        (ProjectFilter(township=("440232102",)), False),
        (ProjectFilter(category=("sports",)), True),
    ],
)
def test_a_scenario_follows_areas_only(chosen: ProjectFilter, held: bool) -> None:
    assert covers(chosen, SHARES[0]) is held


def test_only_precisions_with_a_place_are_points() -> None:
    found = only_placed(ProjectFilter(precision=(Precision.VILLAGE, Precision.COUNTY)))
    assert found and found.precision == (Precision.VILLAGE,)
    assert only_placed(ProjectFilter(precision=(Precision.UNLOCATED,))) is None
