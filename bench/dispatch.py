"""Every question of the page *Monthly dispatch* over a library of 50,000 projects, as anonymous.

The library is made by ``python -m bench.library FOLDER``. Each question runs under the row-level security of
a reader who has not signed in, once to warm up and then ``ROUNDS`` times; the median counts, for the whole
library, a prefecture and a category. Run: ``python -m bench.dispatch FOLDER [NAME]``.
"""

import json
import statistics
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Final

from bench.library import NAME
from data.cluster import Cluster
from data.database import Database
from data.store.lifecycle.schedule import PostgisSchedule
from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import Reference
from projects.lifecycle.ports import By, Kind
from projects.lifecycle.yearly import YearlyClass
from tests.conftest import FAST

ROUNDS: Final = 5
WHEN: Final = Reference(date(2026, 11, 22), 25)
CASES: Final = {
    "all": ProjectFilter(),
    "prefecture": ProjectFilter(prefecture=("440200",)),
    "elderly care": ProjectFilter.model_validate({"category": ("elderly_care",)}),
}


def questions(schedule: PostgisSchedule) -> Mapping[str, Callable[[ProjectFilter], object]]:
    """Return what the parts of the page ask, by name; each part also asks for the first."""
    return {
        "by unit": lambda chosen: schedule.summary(chosen, WHEN, By.UNIT),
        "by county": lambda chosen: schedule.summary(chosen, WHEN, By.COUNTY),
        "by lead": lambda chosen: schedule.summary(chosen, WHEN, By.LEAD),
        "overdue": lambda chosen: schedule.details(chosen, WHEN, Kind.OVERDUE),
        "due": lambda chosen: schedule.details(chosen, WHEN, Kind.DUE_90),
        "silent": lambda chosen: schedule.details(chosen, WHEN, Kind.NEVER_REPORTED),
        "clashes": lambda chosen: schedule.contradictions(chosen, WHEN),
        "classes": lambda chosen: schedule.classes(chosen, 2026),
        "of class": lambda chosen: schedule.of_class(chosen, 2026, YearlyClass.NEW_START),
        "key lists": lambda chosen: schedule.key_projects(chosen, 2026),
        "sheets": lambda chosen: schedule.sheets(chosen, WHEN),
    }


def measure(schedule: PostgisSchedule, chosen: ProjectFilter) -> dict[str, float]:
    """Return milliseconds per question."""
    found = {}
    for name, ask in questions(schedule).items():
        ask(chosen)
        found[name] = 1000 * statistics.median(_seconds(ask, chosen) for _ in range(ROUNDS))
    return found


def _seconds(ask: Callable[[ProjectFilter], object], chosen: ProjectFilter) -> float:
    begun = perf_counter()
    ask(chosen)
    return perf_counter() - begun


def main(folder: str, name: str = NAME) -> None:
    """Measure and report one line per case."""
    cluster = Cluster(Path(folder).resolve(), settings=FAST)
    cluster.ensure()
    urls = cluster.urls(name)
    database = Database(urls.app, urls.owner)
    try:
        for case, chosen in CASES.items():
            found = measure(PostgisSchedule(database), chosen)
            print(json.dumps({"case": case, "ms": {k: round(v, 1) for k, v in found.items()}}))
    finally:
        database.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
