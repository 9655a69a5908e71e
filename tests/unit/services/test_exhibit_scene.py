"""From an exhibit to its map: the same rows, unknown ones without a class, no record beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from layers.labels import ZH
from layers.scene import Scene, View
from projects.analysis.exhibit import ClassSign, Column, Look, Table
from projects.filters import ProjectFilter
from services.exhibit_scene import closer, drawn, exhibit_scene, overlays, without_place
from services.map_parts import Shading, Wishes
from services.map_scene import MapScenes
from tests.exhibit_made import HOSTILE, SQUARE, areas, exhibit, left_out, records
from tests.ui.analysis_shell import FakeScenes

WISHES = Wishes(labels=ZH, credit="某局", shading=Shading("none", "", "", ""))


class Asked(FakeScenes):
    """Remembers what the boundaries were asked for."""

    chosen: ProjectFilter | None = None

    def ground(self, chosen: ProjectFilter, wishes: Wishes) -> Scene:
        self.chosen = chosen
        return super().ground(chosen, wishes)


def of_kind(kind: Any, rows: tuple[tuple[Any, ...], ...], value: str = "") -> Table:
    point = {"type": "Point", "coordinates": [113.1, 24.6]}
    columns = (Column("a", "甲"), Column("b", "乙", "人"))
    look = Look(kind, (ClassSign("高", "#B53A3A"),), (0,) * len(rows), "a", value)
    return Table("t", "表", columns, rows, (point,) * len(rows), look)


def test_drawn_tables_become_overlays_in_their_order() -> None:
    counties, placed = overlays(exhibit())
    assert (counties.id, counties.kind, placed.id) == ("clusters-counties", "fill", "clusters-records")
    assert (
        counties.classes == (("高", "#B53A3A"), ("低", "#5B86B0")) and counties.title == "各县 [对照]: a/b?*"
    )
    assert [i.of_class for i in counties.items] == [0, 1], "the third county has no polygon"
    assert counties.items[0].geometry == SQUARE


def test_what_is_not_judged_has_no_class_and_the_legend_says_why() -> None:
    table = areas(2)
    assert table.look is not None
    look = replace(table.look, of_row=(None, 1), unknown="没有普查人口", modelled=True, title="每千人")
    [found] = overlays(exhibit(tables=(replace(table, look=look),)))
    assert [i.of_class for i in found.items] == [None, 1]
    assert (found.unknown, found.modelled, found.title) == ("没有普查人口", True, "每千人")


def test_a_tooltip_names_the_row_and_its_value() -> None:
    counties, placed = overlays(exhibit())
    assert counties.items[0].tooltip == "乳源瑶族自治县\n每千人 0.00 张"
    [unknown] = overlays(exhibit(tables=(of_kind("point", (("村", None),), value="b"),)))
    assert unknown.items[0].tooltip == "村\n乙 —", "no unit behind nothing"
    assert placed.items[0].tooltip == HOSTILE, "words are the engines' to escape"
    assert [i.click for i in placed.items] == ["SG-0001", "SG-0002"] and counties.items[0].click == ""


def test_chosen_places_carry_their_number() -> None:
    [numbered] = overlays(exhibit(tables=(of_kind("site", ((7, 1), (9, 2))),)))
    assert [i.label for i in numbered.items] == ["7", "9"]
    [counted] = overlays(exhibit(tables=(of_kind("site", (("村", 1), ("镇", 2))),)))
    assert [i.label for i in counted.items] == ["1", "2"]


def test_heat_is_as_strong_as_its_value_and_unknown_adds_nothing() -> None:
    [heat] = overlays(exhibit(tables=(of_kind("heat", (("甲", 4.5), ("乙", None), ("丙", -1)), value="b"),)))
    assert [i.weight for i in heat.items] == [4.5, 0, 0]
    [even] = overlays(exhibit(tables=(of_kind("heat", (("甲", 4.5),)),)))
    assert [i.weight for i in even.items] == [1]


def test_rows_without_a_place_are_counted() -> None:
    assert [without_place(table) for table in (areas(), records(), left_out())] == [1, 0, 0]
    assert drawn(exhibit()) and not drawn(exhibit(tables=(left_out(),)))


def test_the_ground_is_the_area_of_the_filter_without_any_record() -> None:
    scenes = Asked()
    chosen = ProjectFilter(county=("440232",), category=("tcm",), ids=("SG-0001",), q="院")
    scene = exhibit_scene(cast(MapScenes, scenes), chosen, WISHES, exhibit())
    assert scenes.chosen == chosen
    assert scene.areas is not None and scene.view is not None and scene.credit == "某局"
    assert len(scene.overlays) == 2 and (scene.points, scene.badges, scene.clusters) == ((), (), ())


def test_a_result_in_a_corner_of_the_area_is_looked_at_from_near() -> None:
    nation, city = View((73.0, 18.0, 135.0, 54.0), 3), View((112.9, 23.9, 114.5, 25.5), 3)
    spots = tuple({"type": "Point", "coordinates": [x, 24.5]} for x in (113.0, 114.0))
    made = exhibit(tables=(replace(of_kind("point", (("a", 1), ("b", 2))), geometries=spots),))
    near = closer(nation, made)
    assert near is not None and near.ask == 3
    west, south, east, north = near.bounds
    assert 112.8 < west < 113.0 and 114.0 < east < 114.2 and south < 24.5 < north
    assert closer(city, made) == city, "it fills the view already"
    assert closer(nation, exhibit(tables=(left_out(),))) == nation, "nothing is drawn"
    assert closer(None, made) is None


def test_areas_of_an_exhibit_promise_nothing_on_a_click() -> None:
    """The page of an analysis or a directory follows no click on a county, so its tip offers none."""
    scene = exhibit_scene(cast(MapScenes, Asked()), ProjectFilter(), WISHES, exhibit())
    assert scene.labels.words["open_list"] == ""
    assert ZH.words["open_list"] != ""
