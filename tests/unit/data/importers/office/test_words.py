"""The written tables lead somewhere, and every sentence has its twin."""

import re
from decimal import Decimal

import pytest

from data.importers.office.headings import meaning
from data.importers.office.words import (
    FINANCE,
    LINE_FIELDS,
    MILESTONE,
    PROJECT,
    SHEETS,
    headings,
    thresholds,
    words,
)
from data.importers.tables import REFERENCE, read
from projects.codes import Datum, Method, MilestoneCode
from projects.fields import BY_NAME, FIELDS, FINANCE_FIELDS, MILESTONE_FIELDS, Field, FieldType
from projects.intake.import_words import REFUSALS, WORDS, said

HELPERS = {
    "id",
    "version",
    "lonlat",
    "precision",
    "prefecture",
    "province",
    "ignore",
    "geometry_type",
    "county_basis",
    "line",
    "project_code",
    "name",
}
ROWS = read(REFERENCE / "import" / "headings.csv")


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_field_is_found_under_its_own_headings_in_both_languages(sheet: str) -> None:
    for field in LINE_FIELDS[sheet]:
        for title in (field.zh, field.en):
            found = meaning(title, sheet)
            assert found is not None and found.path == field.name, (sheet, title, found)


def test_every_alias_leads_to_a_path_of_its_sheet() -> None:
    for row in ROWS:
        path, sheet = str(row["field"]), str(row["sheet"])
        known = {field.name for field in LINE_FIELDS[sheet]} | HELPERS
        kind, _, rest = path.partition("/")
        if kind == "milestone":
            code, _, key = rest.partition("/")
            assert code in tuple(MilestoneCode) and key in ("planned_on", "actual_on"), path
        else:
            assert path in known or kind in ("advice", "annual_plan"), row


def test_no_alias_stands_twice_with_two_meanings() -> None:
    for row in ROWS:
        if "{year}" not in str(row["alias"]):
            found = meaning(str(row["alias"]), str(row["sheet"]))
            assert found is not None and found.path == row["field"], row


@pytest.mark.parametrize(
    ("heading", "path", "unit", "datum"),
    [
        ("总投资（亿元）", "total_investment", "亿元", ""),
        ("总投资万元", "total_investment", "万元", ""),
        ("*项 目 名 称", "name", "", ""),
        ("项目名称（必填）", "name", "", ""),
        ("项目名称\n（全称）", "name", "", ""),
        ("２０２６年计划投资（万元）", "annual_plan/2026", "万元", ""),
        ("县(市、区)", "county_code", "", ""),
        ("经度（WGS84）", "lon", "", "wgs84"),
        ("坐标（高德）", "lonlat", "", "gcj02"),
        ("建筑面积（万㎡）", "floor_area_m2", "万m2", ""),
        ("用地面积（公顷）", "land_mu", "公顷", ""),
        ("LONGITUDE", "lon", "", ""),
        ("开工时间", "advice/start", "", ""),
        ("计划开工时间（年月日）", "milestone/commencement/planned_on", "", ""),
    ],
)
def test_headings_of_real_files(heading: str, path: str, unit: str, datum: str) -> None:
    assert meaning(heading, PROJECT) == (path, unit, datum)


@pytest.mark.parametrize(
    "heading", ["总投资（美元）", "总投资（万美元）", "总投资（港元）", "随便什么", "", "（）"]
)
def test_what_is_not_known_is_not_guessed(heading: str) -> None:
    assert meaning(heading, PROJECT) is None


def test_words_of_a_list_lead_to_its_choices() -> None:
    by_name: dict[str, Field] = {
        **BY_NAME,
        **{f.name: f for f in (*FINANCE_FIELDS, *MILESTONE_FIELDS) if f.choices},
    }
    for kind, field in by_name.items():
        if field.choices:
            wrong = {word: code for word, code in words(kind).items() if code not in field.choices}
            assert not wrong, (kind, wrong)


def test_datums_and_ways_of_finding_are_known_ones() -> None:
    assert set(words("datum").values()) <= set(Datum)
    assert set(words("datum_method").values()) <= set(Method)
    assert set(words("datum_method")) <= set(words("datum"))


def test_factors_and_thresholds_are_numbers() -> None:
    for kind in ("money", "area", "land", "count"):
        assert all(Decimal(value) > 0 for value in words(kind).values()), kind
    for rule in (
        "total_investment",
        "annual_output",
        "amount",
        "annual_plan",
        "per_bed",
        "per_m2",
        "sum_ratio",
    ):
        low, high = thresholds(rule)
        assert low < high


def test_the_two_languages_quote_the_same_values() -> None:
    def quoted(*texts: str) -> set[str]:
        return set(re.findall(r"\{\d\}", "".join(texts)))

    for key, found in WORDS.items():
        assert all(found), key
        if key != "advice":  # its sentence comes in both languages as two values
            assert quoted(found.action_zh, found.remedy_zh) == quoted(found.action_en, found.remedy_en), key
    for key, (zh, en) in REFUSALS.items():
        assert quoted(zh) == quoted(en), key


def test_a_finding_is_said_in_both_languages() -> None:
    assert said("about", ("约3亿", "30000 万元"))[0] == "按 30000 万元 采用"
    assert said("about", ("约3亿", "30000 万元"), "en")[0] == "taken as 30000 万元"


def test_sheets_know_their_own_references() -> None:
    for sheet in (FINANCE, MILESTONE):
        assert {headings(sheet)[key] for key in ("项目编号", "项目代码", "项目名称")} == {
            "id",
            "project_code",
            "name",
        }


def test_every_amount_of_a_record_has_a_threshold() -> None:
    for field in FIELDS:
        if field.type is FieldType.MONEY:
            low, high = thresholds(field.name)
            assert low < high
