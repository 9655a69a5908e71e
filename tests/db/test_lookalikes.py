"""Duplicates found and neighbours left alone: by code, by name in a county, by point; many names at once."""

from collections.abc import Iterator
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.lookalikes import TWIN, names_of_counties
from data.cluster import Cluster
from data.database import Database
from data.store.lookalikes import Asked, Index, Named, core, similarity
from projects.filing.changes import deletion
from tests.db.copies import copy_of
from tests.db.desks import POINT, RUYUAN, SHAOGUAN, WUJIANG, Office, file, open_office, publish

AREAS = ("乳源瑶族自治县", "韶关市", "乳源县", "乳源", "韶关")

ALIKE = [
    ("乳源县丽宫温泉", "乳源瑶族自治县丽宫温泉项目"),
    ("丽宫国际温泉度假区", "丽宫温泉度假区"),
    ("乳源县人民医院新建项目", "乳源县人民医院"),
    ("东阳光药业有限公司", "乳源东阳光药业"),
    ("南岭森林康养基地", "南岭森林康养墓地"),
    ("丽宫温泉(二期)", "丽宫温泉 二期工程"),
    ("丽宫温泉第2期", "丽宫温泉第二期"),
    ("Ａ区康养中心", "a区康养中心"),
]
APART = [
    ("丽宫温泉一期", "丽宫温泉二期"),
    ("丽宫温泉", "丽宫温泉二期"),
    ("健康产业园（一）", "健康产业园（二）"),
    ("健康产业园A区", "健康产业园B区"),
    ("人民医院东院", "人民医院西院"),
    ("乳源县第一人民医院", "乳源县第二人民医院"),
    ("乳源县人民医院", "乳源县中医医院"),
    ("大桥镇中冲村卫生室", "大桥镇红星村卫生室"),
    ("大桥镇上坪村卫生室", "大桥镇下坪村卫生室"),
    ("2016年敬老院改造", "2017年敬老院改造"),
    ("桂头镇敬老院", "必背镇敬老院"),
    ("温泉", "体育馆"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_one_thing_under_two_names(one: str, other: str) -> None:
    assert similarity(core(one, AREAS), core(other, AREAS)) >= 0.75


@pytest.mark.parametrize(("one", "other"), APART)
def test_phases_and_neighbours_are_two_things(one: str, other: str) -> None:
    assert similarity(core(one, AREAS), core(other, AREAS)) == 0


@given(
    st.text("甲乙丙一二期东西院Aa12（）医院项目公司", max_size=12),
    st.text("甲乙丙一二期东西院Aa12医院", max_size=12),
)
def test_similarity_is_symmetrical_and_never_more_than_one(one: str, other: str) -> None:
    left, right = core(one), core(other)
    assert similarity(left, right) == similarity(right, left) <= 1
    assert similarity(left, left) == 1


def test_the_index_finds_what_comparing_everything_finds() -> None:
    names = [name for pair in (*ALIKE, *APART) for name in pair]
    records = [Named(str(number), name, RUYUAN, name) for number, name in enumerate(names)]
    index = Index(records, {RUYUAN: AREAS})
    for name in names:
        wanted = core(name, AREAS)
        alike = {r.project_id for r in records if similarity(wanted, core(r.name, AREAS)) > 0}
        assert {found.project_id for found in index.similar(name, RUYUAN)} == alike
        assert index.similar(name, WUJIANG) == ()


def test_fifty_thousand_names_within_five_seconds() -> None:
    records, areas = names_of_counties(50_000)
    began = process_time()
    index = Index(records, areas)
    found = [bool(index.similar(r.name, r.county_code, r.project_id)) for r in records[::5]]
    assert process_time() - began < 5
    twins = [number for number in range(1, len(found)) if number * 5 % TWIN == 0]
    assert all(found[number] for number in twins)
    assert sum(found) < 1.2 * len(twins)


@pytest.fixture(scope="module")
def office(cluster: Cluster, library_database: Database) -> Iterator[Office]:
    with copy_of(cluster, library_database) as database:
        yield open_office(database)


@pytest.mark.db
def test_a_record_is_found_by_code_name_alias_and_point(office: Office) -> None:
    code = "2020-440232-83-01-000001"
    key = office.project(name="云门山康养小镇")
    publish(office, key, project_code=code, alias__禅意小镇=True, place__0=POINT)
    desk = office.reviewer
    assert [(f.project_id, f.reason) for f in desk.lookalikes("别的", WUJIANG, code)] == [
        (key, "project_code")
    ]
    assert [
        (f.project_id, f.reason, f.similarity) for f in desk.lookalikes("云门山（康养）小镇", RUYUAN)
    ] == [(key, "same_name", 1.0)]
    assert [f.reason for f in desk.lookalikes("乳源云门山国际康养小镇项目", RUYUAN)] == ["similar_name"]
    assert [f.project_id for f in desk.lookalikes("禅意小镇", RUYUAN)] == [key]
    assert desk.lookalikes("云门山康养小镇", WUJIANG) == ()
    assert desk.lookalikes("云门山康养小镇", RUYUAN, code, (113.27, 24.78), besides=key) == ()
    assert desk.lookalikes("云门山康养小镇二期", RUYUAN) == ()
    (near,) = desk.lookalikes("无关", RUYUAN, lonlat=(113.2702, 24.78))
    assert (near.project_id, near.reason) == (key, "same_point")
    assert desk.lookalikes("无关", RUYUAN, lonlat=(113.2705, 24.78)) == ()
    many = desk.lookalikes_of(
        [Asked("云门山康养小镇", RUYUAN), Asked("无关", RUYUAN, lonlat=(113.27, 24.78))]
    )
    assert [[f.project_id for f in found] for found in many] == [[key], [key]]


@pytest.mark.db
def test_a_rough_point_and_a_deleted_record_are_no_lookalikes(office: Office) -> None:
    rough = office.project(name="粗略点")
    spot = {**POINT, "precision": 3, "geometry": {"type": "Point", "coordinates": [113.2, 24.7]}}
    publish(office, rough, place__0=spot)
    assert office.reviewer.lookalikes("无关的", RUYUAN, lonlat=(113.2, 24.7)) == ()
    gone = office.project(name="已经删掉的康养项目")
    file(office.reviewer, deletion(gone, 1, "x"), unit=SHAOGUAN)
    assert office.reviewer.lookalikes("已经删掉的康养项目", RUYUAN) == ()


@pytest.mark.db
def test_nobody_learns_of_a_record_one_may_not_see(office: Office) -> None:
    office.project(name="尚未公开的秘密项目", published=False)
    assert office.editor.lookalikes("尚未公开的秘密项目", RUYUAN)
    assert office.neighbour.lookalikes("尚未公开的秘密项目", RUYUAN) == ()
