"""Matters and meetings in memory, for tests of pages: steps are kept to, nothing said is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from projects.errors import BadValue, Conflict, UnknownRecord
from projects.matters.meetings import AgendaItem, Meeting, MeetingDraft, MeetingHead
from projects.matters.model import (
    LONG_OPEN_DAYS,
    STEPS,
    EntryKind,
    Matter,
    MatterDraft,
    MatterEntry,
    MatterKind,
    MatterState,
    Timing,
    UnitName,
    timing,
)
from projects.matters.ports import Asked, MatterCounts, MatterPage, UnitLoad

NOW = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)
TODAY = date(2026, 5, 6)
HEALTH = UnitName("sg-health", "韶关市卫生健康局", "韶关市卫生和计划生育局")
PLANNING = UnitName("sg-plan", "韶关市发展和改革局")
RUYUAN = UnitName("440232", "乳源瑶族自治县")
UNITS = (HEALTH, PLANNING, RUYUAN, UnitName("440200", "韶关市"))


def matter(number: int = 1, **values: Any) -> Matter:
    """Return a matter that the county raised and the health bureau answers."""
    base: dict[str, Any] = {
        "kind": MatterKind.LAND,
        "title": f"用地指标{number}",
        "detail": "",
        "state": MatterState.OPEN,
        "timing": Timing.UNDATED,
        "project_id": "SG-0001",
        "project_name": "县人民医院",
        "area_code": "440232",
        "area_name": "乳源瑶族自治县",
        "raised_unit": RUYUAN,
        "raised_by": "ruyuan",
        "raised_on": date(2026, 4, 1),
        "lead_unit": HEALTH,
        "support_units": (),
        "due_on": None,
        "days_open": 35,
        "replies": 0,
        "files": 0,
        "version": 1,
        "parent_id": None,
        "may_answer": True,
        "may_settle": True,
        "may_handle": True,
    }
    return Matter(id=number, **(base | values))


def entry(number: int, kind: EntryKind, text: str = "", **values: Any) -> MatterEntry:
    """Return a step of a history."""
    base: dict[str, Any] = {"old_state": None, "new_state": None, "changed": {}}
    return MatterEntry(
        number, kind, text, written_by="ruyuan", unit=RUYUAN, written_at=NOW, **(base | values)
    )


def counts(found: Sequence[Matter]) -> MatterCounts:
    """Return the counts of matters."""
    late = sum(m.days_open > LONG_OPEN_DAYS and m.state is not MatterState.CLOSED for m in found)
    timings, kinds = Counter(m.timing for m in found), Counter(m.kind for m in found)
    return MatterCounts(len(found), dict(timings), dict(kinds), late)


@dataclass
class FakeMatters:
    """``projects.matters.ports.Matters`` over dictionaries; what it was asked is kept."""

    held: dict[int, Matter] = field(default_factory=dict)
    said: dict[int, list[MatterEntry]] = field(default_factory=dict)
    called: dict[int, Meeting] = field(default_factory=dict)
    raisers: tuple[UnitName, ...] = (RUYUAN,)
    asks: list[Asked] = field(default_factory=list)
    searched: list[tuple[str, str]] = field(default_factory=list)
    refuse: Exception | None = None

    @classmethod
    def of(cls, *matters: Matter) -> FakeMatters:
        """Return a store that holds these matters, each with its first step."""
        first = {m.id: [entry(1, EntryKind.RAISED, new_state=MatterState.OPEN)] for m in matters}
        return cls({m.id: m for m in matters}, first)

    # ---- matters ----

    def _found(self, asked: Asked, today: date) -> list[Matter]:
        self.asks.append(asked)
        now = [replace(m, timing=timing(m.state, m.due_on, today)) for m in self.held.values()]
        found = [m for m in now if not asked.states or m.state in asked.states]
        found = [m for m in found if not asked.timings or m.timing in asked.timings]
        found = [m for m in found if not asked.kinds or m.kind in asked.kinds]
        return [m for m in found if not asked.words or asked.words in m.title]

    def page(self, asked: Asked, today: date, *, limit: int = 30, offset: int = 0) -> MatterPage:
        found = self._found(asked, today)
        return MatterPage(tuple(found[offset : offset + limit]), counts(found))

    def counts(self, asked: Asked, today: date) -> MatterCounts:
        return counts(self._found(asked, today))

    def by_unit(self, asked: Asked, today: date) -> tuple[UnitLoad, ...]:
        found = self._found(asked, today)
        leads = dict.fromkeys(m.lead_unit for m in found)
        return tuple(UnitLoad(u, counts([m for m in found if m.lead_unit == u])) for u in leads)

    def get(self, key: int, today: date) -> tuple[Matter, tuple[MatterEntry, ...]]:
        if key not in self.held:
            raise UnknownRecord(f"没有 {key} 号事项")
        held = self.held[key]
        now = replace(held, timing=timing(held.state, held.due_on, today), replies=len(self.said[key]) - 1)
        return now, tuple(self.said[key])

    def raise_matter(self, draft: MatterDraft) -> int:
        if self.refuse:
            raise self.refuse
        number = len(self.held) + 1
        self.held[number] = matter(number, **self._of(draft), raised_unit=self._unit(draft.raised_unit))
        self.said[number] = [entry(1, EntryKind.RAISED, new_state=MatterState.OPEN)]
        return number

    def change(self, key: int, version: int, draft: MatterDraft, reason: str) -> None:
        held = self.held[key]
        if version != held.version:
            raise Conflict("这件事项刚被别人修改，请先看最新内容")
        changed = {"title": (held.title, draft.title)}
        self.held[key] = replace(held, version=version + 1, **self._of(draft))
        self.said[key].append(entry(9, EntryKind.CHANGED, reason, changed=changed))

    def reply(self, key: int, text: str, new_state: MatterState | None = None) -> int:
        if self.refuse:
            raise self.refuse
        held = self.held[key]
        if held.state is MatterState.CLOSED and new_state is not MatterState.REOPENED:
            raise BadValue("这件事项已办结，请先重新打开")
        self.said[key].append(
            entry(len(self.said[key]) + 1, EntryKind.REPLY, text, old_state=held.state, new_state=new_state)
        )
        self.held[key] = replace(held, state=new_state or held.state)
        return len(self.said[key])

    def move(self, key: int, new_state: MatterState, reason: str) -> None:
        held = self.held[key]
        if new_state not in STEPS[held.state]:
            raise BadValue(f"{held.state} → {new_state}")
        self.said[key].append(entry(9, EntryKind.STATE, reason, old_state=held.state, new_state=new_state))
        self.held[key] = replace(held, state=new_state)

    def units(self, words: str, *, within: str = "", limit: int = 20) -> tuple[UnitName, ...]:
        self.searched.append((words, within))
        return tuple(u for u in UNITS if words in u.name + u.was)[:limit]

    def raising_units(self) -> tuple[UnitName, ...]:
        return self.raisers

    def _unit(self, key: str) -> UnitName:
        return next(u for u in UNITS if u.id == key)

    def _of(self, draft: MatterDraft) -> dict[str, Any]:
        return {
            "kind": draft.kind,
            "title": draft.title,
            "detail": draft.detail,
            "project_id": draft.project_id,
            "area_code": draft.area_code,
            "due_on": draft.due_on,
            "parent_id": draft.parent_id,
            "lead_unit": self._unit(draft.lead_unit),
            "support_units": tuple(self._unit(one) for one in draft.support_units),
        }

    # ---- meetings ----

    def meetings(self, *, limit: int = 50, offset: int = 0) -> tuple[MeetingHead, ...]:
        heads = [
            MeetingHead(
                id=m.id,
                title=m.draft.title,
                unit=m.unit,
                held_on=m.draft.held_on,
                items=len(m.agenda),
                decided=sum(bool(i.decision) for i in m.agenda),
                closed_at=m.closed_at,
            )
            for m in self.called.values()
        ]
        return tuple(heads[offset : offset + limit])

    def meeting(self, key: int, today: date) -> Meeting:
        if key not in self.called:
            raise UnknownRecord(f"没有 {key} 号会议")
        return self.called[key]

    def call_meeting(self, draft: MeetingDraft) -> int:
        number = len(self.called) + 1
        self.called[number] = Meeting(
            id=number,
            draft=draft,
            unit=self._unit(draft.unit_id),
            agenda=(),
            hidden=0,
            version=1,
            may_change=True,
            closed_at=None,
            closed_by="",
        )
        return number

    def change_meeting(self, key: int, version: int, draft: MeetingDraft) -> None:
        if version != self.called[key].version:
            raise Conflict("这次会议刚被别人修改")
        self.called[key] = replace(self.called[key], draft=draft, version=version + 1)

    def put_on_agenda(self, key: int, matter_ids: Sequence[int]) -> None:
        agenda = list(self.called[key].agenda)
        for number in matter_ids:
            item = AgendaItem(len(agenda) + 1, self.held[number], "", None, None, "", None)
            agenda.append(item)
        self.called[key] = replace(self.called[key], agenda=tuple(agenda))

    def take_off_agenda(self, key: int, matter_id: int) -> None:
        left = tuple(i for i in self.called[key].agenda if i.matter.id != matter_id)
        self.called[key] = replace(self.called[key], agenda=left)

    def decide(self, key: int, matter_id: int, decision: str, follow_up: MatterDraft | None) -> int | None:
        number = self.raise_matter(follow_up) if follow_up else None
        follow = self.held[number] if number else None
        agenda = tuple(
            AgendaItem(i.position, i.matter, decision, number, follow, "韶关审核员", NOW)
            if i.matter.id == matter_id
            else i
            for i in self.called[key].agenda
        )
        self.called[key] = replace(self.called[key], agenda=agenda)
        return number

    def close_meeting(self, key: int) -> None:
        self.called[key] = replace(self.called[key], closed_at=NOW, closed_by="韶关审核员")
