"""The clock goes backwards: what was written before carries later times than now.

A clock put back by an hour is, for the rows of a database, the same as their times put forward by an hour; so
that is what is done here. Nothing may be lost, repeated or overtaken; what lives by time lives that hour
longer, or says that it has ended.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from itsdangerous import SignatureExpired, URLSafeTimedSerializer

from data.cluster import Cluster
from data.database import Database
from data.jobs import upkeep, worker
from data.jobs.queue import PostgisJobs
from data.jobs.tasks import Entry
from data.rounds.weekly import Clock
from data.settings import Settings
from data.store.desk import PostgisDesk
from data.store.sessions import Doorkeeper
from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import OFFICE_TIME
from projects.work import JobState
from services import downloads
from services.limiter import ATTEMPTS, WINDOW_S, Limiter
from tests.db import desks
from tests.faults.ways import WAYS, World

pytestmark = pytest.mark.db
TASKS = {"count": Entry("tests.db.job_tasks", "count")}


def put_forward(cluster: Cluster, database: Database, table: str, columns: str, hours: int = 1) -> None:
    """Let rows look as if they were written later than they were, past every trigger that says the time."""
    sets = ", ".join(f"{column} = {column} + interval '{hours} hours'" for column in columns.split())
    url = cluster.superuser_url(str(database.owner.url.database)).replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(f"UPDATE atlas.{table} SET {sets}".encode())


def test_sessions_go_on_and_the_door_opens(cluster: Cluster, world: World, database: Database) -> None:
    way = WAYS["sign_in"]
    facts = way.prepare(world, database)
    door = Doorkeeper(database, 8)
    token = door.sign_in(facts["name"], facts["password"]).token
    put_forward(cluster, database, "account_session", "created_at expires_at")
    put_forward(cluster, database, "account", "last_signed_in_at")
    assert door.identity(token).signed_in, "nobody is thrown out"
    again = door.sign_in(facts["name"], facts["password"], token).token
    assert door.identity(again).signed_in
    door.sign_out(token)
    assert not door.identity(token).signed_in, "an ended session stays ended"


def test_the_history_keeps_its_order(cluster: Cluster, world: World, database: Database) -> None:
    form = WAYS["form"]
    facts = form.prepare(world, database)
    form.act(world, database, facts)
    put_forward(cluster, database, "history", "changed_at")
    desk = PostgisDesk(database, world.tokens["a"])
    desk.file(desks.request(desks.update(desk, facts["key"], note="后来"), unit="440232"))
    steps = desk.history(facts["key"])
    keys = [step.history_id for step in steps]
    assert keys == sorted(keys, reverse=True)
    assert steps[0].changed_at < steps[1].changed_at, "the clock did go back"
    newest = desk.document_at(facts["key"], steps[0].history_id)
    assert newest["note"] == "后来" == desk.held(facts["key"]).document["note"]


def test_the_queue_keeps_its_order_and_nothing_is_run_twice(
    cluster: Cluster, world: World, database: Database
) -> None:
    jobs = PostgisJobs(database, world.tokens["a"], TASKS)
    first = jobs.submit("count", "一", {"to": 1})
    put_forward(cluster, database, "job", "created_at")
    second = jobs.submit("count", "二", {"to": 1})
    assert [job.id for job in jobs.mine(limit=2)] == [second, first]
    settings = Settings(data_dir=world.folder)
    assert worker.run_waiting(database, settings, TASKS) == 2
    assert {jobs.job(key).state for key in (first, second)} == {JobState.DONE}
    put_forward(cluster, database, "job", "finished_at", hours=24)
    assert worker.run_waiting(database, settings, TASKS) == 0
    upkeep.clean(database, settings)
    assert jobs.job(first).result["begun"] == 1


def test_no_list_is_ordered_twice(world: World, database: Database) -> None:
    """The worker looked on Monday; then the clock says that it is the week before."""
    monday = datetime(2026, 11, 23, 8, tzinfo=OFFICE_TIME)
    settings = Settings(data_dir=world.folder, monday_list="mon 07:00")
    now = [monday]
    clock = Clock(database, settings, lambda: now[0])
    assert clock.look() is not None
    for back in (timedelta(minutes=90), timedelta(days=3), timedelta(days=30)):
        now[0] = monday - back
        assert clock.look() is None, back
    now[0] = monday
    assert clock.look() is None
    now[0] = monday + timedelta(days=7)
    assert clock.look() is not None, "and the next Monday is ordered as ever"


def test_wrong_attempts_are_counted_by_a_clock_that_nobody_puts_back() -> None:
    now = [1_000_000.0]
    limiter = Limiter(lambda: now[0])
    for _ in range(ATTEMPTS):
        limiter.wrong("192.0.2.7")
    assert 0 < limiter.wait_s("192.0.2.7") <= WINDOW_S + 1
    assert Limiter()._clock is time.monotonic


def test_a_link_of_the_future_says_that_it_has_ended_and_a_new_one_is_good(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 3600)
    early = downloads.sign(settings, "csv", ProjectFilter())
    monkeypatch.setattr(time, "time", real)
    with pytest.raises(SignatureExpired):
        downloads._read(settings, early.removeprefix(downloads.PATH))
    fresh = downloads.sign(settings, "csv", ProjectFilter())
    assert downloads._read(settings, fresh.removeprefix(downloads.PATH)).name == "csv"
    assert isinstance(downloads._serializer(settings), URLSafeTimedSerializer)


def test_upkeep_clears_nothing_away_that_seems_to_come_from_the_future(
    world: World, database: Database
) -> None:
    ways = {name: WAYS[name] for name in ("attachment", "layer")}
    facts = {name: way.prepare(world, database) for name, way in ways.items()}
    for name, way in ways.items():
        way.act(world, database, facts[name])
    later = (datetime.now(UTC) + timedelta(days=40)).timestamp()
    for path in world.folder.rglob("*"):
        os.utime(path, (later, later))
    upkeep.clean(database, world.settings)
    assert [way.seen(world, database, facts[name]) for name, way in ways.items()] == [1, 1]


def test_what_is_written_at_an_earlier_time_is_published_all_the_same(
    cluster: Cluster, world: World, database: Database
) -> None:
    decision = WAYS["decision"]
    facts = decision.prepare(world, database)
    put_forward(cluster, database, "change_set", "created_at")
    put_forward(cluster, database, "project", "updated_at")
    decision.act(world, database, facts)
    assert decision.seen(world, database, facts) == 1
