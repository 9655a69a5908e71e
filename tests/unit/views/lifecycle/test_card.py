"""The life cycle on a card: steps with their states, readiness with its parts, unknown said, clashes told."""

from __future__ import annotations

from datetime import date

import pytest

from projects.codes import MilestoneCode
from projects.lifecycle.approval_steps import Approval
from projects.lifecycle.approvals import ApprovalCode
from projects.lifecycle.ports import Timeline
from projects.lifecycle.steps import Milestones
from tests.ui.office import desk, shell
from tests.unit.projects.lifecycle.dates import END, LAND, START, days
from views.lifecycle import address, approvals_part, card


@pytest.fixture(autouse=True)
def _tenth_of_june(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "today", lambda: date(2026, 6, 10))


def block(stage: str, steps: Milestones, lists: str = "", language: str = "zh") -> str:
    office = shell(desk(), language=language)
    return card.block(office, Timeline("SG-0001", stage, steps, lists, None))  # type: ignore[arg-type]


def test_steps_have_days_and_states() -> None:
    text = block("前期", {LAND: days("2026-01-01", "2026-02-01"), START: days("2026-06-01")})
    assert "用地批复" in text and "计划 2026-01-01 · 实际 2026-02-01" in text and "已完成" in text
    assert "atlas-step-overdue" in text and "逾期" in text
    assert "没有报过：立项（审批、核准、备案）" in text and "竣工" in text


def test_readiness_counts_the_unknown_apart() -> None:
    text = block("前期", {LAND: days("", "2026-02-01"), START: days("2026-07-01")})
    assert "前期成熟度 20 / 100（七步中完成 1 步）；另有 80 分属于没有报过的步骤，未知" in text
    begun = block("在建", {LAND: days("", "2026-02-01"), START: days("", "2026-03-01")})
    assert "/ 100" not in begun and "已开工" in begun


def test_without_any_date_nothing_is_on_time() -> None:
    text = block("储备", {})
    assert "没有报过任何日期：按期与否未知" in text and "未知（日期没有说）" in text
    assert "前期成熟度" not in text and "⚠" not in text


def test_clashes_are_told_on_the_card() -> None:
    text = block("投产", {START: days("", "2026-01-01"), END: days("", "2025-01-01")})
    assert "⚠ “竣工”的实际日期 2025-01-01 早于“开工”的 2026-01-01" in text
    assert "⚠" in block("投产", {}), "a stage that implies dates that nobody gave"


def test_class_and_lists_of_the_year() -> None:
    text = block("在建", {START: days("", "2025-01-01")}, "2026省重点；<b>十大</b>")
    assert "2026 年度类别" in text and "续建" in text
    assert "2026 省重点" in text and "读不懂：" in text and "<b>" not in text


def test_a_form_is_told_what_clashes() -> None:
    typed = {
        "stage": "储备",
        "milestone/commencement": {
            "planned_on": "2026-01-01",
            "actual_on": None,
            "title": None,
            "note": None,
        },
    }
    assert [one.code.value for one in card.warnings(typed)] == ["start_passed"]  # type: ignore[arg-type]
    assert card.warnings({}) == ()


def approvals(
    kind: str | None, *reported: Approval, language: str = "zh", steps: Milestones | None = None
) -> str:
    found = Timeline("SG-0001", "前期", steps or {}, "", None, reported, kind)
    return approvals_part.block(shell(desk(), language=language), found)  # type: ignore[arg-type]


def test_approvals_say_what_is_done_late_and_unreported() -> None:
    text = approvals(
        "备案",
        Approval(ApprovalCode.PROJECT_FILING, days("", "2026-01-05"), "2601-440232-04-01-000001", "发改局"),
        Approval(ApprovalCode.FIRE_DESIGN, days("2026-06-01")),
    )
    assert "审批手续（备案）" in text and "2601-440232-04-01-000001 · 发改局" in text
    assert "atlas-step-done" in text and "atlas-step-overdue" in text
    assert "没有报过（办没办、要不要办，未知）：用地预审与选址意见书" in text
    assert "国务院令第673号" in text, "the law behind a step is named"


def test_days_of_a_milestone_are_said_to_be_and_a_second_day_is_told() -> None:
    permit = {MilestoneCode.CONSTRUCTION_PERMIT: days("", "2026-03-01")}
    assert "日期取自里程碑" in approvals("备案", steps=permit)
    other = Approval(ApprovalCode.CONSTRUCTION_PERMIT, days("", "2026-02-01"))
    assert "里程碑写的实际日期是 2026-03-01" in approvals("备案", other, steps=permit)


def test_a_foreign_step_is_told_and_hostile_text_does_nothing() -> None:
    step = Approval(ApprovalCode.FEASIBILITY, number="<script>alert(1)</script>")
    text = approvals("备案", step)
    assert "不属于所填的审批类型" in text and "<script>" not in text
    assert "不属于" not in approvals(None, step) and "类型没有报过" in approvals(None, step)


def test_nothing_reported_draws_nothing_and_english_has_names() -> None:
    assert approvals(None) == ""
    step = Approval(ApprovalCode.FIRE_DESIGN, number="3")
    assert "Fire protection design reviewed" in approvals("备案", step, language="en")
