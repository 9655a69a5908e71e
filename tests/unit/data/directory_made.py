"""A small directory for tests: one column of each type, an edition, lines chosen to hurt."""

from datetime import date
from decimal import Decimal
from typing import Final

from projects.directories.flags import flags
from projects.directories.model import (
    Column,
    ColumnType,
    Computed,
    Condition,
    Definition,
    EditionHead,
    EditionState,
    Entry,
    Place,
    Verdict,
)
from projects.directories.model import Test as Held

HOSTILE: Final = "<script>alert(1)</script> =1+1 ${x} `y` '; DROP TABLE directory; --"
LIST: Final = Definition(
    "made_list",
    "试做名录",
    "Made list",
    (
        Column("name", ColumnType.TEXT, "名称", "Name", required=True),
        Column("note", ColumnType.LONG_TEXT, "备注", "Note", longest=2000),
        Column("kind", ColumnType.CHOICE, "类别", "Kind", choices=("甲", "乙（丙）")),
        Column("ok", ColumnType.BOOLEAN, "合格", "All right"),
        Column("people", ColumnType.INTEGER, "人数", "People", lowest=Decimal(0)),
        Column("rate", ColumnType.DECIMAL, "比率", "Rate"),
        Column("sum", ColumnType.MONEY, "金额（万元）", "Sum (10,000 CNY)"),
        Column("area", ColumnType.AREA_M2, "面积（平方米）", "Area (m²)"),
        Column("day", ColumnType.DATE, "日期", "Day"),
        Column("year", ColumnType.YEAR, "年度", "Year"),
        Column("site", ColumnType.URL, "网址", "Address", longest=500),
        Column("unit", ColumnType.UNIT, "单位", "Unit"),
        Column("phone", ColumnType.TEXT, "电话", "Telephone", contact=True),
    ),
    source="某文件 第三条",
    computed=(
        Computed("large", "达标", "Large", (Condition("area", Held.AT_LEAST, Decimal(2000)),), "某文件"),
    ),
    mapped=True,
    title_column="name",
)
HEAD: Final = EditionHead(
    7, "made_list", "试做名录", "440232", "乳源瑶族自治县", "440232", "乳源瑶族自治县", 2, date(2026, 6, 1),
    EditionState.PUBLISHED, 3, 0, 5, "bianji", None, False,
)  # fmt: skip


def line(key: int, place: Place | None = None, **cells: str | int | bool) -> Entry:
    """Return a line with its flags."""
    return Entry(key, key, cells, place or Place(), flags(LIST, cells))


LINES: Final = (
    line(
        11,
        Place(113.275, 24.776, 2, "wgs84", "113.275, 24.776", "440232"),
        name="云杉（演示0001）",
        note="第一行\n第二行",
        kind="乙（丙）",
        ok=False,
        people=0,
        rate="0.000001",
        sum="123456789012.123456",
        area="2000",
        day="2026-03-05",
        year=2026,
        site="https://example.invalid/a?b=1",
        unit="某局",
        phone="0751-1",
    ),
    line(12, Place(doubt="没有坐标系", coordinates_entered="113.2, 24.7"), name=HOSTILE),
    line(13, name="空房"),
)
assert LINES[0].flags["large"] is Verdict.YES
