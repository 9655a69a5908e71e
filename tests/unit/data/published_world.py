"""Published records for the tests of the open standards: one with everything, and hostile ones."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from projects.codes import FinanceSource, FinanceStatus
from projects.filters import ProjectFilter
from projects.lifecycle.steps import Dates
from projects.money.lines import Line
from projects.publishing import Declared, Money, Naming, PlannedYear, Published, Relative, Role, Step
from projects.record import Place
from tests.unit.data.exports_fake import HOSTILE, WHEN, FakeLibrary, record

NAMING = Naming(
    "sg2016",
    "实施方案",
    "韶府〔2016〕9号",
    "韶关市人民政府",
    date(2016, 2, 23),
    2016,
    2016,
    2020,
    "",
    "SG-1.1",
    "一、任务",
    "发展健康养老",
    "乐昌市某院",
    "推进",
    "推进乐昌市某院建设。",
)


def line(number: int, source: FinanceSource, status: FinanceStatus, amount: str, **more: Any) -> Money:
    """A line of money that an office reported."""
    return Money(Line(source, status, Decimal(amount), id=number, **more), "reported")


def place(**changes: Any) -> Place:
    """A point that an office gave."""
    values: dict[str, Any] = {
        "label": "",
        "geometry": {"type": "Point", "coordinates": [113.2512345, 25.1034567]},
        "precision": 2,
        "method": "gps",
        "basis": "reported",
        "datum_entered": "wgs84",
        "coordinates_entered": "113.2512345, 25.1034567",
        "address": "",
        "confidence": "",
        "source": "",
        "source_url": "",
        "note": "",
        "county_code": "440281",
        "near_line": False,
    }
    return Place(**(values | changes))


def whole(**changes: Any) -> Published:
    """A record with a value in every field that a standard has a place for."""
    summary = record(
        1,
        name="乐昌市某院",
        aliases=("某院", "甲、乙联合院"),
        category="elderly_care",
        category_zh="健康养老",
        quantity=2,
        quantity_basis="stated",
        project_code="2020-440281-83-01-012345",
        province_code="440000",
        province="广东省",
        prefecture_code="440200",
        prefecture="韶关市",
        county_code="440281",
        county="乐昌市",
        county_basis="documented",
        touches=("440232",),
        township_code="440281101",
        township="坪石镇",
        address="坪石镇一路1号",
        precision=2,
        stage="停缓建",
        stage_words="暂停",
        as_of_year=2016,
        ownership="公办",
        delivery_mode="PPP",
        approval_type="核准",
        key_lists="2026省重点",
        promotion_stage="签约",
        open_to_capital="是",
        capital_sought_wan=Decimal("500.5"),
        land_status="净地",
        cooperation="合作建设",
        funding_status="部分到位",
        total_investment_wan=Decimal("12000.500001"),
        beds=120,
        floor_area_m2=Decimal("3500.25"),
        land_mu=Decimal("12"),
        jobs=80,
        annual_output_wan=Decimal("300"),
        reported=("beds",),
        note="一句说明",
        parent_id="SG-0009",
    )
    values: dict[str, Any] = {
        "summary": summary,
        "updated_at": WHEN,
        "declared": Declared("440281", "440281101", "", ("440232",)),
        "places": (place(),),
        "namings": (NAMING,),
        "roles": (
            Role("lead", "sg-health", "韶关市卫生健康局", "市卫计局"),
            Role("owner", "u1", "乐昌市某院"),
            Role("investor", "u2", "乙公司"),
            Role("funder", "u2", "乙公司"),
            Role("investor", "u3", "甲公司"),
        ),
        "money": (
            line(1, FinanceSource.SPECIAL_BOND, FinanceStatus.APPROVED, "3000", year=2024, note="首批"),
            line(2, FinanceSource.BANK_LOAN, FinanceStatus.PAID, "0.000001", year=2025, subsidy=True),
            line(3, FinanceSource.UNKNOWN, FinanceStatus.PLANNED, "70"),
        ),
        "plans": (PlannedYear(2026, Decimal("2500"), "reported"),),
        "steps": (
            Step("projectApproval", Dates(None, date(2024, 3, 1)), "", "", "reported"),
            Step("commencement", Dates(date(2025, 5, 1), None), "开工仪式", "等桥", "reported"),
            Step("completion", Dates(date(2028, 5, 1), None), "", "", "reported"),
        ),
        "parent": Relative("SG-0009", "某院总项目"),
        "phases": (Relative("SG-0011", "某院一期"),),
    }
    return Published(**(values | changes))


def hostile() -> list[Published]:
    """Records with hostile texts wherever an office may type."""
    return [
        whole(
            summary=record(
                number,
                name=text,
                aliases=(text,),
                note=text,
                cooperation=text,
                address=text,
                stage_words=text,
            ),
            roles=(Role("owner", f"u{number}", text, text),),
            places=(place(label=text, address=text, note=text),),
            phases=(),
            parent=None,
        )
        for number, text in enumerate((*HOSTILE, "\u202e反向\u202c🏥/\\名", "😀" * 100), start=20)
    ]


class PublishedLibrary(FakeLibrary):
    """Hands out whole records."""

    def __init__(self, found: Sequence[Published]) -> None:
        super().__init__([one.summary for one in found])
        self.whole = sorted(found, key=lambda one: one.summary.id)

    def published(self, chosen: ProjectFilter) -> Iterator[Published]:
        yield from self.whole
