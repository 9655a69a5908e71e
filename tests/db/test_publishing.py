"""The open standards from PostGIS: bulk reading as on the card, valid files, packages that come back."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from data.cluster import Cluster
from data.database import Database
from data.exports import formats
from data.exports.iati_elements import own
from data.exports.request import ExportRequest
from data.importers.office.run import Importer, Order
from data.store import images
from data.store.library import PostgisLibrary
from projects.filing.comparing import same
from projects.filters import ProjectFilter
from projects.intake.importing import ImportPlan
from projects.publishing import Published
from tests.db import making
from tests.db.copies import copy_of
from tests.db.practice_world import practice_world
from tests.unit.data.schemas import iati_errors, oc4ids_errors

pytestmark = pytest.mark.db
NOT_CARRIED = ("contact_name", "contact_phone", "owner_unit_id", "published")
"""Fields that no standard file holds: a person's name, whose a record is, whether it is published."""


@pytest.fixture(scope="module")
def world(cluster: Cluster) -> Iterator[Database]:
    with practice_world(cluster) as database:
        yield database


def content(name: str, library: PostgisLibrary, chosen: ProjectFilter, **options: Any) -> bytes:
    return b"".join(formats.stream(name, library, ExportRequest(chosen=chosen, **options)))


def test_bulk_reading_says_what_the_card_says(library: PostgisLibrary) -> None:
    chosen = ProjectFilter(prefecture=("440200", "431000"))
    found = {one.summary.id: one for one in library.published(chosen)}
    assert [one.summary for one in found.values()] == list(library.stream(chosen))
    for key in [*list(found)[::15], "CZ-0019"]:
        card, bulk = library.record(key), found[key]
        assert bulk.places == card.places
        assert [n.quote for n in bulk.namings] == [link.quote for link in card.links]
        assert {(r.role, r.unit_id) for r in bulk.roles} == {(p.role, p.unit_id) for p in card.parties}
        assert (bulk.parent.id if bulk.parent else None) == (card.parent.id if card.parent else None)
        assert [phase.id for phase in bulk.phases] == [child.id for child in card.children]


def test_money_and_steps_are_those_of_the_tables(world: Database) -> None:
    found = list(PostgisLibrary(world).published(ProjectFilter()))
    with world.owning() as connection:
        shown = "WHERE project_id IN (SELECT project_id FROM project_facet WHERE published)"
        sums = connection.exec_driver_sql(
            f"SELECT (SELECT sum(amount) FROM finance_line {shown}),"
            f" (SELECT count(*) FROM milestone {shown}),"
            f" (SELECT sum(amount) FROM annual_plan {shown}), (SELECT count(*) FROM project_place {shown})"
        ).one()
    assert sum(money.line.amount for one in found for money in one.money) == sums[0]
    assert sum(len(one.steps) for one in found) == sums[1]
    assert sum(plan.amount for one in found for plan in one.plans) == sums[2]
    assert sum(len(one.places) for one in found) == sums[3]


def test_a_batch_ends_nowhere_in_particular(library: PostgisLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    def read() -> list[Published]:
        return list(library.published(ProjectFilter()))

    whole = read()
    monkeypatch.setattr("data.store.publishing.BATCH", 7)
    assert read() == whole and len(whole) == library.count(ProjectFilter()).matched


@pytest.mark.parametrize(
    "chosen", [ProjectFilter(), ProjectFilter(ids=("SG-0001",)), ProjectFilter(county=("440232",))], ids=str
)
def test_the_library_validates_against_the_official_schemas(
    library: PostgisLibrary, chosen: ProjectFilter
) -> None:
    package = json.loads(content("oc4ids", library, chosen))
    assert oc4ids_errors(package) == []
    assert len(package["projects"]) == library.count(chosen).matched
    activities = content("iati", library, chosen)
    assert iati_errors(activities) == []
    root = Xml.fromstring(activities)
    there = len(root.findall("iati-activity")) + len(root.findall(own("withheld")))
    assert there == library.count(chosen).matched


def test_practice_data_validate_and_are_marked(world: Database) -> None:
    package = json.loads(content("oc4ids", PostgisLibrary(world), ProjectFilter(), practice=True))
    assert oc4ids_errors(package) == []
    assert all(p["description"].startswith("【演示数据，全部虚构") for p in package["projects"])
    assert iati_errors(content("iati", PostgisLibrary(world), ProjectFilter(), practice=True)) == []


def test_nobody_gets_a_name_or_a_draft(world: Database) -> None:
    library = PostgisLibrary(world)
    with world.owning() as connection:
        connection.exec_driver_sql(
            'UPDATE project SET contact = \'{"name": "张三甲", "phone": "13800000000"}\''
        )
        hidden = connection.exec_driver_sql(
            "UPDATE project SET published = false WHERE id = (SELECT max(id) FROM project) RETURNING id"
        ).scalar_one()
    try:
        for name in ("oc4ids", "iati"):
            said = content(name, library, ProjectFilter()).decode()
            assert "张三甲" not in said and "13800000000" not in said and str(hidden) not in said
    finally:
        with world.owning() as connection:
            connection.exec_driver_sql("UPDATE project SET published = true, contact = '{}'")


def documents(database: Database, ids: list[str]) -> dict[str, dict[str, Any]]:
    with database.owning() as connection:
        return images.documents(connection, images.present(connection, ids))


def preview(database: Database, path: Path) -> ImportPlan:
    with database.owning() as connection:
        token = making.token_of(connection, "publisher", "administrator")
        unit = str(connection.exec_driver_sql("SELECT id FROM owner_unit ORDER BY id LIMIT 1").scalar_one())
    return Importer(database, token).preview(Order(path, path.name, unit))


@pytest.mark.parametrize("practice", [True, False])
def test_a_package_imported_unchanged_changes_nothing(
    cluster: Cluster, world: Database, library_database: Database, tmp_path: Path, practice: bool
) -> None:
    path = tmp_path / "a.json"
    request = ExportRequest(chosen=ProjectFilter(), practice=practice)
    with copy_of(cluster, world if practice else library_database) as database:
        formats.write("oc4ids", PostgisLibrary(database), request, path)
        plan = preview(database, path)
    assert {str(row.outcome) for row in plan.rows} <= {"unchanged", "rejected"}
    others = [row for row in plan.rows if str(row.outcome) == "rejected"]
    assert {issue.key for row in others for issue in row.reasons} <= {"plan_not_yours"} and len(others) <= 1
    assert plan.reading.accounted == plan.reading.rows_in


def test_every_value_of_a_record_is_in_the_package(world: Database, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    formats.write("oc4ids", PostgisLibrary(world), ExportRequest(chosen=ProjectFilter(), practice=True), path)
    rows = {row.row.project_id: row.row.document for row in preview(world, path).rows}
    lost: Counter[str] = Counter()
    for key, held in documents(world, sorted(rows)).items():
        for field, value in held.items():
            if field in NOT_CARRIED or field.startswith("place/"):
                continue
            if not same(field, value, rows[key].get(field)) and not _line_holds(value, rows[key].get(field)):
                lost[field.partition("/")[0]] += 1
    assert not lost, lost


def _line_holds(held: Any, sent: Any) -> bool:
    """Whether a line of money or a step says all that the record's does; a file leaves blanks out."""
    if not isinstance(held, dict) or not isinstance(sent, dict):
        return False
    return all(sent.get(key) == value for key, value in held.items() if value not in (None, "", False))


def test_the_connection_goes_back_when_a_reader_leaves(library_database: Database) -> None:
    library = PostgisLibrary(library_database)
    pool = library_database._app.pool
    before = pool.checkedout()  # type: ignore[attr-defined]
    records = library.published(ProjectFilter())
    next(records)
    assert pool.checkedout() == before + 1  # type: ignore[attr-defined]
    records.close()  # type: ignore[attr-defined]
    assert pool.checkedout() == before  # type: ignore[attr-defined]
