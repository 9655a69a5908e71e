"""The matters page on fakes: figures, links, the history, answering a closed matter, refused files, forms."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from projects.attachments import AttachedFile
from projects.errors import BadValue, SignInNeeded
from projects.filters import ProjectFilter
from projects.identity import NOBODY
from projects.matters.model import EntryKind, MatterKind, MatterState, Timing
from tests.fake_desk import EDITOR, NOW, REVIEWER, RUYUAN, SHAOGUAN, VIEWER
from tests.fake_matters import HEALTH, PLANNING, FakeMatters, entry, matter
from tests.ui.office import OfficeShell, address, desk, html, opened, press
from views.matters import reply_part
from views.matters.address import today

PAGE = "matters.matters_page"
HOSTILE = "<script>alert(1)</script> **粗** =1+1"


class NoChoices:
    """No choices for any filter field."""

    def of(self, version: str, name: str, chosen: ProjectFilter) -> tuple[()]:
        return ()


@dataclass
class Files:
    """Files of office work in memory; what is not a PDF is refused with the reason."""

    held: list[AttachedFile] = field(default_factory=list)

    def listed(self, subject: str) -> tuple[AttachedFile, ...]:
        return tuple(one for one in self.held if one.subject == subject)

    def add(self, subject: str, file_name: str, content: bytes) -> AttachedFile:
        if not content.startswith(b"%PDF"):
            raise BadValue("只收 PDF、PNG、JPEG，这个文件的内容不是。")
        made = AttachedFile(1, subject, file_name, "application/pdf", len(content), "0" * 64, "乳源", NOW)
        self.held.append(made)
        return made

    def remove(self, key: int) -> None:
        self.held = [one for one in self.held if one.id != key]

    def opened(self, key: int) -> tuple[AttachedFile, Path]:
        raise NotImplementedError


@dataclass
class MattersShell(OfficeShell):
    """An office's shell with matters and their files."""

    choices: NoChoices = field(default_factory=NoChoices)
    office_files: Files = field(default_factory=Files)


def shell(*matters: Any, language: str = "zh", **who: Any) -> MattersShell:
    return MattersShell(desk(**who), matters=FakeMatters.of(*matters), language=language)


def late(number: int = 1, days: int = 3, **values: Any) -> Any:
    return matter(number, due_on=today() - timedelta(days), **values)


# ---- the list ----


def test_the_list_says_what_is_late_and_what_has_no_date() -> None:
    office = shell(late(1), matter(2, title=HOSTILE, due_on=None))
    text = html(opened(PAGE, office, county="440232"))
    assert "2</b><span>件事项" in text and "1</b><span>已逾期" in text and "1</b><span>未定期限" in text
    assert "2 件超过 30 天未办结" in text
    assert "逾期 3 天" in text and 'href="matters?county=440232&#38;matter=1"' in text
    assert "韶关市卫生健康局（原韶关市卫生和计划生育局）" in text
    assert "<script>" not in text and "&#60;script&#62;" in text


def test_nobody_who_has_not_signed_in_is_told_anything() -> None:
    office = shell(late(), identity=NOBODY, units=())
    assert "请先登录" in html(opened(PAGE, office)) and office.matters.asks == []


def test_the_link_reproduces_the_conditions() -> None:
    office = shell(late())
    params = {
        "county": "440232",
        "timing": "overdue,undated",
        "type": "land",
        "state": "open",
        "unit": "sg-health",
        "long": "1",
        "find": "用地",
        "about": "SG-0001",
    }
    at = opened(PAGE, office, **params)
    asked = office.matters.asks[0]
    assert asked.chosen.county == ("440232",) and asked.kinds == (MatterKind.LAND,)
    assert asked.timings == (Timing.OVERDUE, Timing.UNDATED) and asked.states == (MatterState.OPEN,)
    assert (asked.unit_id, asked.open_days, asked.words, asked.project_id) == (
        "sg-health",
        30,
        "用地",
        "SG-0001",
    )
    assert address(at) == params
    assert "只看单位：韶关市卫生健康局 ✕" in [b.label for b in at.button]
    press(at, "matters-drop-unit")
    assert office.matters.asks[-1].unit_id == "" and "unit" not in address(at)


@pytest.mark.parametrize(
    "params",
    [
        {"timing": "<b>", "type": "x,,land", "state": "?", "p": "-1"},
        {"about": "'; --", "show": "nonsense", "p": "9" * 30},
        {"matter": "9" * 20, "unit": HOSTILE},
        {"meeting": "x", "find": HOSTILE},
    ],
)
def test_a_broken_link_still_opens_the_list(params: dict[str, str]) -> None:
    text = html(opened(PAGE, shell(late()), **params))
    assert "件事项" in text and "<script>" not in text


def test_a_unit_of_elsewhere_is_not_hidden_by_the_home_area() -> None:
    office = shell(late())
    office.settings = office.settings.model_copy(update={"home_area": "440200"})
    opened(PAGE, office, unit="sg-health")
    assert office.matters.asks[0].chosen.is_empty
    opened(PAGE, office, timing="overdue")
    assert office.matters.asks[-1].chosen.prefecture == ("440200",)


def test_only_what_ones_own_unit_is_responsible_for() -> None:
    office = shell(late())
    at = opened(PAGE, office, county="440232")
    at.toggle(key="matters-w-own").set_value(True).run()
    asked = office.matters.asks[-1]
    assert (asked.unit_id, asked.lead_only) == ("440232", True) and address(at)["own"] == "1"


def test_a_later_page_is_asked_for_and_an_empty_one_turns_to_the_first() -> None:
    office = shell(*(matter(n) for n in range(1, 36)))
    text = html(opened(PAGE, office, p="2", county="440232"))
    assert "用地指标35" in text and "用地指标1<" not in text
    assert "用地指标1<" in html(opened(PAGE, office, p="9", county="440232"))


def test_units_stand_with_their_load_and_a_link_to_what_is_late() -> None:
    office = shell(late(1), matter(2), matter(3, lead_unit=PLANNING))
    at = opened(PAGE, office, show="units", county="440232")
    text = html(at)
    assert "韶关市发展和改革局" in text and "unit=sg-health&#38;own=1&#38;timing=overdue" in text
    assert text.count("<tr") == 3, "a head and two units"
    opened(PAGE, office, unit="sg-health", own=1)
    assert (office.matters.asks[-1].unit_id, office.matters.asks[-1].lead_only) == ("sg-health", True)


def test_the_page_reads_in_english() -> None:
    assert "SG-0001" in html(opened(PAGE, shell(late(), language="en"), lang="en", county="440232"))


# ---- one matter ----


def test_a_matter_stands_with_all_that_was_said() -> None:
    office = shell(matter(7, detail=HOSTILE, parent_id=3))
    office.matters.said[7] += [
        entry(2, EntryKind.REPLY, "已报省厅", old_state=MatterState.OPEN, new_state=MatterState.IN_HAND),
        entry(3, EntryKind.CHANGED, "领导批示", changed={"due_on": ("", "2026-06-01")}),
        entry(4, EntryKind.DECIDED, "同意", changed={"meeting": ("", "第三次联席会议")}),
        entry(5, EntryKind.CHANGED, changed={"agenda": ("第四次联席会议", "")}),
    ]
    at = opened(PAGE, office, matter=7)
    text = html(at)
    assert "已报省厅" in text and "待接收 → 办理中" in text
    assert "领导批示" in text and "2026-06-01" in text
    assert "会议：第三次联席会议" in text and "撤下：第四次联席会议" in text
    assert "未定：不算按期，也不算逾期" in text and "3 号事项的决定" in text
    assert "<script>" not in text and address(at) == {"matter": "7"}
    press(at, "matter-back")
    assert "件事项" in html(at) and "matter" not in address(at)


def test_the_way_back_finds_the_list_as_it_was() -> None:
    office = shell(late(7))
    asked = {"county": "440232", "timing": "overdue", "find": "用地"}
    at = opened(PAGE, office, matter=7, **asked)
    assert address(at) == {"matter": "7", **asked}
    press(at, "matter-back")
    assert address(at) == asked and office.matters.asks[-1].timings == (Timing.OVERDUE,)


def test_a_matter_of_others_is_as_one_that_is_not_there() -> None:
    assert "没有找到 99 号事项" in html(opened(PAGE, shell(), matter=99))


def test_whoever_only_reads_is_offered_nothing_to_write() -> None:
    office = shell(matter(1, may_answer=False, may_settle=False, may_handle=False))
    at = opened(PAGE, office, matter=1)
    assert not at.text_area and "matter-move-closed" not in [b.key for b in at.button]


def write(at: AppTest, text: str, number: int = 1) -> AppTest:
    at.text_area(key=f"matter-reply-{number}").set_value(text)
    at.button(key="matter-send").click().run()
    assert not at.exception
    return at


def test_an_answer_is_kept_and_the_field_is_empty_again() -> None:
    office = shell(late())
    at = write(opened(PAGE, office, matter=1), " 已批复 ")
    step = office.matters.said[1][-1]
    assert (step.text, step.new_state) == ("已批复", MatterState.ANSWERED)
    assert "答复已保存" in html(at) and at.text_area(key="matter-reply-1").value == ""


def test_a_reviewer_does_not_answer_for_a_unit_by_a_slip_and_a_step_is_always_chosen() -> None:
    office = shell(matter(state=MatterState.OPEN), identity=REVIEWER, units=(SHAOGUAN, RUYUAN))
    at = opened(PAGE, office, matter=1)
    assert at.radio[0].value == reply_part.WORDS_ONLY and at.radio[0].options[0] == "只补充说明，状态不变"
    office = shell(matter(may_handle=True, state=MatterState.IN_HAND))
    at = opened(PAGE, office, matter=1)
    assert at.radio[0].value is MatterState.ANSWERED
    answered: dict[str, Any] = {"state": MatterState.ANSWERED, "timing": Timing.ANSWERED}
    office.matters.held[1] = replace(office.matters.held[1], **answered)
    at.run()
    assert at.radio[0].options[0] == "只补充说明，状态不变" and at.radio[0].index == 0
    assert html(at).count("已答复") == 1, "said once"


def test_whoever_only_raised_it_adds_words_without_a_step() -> None:
    office = shell(matter(1, may_handle=False))
    at = opened(PAGE, office, matter=1)
    assert not at.radio
    write(at, "请尽快")
    assert office.matters.said[1][-1].new_state is None


@pytest.mark.parametrize(("text", "words"), [("  ", "请填写文字"), ("长" * 4001, "最多 4000 个")])
def test_an_answer_that_cannot_be_kept_stays_in_the_field(text: str, words: str) -> None:
    office = shell(late())
    at = write(opened(PAGE, office, matter=1), text)
    assert words in html(at) and len(office.matters.said[1]) == 1
    assert at.text_area(key="matter-reply-1").value == text


def test_an_ended_session_loses_nothing_that_was_typed() -> None:
    office = shell(late())
    office.matters.refuse = SignInNeeded("x")
    at = write(opened(PAGE, office, matter=1), "写了很久")
    assert "登录已过期" in html(at) and at.text_area(key="matter-reply-1").value == "写了很久"


def closed_meanwhile(office: MattersShell) -> AppTest:
    """Open a matter, let somebody close it, then send the answer."""
    at = opened(PAGE, office, matter=1)
    office.matters.move(1, MatterState.CLOSED, "已落实")
    return write(at, "写了很久")


def test_an_answer_to_a_matter_closed_meanwhile_stays_and_may_open_it_again() -> None:
    office = shell(late())
    at = closed_meanwhile(office)
    assert "已办结" in html(at) and at.text_area(key="matter-reply-1").value == "写了很久"
    assert office.matters.held[1].state is MatterState.CLOSED, "nobody asked for it to be opened"
    press(at, "matter-reopen")
    step = office.matters.said[1][-1]
    assert (step.text, step.new_state) == ("写了很久", MatterState.REOPENED)
    assert "答复已保存" in html(at) and at.text_area(key="matter-reply-1").value == ""


def test_the_answer_that_meets_the_closing_is_told_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    office = shell(late(), identity=EDITOR)
    at = opened(PAGE, office, matter=1)
    usual = FakeMatters.reply

    def beaten(self: FakeMatters, key: int, text: str, new_state: MatterState | None = None) -> int:
        if self.held[key].state is MatterState.OPEN:
            self.move(key, MatterState.CLOSED, "已落实")
        return usual(self, key, text, new_state)

    monkeypatch.setattr(FakeMatters, "reply", beaten)
    write(at, "写了很久")
    text = html(at)
    assert "这件事项已办结" in text and at.text_area(key="matter-reply-1").value == "写了很久"
    assert at.button(key="matter-reopen").label == "重新打开并答复"


def test_whoever_may_not_reopen_keeps_the_words_and_learns_who_may() -> None:
    office = shell(late(may_settle=False))
    at = closed_meanwhile(office)
    text = html(at)
    assert "只有提出单位（乳源瑶族自治县）和它的上级可以重新打开" in text
    assert "您写的内容还在下面" in text and at.text_area(key="matter-reply-1").value == "写了很久"
    assert at.button(key="matter-send").label == "提交答复"


@dataclass
class Given:
    """A file as the browser sends it."""

    name: str
    content: bytes

    def getvalue(self) -> bytes:
        return self.content


def test_a_file_of_a_wrong_kind_is_named_with_the_reason_and_the_answer_is_kept() -> None:
    office = shell(late())
    files = (Given("批复.pdf", b"%PDF-1.7"), Given("<b>表</b>.exe", b"MZ"))
    answer = reply_part.Answer("已批复", MatterState.ANSWERED, files)
    refused = reply_part.store(office, office.matters.held[1], answer)  # type: ignore[arg-type]
    assert office.matters.said[1][-1].text == "已批复"
    assert [one.file_name for one in office.office_files.listed("matter/1")] == ["批复.pdf"]
    (sentence,) = refused
    assert "<b>表</b>.exe" in sentence and "只收 PDF" in sentence and "答复已保存" in sentence


def test_a_matter_is_closed_with_a_reason_and_opened_again() -> None:
    office = shell(late())
    at = opened(PAGE, office, matter=1)
    press(at, "matter-move-closed")
    assert "原因或结论：请填写文字" in html(at) and office.matters.held[1].state == "open"
    at.text_input(key="matter-why-1-closed").set_value("已落实").run()
    press(at, "matter-move-closed")
    assert "已落实" in html(at) and office.matters.held[1].state == "closed"
    at.text_input(key="matter-why-1-reopened").set_value("又有问题").run()
    press(at, "matter-move-reopened")
    assert office.matters.held[1].state == "reopened"


def test_a_change_made_meanwhile_is_told_and_not_overwritten() -> None:
    office = shell(late())
    at = opened(PAGE, office, matter=1)
    at.toggle(key="matter-change-open-1").set_value(True).run()
    at.text_input(key="matter-change-1-title").set_value("我的标题")
    at.text_input(key="matter-change-1-why").set_value("更正")
    office.matters.held[1] = replace(office.matters.held[1], title="别人的标题", version=2)
    press(at, "matter-change-1-send")
    assert "刚被别人修改" in html(at) and office.matters.held[1].title == "别人的标题"
    assert at.text_input(key="matter-change-1-title").value == "我的标题"
    press(at, "matter-change-1-anyway")
    press(at, "matter-change-1-send")
    assert office.matters.held[1].title == "我的标题"
    assert "别人的标题" in html(at), "what was changed stays in the history"


# ---- raising one ----


def fill(at: AppTest, lead: str = "sg-health", **texts: str) -> AppTest:
    for name, value in texts.items():
        box = at.text_area if name == "detail" else at.text_input
        box(key=f"matter-new-{name}").set_value(value)
    if lead:
        at.selectbox(key="matter-new-lead").set_value(lead)
    at.button(key="matter-new-send").click().run()
    assert not at.exception
    return at


def test_a_matter_is_raised_from_a_project_and_shown() -> None:
    office = shell()
    at = opened(PAGE, office, new=1, about="SG-0002")
    assert at.text_input(key="matter-new-record").value == "SG-0002"
    at.date_input(key="matter-new-due").set_value(date(2026, 12, 1))
    at.multiselect(key="matter-new-support").set_value(["sg-plan"])
    fill(at, title=" 用地指标 ", detail=HOSTILE)
    held = office.matters.held[1]
    assert (held.project_id, held.area_code, held.title) == ("SG-0002", "", "用地指标")
    assert (held.lead_unit, held.support_units, held.due_on) == (HEALTH, (PLANNING,), date(2026, 12, 1))
    text = html(at)
    assert "已提出，编号 1" in text and address(at) == {"matter": "1"} and "<script>" not in text


def test_an_old_name_finds_the_unit_and_a_strange_one_is_told() -> None:
    office = shell()
    at = opened(PAGE, office, new=1)
    at.text_input(key="matter-new-find").set_value("计划生育").run()
    box = at.selectbox(key="matter-new-lead")
    assert box.options == ["韶关市卫生健康局（也叫韶关市卫生和计划生育局）"]
    box.set_value("sg-health").run()
    at.text_input(key="matter-new-find").set_value("没有的").run()
    assert "没有找到名称含“没有的”的单位" in html(at)
    assert at.selectbox(key="matter-new-lead").value == "sg-health", "what was chosen stays"
    assert office.matters.searched[-1] == ("没有的", "440232")


def test_a_project_is_found_by_a_part_of_its_name() -> None:
    office = shell()
    office.library.items = (
        SimpleNamespace(id="SG-0002", name="温泉小镇"),
        SimpleNamespace(id="SG-0003", name="温泉"),
    )
    at = opened(PAGE, office, new=1)
    at.text_input(key="matter-new-record").set_value("温泉").run()
    box = at.selectbox(key="matter-new-named")
    assert box.options == ["SG-0002 温泉小镇", "SG-0003 温泉"] and box.value is None
    box.set_value("SG-0003").run()
    fill(at, title="用地")
    assert office.matters.held[1].project_id == "SG-0003"
    assert office.library.asked[-1] == "温泉"


def test_a_matter_about_an_area_of_the_raising_unit() -> None:
    office = shell(identity=REVIEWER, units=(SHAOGUAN, RUYUAN))
    office.matters.raisers = tuple(u for u in office.matters.units("") if u.id.isdecimal())
    at = opened(PAGE, office, new=1)
    at.selectbox(key="matter-new-raised").set_value("440200")
    at.radio(key="matter-new-subject").set_value("area").run()
    at.selectbox(key="matter-new-area").set_value("440281")
    fill(at, title="联合监管")
    held = office.matters.held[1]
    assert (held.project_id, held.area_code, held.raised_unit.id) == ("", "440281", "440200")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"title": ""}, "请填写标题"),
        ({"title": "长" * 121}, "最多 120 个"),
        ({"record": ""}, "关于哪个项目或哪个地区"),
        ({"record": "<b>"}, "不是项目编号"),
        ({"lead": ""}, "请选择责任单位"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(typed: dict[str, str], words: str) -> None:
    office = shell()
    at = opened(PAGE, office, new=1)
    fill(at, **({"record": "SG-0001", "title": "用地", "detail": "一段说明"} | typed))
    assert words in html(at) and office.matters.held == {}
    assert at.text_area(key="matter-new-detail").value == "一段说明"


def test_a_refusal_of_the_database_is_told_and_what_was_typed_stays() -> None:
    office = shell()
    office.matters.refuse = BadValue("没有编号为 SG-9999 的项目")
    at = opened(PAGE, office, new=1)
    fill(at, record="SG-9999", title="用地")
    assert "没有编号为 SG-9999 的项目" in html(at)
    assert at.text_input(key="matter-new-title").value == "用地"


def test_whoever_may_raise_nothing_is_told_so() -> None:
    office = shell(identity=VIEWER, units=())
    office.matters.raisers = ()
    assert "没有可以提出事项的单位" in html(opened(PAGE, office, new=1))
    assert "matters-new" not in [b.key for b in opened(PAGE, office).button]
