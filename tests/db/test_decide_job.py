"""A large change set decided by the worker, with the rights of the reviewer who asked."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.cluster import Cluster
from data.database import Database
from data.jobs.queue import PostgisJobs
from data.jobs.worker import run_waiting
from data.settings import Settings
from data.store.desk import PostgisDesk
from projects.filing.changes import ChangeSet, Decision, State
from projects.work import Job, JobState
from tests.db import making
from tests.db.copies import copy_of
from tests.db.desks import RUYUAN, Office, file, open_office, update

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def office(cluster: Cluster, library_database: Database) -> Iterator[Office]:
    with copy_of(cluster, library_database) as database:
        yield open_office(database)


@pytest.fixture(scope="module")
def tokens(office: Office) -> dict[str, str]:
    """Sessions of a reviewer over the county and of its own editor."""
    with office.database.owning() as connection:
        return {
            "reviewer": making.token_of(connection, "shenhe-er", "reviewer", scope_code="440200"),
            "editor": making.token_of(connection, "bianji-er", "editor", unit_id=RUYUAN),
        }


def waiting(office: Office) -> tuple[list[str], ChangeSet]:
    """File one change of each of two records; return their ids and the set."""
    keys = [office.project(), office.project()]
    filed = file(office.editor, *(update(office.editor, key, beds=5) for key in keys))
    return keys, office.reviewer.change_set(filed.id)


def asked(found: ChangeSet, **more: Any) -> dict[str, Any]:
    """Return the arguments with which the page accepts the first change and sends the second back."""
    first, second = (entry.changes[0].id for entry in found.entries)
    seen = {str(entry.id): entry.version_now for entry in found.entries}
    whole = {"set": found.head.id, "accepted": [first], "rejected": [second], "seen": seen}
    return whole | {"remarks": {str(second): "无依据"}, "remark": "第二条请补材料"} | more


def run(office: Office, token: str, folder: Path, arguments: dict[str, Any]) -> Job:
    jobs = PostgisJobs(office.database, token)
    key = jobs.submit("decide", "审核", arguments)
    run_waiting(office.database, Settings(data_dir=folder))
    return jobs.job(key)


def test_what_was_decided_is_written_and_told(office: Office, tokens: dict[str, str], tmp_path: Path) -> None:
    (first, second), found = waiting(office)
    job = run(office, tokens["reviewer"], tmp_path, asked(found))
    assert job.state is JobState.DONE, job.message
    assert job.result == {"set": found.head.id, "state": "partly_accepted", "accepted": 1, "rejected": 1}
    documents = [office.editor.held(key).document for key in (first, second)]
    assert [document.get("beds") for document in documents] == [5, None]
    answer = office.editor.change_set(found.head.id)
    assert (answer.head.decided_by, answer.head.remark) == ("shenhe-er", "第二条请补材料")
    assert answer.entries[1].changes[0].remark == "无依据"


def test_the_same_job_once_more_changes_nothing(
    office: Office, tokens: dict[str, str], tmp_path: Path
) -> None:
    (first, _), found = waiting(office)
    run(office, tokens["reviewer"], tmp_path, asked(found))
    version = office.editor.held(first).version
    again = run(office, tokens["reviewer"], tmp_path, asked(found))
    assert (again.state, again.result["state"]) == (JobState.DONE, "partly_accepted")
    assert office.editor.held(first).version == version


def test_an_editor_cannot_decide_through_the_worker(
    office: Office, tokens: dict[str, str], tmp_path: Path
) -> None:
    (first, _), found = waiting(office)
    job = run(office, tokens["editor"], tmp_path, asked(found))
    assert job.state is JobState.FAILED and "不能审核" in job.message
    assert "beds" not in office.editor.held(first).document
    assert office.reviewer.change_set(found.head.id).head.state is State.SUBMITTED


def test_a_record_that_moved_on_stops_the_whole_decision(
    office: Office, tokens: dict[str, str], tmp_path: Path
) -> None:
    (first, second), found = waiting(office)
    other = file(office.editor, update(office.editor, first, beds=9))
    PostgisDesk(office.database, tokens["reviewer"]).decide(other.id, _accepted(office, other.id), {}, "")
    job = run(office, tokens["reviewer"], tmp_path, asked(found))
    assert job.state is JobState.FAILED and "又被修改" in job.message
    assert "beds" not in office.editor.held(second).document
    assert office.reviewer.change_set(found.head.id).entries[1].changes[0].decision is None


def _accepted(office: Office, key: int) -> dict[int, Any]:
    changes = office.reviewer.change_set(key).entries[0].changes
    return {change.id: Decision.ACCEPTED for change in changes}
