"""The page of directories on a fake of its port: overview, table, map, comparison, drafts, uploads."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook
from streamlit.testing.v1 import AppTest

from data.settings import Settings
from layers.events import Click
from projects.directories.model import Column, ColumnType, EditionState, Place, Preview, Verdict
from projects.directories.ports import EntriesAsked, NamedLine
from projects.errors import BadValue, NotAllowed
from projects.identity import NOBODY, Identity, Role
from tests.fake_desk import REVIEWER, RUYUAN, SHAOGUAN, VIEWER
from tests.ui.fake_directories import (
    HOSTILE,
    MISTAKE,
    SPACE,
    SYSTEMS,
    DirectoryShell,
    FakeDirectories,
    at,
    fault,
    head,
    line,
)
from tests.ui.office import address, desk, html, opened, press
from views.directories import card, cells, compare_part, line_form, map_part, overview
from views.directories.here import usual
from views.promotion.funnel_tab import today

PAGE = "directories.directories_page"
ADMINISTRATOR = Identity(9, "admin", "管理员", Role.ADMINISTRATOR)

HALL = line(1, "旧礼堂", at(113.2, 24.8), area="2500", tenure="自有", vacant=True, site="https://x.cn/a")
SHED = line(2, f"仓库 {HOSTILE}", area="800", tenure="租赁", vacant=True, project="SG-0001")
SILENT = line(3, "地块", Place(doubt="没有写坐标系", county_code="440232"))


def office(port: FakeDirectories | None = None, who: Any = None, **values: Any) -> DirectoryShell:
    return DirectoryShell(who or desk(), directories=port or FakeDirectories(), **values)


def three() -> FakeDirectories:
    """Return a published edition of three lines."""
    return FakeDirectories().add(head(1, 1), HALL, SHED, SILENT)


def draft(*lines: Any) -> FakeDirectories:
    return FakeDirectories().add(head(2), *lines)


def told(at_: AppTest) -> str:
    """Return the sentences in frames."""
    return "".join(str(b.proto.body) for b in at_.get("html") if "atlas-notice" in str(b.proto.body))


# ---- overview ----


def test_every_directory_stands_in_the_overview_with_its_newest_edition() -> None:
    port = three().add(head(4, 2, area_name="乐昌市", area_code="440281"), HALL).add(head(5))
    text = html(opened(PAGE, office(port)))
    assert "闲置资源" in text and "可用来办康养的房屋和土地" in text and "相邻系统" in text
    assert "2 版 · 2 个地区" in text and "乐昌市 · 第 2 版 · 2026-01-04 · 1 行" in text
    assert "有地图" in text and "本单位自建" in text
    assert "dir=vacant_space&#38;edition=4" in text


def test_a_directory_whose_file_is_broken_keeps_its_editions() -> None:
    port = three()
    port.usable = (SYSTEMS,)
    at_ = opened(PAGE, office(port))
    assert "定义文件不在了或有错误" in html(at_) and "vacant_space" in html(at_)
    shown = opened(PAGE, office(port), dir="vacant_space")
    assert "旧礼堂" in html(shown) and "不能新建" in told(shown)
    assert "新建一版" not in popovers(shown)


def popovers(at_: AppTest) -> str:
    return " ".join(str(b.proto.popover.label) for b in at_.get("popover"))


@pytest.mark.parametrize(("who", "seen"), [(ADMINISTRATOR, True), (REVIEWER, False), (VIEWER, False)])
def test_mistakes_are_told_to_administrators_with_file_and_place(who: Identity, seen: bool) -> None:
    port = FakeDirectories(mistakes=(MISTAKE,))
    text = told(opened(PAGE, office(port, desk(identity=who, units=()))))
    assert ("my_list.toml" in text and "第 3 行：不认识的类型" in text) is seen
    assert "<script" not in text


def test_a_visitor_reads_and_is_offered_nothing_to_change() -> None:
    port = FakeDirectories().add(replace(head(1, 1), may_publish=False), HALL)
    at_ = opened(PAGE, office(port, desk(identity=NOBODY)), dir="vacant_space")
    assert "旧礼堂" in html(at_) and popovers(at_) == "更多条件"
    assert not at_.text_input(key="directories-w-q").disabled and not at_.get("file_uploader")


# ---- table ----


def test_lines_flags_and_the_rule_with_its_source() -> None:
    text = html(opened(PAGE, office(three()), dir="vacant_space"))
    assert "共 3 行：1 行有位置，2 行没有" in text
    assert "2,500" in text and "建筑面积（平方米）" in text
    for word in (">是</span>", ">否</span>", ">未知</span>"):
        assert word in text
    assert "建筑面积（平方米） ≥ 2,000 且 权属 = 自有或租赁 且 是否空置 = 是为“是”" in text
    assert "依据：渝中区方案 三（二）" in text
    assert "没有写坐标系" in text and "没有坐标" in text


def test_cells_are_hostile_and_only_web_addresses_are_links() -> None:
    port = three().add(head(1, 1), SHED, line(4, "甲", site="javascript:alert(1)"), HALL)
    text = html(opened(PAGE, office(port), dir="vacant_space"))
    assert "<script" not in text and "&#60;script" in text
    assert 'href="javascript' not in text and 'href="https://x.cn/a"' in text
    assert "./?id=SG-0001" in text


def test_a_link_reproduces_the_conditions() -> None:
    port = FakeDirectories().add(head(1, 1, area_code="440200"), HALL, SHED, SILENT)
    params: dict[str, str | int] = {
        "edition": 1, "q": "礼", "in": "440232", "pick": "tenure=自有", "flag": "subsidy:yes",
    }  # fmt: skip
    at_ = opened(PAGE, office(port), **params)
    wanted = EntriesAsked("礼", ("440232",), {"tenure": ("自有",)}, {"subsidy": Verdict.YES})
    assert port.asks[-1] == (1, wanted, 50, 0)
    assert "符合条件 1 行，本版共 3 行" in html(at_)
    kept = address(at_)
    assert kept["dir"] == "vacant_space" and kept["flag"] == "subsidy:yes" and kept["q"] == "礼"
    assert kept["pick"] == "tenure=%E8%87%AA%E6%9C%89" and kept["in"] == "440232"
    press(at_, "directories-clear")
    assert port.asks[-1][1] == EntriesAsked("礼") and address(at_).keys() == {"dir", "edition", "q"}


@pytest.mark.parametrize(
    "params", [{"pick": "tenure=x&nothing=1"}, {"flag": "subsidy:maybe,x"}, {"in": "999999"}, {"p": "99"}]
)
def test_what_a_link_invents_restricts_nothing(params: dict[str, str]) -> None:
    port = three()
    at_ = opened(PAGE, office(port), dir="vacant_space", **params)
    assert "共 3 行" in html(at_) and port.asks[-1] == (1, EntriesAsked(), 50, 0)


@pytest.mark.parametrize("params", [{"edition": "77"}, {"edition": "９"}, {"dir": "nothing"}])
def test_a_link_to_nothing_says_so_and_shows_the_overview(params: dict[str, str]) -> None:
    at_ = opened(PAGE, office(three()), **params)
    assert "没有这" in told(at_) and "可用来办康养的房屋和土地" in html(at_)


def test_pages_turn_and_another_condition_begins_anew() -> None:
    port = FakeDirectories().add(head(1, 1), *(line(n, f"楼{n}") for n in range(1, 121)))
    at_ = opened(PAGE, office(port), dir="vacant_space", p=3)
    assert port.asks[-1][2:] == (50, 100) and "楼120" in html(at_)
    at_.text_input(key="directories-w-q").set_value("楼1").run()
    assert port.asks[-1][2:] == (50, 0) and "p" not in address(at_)


def test_another_edition_is_another_address() -> None:
    at_ = opened(PAGE, office(three().add(head(2, 2), HALL)), dir="vacant_space")
    assert address(at_)["edition"] == "2"
    at_.selectbox(key="directories-w-edition").set_value(1).run()
    assert address(at_)["edition"] == "1" and "共 3 行" in html(at_)
    press(at_, "directories-all")
    assert address(at_) == {} and "相邻系统" in html(at_)


def test_a_directory_opens_with_the_newest_published_edition_of_ones_own_area() -> None:
    shell: Any = office(FakeDirectories(), desk(), settings=Settings())
    heads = (
        head(5),
        head(4, 2, area_code="440281"),
        head(3, 1),
        head(2, 1, state=EditionState.WITHDRAWN),
    )
    assert usual(shell, heads) == 3 and usual(shell, heads[:2]) == 4
    assert usual(shell, heads[:1]) == 5 and usual(shell, heads[3:]) is None


def test_a_withdrawn_edition_says_why() -> None:
    port = three().add(head(1, 1, state=EditionState.WITHDRAWN, reason="面积有误"), HALL)
    at_ = opened(PAGE, office(port), edition=1)
    assert "这一版已撤回：面积有误" in told(at_) and "旧礼堂" in html(at_)


def test_english_has_english_headings() -> None:
    text = html(opened(PAGE, office(three(), language="en"), dir="vacant_space", lang="en"))
    assert "Vacant space" in text and "Floor area" in text and "Houses and land" in text


# ---- map ----


def test_the_map_draws_what_has_a_place_and_lists_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Any] = []

    def show(scene: Any, **_: Any) -> Any:
        drawn.append(scene)
        return NO_CLICK

    monkeypatch.setattr(map_part, "show_map", show)
    at_ = opened(PAGE, office(three()), dir="vacant_space", show="map")
    (overlay,) = drawn[0].overlays
    assert [item.click for item in overlay.items] == ["1"] and overlay.items[0].of_class == 0
    assert drawn[0].labels.words["open_card"] == "点击查看这一行", "a line has no card"
    text = html(at_)
    assert "没有位置、不在地图上的（2 行）" in text and "仓库" in text and "地块" in text
    assert "共 3 行：1 行有位置，2 行没有" in text and address(at_)["show"] == "map"


class _NoClick:
    click = None


NO_CLICK = _NoClick()


def test_a_click_on_the_map_shows_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clicked:
        click = Click("project", "1")

    monkeypatch.setattr(map_part, "show_map", lambda scene, **_: Clicked())
    port = FakeDirectories().add(head(1, 1), HALL)
    assert "https://x.cn/a" in html(opened(PAGE, office(port), dir="vacant_space", show="map"))


def test_a_place_known_to_its_county_only_is_no_dot() -> None:
    known = [map_part.is_point(replace(HALL, place=at(113.3, 24.7, precision))) for precision in range(6)]
    assert known == [False, True, True, True, False, False]


def test_a_coarse_place_is_listed_and_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_part, "show_map", lambda scene, **_: NO_CLICK)
    port = FakeDirectories().add(head(1, 1), HALL, replace(SHED, place=at(113.3, 24.7, 4)), SILENT)
    text = html(opened(PAGE, office(port), dir="vacant_space", show="map"))
    assert "没有位置、不在地图上的（2 行）" in text and "仓库" in text


def test_without_flags_the_colour_is_how_well_the_place_is_known() -> None:
    shell: Any = office()
    plain = replace(SPACE, computed=())
    found = map_part.look(shell, plain, (HALL, replace(HALL, place=at(113.3, 24.7, 3))))
    assert found.of_row == (0, 1)


def test_a_point_known_to_its_township_only_says_so() -> None:
    shell: Any = office()
    assert map_part.point_name(shell, SPACE, HALL) == "旧礼堂"
    assert "只到乡镇" in map_part.point_name(shell, SPACE, replace(HALL, place=at(113.3, 24.7, 3)))


def test_more_places_than_travel_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_part, "MOST_DRAWN", 1)
    monkeypatch.setattr(map_part, "show_map", lambda scene, **_: NO_CLICK)
    port = FakeDirectories().add(head(1, 1), HALL, replace(HALL, key=9))
    assert "画出前 1 处，共 2 处" in told(opened(PAGE, office(port), dir="vacant_space", show="map"))


def test_a_directory_without_places_has_no_map() -> None:
    port = FakeDirectories().add(head(1, 1), line(1, "信用平台", county="440232"), definition=SYSTEMS)
    at_ = opened(PAGE, office(port), dir="systems", show="map")
    assert "乳源瑶族自治县" in html(at_) and "位置" not in html(at_) and "show" not in address(at_)


# ---- comparison ----


def test_two_editions_side_by_side_add_up() -> None:
    wider = replace(HALL, cells={**HALL.cells, "area": "3000"}, place=at(113.21, 24.8))
    port = three().add(head(2, 2), wider, SILENT, line(7, "新楼"))
    at_ = opened(PAGE, office(port), edition=2, show="compare")
    text = html(at_)
    assert port.asks[-1] == ("compare", 1, 2)
    assert "建筑面积（平方米）：" in text and "2,500" in text and "3,000" in text and "坐标：" in text
    said = " ".join(c.value for c in at_.caption)
    assert "原来 3 行 = 相同 1 + 有变动 1 + 退出 1；现在 3 行 = 相同 1 + 有变动 1 + 新进 1" in said
    assert "新进的（1）" in text and "新楼" in text and "退出的（1）" in text
    assert "对不上" not in told(at_) and "<script" not in text


def test_the_older_edition_is_held_against_the_newer_one() -> None:
    older, newer, unpublished = head(1, 1), head(2, 2), head(3, valid_on=date(2026, 1, 2))
    assert compare_part.ordered(newer, older) == (older, newer)
    assert compare_part.ordered(unpublished, newer) == (newer, unpublished)


def test_a_single_edition_has_nothing_to_compare() -> None:
    at_ = opened(PAGE, office(three()), dir="vacant_space", show="compare")
    assert "show" not in address(at_) and "共 3 行" in html(at_)


# ---- a new edition ----


def begin(at_: AppTest) -> AppTest:
    next(b for b in at_.button if b.label == "建立草稿").click().run()
    assert not at_.exception
    return at_


def test_a_new_edition_starts_as_a_copy_of_the_last_one() -> None:
    port = three()
    at_ = opened(PAGE, office(port), dir="vacant_space")
    begin(at_)
    assert port.asks[-1][0] != "refused"
    started = next(ask for ask in port.asks if ask[0] == "start")
    assert started == ("start", "vacant_space", "440232", f"{today().year} 年闲置资源", today(), 1)
    assert "草稿已建立" in told(at_)
    assert address(at_) == {"dir": "vacant_space", "edition": "2", "show": "edit"}


def test_an_open_draft_refuses_a_second_one_in_words() -> None:
    port = three()
    port.refuse = BadValue("已有一份草稿：8 号，请先公布或撤回")
    at_ = begin(opened(PAGE, office(port), dir="vacant_space"))
    assert "已有一份草稿：8 号" in told(at_) and address(at_)["edition"] == "1"


def test_whoever_has_several_units_chooses_one() -> None:
    at_ = opened(
        PAGE, office(FakeDirectories(), desk(identity=REVIEWER, units=(SHAOGUAN, RUYUAN))), dir="systems"
    )
    assert "还没有任何一版" in told(at_) and not [b for b in at_.button if b.label == "建立草稿"]
    at_.selectbox(key="directories-new-unit").set_value("440232").run()
    assert [b for b in at_.button if b.label == "建立草稿"]


# ---- a draft ----


def editing(port: FakeDirectories, **values: Any) -> AppTest:
    return opened(PAGE, office(port, **values), edition=2, show="edit")


def key(name: str) -> str:
    return f"directory-line-{name}"


def save(at_: AppTest) -> AppTest:
    next(b for b in at_.button if b.label == "保存这一行").click().run()
    assert not at_.exception
    return at_


def test_a_line_is_added_as_it_was_typed() -> None:
    port = draft(HALL)
    at_ = editing(port)
    at_.text_input(key=key("name")).set_value("新楼")
    at_.text_input(key=key("area")).set_value("约2000平")
    at_.selectbox(key=key("tenure")).set_value("租赁")
    at_.selectbox(key=key("vacant")).set_value("是")
    at_.text_input(key=key("lon")).set_value("113.2")
    at_.text_input(key=key("lat")).set_value("24.8")
    save(at_)
    asked = next(ask for ask in port.asks if ask[0] == "put")
    assert asked[:3] == ("put", 2, None)
    assert asked[3] == {
        "name": "新楼", "area": "约2000平", "tenure": "租赁", "vacant": "是", "use": None, "site": None,
        "project": None, "county": None, "lon": "113.2", "lat": "24.8", "datum": None,
    }  # fmt: skip
    assert "已保存：新楼。没有坐标系" in told(at_)
    assert at_.text_input(key=key("name")).value == "" and len(port.lines[2]) == 2


def test_a_refused_line_stays_in_the_form() -> None:
    port = draft()
    at_ = editing(port)
    at_.text_input(key=key("area")).set_value("12")
    save(at_)
    assert "“名称”必须填写" in told(at_) and at_.text_input(key=key("area")).value == "12"


def test_saving_a_line_again_changes_nothing() -> None:
    port = draft(HALL)
    at_ = press(editing(port), "directory-edit-1")
    assert at_.selectbox(key=key("vacant")).value == "是"
    save(at_)
    asked = next(ask for ask in port.asks if ask[0] == "put")
    assert asked[2] == 1 and asked[3]["datum"] == "gcj02"
    assert (asked[3]["lon"], asked[3]["lat"], asked[3]["county"]) == ("113.205", "24.803", "440232")


def test_as_entered_falls_back_to_what_is_stored() -> None:
    assert line_form.as_entered(Place()) == ("", "", None)
    assert line_form.as_entered(Place(113.2, 24.8, 1)) == ("113.2", "24.8", "wgs84")


def test_a_line_is_removed_and_a_refusal_is_told() -> None:
    port = draft(HALL, SHED)
    at_ = press(editing(port), "directory-off-1")
    assert [one.key for one in port.lines[2]] == [2] and "已移出本版：旧礼堂" in told(at_)
    port.refuse = NotAllowed("您不能改这份名录")
    press(at_, "directory-off-2")
    assert "您不能改这份名录" in told(at_) and len(port.lines[2]) == 1


def test_a_line_that_somebody_else_changed_is_not_overwritten_unseen() -> None:
    port = draft(HALL, SHED)
    at_ = press(editing(port), "directory-edit-1")
    port.lines[2][0] = replace(HALL, cells={**HALL.cells, "name": "别人改的"})
    at_.text_input(key=key("name")).set_value("我改的")
    save(at_)
    assert "有人改了第 1 号" in told(at_) and "以您填的为准" in told(at_)
    assert port.lines[2][0].cells["name"] == "别人改的" and at_.text_input(key=key("name")).value == "我改的"
    save(at_)
    assert "我改的" in [one.cells["name"] for one in port.lines[2]], "having seen theirs, one may insist"


def test_a_line_that_somebody_else_changed_is_not_removed_unseen() -> None:
    port = draft(HALL, SHED)
    at_ = editing(port)
    port.lines[2][0] = replace(HALL, cells={**HALL.cells, "name": "别人改的"})
    press(at_, "directory-off-1")
    assert "有人改了第 1 号" in told(at_) and len(port.lines[2]) == 2


def test_a_draft_of_somebody_else_has_no_form() -> None:
    port = FakeDirectories().add(head(2, may_edit=False, may_publish=False), HALL)
    at_ = editing(port)
    assert "show" not in address(at_) and not at_.get("file_uploader")


def test_a_draft_is_published_for_good() -> None:
    port = draft(HALL)
    at_ = press(editing(port), "directories-publish")
    assert port.heads[2].state is EditionState.PUBLISHED and "已公布，内容从此不再改动" in told(at_)
    assert "show" not in address(at_)


def test_publishing_may_be_refused() -> None:
    port = draft(HALL)
    port.refuse = NotAllowed("要由上级公布")
    at_ = press(editing(port), "directories-publish")
    assert "要由上级公布" in told(at_) and address(at_)["show"] == "edit"


def test_whoever_may_not_publish_is_told_who_does() -> None:
    port = FakeDirectories().add(replace(head(2), may_publish=False), HALL)
    at_ = editing(port)
    assert "由上级审核员公布" in told(at_) and "公布" not in popovers(at_).split()


def test_taking_back_wants_a_reason() -> None:
    port = draft(HALL)
    at_ = editing(port)
    assert at_.button(key="directories-withdraw").disabled
    at_.text_input(key="directories-why-2").set_value("重做").run()
    press(at_, "directories-withdraw")
    assert port.heads[2].reason == "重做" and "这一版已撤回：重做" in told(at_)


def test_a_draft_of_an_older_definition_says_so() -> None:
    port = draft(HALL)
    port.usable = (replace(SPACE, digest="b" * 64),)
    assert "仍按原来的定义" in told(editing(port))


# ---- upload ----


def table(rows: int = 1) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for n in range(rows):
        book.worksheets[0].append([n])
    book.save(out)
    return out.getvalue()


def upload(at_: AppTest, content: bytes | None = None) -> AppTest:
    at_.file_uploader[0].upload("名录.xlsx", content or table(), "application/octet-stream").run()
    assert not at_.exception
    return at_


def brought(**values: Any) -> Preview:
    wider = replace(HALL, cells={**HALL.cells, "area": "3000"})
    plain: dict[str, Any] = {
        "rows": 5, "fresh": (line(8, "新楼"),), "changed": ((HALL, wider),), "same": 2, "refused": (5,),
        "faults": (fault(5, "area", HOSTILE),), "left_out": (SHED,),
    }  # fmt: skip
    return Preview(**plain | values)


def test_a_file_is_looked_at_first_and_every_row_is_accounted_for() -> None:
    port = draft(HALL, SHED)
    port.brings = brought()
    at_ = upload(editing(port))
    text = html(at_)
    assert "共 5 行 = 新增 1 + 改动 1 + 相同 2 + 不收 1" in text and "对不上" not in text
    assert "第 5 行" in text and "不是数字" in text and "<script" not in text
    assert len(port.lines[2]) == 2
    at_.checkbox(key="directories-drop").check().run()
    press(at_, "directories-take")
    assert next(ask for ask in port.asks if ask[0] == "take") == ("take", 2, "名录.xlsx", True)
    assert "已收下：新增 1 行，改动 1 行，移出 1 行；没有收 1 行" in told(at_)
    assert "共 5 行" not in html(at_)


def test_lines_that_the_file_does_not_name_stay_unless_asked() -> None:
    port = draft(HALL, SHED)
    port.brings = brought()
    at_ = upload(editing(port))
    port.heads[2] = replace(port.heads[2], version=port.heads[2].version + 1)
    press(at_, "directories-take")
    assert "有人改动了这份名录" in told(at_) and not any(ask[0] == "take" for ask in port.asks)
    press(at_, "directories-take")
    assert next(ask for ask in port.asks if ask[0] == "take")[3] is False


def test_remarks_and_columns_that_were_not_read_are_told() -> None:
    port = draft(HALL)
    port.brings = brought(remarks=(fault(2, "lon", "113.2"),), ignored=(HOSTILE, "备注"))
    at_ = upload(editing(port))
    text = html(at_)
    assert "收下，但请核对" in text and "经度" in text and "不收的行，原因" in text
    assert "没有读取" in told(at_) and "备注" in told(at_) and "<script" not in text


def test_a_sum_that_fails_is_told() -> None:
    port = draft(HALL)
    port.brings = brought(rows=9)
    assert "行数对不上" in html(upload(editing(port)))


def test_a_file_without_a_table_is_named() -> None:
    assert "“名录.xlsx”里没有表" in told(upload(editing(draft(HALL))))


def test_nothing_to_take_cannot_be_taken() -> None:
    port = draft(HALL)
    port.brings = brought(rows=2, fresh=(), changed=(), refused=(), faults=(), left_out=())
    at_ = upload(editing(port))
    assert at_.button(key="directories-take").disabled and "没有要收下的" in told(at_)


# ---- files, card, words ----


def test_files_hang_on_the_edition() -> None:
    made = office(draft(HALL))
    made.office_files.add("directory/2", "批复.pdf", b"%PDF")
    assert "批复.pdf" in html(opened(PAGE, made, edition=2))


def test_the_card_names_the_lines_of_a_record() -> None:
    shell: Any = office()
    text = card.html(shell, (NamedLine(head(1, 1), SPACE, SHED),))
    assert "所在名录（1）" in text and "<script" not in text and "edition=1" in text
    assert "可申请场地补助" in text and ">否<" in text
    many = tuple(NamedLine(head(1, 1), SPACE, HALL) for _ in range(card.MOST + 2))
    assert "另有 2 处" in card.html(shell, many)


def test_unknown_is_a_dash_and_zero_is_zero() -> None:
    shell: Any = office()
    area = SPACE.columns[1]
    assert cells.text(shell, area, None) == "—" and cells.text(shell, area, "0") == "0"
    assert cells.text(shell, SPACE.columns[3], False) == "否"


def test_a_line_without_a_name_goes_by_its_number() -> None:
    shell: Any = office()
    assert cells.title_of(shell, SPACE, replace(HALL, cells={})) == "第 1 号"


def test_long_text_is_cut_and_whole_in_its_tooltip() -> None:
    shell: Any = office()
    use = SPACE.columns[4]
    found = cells.html(shell, use, line(1, "甲", use="长" * 500))
    assert found.count("长") == cells.SHORT + 500 and "…" in found


def test_the_overview_is_one_page_of_the_app() -> None:
    assert overview.PAGE == "directories"


def test_contacts_are_no_column_for_a_visitor() -> None:
    phone = Column("phone", ColumnType.TEXT, "联系电话", "Telephone", contact=True)
    made = replace(SPACE, columns=(*SPACE.columns, phone))
    port = FakeDirectories().add(head(1, 1), HALL, definition=made)
    assert "联系电话" in html(opened(PAGE, office(port), edition=1))
    assert "联系电话" not in html(opened(PAGE, office(port, desk(identity=NOBODY)), edition=1))
