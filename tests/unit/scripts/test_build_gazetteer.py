"""How the gazetteer is derived: names to try, which point wins, what stays empty."""

import pytest
import shapely

from scripts.build_gazetteer import (
    Sources,
    drop_district_name,
    names_to_try,
    parse_boxes,
    pick_point,
    place_rows,
    township_kind,
    township_rows,
    village_kind,
    village_rows,
)

COUNTY = shapely.box(113, 24, 114, 25)


def place(lon: float, lat: float, ident: int = 7, names: tuple[str, ...] = ()) -> dict[str, object]:
    return {"longitude": lon, "latitude": lat, "geonameid": ident, "alternatenames": list(names)}


def sources(places=None, boxes=None) -> Sources:
    return Sources(places or {}, boxes or {}, {"440232": COUNTY})


def test_names_to_try_allow_for_promotion_of_townships() -> None:
    tried = names_to_try("茨榆山镇", ["茨榆山镇", "青龙镇"])
    assert tried == ["茨榆山镇", "茨榆山乡", "茨榆山街道", "茨榆山"]
    assert names_to_try("必背瑶族乡", [])[-1] == "必背"
    assert names_to_try("天井山林场", []) == ["天井山林场"]


def test_a_stem_shared_in_the_county_is_not_stretched() -> None:
    assert names_to_try("坪石镇", ["坪石镇", "坪石街道"]) == ["坪石镇"]


def test_the_district_is_not_its_own_street() -> None:
    assert drop_district_name(["江南街道", "江南镇", "江南"], "江南区") == ["江南街道", "江南镇"]
    assert drop_district_name(["永福镇", "永福"], "永福县") == ["永福镇", "永福"]


def test_geonames_comes_before_a_box_and_names_before_their_variants() -> None:
    known = sources(
        {"大桥镇": [place(113.2, 24.9)], "大桥乡": [place(113.3, 24.3)]}, {"大桥镇": (113.9, 24.1)}
    )
    assert pick_point(["大桥镇", "大桥乡"], "440232", known) == (113.2, 24.9, "geonames", "7")
    assert pick_point(["大桥乡", "大桥镇"], "440232", known) == (113.3, 24.3, "geonames", "7")


def test_a_point_outside_the_county_never_enters() -> None:
    far = sources({"大桥镇": [place(121, 31), place(113.5, 24.5, 8)]}, {"大桥镇": (121.0, 31.0)})
    assert pick_point(["大桥镇"], "440232", far) == (113.5, 24.5, "geonames", "8")
    only_far = sources({"大桥镇": [place(121, 31)]}, {"大桥镇": (113.0, 25.00001)})
    assert pick_point(["大桥镇"], "440232", only_far) is None


def test_a_box_centre_serves_when_geonames_has_none() -> None:
    known = sources(boxes={"大桥镇": (113.123456, 24.1)})
    assert pick_point(["大桥镇"], "440232", known) == (113.12346, 24.1, "box_centre", "大桥镇")


def test_township_rows_count_villages_and_leave_unknown_points_empty() -> None:
    units = [{"code": "440232101", "name": "大桥镇", "areaCode": "440232"}]
    villages = [{"code": f"440232101{n}", "name": ""} for n in ("001", "200", "201", "501")]
    (row,) = township_rows(units, villages, {"440232": "乳源瑶族自治县"}, sources())
    assert (row["villages"], row["communities"], row["other_units"]) == ("2", "1", "1")
    assert (row["lon"], row["lat"], row["point_source"], row["point_ref"]) == ("", "", "", "")
    assert row["boundary_code"] == "440232"


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("440232101", "大桥镇", "town"),
        ("440232201", "某瑶族乡", "township"),
        ("440203001", "新华街道", "subdistrict"),
        ("440232450", "天井山林场", "farm"),
        ("440204401", "曲仁矿务局田螺冲管理区", "mine"),
        ("440282400", "东莞大岭山（南雄）产业转移工业园", "zone"),
    ],
)
def test_township_kinds(code, name, kind) -> None:
    assert township_kind(code, name) == kind


def test_village_kinds_follow_the_code_not_the_name() -> None:
    # 440281106220 is printed 梅花村村居民委员会 and is a 村委会 by its code
    assert [village_kind(f"440281106{n}") for n in ("001", "120", "220", "300")] == [
        "community",
        "community",
        "village",
        "village",
    ]
    assert village_kind("440232450598") == "other"


def test_village_rows_keep_shaoguan_in_code_order() -> None:
    rows = village_rows([{"code": c, "name": "x"} for c in ("440232101200", "431002101200", "440203001001")])
    assert [row["code"] for row in rows] == ["440203001001", "440232101200"]
    assert rows[0]["township_code"] == "440203001"


def test_place_rows_take_chinese_names_inside_the_areas_only() -> None:
    near = place(113.5, 24.5, 12, ("大桥镇", "大桥", "Daqiao", "大橋 Zhen"))
    rows = place_rows([near, place(121, 31, 13, ("上海",))], {"440232": COUNTY})
    assert [(row["name"], row["county_code"]) for row in rows] == [("大桥", "440232"), ("大桥镇", "440232")]


def test_boxes_are_parsed_and_not_run() -> None:
    text = "raise SystemExit\ndic = {'大桥镇': '[113.0, 25.0, 114.0, 24.0]'}\n"
    assert parse_boxes(text) == {"大桥镇": (113.5, 24.5)}
    with pytest.raises(ValueError, match="no table"):
        parse_boxes("other = {}")
