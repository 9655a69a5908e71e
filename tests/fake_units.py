"""The registry of units in memory: two departments of one city; what is done is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from projects.errors import BadValue, UnknownRecord
from projects.unit_register import Deed, OfficeUnit, check_name, check_source

HEALTH = OfficeUnit(
    "sg-health",
    "韶关市卫生和计划生育局",
    "department",
    "440200",
    "韶关市",
    ("市卫计局",),
    "",
    "",
    None,
    2,
    5,
)
NEW = OfficeUnit("sg-new", "韶关市卫生健康局", "department", "440200", "韶关市", (), "", "", None, 0, 0)


@dataclass
class FakeRegister:
    """``UnitRegister`` over a list; ``refuse`` is raised at the next deed."""

    units: dict[str, OfficeUnit] = field(default_factory=lambda: {one.id: one for one in (HEALTH, NEW)})
    done: list[Deed] = field(default_factory=list)
    refuse: Exception | None = None

    def page(
        self, words: str = "", *, limit: int = 30, offset: int = 0
    ) -> tuple[tuple[OfficeUnit, ...], int]:
        found = [
            u for u in self.units.values() if any(words.strip() in n for n in (u.id, u.name, *u.aliases))
        ]
        return tuple(found[offset : offset + limit]), len(found)

    def current(self, unit_id: str) -> OfficeUnit:
        if unit_id not in self.units:
            raise UnknownRecord(unit_id)
        one = self.units[unit_id]
        return self.current(one.successor_id) if one.successor_id else one

    def deeds(self, limit: int = 50) -> tuple[Deed, ...]:
        return tuple(reversed(self.done))[:limit]

    def rename(self, unit_id: str, name: str, since: date, source: str) -> None:
        old = self._held(unit_id)
        called = check_name(name)
        self.units[unit_id] = replace(old, name=called, aliases=(old.name, *old.aliases))
        self._note("renamed", old, called, "", since, check_source(source))

    def merge(self, unit_id: str, into_id: str, since: date, source: str) -> None:
        old, heir = self._held(unit_id), self._held(into_id)
        self.units[unit_id] = replace(old, successor_id=heir.id, successor=heir.name, ended_on=since)
        self._note("merged", old, heir.name, heir.id, since, check_source(source))

    def _held(self, unit_id: str) -> OfficeUnit:
        if self.refuse is not None:
            raise self.refuse
        if self.units[unit_id].successor_id:
            raise BadValue("已并入")
        return self.units[unit_id]

    def _note(self, kind: str, old: OfficeUnit, name: str, into: str, since: date, source: str) -> None:  # noqa: PLR0917 - one line of a trail
        made = datetime(2026, 5, 6, tzinfo=UTC)
        self.done.append(Deed(kind, old.id, old.name, name, into, since, source, "boss", made))
