"""Why a unit cannot be renamed or merged: one sentence each, and none when it can."""

from dataclasses import replace
from datetime import date

import pytest

from projects.errors import BadValue
from projects.unit_register import Change, OfficeUnit, check_name, check_source, refusal
from tests.fake_units import HEALTH, NEW

DAY, TODAY = date(2019, 3, 1), date(2026, 5, 6)
RENAME = Change(unit_id=HEALTH.id, new_name="韶关市健康局", since=DAY, source="x")
MERGE = Change(unit_id=HEALTH.id, into_id=NEW.id, since=DAY, source="x")
MERGED = replace(HEALTH, successor_id=NEW.id, successor=NEW.name, ended_on=DAY)


@pytest.mark.parametrize(
    ("change", "unit", "into", "taken", "words"),
    [
        (RENAME, HEALTH, None, "", ""),
        (MERGE, HEALTH, NEW, "", ""),
        (replace(MERGE, since=TODAY), HEALTH, NEW, "", ""),
        (replace(MERGE, since=date(2026, 5, 7)), HEALTH, NEW, "", "今天以后"),
        (RENAME, MERGED, None, "", "已并入 韶关市卫生健康局"),
        (MERGE, MERGED, NEW, "", "已并入 韶关市卫生健康局"),
        (replace(RENAME, new_name=HEALTH.name), HEALTH, None, "", "不用更名"),
        (RENAME, HEALTH, None, "sg-new", "用“合并”"),
        (MERGE, HEALTH, HEALTH, "", "自己"),
        (MERGE, NEW, MERGED, "", "请选那一个"),
        (MERGE, HEALTH, replace(NEW, kind="enterprise"), "", "同一类"),
    ],
)
def test_each_refusal_has_its_sentence(
    change: Change, unit: OfficeUnit, into: OfficeUnit | None, taken: str, words: str
) -> None:
    found = refusal(change, unit, into, taken, TODAY)
    assert words in found and bool(found) == bool(words)


@pytest.mark.parametrize("name", ["", " ", "甲", "甲\n乙", "甲\u202e乙", "长" * 201])
def test_names_that_are_none_are_refused(name: str) -> None:
    with pytest.raises(BadValue):
        check_name(name)


def test_a_change_says_where_it_stands_written() -> None:
    assert check_source(" 韶机编〔2019〕1号\0 ") == "韶机编〔2019〕1号"
    for source in ("", "  ", "x" * 501):
        with pytest.raises(BadValue, match="依据"):
            check_source(source)
