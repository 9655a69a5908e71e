"""Under which headings the fields of a package go into the sheets of an office workbook."""

from collections.abc import Mapping
from typing import Final

from projects.codes import BASIS_ZH, Basis
from projects.fields import APPROVAL_FIELDS, BY_NAME, FINANCE_FIELDS, MILESTONE_FIELDS

PROJECTS, FINANCE, MILESTONES, APPROVALS = "项目", "资金", "里程碑", "审批手续"
REST: Final = "OC4IDS 其他内容"
"""Heading that no field knows: what stands below it is kept and shown, and read by nobody."""

_FIELDS: Final = (
    *("name", "aliases", "project_code", "kind", "parent_id", "category", "quantity"),
    *("county_code", "township_code", "zone_id", "address", "areas", "stage", "ownership", "delivery_mode"),
    *("approval_type", "key_lists", "promotion_stage", "open_to_capital", "capital_sought", "land_status"),
    *("cooperation", "total_investment", "beds", "floor_area_m2", "land_mu", "jobs", "annual_output"),
    *("land_tenure", "land_use", "land_quota_mu", "land_quota_status", "planning_note"),
    *("party/owner", "party/funder", "party/operator", "party/investor", "note"),
)
COLUMNS: Final[Mapping[str, str]] = {
    "id": "项目编号",
    **{name: BY_NAME[name].zh for name in _FIELDS},
    "datum": "坐标系",
    "precision": "定位精度",
}
"""Field path → heading of 项目."""

_REFERENCE: Final = ["项目编号", "项目代码", "项目名称"]
FINANCE_HEADINGS: Final = [*_REFERENCE, "明细编号", *(field.zh for field in FINANCE_FIELDS)]
MILESTONE_HEADINGS: Final = [*_REFERENCE, *(field.zh for field in MILESTONE_FIELDS)]
APPROVAL_HEADINGS: Final = [*_REFERENCE, *(field.zh for field in APPROVAL_FIELDS)]

LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "choices": (
        *("kind", "category", "stage", "promotion_stage", "delivery_mode", "ownership", "approval_type"),
        *("land_status", "open_to_capital", "land_tenure", "land_use", "land_quota_status"),
    ),
    "marks": tuple(
        f"【{words}】"
        for words in (
            BASIS_ZH[Basis.MODELLED],
            BASIS_ZH[Basis.DEMO],
            "演示数据，全部虚构，不代表任何真实项目，不得引用",
            "practice data, all of it invented: no real project, not to be quoted",
        )
    ),
    "read": (
        *("id", "updated", "language", "title", "description", "identifiers", "status", "milestones"),
        *("budget", "forecasts", "parties", "locations"),
    ),
}
"""Classifications that are read; marks that are no part of a note; members of a stranger's that are read."""


def plan_heading(year: str) -> str:
    """Return the heading of a year's planned investment."""
    return f"{year}年计划投资（万元）"
