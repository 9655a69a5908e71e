"""Accounts as an administrator sees them: rows, rules of names and placements, and the protocol ``Accounts``.

``data.wiring`` gives the adapter; it looks the acting session up in the database at every call, so a page
that forgets to check offers a button that does nothing.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, Protocol

from projects.errors import BadValue
from projects.identity import ROLE_NAMES_ZH, OwnerUnit, Role

OFFICE: Final = "office"
"""The built-in account of ``SINGLE_OFFICE``; it has no password and cannot sign in by the form."""

SCOPED: Final[Mapping[Role, str]] = MappingProxyType({Role.REVIEWER: "审核范围", Role.EVALUATOR: "评价范围"})
"""Roles that are placed in a subtree of areas, not in a unit; what the subtree is called."""

_NAME: Final = re.compile(r"[a-z0-9\u4e00-\u9fff][a-z0-9\u4e00-\u9fff._@+-]{1,119}")
_SCOPE: Final = re.compile(r"[1-9][0-9]{5}")
_LONGEST_DISPLAY: Final = 80


@dataclass(frozen=True, slots=True)
class Placement:
    """What an account may do, and where: an editor has a unit, a reviewer or evaluator a subtree."""

    role: Role
    unit_id: str = ""
    scope_code: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """One account, without anything secret."""

    id: int
    name: str
    display_name: str
    placement: Placement
    place_name: str
    """Name of the unit or of the scope's area, empty when there is none; of a merged unit with its heir's."""
    must_change_password: bool
    external: bool
    """Whether an OpenID Connect provider answers for this person; then it also sets role and unit."""
    locked_until: datetime | None
    """Set only while the lock still holds."""
    disabled_at: datetime | None
    last_signed_in_at: datetime | None


class Accounts(Protocol):
    """Administration of accounts, with the rights of the session it was opened with.

    Every call raises ``SignInNeeded`` when that session has ended, ``NotAllowed`` when it is not an
    administrator's, ``BadValue`` for a value that breaks a rule, ``UnknownRecord`` for a name nobody has.
    """

    def all(self) -> tuple[Account, ...]:
        """Return every account in order of name."""
        ...

    def add(self, name: str, display_name: str, placement: Placement) -> str:
        """Make an account and return its first password, which must be changed at first use."""
        ...

    def reset(self, name: str) -> str:
        """Return a new one-time password; open sessions of the account end, a lock is lifted."""
        ...

    def unlock(self, name: str) -> None:
        """Lift the lock that failed attempts have set."""
        ...

    def disable(self, name: str) -> None:
        """Close an account and end its sessions; refused for oneself and for the last administrator."""
        ...

    def enable(self, name: str) -> None:
        """Open a closed account again; its old sessions stay ended."""
        ...

    def set_placement(self, name: str, placement: Placement) -> None:
        """Change role, unit and scope; refused for oneself, the last administrator, and provider accounts."""
        ...

    def find_units(self, words: str, limit: int = 30) -> tuple[OwnerUnit, ...]:
        """Return the units whose id begins with, or whose name holds the words."""
        ...

    def unreviewed_units(self) -> tuple[OwnerUnit, ...]:
        """Return the units whose changes are published at once."""
        ...

    def set_reviewed(self, unit_ids: Sequence[str], reviewed: bool) -> None:
        """Say whether the changes of these units wait for a reviewer."""
        ...


def clean_name(text: str) -> str:
    """Return a sign-in name as it is stored: half-width, lower case, without spaces round it.

    >>> clean_name(" Ｗang.Li ")
    'wang.li'
    """
    return unicodedata.normalize("NFKC", text).strip().lower()


def check_name(text: str) -> str:
    """Return a clean name; raise ``BadValue`` for one that cannot be a sign-in name."""
    name = clean_name(text)
    if not _NAME.fullmatch(name):
        raise BadValue(
            f"登录名 {text[:60]!r} 不能用：请用 2–120 个字母、数字、汉字或 . _ - @ +，以字母、数字或汉字开头"
        )
    return name


def check_display(text: str) -> str:
    """Return a display name on one line; raise ``BadValue`` when it is too long or hides something."""
    display = text.strip()
    if len(display) > _LONGEST_DISPLAY or any(
        unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") for c in display
    ):
        raise BadValue(f"姓名须是一行文字，不超过 {_LONGEST_DISPLAY} 字，且没有控制字符：{display[:40]!r}")
    return display


def check_placement(placement: Placement) -> Placement:
    """Return a placement without what its role does not use; raise ``BadValue`` when something is missing."""
    role, unit, scope = placement.role, placement.unit_id.strip(), placement.scope_code.strip()
    if role is Role.ANONYMOUS:
        raise BadValue("匿名不是一种账户角色")
    if role is Role.EDITOR and not unit:
        raise BadValue("填报账户须有所属单位（县区、功能区、部门、地市或省的代码）")
    if role in SCOPED and not _SCOPE.fullmatch(scope):
        raise BadValue(
            f"{ROLE_NAMES_ZH[role]}账户须有{SCOPED[role]}：六位行政区划代码，如 440200；得到的是 {scope!r}"
        )
    return Placement(
        role, unit if role in (Role.EDITOR, Role.VIEWER) else "", scope if role in SCOPED else ""
    )
