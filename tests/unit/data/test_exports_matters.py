"""The workbook of matters: its counts, unknown stays blank, former names of units, hostile text inert."""

from datetime import date
from typing import Any

import pytest

from data.exports.matters import COLUMNS, MatterExport, matters_book
from data.exports.request import Language
from projects.matters.model import Matter, MatterKind, MatterState, Timing, UnitName
from projects.matters.ports import MatterCounts, UnitLoad
from tests.unit.data.exports_fake import FakeLibrary
from tests.unit.data.test_exports_promotion import HOSTILE, column, read, request

TODAY = date(2026, 6, 15)
UNIT = UnitName("sg-health", "韶关市卫健局", "韶关市卫计局")


def matter(number: int = 1, **values: Any) -> Matter:
    given: dict[str, Any] = {
        "id": number,
        "kind": MatterKind.LAND,
        "title": "落实用地",
        "detail": "",
        "state": MatterState.OPEN,
        "timing": Timing.UNDATED,
        "project_id": "",
        "project_name": "",
        "area_code": "440232",
        "area_name": "乳源瑶族自治县",
        "raised_unit": UnitName("440200", "韶关市"),
        "raised_by": "a",
        "raised_on": date(2026, 6, 1),
        "lead_unit": UNIT,
        "support_units": (),
        "due_on": None,
        "days_open": 14,
        "replies": 0,
        "files": 0,
        "version": 1,
        "parent_id": None,
        "may_answer": False,
        "may_settle": False,
    }
    return Matter(**(given | values))


def export(*items: Matter) -> MatterExport:
    counts = MatterCounts(9, dict.fromkeys(Timing, 0) | {Timing.OVERDUE: 4, Timing.UNDATED: 5}, {}, 3)
    return MatterExport(items, counts, (UnitLoad(UNIT, counts),), TODAY)


def test_the_book_tells_all_counts_and_lists_what_it_lists() -> None:
    late = matter(
        7, title=HOSTILE, due_on=date(2026, 6, 1), timing=Timing.OVERDUE, support_units=(UNIT, UNIT)
    )
    found = read(matters_book(FakeLibrary(), request(), export(matter(), late), str))
    about = {line[0]: line[1] for line in found["说明"]}
    assert (about["事项（件）"], about["本文件列出（件）"], about["已逾期"], about["未定期限"]) == (
        9,
        2,
        4,
        5,
    )
    assert about["超过 30 天未办结"] == 3 and about["截至"] == "2026-06-15"
    assert any("内部资料" in str(line[1]) for line in found["说明"])
    rows = found["事项"]
    assert column(rows, "标题") == ["落实用地", HOSTILE]
    assert column(rows, "办理期限") == [None, "2026-06-01"], "no due date is a blank cell"
    assert column(rows, "时限") == ["未定期限", "已逾期"] and column(rows, "项目编号") == [None, None]
    assert column(rows, "责任单位") == ["韶关市卫健局（原韶关市卫计局）"] * 2
    assert column(rows, "配合单位")[1].count("卫健局") == 2
    loads = found["分责任单位"]
    assert column(loads, "事项（件）") == [9] and column(loads, "已逾期") == [4]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_headings_are_whole_in_both_languages(language: Language) -> None:
    found = read(matters_book(FakeLibrary(), request(language), export(matter()), str))
    _, listed, loads = found.values()
    assert len(listed[0]) == len(set(listed[0])) == len(COLUMNS)
    assert len(loads[0]) == len(loads[1]) == 3 + len(Timing)
