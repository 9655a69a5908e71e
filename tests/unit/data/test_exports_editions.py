"""The workbook of an edition: everything of it, unknown told from absent, text that stays text."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl

from data.exports.editions import EditionExport, edition_book
from data.exports.request import ExportRequest
from projects.filters import ProjectFilter
from projects.plans.editions import EditionKind
from projects.plans.ports import Wish
from tests.fake_editions import FakeEditions, record

PLAN, CATALOGUE = EditionKind.ROLLING_PLAN, EditionKind.CATALOGUE
HOSTILE = '=HYPERLINK("http://x")\x01'
Rows = list[list[Any]]


def library() -> FakeEditions:
    found = (
        record("SG-0001", plan={2026: Decimal("1200.5"), 2027: None}, total="5000"),
        record("SG-0002", plan={2027: Decimal("0.000001")}),
        record("SG-0003", name=HOSTILE, basis="demo"),
    )
    made = FakeEditions({one.project_id: one for one in found})
    made.publish(
        PLAN,
        "SG-0001",
        "SG-0002",
        "SG-0003",
        entering={"SG-0001": Wish(HOSTILE), "SG-0002": Wish(), "SG-0003": Wish()},
    )
    return made


def written(
    made: FakeEditions, key: int, against: int | None = None, language: Any = "zh"
) -> dict[str, Rows]:
    request = ExportRequest(chosen=ProjectFilter(), language=language, credit="某市卫健局")
    asked = EditionExport(
        made.edition(key), "乳源瑶族自治县", str, made.edition(against) if against else None
    )
    book = openpyxl.load_workbook(io.BytesIO(edition_book(made, request, asked)))
    for sheet in book:
        assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row), "no formula"
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def by_heading(rows: Rows) -> dict[str, dict[str, Any]]:
    return {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}


def facts(rows: Rows) -> dict[str, Any]:
    return {str(row[0]): row[1] for row in reversed(rows)}


def test_every_entry_is_there_and_unknown_is_not_absent() -> None:
    sheets = written(library(), 1)
    rows = by_heading(sheets["项目"])
    first = rows["SG-0001"]
    assert first["2026年计划投资（万元）"] == 1200.5
    assert first["2027年计划投资（万元）"] == "未知" and first["2028年计划投资（万元）"] is None
    assert rows["SG-0002"]["2027年计划投资（万元）"] == 0.000001
    assert rows["SG-0002"]["总投资（万元）"] is None and first["总投资（万元）"] == 5000
    assert rows["SG-0003"]["年度"] == "年度未明确" and first["年度"] is None
    assert rows["SG-0003"]["依据"] == "演示数据" or "演示" in rows["SG-0003"]["依据"]
    assert rows["SG-0003"]["项目名称"].startswith("=HYPERLINK") and "\x01" not in rows["SG-0003"]["项目名称"]
    assert len(sheets["退出"]) == 1


def test_the_first_sheet_says_what_it_is_and_over_how_many_the_sums_go() -> None:
    rows = written(library(), 1)["说明"]
    said = facts(rows)
    assert said["地区"] == "乳源瑶族自治县（440232）" and said["版次"] == 1 and said["状态"] == "已公布"
    assert said["署名"] == "某市卫健局" and said["资料截至"].startswith("2026-05-06")
    assert said["选取条件"] == "逐项选取" and said["项目数"] == 3
    at = next(i for i, row in enumerate(rows) if row[0] == "2027 年计划投资（万元）")
    assert [row[1] for row in rows[at : at + 3]] == [0.000001, 1, 1]
    at = next(i for i, row in enumerate(rows) if row[0] == "2028 年计划投资（万元）")
    assert [row[1] for row in rows[at : at + 3]] == [None, 0, 0], "no sum of nothing"
    assert said["年度未明确的项目"] == 1 and any("不再改动" in str(row[1]) for row in rows)


def test_the_filter_stands_in_the_words_of_whoever_asks_for_the_file() -> None:
    made = library()
    asked = EditionExport(made.edition(1), "乳源瑶族自治县", str, conditions="类别：中医药")
    request = ExportRequest(chosen=ProjectFilter(), credit="某市卫健局")
    book = openpyxl.load_workbook(io.BytesIO(edition_book(made, request, asked)))
    rows = [list(row) for row in book["说明"].iter_rows(values_only=True)]
    assert facts(rows)["选取条件"] == "类别：中医药"


def test_a_comparison_is_a_sheet_of_its_own() -> None:
    made = library()
    made.records["SG-0001"] = replace(made.records["SG-0001"], stage="在建", plan={2027: Decimal(8)})
    made.publish(PLAN, year=2027, leaving={"SG-0002": "停缓建"})
    sheets = written(made, 2, 1)
    rows = by_heading(sheets["与前版比较"])
    assert rows["SG-0002"]["变化"] == "退出" and rows["SG-0002"]["理由"] == "停缓建"
    assert rows["SG-0001"]["变动的内容"] == "2027年计划投资（万元）：在列，金额未知 → 8；阶段：前期 → 在建"
    said = facts(sheets["说明"])
    assert (said["比较：保留"], said["比较：退出"], said["比较：新进"], said["　其中内容有变动"]) == (
        2,
        1,
        0,
        1,
    )
    assert by_heading(sheets["退出"])["SG-0002"]["理由"] == "停缓建"


def test_a_catalogue_has_no_years_and_reads_in_english() -> None:
    made = library()
    made.publish(CATALOGUE, "SG-0001")
    sheets = written(made, 2, language="en")
    assert list(sheets) == ["About", "Projects", "Left"]
    headings = sheets["Projects"][0]
    assert "Land (mu)" in headings and not any("Planned for" in str(h) for h in headings)


def test_a_long_edition_is_written_whole() -> None:
    made = FakeEditions({k: record(k) for k in (f"SG-{n:05d}" for n in range(5100))})
    made.publish(PLAN, *made.records)
    assert len(written(made, 1)["项目"]) == 5101
