"""Jobs and clinics in memory, for tests of pages: what was asked for is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from projects.clinics import Clinic, CountySlots
from projects.errors import BadValue, NotAllowed, UnknownRecord
from projects.work import Job, JobState

NOW = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)


class FakeJobs:
    """``projects.work.Jobs`` over a dictionary."""

    def __init__(self, *jobs: Job) -> None:
        self.known = {job.id: job for job in jobs}
        self.submitted: list[tuple[str, str, Mapping[str, Any]]] = []
        self.alive = True

    def submit(self, kind: str, title: str, arguments: Mapping[str, Any]) -> int:
        key = max(self.known, default=0) + 1
        self.submitted.append((kind, title, arguments))
        self.known[key] = job(key, kind, title=title, state=JobState.WAITING)
        return key

    def job(self, key: int) -> Job:
        if key not in self.known:
            raise UnknownRecord(f"job {key}")
        return self.known[key]

    def mine(self, kind: str = "", limit: int = 20) -> tuple[Job, ...]:
        newest = sorted(self.known.values(), key=lambda one: -one.id)
        return tuple(one for one in newest if kind in ("", one.kind))[:limit]

    def cancel(self, key: int) -> None:
        self.known[key] = replace(self.known[key], state=JobState.CANCELLED)

    def worker_alive(self) -> bool:
        return self.alive


def job(key: int, kind: str, **values: Any) -> Job:
    """Return a job that is done, unless told otherwise."""
    plain: dict[str, Any] = {
        "title": "检查 台账.xlsx",
        "state": JobState.DONE,
        "done_steps": 0,
        "all_steps": None,
        "message": "",
        "result": {},
        "created_at": NOW,
        "finished_at": None,
    }
    return Job(key, kind, **(plain | values))


class FakeClinics:
    """``projects.clinics.Clinics`` over one county."""

    def __init__(
        self, county: str = "440232", *clinics: Clinic, total: int = 831, elsewhere: int = 0
    ) -> None:
        self.own, self.total, self.elsewhere = county, total, elsewhere
        self.rows = {clinic.project_id: clinic for clinic in clinics}
        self.claimed = 0
        self.programme = True

    @property
    def placed(self) -> int:
        return sum(clinic.slot is not None for clinic in self.rows.values())

    def county(self, county_code: str) -> CountySlots | None:
        if not self.programme:
            return None
        rest = self.total - self.claimed - self.placed - self.elsewhere
        return CountySlots(
            "SG-0028", "公建民营村卫生室建设", self.total, rest, self.claimed, self.placed, self.elsewhere
        )

    def clinics(self, county_code: str) -> tuple[Clinic, ...]:
        return tuple(self.rows.values())

    def claim(self, programme_id: str, county_code: str, count: int) -> int:
        if county_code != self.own:
            raise NotAllowed(f"{county_code} 不属于您的单位")
        self.claimed += count
        return self.claimed

    def release(self, programme_id: str, county_code: str, count: int) -> int:
        self.claimed -= count
        return self.claimed

    def place(self, project_id: str) -> int:
        if not self.claimed:
            raise BadValue(f"{project_id} 没有可用的名额")
        self.claimed -= 1
        number = self.placed + 1
        self.rows[project_id] = replace(
            self.rows[project_id], slot=number, confirmed_by="ruyuan", confirmed_on="2026-05-06"
        )
        return number

    def free(self, project_id: str) -> None:
        self.claimed += 1
        self.rows[project_id] = replace(self.rows[project_id], slot=None, confirmed_by="", confirmed_on="")
