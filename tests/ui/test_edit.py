"""The form, the bulk table and the attachments on a desk in memory: what an office types is never lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from projects.errors import NotAllowed
from projects.fields import JsonValue
from projects.filing.changes import Kind, Operation, State
from projects.filing.desk import Draft
from projects.identity import Identity, Role
from tests.fake_desk import EDITOR, LECHANG, NOW, REVIEWER, RUYUAN, SHAOGUAN, VIEWER, FakeDesk, held
from tests.ui.editing import shell
from tests.ui.office import address, html, opened, press
from views.editing import bulk_state, edit_page, edit_state, place_editor, rescue

OFFICE = Identity(9, "office", "本单位", Role.ADMINISTRATOR)
FREE = replace(RUYUAN, reviewed=False)
LINE: JsonValue = {
    "source": "专项债",
    "status": "批复",
    "amount": "8000",
    "year": 2025,
    "subsidy": False,
    "note": None,
}


def record(**values: JsonValue) -> Any:
    return held("SG-0001", "县人民医院", **{"beds": 300, "finance/7": LINE, **values})  # type: ignore[arg-type]


def form(desk: FakeDesk, subject: str = "SG-0001", **params: str | int) -> AppTest:
    return opened(
        "editing.edit_page", shell(desk), **({"new": 1} if subject == "new" else {"id": subject}), **params
    )


def key(at: AppTest, name: str) -> str:
    work: edit_state.Work = at.session_state[edit_state.SLOT]
    return work.key(name)


def type_in(at: AppTest, **values: str) -> AppTest:
    """Type into text fields, all at once, and run the page."""
    for name, value in values.items():
        at.text_input(key=key(at, name)).set_value(value)
    at.run()
    assert not at.exception
    return at


def submit(at: AppTest, reason: str = "现场核实") -> AppTest:
    at.text_input(key=key(at, "reason")).set_value(reason)
    return press(at, key(at, "file"))


@pytest.fixture(autouse=True)
def _no_map(monkeypatch: pytest.MonkeyPatch) -> None:
    """The map is tested in a browser; here it draws nothing and answers what a test lays down."""
    monkeypatch.setattr("layers.assets.missing", lambda _: ())
    monkeypatch.setattr(place_editor, "_component", lambda: lambda **_: {"drawn": _ANSWER.get("drawn")})


_ANSWER: dict[str, Any] = {}


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    _ANSWER.clear()
    yield
    rescue._held.clear()


# ---- the form ----


def test_every_value_stands_with_its_source_and_unknown_stays_unknown() -> None:
    at = form(FakeDesk(record()))
    assert at.text_input(key=key(at, "beds")).value == "300"
    assert at.text_input(key=key(at, "total_investment")).value == ""
    assert at.text_input(key=key(at, "total_investment")).placeholder == "未知（不知道就留空）"
    assert "韶关市康养产业发展规划" in html(at) and "文件载明" in html(at)
    assert address(at) == {"id": "SG-0001"}


def test_a_change_is_shown_with_what_it_was_and_filed_with_its_reason() -> None:
    desk = FakeDesk(record(), units=(FREE,))
    at = type_in(form(desk), beds="320")
    assert "库中：300" in html(at)
    submit(at)
    request = desk.requests[0]
    assert (request.kind, request.reason, request.unit_id) == (Kind.FORM, "现场核实", "440232")
    entry = request.entries[0]
    assert (entry.operation, entry.base_version) == (Operation.UPDATE, 3)
    assert [(c.path, c.old, c.new) for c in entry.changes] == [("beds", 300, 320)]
    assert "已发布（1 号）" in html(at)
    assert desk.records["SG-0001"].document["beds"] == 320
    assert desk.saved == {}


def test_a_reviewed_unit_is_told_where_its_change_waits() -> None:
    desk = FakeDesk(record())
    at = submit(type_in(form(desk), beds="320"))
    assert "已提交（1 号），等待审核" in html(at)
    assert desk.sets[1].state is State.SUBMITTED
    assert desk.records["SG-0001"].document["beds"] == 300


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("beds", "约300", "“约300”不是整数"),
        ("total_investment", "3亿", "1 亿写 10000"),
        ("project_code", "12", "2020-440203-83-01-012345"),
        ("name", "", "必填"),
        ("beds", "999999999", "应在 0 到 100,000 之间"),
        ("name", "<script>alert(1)</script>" * 20, "最多 200 个"),
    ],
)
def test_a_wrong_value_is_told_below_its_field_and_nothing_is_lost(name: str, raw: str, words: str) -> None:
    desk = FakeDesk(record())
    at = type_in(form(desk), address="沿江路 8 号", **{name: raw})
    assert words in html(at) and "<script>" not in html(at)
    submit(at)
    assert desk.requests == [] and "请先改正" in html(at)
    assert at.text_input(key=key(at, name)).value == raw
    assert at.text_input(key=key(at, "address")).value == "沿江路 8 号"
    assert desk.saved["SG-0001"].content[name] == raw


def test_amounts_are_echoed_in_yi() -> None:
    at = type_in(form(FakeDesk(record())), total_investment="12,000.5")
    assert "= 1.20005 亿元" in html(at)


def test_without_a_reason_nothing_is_filed() -> None:
    desk = FakeDesk(record())
    at = submit(type_in(form(desk), beds="1"), reason="  ")
    assert desk.requests == [] and "请写明为什么改" in html(at)


def test_an_untouched_form_files_and_keeps_nothing() -> None:
    desk = FakeDesk(record())
    at = submit(form(desk))
    assert desk.requests == [] and "没有任何修改" in html(at)


def test_a_choice_can_be_taken_back_to_unknown() -> None:
    desk = FakeDesk(record(stage="在建"), units=(FREE,))
    at = form(desk)
    at.selectbox(key=key(at, "stage")).set_value(None).run()
    submit(at)
    assert [(c.path, c.old, c.new) for c in desk.requests[0].entries[0].changes] == [("stage", "在建", None)]


def test_only_the_units_own_county_is_offered() -> None:
    at = form(FakeDesk(record()))
    box = at.selectbox(key=key(at, "county_code"))
    assert box.options == ["乳源瑶族自治县"]
    assert at.selectbox(key=key(at, "township_code")).options == ["乳城镇"]


def test_rows_of_a_list_are_filed_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    real = st.data_editor

    def edited(data: Any, **options: Any) -> Any:
        shown = real(data, **options)
        if "status" not in shown.columns:
            return shown
        more = pd.DataFrame([{"source": "省级财政", "status": "到位", "amount": "500", "subsidy": True}])
        return pd.concat([shown.assign(amount="8500"), more], ignore_index=True)

    desk = FakeDesk(record(), units=(FREE,))
    monkeypatch.setattr(st, "data_editor", edited)
    submit(form(desk))
    changes = {c.path: c.new for c in desk.requests[0].entries[0].changes}
    assert changes["finance/7"] == {**LINE, "amount": "8500"}  # type: ignore[dict-item]
    assert changes["finance/new-1"]["year"] is None  # type: ignore[index,call-overload]
    assert set(changes) == {"finance/7", "finance/new-1"}


def test_hostile_text_is_only_text() -> None:
    name = "**粗** $x$ :red[红] <b>b</b>"
    at = form(FakeDesk(held("SG-0001", name), held("SG-0002", name)))
    assert "<b>b</b>" not in html(at)
    type_in(at, name=name + "二")
    assert "SG-0002" in html(at) and "<b>b</b>" not in html(at)


# ---- rights ----


@pytest.mark.parametrize(
    ("identity", "units", "owner", "words"),
    [
        (VIEWER, (), "440232", "只能查看"),
        (EDITOR, None, "440281", "归属其他单位"),
    ],
)
def test_what_may_not_be_edited_is_shown_with_the_reason(
    identity: Identity, units: Any, owner: str, words: str
) -> None:
    at = form(FakeDesk(held("SG-0001", "县医院", owner=owner, beds=7), identity=identity, units=units))
    assert words in html(at) and not at.text_input
    assert "县医院" in html(at) and "床位（张）" in html(at)


def test_a_deleted_record_points_to_its_history() -> None:
    at = form(FakeDesk(replace(record(), deleted=True)))
    assert "已删除" in html(at) and not at.text_input


def test_another_records_id_in_the_address_is_a_sentence() -> None:
    at = form(FakeDesk(record()), "SG-9999")
    assert "没有找到这条记录" in html(at) and not at.text_input


def test_nobody_is_sent_to_the_sign_in() -> None:
    desk = FakeDesk(record())
    desk.expired = True
    at = form(desk)
    assert "/sign-in" in html(at) and not at.text_input


def test_a_refusal_of_the_database_keeps_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk(record())

    def refuse(_: Any) -> Any:
        raise NotAllowed("数据库拒绝")

    at = type_in(form(desk), beds="5")
    monkeypatch.setattr(desk, "file", refuse)
    submit(at)
    assert "没有提交：数据库拒绝" in html(at)
    assert at.text_input(key=key(at, "beds")).value == "5"


# ---- new records ----


def test_a_new_record_begins_with_its_unit_and_place() -> None:
    desk = FakeDesk(units=(FREE,))
    at = form(desk, "new", category="village_clinic")
    assert address(at) == {"new": "1", "unit": "440232", "category": "village_clinic"}
    submit(type_in(at, name="新卫生室"))
    entry = desk.requests[0].entries[0]
    assert (entry.operation, entry.project_id, entry.base_version) == (Operation.INSERT, "", None)
    assert {c.path: c.new for c in entry.changes} == {
        "name": "新卫生室",
        "kind": "site",
        "category": "village_clinic",
        "county_code": "440232",
        "owner_unit_id": "440232",
        "published": True,
    }
    assert "已发布" in html(at)


def test_a_new_record_is_held_against_lookalikes() -> None:
    at = type_in(form(FakeDesk(record()), "new"), name="县人民医院")
    assert "库中已有相似的记录" in html(at) and "SG-0001" in html(at) and "名称相同" in html(at)


def test_a_reviewer_chooses_whose_record_it_is() -> None:
    desk = FakeDesk(identity=replace(REVIEWER, unit=None), units=(SHAOGUAN, RUYUAN, LECHANG))
    at = form(desk, "new")
    submit(type_in(at, name="新项目"))
    assert desk.requests == [] and "请选择这条记录归哪个单位" in html(at)
    at.selectbox(key=key(at, "unit")).set_value("440281").run()
    assert at.text_input(key=key(at, "name")).value == "新项目"
    assert at.selectbox(key=key(at, "county_code")).value == "440281"


# ---- drafts, sessions, conflicts ----


def test_a_draft_is_kept_at_each_change_and_offered_again() -> None:
    desk = FakeDesk(record())
    type_in(form(desk), beds="约400")
    assert desk.saved["SG-0001"].base_version == 3
    at = form(desk)
    assert "没有提交的草稿，保存于 2026-05-06 15:08" in html(at) and not at.text_input
    press(at, key(at, "resume"))
    assert at.text_input(key=key(at, "beds")).value == "约400"


def test_a_draft_can_be_dropped() -> None:
    desk = FakeDesk(record())
    type_in(form(desk), beds="400")
    at = form(desk)
    press(at, key(at, "drop"))
    assert desk.saved == {} and at.text_input(key=key(at, "beds")).value == "300"


def test_a_session_that_ends_in_mid_form_loses_nothing() -> None:
    desk = FakeDesk(record(), units=(FREE,))
    at = type_in(form(desk), beds="310")
    desk.expired = True
    type_in(at, address="新址 9 号")
    assert "登录已过期" in html(at)
    assert "/sign-in" in at.get("link_button")[-1].proto.url
    submit(at)
    assert desk.requests == [] and at.text_input(key=key(at, "beds")).value == "310"
    desk.expired = False  # signed in again, in another tab; the page is loaded anew
    again = form(desk)
    press(again, key(again, "resume"))
    assert again.text_input(key=key(again, "address")).value == "新址 9 号"
    submit(again)
    assert {c.path for c in desk.requests[0].entries[0].changes} == {"beds", "address"}


def test_what_was_rescued_is_nobody_elses() -> None:
    desk = FakeDesk(record())
    at = type_in(form(desk), beds="310")
    desk.expired = True
    type_in(at, address="新址 9 号")
    other = FakeDesk(record(), identity=replace(EDITOR, account_id=77))
    assert form(other).text_input(key="ed0:SG-0001:address").value == ""


def test_a_conflict_shows_all_three_and_loses_nothing() -> None:
    desk = FakeDesk(record(), units=(FREE,))
    at = type_in(form(desk), beds="320", address="我的地址")
    desk.meanwhile("SG-0001", beds=310, note="别人的备注")
    submit(at)
    shown = html(at)
    assert "有人改了同样的内容（1 处）" in shown
    assert all(f"<td>{n}</td>" in shown for n in (300, 310, 320))
    settle = key(at, "clash") + ":settle"
    assert at.button(key=settle).disabled
    at.radio(key=key(at, "clash") + "::beds").set_value("mine").run()
    press(at, settle)
    assert at.text_area(key=key(at, "note")).value == "别人的备注"
    assert at.text_input(key=key(at, "address")).value == "我的地址"
    press(at, key(at, "file"))
    entry = desk.requests[0].entries[0]
    assert entry.base_version == 4
    assert {c.path: (c.old, c.new) for c in entry.changes} == {
        "beds": (310, 320),
        "address": (None, "我的地址"),
    }


def test_theirs_can_be_chosen() -> None:
    desk = FakeDesk(record(), units=(FREE,))
    at = type_in(form(desk), beds="320")
    desk.meanwhile("SG-0001", beds=310)
    submit(at)
    at.radio(key=key(at, "clash") + "::beds").set_value("theirs").run()
    press(at, key(at, "clash") + ":settle")
    assert at.text_input(key=key(at, "beds")).value == "310"
    assert desk.records["SG-0001"].document["beds"] == 310


def test_a_change_elsewhere_in_the_record_is_no_conflict() -> None:
    desk = FakeDesk(record(), units=(FREE,))
    at = type_in(form(desk), beds="320")
    desk.meanwhile("SG-0001", note="别人的备注")
    submit(at)
    assert "已发布" in html(at)
    assert desk.records["SG-0001"].document["note"] == "别人的备注"


def test_an_old_draft_of_a_changed_record_is_compared() -> None:
    desk = FakeDesk(record(), units=(FREE,))
    type_in(form(desk), beds="320", name="")
    desk.meanwhile("SG-0001", beds=310)
    at = form(desk)
    assert "记录被别人改过" in html(at)
    press(at, key(at, "resume"))
    at.radio(key=key(at, "clash") + "::beds").set_value("mine").run()
    press(at, key(at, "clash") + ":settle")
    assert at.text_input(key=key(at, "beds")).value == "320"
    assert at.text_input(key=key(at, "name")).value == ""  # still wrong, still as it was typed


def test_a_record_is_deleted_with_a_reason_only() -> None:
    desk = FakeDesk(record(), units=(FREE,))
    at = form(desk)
    assert at.button(key=key(at, "delete")).disabled
    at.checkbox(key=key(at, "sure")).check().run()
    press(at, key(at, "delete"))
    assert desk.requests == [] and "请写明为什么删除" in html(at)
    at.text_input(key=key(at, "why-delete")).set_value("重复录入")
    press(at, key(at, "delete"))
    assert desk.requests[0].kind is Kind.DELETE and desk.records["SG-0001"].deleted
    assert "已删除（1 号）" in html(at)


# ---- the place ----


def drawn(**values: Any) -> None:
    _ANSWER["drawn"] = {"kind": "point", "points": [[113.2, 24.7]], "revision": 0, **values}


def test_a_point_on_the_map_becomes_the_place() -> None:
    desk = FakeDesk(record(), units=(FREE,))
    drawn()
    at = form(desk)
    assert "请选择这个位置精确到哪一级" in html(at)
    submit(at)
    assert desk.requests == []
    at.radio(key=key(at, "map") + ":precision").set_value(1).run()
    press(at, key(at, "file"))
    change = desk.requests[0].entries[0].changes[0]
    assert change.path == "place/0" and change.old is None
    assert change.new == {
        "geometry": {"type": "Point", "coordinates": [113.2, 24.7]},
        "precision": 1,
        "method": "map_click",
        "datum_entered": "wgs84",
        "coordinates_entered": "113.2000000, 24.7000000",
        "source": None,
    }


def test_an_unfinished_line_changes_nothing() -> None:
    desk = FakeDesk(record())
    drawn(kind="line", points=[[113.2, 24.7]])
    at = form(desk)
    assert "还差 1 个点" in html(at)
    assert "place/0" not in at.session_state[edit_state.SLOT].form


PLACE: JsonValue = {
    "geometry": {"type": "Point", "coordinates": [113.2, 24.7]},
    "precision": 1,
    "method": "gps",
    "datum_entered": "wgs84",
    "coordinates_entered": "113.2, 24.7",
    "address": None,
    "source": None,
    "label": None,
    "note": None,
}


def test_a_place_is_taken_off_the_map() -> None:
    desk = FakeDesk(record(**{"place/0": PLACE}), units=(FREE,))
    drawn(points=[])
    submit(form(desk))
    assert [(c.path, c.new) for c in desk.requests[0].entries[0].changes] == [("place/0", None)]


def test_typed_coordinates_want_a_datum() -> None:
    desk = FakeDesk(record(), units=(FREE,))
    at = form(desk)
    name = key(at, "map")
    at.text_input(key=f"{name}:lon").set_value("113°12′00″")
    at.text_input(key=f"{name}:lat").set_value("24.7")
    press(at, f"{name}:jump")
    assert "请选择坐标系" in html(at)
    at.selectbox(key=f"{name}:datum").set_value("gcj02")
    press(at, f"{name}:jump")
    assert "请选择坐标从哪里来" in html(at)
    assert "place/0" not in at.session_state[edit_state.SLOT].form
    at.selectbox(key=f"{name}:method").set_value("gps")
    press(at, f"{name}:jump")
    place = at.session_state[edit_state.SLOT].form["place/0"]
    assert place["datum_entered"] == "gcj02" and place["coordinates_entered"] == "113°12′00″, 24.7"
    lon, lat = place["geometry"]["coordinates"]
    assert 0.002 < 113.2 - lon < 0.008 and 0 < abs(lat - 24.7) < 0.006
    assert at.text_input(key=f"{name}:lon").value == "113°12′00″"


# ---- attachments ----


def test_files_are_listed_with_a_safe_link_and_taken_off() -> None:
    office = shell(FakeDesk(record()))
    office.attachments.add("SG-0001", "<b>批复</b>.pdf", b"x" * 2048)
    at = opened("editing.edit_page", office, id="SG-0001")
    assert 'href="/attachment/1"' in html(at) and "<b>批复" not in html(at) and "2.0 KB" in html(at)
    press(at, "file-off-1")
    assert office.attachments.held == [] and "附件（0）" in html(at)


def test_nobody_sees_files_without_signing_in() -> None:
    from views.editing import attachments

    office = shell(FakeDesk(record(), identity=replace(EDITOR, account_id=None)))
    office.attachments.add("SG-0001", "批复.pdf", b"x")

    def page() -> None:
        import streamlit as st

        from views.editing import attachments

        attachments.draw(st.session_state["shell"], "SG-0001")

    at = AppTest.from_function(page)
    at.session_state["shell"] = office
    at.run()
    assert not at.exception and html(at) == ""
    assert attachments.size(10) == "0.0 KB"


# ---- many at once ----

ROWS = (
    held("SG-0001", "甲", version=3, beds=10, category="hospital"),
    held("SG-0002", "乙", version=7),
    held("SG-0003", "丙 <b>x</b>", beds=5),
)


def change_cells(monkeypatch: pytest.MonkeyPatch, **cells: Any) -> None:
    """Let the table come back with other cells: ``SG_0001__beds="12"``."""
    real = st.data_editor

    def edited(data: pd.DataFrame, **options: Any) -> pd.DataFrame:
        table = pd.DataFrame(real(data, **options)).copy()
        for name, value in cells.items():
            key, column = name.replace("SG_", "SG-").split("__")
            table.loc[table["id"] == key, column] = value
        return table

    monkeypatch.setattr(st, "data_editor", edited)


def bulk(desk: FakeDesk, **params: str) -> AppTest:
    return opened("editing.bulk_page", shell(desk), **params)


def file_bulk(at: AppTest) -> AppTest:
    at.text_input(key="bulk-reason").set_value("月度调度")
    return press(at, "bulk-file")


def test_only_changed_cells_are_filed_against_their_own_version(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk(*ROWS, units=(FREE,))
    change_cells(monkeypatch, SG_0001__beds="12", SG_0002__total_investment="1,500", SG_0003__beds="5")
    at = file_bulk(bulk(desk))
    request = desk.requests[0]
    assert (request.kind, request.reason) == (Kind.BULK, "月度调度")
    first, second = request.entries
    assert (first.project_id, first.base_version) == ("SG-0001", 3)
    assert [(c.path, c.old, c.new) for c in first.changes] == [("beds", 10, 12)]
    assert (second.project_id, second.base_version) == ("SG-0002", 7)
    assert [(c.path, c.old, c.new) for c in second.changes] == [("total_investment", None, "1500")]
    assert "已发布" in html(at)


def test_wrong_cells_are_listed_by_row_and_column(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk(*ROWS)
    change_cells(monkeypatch, SG_0003__beds="约5", SG_0002__name="")
    at = file_bulk(bulk(desk))
    assert desk.requests == []
    assert "第 3 行 SG-0003" in html(at) and "床位（张）" in html(at) and "“约5”不是整数" in html(at)
    assert "第 2 行 SG-0002 乙 · 项目名称" in html(at) and "<b>x</b>" not in html(at)


def test_a_filter_narrows_the_table_and_keeps_what_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk(*ROWS)
    with monkeypatch.context() as patch:
        change_cells(patch, SG_0001__beds="12")
        at = bulk(desk)
    at.text_input(key="bulk-q").set_value("乙").run()
    work: bulk_state.Bulk = at.session_state[bulk_state.SLOT]
    assert work.cells == {("SG-0001", "beds"): "12"}
    assert "显示 1 条；已改 1 处" in at.caption[0].value


def test_missing_values_can_be_asked_for() -> None:
    at = bulk(FakeDesk(*ROWS), missing="beds")
    assert "显示 1 条" in at.caption[0].value
    assert list(at.dataframe[0].value["id"]) == ["SG-0002"]


def test_another_unit_in_the_address_is_refused() -> None:
    at = bulk(FakeDesk(*ROWS), unit="440281")
    assert "不能修改单位 440281" in html(at)


def test_a_viewer_gets_no_table() -> None:
    at = bulk(FakeDesk(*ROWS, identity=VIEWER, units=()))
    assert not at.dataframe and "填报权限" in html(at)


def test_bulk_clashes_are_settled_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk(*ROWS, units=(FREE,))
    with monkeypatch.context() as patch:
        change_cells(patch, SG_0001__beds="12", SG_0002__beds="4")
        at = bulk(desk)
        desk.meanwhile("SG-0001", beds=11)
        file_bulk(at)
    assert desk.requests == [] and "有人改了同样的内容（1 处）" in html(at)
    at.radio(key="bulk-clash0:甲（SG-0001）:beds").set_value("mine").run()
    press(at, "bulk-clash0:settle")
    press(at, "bulk-file")
    entries = {e.project_id: (e.base_version, e.changes[0].new) for e in desk.requests[0].entries}
    assert entries == {"SG-0001": (4, 12), "SG-0002": (7, 4)}


def test_a_bulk_draft_survives_a_reload_and_a_lost_session(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk(*ROWS, units=(FREE,))
    with monkeypatch.context() as patch:
        change_cells(patch, SG_0001__beds="约12")
        at = bulk(desk)
    with monkeypatch.context() as patch:
        change_cells(patch, SG_0002__beds="4")
        desk.expired = True
        at.run()
    assert not at.exception and "登录已过期" in html(at)
    desk.expired = False
    desk.meanwhile("SG-0002", beds=3)
    at = bulk(desk)
    press(at, "bulk-resume")
    assert "SG-0002" in html(at) and "有人改了同样的内容" in html(at)
    at.radio(key="bulk-clash0:乙（SG-0002）:beds").set_value("theirs").run()
    press(at, "bulk-clash0:settle")
    work: bulk_state.Bulk = at.session_state[bulk_state.SLOT]
    assert work.cells == {("SG-0001", "beds"): "约12"}


def test_the_landing_lists_drafts() -> None:
    desk = FakeDesk(record())
    desk.saved["SG-0001"] = Draft("SG-0001", 3, {"name": "县人民医院"}, NOW)
    at = opened("editing.edit_page", shell(desk))
    assert "草稿：县人民医院" in html(at) and edit_page.asked is not None


def test_what_was_typed_is_kept_even_when_the_page_is_closed_to_its_writer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = FakeDesk(record())
    at = form(desk)
    desk.expired = True
    monkeypatch.setattr(edit_page, "draw", lambda _: None)  # the app shows its gate instead of the page
    type_in(at, beds="310")
    monkeypatch.undo()
    desk.expired = False
    monkeypatch.setattr(place_editor, "_component", lambda: lambda **_: {})
    again = form(desk)
    press(again, key(again, "resume"))
    assert again.text_input(key=key(again, "beds")).value == "310"


def test_what_was_typed_for_a_vanished_record_is_shown_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = FakeDesk(*ROWS, units=(FREE,))
    with monkeypatch.context() as patch:
        change_cells(patch, SG_0001__beds="12", SG_0002__beds="4")
        at = bulk(desk)
        del desk.records["SG-0002"]
        file_bulk(at)
    assert desk.requests == [] and "已被删除或移交" in html(at) and "乙（SG-0002）" in html(at)
    press(at, "bulk-file")
    assert [e.project_id for e in desk.requests[0].entries] == ["SG-0001"]
