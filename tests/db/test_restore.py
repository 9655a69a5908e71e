"""History, restoring, deleting and merging: nothing is lost, and everything comes back as it was."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from projects.errors import BadValue, NotAllowed, UnknownRecord
from projects.filing.changes import Entry, HistoryStep, deletion, merge, restoration, revival
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
    file,
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


def step_of(office: Office, key: str, version: int) -> HistoryStep:
    return next(step for step in office.reviewer.history(key) if step.version == version)


def back_to(office: Office, key: str, version: int, paths: tuple[str, ...] | None = None) -> Entry:
    held, step = office.reviewer.held(key), step_of(office, key, version)
    then = office.reviewer.document_at(key, step.history_id)
    return restoration(key, held.version, held.document, then, step.history_id, paths)


def restore(office: Office, key: str, version: int, paths: tuple[str, ...] | None = None) -> None:
    file(office.reviewer, back_to(office, key, version, paths), unit=SHAOGUAN)


def merged(office: Office, loser: str, target: str) -> None:
    held = office.reviewer.held(loser)
    file(office.reviewer, merge(loser, held.version, str(held.document["name"]), target), unit=SHAOGUAN)


def revived(office: Office, key: str) -> None:
    held = office.reviewer.held(key)
    file(office.reviewer, revival(key, held.version, held.document), unit=SHAOGUAN)


def links(office: Office, key: str) -> list[int]:
    with office.database.owning() as connection:
        query = text("SELECT id FROM task_link WHERE project_id = :key ORDER BY id")
        return list(connection.scalars(query, {"key": key}))


def money(office: Office, *keys: str) -> Decimal:
    query = "SELECT coalesce(sum(amount), 0) FROM finance_line WHERE project_id = ANY (:keys)"
    return Decimal(office.scalar(query, keys=list(keys)))


def test_the_timeline_tells_who_when_why_and_what(office: Office) -> None:
    key = office.project(name="有历史的")
    publish(office, key, beds=5, finance__new_1=LINE)
    publish(office, key, beds=6, place__0=POINT)
    newest, middle, oldest = office.reviewer.history(key)
    assert [(s.version, s.operation) for s in (newest, middle, oldest)] == [
        (3, "update"), (2, "update"), (1, "insert")]  # fmt: skip
    assert [(c.path, c.old, c.new) for c in newest.changes if c.path == "beds"] == [("beds", 5, 6)]
    assert [c.path for c in newest.changes] == ["beds", "place/0"]
    assert (newest.changed_by, newest.reason) == ("shenhe", "核实")
    assert newest.change_set_id is not None
    assert newest.filed_by == "shenhe"
    assert (oldest.changed_by, oldest.filed_by) == ("system", "")
    assert office.reviewer.document_at(key, newest.history_id) == office.reviewer.held(key).document
    assert office.reviewer.document_at(key, middle.history_id)["beds"] == 5
    assert office.reviewer.document_at(key, 0) == {}


def test_one_field_regains_its_value_basis_and_source(office: Office) -> None:
    key = "SG-0009"
    before = office.reviewer.held(key)
    publish(office, key, name="改过的名字", county_code=WUJIANG, beds=5)
    assert office.reviewer.held(key).provenance["county_code"]["basis"] == "reported"
    restore(office, key, before.version, ("county_code",))
    after = office.reviewer.held(key)
    assert after.provenance["county_code"] == before.provenance["county_code"]
    row = office.scalar("SELECT to_jsonb(p) FROM project p WHERE id = :key", key=key)
    assert (row["county_code"], row["county_basis"], row["beds"]) == (RUYUAN, "documented", 5)
    assert after.document["name"] == "改过的名字"
    assert office.reviewer.history(key)[0].operation == "restore"
    restore(office, key, before.version)
    again = office.reviewer.held(key)
    assert (again.document, again.provenance) == (before.document, before.provenance)
    assert again.version == after.version + 1


def test_a_place_comes_back_to_the_last_bit_with_its_basis(office: Office) -> None:
    with office.database.owning() as connection:
        query = (
            "SELECT project_id FROM project_place JOIN project ON project.id = project_id"
            " WHERE prefecture_code = '440200' AND project_place.basis = 'derived' ORDER BY 1 LIMIT 1"
        )
        key = str(connection.scalar(text(query)))
    query = (
        "SELECT to_jsonb(p) || jsonb_build_object('geom', p.geom::text) FROM project_place p"
        " WHERE project_id = :key"
    )
    before, version = office.scalar(query, key=key), office.reviewer.held(key).version
    publish(office, key, place__0=POINT)
    moved = office.scalar(query, key=key)
    assert (moved["basis"], moved["source_url"], moved["confidence"]) == ("reported", None, None)
    publish(office, key, place__0=None)
    restore(office, key, version, ("place/0",))
    assert office.scalar(query, key=key) == before


def test_an_editor_asks_for_a_restoration_and_the_reviewer_grants_it(office: Office) -> None:
    key = office.project()
    publish(office, key, beds=5)
    publish(office, key, beds=6)
    filed = office.editor.file(request(back_to(office, key, 2)))
    (change,) = office.reviewer.change_set(filed.id).entries[0].changes
    assert (change.old, change.new) == (6, 5)
    decide(office.reviewer, filed.id)
    assert office.reviewer.held(key).document["beds"] == 5


def test_what_is_put_back_is_what_stands_there(office: Office) -> None:
    key = office.project()
    publish(office, key, beds=5)
    publish(office, key, beds=6)
    honest = back_to(office, key, 2)
    forged = replace(honest, changes=(replace(honest.changes[0], new=500),))
    for desk in (office.editor, office.reviewer):
        with pytest.raises(BadValue, match="历史"):
            desk.file(request(forged))


def test_a_deleted_record_leaves_the_lists_and_comes_back(office: Office) -> None:
    key = office.project(name="要删的")
    publish(office, key, finance__new_1=LINE, place__0=POINT)
    before = office.reviewer.held(key)
    file(office.reviewer, deletion(key, before.version, "要删的"), unit=SHAOGUAN)
    with office.database.owning() as connection:
        assert not making.has_facet(connection, key)
    assert office.reviewer.held(key).deleted
    assert office.reviewer.history(key)[0].operation == "delete"
    revived(office, key)
    after = office.reviewer.held(key)
    assert (after.document, after.provenance) == (before.document, before.provenance)
    assert office.reviewer.history(key)[0].operation == "restore"
    with office.database.owning() as connection:
        assert making.has_facet(connection, key)


def test_a_merge_loses_no_mention_name_or_yuan_and_can_be_taken_apart(office: Office) -> None:
    loser, target = "SG-0037", "SG-0050"
    child = office.project(parent_id=loser)
    publish(office, loser, finance__new_1=LINE, alias__第三个名字=True)
    publish(office, target, finance__new_1={**LINE, "amount": "7"})
    before = {key: office.reviewer.held(key) for key in (loser, target)}
    mentions = {key: links(office, key) for key in (loser, target)}
    assert mentions[loser]
    sums = [money(office, key) for key in (loser, target)]
    merged(office, loser, target)
    assert links(office, target) == sorted(mentions[loser] + mentions[target])
    assert links(office, loser) == []
    assert [money(office, key) for key in (loser, target)] == sums
    stays = office.reviewer.held(target).document
    assert stays["name"] == before[target].document["name"]
    assert stays[f"alias/{before[loser].document['name']}"] is True
    assert stays["alias/第三个名字"] is True
    assert office.reviewer.held(child).document["parent_id"] == target
    assert office.reviewer.held(loser).merged_into_id == target
    told = office.reviewer.history(target)[0]
    assert told.operation == "merge"
    assert f"merged/{loser}" in {c.path for c in told.changes}
    assert office.reviewer.history(loser)[0].operation == "merge"
    with office.database.owning() as connection:
        assert not making.has_facet(connection, loser)
    revived(office, loser)
    assert {key: links(office, key) for key in (loser, target)} == mentions
    assert [money(office, key) for key in (loser, target)] == sums
    for key in (loser, target):
        after = office.reviewer.held(key)
        assert (after.document, after.provenance) == (before[key].document, before[key].provenance)
    assert office.reviewer.held(child).document["parent_id"] == loser
    assert office.reviewer.history(target)[0].operation == "restore"


def test_what_was_added_after_a_merge_stays_where_it_was_put(office: Office) -> None:
    loser, target = office.project(name="甲处"), office.project(name="乙处")
    merged(office, loser, target)
    publish(office, target, alias__后来的名字=True, beds=3)
    revived(office, loser)
    document = office.reviewer.held(target).document
    assert {"alias/后来的名字": True, "beds": 3}.items() <= document.items()
    assert "alias/甲处" not in document


def test_a_merge_that_makes_no_sense_is_refused(office: Office) -> None:
    one, other, gone = office.project(), office.project(name="另"), office.project(name="去")
    file(office.reviewer, deletion(gone, 1, "x"), unit=SHAOGUAN)
    for target in (one, gone):
        with pytest.raises(BadValue):
            merged(office, one, target)
    with pytest.raises(BadValue):
        merged(office, one, one)
    with pytest.raises(UnknownRecord):
        merged(office, one, "SG-9999")
    abroad = office.project(county_code="431002", owner_unit_id="431002", prefecture_code="431000")
    with pytest.raises((NotAllowed, BadValue)):
        merged(office, abroad, other)
    assert office.administrator.held(abroad).merged_into_id == ""


def test_the_code_of_a_merged_record_may_go_to_the_one_that_stays(office: Office) -> None:
    code = "2021-440232-83-01-000777"
    loser, target = office.project(name="有代码"), office.project(name="没代码")
    publish(office, loser, project_code=code)
    held = office.reviewer.held(loser)
    file(office.reviewer, merge(loser, held.version, "有代码", target),
         update(office.reviewer, target, project_code=code), unit=SHAOGUAN)  # fmt: skip
    assert office.reviewer.held(target).document["project_code"] == code
    assert office.reviewer.held(loser).document["project_code"] == code
    with pytest.raises(BadValue, match="项目代码"):
        revived(office, loser)


@pytest.mark.parametrize("way", ["delete", "merge"])
def test_a_clinic_that_goes_gives_its_slot_back(office: Office, way: str) -> None:
    with office.database.owning() as connection:
        query = (
            "SELECT min(programme_id) FROM slot JOIN project ON project.id = programme_id"
            " WHERE prefecture_code = '440200'"
        )
        programme = connection.scalar(text(query))
        clinic = making.project(
            connection,
            name="卫生室",
            category="village_clinic",
            delivery_mode="公建民营",
            county_code=RUYUAN,
            prefecture_code=SHAOGUAN,
            owner_unit_id=RUYUAN,
        )
        slot = {"programme": programme, "clinic": clinic}
        for change in (f"state = 'claimed', county_code = '{RUYUAN}'",
                       "state = 'placed', project_id = :clinic, confirmed_by = 'x'"):  # fmt: skip
            connection.execute(
                text(f"UPDATE slot SET {change} WHERE programme_id = :programme AND number = 1"), slot
            )
    if way == "delete":
        file(office.reviewer, deletion(clinic, 1, "x"), unit=SHAOGUAN)
    else:
        merged(office, clinic, office.project(name="另一个卫生室"))
    assert office.scalar("SELECT count(*) FROM slot WHERE project_id = :key", key=clinic) == 0
    with pytest.raises(BadValue, match="规则"):
        publish(office, str(programme), quantity="1")


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "beds": st.one_of(st.none(), st.integers(0, 500)),
    "total_investment": st.one_of(st.none(), st.decimals(0, 10**8, places=6).map(str)),
    "stage": st.sampled_from(["在建", "竣工", None]),
    "name": st.text("甲乙丙丁戊", min_size=1, max_size=9),
    "county_code": st.sampled_from([RUYUAN, WUJIANG, None]),
    "contact_phone": st.sampled_from(["0751", None]),
    "finance/new-1": st.builds(lambda a: {**LINE, "amount": str(a)}, st.integers(0, 10**6)),
    "annual_plan/2026": st.one_of(st.none(), st.integers(0, 99).map(str)),
    "milestone/completion": st.sampled_from([None, {"actual_on": "2026-05-01"}, {"title": "x"}]),
    "approval/fireDesign": st.sampled_from([None, {"number": "1号"}, {"actual_on": "2026-05-01"}]),
    "alias/又名": st.sampled_from([True, None]),
    "area/440204": st.sampled_from([True, None]),
    "party/owner": st.sampled_from([None, ["甲公司"], ["乙公司", "甲公司"]]),
    "place/0": st.sampled_from([None, POINT, {**POINT, "precision": 3}]),
    "place/1": st.sampled_from([None, POINT]),
    "deleted": st.just(True),
}
EDITS = st.lists(
    st.dictionaries(
        st.sampled_from(sorted(set(VALUES) - {"deleted"})), st.none(), min_size=1, max_size=5
    ).flatmap(lambda chosen: st.fixed_dictionaries({path: VALUES[path] for path in chosen})),
    min_size=1,
    max_size=4,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS, st.data())
def test_any_version_can_be_restored(
    office: Office, edits: list[dict[str, Any]], data: st.DataObject
) -> None:
    key = office.project(name="起点")
    kept = {1: office.reviewer.held(key)}
    for edit in edits:
        publish(office, key, **{path.replace("/", "__"): value for path, value in edit.items()})
        held = office.reviewer.held(key)
        kept[held.version] = held
    for step in office.reviewer.history(key):
        assert office.reviewer.document_at(key, step.history_id) == kept[step.version].document
    version = data.draw(st.sampled_from(sorted(kept)))
    restore(office, key, version)
    after = office.reviewer.held(key)
    assert (after.document, after.provenance) == (kept[version].document, kept[version].provenance)
