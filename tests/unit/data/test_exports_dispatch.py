"""The dispatch as a workbook: the rule first, every sheet complete, text never a formula."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from data.exports import dispatch
from data.exports.request import ExportRequest
from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import Reference
from tests.fake_schedule import FakeSchedule, Kept
from tests.unit.data.exports_fake import FakeLibrary
from tests.unit.projects.lifecycle.dates import END, START, days

WHEN = Reference(date(2026, 6, 10), 25)
RECORDS = (
    Kept("SG-0001", "=cmd|' /C calc'!A0", "储备", {START: days("2026-03-01")}, contact="张三 123"),
    Kept(
        "SG-0002",
        "按期院",
        "在建",
        {START: days("", "2026-01-05"), END: days("2026-07-01")},
        key_lists="2027市重点；2026省重点；十大工程",
    ),
    Kept("SG-0003", "没报院", unit="440281", county="440281", basis="demo", key_lists="重大项目"),
)


def book(language: str = "zh", **values: Any) -> Any:
    request = ExportRequest(chosen=ProjectFilter(), language=language, **values)  # type: ignore[arg-type]
    made = dispatch.dispatch(FakeLibrary(), FakeSchedule(*RECORDS), request, WHEN)
    return load_workbook(io.BytesIO(made))


def rows(sheet: Any) -> list[dict[str, Any]]:
    heads, *lines = sheet.iter_rows(values_only=True)
    return [dict(zip(heads, line, strict=True)) for line in lines]


def test_the_sheets_and_the_rule() -> None:
    found = book()
    names = ["说明", "按单位", "按县", "逾期步骤", "90天内到期", "矛盾", "没有报过日期", "重点名单"]
    assert found.sheetnames == names
    about = dict(row[:2] for row in found["说明"].iter_rows(values_only=True) if row[0] != "规则")
    assert about["参照日"] == "2026-06-10" and about["上次调度日"] == "2026-05-25"
    told = "".join(str(row[1]) for row in found["说明"].iter_rows(values_only=True))
    assert "灰灯是未知，不是按期" in told and "空白是未知，不是零" in told


def test_counts_end_with_their_sum() -> None:
    lines = rows(book()["按单位"])
    assert [line["填报单位"] for line in lines] == ["乳源瑶族自治县", "乐昌市", "合计"]
    for name in ("项目", "报过日期", "没报过日期", "逾期步骤", "红", "灰"):
        assert sum(line[name] for line in lines[:-1]) == lines[-1][name]
    assert [line["灯"] for line in lines] == ["红", "灰", "红"]


def test_steps_and_silence_are_complete() -> None:
    found = book()
    (late,) = rows(found["逾期步骤"])
    assert late["编号"] == "SG-0001" and late["计划日期"] == "2026-03-01" and late["步骤"] == "开工"
    assert late["逾期（天，负数为还有几天）"] == 101 and late["联系人"] == "张三 123"
    (due,) = rows(found["90天内到期"])
    assert due["编号"] == "SG-0002" and due["逾期（天，负数为还有几天）"] == -21
    (silent,) = rows(found["没有报过日期"])
    assert silent["编号"] == "SG-0003" and silent["依据"] == "演示数据" and silent["最近填报"] is None
    (clash,) = rows(found["矛盾"])
    assert "计划 2026-03-01 开工" in clash["哪里矛盾，怎么办"]


def test_every_naming_in_a_list_has_a_line() -> None:
    lines = rows(book()["重点名单"])
    assert [(line["编号"], line["年度"], line["名单"], line["读不懂的文字"]) for line in lines] == [
        ("SG-0002", 2026, "省重点", "十大工程"),
        ("SG-0002", 2027, "市重点", "十大工程"),
        ("SG-0003", None, None, "重大项目"),
    ]


def test_a_name_is_never_a_formula() -> None:
    cell = book()["逾期步骤"]["B2"]
    assert cell.value == "=cmd|' /C calc'!A0" and cell.data_type == "s"


def test_in_english() -> None:
    found = book("en")
    assert "By unit" in found.sheetnames and rows(found["By unit"])[-1]["Reporting unit"] == "Sum"


@pytest.mark.parametrize(
    ("practice", "name"), [(False, "月调度_20260610.xlsx"), (True, "演示_月调度_20260610.xlsx")]
)
def test_the_name_says_what_is_invented(practice: bool, name: str) -> None:
    request = ExportRequest(chosen=ProjectFilter(), practice=practice)
    assert dispatch.file_name(request, WHEN) == name
    if practice:
        assert "虚构" in str(book(practice=True)["说明"]["B1"].value)
