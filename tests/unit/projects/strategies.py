"""Hypothesis strategies for records and filters."""

import json
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from projects.codes import (
    BASIS_ZH,
    CATEGORY_ZH,
    PRECISION_ZH,
    Basis,
    Category,
    DeliveryMode,
    FundingStatus,
    Kind,
    Precision,
    PromotionStage,
    Stage,
)
from projects.filters import ProjectFilter
from projects.summary import Summary

hostile = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "${7*7}",
            "`x`",
            "a\"b'c",
            "\\",
            "\x00\x1f",
            "=1+1",
            "\u202eabc",
            "韶关",
        ]
    ),
)
codes = st.from_regex(r"[0-9]{6}", fullmatch=True)
maybe = st.one_of(st.none(), hostile)
amounts = st.one_of(
    st.none(), st.decimals(min_value=0, max_value=Decimal("99999999999999"), places=6, allow_nan=False)
)


def coordinates() -> st.SearchStrategy[list[float]]:
    """Longitude and latitude with seven decimals."""
    return st.tuples(st.integers(-1_800_000_000, 1_800_000_000), st.integers(-900_000_000, 900_000_000)).map(
        lambda pair: [pair[0] / 1e7, pair[1] / 1e7]
    )


def _geometry(kind: str, inside: Any) -> str:
    return json.dumps({"type": kind, "coordinates": inside}, separators=(",", ":"))


geometries = st.one_of(
    st.none(),
    coordinates().map(lambda c: _geometry("Point", c)),
    st.lists(coordinates(), min_size=2, max_size=4).map(lambda c: _geometry("LineString", c)),
    st.lists(coordinates(), min_size=1, max_size=3).map(lambda c: _geometry("MultiPoint", c)),
)
texts = st.lists(hostile, max_size=3).map(tuple)


@st.composite
def records(draw: st.DrawFn) -> Summary:
    """Any record: hostile names, unknown values, amounts to the last digit."""
    category, basis, precision = (draw(st.sampled_from(list(c))) for c in (Category, Basis, Precision))
    return Summary(
        id=draw(st.from_regex(r"[A-Z]{2}-[0-9]{4}", fullmatch=True)),
        name=draw(hostile),
        aliases=draw(texts),
        kind=draw(st.sampled_from([k.value for k in Kind])),
        category=category.value,
        category_zh=CATEGORY_ZH[category],
        parent_id=draw(maybe),
        quantity=draw(st.one_of(st.none(), st.integers(0, 10**6), st.sampled_from([0.5, 2.25]))),
        quantity_basis="stated",
        project_code=draw(maybe),
        province_code=draw(st.one_of(st.none(), codes)),
        province=draw(maybe),
        prefecture_code=draw(st.one_of(st.none(), codes)),
        prefecture=draw(maybe),
        county_code=draw(st.one_of(st.none(), codes)),
        county=draw(maybe),
        county_basis=draw(maybe),
        touches=draw(st.lists(codes, max_size=3).map(tuple)),
        township_code=draw(maybe),
        township=draw(maybe),
        zone_id=draw(maybe),
        zone=draw(maybe),
        address=draw(maybe),
        precision=int(precision),
        precision_zh=PRECISION_ZH[precision],
        place_method=draw(maybe),
        place_basis=draw(maybe),
        place_datum=draw(maybe),
        place_source=draw(maybe),
        near_county_line=draw(st.booleans()),
        stage=draw(st.sampled_from([s.value for s in Stage])),
        stage_words=draw(maybe),
        as_of_year=draw(st.one_of(st.none(), st.integers(1990, 2100))),
        ownership=draw(st.sampled_from([None, "公办", "民办"])),
        delivery_mode="PPP",
        approval_type=draw(st.sampled_from([None, "备案"])),
        key_lists=draw(st.sampled_from([None, "2026省重点"])),
        promotion_stage="未明确",
        open_to_capital=draw(st.sampled_from([None, "是", "否"])),
        capital_sought_wan=draw(amounts),
        land_status=draw(st.sampled_from([None, "净地"])),
        land_tenure=draw(st.sampled_from([None, "划拨"])),
        land_use=draw(st.sampled_from([None, "医疗卫生用地"])),
        land_quota_mu=draw(amounts),
        land_quota_status=draw(st.sampled_from([None, "已安排"])),
        planning_note=draw(maybe),
        cooperation=draw(maybe),
        funding_status="未报",
        total_investment_wan=draw(amounts),
        beds=draw(st.one_of(st.none(), st.integers(0, 10**6))),
        floor_area_m2=draw(amounts),
        land_mu=draw(amounts),
        jobs=draw(st.one_of(st.none(), st.integers(0, 10**6))),
        annual_output_wan=draw(amounts),
        documents=draw(texts),
        tasks=draw(texts),
        lead_units=draw(texts),
        support_units=draw(texts),
        duty_units=draw(texts),
        reported=draw(texts),
        basis=basis.value,
        basis_zh=BASIS_ZH[basis],
        note=draw(maybe),
        geometry=draw(geometries),
    )


def _some(one: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(one, max_size=4, unique=True).map(tuple)


def _pattern(expression: str) -> st.SearchStrategy[tuple[Any, ...]]:
    return _some(st.from_regex(expression, fullmatch=True))


FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "province": _some(codes),
    "prefecture": _some(codes),
    "county": _some(codes),
    "township": _pattern(r"[0-9]{9}"),
    "zone": _pattern(r"[a-z0-9-]{1,20}"),
    "category": _some(st.sampled_from(Category)),
    "kind": _some(st.sampled_from(Kind)),
    "stage": _some(st.sampled_from(Stage)),
    "funding": _some(st.sampled_from(FundingStatus)),
    "mode": _some(st.sampled_from(DeliveryMode)),
    "promotion": _some(st.sampled_from(PromotionStage)),
    "keylist": _some(st.sampled_from(["2026省重点", "2027国家重点", "1999县重点"])),
    "document": _pattern(r"[a-z0-9-]{1,20}"),
    "task": _pattern(r"[A-Za-z0-9.\-]{1,20}"),
    "lead": _pattern(r"[a-z0-9-]{1,20}"),
    "support": _pattern(r"[a-z0-9-]{1,20}"),
    "duty": _pattern(r"[a-z0-9-]{1,20}"),
    "owner": _pattern(r"[a-z0-9-]{1,20}"),
    "precision": _some(st.sampled_from(Precision)),
    "ids": _pattern(r"[A-Z]{1,8}-[0-9]{1,9}"),
    "q": st.text(max_size=80),
}
filters = st.fixed_dictionaries({}, optional=FIELDS).map(ProjectFilter.model_validate)
