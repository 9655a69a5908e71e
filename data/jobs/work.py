"""What a task is given: the job it runs for, and the means to act with the rights of the job's account."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.database import Database
from data.settings import Settings
from projects.work import Progress

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Work:
    """One run of one job."""

    database: Database
    token: str = field(repr=False)
    """A session of the job's account, ended with the run: ``database.reading(token)``, ``writing(token)``."""
    settings: Settings
    folder: Path
    """The job's own folder, made; kept 30 days after the job is over."""
    job_id: int
    account_id: int


Task = Callable[[Work, Mapping[str, Any], Progress], Mapping[str, Any]]
"""Does the work and returns its result as JSON (1 MB or less; what is larger goes into files).

A task may be run again from its beginning after a power cut: what it writes to the library is one
transaction, and it looks first whether ``change_set.job_id`` already names its job.
"""


def folder_of(settings: Settings, job_id: int) -> Path:
    """Return the folder of a job's files, whether or not it exists."""
    return settings.files_dir / "jobs" / str(job_id)


def make_folder(settings: Settings, job_id: int) -> Path:
    """Return the folder of a job's files, made, open to this user only."""
    folder = folder_of(settings, job_id)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
