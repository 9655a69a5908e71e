"""Long work as the pages see it: jobs with progress, result and cancellation.

``data.wiring.jobs(token)`` is the adapter; a worker process (``python -m data work``) does the work.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Job:
    """One job: what, how far, and what came of it."""

    id: int
    kind: str
    title: str
    state: JobState
    done_steps: int
    all_steps: int | None
    message: str
    result: Mapping[str, Any]
    created_at: datetime
    finished_at: datetime | None

    @property
    def share(self) -> float | None:
        """Progress 0–1, None while its size is not known."""
        return min(1.0, self.done_steps / self.all_steps) if self.all_steps else None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class Jobs(Protocol):
    """Asking for long work; an account sees its own jobs, an administrator all."""

    def submit(self, kind: str, title: str, arguments: Mapping[str, Any]) -> int:
        """Put a job into the queue and return its number."""
        ...

    def job(self, key: int) -> Job:
        """Return a job; raises ``UnknownRecord``."""
        ...

    def mine(self, kind: str = "", limit: int = 20) -> tuple[Job, ...]:
        """Return the newest jobs of this account."""
        ...

    def cancel(self, key: int) -> None:
        """Ask a job to stop: at once when it waits, at its next step when it runs."""
        ...

    def worker_alive(self) -> bool:
        """Whether a worker process is there."""
        ...


class JobEnded(Exception):  # noqa: N818 - reads as what happened
    """The job must not go on here; not an ``AtlasError``, so that nobody takes it for a bad row."""


class JobCancelled(JobEnded):
    """Somebody asked for this job to stop; raised by ``Progress.step``."""


class JobStopped(JobEnded):
    """The worker is being shut down: the job goes back into the queue; raised by ``Progress.step``."""


class Progress(Protocol):
    """What a task is given to report with; ``step`` raises when the job was cancelled."""

    def step(self, done: int, of: int | None = None, message: str = "") -> None:
        """Report progress (written at most about once a second) and stop here when asked to.

        Raises ``JobCancelled`` or ``JobStopped``: a task lets both pass.
        """
        ...
