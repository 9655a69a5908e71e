"""Review: field by field, conflicts shown, nothing applied twice, claims of open records."""

import json
from collections.abc import Iterator
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import event, text

from data.cluster import Cluster
from data.database import Database
from data.store.desk import PostgisDesk
from projects.errors import BadValue, Conflict, NotAllowed, UnknownRecord
from projects.filing.changes import Decision, Entry, Kind, Request, State, claim, deletion, merge
from tests.db import making
from tests.db.copies import copy_of
from tests.db.desks import (
    LINE,
    POINT,
    RUYUAN,
    SHAOGUAN,
    WUJIANG,
    Office,
    decide,
    entry,
    file,
    insert,
    open_office,
    publish,
    request,
    update,
)

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def office(cluster: Cluster, library_database: Database) -> Iterator[Office]:
    with copy_of(cluster, library_database) as database:
        yield open_office(database)


def open_record(office: Office, *counties: str) -> str:
    """Make a record with an open county and some candidates."""
    key = office.project(county_code=None)
    with office.database.owning() as connection:
        for code in counties:
            making.insert(connection, "project_area",
                          {"project_id": key, "county_code": code, "relation": "candidate", "basis":
                          "derived"})  # fmt: skip
    return key


@pytest.mark.parametrize("who", ["editor", "neighbour", "stranger", "viewer"])
def test_only_a_reviewer_over_the_records_decides(office: Office, who: str) -> None:
    key = office.project()
    filed = file(office.editor, update(office.editor, key, beds=5))
    change = office.reviewer.change_set(filed.id).entries[0].changes[0]
    with pytest.raises((NotAllowed, UnknownRecord)):
        getattr(office, who).decide(filed.id, {change.id: Decision.ACCEPTED}, {}, "")
    assert office.reviewer.held(key).version == 1
    assert office.reviewer.change_set(filed.id).head.state is State.SUBMITTED


def test_a_set_is_decided_in_parts_and_the_unit_sees_the_answer(office: Office) -> None:
    key = office.project()
    filed = file(office.editor, update(office.editor, key, beds=5, jobs=6, note="x"))
    assert [head.id for head in office.reviewer.queue(unit_id=RUYUAN) if head.id == filed.id] == [filed.id]
    first = decide(office.reviewer, filed.id, only=("beds",))
    assert first.state is State.SUBMITTED
    assert office.editor.held(key).document.get("beds") == 5
    assert "jobs" not in office.editor.held(key).document
    row = next(c for c in office.reviewer.change_set(filed.id).entries[0].changes if c.path == "note")
    office.reviewer.decide(filed.id, {row.id: Decision.REJECTED}, {row.id: "不是备注"}, "")
    assert decide(office.reviewer, filed.id).state is State.PARTLY_ACCEPTED
    assert "note" not in office.editor.held(key).document
    answer = office.editor.change_set(filed.id)
    assert (answer.head.state, answer.head.decided_by) == (State.PARTLY_ACCEPTED, "shenhe")
    assert {c.path: (c.decision, c.remark) for c in answer.entries[0].changes} == {
        "beds": (Decision.ACCEPTED, ""),
        "jobs": (Decision.ACCEPTED, ""),
        "note": (Decision.REJECTED, "不是备注"),
    }
    assert filed.id in {head.id for head in office.editor.queue((State.PARTLY_ACCEPTED,))}
    assert filed.id not in {head.id for head in office.neighbour.queue((State.PARTLY_ACCEPTED,))}


def test_what_is_accepted_says_who_reported_and_history_who_accepted(office: Office) -> None:
    key = office.project()
    decide(office.reviewer, file(office.editor, update(office.editor, key, beds=5)).id)
    assert "bianji" not in str(office.editor.held(key).provenance), "provenance is public, names are not"
    step = office.editor.history(key)[0]
    assert (step.changed_by, step.filed_by, step.operation) == ("shenhe", "bianji", "update")
    assert step.reason == "核实"


def test_rejected_means_nothing_happens(office: Office) -> None:
    key, other = office.project(), office.project()
    wanted = [update(office.editor, key, beds=5), deletion(other, 1, "x")]
    filed = file(office.editor, *wanted)
    assert decide(office.reviewer, filed.id, refuse=("beds", "deleted")).state is State.REJECTED
    assert office.editor.held(key).version == office.editor.held(other).version == 1
    assert not office.editor.held(other).deleted


def test_deciding_twice_applies_once_and_another_answer_conflicts(office: Office) -> None:
    key = office.project()
    filed = file(office.editor, update(office.editor, key, finance__new_1=LINE))
    change = office.reviewer.change_set(filed.id).entries[0].changes[0]
    for _ in range(2):
        assert (
            office.reviewer.decide(filed.id, {change.id: Decision.ACCEPTED}, {}, "").state is State.ACCEPTED
        )
    assert office.scalar("SELECT count(*) FROM finance_line WHERE project_id = :key", key=key) == 1
    assert office.reviewer.held(key).version == 2
    with pytest.raises(Conflict, match="shenhe"):
        office.administrator.decide(filed.id, {change.id: Decision.REJECTED}, {}, "")
    with pytest.raises(BadValue):
        office.reviewer.decide(filed.id, {0: Decision.REJECTED}, {}, "")


def test_a_conflict_is_shown_and_wants_to_be_accepted_by_name(office: Office) -> None:
    key = office.project()
    filed = file(office.editor, update(office.editor, key, beds=5, jobs=1))
    looked = office.reviewer.change_set(filed.id).entries[0]
    assert not looked.outdated
    publish(office, key, beds=9, note="y")
    shown = office.reviewer.change_set(filed.id)
    row = next(c for c in shown.entries[0].changes if c.path == "beds")
    assert (row.old, row.new, row.now, row.conflicts) == (None, 5, 9, True)
    assert shown.entries[0].outdated
    assert shown.head.conflicts == 1
    assert next(h for h in office.reviewer.queue() if h.id == filed.id).conflicts == 1
    every = {c.id: Decision.ACCEPTED for c in shown.entries[0].changes}
    with pytest.raises(Conflict) as told:
        office.reviewer.decide(filed.id, every, {}, "", seen={looked.id: looked.version_now or 0})
    assert told.value.fields == ("beds",)
    assert office.reviewer.held(key).document["beds"] == 9
    version = shown.entries[0].version_now or 0
    assert office.reviewer.decide(filed.id, every, {}, "", seen={looked.id: version}).state is State.ACCEPTED
    assert {"beds": 5, "jobs": 1, "note": "y"}.items() <= office.reviewer.held(key).document.items()


def test_a_new_record_is_made_once_what_it_must_have_is_accepted(office: Office) -> None:
    filed = file(office.editor, insert(name="新卫生院", beds=5, county_code=RUYUAN))
    assert filed.project_ids == ()
    with pytest.raises(BadValue, match="必填"):
        decide(office.reviewer, filed.id, only=("name", "beds"))
    assert office.reviewer.change_set(filed.id).entries[0].changes[0].decision is None
    made = decide(office.reviewer, filed.id, only=("name", "kind", "category", "owner_unit_id"))
    (key,) = made.project_ids
    assert made.state is State.SUBMITTED
    assert office.editor.held(key).owner_unit_id == RUYUAN
    assert decide(office.reviewer, filed.id, refuse=("beds",)).state is State.PARTLY_ACCEPTED
    held = office.editor.held(key)
    assert (held.document["county_code"], held.document.get("beds"), held.version) == (RUYUAN, None, 2)
    assert office.scalar("SELECT count(*) FROM project WHERE name = '新卫生院'") == 1


def test_a_rejected_new_record_is_never_made(office: Office) -> None:
    filed = file(office.editor, insert(name="不该有的"))
    refused = ("name", "kind", "category", "owner_unit_id")
    assert decide(office.reviewer, filed.id, refuse=refused).state is State.REJECTED
    assert office.scalar("SELECT count(*) FROM project WHERE name = '不该有的'") == 0


def test_a_unit_takes_back_what_nobody_has_decided(office: Office) -> None:
    key = office.project()
    filed = file(office.editor, update(office.editor, key, beds=5, jobs=2))
    with pytest.raises((NotAllowed, UnknownRecord), match=r"编号|撤回"):
        office.neighbour.withdraw(filed.id)
    office.editor.withdraw(filed.id)
    assert office.editor.change_set(filed.id).head.state is State.WITHDRAWN
    with pytest.raises(Conflict):
        decide(office.reviewer, filed.id)
    begun = file(office.editor, update(office.editor, key, beds=5, jobs=2))
    decide(office.reviewer, begun.id, only=("beds",))
    with pytest.raises(Conflict):
        office.editor.withdraw(begun.id)


def test_pages_of_a_large_set(office: Office) -> None:
    keys = [office.project() for _ in range(5)]
    filed = file(office.editor, *(update(office.editor, key, beds=1) for key in keys))
    pages = [office.reviewer.change_set(filed.id, limit=2, offset=at).entries for at in (0, 2, 4)]
    assert [one.project_id for page in pages for one in page] == keys
    assert office.reviewer.change_set(filed.id).head.fields == 5


def test_a_county_claims_an_open_record_with_evidence(office: Office) -> None:
    key = open_record(office, RUYUAN, WUJIANG)
    assert key in {held.project_id for held in office.editor.open_records(RUYUAN)}
    asked = claim(key, 1, "开放", RUYUAN)
    with pytest.raises(BadValue, match="依据"):
        office.editor.file(_claim(asked, ""))
    filed = office.editor.file(_claim(asked, "用地批复写明在乳城镇"))
    assert filed.state is State.SUBMITTED
    assert key not in {held.project_id for held in office.editor.open_records(RUYUAN)}
    second = office.neighbour.file(_claim(claim(key, 1, "开放", WUJIANG), "本区", unit=WUJIANG))
    decide(office.reviewer, filed.id)
    held = office.editor.held(key)
    assert (held.document["county_code"], held.owner_unit_id) == (RUYUAN, RUYUAN)
    assert held.provenance["county_code"]["basis"] == "reported"
    row = office.scalar("SELECT to_jsonb(p) FROM project p WHERE id = :key", key=key)
    assert (row["county_basis"], row["prefecture_code"]) == ("reported", SHAOGUAN)
    assert office.scalar("SELECT count(*) FROM project_area WHERE project_id = :key", key=key) == 0
    (late,) = office.reviewer.change_set(second.id).entries[0].changes
    assert late.conflicts
    assert decide(office.reviewer, second.id, refuse=("county_code",)).state is State.REJECTED
    assert office.editor.held(key).owner_unit_id == RUYUAN


def test_a_rejected_claim_leaves_the_record_open(office: Office) -> None:
    key = open_record(office, RUYUAN)
    filed = office.editor.file(_claim(claim(key, 1, "开放", RUYUAN), "依据"))
    decide(office.reviewer, filed.id, refuse=("county_code",))
    assert key in {held.project_id for held in office.editor.open_records(RUYUAN)}
    assert office.reviewer.held(key).owner_unit_id == SHAOGUAN


def test_a_claim_is_for_candidates_and_for_oneself(office: Office) -> None:
    key = open_record(office, WUJIANG)
    with pytest.raises(NotAllowed):
        office.editor.file(_claim(claim(key, 1, "开放", RUYUAN), "依据"))
    mine = open_record(office, RUYUAN)
    with pytest.raises(NotAllowed):
        office.editor.file(_claim(claim(mine, 1, "开放", WUJIANG), "依据"))
    with pytest.raises(NotAllowed):  # an open record is claimed, not edited
        file(office.editor, update(office.editor, mine, beds=5))
    with pytest.raises(BadValue):
        office.editor.file(_claim(update(office.editor, mine, beds=5), "依据"))


def test_a_merge_waits_for_the_reviewer_too(office: Office) -> None:
    one, other = office.project(name="甲"), office.project(name="乙")
    filed = file(office.editor, merge(one, 1, "甲", other))
    assert office.editor.held(one).merged_into_id == ""
    decide(office.reviewer, filed.id)
    assert office.editor.held(one).merged_into_id == other
    with office.database.owning() as connection:
        assert (
            connection.scalar(text("SELECT state FROM change_set WHERE id = :id"), {"id": filed.id})
            == "accepted"
        )


def test_an_outdated_entry_of_other_fields_is_applied_beside_them(office: Office) -> None:
    key = office.project()
    read = office.editor.held(key).document
    filed = file(office.editor, entry(key, 1, read, {"jobs": 4}))
    publish(office, key, beds=9)
    assert office.reviewer.change_set(filed.id).head.conflicts == 0
    assert decide(office.reviewer, filed.id).state is State.ACCEPTED
    assert {"beds": 9, "jobs": 4}.items() <= office.editor.held(key).document.items()


def test_two_reviewers_at_once_apply_it_once(office: Office) -> None:
    key = office.project()
    filed = file(office.editor, update(office.editor, key, finance__new_1=LINE))
    change = office.reviewer.change_set(filed.id).entries[0].changes[0]
    start, ends = Barrier(2), []

    def say(desk: PostgisDesk) -> None:
        start.wait()
        ends.append(desk.decide(filed.id, {change.id: Decision.ACCEPTED}, {}, "").state)

    threads = [Thread(target=say, args=(desk,)) for desk in (office.reviewer, office.administrator)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == [State.ACCEPTED, State.ACCEPTED]
    assert office.scalar("SELECT count(*) FROM finance_line WHERE project_id = :key", key=key) == 1


FORGED = [
    ("provenance", {"name": {"basis": "documented"}}, None),
    ("version", 99, None),
    ("deleted", True, None),
    ("beds", "many", None),
    ("beds", 5, "history/1"),
]


@pytest.mark.parametrize(("path", "value", "locator"), FORGED)
def test_a_change_written_past_the_desk_is_checked_when_it_is_accepted(
    office: Office, path: str, value: Any, locator: str | None
) -> None:
    key = office.project()
    filed = file(office.editor, update(office.editor, key, note="x"))
    with office.database.owning() as connection:
        connection.execute(
            text(
                "UPDATE change SET path = :path, new_value = CAST(:value AS jsonb), locator = :locator"
                " WHERE entry_id IN (SELECT id FROM change_entry WHERE change_set_id = :key)"
            ),
            {"path": path, "value": json.dumps(value), "locator": locator, "key": filed.id},
        )
    with pytest.raises(BadValue):
        decide(office.reviewer, filed.id)
    assert office.reviewer.held(key).version == 1
    assert office.reviewer.change_set(filed.id).head.state is State.SUBMITTED


def test_the_number_of_statements_does_not_grow_with_the_entries(office: Office) -> None:
    counts = []
    for size in (3, 30):
        keys = [office.project() for _ in range(size)]
        held = office.reviewer.held_many(keys)
        entries = [
            entry(k, 1, held[k].document, {"beds": 5, "finance/new-1": LINE, "place/0": POINT}) for k in keys
        ]
        seen: list[str] = []
        engine = office.database._app
        listener = lambda *args, seen=seen: seen.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        file(office.reviewer, *entries, unit=SHAOGUAN)
        event.remove(engine, "before_cursor_execute", listener)
        counts.append(len(seen))
    assert counts[0] == counts[1] < 60


def _claim(asked: Entry, reason: str, unit: str = RUYUAN) -> Request:
    return request(asked, unit=unit, kind=Kind.CLAIM, reason=reason)
