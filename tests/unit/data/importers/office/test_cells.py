"""Typed values of 项目: lists, texts, amounts, areas, and checks across columns."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from projects.intake.importing import TypedRow
from projects.intake.issues import IssueCode, Severity
from tests.unit.data.importers.office.world import CONTEXT, codes, keys, one, read, text


def said(row: TypedRow) -> list[tuple[str, Severity]]:
    return [(issue.key, issue.severity) for issue in row.issues]


@pytest.mark.parametrize(
    ("heading", "written", "path", "value"),
    [
        ("阶段", "建设中", "stage", "在建"),
        ("阶段", "在建（主体）", "stage", "在建"),
        ("类别", "医养结合", "category", "elderly_care"),
        ("类别", "hospital", "category", "hospital"),
        ("类型", "项目点", "kind", "site"),
        ("公开发布", "√", "published", True),
        ("公开发布", False, "published", False),
        ("床位（张）", "２００张", "beds", 200),
        ("床位（张）", 200.0, "beds", 200),
        ("总投资（亿元）", 1.2, "total_investment", "12000"),
        ("用地（亩）", "3公顷", "land_mu", "45"),
        ("联系电话", 13800138000, "contact_phone", "13800138000"),
        ("联系电话", "０７５１-8888", "contact_phone", "0751-8888"),
        ("项目单位", "甲公司；乙公司、甲公司", "party/owner", ["甲公司", "乙公司"]),
        ("上级项目编号", "sg-0001", "parent_id", "SG-0001"),
        ("备注", "  第一行\n第二行　", "note", "第一行\n第二行"),
        ("2026年计划投资（万元）", "3000万", "annual_plan/2026", "3000"),
        ("县", "乐昌", "county_code", "440281"),
        ("县", "广东省韶关市乐昌市", "county_code", "440281"),
        ("县", "440281", "county_code", "440281"),
        ("县", 440281, "county_code", "440281"),
        ("县", "天心区", "county_code", "430103"),
        ("功能区", "丹霞山管委会", "zone_id", "sg-danxia"),
        ("重点项目名单", "2027市级重点;2026 年省重点项目", "key_lists", "2026省重点；2027市重点"),
        ("归属单位", "韶关市卫生健康局", "owner_unit_id", "sg-health"),
        ("项目代码", " 2020－440281-83-01-012345 ", "project_code", "2020-440281-83-01-012345"),
    ],
)
def test_values_as_offices_write_them(
    tmp_path: Path, heading: str, written: object, path: str, value: object
) -> None:
    row = one(tmp_path, {heading: written})
    assert row.document[path] == value
    assert not row.rejected


@pytest.mark.parametrize(
    ("heading", "written", "key", "code"),
    [
        ("阶段", "在健", "not_in_list_near", "not_in_list"),
        ("阶段", "qwerty", "not_in_list", "not_in_list"),
        ("床位（张）", "12.5", "not_whole", "invalid_number"),
        ("床位（张）", "很多", "not_a_number", "invalid_number"),
        ("床位（张）", -5, "negative", "out_of_range"),
        ("总投资（万元）", "-3000", "negative", "out_of_range"),
        ("总投资（万元）", "3-5亿", "number_range", "invalid_number"),
        ("总投资（万元）", date(2026, 3, 5), "number_is_date", "invalid_number"),
        ("总投资（万元）", 10**9, "out_of_range_unit", "out_of_range"),
        ("计划开工时间", "2026年3月", "partial_date", "partial_date"),
        ("计划开工时间", 46086, "date_is_number", "invalid_date"),
        ("计划开工时间", "3/5/2026", "ambiguous_date", "ambiguous_date"),
        ("计划开工时间", "20217-03-05", "date_range", "out_of_range"),
        ("项目代码", "2020-440281", "bad_code", "invalid_number"),
        ("项目编号", "12号", "bad_id", "not_in_list"),
        ("联系人", "长" * 61, "too_long", "text_too_long"),
        ("县", "不存在县", "unknown_county", "unknown_county"),
        ("县", "鼓楼区", "county_many", "unknown_county"),
        ("县", "乐昌布", "county_near", "unknown_county"),
        ("功能区", "某园", "unknown_zone", "not_in_list"),
        ("归属单位", "某局", "unknown_unit_name", "not_in_list"),
        ("地址", "#REF!", "cell_error", "formula_cell"),
    ],
)
def test_errors_keep_the_row_out_and_quote_the_cell(
    tmp_path: Path, heading: str, written: object, key: str, code: str
) -> None:
    row = one(tmp_path, {heading: written})
    assert said(row) == [(key, Severity.ERROR)]
    issue = row.issues[0]
    assert row.rejected and issue.code == code
    assert (issue.cell.sheet, issue.cell.address, issue.cell.heading) == ("项目", "B2", heading)
    assert issue.cell.raw.strip()[:2] in f"{written}"
    assert issue.action == "整行未采用" and issue.remedy and issue.words("en")[0] == "row rejected"


@pytest.mark.parametrize("written", ["待定", "/", "-", "——", "无", "暂未确定", "N/A", "?", " 不 详 "])
def test_words_for_unknown_are_unknown_and_never_zero(tmp_path: Path, written: str) -> None:
    row = one(tmp_path, {"总投资（万元）": written, "阶段": written, "计划开工时间": written, "县": written})
    assert set(row.document) == {"name"}
    assert codes(row.issues) == [IssueCode.UNKNOWN_VALUE] * 4
    assert not row.rejected and not row.cleared


def test_blank_says_nothing_and_the_word_for_clearing_empties(tmp_path: Path) -> None:
    row = one(
        tmp_path,
        {
            "总投资（万元）": "清除",
            "别名": "清除",
            "阶段": " 　",
            "县": "清除",
            "计划开工时间": "清除",
            "经度": "清除",
            "纬度": "",
        },
    )
    assert set(row.document) == {"name"} and row.issues == ()
    assert set(row.cleared) == {
        "total_investment",
        "aliases",
        "county_code",
        "milestone/commencement",
        "place/0",
    }


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (30_000_000, "unit_too_large"),
        (1.2, "unit_too_small"),
        ("约3亿", "about"),
        ("3亿", "unit_in_cell"),
        (0, "zero_amount"),
    ],
)
def test_doubtful_amounts_are_taken_and_told(tmp_path: Path, written: object, key: str) -> None:
    row = one(tmp_path, {"总投资（万元）": written})
    assert keys(row.issues) == [key] and not row.rejected
    assert "total_investment" in row.document


@pytest.mark.parametrize(
    ("heading", "written", "words"),
    [
        ("总投资（亿元）", 12000, "“12000”按亿元读，超出允许的范围（0 至 10000 亿元）；请核对数值和单位"),
        ("总投资（亿元）", 3000, "3000 亿元太大，可能把万元当成了亿元；若是请改正"),
        ("总投资（元）", 500, "500 元太小，可能把万元当成了元；若是请改正"),
        ("总投资（万元）", 1.2, "1.2 万元太小，可能把亿元当成了万元；若是请改正"),
        ("总投资（万元）", 30_000_000, "30000000 万元太大，可能把元当成了万元；若是请改正"),
        ("总投资（万元）", "20000亿", "“20000亿”按亿读，超出允许的范围（0 至 10000 亿）；请核对数值和单位"),
        ("总投资（亿元）", 0.0005, "0.0005 亿元不合常理；请核对数值和单位"),
        ("床位（张）", 10**6, "“1000000”按张读，超出允许的范围（0 至 100000 张）；请核对数值和单位"),
        ("就业（人）", 10**7, "“10000000”按人读，超出允许的范围（0 至 1000000 人）；请核对数值和单位"),
        ("床位", 10**6, "“1000000”超出允许的范围（0 至 100000）；请核对"),
    ],
)
def test_an_amount_is_doubted_in_the_unit_it_was_read_in(
    tmp_path: Path, heading: str, written: object, words: str
) -> None:
    assert words in [issue.remedy for issue in one(tmp_path, {heading: written}).issues]


def test_a_zero_and_a_date_without_its_day_have_codes_of_their_own(tmp_path: Path) -> None:
    row = one(tmp_path, {"总投资（万元）": 0, "计划开工时间": "2026年9月"})
    assert codes(row.issues) == [IssueCode.ZERO_VALUE, IssueCode.PARTIAL_DATE]
    assert row.document["total_investment"] == "0"


@pytest.mark.parametrize(
    ("county", "written", "code", "found"),
    [
        ("乐昌市", "坪石镇", "440281101", []),
        ("乐昌市", "坪石", "440281101", []),
        ("乐昌市", "440281101", "440281101", []),
        ("乐昌市", "坪石乡", "440281101", ["township_read"]),
        ("乐昌市", "桂头镇", None, ["unknown_township"]),
        ("天心区", "坡子街街道", None, ["township_unlisted"]),
    ],
)
def test_a_township_is_denied_only_where_the_register_is_known(
    tmp_path: Path, county: str, written: str, code: str | None, found: list[str]
) -> None:
    row = one(tmp_path, {"县": county, "乡镇": written})
    assert row.document.get("township_code") == code and keys(row.issues) == found
    if found == ["township_read"]:
        assert "坪石镇" in row.issues[0].remedy
    if found == ["township_unlisted"]:
        assert "没有叫" not in row.issues[0].remedy and row.issues[0].severity is Severity.NOTICE


def test_a_total_is_held_against_beds_and_floor_area(tmp_path: Path) -> None:
    row = one(tmp_path, {"总投资（万元）": 500_000, "床位（张）": 100, "建筑面积（平方米）": 10_000})
    assert keys(row.issues) == ["money_per_size", "money_per_size"]
    assert "5000 万元/床" in row.issues[0].remedy
    assert (
        one(tmp_path, {"总投资（万元）": 5000, "床位（张）": 100, "建筑面积（平方米）": 10_000}).issues == ()
    )


def test_aliases_and_counties_touched_become_rows_of_their_own(tmp_path: Path) -> None:
    row = one(tmp_path, {"别名": "乐医；人民医院", "县": "乐昌市", "涉及其他县": "武江区、乐昌市、乳源"})
    assert {path for path in row.document if "/" in path} == {
        "alias/乐医",
        "alias/人民医院",
        "area/440203",
        "area/440232",
    }
    cell = row.cell_of("alias/乐医")
    assert cell is not None and (cell.address, row.locator("area/440203")) == ("B2", "项目!D2")


def test_the_prefecture_or_the_filing_unit_tells_counties_of_one_name_apart(tmp_path: Path) -> None:
    assert one(tmp_path, {"地市": "徐州", "县": "鼓楼区"}).county_code == "320302"
    mine = replace(CONTEXT, allowed_counties=frozenset({"320106"}))
    assert one(tmp_path, {"县": "鼓楼区"}, mine).county_code == "320106"


def test_a_prefecture_in_the_column_of_counties_is_left_open(tmp_path: Path) -> None:
    row = one(tmp_path, {"县": "韶关市"})
    assert (row.county_code, keys(row.issues), row.rejected) == (None, ["is_prefecture"], False)


def test_an_older_kind_of_county_is_taken_and_told(tmp_path: Path) -> None:
    row = one(tmp_path, {"县": "乳源县"})
    assert (row.county_code, keys(row.issues)) == ("440232", ["county_read"])


def test_townships_are_sought_in_the_rows_county_only(tmp_path: Path) -> None:
    assert one(tmp_path, {"县": "乐昌市", "乡镇": "坪石"}).document["township_code"] == "440281101"
    assert keys(one(tmp_path, {"县": "乐昌市", "乡镇": "桂头镇"}).issues) == ["unknown_township"]
    assert keys(one(tmp_path, {"乡镇": "坪石镇"}).issues) == ["township_no_county"]


@pytest.mark.parametrize(
    ("region", "told"), [("440281", []), ("440200", []), ("440000", []), ("440203", ["code_region"])]
)
def test_the_region_in_the_project_code_is_held_against_the_county(
    tmp_path: Path, region: str, told: list[str]
) -> None:
    row = one(tmp_path, {"县": "乐昌市", "项目代码": f"2020-{region}-83-01-012345"})
    assert keys(row.issues) == told and not row.rejected


def test_dates_in_columns_are_milestones_and_are_held_against_each_other(tmp_path: Path) -> None:
    row = one(
        tmp_path, {"计划开工时间": "2026-05-01", "计划竣工时间": "2025.5.1", "实际开工时间": "2027-01-01"}
    )
    assert row.document["milestone/commencement"] == {"planned_on": "2026-05-01", "actual_on": "2027-01-01"}
    assert keys(row.issues) == ["date_order", "future_actual"]
    assert row.issues[0].cell.address == "C2" and not row.rejected


def test_a_list_of_key_projects_that_nobody_understands_is_left_out_and_told(tmp_path: Path) -> None:
    row = one(tmp_path, {"重点项目名单": "重大项目", "床位（张）": 5})
    assert keys(row.issues) == ["key_lists_unread"] and not row.rejected
    assert "key_lists" not in row.document and row.document["beds"] == 5


@pytest.mark.parametrize("written", ["20217-03-05", "20217年3月5日", "1017-01-01"])
def test_a_year_with_a_digit_too_many_keeps_the_row_out(tmp_path: Path, written: str) -> None:
    row = one(tmp_path, {"计划开工时间": written})
    assert keys(row.issues) == ["date_range"] and row.rejected


def test_the_version_of_a_prefilled_row_and_its_id(tmp_path: Path) -> None:
    row = one(tmp_path, {"项目编号": "ＳＧ-0001", "版本": 3})
    assert (row.project_id, row.version) == ("SG-0001", 3)
    assert set(row.document) == {"name"}


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    found = read(
        text(tmp_path, [["项目名称", "备注", "地址"], ['=HYPERLINK("x")', "+cmd|' /C calc'!A0", "@SUM(A1)"]])
    )
    assert dict(found.rows[0].document) == {
        "name": '=HYPERLINK("x")',
        "note": "+cmd|' /C calc'!A0",
        "address": "@SUM(A1)",
    }
