"""Small makers for the tests of targets: what a test does not name is plain and unknown."""

from datetime import date
from decimal import Decimal
from typing import Any

from projects.targets.facts import Census, Facts, Group, Place
from projects.targets.model import (
    Aggregation,
    Direction,
    Indicator,
    IndicatorKind,
    Method,
    PeriodKind,
    Recipe,
    Report,
    ReportState,
    Target,
)

TODAY = date(2026, 5, 6)
CITY = "440200"
COUNTIES = ("440203", "440204", "440232")
PLACES = tuple(Place(code, f"县{code}", "county", CITY, "440000") for code in COUNTIES)


def indicator(code: str = "x", kind: str = "count", **more: Any) -> Indicator:
    share = kind in ("percentage", "ratio")
    values: dict[str, Any] = {
        "zh": code,
        "en": code,
        "unit": "%" if kind == "percentage" else "个",
        "kind": IndicatorKind(kind),
        "direction": Direction.UP,
        "aggregation": Aggregation.NONE if share else Aggregation.SUM,
        "period": PeriodKind.YEAR,
        "lowest": Decimal(0),
        "highest": Decimal(100 if kind == "percentage" else 1_000_000),
        "computed": "report",
        "definition": "定义",
        "definition_en": "definition",
    }
    return Indicator(code=code, **{**values, **more})


def target(operator: str = ">=", value: Any = 10, recipe: Recipe | None = None, **more: Any) -> Target:
    values: dict[str, Any] = {
        "id": "SG-T01",
        "document_id": "sg2016",
        "section": "一",
        "task_id": "",
        "quote": "原文",
        "indicator": "数",
        "indicator_en": "number",
        "value_high": None,
        "unit": "个",
        "year": 2020,
        "base_year": None,
        "level": "prefecture",
        "area_code": CITY,
        "per_area": "total",
        "denominator": "",
        "note": "",
        "recipe": recipe or Recipe(Method.REPORT, "x"),
        "operator": operator,
        "value": Decimal(str(value)),
    }
    return Target(**{**values, **more})


def report(area: str = CITY, value: Any = 10, year: int = 2020, code: str = "x", **more: Any) -> Report:
    values: dict[str, Any] = {
        "id": more.pop("id", year),
        "period_from": date(year, 1, 1),
        "period_to": date(year, 12, 31),
        "source_note": "年报",
        "state": ReportState.ACCEPTED,
    }
    return Report(indicator=code, area_code=area, value=Decimal(str(value)), **{**values, **more})


def group(place: str = COUNTIES[0], stage: str = "投产", count: int = 1, **more: Any) -> Group:
    inside: dict[str, Any] = {"prefecture_code": CITY, "province_code": "440000", "kind": "site"}
    return Group(place, stage, count, **{**inside, **more})


def facts(*indicators: Indicator, **more: Any) -> Facts:
    known = {one.code: one for one in indicators or (indicator(),)}
    return Facts(indicators=known, **{"places": PLACES, "names": {CITY: "韶关市"}, **more})


def census(
    code: str, population: int = 1000, aged_60: int = 200, aged_65: int = 100, level: str = "county"
) -> Census:
    return Census(code, code, level, population, aged_60, aged_65)


def seen(*values: Any) -> tuple[Any, ...]:
    """Return values to be compared: a Decimal equals the whole number that a test writes."""
    return values
