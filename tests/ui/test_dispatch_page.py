"""The page of the monthly dispatch, on a fake: unknown is not on time, lights have words, links hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from projects.codes import MilestoneCode
from projects.errors import StorageUnavailable
from projects.filters import FIELDS, ProjectFilter
from projects.identity import NOBODY
from projects.lifecycle.dispatch import OFFICE_TIME, Reference
from projects.lifecycle.ports import By, Summary
from projects.lifecycle.steps import Dates
from projects.ports import Option
from tests.fake_desk import FakeDesk
from tests.fake_schedule import FakeSchedule, Kept
from tests.ui.office import OfficeShell, address, desk, html, opened
from views.lifecycle.address import OWN

HOSTILE = "<img src=x onerror=alert(1)> **粗** $x$"
START, END = MilestoneCode.COMMENCEMENT, MilestoneCode.COMPLETION
DAY = "2026-06-10"


class FakeChoices:
    """No choices but the owner units."""

    def of(self, version: str, name: str, chosen: ProjectFilter) -> tuple[Option, ...]:
        return (Option("440232", "乳源瑶族自治县", 3, ""),) if name == "owner" else ()

    def ahead(self, version: str, chosen: ProjectFilter, fields: Any) -> None:
        pass


@dataclass
class DispatchShell(OfficeShell):
    """A shell with a schedule."""

    schedule: FakeSchedule = field(default_factory=FakeSchedule)
    choices: FakeChoices = field(default_factory=FakeChoices)


def filed(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), OFFICE_TIME)


def days(planned: str = "", actual: str = "") -> Dates:
    return Dates(
        date.fromisoformat(planned) if planned else None, date.fromisoformat(actual) if actual else None
    )


RECORDS = (
    Kept("SG-0001", "逾期院", "储备", {START: days("2026-03-01")}, filed_at=filed("2026-06-01")),
    Kept("SG-0002", "按期院", "在建", {START: days("2026-01-01", "2026-01-05"), END: days("2026-07-01")},
         filed_at=filed("2026-05-30"), key_lists="2026省重点"),
    Kept("SG-0003", "没报院"),
    Kept("SG-0004", HOSTILE, "投产", {}, unit="440281", county="440281", leads=("wjw",),
         key_lists="重大项目", basis="demo"),
    Kept("SG-0005", "退库院", "退库", unit="440281", county="440281"),
)  # fmt: skip


def page(schedule: FakeSchedule | None = None, office: FakeDesk | None = None, **params: Any) -> AppTest:
    language = params.pop("language", "zh")
    shell = DispatchShell(office or desk(), schedule=schedule or FakeSchedule(*RECORDS), language=language)
    return opened("lifecycle.dispatch_page", shell, **({"day": DAY} | params))


def heads_of(text: str) -> list[str]:
    """Return the heads of the last table."""
    head = text.rpartition("<thead")[2].partition("</thead>")[0]
    return [part.partition(">")[2].partition("</th>")[0] for part in head.split("<th")[1:]]


def row_of(text: str, name: str) -> str:
    """Return the table row that names something."""
    return next(part for part in text.split("<tr")[1:] if name in part).partition("</tr>")[0]


def test_the_figures_keep_silence_apart_from_punctuality() -> None:
    text = html(page())
    assert "<b>2 / 4</b>" in text and "2 个没报过，是未知，不是按期" in text
    assert "1 个项目，最长 101 天" in text and "上次调度日（2026-05-25）后未更新" in text
    assert "退库或已投产，不再调度" in text


def test_each_unit_has_its_light_as_colour_and_word() -> None:
    text = html(page())
    assert "atlas-light-red" in row_of(text, "乳源瑶族自治县") and "● 红" in text
    assert "○ 灰" in row_of(text, "乐昌市"), "nothing reported is grey, never green"
    assert "已结束 1" in row_of(text, "乐昌市")
    assert text.index("乳源瑶族自治县</th>") < text.index("乐昌市</th>"), "the worst stands first"


def test_what_is_asked_for_first_stands_first() -> None:
    heads = heads_of(html(page()))
    assert heads[:3] == ["填报单位", "逾期步骤", "工作簿"], "a phone shows the name and these"
    assert heads[-1] == "项目按灯" and "灯" not in heads and len(heads) == 12
    row = row_of(html(page()), "乳源瑶族自治县")
    assert row.index("atlas-light") < row.index("乳源瑶族自治县") < row.index("show=steps")
    due = next(cell for cell in row.split("<td") if "list=due30" in cell)
    assert "list=due60" in due and "list=due90" in due and due.count(" / ") == 2, "one column, three ways"


def test_a_reader_without_workbooks_has_no_column_of_them() -> None:
    text = html(page(office=desk(identity=NOBODY, units=())))
    assert "工作簿" not in heads_of(text) and len(heads_of(text)) == 11
    body = text.rpartition("<tbody>")[2]
    assert {row.count("<td") for row in body.split("<tr")[1:]} == {10}


def test_an_overdue_step_that_is_probably_a_blank_is_marked() -> None:
    made = FakeSchedule(
        Kept("SG-0006", "竣工院", "竣工", {MilestoneCode.PROJECT_APPROVAL: days("2021-05-23")}),
        Kept("SG-0007", "停建院", "停缓建", {START: days("2026-03-01")}),
        Kept("SG-0008", "在建院", "在建", {START: days("2026-03-01")}),
    )
    text = html(page(made, show="steps", list="overdue"))
    assert "多半漏填实际日期" in row_of(text, "竣工院") and "1844" in row_of(text, "竣工院")
    assert "停缓建，仍按所报计划计" in row_of(text, "停建院")
    assert "atlas-tag" not in row_of(text, "在建院")
    assert "多半是漏填实际日期；停缓建的项目仍按所报计划" in text, "the rule says so"


def test_the_rule_stands_on_the_page() -> None:
    text = html(page())
    assert "红灯：有步骤的计划日期已过 30 天以上" in text and "灰灯是未知，不是按期" in text
    english = html(page(language="en"))
    assert "Grey is unknown, not on time" in english


def test_a_count_leads_to_its_steps() -> None:
    text = html(page())
    row = row_of(text, "乳源瑶族自治县")
    assert "show=steps" in row and "of=440232" in row and "list=due30" in row and f"day={DAY}" in row
    steps = html(page(show="steps", list="overdue", of="440232"))
    assert "逾期院" in steps and "开工" in steps and "2026-03-01" in steps and "101" in steps
    assert "按期院" not in steps and "./?id=SG-0001" in steps and "edit?id=SG-0001" in steps


@pytest.mark.parametrize(
    ("kind", "there", "not_there"),
    [
        ("due30", "按期院", "逾期院"),
        ("never_reported", "没报院", "按期院"),
        ("never_filed", "没报院", "逾期院"),
        ("stale", "没有这样的记录", "没报院"),
    ],
)
def test_lists_by_kind(kind: str, there: str, not_there: str) -> None:
    at = page(show="steps", list=kind)
    text = html(at).partition("atlas-money")[2] + "".join(c.value for c in at.caption)
    assert there in text and not_there not in text


def test_contradictions_are_told_with_both_values_and_what_to_do() -> None:
    text = html(page(show="clashes"))
    assert "计划 2026-03-01 开工，日期已过，阶段仍是“储备”" in text
    assert "已投产，没有竣工日期 1" in text
    narrowed = html(page(show="clashes", code="start_passed"))
    assert "逾期院" in narrowed and "<img" not in narrowed and "onerror" not in narrowed


def test_names_from_files_are_only_names() -> None:
    text = html(page(show="clashes"))
    assert "<img" not in text and "演示数据" in text


def test_yearly_classes_count_everybody_and_list_one_class() -> None:
    at = page(None, None, show="classes", **{"class": "竣工投产"})
    text = html(at)
    assert "按期院" in text and "竣工投产" in text and "未知（日期没有说）" in text
    assert "不列入" in text and "2026" in text
    unknown = html(page(None, None, show="classes", **{"class": "unknown"}))
    assert "没报院" in unknown


def test_the_list_of_key_projects_and_what_nobody_understands() -> None:
    text = html(page(show="keys"))
    assert "2026 省重点（1）" in text and "按期院" in text
    assert "读不懂、没有列入的（1 个项目）" in text and "重大项目" in text
    assert (
        "按期院" not in html(page(show="keys", year="2027")).partition("读不懂")[0].rpartition("省重点（")[2]
    )


def test_the_filters_own_parameters_stay_the_filters() -> None:
    assert not set(OWN) & set(FIELDS)
    at = page(show="steps", kind="site")
    assert address(at) == {"day": DAY, "show": "steps", "kind": "site"}


def test_the_address_reproduces_the_page() -> None:
    at = page(show="steps", list="due30", by="county", of="440232")
    assert address(at) == {"day": DAY, "show": "steps", "list": "due30", "by": "county", "of": "440232"}
    at.segmented_control(key="dispatch-w-show").set_value("clashes").run()
    assert not at.exception
    assert address(at) == {"day": DAY, "show": "clashes", "list": "due30", "by": "county"}


def test_nonsense_in_the_address_opens_the_usual_page() -> None:
    at = page(day="20217-13-99", show="x", by="y", list="z", code="q", p="-7", of="nobody", year="abc")
    assert "月调度" in html(at) and not at.exception
    assert "day" not in address(at) and "class" not in address(at)


def test_by_lead_department_says_that_rows_overlap() -> None:
    at = page(by="lead")
    assert "市卫生健康局" in html(at) and "没有牵头部门" in html(at)
    assert any("几个牵头部门" in c.value for c in at.caption)


def test_workbooks_are_for_those_who_may_file() -> None:
    assert "/office/workbook?unit=440232" in html(page())
    at = page(office=desk(identity=NOBODY, units=()))
    assert "下载</a>" not in html(at)
    assert any("登录后" in c.value for c in at.caption)


def test_nobody_is_offered_the_form() -> None:
    text = html(page(office=desk(identity=NOBODY, units=()), show="steps", list="overdue"))
    assert "逾期院" in text and "edit?id=" not in text


class Broken(FakeSchedule):
    """A database that is away."""

    def summary(self, chosen: ProjectFilter, when: Reference, by: By) -> Summary:
        raise StorageUnavailable("away")


def test_a_database_that_is_away_is_told_in_words() -> None:
    text = html(page(Broken()))
    assert "数据库暂时没有响应" in text


def test_an_empty_library_has_no_light_at_all() -> None:
    text = html(page(FakeSchedule()))
    assert "没有记录符合全部条件" in text
