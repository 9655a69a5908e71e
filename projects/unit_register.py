"""Units that were renamed or merged (卫计局 → 卫健局): told plainly, with nothing lost.

A renamed unit keeps its id; its old name stays as a dated alias. A merged unit stays in the registry and
names its successor; who belongs to the successor reads and answers what the old one left, and closed things
keep the name they were closed under.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from projects.errors import BadValue

LONGEST_NAME: Final = 200
LONGEST_SOURCE: Final = 500


@dataclass(frozen=True, slots=True)
class OfficeUnit:
    """A unit of the registry with its other names; ``successor`` is the unit that took over, "" for none."""

    id: str
    name: str
    kind: str
    area_code: str
    area_name: str
    aliases: tuple[str, ...]
    """Other names, the newest former name first."""
    successor_id: str
    successor: str
    ended_on: date | None
    accounts: int
    open_matters: int


@dataclass(frozen=True, slots=True)
class Deed:
    """A renaming (``kind`` renamed; ``new_name``) or merger (merged; the heir's name and ``into_id``)."""

    kind: str
    unit_id: str
    old_name: str
    new_name: str
    into_id: str
    since: date
    source: str
    made_by: str
    made_at: datetime


def check_name(name: str) -> str:
    """Return a unit's name on one line; raise ``BadValue`` when it is too short, too long or hides something.

    >>> check_name(" 韶关市卫生健康局 ")
    '韶关市卫生健康局'
    """
    called = name.strip()
    if not 2 <= len(called) <= LONGEST_NAME or any(_hidden(one) for one in called):
        raise BadValue(f"单位名称须是一行文字，2–{LONGEST_NAME} 字，没有控制字符：{called[:40]!r}")
    return called


def check_source(source: str) -> str:
    """Return where a change of a unit stands written; raise ``BadValue`` for nothing or too much."""
    said = source.replace("\0", "").strip()
    if not 1 <= len(said) <= LONGEST_SOURCE:
        raise BadValue(f"请写明依据（文号或文件名），不超过 {LONGEST_SOURCE} 字")
    return said


def _hidden(one: str) -> bool:
    return unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A renaming (``new_name``) or merger (``into_id``) that somebody wants, and where it stands written."""

    unit_id: str
    new_name: str = ""
    into_id: str = ""
    since: date
    source: str


def refusal(change: Change, unit: OfficeUnit, into: OfficeUnit | None, taken_by: str, today: date) -> str:
    """Return why a change cannot be made, in a sentence on what to do; "" when it can.

    ``taken_by`` is the unit that has the new name already, "" for none.
    """
    if unit.successor_id:
        heir = f"{unit.successor}（{unit.successor_id}）"
        return f"{unit.name}（{unit.id}）已并入 {heir}，保留原名：请改接续单位"
    if change.since > today:
        return f"日期 {change.since} 在今天以后：到那一天再办，权限会立即改变"
    if into is not None:
        return _no_heir(unit, into)
    if change.new_name == unit.name:
        return f"{unit.id} 现在就叫“{change.new_name}”，不用更名"
    if taken_by:
        return f"“{change.new_name}”已是 {taken_by} 的名称：如果是机构合并，请用“合并”"
    return ""


def _no_heir(unit: OfficeUnit, into: OfficeUnit) -> str:
    """Return why a unit cannot be followed by another; one that is merged itself would let a ring close."""
    if unit.id == into.id:
        return f"{unit.name} 不能并入自己"
    if into.successor_id:
        return f"{into.name} 自己已并入 {into.successor}（{into.successor_id}）：请选那一个"
    if unit.kind != into.kind:
        return f"{unit.name} 和 {into.name} 不是同一类单位（{unit.kind}、{into.kind}），不能合并"
    return ""


class UnitRegister(Protocol):
    """The registry of units, for administrators; everybody signed in may search it."""

    def page(
        self, words: str = "", *, limit: int = 30, offset: int = 0
    ) -> tuple[tuple[OfficeUnit, ...], int]:
        """Return units by a part of any of their names, and how many match."""
        ...

    def current(self, unit_id: str) -> OfficeUnit:
        """Return the unit that answers for an id today, following successors; ``UnknownRecord``."""
        ...

    def deeds(self, limit: int = 50) -> tuple[Deed, ...]:
        """Return what was done to units, the latest first."""
        ...

    def rename(self, unit_id: str, name: str, since: date, source: str) -> None:
        """Give a unit a new name; the old one stays as an alias. ``BadValue`` when another unit has it."""
        ...

    def merge(self, unit_id: str, into_id: str, since: date, source: str) -> None:
        """End a unit and name its successor; ``BadValue`` for a ring or for a unit of another kind."""
        ...
