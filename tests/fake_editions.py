"""Editions in memory, for tests of pages and files: proposed, decided, listed, compared as in reality.

Rights are what the test says; which record is public and in which area the database knows better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from projects.errors import BadValue, Conflict, NotAllowed, UnknownRecord
from projects.filters import ProjectFilter
from projects.plans.comparing import common_years, moves, reason_to_leave
from projects.plans.editions import (
    Change,
    Comparison,
    Difference,
    Edition,
    EditionKind,
    EditionState,
    Measure,
    Plan,
    PlanEntry,
    Side,
    Totals,
)
from projects.plans.ports import (
    Candidate,
    Lines,
    Listing,
    Moved,
    Proposal,
    Rights,
    Silence,
    Wanted,
    Window,
    Wish,
)

NOW = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)
MEMBERS = (Change.KEPT, Change.ENTERED)


def record(key: str, stage: str = "前期", plan: Plan | None = None, **values: Any) -> Candidate:
    """Return a record as it is now."""
    given: dict[str, Any] = {"name": f"项目{key}", "county": "乳源瑶族自治县", "category": "tcm"} | values
    total = given.pop("total", None)
    basis = given.pop("basis", "documented")
    return Candidate(key, stage=stage, total_investment=total, plan=plan or {}, basis=basis, **given)


@dataclass
class FakeEditions:
    """``Editions`` over dictionaries; everything in it is open to the test."""

    records: dict[str, Candidate] = field(default_factory=dict)
    allowed: Rights = field(default_factory=lambda: Rights(True, True))
    held: dict[int, tuple[Edition, dict[str, PlanEntry]]] = field(default_factory=dict)
    proposals: list[Proposal] = field(default_factory=list)
    hidden: tuple[str, ...] = ()
    refuse: Exception | None = None
    anonymous: bool = False
    """Who proposed and decided is not told to somebody not signed in."""

    def editions(self, kind: EditionKind, area_code: str = "") -> tuple[Edition, ...]:
        found = [self._told(one) for one, _ in self.held.values() if one.kind is kind]
        return tuple(one for one in reversed(found) if not area_code or one.area_code == area_code)

    def edition(self, key: int) -> Edition:
        if key not in self.held:
            raise UnknownRecord(str(key))
        return self._told(self.held[key][0])

    def _told(self, edition: Edition) -> Edition:
        hidden = {"proposed_by": "", "decided_by": "", "remark": "", "unit_id": "", "unit": ""}
        return replace(edition, **hidden) if self.anonymous else edition  # type: ignore[arg-type]

    def rights(self, area_code: str) -> Rights:
        return self.allowed

    def waiting(self, kind: EditionKind | None = None) -> int:
        waiting = [one for one, _ in self.held.values() if one.state is EditionState.PROPOSED]
        return len(waiting) if self.allowed.decide else 0

    def entries(self, key: int, wanted: Wanted, window: Window) -> Listing[PlanEntry]:
        found = [
            one
            for _, one in sorted(self.held[key][1].items())
            if one.change in wanted.change
            and wanted.text in f"{one.project_id} {one.name}"
            and (wanted.year is None or (wanted.year in one.plan if wanted.year else not one.plan))
        ]
        return Listing(tuple(found[window.offset : window.offset + window.limit]), len(found))

    def totals(self, key: int, wanted: Wanted | None = None) -> Totals:
        edition = self.edition(key)
        found = self.entries(key, wanted or Wanted(), Window(10**9)).rows
        known = [
            Decimal(str(e.snapshot["total_investment"])) for e in found if "total_investment" in e.snapshot
        ]
        return Totals(
            len(found),
            sum(not one.plan for one in found) if edition.years else 0,
            {year: _measure(found, year) for year in edition.years},
            Measure(len(found), len(known), sum(known, Decimal(0))),
        )

    def silences(self, key: int) -> tuple[Silence, ...]:
        edition, found = self.edition(key), list(self._members(key).values())
        return (
            Silence(
                "440232",
                "乳源瑶族自治县",
                len(found),
                sum(not one.plan for one in found) if edition.years else 0,
                sum(None in one.plan.values() for one in found),
                sum("total_investment" not in one.snapshot for one in found),
            ),
        )

    def moved(self, key: int) -> Moved:
        return Moved(1 if self.hidden else 0, self.hidden)

    def candidates(
        self, kind: EditionKind, area_code: str, year: int, chosen: ProjectFilter, window: Window
    ) -> Listing[Candidate]:
        newest = self._newest(kind, area_code)
        inside = set(self._members(newest.id)) if newest and kind is EditionKind.ROLLING_PLAN else set()
        found = [r for r in self.records.values() if r.project_id not in inside and not r.reason]
        found = [r for r in found if not reason_to_leave(r.stage) and chosen.q in r.name]
        return Listing(tuple(found[window.offset : window.offset + window.limit]), len(found))

    def leavers(self, key: int) -> tuple[Candidate, ...]:
        members = [self.records[k] for k in self._members(key) if k in self.records]
        return tuple(
            replace(r, reason=reason_to_leave(r.stage, public=r.public))
            for r in members
            if reason_to_leave(r.stage, public=r.public)
        )

    def compare(self, old: int, new: int) -> Comparison:
        lines = self.differences(old, new, Lines(), Window(10**9)).rows
        years = tuple(sorted({*self.edition(old).years, *self.edition(new).years}))
        sides: list[dict[Change, Side]] = []
        for name in ("old", "new"):
            groups: dict[Change, list[PlanEntry]] = {}
            for line in lines:
                if (entry := getattr(line, name)) is not None:
                    groups.setdefault(line.change, []).append(entry)
            sides.append({c: Side(len(g), {y: _measure(g, y) for y in years}) for c, g in groups.items()})
        return Comparison(sides[0], sides[1], sum(bool(line.moves) for line in lines), years)

    def differences(self, old: int, new: int, lines: Lines, window: Window) -> Listing[Difference]:
        before, after = self._members(old), self._members(new)
        years = common_years(self.edition(old), self.edition(new))
        said = self.held[new][1]
        found = [
            Difference(Change.ENTERED, None, after[k], after[k].reason) for k in after if k not in before
        ]
        found += [
            Difference(Change.LEFT, before[k], None, said[k].reason if k in said else "")
            for k in before
            if k not in after
        ]
        found += [
            Difference(Change.KEPT, before[k], after[k], "", moves(before[k], after[k], years))
            for k in before
            if k in after
        ]
        found = [
            line for line in found if lines.change in (None, line.change) and (line.moves or not lines.moved)
        ]
        return Listing(tuple(found[window.offset : window.offset + window.limit]), len(found))

    def propose(self, proposal: Proposal) -> int:
        if not self.allowed.propose:
            raise NotAllowed("不归您编制")
        if self.refuse:
            raise self.refuse
        newest = self._newest(proposal.kind, proposal.area_code)
        if (newest.id if newest else None) != proposal.base_id:
            raise Conflict("已有更新的一版")
        self.proposals.append(proposal)
        entries = self._drafted(proposal)
        changes = [one.change for one in entries.values()]
        key = len(self.held) + 1
        edition = Edition(
            key,
            proposal.kind,
            proposal.area_code,
            proposal.year,
            proposal.title,
            EditionState.PROPOSED,
            NOW,
            base_id=proposal.base_id,
            unit_id="440232",
            unit="乳源瑶族自治县",
            proposed_by="ruyuan",
            conditions=urlencode(proposal.matching.to_params()) if proposal.matching else "",
            kept=changes.count(Change.KEPT),
            entered=changes.count(Change.ENTERED),
            left=changes.count(Change.LEFT),
        )
        self.held[key] = edition, entries
        return key

    def decide(self, key: int, *, publish: bool, remark: str = "") -> Edition:
        if not self.allowed.decide:
            raise NotAllowed("不归您审定")
        if self.refuse:
            raise self.refuse
        edition, entries = self.held[key]
        newest = self._newest(edition.kind, edition.area_code)
        state = EditionState.PUBLISHED if publish else EditionState.REJECTED
        number = ((newest.number or 0) if newest else 0) + 1 if publish else None
        done = replace(
            edition, state=state, number=number, decided_by="shaoguan", decided_at=NOW, remark=remark
        )
        self.held[key] = done, entries
        return done

    def withdraw(self, key: int) -> None:
        edition, entries = self.held[key]
        self.held[key] = replace(edition, state=EditionState.WITHDRAWN, decided_at=NOW), entries

    # ---- for tests ----

    def publish(
        self, kind: EditionKind, *keys: str, area: str = "440232", year: int = 2026, **more: object
    ) -> int:
        """Propose records and publish them at once."""
        newest = self._newest(kind, area)
        entering = {key: Wish("省级统筹") for key in keys}
        base = newest.id if newest else None
        proposal = Proposal(kind, area, year, f"{year}年版", base, entering=entering)
        key = self.propose(replace(proposal, **more))  # type: ignore[arg-type]
        self.proposals.clear()
        return self.decide(key, publish=True).id

    def _drafted(self, proposal: Proposal) -> dict[str, PlanEntry]:
        base = self._members(proposal.base_id) if proposal.base_id else {}
        chosen = {key: wish.reason for key, wish in proposal.entering.items()}
        if proposal.matching is not None:
            chosen |= dict.fromkeys(self.records, proposal.matching_reason)
        if any(key not in self.records for key in chosen):
            raise BadValue("没有这个项目")
        drafted = {key: self._entry(key, Change.ENTERED, why) for key, why in chosen.items()}
        for key, held in base.items():
            drafted[key] = self._entry(key, Change.KEPT, "") if key in self.records else held
        for key, why in proposal.leaving.items():
            drafted[key] = replace(base[key], change=Change.LEFT, reason=why, plan={})
        return drafted

    def _entry(self, key: str, change: Change, reason: str) -> PlanEntry:
        now = self.records[key]
        snapshot = {"name": now.name, "county": now.county, "stage": now.stage, "basis": now.basis}
        snapshot |= {"category": now.category}
        if now.total_investment is not None:
            snapshot["total_investment"] = now.total_investment
        return PlanEntry(key, change, now.plan, snapshot, reason=reason)

    def _members(self, key: int) -> Mapping[str, PlanEntry]:
        return {k: e for k, e in sorted(self.held[key][1].items()) if e.change in MEMBERS}

    def _newest(self, kind: EditionKind, area: str) -> Edition | None:
        found = [one for one in self.editions(kind, area) if one.state is EditionState.PUBLISHED]
        return max(found, key=lambda one: one.number or 0, default=None)


def _measure(entries: Sequence[PlanEntry], year: int) -> Measure:
    planned = [one.plan[year] for one in entries if year in one.plan]
    known = [amount for amount in planned if amount is not None]
    return Measure(len(planned), len(known), sum(known, Decimal(0)))
