"""A library of a few hostile records in memory, for the tests of the exports and of the downloads."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from data.exports.request import ExportRequest
from projects.codes import Category, Level
from projects.counts import AreaCount, PrecisionCount, by_area
from projects.filters import ProjectFilter
from projects.ports import AreaName, Option, ScenarioShare
from projects.publishing import Published
from projects.summary import Summary

WHEN = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)

HOSTILE = (
    "<script>alert(1)</script><b>温泉</b>",
    "${7*7} `whoami` {{x}} \\ \"引号\" '单'",
    '=HYPERLINK("http://x","点我")',
    "+86\t-1",
    "@SUM(A1)",
    "'=已带撇号",
    "控制\x01\x07\x1b\x7f字符\r\n换行",
    "行分隔\u2028段\u2029零宽\u200b",
    "\ufffe非字符_x0041_",
    "长" * 200,
    "http://example.org/链接",
    "－1全角减号,逗号;分号；中文分号",
)


def record(number: int = 1, **changes: Any) -> Summary:
    """A record with everything unknown but its name; ``changes`` replace fields."""
    values: dict[str, Any] = dict.fromkeys(Summary.__annotations__)
    values |= dict.fromkeys(
        ("aliases", "touches", "documents", "tasks", "lead_units", "support_units", "duty_units", "reported"),
        (),
    )
    values |= {
        "id": f"SG-{number:04}",
        "name": f"第{number}项目",
        "kind": "site",
        "category": "hospital",
        "category_zh": "医疗服务机构",
        "quantity_basis": "unstated",
        "precision": 0,
        "precision_zh": "未定位",
        "near_county_line": False,
        "stage": "未明确",
        "promotion_stage": "未明确",
        "delivery_mode": "未明确",
        "funding_status": "未报",
        "basis": "documented",
        "basis_zh": "文件载明",
        "documents": ("韶府〔2016〕9号",),
    }
    return Summary(**(values | changes))


def point(number: int, lon: float, lat: float, **changes: Any) -> Summary:
    """A record placed at a point."""
    return record(
        number,
        precision=2,
        precision_zh="地址或村（1公里内）",
        geometry=f'{{"type":"Point","coordinates":[{lon},{lat}]}}',
        **changes,
    )


def sample() -> list[Summary]:
    """Records of every precision, in and out of counties, with hostile names, amounts and shapes."""
    county = {"prefecture_code": "440200", "prefecture": "韶关市"}
    ring = "[[113.2,24.7],[113.3,24.7],[113.3,24.8],[113.2,24.7]]"
    return [
        *(
            record(n, name=name, aliases=(name, "=1+1"), note=name)
            for n, name in enumerate(HOSTILE, start=10)
        ),
        point(
            1,
            113.2754321,
            24.7765432,
            county_code="440232",
            total_investment_wan=Decimal("12345678901234.567891"),
            category="tcm",
            **county,
        ),
        record(
            2,
            precision=4,
            county_code="440232",
            touches=("440281", "440224"),
            beds=500,
            category="tcm",
            total_investment_wan=Decimal("-0.1"),
            **county,
        ),
        record(3, precision=5, touches=("440232", "440281"), kind="programme", quantity=831, **county),
        record(
            4,
            precision=3,
            geometry=f'{{"type":"Polygon","coordinates":[{ring}]}}',
            county_code="440281",
            **county,
        ),
        record(
            5,
            precision=3,
            geometry='{"type":"MultiPoint","coordinates":[[113.1,24.1],[113.2,24.2]]}',
            **county,
        ),
        record(6, precision=5, zone_id="zone-a", zone="丹霞山管委会", documents=()),
    ]


class FakeLibrary:
    """Holds records; filters by county, category and ids only. Counts how often a stream was closed."""

    def __init__(self, records: Sequence[Summary] | None = None) -> None:
        self.records = sorted(sample() if records is None else records, key=lambda r: r.id)
        self.opened = self.closed = 0

    def version(self) -> str:
        return "test-1"

    def stream(self, chosen: ProjectFilter) -> Iterator[Summary]:
        self.opened += 1
        try:
            yield from self.matching(chosen)
        finally:
            self.closed += 1

    def published(self, chosen: ProjectFilter) -> Iterator[Published]:
        for found in self.stream(chosen):
            yield Published(summary=found, updated_at=WHEN)

    def matching(self, chosen: ProjectFilter) -> list[Summary]:
        return [
            r
            for r in self.records
            if (not chosen.county or {*r.touches, r.county_code} & {*chosen.county})
            and (not chosen.category or r.category in chosen.category)
            and (not chosen.ids or r.id in chosen.ids)
            and chosen.q in r.name
        ]

    def count(self, chosen: ProjectFilter) -> PrecisionCount:
        return PrecisionCount.of(Counter(r.precision for r in self.matching(chosen)))

    def record(self, project_id: str) -> Any:
        link = SimpleNamespace(number="韶府〔2016〕9号", document="实施方案", as_of_year=2016)
        return SimpleNamespace(links=(link,))

    def options(self, field: str, chosen: ProjectFilter) -> tuple[Option, ...]:
        found: dict[str, list[tuple[str, str]]] = {
            "prefecture": [(r.prefecture_code, "韶关市") for r in self.matching(chosen) if r.prefecture_code],
            "document": [("sg2016", d) for r in self.matching(chosen) for d in r.documents],
        }
        pairs = Counter(found.get(field, []))
        return tuple(Option(value, name, n) for (value, name), n in pairs.items())

    def area_counts(
        self, chosen: ProjectFilter, *, precisions: Sequence[int] = (), upto: Level = Level.COUNTY
    ) -> tuple[AreaCount, ...]:
        finest = [
            (r.county_code, "county")
            if r.county_code
            else (r.zone_id, "zone")
            if r.zone_id
            else (r.prefecture_code, "prefecture")
            for r in self.matching(chosen)
        ]
        rows = Counter(
            (code, level, r.category)
            for (code, level), r in zip(finest, self.matching(chosen), strict=True)
            if code
        )
        return by_area(
            (str(code), level, f"区域{code}", c, n) for (code, level, c), n in sorted(rows.items())
        )

    def touching_counts(self, chosen: ProjectFilter) -> dict[str, dict[str, int]]:
        counts: dict[str, dict[str, int]] = {}
        for r in self.matching(chosen):
            for code in {*r.touches, r.county_code} - {None}:
                of_county = counts.setdefault(str(code), {})
                of_county[r.category] = of_county.get(r.category, 0) + 1
        return counts

    def areas(self, level: Level, parent: str | None = None) -> tuple[AreaName, ...]:
        return tuple(self._area(code) for code in ("440224", "440232", "440281", "445102"))

    def area(self, code: str) -> AreaName | None:
        return self._area(code) if code.startswith("44") else None

    def _area(self, code: str) -> AreaName:
        prefecture = f"{code[:4]}00"
        return AreaName(
            code,
            Level.COUNTY,
            f"区域{code}",
            prefecture,
            "440000",
            prefecture,
            113.0,
            24.0,
            (113.0, 24.0, 114.0, 25.0),
        )

    def polygons(
        self, level: Level, within: str | None = None, *, overview: bool = False
    ) -> list[dict[str, Any]]:
        clockwise = (
            '{"type":"MultiPolygon","coordinates":[[[[113,24],[113,25],[114.123456789,25],[114,24],[113,24]],'
            "[[113.2,24.2],[113.4,24.2],[113.4,24.4],[113.2,24.2]]]]}"
        )
        return [
            {"code": code, "name": code, "geometry": clockwise} for code in ("440224", "440232", "440281")
        ]

    def slot_programmes(self) -> tuple[str, ...]:
        return ("SG-0003",)

    def scenario(self, programme_id: str) -> tuple[ScenarioShare, ...]:
        return (
            ScenarioShare("440232100", "乳城镇", "440232", 20, 500, 113.27, 24.77),
            ScenarioShare("440281101", "坪石镇", "440281", 13, 331, None, None),
            ScenarioShare("440281001", "乐城街道", "440281", 0, 0, None, None),
        )


def request(**options: Any) -> ExportRequest:
    """A request at a fixed moment for everything; ``options`` are fields of the request."""
    values: dict[str, Any] = {"chosen": ProjectFilter(), "generated_at": WHEN}
    return ExportRequest(**(values | options))


ALL_CATEGORIES = tuple(c.value for c in Category)
