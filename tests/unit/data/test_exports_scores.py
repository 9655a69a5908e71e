"""The workbook of scorecards: the formula, the ranking with its parts, what is missing."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from data.exports.scores import FORMULA, field_name, notes, scorecards_book
from projects.scores.model import CheckedField, Component, Known, TargetsMet, Weights
from projects.scores.scoring import ranked
from tests.unit.data.exports_fake import FakeLibrary, request
from tests.unit.projects.test_scoring import WEIGHTS, counted

CARDS = ranked(
    [
        counted("440232", name="=乳源", planned=8, overdue=2),
        counted("440281", known=9, planned=8, overdue=2, targets=TargetsMet(1, 2, 3)),
        counted("440203", records=3, fields={CheckedField.BEDS: Known(3, 3)}),
    ],
    WEIGHTS,
)
TIED = ranked([counted(key, planned=8, overdue=2) for key in ("440232", "440281")], WEIGHTS)


def read(units: bool = False, **values: Any) -> Any:
    asked = request(**values)
    return openpyxl.load_workbook(
        io.BytesIO(scorecards_book(FakeLibrary(), asked, CARDS, WEIGHTS, units=units))
    )


def cells(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_first_sheet_says_how_a_score_is_made() -> None:
    said = cells(read()["说明"])
    assert [row[1] for row in said if row[0] == "公式"] == list(FORMULA["zh"])
    weights = {row[0]: row[1] for row in said if str(row[0]).startswith(("权重", "字段权重"))}
    assert weights["权重：完整度"] == 50 and weights["字段权重：床位"] == 1
    assert len(weights) == len(Component) + len(CheckedField)


def test_the_ranking_holds_every_part_and_what_is_to_be_said() -> None:
    heading, *rows = cells(read()["得分"])
    found = [dict(zip(heading, row, strict=True)) for row in rows]
    assert [(r["名次"], r["编码"]) for r in found] == [(1, "440281"), (2, "440232"), (None, "440203")]
    first, second, few = found
    assert first["得分"] == 77.5 and first["目标达成（%）"] == 50 and first["目标达成：共"] == 2
    assert second["县（市、区）"] == "=乳源" and second["目标达成（%）"] is None
    assert "目标达成未知" in second["说明"]
    assert "记录太少，不排名；只有完整度已知，不排名；按期率、目标达成未知" in few["说明"]


def test_a_tie_says_with_how_many() -> None:
    assert [notes(card, True)[0] for card in TIED] == ["与其他 1 个并列第 1 名"] * 2
    assert notes(TIED[0], False)[0] == "rank 1 shared with 1 other"


def test_what_is_missing_is_counted_by_field() -> None:
    heading, *rows = cells(read(units=True)["缺项"])
    assert heading[1] == "责任单位"
    assert ["440232", "=乳源", "床位", 10, 5, 5] in rows
    assert not [row for row in rows if row[0] == "440203"], "where nothing is missing there is no row"


def test_in_english() -> None:
    book = read(language="en")
    assert book.sheetnames == ["About", "Scores", "Missing"]
    assert cells(book["Scores"])[0][:3] == ["Rank", "Code", "Area"]
    said = str(cells(book["Scores"]))
    assert "unknown: Targets met" in said and "only Completeness is known: no rank" in said
    assert not set("；：、，。（）") & set(said), "punctuation of the other language"


@pytest.mark.parametrize("zh", [True, False])
def test_every_field_has_a_name(zh: bool) -> None:
    assert len({field_name(one, zh) for one in CheckedField}) == len(CheckedField)
    assert Weights(dict.fromkeys(Component, Decimal(1)), {}).components
