"""Words and small decisions of the editing pages: values quoted, rules told, nothing assumed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from layers.place_editor import Drawn
from projects.fields import BY_NAME, FINANCE_FIELDS, MILESTONE_FIELDS, JsonValue
from projects.filing.changes import FieldChange
from projects.filing.desk import Desk
from projects.filing.form import LIST_FIELDS, Problem
from projects.intake.issues import IssueCode
from services.places import NOWHERE
from tests.fake_desk import FakeDesk, held
from views.editing import bulk_page, edit_lists, edit_words, place_editor, rescue
from views.editing.place_editor import known, taken
from views.editing.place_typed import read_typed

PLACE: dict[str, JsonValue] = {
    "geometry": {"type": "Point", "coordinates": [113.2, 24.7]},
    "precision": 1,
    "method": "gps",
    "datum_entered": "gcj02",
    "coordinates_entered": "113.205, 24.697",
    "address": "沿江路",
    "source": "现场",
    "note": "核实过",
}


def plain(text: str) -> str:
    return text


# ---- typed coordinates ----


@pytest.mark.parametrize(
    ("lon", "lat", "datum", "words"),
    [
        ("", "", "wgs84", "“（空）”不是经纬度"),
        ("113.2", "东边", "wgs84", "“东边”不是经纬度"),
        ("113.2", "24.7", None, "请选择坐标系"),
        ("113.2", "24.7", "mars", "请选择坐标系"),
        ("24.7", "113.2", "wgs84", "可能颠倒"),
        ("0", "0", "wgs84", "坐标为零"),
        ("2.35", "48.85", "wgs84", "国境以外"),
    ],
)
def test_coordinates_that_make_no_sense_are_told(lon: str, lat: str, datum: str | None, words: str) -> None:
    typed = read_typed(lon, lat, datum, plain)
    assert typed.lonlat is None and words in typed.sentence


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ("113.2", "24.7"),
        ("113°12′00″", "24°42′"),
        ("113.2, 24.7", ""),
        ("N24.7 E113.2", ""),
        ("１１３．２", "24.7"),
    ],
)
def test_coordinates_are_read_as_people_write_them(lon: str, lat: str) -> None:
    assert read_typed(lon, lat, "cgcs2000", plain).lonlat == pytest.approx((113.2, 24.7))


def test_a_shifted_datum_is_shifted_back() -> None:
    found = {d: read_typed("113.2", "24.7", d, plain).lonlat for d in ("wgs84", "gcj02", "bd09")}
    assert len(set(found.values())) == 3
    assert all(f and abs(f[0] - 113.2) < 0.02 and abs(f[1] - 24.7) < 0.02 for f in found.values())


# ---- the place ----


def drawn(geometry: dict[str, Any] | None, corners: int = 1, **values: Any) -> Drawn:
    kind = {"Point": "point", "LineString": "line"}.get((geometry or {}).get("type", "Point"), "area")
    return Drawn(values.pop("kind", kind), geometry, corners, 0, **values)


def test_a_moved_point_forgets_the_numbers_it_was_entered_with() -> None:
    place = taken(PLACE, drawn({"type": "Point", "coordinates": [113.3, 24.8]}))
    assert place is not None
    assert (place["method"], place["datum_entered"]) == ("map_click", "wgs84")
    assert place["coordinates_entered"] == "113.3000000, 24.8000000"
    assert (place["precision"], place["source"], place["address"]) == (1, "现场", "沿江路")


@pytest.mark.parametrize("vague", [{"method": "gazetteer"}, {"method": "centroid"}, {"precision": 3}])
def test_a_guess_does_not_lend_its_grounds_to_the_new_point(vague: dict[str, JsonValue]) -> None:
    found = known({**PLACE, **vague})
    assert (found["precision"], found["source"], found["note"]) == (None, None, None)
    assert found["address"] == "沿江路"


def test_what_is_unfinished_or_untouched_changes_nothing() -> None:
    assert taken(PLACE, None) == PLACE
    assert taken(PLACE, drawn(None, 1, kind="line")) == PLACE
    assert taken(PLACE, drawn(None, 0, untouched=True)) == PLACE


def test_a_cleared_map_is_no_place() -> None:
    assert taken(PLACE, drawn(None, 0)) is None


def test_a_line_has_no_numbers_but_its_geometry() -> None:
    place = taken(None, drawn({"type": "LineString", "coordinates": [[113.1, 24.6], [113.2, 24.7]]}, 2))
    assert place and place["coordinates_entered"] is None and place["precision"] is None


def test_what_is_odd_says_what_to_do() -> None:
    for code in (
        IssueCode.COORDINATES_OUTSIDE_COUNTY,
        IssueCode.CRS_SUSPECT,
        IssueCode.NEAR_COUNTY_LINE,
        IssueCode.INVALID_NUMBER,
        IssueCode.COORDINATES_SWAPPED,
    ):
        assert "请" in place_editor.finding_words(code, NOWHERE, plain)


def test_a_point_of_a_record_is_read_from_its_text() -> None:
    assert place_editor.point_of('{"type":"Point","coordinates":[113.2,24.7]}') == (113.2, 24.7)
    assert place_editor.point_of('{"type":"LineString","coordinates":[[1,2],[3,4]]}') is None
    assert place_editor.point_of(None) is None


# ---- words ----


@pytest.mark.parametrize("code", list(IssueCode))
@pytest.mark.parametrize("name", ["beds", "total_investment", "name", "parent_id", "stage"])
def test_every_problem_has_a_sentence_without_holes(code: IssueCode, name: str) -> None:
    text = edit_words.problem(Problem(BY_NAME[name], "{x} 3亿", code), plain)
    assert text and "{value}" not in text and "{low}" not in text and "{n}" not in text


def test_a_problem_in_a_list_says_its_row_and_column() -> None:
    found = Problem(FINANCE_FIELDS[2], "x", IssueCode.INVALID_NUMBER, "finance", 2)
    assert edit_words.where(found, "zh", plain) == "资金明细 第 2 行 金额（万元）"
    assert "Amount" in edit_words.where(found, "en", plain)


@pytest.mark.parametrize("kind", list(LIST_FIELDS))
def test_every_list_has_a_name_and_a_hint(kind: str) -> None:
    assert edit_words.list_title(kind, plain) and edit_words.list_help(kind, plain)


@pytest.mark.parametrize(
    ("wan", "yi"), [("9999.99", ""), ("10000", "= 1 亿元"), ("120000000", "= 12,000 亿元"), ("0", "")]
)
def test_amounts_in_yi(wan: str, yi: str) -> None:
    assert edit_words.in_yi(wan, plain) == yi


# ---- tables ----


def test_a_list_survives_its_table() -> None:
    rows: list[dict[str, JsonValue]] = [
        {
            "source": "专项债",
            "status": "批复",
            "amount": "8000.50",
            "year": "2025",
            "subsidy": True,
            "note": "",
            "id": "7",
        },
        {"source": "", "status": "", "amount": "约5", "year": "", "subsidy": False, "note": ""},
    ]
    assert edit_lists.rows(FINANCE_FIELDS, edit_lists.frame(FINANCE_FIELDS, rows)) == rows


def test_dates_and_blank_rows_of_a_table() -> None:
    rows: list[dict[str, JsonValue]] = [
        {"code": "completion", "planned_on": "2026-05-01", "actual_on": "", "title": "", "note": ""}
    ]
    table = edit_lists.frame(MILESTONE_FIELDS, rows)
    more = pd.concat([table, pd.DataFrame([{"code": None, "note": float("nan")}])], ignore_index=True)
    assert edit_lists.rows(MILESTONE_FIELDS, more) == rows
    assert edit_lists.rows(MILESTONE_FIELDS, edit_lists.frame(MILESTONE_FIELDS, [])) == []


def test_only_cells_that_differ_come_back_from_the_table() -> None:
    fields = [BY_NAME["beds"], BY_NAME["published"]]
    given = edit_lists.frame(fields, [{"beds": "1", "published": True}, {"beds": "", "published": False}])
    given["id"] = ["SG-1", "SG-2"]
    edited = given.copy()
    edited.loc[0, "beds"] = None
    edited.loc[1, "published"] = True
    assert bulk_page.typed(given, edited, fields) == {("SG-1", "beds"): "", ("SG-2", "published"): True}


# ---- what was typed after the session had ended ----


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    yield
    rescue._held.clear()


def test_what_is_rescued_is_given_back_once_and_to_its_owner_alone() -> None:
    rescue.keep(1, "SG-1", 3, {"beds": "5"})
    assert rescue.take(2, "SG-1") is None and rescue.take(1, "SG-2") is None
    found = rescue.take(1, "SG-1")
    assert found and (found.content, found.base_version) == ({"beds": "5"}, 3)
    assert rescue.take(1, "SG-1") is None


def test_the_memory_is_small_and_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescue, "MOST", 2)
    for i in range(4):
        rescue.keep(i, "s", None, {})
    assert sorted(key[0] for key in rescue._held) == [2, 3]
    monkeypatch.setattr(rescue, "LASTS_S", -1)
    assert rescue.take(3, "s") is None


def test_the_desk_of_the_tests_is_a_desk() -> None:
    desk: Desk = FakeDesk(held("SG-1", "甲"))
    assert desk.held("SG-1").version == 3
    assert FieldChange("beds", None, 1).locator == ""


def test_what_a_table_says_before_the_page_runs_is_what_it_gives_afterwards() -> None:
    blank: dict[str, JsonValue] = {"year": "", "subsidy": False, "note": ""}
    rows: list[dict[str, JsonValue]] = [
        {"source": "专项债", "status": "批复", "amount": "8000", **blank, "id": "7"},
        {"source": "其他", "status": "到位", "amount": "5", **blank, "id": "8"},
    ]
    table = edit_lists.frame(FINANCE_FIELDS, rows)
    delta = {
        "edited_rows": {0: {"amount": "8500", "subsidy": True}},
        "deleted_rows": [1],
        "added_rows": [{"source": "省级财政", "amount": "约3"}, {}],
    }
    first, second = edit_lists.rows(FINANCE_FIELDS, edit_lists.patched(table, delta))
    assert first == {**rows[0], "amount": "8500", "subsidy": True}
    assert second["source"] == "省级财政" and second["amount"] == "约3" and "id" not in second
    assert edit_lists.rows(FINANCE_FIELDS, edit_lists.patched(table, None)) == rows
