"""People who order packs in a copy of the library, and parts that misbehave on demand."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from data.database import Database
from data.jobs import worker
from data.jobs.queue import PostgisJobs
from data.jobs.tasks import Entry
from data.settings import Settings
from data.store.packs import FROZEN, PLACE, PostgisPacks, opened_by_link
from projects.filters import ProjectFilter
from projects.packs import KIND, Order, Pack
from projects.work import Job
from services.pack.bench import Bench, Held, Maker, Part
from tests.db import making

TASKS = {KIND: Entry("services.pack.job")}
COUNTY = ProjectFilter(county=("440232",))
DATA = ("geojson", "table_xlsx", "counties")


@dataclass
class Office:
    """A database, a data folder, and people by name."""

    database: Database
    settings: Settings
    tokens: dict[str, str] = field(default_factory=lambda: {"": ""})

    @property
    def place(self) -> Path:
        """Where the packs lie."""
        return self.settings.files_dir / PLACE

    def packs(self, who: str = "") -> PostgisPacks:
        """Return the packs as somebody sees them."""
        return PostgisPacks(self.database, self.tokens[who], self.place, self.settings.pack_keep_days)

    def by_link(self, token: str, fetching: bool = False) -> Pack:
        """Return what a link opens."""
        return opened_by_link(self.database, self.place, token, fetching=fetching)[0].pack

    def jobs(self, who: str) -> PostgisJobs:
        """Return somebody's jobs."""
        return PostgisJobs(self.database, self.tokens[who], TASKS)

    def order(self, who: str = "a", parts: tuple[str, ...] = DATA, **more: object) -> Job:
        """Order a pack and let the worker make it."""
        order = Order(chosen=COUNTY, parts=parts, **more)  # type: ignore[arg-type]
        return self.submit(who, order.arguments())

    def submit(self, who: str, arguments: dict[str, object]) -> Job:
        """Put a job of these arguments into the queue and let the worker do it."""
        key = self.jobs(who).submit(KIND, "材料", arguments)
        worker.run_waiting(self.database, self.settings, TASKS)
        return self.jobs(who).job(key)

    def made(self, who: str = "a", **more: object) -> Pack:
        """Order a pack that has to succeed."""
        job = self.order(who, **more)  # type: ignore[arg-type]
        assert job.state == "done", job.message
        return self.packs(who).pack(job.result["pack"])

    def do(self, query: str, **values: object) -> None:
        """Run a statement as the owner of the tables."""
        with self.database.owning() as connection:
            connection.execute(text(query), values)

    def left(self) -> list[str]:
        """Return what lies in the folders of packs, finished or not."""
        return sorted(f.name for place in (PLACE, FROZEN) for f in self.place.with_name(place).glob("*"))


def staffed(database: Database, folder: Path) -> Office:
    """Return an office with editors of two counties, a viewer, a reviewer of the city, an administrator."""
    office = Office(database, Settings(data_dir=folder))
    people = {
        "a": ("editor", {"unit_id": "440232"}),
        "b": ("editor", {"unit_id": "440281"}),
        "viewer": ("viewer", {}),
        "reviewer": ("reviewer", {"scope_code": "440200"}),
        "admin": ("administrator", {}),
    }
    with database.owning() as connection:
        for name, (role, values) in people.items():
            office.tokens[name] = making.token_of(connection, f"packs-{name}", role, **values)
    return office


def part(make: Maker, key: str = "fake") -> Part:
    """Return a part of a text file."""
    return Part(key, "假材料", "fake", "txt", "text/plain", make)


def honest(bench: Bench, path: Path) -> Held:
    """Write a file that accounts for every record."""
    path.write_text("x")
    return Held(bench.library.count(bench.request.chosen).matched)


def after(first: Callable[[], object], then: Maker = honest, times: int = 1) -> Maker:
    """Return a maker before which something happens, so many times."""
    lock, left = threading.Lock(), [times]

    def make(bench: Bench, path: Path) -> Held:
        with lock:
            left[0] -= 1
            due = left[0] >= 0
        if due:
            first()
        return then(bench, path)

    return make
