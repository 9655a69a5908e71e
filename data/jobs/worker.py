"""The worker process: takes jobs out of the table and runs their tasks, one after the other in each lane.

Two lanes, so that work of this program never waits behind work that waits for somebody else's server. One
line in the log per job. ``stop`` set (SIGTERM): the step under way is finished and the job goes back into
the queue; killed: the job is taken up again by the next worker; the database gone: waited for.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from data.about import About, about
from data.backups.nightly import Nights
from data.database import Database
from data.jobs import sessions, upkeep
from data.jobs.line import MAX_ATTEMPTS, Claimed, JobLost, Line
from data.jobs.tasks import TASKS, Entry, kinds, load
from data.jobs.work import Work, make_folder
from data.rounds.weekly import Clock
from data.settings import Settings
from projects.errors import AtlasError, StorageUnavailable
from projects.work import JobCancelled, JobState, JobStopped

_log = logging.getLogger(__name__)

WRITE_EVERY_S: Final = 1.0
LISTEN_S: Final = 1.0
LOOK_EVERY_S: Final = 5.0
"""A submitted job is heard of at once; one whose worker was killed is found within so long."""
WAIT_FOR_DATABASE_S: Final = (1.0, 15.0)
HOLD_RESULT_S: Final = 120.0
UPKEEP_EVERY_S: Final = 24 * 3600.0
SCHEDULE_EVERY_S: Final = 30.0

CANCELLED_ZH: Final = "已取消"
_SURPRISE_ZH: Final = "程序出错，工作没有完成。请把工作编号 {id} 告诉管理员，详情在服务器日志中。"
_DISK_ZH: Final = (
    "服务器上的文件不能读写（{why}），工作没有完成。请管理员检查磁盘空间和文件夹权限，然后重新提交。"
)


class Reporter:
    """The ``Progress`` of one run: writes once a second, and ends the task when it is asked to."""

    def __init__(self, line: Line, stop: threading.Event) -> None:
        self._line, self._stop = line, stop
        self._written = float("-inf")

    def step(self, done: int, of: int | None = None, message: str = "") -> None:
        """Report; raises ``JobCancelled``, ``JobStopped``, or ``JobLost`` when another worker has the job."""
        if self._stop.is_set():
            raise JobStopped("the worker is being shut down")
        now = time.monotonic()
        if now - self._written < WRITE_EVERY_S:
            return
        self._written = now
        if self._line.report(done, of, message):
            raise JobCancelled(CANCELLED_ZH)


class Lane:
    """Runs jobs of some kinds, one at a time, over a line of its own."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        stop: threading.Event,
        names: Sequence[str],
        tasks: Mapping[str, Entry] = TASKS,
    ) -> None:
        self._database, self._settings, self._stop = database, settings, stop
        self._names, self._tasks = names, tasks
        self._line = Line(database.owner)

    def run(self) -> None:
        """Run jobs until ``stop`` is set; a database that is away is waited for."""
        pause = 0.0
        while not self._stop.is_set():
            try:
                if not self.run_next():
                    self._listen()
                pause = 0.0
            except StorageUnavailable as error:
                if not pause:  # said once, not at every look
                    _log.warning("%s; waiting for it", error)
                pause = min(max(2 * pause, WAIT_FOR_DATABASE_S[0]), WAIT_FOR_DATABASE_S[1])
                self._stop.wait(pause)
        self._line.close()

    def run_waiting(self) -> int:
        """Run every job that waits and return how many were run."""
        count = 0
        while not self._stop.is_set() and self.run_next():
            count += 1
        self._line.close()
        return count

    def run_next(self) -> bool:
        """Run the next job to its end; whether there was one."""
        job = self._line.claim(self._names)
        if job is None:
            return False
        with about(About(job=job.id, account=job.account_id)):
            self._run_and_tell(job)
        return True

    def _run_and_tell(self, job: Claimed) -> None:
        started = time.monotonic()
        try:
            outcome = self._outcome(job)
        except JobLost as lost:
            outcome = str(lost)
        _log.info(
            "job %d %s: %s in %.1f s (attempt %d, account %d)",
            *(job.id, job.kind, outcome, time.monotonic() - started, job.attempt, job.account_id),
        )

    def _listen(self) -> None:
        until = time.monotonic() + LOOK_EVERY_S
        while not self._stop.is_set() and time.monotonic() < until:
            if self._line.wait(LISTEN_S):
                return

    def _outcome(self, job: Claimed) -> str:
        """Run a job and write its end; what cannot be written now is found by whoever takes the job up."""
        try:
            result = self._run_task(job)
        except JobStopped:
            self._line.put_back(counted=False)
            return "put back"
        except JobLost:
            raise
        except StorageUnavailable as error:
            return self._again(job, error)
        except Exception as error:  # noqa: BLE001 - whatever a task does wrong is the end of this job only
            return self._end(*_failure(job, error))
        return self._done(job, result)

    def _run_task(self, job: Claimed) -> Mapping[str, object]:
        task = load(job.kind, self._tasks)
        with sessions.opened(self._database, job.account_id) as token:
            folder = make_folder(self._settings, job.id)
            work = Work(self._database, token, self._settings, folder, job.id, job.account_id)
            return task(work, job.arguments, Reporter(self._line, self._stop))

    def _done(self, job: Claimed, result: Mapping[str, object]) -> str:
        try:
            return self._end(JobState.DONE, "", result)
        except (TypeError, ValueError):
            _log.exception("job %d %s gave a result that is no JSON", job.id, job.kind)
            return self._end(JobState.FAILED, _SURPRISE_ZH.format(id=job.id))

    def _again(self, job: Claimed, error: StorageUnavailable) -> str:
        """Try again later what failed only because the database was away, but not for ever."""
        if job.attempt >= MAX_ATTEMPTS:
            return self._end(JobState.FAILED, str(error))
        self._line.put_back(counted=True)
        self._stop.wait(WAIT_FOR_DATABASE_S[0])
        return f"put back, {error}"

    def _end(self, state: JobState, message: str, result: Mapping[str, object] | None = None) -> str:
        """Write the end of the job; hours of work are not thrown away because the database restarts now."""
        until = time.monotonic() + HOLD_RESULT_S
        while True:
            try:
                self._line.finish(state, message, result)
                return f"{state} ({message})" if message else str(state)
            except StorageUnavailable:
                if self._stop.is_set() or time.monotonic() > until:
                    raise
                self._stop.wait(WAIT_FOR_DATABASE_S[0])


def _failure(job: Claimed, error: Exception) -> tuple[JobState, str]:
    """Return how a job ends that an exception has ended; what only a developer can read goes into the log."""
    if isinstance(error, JobCancelled):
        return JobState.CANCELLED, CANCELLED_ZH
    if isinstance(error, AtlasError):
        return JobState.FAILED, str(error)
    _log.error("job %d %s broke", job.id, job.kind, exc_info=error)
    if isinstance(error, OSError):
        return JobState.FAILED, _DISK_ZH.format(why=error.strerror or type(error).__name__)
    return JobState.FAILED, _SURPRISE_ZH.format(id=job.id)


def run(
    database: Database,
    settings: Settings,
    stop: threading.Event,
    tasks: Mapping[str, Entry] = TASKS,
    revive: Callable[[], object] = lambda: None,
) -> None:
    """Run both lanes until ``stop`` is set, cleaning up once a day and looking at the schedules meanwhile.

    ``revive`` is asked every half minute to see to it that a database of our own that fell over runs again.

    A lane that breaks by a fault of this program ends the other too, and the fault is raised here: the
    process ends and is started anew.
    """
    broken: list[BaseException] = []
    names = [kinds(patient=patient, tasks=tasks) for patient in (False, True)]
    lanes = [Lane(database, settings, stop, chosen, tasks) for chosen in names if chosen]
    threads = [threading.Thread(target=_guarded, args=(lane, stop, broken), daemon=True) for lane in lanes]
    threads.append(threading.Thread(target=Nights(database, settings, stop).run, daemon=True))
    for thread in threads:
        thread.start()
    _log.info("worker ready, %d lanes", len(lanes))
    clock, next_upkeep = Clock(database, settings), float("-inf")
    while not stop.is_set():
        revive()
        if time.monotonic() >= next_upkeep:
            upkeep.safely(database, settings)
            next_upkeep = time.monotonic() + UPKEEP_EVERY_S
        clock.look()
        stop.wait(SCHEDULE_EVERY_S)
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]


def _guarded(lane: Lane, stop: threading.Event, broken: list[BaseException]) -> None:
    try:
        lane.run()
    except Exception as error:  # noqa: BLE001 - handed to the main thread, which ends with it
        broken.append(error)
        stop.set()


def run_waiting(database: Database, settings: Settings, tasks: Mapping[str, Entry] = TASKS) -> int:
    """Run every job that waits, here and now, and return how many (``--once``, and for tests)."""
    return Lane(database, settings, threading.Event(), tuple(tasks), tasks).run_waiting()
