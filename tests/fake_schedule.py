"""``projects.lifecycle.ports.Schedule`` over records in memory, by the same rules, for pages and files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from projects.codes import MilestoneCode
from projects.filters import ProjectFilter
from projects.lifecycle import key_lists
from projects.lifecycle.contradictions import Code, find
from projects.lifecycle.dispatch import Light, Reference, light
from projects.lifecycle.ports import (
    STEP_KINDS,
    By,
    Clash,
    Clashes,
    ClassCount,
    Item,
    Kind,
    Listed,
    Sheet,
    Summary,
    Tally,
    Timeline,
)
from projects.lifecycle.steps import NO_DATES, Milestones, is_over, overdue
from projects.lifecycle.yearly import YearlyClass, yearly_class

NAMES = {"440232": "乳源瑶族自治县", "440281": "乐昌市", "wjw": "市卫生健康局", "": ""}


@dataclass(frozen=True)
class Kept:
    """One record."""

    id: str
    name: str = "项目"
    stage: str = "未明确"
    milestones: Milestones = field(default_factory=dict)
    unit: str = "440232"
    county: str = "440232"
    leads: tuple[str, ...] = ()
    filed_at: datetime | None = None
    key_lists: str = ""
    contact: str = ""
    basis: str = "documented"

    def key(self, by: By) -> tuple[str, ...]:
        """The rows in which it counts."""
        return {By.UNIT: (self.unit,), By.COUNTY: (self.county,), By.LEAD: self.leads or ("",)}[by]


class FakeSchedule:
    """Answers from ``records``; ``asked`` keeps what was asked for."""

    def __init__(self, *records: Kept) -> None:
        self.records = records
        self.asked: list[tuple[str, ProjectFilter]] = []

    def _of(self, name: str, chosen: ProjectFilter) -> list[Kept]:
        self.asked.append((name, chosen))
        return [one for one in self.records if not chosen.owner or one.unit in chosen.owner]

    def summary(self, chosen: ProjectFilter, when: Reference, by: By) -> Summary:
        found = self._of("summary", chosen)
        keys = sorted({key for one in found for key in one.key(by)})
        rows = [_tally(key, [one for one in found if key in one.key(by)], when) for key in keys]
        return Summary(tuple(rows), _tally("", found, when))

    def details(
        self,
        chosen: ProjectFilter,
        when: Reference,
        kind: Kind,
        *,
        within: tuple[By, str] | None = None,
        limit: int | None = 50,
        offset: int = 0,
    ) -> tuple[Item, ...]:
        found = [one for one in self._of(kind, chosen) if within is None or within[1] in one.key(within[0])]
        active = [one for one in found if not is_over(one.stage, one.milestones, when.today)]
        items = [item for one in active for item in _items(one, kind, when)]
        items.sort(key=lambda item: (str(item.planned_on), item.project_id))
        return tuple(items[offset : None if limit is None else offset + limit])

    def contradictions(
        self,
        chosen: ProjectFilter,
        when: Reference,
        *,
        code: Code | None = None,
        limit: int | None = 50,
        offset: int = 0,
    ) -> Clashes:
        found = [
            Clash(one.id, one.name, one.unit, NAMES[one.unit], NAMES[one.county], clash, one.basis)
            for one in self._of("contradictions", chosen)
            if (clash := find(one.stage, one.milestones, when.today))
        ]
        counts = Counter(c for one in found for c in {told.code for told in one.found})
        wanted = [one for one in found if code is None or code in {told.code for told in one.found}]
        end = None if limit is None else offset + limit
        return Clashes({c: counts[c] for c in Code}, len(found), tuple(wanted[offset:end]))

    def classes(self, chosen: ProjectFilter, year: int) -> tuple[ClassCount, ...]:
        counts = Counter(yearly_class(one.stage, one.milestones, year) for one in self._of("classes", chosen))
        return tuple(ClassCount(one, counts[one]) for one in (*YearlyClass, None))

    def of_class(
        self,
        chosen: ProjectFilter,
        year: int,
        yearly: YearlyClass | None,
        *,
        limit: int | None = 50,
        offset: int = 0,
    ) -> tuple[Listed, ...]:
        rows = [_listed(one, year) for one in self._of("of_class", chosen)]
        rows = [row for row in rows if row.yearly is yearly]
        return tuple(rows[offset : None if limit is None else offset + limit])

    def key_projects(self, chosen: ProjectFilter, year: int) -> tuple[Listed, ...]:
        return tuple(_listed(one, year) for one in self._of("key_projects", chosen) if one.key_lists)

    def sheets(self, chosen: ProjectFilter, when: Reference, *, shown: int = 8) -> tuple[Sheet, ...]:
        kinds = (Kind.OVERDUE, Kind.DUE_90, Kind.NEVER_REPORTED)
        return tuple(
            Sheet(
                row,
                *(self.details(chosen, when, kind, within=(By.UNIT, row.key), limit=shown) for kind in kinds),
            )
            for row in self.summary(chosen, when, By.UNIT).rows
        )

    def timelines(self, project_ids: Sequence[str]) -> Mapping[str, Timeline]:
        return {
            one.id: Timeline(one.id, one.stage, one.milestones, one.key_lists, one.filed_at)
            for one in self.records
            if one.id in project_ids
        }


def _late(one: Kept, when: Reference) -> dict[MilestoneCode, int]:
    return overdue(one.milestones, when.today)


def light_of(one: Kept, when: Reference) -> Light:
    """Return the light of a record."""
    return light(
        over=is_over(one.stage, one.milestones, when.today),
        reported=bool(one.milestones),
        days_late=max(_late(one, when).values(), default=0),
        missed=one.filed_at is None or one.filed_at < when.before_last_at,
    )


def _tally(key: str, found: Sequence[Kept], when: Reference) -> Tally:
    active = [one for one in found if not is_over(one.stage, one.milestones, when.today)]
    late = [_late(one, when) for one in active]
    filed = [one.filed_at for one in active if one.filed_at is not None]
    return Tally(
        key=key,
        name=NAMES[key],
        projects=len(found),
        over=len(found) - len(active),
        reported=sum(bool(one.milestones) for one in active),
        never_reported=sum(not one.milestones for one in active),
        never_filed=len(active) - len(filed),
        stale=sum(at < when.last_at for at in filed),
        missed=sum(at < when.before_last_at for at in filed),
        overdue_projects=sum(bool(days) for days in late),
        overdue_steps=sum(map(len, late)),
        worst_days=max((d for days in late for d in days.values()), default=0),
        due=tuple(  # type: ignore[arg-type]
            sum(len(_items(one, kind, when)) for one in active) for kind in STEP_KINDS[1:]
        ),
        lights=Counter(light_of(one, when) for one in found),
    )


def _items(one: Kept, kind: Kind, when: Reference) -> list[Item]:
    if kind not in STEP_KINDS:
        asked = {
            Kind.STALE: one.filed_at is not None and one.filed_at < when.last_at,
            Kind.MISSED: one.filed_at is not None and one.filed_at < when.before_last_at,
            Kind.NEVER_FILED: one.filed_at is None,
            Kind.NEVER_REPORTED: not one.milestones,
        }[kind]
        return [_item(one, None, when)] if asked else []
    span = range(-(10**6), 0) if kind is Kind.OVERDUE else range(int(kind[3:]) + 1)
    return [
        _item(one, code, when)
        for code, dates in one.milestones.items()
        if dates.actual is None and dates.planned and (dates.planned - when.today).days in span
    ]


def _item(one: Kept, code: MilestoneCode | None, when: Reference) -> Item:
    planned = one.milestones[code].planned if code else None
    return Item(
        project_id=one.id,
        name=one.name,
        unit_id=one.unit,
        unit=NAMES[one.unit],
        county=NAMES[one.county],
        stage=one.stage,
        step=code,
        title="",
        planned_on=planned,
        days_late=(when.today - planned).days if planned else 0,
        filed_at=one.filed_at,
        contact=one.contact,
        basis=one.basis,
    )


def _listed(one: Kept, year: int) -> Listed:
    lists = key_lists.parse(one.key_lists)
    return Listed(
        project_id=one.id,
        name=one.name,
        unit=NAMES[one.unit],
        county=NAMES[one.county],
        stage=one.stage,
        yearly=yearly_class(one.stage, one.milestones, year),
        start=one.milestones.get(MilestoneCode.COMMENCEMENT, NO_DATES).day,
        end=one.milestones.get(MilestoneCode.COMPLETION, NO_DATES).day,
        lists=lists.found,
        unread=lists.unread,
        basis=one.basis,
    )
