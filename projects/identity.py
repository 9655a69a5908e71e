"""Who is acting: a person's role and unit, as the database sees them.

An identity is never believed because a page says so. It is what the database answers for a session token;
a page that holds one uses it to decide what to *offer*, the database decides what is *allowed*.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """What an account may do.

    Each includes the reading of those before it, but an evaluator, who reads what a reviewer of its scope
    reads except what offices keep among themselves, and writes its own findings alone.
    """

    ANONYMOUS = "anonymous"
    VIEWER = "viewer"
    EVALUATOR = "evaluator"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"


ROLE_NAMES_ZH: Final = MappingProxyType(
    {
        Role.ANONYMOUS: "未登录",
        Role.VIEWER: "浏览",
        Role.EVALUATOR: "第三方评价",
        Role.EDITOR: "填报",
        Role.REVIEWER: "审核",
        Role.ADMINISTRATOR: "管理员",
    }
)


class UnitKind(StrEnum):
    """What sort of owner a record can have."""

    COUNTY = "county"
    ZONE = "zone"
    DEPARTMENT = "department"
    PREFECTURE = "prefecture"
    PROVINCE = "province"


@dataclass(frozen=True, slots=True)
class OwnerUnit:
    """A unit that owns records: its id is an area code, a zone id or a department's unit id."""

    id: str
    kind: UnitKind
    name: str
    area_code: str
    """The unit's own area: the county, or the prefecture of a zone or department."""
    prefecture_code: str | None
    province_code: str | None
    reviewed: bool
    """Whether its changes wait for a reviewer; otherwise they are published at once."""


@dataclass(frozen=True, slots=True)
class Identity:
    """One signed-in account, or nobody.

    ``unit`` is an editor's, ``scope_code`` a reviewer's or an evaluator's subtree. Somebody of a unit that
    was merged belongs to its successor; ``former_unit`` is what the unit was called, ``merged_on`` the day.
    """

    account_id: int | None
    name: str
    display_name: str
    role: Role
    unit: OwnerUnit | None = None
    scope_code: str = ""
    must_change_password: bool = False
    former_unit: str = ""
    merged_on: date | None = None

    @property
    def signed_in(self) -> bool:
        """Whether this is somebody."""
        return self.account_id is not None

    @property
    def edits(self) -> bool:
        """Whether there is anything this identity may file."""
        return self.role in (Role.EDITOR, Role.REVIEWER, Role.ADMINISTRATOR)

    @property
    def reviews(self) -> bool:
        """Whether this identity decides on what others file."""
        return self.role in (Role.REVIEWER, Role.ADMINISTRATOR)

    @property
    def evaluates(self) -> bool:
        """Whether this identity writes findings of a third party, and nothing else."""
        return self.role is Role.EVALUATOR

    @property
    def sees(self) -> str:
        """A key under which what this identity may see can be cached; equal keys see the same rows."""
        if self.role in (Role.ANONYMOUS, Role.VIEWER):
            return str(self.role)
        return f"{self.role}:{self.unit.id if self.unit else ''}:{self.scope_code}"


NOBODY: Final = Identity(None, "", "", Role.ANONYMOUS)
