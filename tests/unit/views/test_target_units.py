"""Units of targets in the reader's language: every one of the tables, and none that is something else too."""

from __future__ import annotations

import csv

import pytest

from data.importers.tables import REFERENCE
from views.targets.target_words import UNIT_MSGID, UNITS, unit_words


def test_every_unit_of_the_tables_is_known() -> None:
    files = [REFERENCE / "indicators.csv", *(REFERENCE / "library").glob("*/targets.csv")]
    assert len(files) > 3
    found = {row["unit"] for path in files for row in csv.DictReader(path.open(encoding="utf-8-sig"))}
    assert sorted(found - {""} - set(UNITS)) == []


@pytest.mark.parametrize("unit", [*UNITS, "", "新单位"])
def test_in_chinese_a_unit_is_itself(unit: str) -> None:
    assert unit_words(unit, lambda text: text) == unit


def test_a_count_of_lines_is_not_a_count_of_projects() -> None:
    catalogue = {"项": "projects", f"{UNIT_MSGID}项": "line(s)"}
    assert unit_words("项", lambda text: catalogue.get(text, text)) == "line(s)"
