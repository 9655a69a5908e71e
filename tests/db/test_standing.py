"""Where a unit stands, counted in the database, against the same counted over its documents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.store.desk import PostgisDesk
from projects.standing import standing
from tests.db import making
from tests.db.copies import copy_of

pytestmark = pytest.mark.db

A, B = "440232", "440281"


@pytest.fixture(scope="module")
def database(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    with copy_of(cluster, library_database) as copied:
        yield copied


@pytest.fixture(scope="module")
def token(database: Database) -> str:
    with database.owning() as connection:
        return making.token_of(connection, "boss", "administrator")


def test_every_unit_counts_as_its_documents_do(database: Database, token: str) -> None:
    """All units of the real library; then with values of every kind that can be missing."""
    with database.owning() as connection:
        units = list(
            connection.scalars(
                text("SELECT DISTINCT owner_unit_id FROM project WHERE owner_unit_id IS NOT NULL")
            )
        )
        for statement in FILLED:
            connection.execute(text(statement), {"unit": A})
    desk = PostgisDesk(database, token)
    found = {unit: desk.standing(unit) for unit in units}
    assert found == {unit: standing(desk.held_by_unit(unit)) for unit in units}
    assert sum(one.records for one in found.values()) > 400
    assert found[A].money_reported >= 2


FILLED = (
    "UPDATE project SET total_investment = 0, stage = '在建', delivery_mode = 'PPP', address = '某路 1 号',"
    ' contact = \'{"phone": "0751"}\', floor_area_m2 = 0, land_mu = 3, township_code = NULL'
    " WHERE id = (SELECT min(id) FROM project WHERE owner_unit_id = :unit)",
    "INSERT INTO finance_line (project_id, source, status, amount, basis)"
    " SELECT max(id), '社会资本', '申请', 5, 'reported' FROM project WHERE owner_unit_id = :unit",
    "INSERT INTO milestone (project_id, code, planned_on, basis)"
    " SELECT max(id), 'commencement', DATE '2026-05-01', 'reported' FROM project WHERE owner_unit_id = :unit",
    "UPDATE project SET address = '', contact = '{\"phone\": \"\"}' WHERE id ="
    " (SELECT max(id) FROM project WHERE owner_unit_id = :unit)",
)


def test_deleted_and_merged_records_are_not_counted(database: Database, token: str) -> None:
    desk = PostgisDesk(database, token)
    before = desk.standing(B).records
    with database.owning() as connection:
        connection.execute(
            text(
                "UPDATE project SET deleted_at = now()"
                " WHERE id = (SELECT min(id) FROM project WHERE owner_unit_id = :unit)"
            ),
            {"unit": B},
        )
    assert desk.standing(B).records == before - 1


def test_another_units_hidden_records_are_not_counted(database: Database) -> None:
    with database.owning() as connection:
        other = making.token_of(connection, "ed-a", "editor", unit_id=A)
        own = making.token_of(connection, "ed-b", "editor", unit_id=B)
        making.project(connection, county_code=B, prefecture_code="440200", owner_unit_id=B, published=False)
    seen, held = PostgisDesk(database, other).standing(B), PostgisDesk(database, own).standing(B)
    assert seen.records == held.records - 1


def test_a_unit_without_records_lacks_nothing(database: Database, token: str) -> None:
    found = PostgisDesk(database, token).standing("no such unit")
    assert (found.records, found.money_reported, found.missing) == (0, 0, ())
