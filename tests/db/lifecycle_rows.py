"""Random projects with dated steps, written to the database and held in memory to compare the two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import Connection, text

from projects.codes import MilestoneCode, Stage
from projects.lifecycle.dispatch import OFFICE_TIME, Light, Reference, light
from projects.lifecycle.steps import Dates, Milestones, is_over, overdue
from tests.db import making

TODAY = date(2026, 6, 10)
UNITS = ("440232", "440203", "440204")


@dataclass(frozen=True)
class Made:
    """One record as it was written."""

    id: str
    stage: str
    unit: str
    milestones: Milestones
    filed_at: datetime | None

    def light(self, when: Reference) -> Light:
        """The light by the rule in Python."""
        late = overdue(self.milestones, when.today)
        return light(
            over=is_over(self.stage, self.milestones, when.today),
            reported=bool(self.milestones),
            days_late=max(late.values(), default=0),
            missed=self.filed_at is None or self.filed_at < when.before_last_at,
        )


def record(
    connection: Connection,
    stage: str = Stage.UNKNOWN,
    milestones: Milestones | None = None,
    *,
    unit: str = "440232",
    filed: date | None = None,
    **values: object,
) -> Made:
    """Write one record; ``filed`` is the day on which an office is said to have written it."""
    at = datetime.combine(filed, datetime.min.time(), OFFICE_TIME) if filed else None
    stamps: dict[str, object] = {"updated_by": "bianji", "updated_at": at} if at else {}
    key = making.project(
        connection, stage=str(stage), county_code=unit, owner_unit_id=unit, **stamps, **values
    )
    for code, dates in (milestones or {}).items():
        making.insert(
            connection,
            "milestone",
            {
                "project_id": key,
                "code": str(code),
                "planned_on": dates.planned,
                "actual_on": dates.actual,
                "basis": "reported",
            },
        )
    return Made(key, str(stage), unit, milestones or {}, at)


def random_records(connection: Connection, seed: int, how_many: int = 120) -> Sequence[Made]:
    """Write records whose stages and dates agree and clash as chance has it."""
    rng = Random(seed)
    return [
        record(
            connection,
            rng.choice(list(Stage)),
            random_steps(rng),
            unit=rng.choice(UNITS),
            filed=rng.choice((None, TODAY - timedelta(days=rng.randint(0, 90)))),
        )
        for _ in range(how_many)
    ]


def random_steps(rng: Random) -> Milestones:
    """Return up to six steps around ``TODAY``, each with one day or both."""
    codes = rng.sample(list(MilestoneCode), rng.randint(0, 6))
    return {code: Dates(*rng.choice((_both, _planned, _actual))(rng)) for code in codes}


def _both(rng: Random) -> tuple[date | None, date | None]:
    return _around(rng), _around(rng)


def _planned(rng: Random) -> tuple[date | None, date | None]:
    return _around(rng), None


def _actual(rng: Random) -> tuple[date | None, date | None]:
    return None, _around(rng)


def _around(rng: Random) -> date:
    return TODAY + timedelta(days=rng.choice((rng.randint(-100, 100), rng.randint(-900, 900))))


def filed_at(connection: Connection, key: str) -> datetime | None:
    """Return when an office last wrote a record, as the database holds it."""
    found: datetime | None = connection.scalar(
        text("SELECT filed_at FROM project_schedule WHERE project_id = :key"), {"key": key}
    )
    return found
