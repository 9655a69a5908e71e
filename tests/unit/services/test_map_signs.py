"""A map whose signs mean something else than categories: the same records, the same places, other signs."""

from __future__ import annotations

from dataclasses import replace

from layers.choropleth import GAP_BREAKS, by_given
from layers.labels import ZH, labels
from layers.legend import legend_body
from layers.palette import CATEGORIES, FUNDING, SIGNS, ordered, sign_of
from layers.payload import scene_json
from layers.popup import count_pairs
from projects.codes import FundingStatus
from projects.counts import AreaCount
from projects.filters import ProjectFilter
from services.map_marks import point_marks
from services.map_parts import Signs
from tests.unit.data.exports_fake import point
from tests.unit.services.test_map_scene import IN_SHAOGUAN, Fake, scenes, wishes

STATUS = Signs(
    lambda record: record.funding_status,
    (
        AreaCount("440232", "county", "乳源", {"未报": 1, "已到位": 1}),
        AreaCount("sg-danxia", "zone", "丹霞山", {"未落实": 1}),
        AreaCount("440200", "prefecture", "韶关", {"未报": 4}),
    ),
)


def test_every_status_has_a_sign_of_its_own_in_colour_and_in_shape() -> None:
    assert list(FUNDING) == [str(s) for s in FundingStatus] == list(ZH.funding)
    assert len({s.colour for s in FUNDING.values()}) == len({s.shape for s in FUNDING.values()}) == 6
    assert len({s.glyph for s in SIGNS.values()}) == len(SIGNS)
    red, green, blue = (int(FUNDING["未报"].colour[i : i + 2], 16) for i in (1, 3, 5))
    assert max(red, green, blue) - min(red, green, blue) < 20, "unknown is a neutral grey"


def test_categories_keep_their_numbers_in_a_payload() -> None:
    assert list(SIGNS)[: len(CATEGORIES)] == list(CATEGORIES)
    assert count_pairs({"未报": 2, "hospital": 1}) == [[0, 1], [len(CATEGORIES), 2]]
    assert ordered({"部分到位": 1}) == [("部分到位", 1)] and sign_of("部分到位") == FUNDING["部分到位"]


def test_badges_carry_statuses_and_the_same_totals() -> None:
    made = scenes(Fake())
    plain = made.scene(IN_SHAOGUAN, wishes())
    scene = made.scene(IN_SHAOGUAN, replace(wishes("none"), signs=STATUS))
    assert {b.code: b.total for b in scene.badges} == {b.code: b.total for b in plain.badges}
    by_code = {b.code: dict(b.by_category) for b in scene.badges}
    assert by_code["440232"] == {"未报": 1, "已到位": 1} and by_code["440281"] == {}


def test_statuses_roll_up_on_a_map_of_prefectures() -> None:
    (badge,) = scenes(Fake()).scene(ProjectFilter(), replace(wishes("none"), signs=STATUS)).badges
    assert badge.total == 7
    assert dict(badge.by_category) == {"未报": 5, "已到位": 1, "未落实": 1}


def test_a_record_carries_the_sign_it_is_asked_for() -> None:
    record = point(1, 113.2, 24.7)
    assert [m.category for m in point_marks(record)] == [record.category]
    assert [m.category for m in point_marks(record, STATUS.of)] == ["未报"]


def test_clusters_are_bare_numbers_when_signs_are_statuses() -> None:
    scene = scenes(Fake(points=5000)).scene(IN_SHAOGUAN, replace(wishes("none"), signs=STATUS))
    (cluster,) = scene.clusters
    assert cluster.count == 4999 and dict(cluster.by_category) == {}
    assert [p.category for p in scene.points] == ["未报"]


def test_the_legend_names_statuses_and_no_category() -> None:
    made = scenes(Fake()).scene(IN_SHAOGUAN, replace(wishes("none"), signs=STATUS))
    text = legend_body(made)
    assert "资金状态" in text and "未报（未知，不是零）" in text
    assert "中医药" not in text and ">类别<" not in text
    assert "资金状态" not in legend_body(scenes(Fake()).scene(IN_SHAOGUAN, wishes()))


def test_the_browser_gets_the_names_of_all_signs() -> None:
    made = scene_json(scenes(Fake()).scene(IN_SHAOGUAN, replace(wishes("none"), signs=STATUS)))
    assert "部分到位" in made and "中医药" in made
    spoken = labels(lambda text: f"<{text}>")
    assert spoken.signs["未报"] == "<未报（未知，不是零）>" and spoken.signs["tcm"] == "<中医药>"


def test_a_given_shading_goes_before_the_usual_one() -> None:
    given = by_given({"440232": 0.05, "440281": None}, GAP_BREAKS, "已知缺口", "注", "亿元")
    scene = scenes(Fake()).scene(IN_SHAOGUAN, replace(wishes("count"), choropleth=given))
    assert scene.choropleth is given
    assert (given.class_of(0.05), given.class_of(None), given.class_of(20)) == (0, None, 4)
