"""One exhibit with everything in it that can go wrong: hostile names, unknowns, shapes, a modelled column."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from projects.analysis.exhibit import ClassSign, Column, Curve, Exhibit, Look, Parameter, Table
from projects.codes import Basis

HOSTILE: Final = '=HYPERLINK("http://x","点") <img src=x onerror=alert(1)> **粗** ${7*7} `x` {{y}}'
SQUARE: Final = {
    "type": "Polygon",
    "coordinates": [[[113.0, 24.5], [113.0, 25.0], [113.5, 25.0], [113.5, 24.5], [113.0, 24.5]]],
}
"""Clockwise, as many files have it; GeoJSON wants it the other way round."""
HIGH: Final = ClassSign("高", "#B53A3A")
LOW: Final = ClassSign("低", "#5B86B0")


def areas(rows: int = 3) -> Table:
    """Return counties with a polygon, one without; a number is unknown there, never 0."""
    names = ["乳源瑶族自治县", HOSTILE, "乐昌市"]
    cells = [
        (f"44{n:04d}", names[n % 3], n, None if n % 3 == 2 else 1.23456 * n, Decimal("12345678901234.567891"))
        for n in range(rows)
    ]
    return Table(
        key="counties",
        title="各县 [对照]: a/b?*",
        columns=(
            Column("code", "编码", secondary=True),
            Column("name", HOSTILE),
            Column("n", "项目"),
            Column("rate", "每千人", "张", digits=2, basis=Basis.MODELLED),
            Column("money", "总投资", "万元"),
        ),
        rows=tuple(cells),
        geometries=tuple(None if n % 3 == 2 else SQUARE for n in range(rows)),
        look=Look(
            "fill", (HIGH, LOW), tuple(None if n % 3 == 2 else n % 2 for n in range(rows)), "name", "rate"
        ),
        note="65岁以上含在60岁以上之内。",
    )


def records(rows: int = 2) -> Table:
    """Return records at points, each with its id."""
    return Table(
        key="records",
        title="项目",
        columns=(
            Column("project_id", "编号"),
            Column("name", "名称"),
            Column("metres", "距离", "米", digits=0),
        ),
        rows=tuple((f"SG-{n + 1:04d}", HOSTILE, float("nan") if n else 1500.4) for n in range(rows)),
        geometries=tuple(
            {"type": "Point", "coordinates": [113.123456789 + n / 1000, 24.6]} for n in range(rows)
        ),
        look=Look("point", (HIGH,), (0,) * rows, "name", link="project_id"),
        folded=True,
    )


def left_out() -> Table:
    """Return rows that have no place at all, and a second table of the same title."""
    return Table("left_out", "项目", (Column("project_id", "编号"),), (("SG-0071",), ("SG-0071,SG-0072",)))


CURVE: Final = Curve(
    key="k",
    title="K 函数",
    x_title="距离（米）",
    y_title="K",
    x=(1000.0, 2000.0),
    y=(1.5, 2.5),
    name="观测",
    low=(0.5, 1.0),
    high=(2.0, 3.0),
    band="模拟范围",
)


def exhibit(**changes: Any) -> Exhibit:
    """Return the exhibit; ``changes`` replace its parts."""
    parts: dict[str, Any] = {
        "key": "clusters",
        "title": f"集聚 {HOSTILE}",
        "says": ("这 3 个县太少，都不能叫热点。", HOSTILE),
        "parameters": (Parameter("eps", "聚类距离", "2 公里"), Parameter("min", HOSTILE, "5")),
        "caveats": ("8 条只知道乡镇的记录没有参加。", HOSTILE),
        "tables": (areas(), records(), left_out()),
        "curves": (CURVE,),
        "data_date": date(2026, 5, 6),
        "sources": ("韶关市康养产业发展规划",),
        "link": {"show": "density", "eps": "2000"},
    }
    return Exhibit(**parts | changes)
