"""The desk: who may file and read what, new records, values that are refused, drafts, one writer after the
other."""

from collections.abc import Iterator
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.store.desk import PostgisDesk
from projects.errors import BadValue, Conflict, NotAllowed, SignInNeeded, UnknownRecord
from projects.filing.changes import FieldChange, Kind, SourceFile, State, deletion
from tests.db import making
from tests.db.copies import copy_of
from tests.db.desks import (
    LINE,
    POINT,
    RUYUAN,
    SHAOGUAN,
    WUJIANG,
    Office,
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
    """A copy of the filled library with people in it; tests make their own records."""
    with copy_of(cluster, library_database) as database:
        yield open_office(database)


def test_everybody_is_who_the_database_says(office: Office) -> None:
    assert office.editor.identity().name == "bianji"
    assert [unit.id for unit in office.editor.units()] == [RUYUAN]
    assert {RUYUAN, WUJIANG, SHAOGUAN} <= {unit.id for unit in office.reviewer.units()}
    assert "431002" not in {unit.id for unit in office.reviewer.units()}
    assert not office.viewer.units()
    assert PostgisDesk(office.database, "forged").identity().account_id is None
    with pytest.raises(SignInNeeded):
        PostgisDesk(office.database, "").held("SG-0001")


FILING = {
    "editor": State.SUBMITTED,
    "neighbour": NotAllowed,
    "reviewer": State.ACCEPTED,
    "stranger": NotAllowed,
    "viewer": NotAllowed,
    "administrator": State.ACCEPTED,
}


@pytest.mark.parametrize("who", FILING)
def test_who_may_file_for_a_record(office: Office, who: str) -> None:
    key, desk = office.project(), getattr(office, who)
    unit = {"neighbour": WUJIANG, "stranger": "431000"}.get(who, RUYUAN)
    wanted = FILING[who]
    one = update(desk, key, beds=12)
    if isinstance(wanted, State):
        assert file(desk, one, unit=unit).state is wanted
        assert office.reviewer.held(key).document.get("beds") == (12 if wanted is State.ACCEPTED else None)
        return
    with pytest.raises(wanted):
        file(desk, one, unit=unit)
    assert office.scalar("SELECT count(*) FROM change_entry WHERE project_id = :key", key=key) == 0
    assert office.reviewer.held(key).version == 1


@pytest.mark.parametrize("who", ["editor", "neighbour", "stranger", "viewer"])
def test_nobody_files_in_the_name_of_another_unit(office: Office, who: str) -> None:
    desk = getattr(office, who)
    with pytest.raises(NotAllowed):
        file(desk, insert(), unit="440205")


def test_a_reviewed_unit_cannot_slip_a_foreign_record_into_its_own_request(office: Office) -> None:
    mine, theirs = office.project(), office.project(county_code=WUJIANG)
    with pytest.raises(NotAllowed):
        file(office.editor, update(office.editor, mine, beds=1), update(office.editor, theirs, beds=1))
    assert office.scalar("SELECT count(*) FROM change_entry WHERE project_id = :key", key=mine) == 0


def test_an_unreviewed_unit_publishes_its_own_and_nothing_else(office: Office) -> None:
    with office.database.owning() as connection:
        connection.execute(text("UPDATE owner_unit SET reviewed = false WHERE id = :id"), {"id": WUJIANG})
    key = office.project(county_code=WUJIANG)
    try:
        assert (
            file(office.neighbour, update(office.neighbour, key, beds=7), unit=WUJIANG).state
            is State.ACCEPTED
        )
        assert office.neighbour.held(key).document["beds"] == 7
        given = file(office.neighbour, update(office.neighbour, key, owner_unit_id=RUYUAN), unit=WUJIANG)
        assert given.state is State.SUBMITTED  # to give a record away, somebody over both has to agree
        with pytest.raises(NotAllowed):
            file(office.neighbour, update(office.neighbour, office.project(), beds=1), unit=WUJIANG)
    finally:
        with office.database.owning() as connection:
            connection.execute(text("UPDATE owner_unit SET reviewed = true WHERE id = :id"), {"id": WUJIANG})


def test_a_value_is_stored_with_its_basis_and_source(office: Office) -> None:
    key = office.project()
    one = entry(key, 1, {}, {"total_investment": "0012000.50", "stage": "在建", "contact_name": "王"})
    located = entry(key, 1, {}, {}).__class__(
        one.operation, key, 1, tuple(FieldChange(c.path, None, c.new, "项目!C7") for c in one.changes)
    )
    source = SourceFile("file-0123456789abcdef", "乡镇表.xlsx")
    filed = office.reviewer.file(
        request(located, unit=SHAOGUAN, kind=Kind.IMPORT).__class__(
            Kind.IMPORT, "导入", SHAOGUAN, "年报", (located,), source=source
        )
    )
    held = office.reviewer.held(key)
    assert held.document["total_investment"] == "12000.5"
    assert held.document["contact_name"] == "王"
    assert held.provenance["stage"].items() >= {
        "basis": "reported", "source": source.id, "locator": "项目!C7"}.items()  # fmt: skip
    assert office.scalar("SELECT source_id FROM change_set WHERE id = :id", id=filed.id) == source.id
    row = office.scalar("SELECT to_jsonb(p) FROM project p WHERE id = :key", key=key)
    assert (row["total_investment"], row["stage"], row["updated_by"]) == (12000.5, "在建", "shenhe")


def test_lists_are_written_row_by_row(office: Office) -> None:
    key = office.project()
    publish(office, key, finance__new_1=LINE, finance__new_2={**LINE, "amount": "1"}, place__0=POINT,
            annual_plan__2026="30", milestone__commencement={"planned_on": "2026-03-01"},
            alias__旧名=True, area__440203=True,
            party__owner=["乙公司", "甲公司", "韶关市卫生和计划生育局"])  # fmt: skip
    document = office.reviewer.held(key).document
    lines = {path: value for path, value in document.items() if path.startswith("finance/")}
    assert sorted(line["amount"] for line in lines.values()) == ["1", "100.5"]
    assert document["annual_plan/2026"] == "30"
    assert document["milestone/commencement"]["planned_on"] == "2026-03-01"
    assert document["alias/旧名"] is True
    assert document["area/440203"] is True
    assert document["party/owner"] == ["乙公司", "甲公司", "韶关市卫生和计划生育局"]
    assert document["place/0"]["geometry"]["coordinates"] == [113.27, 24.78]
    place = office.scalar("SELECT to_jsonb(p) FROM project_place p WHERE project_id = :key", key=key)
    assert (place["basis"], place["county_code"], place["is_primary"]) == ("reported", RUYUAN, True)
    with office.database.owning() as connection:
        assert making.facet(connection, key).funding_status == "部分落实"
    first = next(path for path, line in lines.items() if line["amount"] == "100.5")
    publish(office, key, **{first.replace("/", "__"): None, "place__0": None, "alias__旧名": None})
    left = office.reviewer.held(key).document
    assert first not in left
    assert "place/0" not in left
    assert "alias/旧名" not in left
    assert sum(path.startswith("finance/") for path in left) == 1


def test_a_unit_is_found_by_alias_and_made_once(office: Office) -> None:
    with office.database.owning() as connection:
        alias, name = connection.execute(
            text("SELECT alias, unit.name FROM unit_alias JOIN unit ON unit.id = unit_id"
                 " WHERE alias NOT IN (SELECT name FROM unit) ORDER BY alias LIMIT 1")).one()  # fmt: skip
    one, other = office.project(), office.project()
    publish(office, one, party__operator=[alias, "新来的（运营）有限公司"])
    publish(office, other, party__operator=["新来的(运营)有限公司"])
    assert office.reviewer.held(one).document["party/operator"] == [name, "新来的（运营）有限公司"]
    assert office.scalar("SELECT count(*) FROM unit WHERE name LIKE '新来的%'") == 1
    assert office.reviewer.standard_names([alias, "谁也不是"]) == {alias: name}
    again = office.reviewer.file(
        request(
            entry(
                one,
                2,
                office.reviewer.held(one).document,
                {"party/operator": [alias, "新来的（运营）有限公司"]},
            )
        )
    )
    assert again.id == 0  # the alias says what is there already


def test_a_new_record_gets_an_id_of_its_prefecture_and_its_owner(office: Office) -> None:
    filed = file(office.reviewer, insert(county_code=WUJIANG), insert(name="另一个"), unit=SHAOGUAN)
    first, second = filed.project_ids
    assert first.startswith("SG-")
    assert int(second.split("-")[1]) == int(first.split("-")[1]) + 1
    row = office.scalar("SELECT to_jsonb(p) FROM project p WHERE id = :key", key=first)
    assert (row["county_code"], row["county_basis"], row["prefecture_code"], row["province_code"]) == (
        WUJIANG, "reported", SHAOGUAN, "440000")  # fmt: skip
    assert (row["owner_unit_id"], row["basis"], row["version"], row["created_by"]) == (
        SHAOGUAN, "reported", 1, "shenhe")  # fmt: skip
    unplaced = office.scalar("SELECT to_jsonb(p) FROM project p WHERE id = :key", key=second)
    assert (unplaced["county_code"], unplaced["prefecture_code"], unplaced["stage"]) == (
        None,
        SHAOGUAN,
        "未明确",
    )
    elsewhere = file(
        office.administrator, insert(county_code="110101", owner_unit_id="110101"), unit="110101"
    )
    assert elsewhere.project_ids == ("PBBAB-0001",)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"beds": -1}, "床位"),
        ({"beds": "3.5"}, "床位"),
        ({"category": "no such"}, "类别"),
        ({"county_code": "999999"}, "999999"),
        ({"township_code": "440232999"}, "440232999"),
        ({"zone_id": "nowhere"}, "nowhere"),
        ({"parent_id": "SG-9999"}, "SG-9999"),
        ({"owner_unit_id": "nobody"}, "nobody"),
        ({"name": None}, "项目名称"),
        ({"deleted": True}, "删除"),
        ({"version": 9}, "version"),
        ({"provenance": {}}, "provenance"),
        ({"place__0": {**POINT, "geometry": {"type": "Point", "coordinates": [1130, 24]}}}, "位置"),
        ({"place__0": {**POINT, "datum_entered": "unknown"}}, "precision"),
        ({"finance__new_1": {**LINE, "amount": "-1"}}, "amount"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_and_nothing_is_kept(office: Office, values: dict[str, Any], word: str) -> None:
    key = office.project()
    sets = office.scalar("SELECT count(*) FROM change_set")
    with pytest.raises(BadValue, match=word):
        file(office.reviewer, update(office.reviewer, key, note="x", **values), unit=SHAOGUAN)
    assert office.scalar("SELECT count(*) FROM change_set") == sets
    assert office.reviewer.held(key).version == 1


def test_a_taken_project_code_is_told(office: Office) -> None:
    code = "2020-440232-83-01-012345"
    publish(office, office.project(), project_code=code)
    with pytest.raises(BadValue, match=code):
        publish(office, office.project(), project_code=code)


def test_a_crossed_polygon_is_told(office: Office) -> None:
    ring = [[113.0, 24.0], [113.1, 24.1], [113.1, 24.0], [113.0, 24.1], [113.0, 24.0]]
    with pytest.raises(BadValue, match="数据库的规则"):
        publish(
            office,
            office.project(),
            place__0={**POINT, "geometry": {"type": "Polygon", "coordinates": [ring]}},
        )


def test_what_is_so_already_makes_no_change_set(office: Office) -> None:
    key = office.project()
    publish(office, key, beds=10, finance__new_1=LINE)
    version, sets = office.reviewer.held(key).version, office.scalar("SELECT count(*) FROM change_set")
    assert (
        file(office.reviewer, update(office.reviewer, key, beds="10", stage="未明确"), unit=SHAOGUAN).id == 0
    )
    assert office.reviewer.held(key).version == version
    assert office.scalar("SELECT count(*) FROM change_set") == sets


def test_other_fields_stand_side_by_side_and_the_same_field_conflicts(office: Office) -> None:
    key = office.project()
    read = office.reviewer.held(key).document
    publish(office, key, beds=10)
    file(office.reviewer, entry(key, 1, read, {"jobs": 3}), unit=SHAOGUAN)
    assert {"beds": 10, "jobs": 3}.items() <= office.reviewer.held(key).document.items()
    with pytest.raises(Conflict, match="床位") as told:
        file(office.reviewer, entry(key, 1, read, {"beds": 11, "note": "x"}), unit=SHAOGUAN)
    assert told.value.fields == ("beds",)
    assert "note" not in office.reviewer.held(key).document
    assert file(office.reviewer, entry(key, 1, read, {"beds": 10}), unit=SHAOGUAN).id == 0


def test_two_at_once_never_overwrite_each_other(office: Office) -> None:
    key = office.project()
    read = office.reviewer.held(key).document
    start, ends = Barrier(2), []

    def write(desk: PostgisDesk, beds: int) -> None:
        start.wait()
        try:
            ends.append(file(desk, entry(key, 1, read, {"beds": beds}), unit=SHAOGUAN).state)
        except Conflict:
            ends.append("conflict")

    threads = [Thread(target=write, args=(desk, beds)) for desk, beds in
               ((office.reviewer, 1), (office.administrator, 2))]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, ends)) == ["accepted", "conflict"]
    assert office.reviewer.held(key).version == 2


def test_nothing_is_half_in(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = office.project(), office.project()

    def fail(*_: object) -> None:
        raise RuntimeError("the process dies here")

    monkeypatch.setattr("data.store.change_sets.close", fail)
    with pytest.raises(RuntimeError):
        publish(office, one, beds=1)
    monkeypatch.undo()
    assert office.reviewer.held(one).version == 1
    with pytest.raises(BadValue):
        file(office.reviewer, update(office.reviewer, one, beds=1),
             update(office.reviewer, other, parent_id="SG-9999"), unit=SHAOGUAN)  # fmt: skip
    assert office.reviewer.held(one).version == 1


def test_a_record_that_one_may_not_see_is_unknown(office: Office) -> None:
    key = office.project(published=False)
    assert office.editor.held(key).document["published"] is False
    for desk in (office.viewer, office.neighbour, office.stranger):
        with pytest.raises(UnknownRecord):
            desk.held(key)
        with pytest.raises(UnknownRecord):
            desk.history(key)
        with pytest.raises(UnknownRecord):
            file(
                desk, entry(key, 1, {}, {"beds": 1}), unit=WUJIANG
            ) if desk is office.neighbour else desk.held(key)


def test_held_by_unit_leaves_out_the_deleted(office: Office) -> None:
    key = office.project()
    assert key in {held.project_id for held in office.editor.held_by_unit(RUYUAN)}
    file(office.reviewer, deletion(key, 1, "x"), unit=SHAOGUAN)
    assert key not in {held.project_id for held in office.editor.held_by_unit(RUYUAN)}
    assert office.editor.held(key).deleted
    with pytest.raises(BadValue, match="先恢复"):
        publish(office, key, beds=1)


def test_the_same_documents_singly_and_together(office: Office) -> None:
    together = office.editor.held_by_unit(RUYUAN)
    assert len(together) > 15
    assert [office.editor.held(held.project_id) for held in together[:10]] == list(together[:10])


def test_changes_since_a_version(office: Office) -> None:
    key = office.project()
    publish(office, key, beds=10)
    publish(office, key, beds=20, note="x")
    assert office.reviewer.changes_since({key: 2}) == {key: {"beds": 10, "note": None}}
    assert office.reviewer.changes_since({key: 3}) == {}


def test_drafts_are_ones_own(office: Office) -> None:
    office.editor.save_draft("new", None, {"beds": "12x"})
    office.editor.save_draft("new", 3, {"beds": "12"})
    found = office.editor.draft("new")
    assert found is not None
    assert (found.base_version, found.content) == (3, {"beds": "12"})
    assert office.neighbour.draft("new") is None
    assert [draft.subject for draft in office.editor.drafts()] == ["new"]
    office.editor.drop_draft("new")
    assert office.editor.drafts() == ()
