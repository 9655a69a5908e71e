"""Review, history, claims, merging and clinics, on fakes of what stands behind them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from data.settings import Settings
from projects.clinics import Clinic
from projects.errors import Conflict
from projects.filing.changes import Decision, Kind, Operation, State
from projects.filing.desk import Lookalike
from projects.work import JobState
from tests.fake_desk import EDITOR, LECHANG, REVIEWER, RUYUAN, SHAOGUAN, VIEWER, FakeDesk, held
from tests.fake_jobs import FakeClinics, job
from tests.ui.office import (
    PLACE,
    OfficeShell,
    Waits,
    address,
    desk,
    html,
    opened,
    press,
    request,
    shell,
    update,
)
from views.office import clinics_page
from views.review import review_job


@pytest.fixture
def review() -> OfficeShell:
    """A queue of one set that touches two records, seen by the reviewer."""
    office = shell(desk())
    office.desk.file(
        request(
            update("SG-0001", 3, "县人民医院", beds=(300, 500), stage=(None, "在建")),
            update("SG-0002", 3, "瑶医馆", total_investment=("1200", "<b>9</b>")),
            kind=Kind.IMPORT,
            title="台账.xlsx",
        )
    )
    office.desk.who, office.desk.own = REVIEWER, (RUYUAN, SHAOGUAN)
    return office


@pytest.mark.parametrize(("demo", "example"), [(False, "SG-0001"), (True, "YS-0001")])
def test_the_example_of_an_id_is_one_of_this_library(demo: bool, example: str) -> None:
    office = OfficeShell(desk(identity=REVIEWER, units=(SHAOGUAN,)), settings=Settings(demo=demo))
    for page, key in (("editing.merge_page", "merge-first"), ("editing.edit_page", "edit-which")):
        assert opened(page, office).text_input(key=key).placeholder == example


def test_the_queue_shows_age_and_counts(review: OfficeShell) -> None:
    at = opened("review.review_page", review)
    row = at.dataframe[0].value.iloc[0]
    assert (row["单位"], row["记录"], row["改动"], row["冲突"]) == ("乳源瑶族自治县", 2, 3, 0)
    assert row["等待"].endswith("天")


def test_accepting_all_writes_all(review: OfficeShell) -> None:
    at = opened("review.review_page", review, set=1)
    assert "&#60;b&#62;9" in html(at)
    assert at.button(key="send-decisions").disabled, "nothing is decided for the reviewer"
    press(at, "all-accepted")
    press(at, "send-decisions")
    assert review.desk.sets[1].state is State.ACCEPTED
    assert review.desk.records["SG-0001"].document["beds"] == 500
    assert "接受 3 处，已写入库；退回 0 处" in html(at)


@pytest.fixture
def long_set(review: OfficeShell, monkeypatch: pytest.MonkeyPatch) -> OfficeShell:
    """The same queue, where three changes already are too many to be written in the page."""
    monkeypatch.setattr(review_job, "AT_ONCE", 2)
    return review


def test_a_long_set_is_decided_by_the_worker(long_set: OfficeShell) -> None:
    at = opened("review.review_page", long_set, set=1)
    press(at, "all-accepted")
    press(at, "send-decisions")
    ((kind, title, asked),) = long_set.jobs.submitted
    ids = [c.id for e in long_set.desk.change_set(1).entries for c in e.changes]
    assert (kind, title, asked["set"]) == ("decide", "审核 1 号：台账.xlsx", 1)
    assert (sorted(asked["accepted"]), asked["rejected"]) == (sorted(ids), [])
    assert set(asked["seen"].values()) == {3}, "the version that was on the screen"
    assert address(at) == {"set": "1", "job": "1"}
    assert long_set.desk.sets[1].state is State.SUBMITTED
    assert "send-decisions" not in {button.key for button in at.button}, "nothing to press while it runs"
    long_set.jobs.known[1] = job(
        1, "decide", result={"set": 1, "state": "accepted", "accepted": 3, "rejected": 0}
    )
    at.run()
    assert "接受 3 处，已写入库；退回 0 处" in html(at) and address(at) == {"set": "1"}


def test_a_decision_that_failed_says_why_and_can_be_sent_again(long_set: OfficeShell) -> None:
    at = opened("review.review_page", long_set, set=1)
    press(at, "all-accepted")
    press(at, "send-decisions")
    long_set.jobs.known[1] = job(1, "decide", state=JobState.FAILED, message="床位 在您查看之后又被修改")
    at.run()
    assert "床位 在您查看之后又被修改" in html(at) and address(at) == {"set": "1"}
    assert not at.button(key="send-decisions").disabled, "what was decided is still there"


def test_a_decision_is_found_again_by_its_job_alone(review: OfficeShell) -> None:
    review.jobs.known[7] = job(
        7, "decide", result={"set": 1, "state": "submitted", "accepted": 2, "rejected": 0}
    )
    at = opened("review.review_page", review, job=7)
    assert "1 号" in html(at) and "接受 2 处" in html(at) and address(at) == {"set": "1"}


def test_one_field_is_sent_back_with_a_remark(review: OfficeShell) -> None:
    at = opened("review.review_page", review, set=1)
    press(at, "all-accepted")
    entry, stage = _ids(review.desk)["SG-0001"]["entry"], _ids(review.desk)["SG-0001"]["stage"]
    at.button_group(key=f"rec-1-{entry}").set_value("one_by_one").run()
    at.button_group(key=f"fld-1-{stage}").set_value("rejected").run()
    assert at.button(key="send-decisions").disabled, "a rejection needs a reason"
    at.text_input(key=f"fld-1-{stage}-remark").input("无开工令").run()
    press(at, "send-decisions")
    assert review.desk.sets[1].said[stage] == (Decision.REJECTED, "无开工令")
    document = review.desk.records["SG-0001"].document
    assert document["beds"] == 500 and "stage" not in document
    assert review.desk.sets[1].state is State.PARTLY_ACCEPTED


def _ids(desk: FakeDesk) -> dict[str, dict[str, int]]:
    entries = desk.change_set(1).entries
    return {e.project_id: {"entry": e.id, **{c.path: c.id for c in e.changes}} for e in entries}


def test_a_conflict_is_shown_and_never_taken_with_the_rest(review: OfficeShell) -> None:
    review.desk.meanwhile("SG-0001", beds=450)
    at = opened("review.review_page", review, set=1)
    assert "现在是 450" in html(at) and "有 1 处与库中现在的值冲突" in html(at)
    press(at, "all-accepted")
    assert "接受 2 处，退回 0 处，未定 1 处（共 3 处）" in html(at)
    press(at, "send-decisions")
    assert review.desk.records["SG-0001"].document["beds"] == 450
    assert review.desk.sets[1].state is State.SUBMITTED, "what is undecided stays in the queue"
    beds = _ids(review.desk)["SG-0001"]["beds"]
    at.button_group(key=f"fld-1-{beds}").set_value("accepted").run()
    press(at, "send-decisions")
    assert review.desk.records["SG-0001"].document["beds"] == 500


def test_decisions_survive_turning_pages(review: OfficeShell) -> None:
    many = [held(f"SG-1{i:03d}", f"记录{i}") for i in range(25)]
    review.desk.records |= {r.project_id: r for r in many}
    review.desk.who, review.desk.own = EDITOR, (RUYUAN,)
    review.desk.file(request(*(update(r.project_id, 3, beds=(None, 5)) for r in many)))
    review.desk.who = REVIEWER
    at = opened("review.review_page", review, set=2)
    entry = review.desk.change_set(2).entries[0].id
    at.button_group(key=f"rec-2-{entry}").set_value("accepted").run()
    at.number_input(key="review-page-2").set_value(3).run()
    assert "接受 1 处" in html(at)
    at.number_input(key="review-page-2").set_value(1).run()
    assert at.button_group(key=f"rec-2-{entry}").value == "accepted"
    press(at, "all-accepted")
    assert "接受 25 处" in html(at)


def test_the_filer_takes_a_set_back_and_decides_nothing(review: OfficeShell) -> None:
    review.desk.who, review.desk.own = EDITOR, (RUYUAN,)
    at = opened("review.review_page", review, set=1)
    assert "send-decisions" not in {b.key for b in at.button}
    press(at, "withdraw-1")
    assert review.desk.sets[1].state is State.WITHDRAWN


def test_a_moved_place_shows_how_far(review: OfficeShell) -> None:
    review.desk.who, review.desk.own = EDITOR, (RUYUAN,)
    moved = {**PLACE, "geometry": {"type": "Point", "coordinates": [113.21, 24.77]}}
    review.desk.file(request(update("SG-0001", 3, place__0=(PLACE, moved))))
    review.desk.who = REVIEWER
    text = html(opened("review.review_page", review, set=2))
    assert "移动 1,010 m" in text and "data:image/svg+xml" in text


def test_competing_claims_are_named(review: OfficeShell) -> None:
    review.desk.who, review.desk.own = EDITOR, (RUYUAN, LECHANG)
    for unit in ("440232", "440281"):
        entry = update("SG-0003", 3, county_code=("440232", unit))
        review.desk.sets[len(review.desk.sets) + 1] = replace(
            review.desk.sets[1],
            request=request(entry, kind=Kind.CLAIM, unit=unit, reason=f"{unit} 的依据"),
            project_ids=["SG-0003"],
            said={},
        )
    review.desk.who = REVIEWER
    text = html(opened("review.review_page", review, set=2))
    assert "乐昌市 也在认领同一条记录" in text and "440281 的依据" in text


def test_a_failed_decision_keeps_what_was_decided(
    review: OfficeShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened("review.review_page", review, set=1)
    press(at, "all-accepted")

    def clash(*_: Any, **__: Any) -> None:
        raise Conflict("SG-0001 刚被别人改过")

    monkeypatch.setattr(review.desk, "decide", clash)
    press(at, "send-decisions")
    assert "刚被别人改过" in html(at) and "接受 3 处" in html(at)


# ---- history ----


@pytest.fixture
def changed() -> OfficeShell:
    """A record with two more versions, its unit not reviewed."""
    office = shell(desk(units=(LECHANG, RUYUAN)))
    office.desk.records["SG-0001"] = replace(office.desk.records["SG-0001"], owner_unit_id="440281")
    office.desk.file(request(update("SG-0001", 3, beds=(300, 400)), unit="440281", reason="扩床"))
    office.desk.file(
        request(update("SG-0001", 4, beds=(400, 500), stage=(None, "在建")), unit="440281", reason="误填<i>")
    )
    return office


def test_the_timeline_says_who_when_why_and_what(changed: OfficeShell) -> None:
    text = html(opened("editing.history", changed, history="SG-0001"))
    assert "第 5 版" in text and "ruyuan" in text and "2026-05-06 15:08" in text
    assert "误填&#60;i&#62;" in text and "400" in text and "500" in text
    assert "2 号提交" in text


def test_a_reviewed_version_names_who_filed_and_who_accepted_it(changed: OfficeShell) -> None:
    steps = changed.desk.steps["SG-0001"]
    steps[0] = replace(steps[0], filed_by="lechang<i>", changed_by="shaoguan")
    steps[1] = replace(steps[1], filed_by=steps[1].changed_by)
    text = html(opened("editing.history", changed, history="SG-0001"))
    assert "填报 lechang&#60;i&#62; · 审核 shaoguan" in text and text.count("填报 ") == 1


def test_a_whole_version_is_put_back_with_a_reason(changed: OfficeShell) -> None:
    at = opened("editing.history", changed, history="SG-0001")
    press(at, "restore-1")
    assert at.button(key="restore-file").disabled
    at.text_input(key="restore-reason").input("填错了").run()
    press(at, "restore-file")
    filed = changed.desk.requests[-1]
    assert (filed.kind, filed.reason) == (Kind.RESTORE, "填错了")
    assert changed.desk.records["SG-0001"].document["beds"] == 400
    assert "stage" not in changed.desk.records["SG-0001"].document
    assert "已恢复，并记入历史" in html(at)


def test_one_field_is_put_back(changed: OfficeShell) -> None:
    at = opened("editing.history", changed, history="SG-0001")
    press(at, "restore-1")
    at.radio(key="restore-how").set_value("fields").run()
    at.multiselect(key="restore-fields").set_value(["stage"]).run()
    at.text_input(key="restore-reason").input("填错了").run()
    press(at, "restore-file")
    document = changed.desk.records["SG-0001"].document
    assert document["beds"] == 500 and "stage" not in document


def test_a_deleted_record_is_reached_and_comes_back(changed: OfficeShell) -> None:
    gone = changed.desk.records["SG-0001"]
    changed.desk.records["SG-0001"] = replace(gone, deleted=True, document={**gone.document, "deleted": True})
    at = opened("editing.history", changed, history="SG-0001")
    assert "已删除" in html(at)
    at.text_input(key="restore-reason").input("误删").run()
    press(at, "restore-file")
    (change,) = changed.desk.requests[-1].entries[0].changes
    assert (change.path, change.old, change.new) == ("deleted", True, None)
    assert not changed.desk.records["SG-0001"].deleted


def test_steps_of_the_programs_own_upkeep_are_left_out(changed: OfficeShell) -> None:
    first = changed.desk.steps["SG-0001"][-1]
    upkeep = replace(first, version=1, history_id=99, changes=(), change_set_id=None, changed_by="system")
    changed.desk.steps["SG-0001"].append(upkeep)
    at = opened("editing.history", changed, history="SG-0001")
    assert "system" not in html(at) and "restore-99" not in {b.key for b in at.button}


def test_a_viewer_reads_history_and_restores_nothing(changed: OfficeShell) -> None:
    changed.desk.who, changed.desk.own = VIEWER, ()
    at = opened("editing.history", changed, history="SG-0001")
    assert "第 5 版" in html(at) and not [b for b in at.button if b.key]


# ---- claims ----


@pytest.fixture
def claims() -> OfficeShell:
    office = shell(desk())
    record = held("SG-0061", "健康产业园", owner="440200", county_code=None)
    office.desk.records["SG-0061"] = record
    office.desk.open = [record]
    return office


def test_a_claim_needs_evidence_and_names_county_and_owner(claims: OfficeShell) -> None:
    at = opened("office.claims", claims)
    assert "SG-0061" in html(at) and at.button(key="claim-SG-0061").disabled
    at.text_input(key="evidence-SG-0061").input("县发改局备案 2024 年 12 号").run()
    press(at, "claim-SG-0061")
    (filed,) = claims.desk.requests
    assert (filed.kind, filed.unit_id, filed.reason) == (Kind.CLAIM, "440232", "县发改局备案 2024 年 12 号")
    assert {c.path: c.new for c in filed.entries[0].changes} == {"county_code": "440232"}
    assert "等上级确认" in html(at)


def test_only_a_county_claims(claims: OfficeShell) -> None:
    claims.desk.who, claims.desk.own = REVIEWER, (SHAOGUAN,)
    assert "请选择一个县" in html(opened("office.claims", claims))


# ---- merge ----


@pytest.fixture
def twins() -> OfficeShell:
    money: tuple[dict[str, Any], ...] = ({"finance/3": {"amount": "5"}}, {"finance/9": {"amount": "5"}})
    a = held("SG-0001", "县人民医院", owner="440281", beds=300, **money[0])
    b = held("SG-0002", "乳源县人民医院", owner="440281", stage="在建", beds=310, **money[1])
    office = shell(FakeDesk(a, b, units=(LECHANG,)))
    office.desk.candidates = (Lookalike("SG-0002", "乳源县人民医院", "440281", "similar_name", 0.9),)
    return office


def test_lookalikes_are_offered_and_compared(twins: OfficeShell) -> None:
    at = opened("editing.merge_page", twins, id="SG-0001")
    press(at, "with-SG-0002")
    assert address(at)["with"] == "SG-0002"
    assert "① 留下" in html(at)


def test_a_merge_takes_what_is_unknown_and_never_adds_money_up(twins: OfficeShell) -> None:
    at = opened("editing.merge_page", twins, id="SG-0001", **{"with": "SG-0002"})
    at.text_input(key="merge-reason").input("同一地址").run()
    press(at, "merge-file")
    (filed,) = twins.desk.requests
    first, second = filed.entries
    assert (first.operation, first.project_id, first.target_id) == (Operation.MERGE, "SG-0002", "SG-0001")
    assert {c.path: c.new for c in second.changes} == {"stage": "在建"}
    assert twins.desk.records["SG-0002"].merged_into_id == "SG-0001"
    assert twins.desk.records["SG-0001"].document["beds"] == 300
    assert "已合并" in html(at)


def test_the_other_value_can_be_kept_and_the_two_swapped(twins: OfficeShell) -> None:
    at = opened("editing.merge_page", twins, id="SG-0001", **{"with": "SG-0002"})
    at.radio(key="merge-SG-0001-SG-0002-beds").set_value("goes").run()
    assert "300" in html(at) and "310" in html(at)
    press(at, "merge-swap")
    assert address(at) == {"id": "SG-0002", "with": "SG-0001"}


def test_phases_of_one_project_are_warned_about(twins: OfficeShell) -> None:
    phase = twins.desk.records["SG-0002"]
    document = {**phase.document, "parent_id": "SG-0001"}
    twins.desk.records["SG-0002"] = replace(phase, document=document)
    at = opened("editing.merge_page", twins, id="SG-0001", **{"with": "SG-0002"})
    assert "不是重复" in html(at)
    assert "merge-SG-0001-SG-0002-parent_id" not in {r.key for r in at.radio}


def test_a_record_that_is_gone_is_not_merged(twins: OfficeShell) -> None:
    twins.desk.records["SG-0002"] = replace(twins.desk.records["SG-0002"], deleted=True)
    at = opened("editing.merge_page", twins, id="SG-0001", **{"with": "SG-0002"})
    assert "不能再合并" in html(at) and "merge-file" not in {b.key for b in at.button}


# ---- clinics ----


@pytest.fixture
def clinics() -> OfficeShell:
    rows = [
        Clinic("SG-0701", "大桥村卫生室", "大桥镇", "公建民营", True, None),
        Clinic("SG-0702", "游溪村卫生室", "游溪镇", "公建民营", True, None),
        Clinic("SG-0703", "必背村卫生室", "必背镇", "政府投资", False, None),
    ]
    return shell(desk(), clinics=FakeClinics("440232", *rows, elsewhere=100))


def test_a_county_claims_slots_and_the_plan_adds_up(clinics: OfficeShell) -> None:
    at = opened("office.clinics_page", clinics)
    assert "计划 831 个 = 未分配 731 + 本县待落位 0 + 本县已落位 0 + 其他县 100" in html(at)
    at.number_input(key="slot-count").set_value(2).run()
    press(at, "claim-slots")
    assert "未分配 729 + 本县待落位 2" in html(at)
    press(at, "release-slots")
    assert clinics.clinics.claimed == 0


def test_what_the_database_refuses_is_said(clinics: OfficeShell) -> None:
    clinics.clinics.own = "440281"
    at = opened("office.clinics_page", clinics)
    press(at, "claim-slots")
    assert "不属于您的单位" in html(at) and clinics.clinics.claimed == 0


def test_clinics_that_cannot_take_a_slot_are_named(clinics: OfficeShell) -> None:
    at = opened("office.clinics_page", clinics)
    assert "必背村卫生室" in html(at) and "政府投资" in html(at)


def test_ticks_confirm_and_free_and_freed_slots_come_first(
    clinics: OfficeShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinics.clinics.claimed = 1
    clinics.clinics.place("SG-0701")
    monkeypatch.setattr(clinics_page, "_editor", lambda shell, rows: [False, True])
    at = opened("office.clinics_page", clinics)
    assert clinics.clinics.claimed == 0, "the slot that is freed goes to the other clinic"
    press(at, "save-clinics")
    rows = clinics.clinics.rows
    assert rows["SG-0701"].slot is None and rows["SG-0702"].slot == 1
    assert clinics.clinics.claimed == 0


def test_more_ticks_than_slots_is_said_before_anything_is_saved(
    clinics: OfficeShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clinics_page, "_editor", lambda shell, rows: [True, True])
    clinics.clinics.claimed = 1
    at = opened("office.clinics_page", clinics)
    assert "勾选了 2 个，本县待落位的名额只有 1 个" in html(at)
    assert at.button(key="save-clinics").disabled


def test_without_a_plan_there_is_nothing_to_claim(clinics: OfficeShell) -> None:
    clinics.clinics.programme = False
    assert "没有村卫生室名额" in html(opened("office.clinics_page", clinics))


def test_the_queue_names_what_waits_on_other_pages() -> None:
    quiet = html(opened("review.review_page", shell(desk())))
    assert "另有待审定的" not in quiet
    waits = {"editions": Waits({"rolling_plan": 2}), "targets": Waits({"": 7})}
    text = html(opened("review.review_page", shell(desk(), **waits)))
    assert "另有待审定的" in text and "滚动计划 2" in text and "指标填报 7" in text and "招商目录" not in text
