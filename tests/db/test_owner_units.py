"""Owner units: one per area, zone and department; whose each record is; what survives a load."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from data.cluster import Cluster
from data.database import Database
from data.importers.library import read_library
from data.setup import gazetteer
from data.store import library_load, owner_units
from tests.db import making
from tests.db.copies import small_world

pytestmark = pytest.mark.db


def unit(connection: Connection, key: str) -> tuple[str, ...] | None:
    row = connection.execute(
        text(
            "SELECT kind, area_code, prefecture_code, province_code, reviewed FROM owner_unit WHERE id = :key"
        ),
        {"key": key},
    ).one_or_none()
    return tuple(row) if row else None


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("440232", ("county", "440232", "440200", "440000", True)),
        ("440200", ("prefecture", "440200", "440200", "440000", True)),
        ("440000", ("province", "440000", None, "440000", True)),
        ("441900", ("county", "441900", "441900", "440000", True)),  # 东莞: a city without counties
        ("429004", ("county", "429004", "429004", "420000", True)),  # 仙桃: directly under its province
        ("500000", ("province", "500000", None, "500000", True)),  # 重庆 stands at prefecture level too
        ("500103", ("county", "500103", "500000", "500000", True)),
        ("sg-furong", ("zone", "440200", "440200", "440000", True)),
        ("yz-health", ("department", "500103", "500000", "500000", True)),
        ("cn-nmpa", ("department", "100000", None, None, True)),
        ("100000", None),
    ],
)
def test_every_code_is_one_unit(writing: Connection, key: str, expected: tuple[str, ...] | None) -> None:
    assert unit(writing, key) == expected


def test_no_area_zone_or_department_is_left_out(writing: Connection) -> None:
    wanted = set(
        writing.scalars(
            text(
                "SELECT code FROM area WHERE level <> 'nation' UNION SELECT id FROM zone"
                " UNION SELECT id FROM unit WHERE kind = 'department'"
            )
        )
    )
    assert owner_units.ids(writing) == wanted
    assert len(wanted) > 3000


def test_a_records_owner_is_the_finest_area_known(writing: Connection) -> None:
    wrong = writing.execute(
        text(
            "SELECT id, owner_unit_id FROM project WHERE owner_unit_id IS DISTINCT FROM"
            " coalesce(county_code, zone_id, prefecture_code, province_code)"
        )
    ).all()
    assert wrong == []
    counts: dict[str, int] = dict(
        writing.execute(
            text(
                "SELECT owner_unit.kind, count(*) FROM project JOIN owner_unit"
                " ON owner_unit.id = owner_unit_id GROUP BY 1"
            )
        ).all()
    )
    assert counts["county"] == 158
    assert sum(counts.values()) == 415  # one record is known to no area at all


@pytest.mark.parametrize(
    ("values", "owner"),
    [
        ({"county_code": "440232", "prefecture_code": "440200"}, "440232"),
        ({"zone_id": "sg-furong", "prefecture_code": "440200"}, "sg-furong"),
        ({"prefecture_code": "440200", "province_code": "440000"}, "440200"),
        ({"province_code": "440000"}, "440000"),
        ({"county_code": "999999", "prefecture_code": "440200"}, "440200"),
        ({}, None),
    ],
)
def test_the_rule_of_the_load_and_of_the_database_is_one(
    writing: Connection, values: dict[str, str], owner: str | None
) -> None:
    assert owner_units.owner_of(values, owner_units.ids(writing)) == owner
    key = making.project(writing, **values)
    owner_units.refresh(writing)
    assert making.facet(writing, key).owner_unit_id == owner


def test_a_second_run_changes_nothing_and_keeps_what_was_set(writing: Connection) -> None:
    assert owner_units.review(writing, "440232", False)
    assert not owner_units.review(writing, "nowhere", False)
    before = writing.execute(text("SELECT * FROM owner_unit ORDER BY id")).all()
    owners = writing.execute(text("SELECT id, owner_unit_id, version FROM project ORDER BY id")).all()
    assert owner_units.refresh(writing) == len(before)
    assert writing.execute(text("SELECT * FROM owner_unit ORDER BY id")).all() == before
    assert writing.execute(text("SELECT id, owner_unit_id, version FROM project ORDER BY id")).all() == owners
    library_load.load(writing, read_library(), gazetteer())
    assert writing.execute(text("SELECT * FROM owner_unit ORDER BY id")).all() == before


def test_an_owner_that_was_given_stays(writing: Connection) -> None:
    """A claim, or an administrator's decision, is not undone by the rule for records without an owner."""
    key = making.project(writing, county_code="440232", owner_unit_id="sg-furong")
    owner_units.refresh(writing)
    assert making.facet(writing, key).owner_unit_id == "sg-furong"


@pytest.fixture
def small(cluster: Cluster) -> Iterator[Database]:
    with small_world(cluster) as database:
        yield database


def test_units_follow_the_boundaries_and_stay_while_they_are_named(small: Database) -> None:
    with small.owning() as connection:
        ids = owner_units.ids(connection)
        assert {"440203", "440204", "440200"} <= ids
        making.account(connection, "somebody", "editor", unit_id="440204")
        connection.execute(text("UPDATE project SET owner_unit_id = NULL"))
        connection.execute(text("DELETE FROM area WHERE level = 'county' AND code IN ('440203', '440204')"))
        owner_units.refresh(connection)
        left = owner_units.ids(connection)
        assert "440204" in left
        assert "440203" not in left


def test_anonymous_reading_is_switched_by_the_owner(writing: Connection) -> None:
    for reads in (False, True, True):
        owner_units.set_policy(writing, reads)
        with making.acting(writing) as connection:
            assert (connection.scalar(text("SELECT count(id) FROM project")) or 0) > 0 if reads else True
            assert connection.scalar(text("SELECT anonymous_reads()")) is reads
