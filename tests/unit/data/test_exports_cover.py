"""The first sheet of a Monday list: its counts are those of its lines, its number is read again."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from data.exports.cover import SHEET, Cover, counts, write
from projects.codes import MilestoneCode
from projects.filing.desk import Held
from projects.intake.cover_sheet import MARK, mark_in
from projects.lifecycle.contradictions import Code, Contradiction
from projects.lifecycle.ports import Clash, Item
from projects.matters.model import Matter, MatterKind, MatterState, Timing, UnitName
from projects.rounds import Wanting
from projects.targets.ports import OpenIndicator

TODAY = date(2026, 11, 23)
NUMBER = "00ff" * 4
HOSTILE = '=HYPERLINK("http://x")'
STYLES = ("heading", "needed", "text", "bold", "long")


def item(step: MilestoneCode | None = MilestoneCode.COMMENCEMENT, **values: Any) -> Item:
    plain: dict[str, Any] = {
        "project_id": "SG-0001",
        "name": "县人民医院",
        "unit_id": "440232",
        "unit": "乳源",
        "county": "乳源",
        "stage": "前期",
        "title": "",
        "planned_on": date(2026, 10, 1),
        "days_late": 53,
        "filed_at": datetime(2026, 9, 1, tzinfo=UTC),
        "contact": "",
        "basis": "reported",
    }
    return Item(step=step, **(plain | values))


def matter(timing: Timing, **values: Any) -> Matter:
    plain: dict[str, Any] = {
        "id": 7,
        "kind": MatterKind.LAND,
        "title": "用地预审",
        "detail": "",
        "state": MatterState.OPEN,
        "project_id": "SG-0001",
        "project_name": "县人民医院",
        "area_code": "",
        "area_name": "",
        "raised_unit": UnitName("440200", "韶关市"),
        "raised_by": "x",
        "raised_on": TODAY,
        "lead_unit": UnitName("440232", "乳源"),
        "support_units": (),
        "due_on": date(2026, 11, 20),
        "days_open": 3,
        "replies": 0,
        "files": 0,
        "version": 1,
        "parent_id": None,
        "may_answer": True,
        "may_settle": False,
    }
    return Matter(timing=timing, **(plain | values))


def full(**values: Any) -> Cover:
    """Return a cover with one of everything, and two records of which one states its stage."""
    clash = Contradiction(Code.START_PASSED, (MilestoneCode.COMMENCEMENT,), ("2026-10-01", "储备"))
    undated = {"due_on": None, "project_id": "", "project_name": "", "area_name": "乳源"}
    made: dict[str, Any] = {
        "unit_name": "乳源瑶族自治县",
        "mark": NUMBER,
        "today": TODAY,
        "due_on": date(2026, 11, 27),
        "note": "请及时",
        "held": [
            Held("SG-0001", {"name": "县人民医院", "stage": "在建"}, 1, "440232", {}),
            Held("SG-0002", {"name": HOSTILE, "total_investment": "5"}, 1, "440232", {}),
        ],
        "overdue": [item()],
        "due": [item(planned_on=date(2026, 12, 1), days_late=-8)],
        "never_reported": [item(None, project_id="SG-0002")],
        "stale": [item(None)],
        "clashes": [Clash("SG-0001", "县人民医院", "440232", "乳源", "乳源", (clash,), "reported")],
        "matters": [matter(Timing.UNDATED, id=8, **undated), matter(Timing.OVERDUE)],
        "figures": [OpenIndicator("beds", "440232", "乳源", 2026, "T1")],
    }
    return Cover(**(made | values))


def sheet(cover: Cover, language: str = "zh") -> Any:
    """Return the sheet as a reader of workbooks finds it."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        write(book.add_worksheet(SHEET), cover, {name: book.add_format() for name in STYLES}, language)
    return openpyxl.load_workbook(io.BytesIO(file.getvalue()))[SHEET]


def drawn(cover: Cover, language: str = "zh") -> list[list[Any]]:
    return [list(row) for row in sheet(cover, language).iter_rows(values_only=True)]


def lines(rows: list[list[Any]]) -> list[list[Any]]:
    """Return the rows below the heading of the list."""
    start = next(n for n, row in enumerate(rows) if row[2] in ("名称", "Name"))
    return rows[start + 1 :]


def test_every_count_is_the_number_of_its_lines() -> None:
    cover = full()
    rows, asks = lines(drawn(cover)), cover.wanting
    kinds = [row[0] for row in rows]
    assert kinds.count("逾期") == asks.overdue_steps == 1 and kinds.count("将到期") == asks.due_steps == 1
    assert kinds.count("从未报日期") == asks.never_reported and kinds.count("久未更新") == asks.stale
    assert kinds.count("矛盾") == asks.clashes and kinds.count("指标") == asks.indicators_open
    assert kinds.count("事项") == asks.matters_open == 2 and asks.matters_overdue == 1
    missing = [row for row in rows if row[0] == "缺项"]
    assert len(missing) == asks.records == 2
    assert asks.missing["stage"] == 1 == sum("阶段" in str(row[3]).split("、") for row in missing)
    assert sum(len(str(row[3]).split("、")) for row in missing) == sum(asks.missing.values())


def test_the_pressing_comes_first_and_a_matter_without_a_date_after_those_with_one() -> None:
    rows = lines(drawn(full()))
    kinds = [row[0] for row in rows]
    assert kinds[:4] == ["事项", "事项", "逾期", "将到期"] and kinds[-1] == "缺项"
    assert rows[0][4:6] == ["2026-11-20", 3]
    assert rows[1][4:6] == [None, None] and rows[1][2] == "乳源", "one about an area"
    assert rows[2][4:6] == ["2026-10-01", 53] and rows[3][5] is None, "what is due is not late"


def test_the_number_is_read_again_from_what_was_written() -> None:
    assert mark_in(drawn(full())) == NUMBER == mark_in(drawn(full(), "en"))


NO_NUMBERS: list[list[list[Any]]] = [
    [],
    [[MARK]],
    [[MARK, None]],
    [[MARK, "../../etc"]],
    [[MARK, "00ff"]],
    [["别的", NUMBER]],
    [["", ""]] * 60 + [[MARK, NUMBER]],
]


@pytest.mark.parametrize("rows", NO_NUMBERS)
def test_what_is_no_number_is_none(rows: list[list[Any]]) -> None:
    assert mark_in(rows) == ""


def test_text_of_an_office_stays_text() -> None:
    found = sheet(full(note=HOSTILE, unit_name=HOSTILE))
    cells = [cell for row in found.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert sum(HOSTILE in str(cell.value) for cell in cells) >= 3


def test_a_unit_that_owes_nothing_is_told_so() -> None:
    empty = Cover("乳源", NUMBER, TODAY)
    assert "本周没有要补的" in str(drawn(empty)) and lines(drawn(empty)) == []
    assert counts(empty.wanting, "zh") == (("本单位记录", "0"),)


def test_what_lacks_most_is_counted_first_and_zero_is_not_listed() -> None:
    asks = Wanting(9, {"stage": 2, "place/0": 9, "address": 2}, 0, 0, 0, 0, 0, 0, 0, 1)
    names = [name for name, _ in counts(asks, "zh")]
    assert names == ["本单位记录", "具体位置未知", "阶段未知", "地址未知", "待填指标"]
    assert len(counts(replace(asks, missing={"of_an_older_program": 1}), "zh")) == 3


def test_the_english_sheet_says_the_same_lines() -> None:
    zh, en = (lines(drawn(full(), language)) for language in ("zh", "en"))
    assert [row[1] for row in zh] == [row[1] for row in en] and "Overdue" in {row[0] for row in en}


def test_a_practice_list_says_so_in_its_first_line() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        styles = {name: book.add_format() for name in STYLES}
        write(book.add_worksheet(SHEET), full(), styles, "zh", practice=True)
    rows = list(openpyxl.load_workbook(io.BytesIO(file.getvalue()))[SHEET].iter_rows(values_only=True))
    assert rows[0][0] == "演示" and "全部虚构" in str(rows[0][1])
    assert mark_in(rows) == full().mark, "the import still knows it"
