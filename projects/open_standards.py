"""What the writers and the reader of the open standards share: the names under which our terms travel.

OC4IDS (Open Contracting for Infrastructure Data Standards) 0.9.5 and IATI 2.03 have no place for some of what
a record holds. Those values stand in classifications of our own schemes, and in one additional field
(``EXTENSION``) wherever the standard allows additional fields.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SCHEME: Final = "health-industry-atlas"
"""Scheme of our record ids; stands in for a registered identifier prefix until the office has one."""
EXTENSION: Final = "atlas"
"""Name of the additional field."""
PROJECT_CODE_SCHEME: Final = "GB/T 40058-2021"
AREA_SCHEME: Final = "GB/T 2260"
CURRENCY: Final = "CNY"
YUAN_PER_WAN: Final = 10_000

CLASSIFIED: Final = (
    "kind",
    "category",
    "stage",
    "promotion_stage",
    "funding_status",
    "delivery_mode",
    "ownership",
    "approval_type",
    "land_status",
    "land_tenure",
    "land_use",
    "land_quota_status",
    "open_to_capital",
    "basis",
    "precision",
)
"""Fields of a summary that travel as ``additionalClassifications`` of the scheme ``scheme_of(field)``."""

METRICS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "quantity": ("plannedQuantity", "个"),
        "beds": ("beds", "张"),
        "floor_area_m2": ("floorArea", "平方米"),
        "land_mu": ("land", "亩"),
        "land_quota_mu": ("landQuota", "亩"),
        "jobs": ("jobs", "人"),
    }
)
"""Field of a summary → metric id and unit; the yearly output is money and has ``OUTPUT_METRIC``."""
OUTPUT_METRIC: Final = "annualOutput"

APPROVAL_LIST: Final = "approval"
"""Marks approval steps among the milestones of OC4IDS, in the additional field."""

UNKNOWN_CODE: Final = "未明确"
"""The code of a list that says that nobody knows: it is left out of every standard."""


def scheme_of(field: str) -> str:
    """Return the name of the classification scheme that a field travels under.

    >>> scheme_of("stage")
    'health-industry-atlas-stage'
    """
    return f"{SCHEME}-{field}"


def public_id(record_id: str) -> str:
    """Return the identifier of a record in a register.

    >>> public_id("SG-0001")
    'health-industry-atlas-SG-0001'
    """
    return f"{SCHEME}-{record_id}"
