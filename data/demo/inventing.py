"""One fictional project: what is known of it, with the basis ``demo`` on every value."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from data.demo.ground import County, Ground, Township
from data.demo.money import Line, lines, total_of, yearly
from data.demo.steps import Step, steps
from data.demo.words import (
    BRANDS,
    CATEGORY_WEIGHTS,
    FIRMS,
    NOUNS,
    PROMOTION_OF,
    SOURCE,
    STAGE_WEIGHTS,
    firm,
    project_id,
    project_name,
)
from projects.codes import Basis, Category, DeliveryMode, Kind, LandStatus, Ownership, PromotionStage, Stage
from projects.land import LandQuota, LandTenure
from projects.names import normalised

OFFICE_TIME: Final = ZoneInfo("Asia/Shanghai")

WITH_BEDS: Final = (Category.HOSPITAL, Category.ELDERLY_CARE, Category.TCM)

_MODES: Final = tuple(DeliveryMode)
_MODE_WEIGHTS: Final = (30, 4, 3, 10, 8, 5, 4, 2, 14, 8, 12)
_NOTES: Final = "演示数据，全部虚构，不代表任何真实项目"
_TERMS: Final = ("土地入股，共同运营", "整体租赁，期限二十年", "独资建设，提供净地", "委托专业机构运营")
_PRECISIONS: Final = ((1, 2, 3, 4, 5, 0), (34, 24, 16, 18, 7, 1))


@dataclass(frozen=True, slots=True)
class Invented:
    """A project with its rows: ``columns`` are the project table's, ``exact`` asks for a random point."""

    columns: Mapping[str, Any]
    precision: int
    county: County
    township: Township | None
    finance: list[Line]
    plans: list[tuple[int, Decimal]]
    steps: list[Step]
    exact: bool
    owner: str | None
    """Id of the invented unit whose project it is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Number of a project (from 1 on) and how many finance lines and milestones it gets."""

    number: int
    lines: int
    steps: int


def invent(ground: Ground, wanted: Wanted, seed: int, today: date) -> Invented:
    """Return the project of a number; the same seed, number and day give the same one."""
    rng = Random(f"{seed}-{wanted.number}")  # noqa: S311 - invented data, no secret
    category = rng.choices(list(CATEGORY_WEIGHTS), list(CATEGORY_WEIGHTS.values()))[0]
    stage = rng.choices(list(STAGE_WEIGHTS), list(STAGE_WEIGHTS.values()))[0]
    county = ground.draw(rng)
    precision = rng.choices(*_PRECISIONS)[0]
    township = rng.choice(county.townships) if county.townships and precision in (1, 2, 3) else None
    if precision == 3 and township is None:
        precision = 2
    total = total_of(rng, category)
    columns = {
        **_identity(rng, category, wanted.number),
        **_place(rng, ground, county, township, precision),
        **_life(rng, stage, today),
        **_promotion(rng, stage, total),
        "total_investment": total,
        **_size(rng, category),
        **_land(Random(f"land-{seed}-{wanted.number}")),  # noqa: S311 - its own dice: the others fall as ever
        **_upkeep(rng, today),
    }
    columns["provenance"] = _provenance(tuple(k for k, v in columns.items() if v is not None))
    return Invented(
        columns,
        precision,
        county,
        township,
        lines(rng, total, stage, today.year, wanted.lines),
        yearly(rng, total, stage, today.year),
        steps(rng, stage, today, wanted.steps),
        precision in (1, 2),
        firm(rng.randint(1, FIRMS))[0] if rng.random() < 0.6 else None,
    )


def _identity(rng: Random, category: Category, number: int) -> dict[str, Any]:
    name = project_name(rng.choice(BRANDS), rng.choice(NOUNS[category]), number)
    return {
        "id": project_id(number),
        "name": name,
        "name_normalised": normalised(name),
        "kind": Kind.PLATFORM if category is Category.DIGITAL_HEALTH else Kind.SITE,
        "category": category,
    }


def _place(
    rng: Random, ground: Ground, county: County, township: Township | None, precision: int
) -> dict[str, Any]:
    """Return the declared areas: 5 is known to a zone or prefecture only, 0 to nothing."""
    zones = ground.zones.get(county.prefecture_code, ())
    zone = rng.choice(zones) if precision == 5 and zones and rng.random() < 0.6 else None
    in_county = precision in (1, 2, 3, 4)
    known = precision != 0
    return {
        "province_code": county.province_code if known else None,
        "prefecture_code": county.prefecture_code if known else None,
        "county_code": county.code if in_county else None,
        "county_basis": Basis.DEMO if in_county else None,
        "township_code": township.code if township and precision == 3 else None,
        "township": township.name if township and precision == 3 else None,
        "township_basis": Basis.DEMO if township and precision == 3 else None,
        "zone_id": zone,
        "address": f"{county.name}演示路{rng.randint(1, 999)}号" if precision in (1, 2) else None,
        "owner_unit_id": (county.code if in_county else zone or county.prefecture_code) if known else None,
    }


def _life(rng: Random, stage: Stage, today: date) -> dict[str, Any]:
    named = [name for name in ("省重点", "市重点") if rng.random() < 0.1]
    lists = [f"{today.year + rng.randint(-1, 1)}{name}" for name in named]
    return {
        "stage": stage,
        "stage_words": None if stage is Stage.UNKNOWN else f"演示：{stage}",
        "as_of_year": None if stage is Stage.UNKNOWN else today.year,
        "delivery_mode": rng.choices(_MODES, _MODE_WEIGHTS)[0],
        "ownership": rng.choice(tuple(Ownership)) if rng.random() < 0.7 else None,
        "approval_type": rng.choice(("审批", "核准", "备案")) if rng.random() < 0.6 else None,
        "key_lists": "；".join(lists) or None,
    }


def _promotion(rng: Random, stage: Stage, total: Decimal | None) -> dict[str, Any]:
    """Return the promotion fields: about half of the projects are offered to capital at all."""
    offered = rng.random() < 0.5
    still_open = offered and stage in (Stage.RESERVE, Stage.PREPARATION) and rng.random() < 0.8
    return {
        "promotion_stage": rng.choice(PROMOTION_OF[stage]) if offered else PromotionStage.UNKNOWN,
        "open_to_capital": "是" if still_open else "否" if rng.random() < 0.4 else None,
        "capital_sought": (total * Decimal("0.6")).quantize(Decimal(1)) if still_open and total else None,
        "land_status": rng.choice(tuple(LandStatus)) if rng.random() < 0.65 else None,
        "cooperation": rng.choice(_TERMS) if still_open and rng.random() < 0.7 else None,
    }


def _size(rng: Random, category: Category) -> dict[str, Any]:
    def known(share: float, low: int, high: int) -> int | None:
        return rng.randint(low, high) if rng.random() < share else None

    return {
        "beds": known(0.7, 20, 600) if category in WITH_BEDS else None,
        "floor_area_m2": known(0.6, 200, 60_000),
        "land_mu": known(0.5, 1, 400),
        "jobs": known(0.4, 3, 900),
        "annual_output": known(0.6, 100, 60_000) if category is Category.PHARMA_PARK else None,
    }


def _land(rng: Random) -> dict[str, Any]:
    """Return what is known of the ground; about half of the offices say nothing of it."""
    tenure = rng.choice(tuple(LandTenure)) if rng.random() < 0.5 else None
    new = tenure not in (None, LandTenure.EXISTING)
    return {
        "land_tenure": tenure,
        "land_use": rng.choice(_USES) if rng.random() < 0.5 else None,
        "land_quota_mu": rng.randint(1, 200) if new and rng.random() < 0.6 else None,
        "land_quota_status": rng.choice(tuple(LandQuota)[1:]) if new and rng.random() < 0.6 else None,
    }


_USES: Final = ("医疗卫生用地", "社会福利用地", "旅馆用地", "工业用地", "体育用地", "科研用地")


def _upkeep(rng: Random, today: date) -> dict[str, Any]:
    noon = datetime.combine(today, time(12), OFFICE_TIME)
    stamp = noon - timedelta(days=min(int(rng.expovariate(1 / 30)), 300), minutes=rng.randint(1, 600))
    return {
        "note": _NOTES,
        "contact": json.dumps({"name": "演示联系人", "phone": "000-00000000"}, ensure_ascii=False),
        "basis": Basis.DEMO,
        "published": rng.random() >= 0.02,
        "created_by": SOURCE,
        "created_at": min(stamp, noon - timedelta(days=300)),
        "updated_by": SOURCE,
        "updated_at": stamp,
    }


_UNSOURCED: Final = frozenset(
    {"id", "name_normalised", "county_basis", "township_basis", "owner_unit_id", "basis", "published"}
    | {"created_by", "created_at", "updated_by", "updated_at", "province_code"}
)


@cache
def _provenance(fields: tuple[str, ...]) -> str:
    """Return the field → source map of the filled fields, as JSON."""
    entry = {"basis": Basis.DEMO, "source": SOURCE}
    return json.dumps({name: entry for name in fields if name not in _UNSOURCED})
