"""Findings of third parties: who writes, who reads, what never changes; what else an evaluator may not."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from data.attachments import OFFICE, StoredAttachments
from data.cluster import Cluster
from data.database import Database
from data.store.desk import PostgisDesk
from data.store.evaluations import PostgisEvaluations
from data.store.promotion.promotion import PostgisPromotion
from projects.attachments import SubjectKind, subject
from projects.errors import BadValue, NotAllowed, SignInNeeded, UnknownRecord
from projects.evaluation import FindingState, Rating
from projects.filing.changes import Entry, FieldChange, Kind, Operation, Request
from projects.filters import ProjectFilter
from projects.promotion.events import Entry as EventEntry
from projects.promotion.events import EventKind
from projects.promotion.ports import EventsAsked
from tests.db.copies import copy_of
from tests.db.evaluation_world import CITY, RUYUAN, WUJIANG, World, build, draft
from tests.unit.data.test_attachment_files import PDF

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        yield build(database)


def sees(world: World, key: int) -> set[str]:
    """Return who sees a finding."""
    found = set()
    for who in world.token:
        try:
            found.add(who) if world.evaluations(who).get(key) else None
        except UnknownRecord:
            continue
    return found


def test_a_draft_is_its_writers_alone_and_what_is_handed_in_is_for_those_concerned(world: World) -> None:
    desk = world.evaluations("evaluator")
    key = desk.write(draft(rating=Rating.POOR, score=Decimal("61.50"), method="实地查看"))
    finding = desk.get(key)
    assert (finding.state, finding.may_edit, finding.handed_in_at) == (FindingState.DRAFT, True, None)
    assert (finding.draft.score, finding.draft.rating) == (Decimal("61.50"), Rating.POOR)
    assert (finding.organisation, finding.area_name) == ("某评价中心", "乳源瑶族自治县")
    assert sees(world, key) == {"evaluator"}
    desk.hand_in(key)
    assert sees(world, key) == {"evaluator", "ruyuan", "city", "reviewer", "province", "admin"}
    finding = desk.get(key)
    assert (finding.state, finding.may_edit) == (FindingState.HANDED_IN, False)
    assert finding.handed_in_at is not None


def test_a_finding_about_an_unpublished_record_is_seen_by_its_unit_and_above(world: World) -> None:
    key = world.handed_in(project_id=world.record["hidden"])
    assert sees(world, key) == {"evaluator", "ruyuan", "city", "reviewer", "province", "admin"}
    finding = world.evaluations("ruyuan").get(key)
    assert (finding.project_name, finding.draft.project_id) == ("未发布甲", world.record["hidden"])
    with world.database.owning() as connection:
        connection.execute(
            text("UPDATE project SET owner_unit_id = :unit WHERE id = :id"),
            {"unit": WUJIANG, "id": world.record["hidden"]},
        )
    assert "wujiang" in sees(world, key), "the unit to which the record has come reads it too"
    with world.database.owning() as connection:
        connection.execute(
            text("UPDATE project SET owner_unit_id = :unit WHERE id = :id"),
            {"unit": RUYUAN, "id": world.record["hidden"]},
        )


def test_what_was_handed_in_never_changes_whoever_asks(world: World, tmp_path: Path) -> None:
    desk = world.evaluations("evaluator")
    files = StoredAttachments(world.database, world.token["evaluator"], tmp_path, 5, OFFICE)
    key = desk.write(draft())
    held = files.add(subject(SubjectKind.EVALUATION, key), "底稿.pdf", PDF)
    desk.hand_in(key)
    with pytest.raises(BadValue, match="已提交"):
        desk.change(key, draft(title="改了"))
    with pytest.raises(BadValue, match="已提交"):
        desk.drop(key)
    with pytest.raises(BadValue, match="已提交"):
        desk.hand_in(key)
    with pytest.raises(NotAllowed):
        files.add(subject(SubjectKind.EVALUATION, key), "又一份.pdf", PDF + b"\n")
    with pytest.raises(NotAllowed):
        files.remove(held.id)
    for statement in ("UPDATE evaluation SET title = 'x'", "DELETE FROM evaluation"):
        with pytest.raises(DBAPIError, match="never changes"), world.database.owning() as connection:
            connection.execute(text(f"{statement} WHERE id = :id"), {"id": key})
    ours = StoredAttachments(world.database, world.token["ruyuan"], tmp_path, 5, OFFICE)
    assert [f.file_name for f in ours.listed(subject(SubjectKind.EVALUATION, key))] == ["底稿.pdf"]
    assert desk.get(key).files == 1
    strange = StoredAttachments(world.database, world.token["stranger"], tmp_path, 5, OFFICE)
    assert strange.listed(subject(SubjectKind.EVALUATION, key)) == ()
    with pytest.raises(UnknownRecord):
        strange.opened(held.id)


def test_a_correction_names_what_it_replaces_and_both_stand(world: World) -> None:
    desk = world.evaluations("evaluator")
    first = world.handed_in()
    second = desk.write(draft(text="复核后为 38 张", replaces_id=first))
    assert desk.get(first).replaced_by is None, "a draft replaces nothing yet"
    rival = desk.write(draft(text="另一条更正", replaces_id=first))
    desk.hand_in(second)
    assert world.evaluations("ruyuan").get(first).replaced_by == second
    with pytest.raises(BadValue, match="已有一条"):
        desk.hand_in(rival)
    desk.drop(rival)
    for who, values in (
        ("second", {"replaces_id": second}),
        ("evaluator", {"replaces_id": second, "area_code": WUJIANG}),
        ("evaluator", {"replaces_id": 10**6}),
    ):
        with pytest.raises((BadValue, DBAPIError)):
            world.evaluations(who).write(draft(**values))


def test_a_dropped_draft_takes_its_files_with_it(world: World, tmp_path: Path) -> None:
    desk = world.evaluations("evaluator")
    files = StoredAttachments(world.database, world.token["evaluator"], tmp_path, 5, OFFICE)
    key = desk.write(draft())
    held = files.add(subject(SubjectKind.EVALUATION, key), "底稿.pdf", PDF)
    desk.drop(key)
    with pytest.raises(UnknownRecord):
        desk.get(key)
    with pytest.raises(UnknownRecord):
        files.opened(held.id)
    assert (
        world.scalar("SELECT count(*) FROM office_file WHERE id = :id AND removed_at IS NOT NULL", id=held.id)
        == 1
    )


@pytest.mark.parametrize(
    "who", ["ruyuan", "reviewer", "viewer", "admin", "city"], ids=lambda who: f"as {who}"
)
def test_nobody_else_writes_findings(world: World, who: str) -> None:
    with pytest.raises(NotAllowed, match="第三方评价账户"):
        world.evaluations(who).write(draft())
    key = world.evaluations("evaluator").write(draft())
    for deed in ("hand_in", "drop"):
        with pytest.raises((UnknownRecord, NotAllowed)):
            getattr(world.evaluations(who), deed)(key)
    world.evaluations("evaluator").drop(key)


def test_without_a_session_or_before_the_first_password_nothing_is_written(world: World) -> None:
    with pytest.raises(SignInNeeded):
        PostgisEvaluations(world.database, "").page()
    with pytest.raises(SignInNeeded):
        PostgisEvaluations(world.database, "").write(draft())
    with pytest.raises(NotAllowed):
        world.evaluations("fresh").write(draft())


@pytest.mark.parametrize(
    "values",
    [
        {"area_code": "431002"},
        {"area_code": "sg-health"},
        {"area_code": "440000"},
        {"project_id": "SG-9999"},
        {"area_code": "", "project_id": ""},
        {"score": Decimal("100.01")},
        {"title": " "},
        {"text": "长" * 4001},
    ],
    ids=str,
)
def test_out_of_scope_and_wrong_values_are_told(world: World, values: dict[str, object]) -> None:
    with pytest.raises(BadValue):
        world.evaluations("evaluator").write(draft(**values))


def test_the_record_of_another_city_is_out_of_scope(world: World) -> None:
    with pytest.raises(BadValue, match="评价范围"):
        world.evaluations("evaluator").write(draft(project_id=world.record["elsewhere"]))


def test_pages_are_by_area_record_and_ones_own(world: World) -> None:
    desk = world.evaluations("evaluator")
    before = desk.page()[1]
    about = world.handed_in(project_id=world.record["open"])
    wide = world.handed_in(area_code=CITY)
    found, count = desk.page(area_code=RUYUAN, limit=100)
    assert about in {f.id for f in found} and wide not in {f.id for f in found}
    assert {about, wide} <= {f.id for f in desk.page(area_code=CITY, limit=100)[0]}
    assert count == len(found)
    assert [f.id for f in desk.page(project_id=world.record["open"])[0]] == [about]
    assert desk.page(mine=True)[1] == desk.page()[1] == before + 2
    assert world.evaluations("admin").page(mine=True)[1] == 0
    one = desk.page(limit=1)[0]
    assert [f.id for f in one] != [f.id for f in desk.page(limit=1, offset=1)[0]]


def test_evaluators_do_not_read_one_another(world: World) -> None:
    key = world.handed_in()
    with pytest.raises(UnknownRecord):
        world.evaluations("second").get(key)


# ---- what else an evaluator may and may not ----


def test_an_evaluator_reads_what_a_reviewer_reads_and_files_nothing(world: World) -> None:
    units = "SELECT readable_units()"
    assert sorted(world.scalar(units, "evaluator")) == sorted(world.scalar(units, "reviewer"))
    assert world.scalar("SELECT fileable_units()", "evaluator") == []
    assert world.scalar("SELECT writable_units()", "evaluator") == []
    assert world.scalar("SELECT may_file()", "evaluator") is False
    assert world.scalar("SELECT planning_areas() || deciding_areas()", "evaluator") == []
    hidden = "SELECT count(*) FROM project WHERE id = :id"
    assert world.scalar(hidden, "evaluator", id=world.record["hidden"]) == 1
    assert world.scalar(hidden, "evaluator", id=world.record["elsewhere"]) == 0
    desk = PostgisDesk(world.database, world.token["evaluator"])
    change = FieldChange("beds", None, 5)
    with pytest.raises(NotAllowed):
        desk.file(
            Request(
                Kind.FORM, "x", RUYUAN, "x", (Entry(Operation.UPDATE, world.record["open"], 1, (change,)),)
            )
        )


def test_visits_and_leads_are_closed_to_evaluators(world: World) -> None:
    entry = EventEntry(kind=EventKind.VISIT, unit_id=RUYUAN, area_code=RUYUAN, counterpart="某投资方")
    number = PostgisPromotion(world.database, world.token["ruyuan"]).note(entry)
    asked = (ProjectFilter(), EventsAsked())
    assert PostgisPromotion(world.database, world.token["reviewer"]).events(*asked).matched >= 1
    assert PostgisPromotion(world.database, world.token["evaluator"]).events(*asked).matched == 0
    with pytest.raises(UnknownRecord):
        PostgisPromotion(world.database, world.token["evaluator"]).versions(number)


FORGED = {
    "another's name": "INSERT INTO evaluation (title, detail, area_code, rating, written_by)"
    " VALUES ('x', 'x', '440232', 'good', 'ev-second')",
    "handed in at once": "INSERT INTO evaluation (title, detail, area_code, rating, state)"
    " VALUES ('x', 'x', '440232', 'good', 'handed_in')",
    "another's scope": "INSERT INTO evaluation (title, detail, area_code, rating)"
    " VALUES ('x', 'x', '431002', 'good')",
    "more readers": "UPDATE evaluation SET unit_ids = ARRAY['431000']",
    "another day": "UPDATE evaluation SET handed_in_at = now()",
    "a deed of the owner": "SELECT note_unit_merge('x', 'sg-health', 'sg-civil', DATE '2019-01-01', 'x')",
    "a merger": "SELECT merge_unit('sg-health', 'sg-civil', DATE '2019-01-01', 'x')",
    "a new name": "SELECT rename_unit('sg-health', '韶关市健康局', DATE '2019-01-01', 'x')",
    "the registry": "UPDATE unit SET successor_id = 'sg-civil' WHERE id = 'sg-health'",
    "the trail": "INSERT INTO unit_change (unit_id, kind, old_name, new_name, since, source, made_by)"
    " VALUES ('sg-health', 'renamed', 'x', 'xx', DATE '2019-01-01', 'x', 'x')",
    "its own role": "UPDATE account SET role = 'administrator'",
    "a record": "UPDATE project SET beds = 1 WHERE owner_unit_id = '440232'",
    "a target": "SELECT file_indicator('440232', 'zhiweibing_centre_share', '440232', NULL,"
    " DATE '2019-12-31', 5, NULL, NULL, 'x')",
    "a unit of its own": "SELECT adopt_units(ARRAY['新单位'], ARRAY['enterprise'])",
    "a visit": "INSERT INTO promotion_event (version, kind, area_code, unit_id)"
    " VALUES (1, 'visit', '440232', '440232')",
}


@pytest.mark.parametrize("statement", FORGED.values(), ids=FORGED)
def test_lies_over_sql_are_refused_or_touch_nothing(world: World, statement: str) -> None:
    mine = world.evaluations("evaluator").write(draft())
    refused = False
    try:
        with world.database.writing(world.token["evaluator"]) as connection:
            done = connection.execute(text(statement))
            refused = statement.startswith("UPDATE") and done.rowcount == 0
    except (NotAllowed, DBAPIError):
        refused = True
    assert refused
    world.evaluations("evaluator").drop(mine)


def test_over_sql_a_finding_cannot_be_moved_out_of_scope_or_to_another_writer(world: World) -> None:
    key = world.evaluations("evaluator").write(draft())
    with pytest.raises(NotAllowed), world.database.writing(world.token["evaluator"]) as connection:
        connection.execute(text("UPDATE evaluation SET area_code = '431002' WHERE id = :id"), {"id": key})
    with world.database.writing(world.token["second"]) as connection:
        done = connection.execute(text("UPDATE evaluation SET title = 'x' WHERE id = :id"), {"id": key})
        assert done.rowcount == 0
    world.evaluations("evaluator").drop(key)
