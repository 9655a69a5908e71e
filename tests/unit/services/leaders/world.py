"""Figures of one prefecture in memory: four projects, two units, one target, matters and changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from layers import choropleth, svg_map
from layers.scene import area_layer
from projects.codes import FinanceSource, FinanceStatus, Level
from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import OFFICE_TIME, Reference
from projects.lifecycle.ports import By
from projects.matters.model import MatterKind, Timing, UnitName
from projects.matters.ports import MatterCounts, UnitLoad
from projects.money.lines import Line
from projects.money.sums import Division
from projects.ports import AreaName
from projects.targets.board import Row
from projects.week import Changes, Moved
from services.leaders.figures import Figures, Told
from tests import fake_ledger, fake_schedule
from tests.ui.fake_targets import FakeTargets
from tests.unit.services.pack.paper_world import TODAY, late

HOSTILE = "<script>alert(1)</script>${7*7}`温泉"
SINCE = date(2026, 11, 15)
AREA = AreaName(
    "440200", Level.PREFECTURE, "韶关市", "440000", "440000", "440200", 113.5, 24.8, (113, 24, 115, 25)
)
SQUARES = {"440232": ("乳源瑶族自治县", 113.0), "440281": ("乐昌市", 114.0)}
RECEIVED = Line(FinanceSource.SPECIAL_BOND, FinanceStatus.RECEIVED, Decimal(12000))
MONEY = (
    fake_ledger.Kept("SG-0001", "甲", Decimal(30000), (RECEIVED,), category="hospital"),
    fake_ledger.Kept("SG-0002", "乙", None, category="hospital"),
    fake_ledger.Kept("SG-0003", "丙", Decimal(5000), category="tcm"),
    fake_ledger.Kept("SG-0004", "丁", None, county=None, category="sports", basis="modelled"),
)
STEPS = (
    late(1, 40, name="甲"),
    late(2, 10, name="乙", unit="440281"),
    fake_schedule.Kept("SG-0003", unit="440281"),
    fake_schedule.Kept("SG-0004", unit=""),
)


def picture(counts: Mapping[str, int]) -> bytes:
    """Return a map of two square counties."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 24], [x + 1, 24], [x + 1, 25], [x, 25], [x, 24]]],
            },
        }
        for code, (name, x) in SQUARES.items()
    ]
    layer = area_layer({"type": "FeatureCollection", "features": features})
    spots = [
        svg_map.Spot(code, SQUARES[code][0], str(n), SQUARES[code][1] + 0.5, 24.5)
        for code, n in counts.items()
    ]
    return svg_map.svg(layer, choropleth.by_count(counts, ""), spots, title="韶关市")


def figures(**values: Any) -> Figures:
    """Return the figures of the prefecture."""
    counts = {"440232": 2, "440281": 1}
    money = fake_ledger.FakeLedger(values.pop("kept", MONEY))
    steps = fake_schedule.FakeSchedule(*values.pop("steps", STEPS))
    base: dict[str, Any] = {
        "area": AREA,
        "money": money.overview(ProjectFilter(), (Division.CATEGORY,)),
        "dispatch": steps.summary(ProjectFilter(), Reference(TODAY), By.UNIT),
        "counts": counts,
        "picture": picture(counts),
        "promises": promises(),
        "documents": ("韶府〔2016〕9号",),
    }
    return Figures(**(base | values))


def promises() -> tuple[Row, ...]:
    """Return one target that nobody can judge yet."""
    return FakeTargets().board()


def counted(matched: int, overdue: int = 0, long_open: int = 0) -> MatterCounts:
    """Return counts of matters of one kind."""
    timings = {Timing.OVERDUE: overdue, Timing.IN_TIME: matched - overdue - 1, Timing.CLOSED: 1}
    return MatterCounts(matched, timings, {MatterKind.LAND: matched}, long_open)


def changes(**values: Any) -> Changes:
    """Return the changes of a week."""
    at = datetime(2026, 11, 20, 9, tzinfo=OFFICE_TIME)
    base: dict[str, Any] = {
        "since": SINCE,
        "until": TODAY,
        "fresh": 2,
        "gone": 1,
        "updated": 7,
        "fields": 31,
        "moved": (Moved("SG-0001", HOSTILE, "乳源瑶族自治县", "前期", "新开工", at),),
        "moved_count": 5,
        "received": {"到位": "1200.5", "支付": "0"},
        "by_unit": {"440232": 9},
    }
    return Changes(**(base | values))


def told() -> Told:
    """Return what somebody who has signed in is told."""
    load = (
        UnitLoad(UnitName("wjw", "市卫生健康局"), counted(4, 3, 4)),
        UnitLoad(UnitName("440232", "乳源瑶族自治县"), counted(9, 1, 9)),
    )
    return Told(counted(40, 6, 13), load, changes())
