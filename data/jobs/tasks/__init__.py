"""The kinds of long work: name → module and function, imported when first needed.

The pages submit by name without importing what an import or a geocoder needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Final, cast

from data.jobs.work import Task
from projects.errors import BadValue


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a task stands, and whether it mostly waits for somebody else's server."""

    module: str
    function: str = "run"
    patient: bool = False
    """Patient tasks have a lane of their own: an import never stands behind an hour of geocoding."""


TASKS: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "import_preview": Entry("data.jobs.tasks.import_preview"),
        "import_commit": Entry("data.jobs.tasks.import_commit"),
        "geocode": Entry("data.jobs.tasks.geocode", patient=True),
        "decide": Entry("data.jobs.tasks.decide"),
        "layer_read": Entry("data.jobs.tasks.layer_read"),
        "k_function": Entry("data.jobs.tasks.k_function"),
        "coverage": Entry("data.jobs.tasks.coverage"),
        "siting": Entry("data.jobs.tasks.siting"),
        "monday": Entry("data.jobs.tasks.monday"),
        # Draws and composes, so it stands above this room: named here as text, known to nobody below.
        "pack": Entry("services.pack.job"),
    }
)


def check_kind(kind: str, tasks: Mapping[str, Entry] = TASKS) -> None:
    """Raise ``BadValue`` for a kind of job that this program does not know."""
    if kind not in tasks:
        raise BadValue(f"there is no kind of job {kind!r}; there are {', '.join(sorted(tasks))}")


def load(kind: str, tasks: Mapping[str, Entry] = TASKS) -> Task:
    """Return the task of a kind; raises ``BadValue`` for one that this program does not know."""
    check_kind(kind, tasks)
    entry = tasks[kind]
    return cast(Task, getattr(import_module(entry.module), entry.function))


def kinds(*, patient: bool, tasks: Mapping[str, Entry] = TASKS) -> tuple[str, ...]:
    """Return the names of the patient kinds, or of the others."""
    return tuple(name for name, entry in tasks.items() if entry.patient is patient)
