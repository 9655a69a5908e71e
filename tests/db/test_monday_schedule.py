"""The Monday list by schedule, by job and on the command line: once, made up, as whom."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from data import cli, settings, wiring
from data.cluster import Cluster
from data.database import Database
from data.jobs import process, upkeep, worker
from data.jobs.queue import PostgisJobs
from data.jobs.tasks import TASKS, monday
from data.jobs.work import Work
from data.rounds.weekly import Clock
from data.settings import Settings
from projects.errors import BadValue
from projects.lifecycle.dispatch import OFFICE_TIME
from projects.rounds import KIND
from projects.work import JobState
from tests.db.copies import copy_of
from tests.db.rounds_world import A, B, Office, staffed

pytestmark = pytest.mark.db
SEVEN = datetime(2026, 11, 23, 7, 0, tzinfo=OFFICE_TIME)
"""A Monday."""


@pytest.fixture(scope="module")
def copied(cluster: Cluster, library_database: Database) -> Iterator[tuple[Database, dict[str, str]]]:
    with copy_of(cluster, library_database) as database:
        tokens = staffed(database, Path("unused")).tokens
        with database.owning() as connection:
            # One unit holds records and none owes figures: a round of all of them is quick.
            connection.exec_driver_sql(
                "UPDATE project SET owner_unit_id = NULL WHERE owner_unit_id IS NOT NULL"
            )
            connection.exec_driver_sql(
                "UPDATE project SET owner_unit_id = '440232' WHERE id IN (SELECT id FROM project LIMIT 2)"
            )
            connection.exec_driver_sql("UPDATE target SET area_code = '999999'")
        yield database, tokens


@pytest.fixture
def office(copied: tuple[Database, dict[str, str]], tmp_path: Path) -> Iterator[Office]:
    database, tokens = copied
    made = Office(database, Settings(data_dir=tmp_path, monday_list="mon 07:00"), tokens)
    made.do("DELETE FROM monday_round")
    made.do("DELETE FROM job")
    made.do("UPDATE account SET disabled_at = NULL WHERE role = 'administrator'")
    yield made


def at(office: Office, now: datetime) -> Clock:
    """Return the clock of a worker that begins now."""
    return Clock(office.database, office.settings, lambda: now)


def work_off(office: Office) -> int:
    return worker.run_waiting(office.database, office.settings, {KIND: TASKS[KIND]})


def jobs(office: Office) -> list[dict[str, Any]]:
    with office.database.owning() as connection:
        return list(connection.exec_driver_sql("SELECT arguments FROM job ORDER BY id").scalars())


# ---- the hour ----


def test_nothing_is_ordered_before_the_hour_and_one_round_at_it(office: Office) -> None:
    now = [SEVEN.replace(hour=6, minute=59)]
    clock = Clock(office.database, office.settings, lambda: now[0])
    assert clock.look() is None and jobs(office) == []
    now[0] = SEVEN
    assert clock.look() is not None
    now[0] = SEVEN.replace(hour=18)
    assert clock.look() is None
    assert jobs(office) == [{"scheduled_for": "2026-11-23"}]


def test_without_the_setting_nothing_happens(office: Office) -> None:
    assert Clock(office.database, Settings(), lambda: SEVEN).look() is None
    assert jobs(office) == []


def test_two_workers_order_one_round(office: Office) -> None:
    found: list[int | None] = []
    together = threading.Barrier(4)

    def look() -> None:
        clock = at(office, SEVEN)
        together.wait()
        found.append(clock.look())

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in found if one is not None]) == 1 and len(jobs(office)) == 1


def test_a_missed_monday_is_made_up_once_and_only_the_last(office: Office) -> None:
    assert at(office, SEVEN).look() is not None
    late = SEVEN.replace(month=12, day=16)  # three Mondays later, a Wednesday
    assert at(office, late).look() is not None
    assert at(office, late.replace(day=17)).look() is None
    assert [one["scheduled_for"] for one in jobs(office)] == ["2026-11-23", "2026-12-14"]


def test_switched_on_in_the_middle_of_a_week_it_waits_for_its_day(office: Office) -> None:
    assert at(office, SEVEN.replace(day=25)).look() is None and jobs(office) == []
    assert at(office, SEVEN.replace(day=30)).look() is not None


def test_a_day_that_was_cancelled_or_failed_is_not_ordered_again(office: Office) -> None:
    key = at(office, SEVEN).look()
    office.do("UPDATE job SET state = 'failed', finished_at = now() WHERE id = :k", k=key)
    assert at(office, SEVEN.replace(hour=9)).look() is None


def test_without_an_administrator_nobody_acts_and_the_next_look_tries_again(office: Office) -> None:
    office.do("UPDATE account SET disabled_at = now() WHERE role = 'administrator'")
    clock = at(office, SEVEN)
    assert clock.look() is None and jobs(office) == []
    office.do("UPDATE account SET disabled_at = NULL WHERE role = 'administrator'")
    assert clock.look() is not None


def test_a_database_that_is_away_is_waited_for(office: Office) -> None:
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    clock = Clock(away, office.settings, lambda: SEVEN)
    assert clock.look() is None
    away.dispose()
    clock._database = office.database
    assert clock.look() is not None


def test_the_worker_looks_at_the_clock_while_it_runs(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    looked: list[int] = []

    def look(self: Clock) -> None:
        looked.append(1)
        stop.set()

    monkeypatch.setattr(Clock, "look", look)
    monkeypatch.setattr(upkeep, "safely", lambda *_: None)
    worker.run(office.database, office.settings, stop, {KIND: TASKS[KIND]})
    assert looked == [1]


# ---- the job ----


def test_a_scheduled_round_is_made_as_the_administrator_and_says_for_which_day(office: Office) -> None:
    at(office, SEVEN).look()
    assert work_off(office) == 1
    (head,) = office.rounds().rounds()
    assert head.scheduled_for == date(2026, 11, 23) and head.made_by == "monday-admin"
    assert [sheet.unit_id for sheet in office.rounds().sheets(head.id)] == [A]


def test_a_unit_with_a_list_of_today_gets_none_by_schedule(office: Office) -> None:
    today = datetime.now(OFFICE_TIME).date()
    office.make(A, today=today)
    at(office, SEVEN).look()
    work_off(office)
    assert len(office.rounds().rounds()) == 1
    (job,) = PostgisJobs(office.database, office.tokens["admin"]).mine(KIND)
    assert job.state is JobState.FAILED and "今天已经做过" in job.message


def test_a_round_ordered_on_the_page_is_made_with_what_was_asked(office: Office) -> None:
    key = office.rounds("city").order(unit_ids=(A, B), due_on=date(2026, 11, 27), note="请核对\0")
    work_off(office)
    job = PostgisJobs(office.database, office.tokens["city"]).job(key)
    assert job.state is JobState.DONE, job.message
    (head,) = office.rounds("city").rounds()
    assert dict(job.result) == {"round": head.id, "sheets": 2, "failed": 0, "not_asked": 0}
    assert (head.due_on, head.note, head.made_by) == (date(2026, 11, 27), "请核对", "monday-city")


def test_a_job_run_again_after_a_power_cut_keeps_one_round(office: Office, tmp_path: Path) -> None:
    key = office.rounds().order(unit_ids=(A,))
    work = Work(office.database, office.tokens["admin"], office.settings, tmp_path, key, 1)
    first = monday.run(work, {"units": [A]}, Still())
    again = monday.run(work, {"units": [A]}, Still())
    assert first["round"] == again["round"] and len(office.rounds().rounds()) == 1


class Still:
    """Progress that nobody watches."""

    def step(self, done: int, of: int | None = None, message: str = "") -> None:
        """Say nothing."""


def test_two_runs_of_one_day_keep_one_round_and_throw_the_other_away(office: Office) -> None:
    first = office.make(A, scheduled_for=date(2026, 11, 23))
    assert first.key is not None
    office.do("UPDATE monday_round SET made_on = made_on - 1")  # not today: the second run goes all the way
    second = office.make(A, scheduled_for=date(2026, 11, 23))
    assert second.key is None and len(office.left()) == len(office.rounds().rounds()) == 1


@pytest.mark.parametrize("arguments", [{"due_on": "gestern"}, {"units": 7}])
def test_arguments_that_no_page_makes_are_refused(
    office: Office, tmp_path: Path, arguments: dict[str, Any]
) -> None:
    work = Work(office.database, office.tokens["admin"], office.settings, tmp_path, 1, 1)
    with pytest.raises(BadValue, match="看不懂"):
        monday.run(work, arguments, Still())


# ---- the command line ----


@pytest.fixture
def command(office: Office, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setattr(settings, "load", lambda: office.settings)
    monkeypatch.setattr(wiring, "open_database", lambda *_: office.database)
    return lambda *words: cli.main(["monday", *map(str, words), "--as", "monday-admin"])


def test_the_command_makes_a_round_and_copies_its_workbooks(
    office: Office, command: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "清单"
    assert command("--unit", A, "--unit", B, "--out", out, "--due", "2026-11-27") == 0
    (head,) = office.rounds().rounds()
    assert head.due_on == date(2026, 11, 27) and head.sheets == 2
    assert sorted(f.name for f in out.iterdir()) == sorted(
        sheet.file_name for sheet in office.rounds().sheets(head.id)
    )
    assert f"round {head.id}: 2 workbooks, 0 failed" in capsys.readouterr().out
    assert command("--all", "--out", out) == 1, "a folder of another week is not written into"
    assert len(office.rounds().rounds()) == 1


def test_the_command_refuses_what_it_cannot_do(
    office: Office, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("--unit", "nonsense") == 1
    assert "nonsense" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        command()
    with pytest.raises(SystemExit):
        command("--all", "--due", "friday")


def test_work_once_makes_the_list_that_is_due(
    office: Office, command: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.rounds.weekly.office_now", lambda: SEVEN)
    monkeypatch.setattr(Clock.__init__, "__defaults__", (lambda: SEVEN,))
    assert process.work_off() == 1 and len(office.rounds().rounds()) == 1
