"""The job table: who may ask, see and cancel; progress, ends, and every way in which a worker can die."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from data import migrate
from data.cluster import Cluster
from data.database import Database
from data.jobs import upkeep, worker
from data.jobs.line import JobLost, Line
from data.jobs.queue import PostgisJobs, overview, storable
from data.jobs.work import folder_of
from data.settings import Settings
from projects.errors import AtlasError, BadValue, NotAllowed, SignInNeeded, StorageUnavailable, UnknownRecord
from projects.work import JobState
from tests.conftest import FAST
from tests.db import making
from tests.db.copies import copy_of, database_named
from tests.db.job_tasks import TASKS
from tests.paths import ROOT

pytestmark = pytest.mark.db

MAX = 3
PROCESS = """
import json, logging, signal, sys, threading
from pathlib import Path
from data.database import Database
from data.jobs import worker
from data.settings import Settings
from tests.db.job_tasks import TASKS
given, stop = json.loads(sys.argv[1]), threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
settings = Settings(ATLAS_DATA_DIR=given["folder"], **given.get("settings", {}))
worker.run(Database(given["app"], given["owner"]), settings, stop, TASKS)
"""
COMMAND = """
import argparse
from data.cli import work
top = argparse.ArgumentParser()
work.add_to(top.add_subparsers())
given = top.parse_args(["work", "--once"])
given.run(given)
"""


@dataclass
class Office:
    """A database with three accounts, and a data folder."""

    database: Database
    settings: Settings
    tokens: dict[str, str]

    def jobs(self, name: str = "ed") -> PostgisJobs:
        return PostgisJobs(self.database, self.tokens[name], TASKS)

    def submit(self, kind: str, name: str = "ed", **arguments: Any) -> int:
        return self.jobs(name).submit(kind, f"试验 {kind}", arguments)

    def work(self) -> int:
        return worker.run_waiting(self.database, self.settings, TASKS)

    def row(self, key: int) -> Any:
        with self.database.owning() as connection:
            return connection.execute(text("SELECT * FROM job WHERE id = :key"), {"key": key}).one()

    def scalar(self, query: str) -> Any:
        with self.database.owning() as connection:
            return connection.scalar(text(query))


@pytest.fixture(scope="module")
def shared(
    cluster: Cluster, library_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    with copy_of(cluster, library_database) as database:
        with database.owning() as connection:
            tokens = {
                "ed": making.token_of(connection, "ed", "editor", unit_id="440232"),
                "other": making.token_of(connection, "other", "editor", unit_id="440203"),
                "ad": making.token_of(connection, "ad", "administrator"),
            }
        yield Office(database, Settings(ATLAS_DATA_DIR=tmp_path_factory.mktemp("data")), tokens)


@pytest.fixture
def office(shared: Office) -> Iterator[Office]:
    yield shared
    with shared.database.owning() as connection:
        connection.execute(text("DELETE FROM job"))


@contextmanager
def working(office: Office) -> Iterator[threading.Event]:
    """Run a worker in threads until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(office.database, office.settings, stop, TASKS))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


@contextmanager
def process(office: Office, *, seconds: float = 60) -> Iterator[subprocess.Popen[bytes]]:
    """Run a real worker process over the same database and folder."""
    given = {
        "app": office.database._app.url.render_as_string(hide_password=False),
        "owner": office.database.owner.url.render_as_string(hide_password=False),
        "folder": str(office.settings.data_dir),
    }
    started = subprocess.Popen(
        [sys.executable, "-c", PROCESS, json.dumps(given)], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.wait(seconds)


def until(condition: Callable[[], Any], seconds: float = 30.0) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come to pass in time")


# ---- asking ----


def test_a_job_waits_then_runs_then_has_a_result(office: Office) -> None:
    key = office.submit("count", to=3)
    waiting = office.jobs().job(key)
    assert (waiting.state, waiting.title, waiting.share, waiting.over) == (
        JobState.WAITING, "试验 count", None, False,
    )  # fmt: skip
    assert office.work() == 1
    done = office.jobs().job(key)
    assert (done.state, done.result, done.share) == (JobState.DONE, {"counted": 3, "begun": 1}, 1.0)
    assert done.finished_at and done.finished_at >= done.created_at


def test_an_account_sees_its_own_jobs_and_an_administrator_any(office: Office) -> None:
    mine, other = office.submit("count", to=1), office.submit("who", "other")
    assert [j.id for j in office.jobs().mine()] == [mine]
    assert office.jobs().mine("who") == ()
    with pytest.raises(UnknownRecord):
        office.jobs().job(other)
    with pytest.raises(UnknownRecord):
        office.jobs().cancel(other)
    assert office.jobs("ad").job(other).kind == "who"
    office.jobs("ad").cancel(other)
    assert office.row(other).state == "cancelled"


def test_nobody_asks_without_a_session(office: Office) -> None:
    for token in ("", "forged-token-of-nobody-0123456789-0123456789"):
        with pytest.raises(SignInNeeded):
            PostgisJobs(office.database, token, TASKS).submit("count", "x", {"to": 1})
        with pytest.raises(AtlasError):
            PostgisJobs(office.database, token, TASKS).mine()


def test_an_unknown_kind_is_refused_before_it_waits_for_ever(office: Office) -> None:
    with pytest.raises(BadValue, match="no kind of job 'format_disk'"):
        office.submit("format_disk")


def test_the_app_role_cannot_write_the_table_past_the_functions(office: Office) -> None:
    key = office.submit("count", to=1)
    for statement in (
        "UPDATE job SET state = 'done', result = '{}'",
        "UPDATE job SET cancel_asked = true",
        "INSERT INTO job (kind, arguments, account_id) VALUES ('count', '{}', acting_account())",
        "DELETE FROM job",
        "SELECT * FROM job_claim(ARRAY['count'], 3, '')",
        "SELECT * FROM geocode_answer",
    ):
        with pytest.raises((NotAllowed, ProgrammingError)), office.database.writing(office.tokens["ed"]) as c:
            c.execute(text(statement))
    assert office.row(key).state == "waiting"


def test_one_account_cannot_fill_the_queue(office: Office) -> None:
    for _ in range(20):
        office.submit("count", to=1)
    with pytest.raises(BadValue, match="20"):
        office.submit("count", to=1)
    assert office.submit("count", "other", to=1)


def test_what_postgresql_cannot_keep_is_taken_out_or_refused(office: Office) -> None:
    assert storable({"a\0": ["\0b", "\\u0000", 1.5, None, True]}) == {"a": ["b", "\\u0000", 1.5, None, True]}
    with pytest.raises(ValueError):
        storable(float("nan"))
    key = office.jobs().submit("count", "标\0题", {"to": 1, "note": "\0"})
    assert office.jobs().job(key).title == "标题"


# ---- running ----


def test_a_task_acts_as_the_account_that_asked_and_its_session_ends_with_it(office: Office) -> None:
    key = office.submit("who", "other")
    office.work()
    result = office.jobs("other").job(key).result
    assert (result["role"], result["name"], result["units"]) == ("atlas_app", "other", ["440203"])
    with pytest.raises(SignInNeeded), office.database.reading(result["token"]):
        pass
    assert (
        office.scalar("SELECT count(*) FROM account_session WHERE kind = 'job' AND revoked_at IS NULL") == 0
    )


def test_a_disabled_account_works_no_more(office: Office) -> None:
    key = office.submit("who")
    with office.database.owning() as connection:
        connection.execute(text("UPDATE account SET disabled_at = now() WHERE name = 'ed'"))
    office.work()
    with office.database.owning() as connection:
        connection.execute(text("UPDATE account SET disabled_at = NULL WHERE name = 'ed'"))
    assert office.row(key).state == "failed" and "停用" in office.row(key).message


def test_a_wrong_value_fails_with_its_own_sentence(office: Office) -> None:
    key = office.submit("refuse")
    office.work()
    job = office.jobs().job(key)
    assert (job.state, job.message) == (JobState.FAILED, "第 3 行：'abc' 不是数字")


@pytest.mark.parametrize("kind", ["break", "no_json"])
def test_a_fault_of_the_program_fails_the_job_and_not_the_worker(office: Office, kind: str) -> None:
    key, after = office.submit(kind), office.submit("count", to=1)
    assert office.work() == 2
    job = office.jobs().job(key)
    assert job.state is JobState.FAILED
    assert str(key) in job.message and "secret" not in job.message
    assert office.jobs().job(after).state is JobState.DONE


def test_a_full_disk_is_said_so_without_naming_places(office: Office) -> None:
    key = office.submit("full")
    office.work()
    job = office.jobs().job(key)
    assert job.state is JobState.FAILED
    assert "No space left" in job.message and "secret" not in job.message


def test_progress_is_seen_while_it_runs_and_written_about_once_a_second(office: Office) -> None:
    written: list[int] = []
    with working(office):
        key = office.submit("count", to=250, pause=0.01)

        def seen() -> bool:
            job = office.jobs().job(key)
            written.append(job.done_steps)
            return job.over

        until(seen)
    shares = sorted(set(written))
    assert 3 <= len(shares) <= 6, shares
    assert written == sorted(written) and shares[-1] == 250


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_step(office: Office) -> None:
    waiting = office.submit("count", to=1)
    office.jobs().cancel(waiting)
    assert office.jobs().job(waiting).over and office.work() == 0
    with working(office):
        running = office.submit("count", to=1000, pause=0.05)
        until(lambda: office.jobs().job(running).state is JobState.RUNNING)
        office.jobs().cancel(running)
        until(lambda: office.jobs().job(running).over, 5)
    job = office.jobs().job(running)
    assert job.state is JobState.CANCELLED and job.message == "已取消"
    office.jobs().cancel(running)
    assert office.jobs().job(running) == job, "cancelling what is over changes nothing"


def test_work_that_waits_for_others_does_not_hold_up_the_rest(office: Office) -> None:
    with working(office):
        patient = office.submit("wait", to=1000, pause=0.05)
        until(lambda: office.jobs().job(patient).state is JobState.RUNNING)
        started = time.monotonic()
        quick = office.submit("count", to=1)
        until(lambda: office.jobs().job(quick).over)
        assert time.monotonic() - started < 3
        assert not office.jobs().job(patient).over
    assert office.row(patient).state == "waiting"


def test_two_workers_never_run_one_job_twice(office: Office) -> None:
    keys = [office.submit("count", to=2) for _ in range(15)]
    threads = [threading.Thread(target=office.work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [office.jobs().job(key).result["begun"] for key in keys] == [1] * 15


# ---- dying ----


def test_pages_know_whether_a_worker_is_there(office: Office) -> None:
    assert not office.jobs().worker_alive()
    with process(office) as running:
        until(office.jobs().worker_alive)
        running.kill()
        until(lambda: not office.jobs().worker_alive(), 5)


def test_asked_to_end_a_worker_puts_its_job_back_and_the_next_one_finishes_it(office: Office) -> None:
    key = office.submit("count", to=100, pause=0.05)
    with process(office) as running:
        until(lambda: office.row(key).state == "running" and office.row(key).done_steps > 0)
        running.send_signal(signal.SIGTERM)
        assert running.wait(10) == 0
    row = office.row(key)
    assert (row.state, row.attempts) == ("waiting", 0), "an orderly end is no attempt"
    assert office.work() == 1
    assert office.jobs().job(key).result == {"counted": 100, "begun": 2}


def test_the_job_of_a_killed_worker_is_taken_up_at_once(office: Office) -> None:
    key = office.submit("count", to=60, pause=0.05)
    with process(office) as running:
        until(lambda: office.row(key).done_steps > 0)
        running.kill()
        running.wait()
    assert office.row(key).state == "running", "nobody could write that it is not"
    started = time.monotonic()
    assert office.work() == 1
    assert time.monotonic() - started < 10
    assert office.jobs().job(key).result["begun"] == 2
    assert office.row(key).attempts == 2


def test_a_job_under_which_every_worker_dies_comes_to_an_end_with_a_sentence(office: Office) -> None:
    key, after = office.submit("die"), office.submit("count", to=1)
    for _ in range(MAX):
        with process(office) as running:
            running.wait(30)
    assert office.work() == 1
    job = office.jobs().job(key)
    assert job.state is JobState.FAILED and "3 次" in job.message
    assert office.jobs().job(after).state is JobState.DONE


def test_cancelled_while_its_worker_is_dead_it_ends_cancelled(office: Office) -> None:
    key = office.submit("count", to=600, pause=0.05)
    with process(office) as running:
        until(lambda: office.row(key).done_steps > 0)
        running.kill()
        running.wait()
    office.jobs().cancel(key)
    assert office.work() == 0
    assert office.jobs().job(key).state is JobState.CANCELLED


def test_a_worker_whose_job_was_taken_by_another_writes_nothing_more(office: Office) -> None:
    """A computer that slept through a lunch break wakes up and goes on where it was."""
    key = office.submit("count", to=1)
    asleep, awake = Line(office.database.owner), Line(office.database.owner)
    assert asleep.claim(["count"])
    assert awake.claim(["count"]) is None, "the first still holds it"
    asleep.close()  # the server has dropped the connection of the sleeping computer
    taken = until(lambda: awake.claim(["count"]))
    assert (taken.id, taken.attempt) == (key, 2)
    with pytest.raises(JobLost):
        asleep.report(1, 1, "")
    asleep.finish(JobState.DONE, "", {"wrong": 1})
    assert office.row(key).result is None
    awake.finish(JobState.DONE, "", {"right": 1})
    assert office.row(key).result == {"right": 1}
    asleep.close()
    awake.close()


def test_a_database_that_is_away_is_tried_again_but_not_for_ever(office: Office) -> None:
    twice, always = office.submit("away", times=2), office.submit("away", times=9)
    office.work()
    assert office.jobs().job(twice).result == {"begun": 3}
    job = office.jobs().job(always)
    assert job.state is JobState.FAILED and "does not answer" in job.message


def _cut_off(office: Office) -> None:
    """End every connection of the worker, as a restart of the server does."""
    with office.database.owning() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                 " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user")
        )  # fmt: skip


def test_a_restart_of_the_database_costs_neither_the_job_nor_the_worker(office: Office) -> None:
    with working(office):
        key = office.submit("count", to=60, pause=0.05)
        until(lambda: office.row(key).done_steps > 0)
        _cut_off(office)
        until(lambda: office.row(key).state == "done")
        assert office.row(key).result == {"counted": 60, "begun": 1}, "the lane took its own job up again"
        _cut_off(office)
        after = office.submit("count", to=1)
        until(lambda: office.row(after).state == "done")


# ---- clearing away ----


def test_files_of_old_jobs_go_and_others_stay(office: Office) -> None:
    old, fresh, waiting = (office.submit("count", to=1) for _ in range(3))
    office.work()
    with office.database.owning() as connection:
        connection.execute(
            text("UPDATE job SET finished_at = now() - interval '31 days' WHERE id = :key"), {"key": old}
        )
        connection.execute(
            text("UPDATE job SET finished_at = NULL, state = 'waiting' WHERE id = :key"), {"key": waiting}
        )
    strange, newer = folder_of(office.settings, 1_999_999), folder_of(office.settings, 1_999_998)
    for folder in (strange, newer):
        folder.mkdir()
    os.utime(strange, (0, 0))
    beside = office.settings.data_dir / "jobs" / "notes"
    beside.mkdir(exist_ok=True)
    assert upkeep.clean(office.database, office.settings) == 2
    gone, kept = (
        [folder_of(office.settings, old), strange],
        [folder_of(office.settings, fresh), beside, newer],
    )
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in [*kept, folder_of(office.settings, waiting)])
    assert oct(folder_of(office.settings, fresh).stat().st_mode & 0o777) == "0o700"
    assert office.jobs().job(old).state is JobState.DONE


def test_uploads_that_no_job_may_ask_for_go_and_others_stay(office: Office) -> None:
    place = office.settings.data_dir / upkeep.UPLOADS
    place.mkdir(exist_ok=True)
    old, fresh, waiting = (office.submit("count", to=1) for _ in range(3))
    office.work()
    names = ("old", "fresh", "waiting", "made", "nobodys", "new")
    for name in names:
        (place / f"{name}.xlsx").write_bytes(b"x")
        if name != "new":
            os.utime(place / f"{name}.xlsx", (0, 0))
    with office.database.owning() as connection:
        for key, name in ((old, "old"), (fresh, "fresh"), (waiting, "waiting")):
            connection.execute(_NAME_FILE, {"key": key, "file": f"{name}.xlsx"})
        connection.execute(
            text("""UPDATE job SET result = '{"returned": "made.xlsx"}' WHERE id = :key"""), {"key": fresh}
        )
        connection.execute(
            text("UPDATE job SET finished_at = now() - interval '31 days' WHERE id = :key"), {"key": old}
        )
        connection.execute(
            text("UPDATE job SET finished_at = NULL, state = 'waiting' WHERE id = :key"), {"key": waiting}
        )
    upkeep.clean(office.database, office.settings)
    assert sorted(file.stem for file in place.iterdir()) == ["fresh", "made", "new", "waiting"]


_NAME_FILE = text(
    "UPDATE job SET arguments = arguments || jsonb_build_object('file', CAST(:file AS text)) WHERE id = :key"
)


def test_the_command_does_what_waits_and_ends(office: Office, tmp_path: Path) -> None:
    url = office.database.owner.url.render_as_string(hide_password=False)
    environment = {**os.environ, "ATLAS_DATA_DIR": str(tmp_path), "DATABASE_URL": url.replace("+psycopg", "")}
    done = subprocess.run(
        [sys.executable, "-c", COMMAND],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "0 jobs done\n"), done.stderr


def test_what_status_tells_of_jobs(office: Office) -> None:
    office.submit("count", to=1)
    office.submit("refuse")
    with office.database.owning() as connection:
        assert overview(connection) == {
            "worker_alive": False, "waiting": 2, "running": 0, "done": 0, "failed": 0, "cancelled": 0,
        }  # fmt: skip
    office.work()
    with office.database.owning() as connection:
        found = overview(connection)
    assert (found["waiting"], found["done"], found["failed"]) == (0, 1, 1)


def test_a_database_that_is_not_set_up_is_said_so_and_waited_for(cluster: Cluster) -> None:
    with database_named(cluster, f"bare_{uuid.uuid4().hex}") as bare:
        line = Line(bare.owner)
        with pytest.raises(StorageUnavailable, match="data init"):
            line.claim(["count"])
        line.close()


def test_a_server_that_is_stopped_and_started_again_is_waited_for(scratch: Path) -> None:
    """The whole server, not only its connections: stopped under a running job, away for a while, back."""
    own = Cluster(scratch / "cluster", settings=FAST)
    urls = own.ensure()
    database = Database(urls.app, urls.owner)
    migrate.upgrade(database.owner)
    with database.owning() as connection:
        token = making.token_of(connection, "ad", "administrator")
    office = Office(database, Settings(ATLAS_DATA_DIR=scratch / "data"), {"ad": token})
    with working(office):
        key = office.submit("count", "ad", to=40, pause=0.05)
        until(lambda: office.row(key).done_steps > 0)
        own.stop("immediate")
        time.sleep(3)
        own.ensure()
        until(lambda: office.row(key).state == "done", 40)
    assert office.row(key).result["counted"] == 40
    database.dispose()
