"""The meetings page on fakes: calling one, its agenda, decisions that become matters, closing, bad states."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from projects.errors import BadValue
from projects.identity import NOBODY
from projects.matters.meetings import MeetingDraft
from projects.matters.model import MatterKind, MatterState
from tests.fake_desk import EDITOR, VIEWER
from tests.fake_matters import HEALTH, NOW, PLANNING, FakeMatters, matter
from tests.ui.office import OfficeShell, address, desk, html, opened, press

PAGE = "matters.meetings_page"
HOSTILE = "<script>alert(1)</script> **粗** =1+1"


def office(*matters: Any, called: bool = True, language: str = "zh", **who: Any) -> OfficeShell:
    store = FakeMatters.of(*(matters or (matter(1), matter(2, kind=MatterKind.MEETING_ITEM))))
    if called:
        store.call_meeting(MeetingDraft(title="第三次联席会议", unit_id="440232", area_code="440232"))
        store.put_on_agenda(1, [1])
    return OfficeShell(desk(**who), matters=store, language=language)


def captions(at: AppTest) -> str:
    """Return the small print of the page."""
    return "".join(str(caption.value) for caption in at.caption)


def test_meetings_are_listed_with_their_state() -> None:
    shell = office()
    text = html(opened(PAGE, shell))
    assert 'href="meetings?meeting=1"' in text and "第三次联席会议" in text and "未结束" in text
    shell.matters.close_meeting(1)
    assert "纪要已定" in html(opened(PAGE, shell))


def test_nobody_who_has_not_signed_in_is_told_anything() -> None:
    text = html(opened(PAGE, office(identity=NOBODY, units=())))
    assert "请先登录" in text and "第三次" not in text


def test_no_meeting_yet_is_said() -> None:
    assert "还没有您能看到的会议" in captions(opened(PAGE, office(called=False)))


@pytest.mark.parametrize("params", [{"meeting": "9" * 20}, {"meeting": "<b>", "p": "-1"}, {"p": "x"}])
def test_a_broken_link_still_opens_the_list(params: dict[str, str]) -> None:
    assert "第三次联席会议" in html(opened(PAGE, office(), **params))


def test_a_meeting_of_others_is_as_one_that_is_not_there() -> None:
    assert "没有找到 99 号会议" in html(opened(PAGE, office(), meeting=99))


def test_a_meeting_is_called_and_shown() -> None:
    shell = office(called=False)
    at = opened(PAGE, shell, new=1)
    at.text_input(key="meeting-new-title").set_value(HOSTILE)
    at.text_area(key="meeting-new-note").set_value("说明")
    at.date_input(key="meeting-new-on").set_value(date(2026, 6, 1))
    press(at, "meeting-new-send")
    draft = shell.matters.called[1].draft
    assert (draft.title, draft.held_on, draft.area_code) == (HOSTILE, date(2026, 6, 1), "440232")
    text = html(at)
    assert address(at) == {"meeting": "1"} and "<script>" not in text and "还没有议题" in captions(at)


def test_a_meeting_without_a_name_is_not_stored_and_what_was_typed_stays() -> None:
    shell = office(called=False)
    at = opened(PAGE, shell, new=1)
    at.text_input(key="meeting-new-place").set_value("三楼会议室")
    press(at, "meeting-new-send")
    assert "请填写标题" in html(at) and shell.matters.called == {}
    assert at.text_input(key="meeting-new-place").value == "三楼会议室"


def test_whoever_may_call_none_is_told_so() -> None:
    shell = office(identity=VIEWER, units=())
    shell.matters.raisers = ()
    assert "没有可以召集会议的单位" in html(opened(PAGE, shell, new=1))


def test_matters_are_put_on_the_agenda_and_taken_off() -> None:
    shell = office()
    at = opened(PAGE, shell, meeting=1)
    box = at.multiselect(key="agenda-add")
    assert box.options == ["2 号 用地指标2"], "items for a meeting are offered first, those on it not again"
    box.set_value([2]).run()
    press(at, "agenda-put")
    assert [item.matter.id for item in shell.matters.called[1].agenda] == [1, 2]
    press(at, "item-off-1")
    assert [item.matter.id for item in shell.matters.called[1].agenda] == [2]


def test_any_matter_is_found_by_words_and_a_closed_one_is_not_offered() -> None:
    shell = office(matter(1), matter(2), matter(3, state=MatterState.CLOSED))
    at = opened(PAGE, shell, meeting=1)
    assert "没有可列入的事项" in captions(at)
    at.text_input(key="agenda-find").set_value("用地").run()
    assert at.multiselect(key="agenda-add").options == ["2 号 用地指标2"]


def decide(at: AppTest, text: str, **values: str) -> AppTest:
    key = "decision-1-1-"
    at.text_area(key=key + "decision").set_value(text)
    for name, value in values.items():
        at.text_input(key=key + name).set_value(value)
    press(at, key + "send")
    return at


def test_a_decision_becomes_a_matter_of_the_meeting_s_unit() -> None:
    shell = office()
    at = opened(PAGE, shell, meeting=1)
    press(at, "item-open-1")
    assert address(at) == {"meeting": "1", "item": "1"}
    at.selectbox(key="decision-1-1-lead").set_value("sg-plan")
    decide(at, "由发改局牵头，十日内办结", title="落实用地")
    follow = shell.matters.held[3]
    assert (follow.title, follow.detail) == ("落实用地", "由发改局牵头，十日内办结")
    assert (follow.lead_unit, follow.parent_id, follow.project_id) == (PLANNING, 1, "SG-0001")
    assert (follow.kind, follow.raised_unit.id) == (MatterKind.SUPERVISION, "440232")
    text = html(at)
    assert "转为 3 号事项" in text and "由发改局牵头" in text
    assert "item-open-1" not in [b.key for b in at.button], "what is decided stands"


def test_a_decision_without_a_follow_up_makes_no_matter() -> None:
    shell = office()
    at = opened(PAGE, shell, meeting=1, item=1)
    at.toggle(key="decision-1-1-follow").set_value(False).run()
    decide(at, "暂缓")
    assert shell.matters.called[1].agenda[0].decision == "暂缓" and len(shell.matters.held) == 2


def test_what_is_wrong_with_a_decision_is_told_and_stays() -> None:
    shell = office()
    at = opened(PAGE, shell, meeting=1, item=1)
    at.date_input(key="decision-1-1-due").set_value(date(2020, 1, 1))
    decide(at, "  ", title="")
    text = html(at)
    assert "决定：请填写文字" in text and "请填写标题" in text and "已经过去" in text
    assert shell.matters.called[1].agenda[0].decision == ""
    shell.matters.refuse = BadValue("这一项已经议定")
    at.date_input(key="decision-1-1-due").set_value(None)
    decide(at, "同意", title="落实")
    assert "这一项已经议定" in html(at)
    assert at.text_area(key="decision-1-1-decision").value == "同意"


def test_a_closed_meeting_stands_as_it_is() -> None:
    shell = office()
    at = opened(PAGE, shell, meeting=1)
    press(at, "meeting-close")
    text = html(at)
    assert shell.matters.called[1].closed_at == NOW and "纪要已定：韶关审核员 2026-05-06 15:08" in text
    keys = [b.key for b in at.button]
    assert "item-open-1" not in keys and "agenda-put" not in keys and "meeting-close" not in keys
    assert "未作决定" in text


def test_items_of_others_are_counted_not_shown() -> None:
    shell = office()
    shell.matters.called[1] = replace(shell.matters.called[1], hidden=2, may_change=False)
    at = opened(PAGE, shell, meeting=1)
    assert "另有 2 个议题与您的单位无关" in html(at)
    assert "meeting-close" not in [b.key for b in at.button], "only the unit that called it changes it"


def test_a_meeting_changed_meanwhile_is_told() -> None:
    shell = office(identity=EDITOR)
    at = opened(PAGE, shell, meeting=1)
    at.toggle(key="meeting-1-open").set_value(True).run()
    at.text_input(key="meeting-1-title").set_value("我的名称")
    held = shell.matters.called[1]
    shell.matters.called[1] = replace(held, version=2, draft=replace(held.draft, title="别人的名称"))
    press(at, "meeting-1-send")
    assert "刚被别人修改" in html(at) and shell.matters.called[1].draft.title == "别人的名称"
    assert at.text_input(key="meeting-1-title").value == "我的名称"
    press(at, "meeting-1-send")
    assert shell.matters.called[1].draft.title == "我的名称"


def test_hostile_names_do_nothing() -> None:
    shell = office(matter(1, title=HOSTILE, lead_unit=replace(HEALTH, name=HOSTILE)))
    shell.matters.decide(1, 1, HOSTILE, None)
    assert "<script>" not in html(opened(PAGE, shell, meeting=1))


def test_the_page_reads_in_english() -> None:
    assert "第三次联席会议" in html(opened(PAGE, office(language="en"), lang="en", meeting=1))
