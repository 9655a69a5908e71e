"""Opportunities and sites for tests: what is not named is unknown."""

from decimal import Decimal
from typing import Any

from projects.promotion.comparing import Site
from projects.promotion.opportunities import Opportunity


def deal(key: str = "SG-0001", **values: Any) -> Opportunity:
    """Return an open record of which nothing else is known."""
    base: dict[str, Any] = {
        "name": f"项目{key}",
        "category": "tcm",
        "county_code": None,
        "place": None,
        "zone": None,
        "precision": 0,
        "stage": "未明确",
        "promotion_stage": "未明确",
        "delivery_mode": "未明确",
        "open_to_capital": "是",
        "total": None,
        "committed": Decimal(0),
        "lines": 0,
        "funding_status": "未报",
        "capital_sought": None,
        "land_status": None,
        "land_mu": None,
        "cooperation": None,
        "beds": None,
        "floor_area_m2": None,
        "owner_unit_id": None,
        "owner_unit": None,
        "basis": "documented",
    }
    return Opportunity(id=key, **(base | values))


def site(key: str = "SG-0001", **values: Any) -> Site:
    """Return a site with nothing around it."""
    return Site(facts=deal(key, **values))
