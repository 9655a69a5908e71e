"""What stands on the pages around filing: values, moves, times, links — in words, and harmless."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from layers import place_thumb as thumb
from projects.fields import JsonValue
from projects.filing.changes import FieldChange, Kind, Operation, State
from projects.identity import OwnerUnit, UnitKind
from projects.intake.cells import Outcome
from projects.intake.issues import IssueCode, Severity
from projects.work import JobState
from tests.fake_desk import FakeDesk, held
from tests.ui.office import shell
from views import job_panel, marks, unit_choice, values
from views.editing import merge_page
from views.i18n import translator
from views.intake import issue_words
from views.review import place_thumb, review_kept
from views.shell import Shell

ZH, EN = cast(Shell, shell(FakeDesk())), cast(Shell, shell(FakeDesk(), language="en"))
PLACE: dict[str, JsonValue] = {
    "geometry": {"type": "Point", "coordinates": [113.2, 24.77]},
    "precision": 2,
    "method": "gps",
    "datum_entered": "gcj02",
    "coordinates_entered": "113.205,24.767",
}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("beds", None, "未知"),
        ("beds", 0, "0"),
        ("total_investment", "12000.50", "12,000.50"),
        ("kind", "site", "项目点"),
        ("stage", "在建", "在建"),
        ("published", True, "是"),
        ("county_code", "440232", "乳源瑶族自治县"),
        ("county_code", "999999", "999999"),
        ("zone_id", "gs", "莞韶园"),
        ("township_code", "440232100", "乳城镇"),
        ("township_code", "440232999", "440232999"),
        ("owner_unit_id", "440281", "乐昌市"),
        ("party/owner", ["甲", "乙"], "甲；乙"),
        ("alias/旧名", True, "有"),
        ("alias/旧名", None, "无"),
        ("annual_plan/2026", "500", "500 万元"),
        ("milestone/commencement", {"planned_on": "2026-03-01"}, "计划 2026-03-01"),
        ("milestone/commencement", {}, "有，日期未知"),
        ("finance/3", {"source": "专项债", "status": "到位", "amount": None}, "专项债 · 到位 · 金额未知"),
        ("deleted", None, "在库"),
        ("deleted", True, "已删除"),
        ("merged_into_id", "SG-0002", "并入 SG-0002"),
    ],
)
def test_values_in_words(path: str, value: JsonValue, words: str) -> None:
    assert values.words(ZH, path, value) == words


def test_a_name_keeps_its_code_in_a_tooltip() -> None:
    assert marks.asked_words(ZH, "township_code", "440232100") == (
        '<span class="atlas-asked" title="440232100">乳城镇</span>'
    )
    assert 'title="440281"' in marks.old_words(ZH, "county_code", "440281")
    for path, value in (("county_code", None), ("county_code", "999999"), ("beds", 120)):
        assert "title" not in marks.old_words(ZH, path, value)


def test_a_place_names_precision_numbers_and_datum() -> None:
    text = values.words(ZH, "place/0", PLACE)
    assert "地址或村" in text and "113.20000, 24.77000 (WGS84)" in text
    assert "录入 113.205,24.767（GCJ-02" in text


def test_a_place_without_a_datum_claims_no_wgs84() -> None:
    text = values.words(ZH, "place/0", PLACE | {"datum_entered": "unknown"})
    assert "WGS84" not in text and "坐标系未说明" in text


def test_titles_name_the_county_touched() -> None:
    assert values.title(ZH, "area/440281") == "涉及县：乐昌市"
    assert values.title(EN, "beds") == "Beds"


def test_changes_are_html_that_steers_nothing() -> None:
    html = marks.change_words(ZH, "note", "<i>旧</i>", "<b onclick=x>新")
    assert "<b onclick" not in html and "<i>" not in html and "→" in html
    assert "清除（改为未知）" in marks.change_words(ZH, "note", "x", None)
    assert "去掉" in marks.change_words(ZH, "finance/2", {"amount": "1"}, None)
    assert "未知" not in marks.change_words(ZH, "note", None, "新", fresh=True)
    table = marks.diff_table(ZH, [FieldChange("note", None, "新", "<项目>!C7")])
    assert "&#60;项目&#62;!C7" in table


def test_age_in_days() -> None:
    now = datetime(2026, 5, 10, tzinfo=UTC)
    assert marks.days_since(now - timedelta(days=3, hours=5), now) == 3
    assert marks.days_since(now + timedelta(hours=1), now) == 0
    assert marks.when(None) == "—"


def test_every_code_has_words() -> None:
    _ = translator("zh")
    for code in IssueCode:
        assert issue_words.code_words(code, _) != str(code), f"{code} has no words"
    for severity in Severity:
        assert issue_words.severity_words(severity, _)
    for outcome in Outcome:
        assert issue_words.outcome_words(outcome, _)
    for state in State:
        assert marks.state_words(state, _)
    for kind in Kind:
        assert marks.kind_words(kind, _)
    for operation in Operation:
        assert marks.operation_words(str(operation), _) != str(operation)
    for job_state in JobState:
        assert job_panel.state_words(job_state, _)


# ---- places ----


def test_a_move_is_measured_in_metres() -> None:
    moved = PLACE | {"geometry": {"type": "Point", "coordinates": [113.2, 24.77 + 100 / 111_195]}}
    assert place_thumb.metres(PLACE, moved) == pytest.approx(100, abs=0.1)
    assert place_thumb.distance_words(ZH, PLACE, moved) == "移动 100 m"
    far = PLACE | {"geometry": {"type": "Point", "coordinates": [113.2, 25.77]}}
    assert place_thumb.distance_words(ZH, PLACE, far) == "移动 111.2 km"
    line: dict[str, Any] = {"geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}}
    assert place_thumb.distance_words(ZH, PLACE, line) == "" == place_thumb.distance_words(ZH, None, PLACE)


def test_the_thumbnail_holds_both_places_and_a_round_scale() -> None:
    svg = thumb.picture((113.2, 24.77), (113.21, 24.77))
    assert svg.count("<circle") == 2 and "500 m" in svg
    assert thumb.picture(None, None) == ""


def test_a_single_place_is_shown_in_its_county() -> None:
    ring = [(113.0, 24.5), (113.5, 24.5), (113.5, 25.0), (113.0, 25.0), (113.0, 24.5)]
    svg = thumb.picture(None, (113.2, 24.77), [ring])
    xs = [float(pair.split(",")[1]) for pair in svg.split('points="')[1].split('"', maxsplit=1)[0].split(" ")]
    assert all(0 <= y <= thumb.HEIGHT for y in xs)


# ---- the rest ----


@pytest.mark.parametrize(
    ("kind", "name"),
    [(UnitKind.COUNTY, "county"), (UnitKind.DEPARTMENT, "prefecture"), (UnitKind.PROVINCE, "province")],
)
def test_a_unit_opens_the_map_of_its_area(kind: UnitKind, name: str) -> None:
    unit = OwnerUnit("u", kind, "n", "440200", "440200", "440000", True)
    assert unit_choice.map_params(unit) == {name: "440200"}


def test_money_of_two_records_is_not_added_up_unasked() -> None:
    assert merge_page.preferred({"finance/1": {"amount": "5"}}, "finance/9") == merge_page.STAYS
    a, b = held("SG-0001", "甲"), held("SG-0002", "乙", version=5)
    first, second = merge_page.entries_of(
        a, b, merge_page.renumbered({"finance/9": {"amount": "5"}, "beds": 3})
    )
    assert (first.project_id, first.target_id, first.base_version) == ("SG-0002", "SG-0001", 5)
    assert {c.path for c in second.changes} == {"finance/new-1", "beds"}
    assert len(merge_page.entries_of(a, b, {})) == 1


def test_all_entries_are_fetched_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_kept, "CHUNK", 2)
    asked: list[int] = []

    class Desk:
        def change_set(self, key: int, *, limit: int, offset: int) -> Any:
            asked.append(offset)
            return type("Set", (), {"entries": tuple(range(offset, min(offset + limit, 5)))})

    found: list[Any] = list(review_kept.every_entry(cast(Any, Desk()), 1, 5))
    assert found == [0, 1, 2, 3, 4]
    assert asked == [0, 2, 4]
