"""Scorecards from the database: counted by hand, each record once, weights for administrators only."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.store import accounts
from data.store.scores import PostgisScorecards
from data.store.scores.fields import CONDITIONS
from data.store.sessions import Doorkeeper
from projects.accounts import Placement
from projects.errors import BadValue, NotAllowed, SignInNeeded
from projects.filters import ProjectFilter
from projects.identity import Role
from projects.scores.model import CheckedField, Component, Counted, Known, Tallied, TargetsMet
from projects.scores.scoring import ranked
from tests.db.copies import rows
from tests.db.practice_world import empty_world, practice_world

pytestmark = pytest.mark.db

COLUMNS = (
    "id, name, name_normalised, kind, category, province_code, prefecture_code, county_code, county_basis,"
    " owner_unit_id, stage, delivery_mode, ownership, total_investment, beds, land_status, floor_area_m2,"
    " published"
)
PLACED = "'440000', '440200'"
RECORDS = f"""
    INSERT INTO project ({COLUMNS}) VALUES
    ('T-0001', '全', '全', 'site', 'hospital', {PLACED}, '440203', 'reported', '440203',
        '在建', 'PPP', '公办', 100, 20, '净地', 30, true),
    ('T-0002', '空', '空', 'site', 'hospital', {PLACED}, '440203', 'reported', '440203',
        '未明确', '未明确', NULL, NULL, NULL, NULL, NULL, true),
    ('T-0003', '企业', '企业', 'enterprise', 'pharma_park', {PLACED}, '440203', 'reported', '440200',
        '未明确', '未明确', NULL, NULL, NULL, NULL, NULL, true),
    ('T-0004', '市级', '市级', 'programme', 'tcm', {PLACED}, NULL, NULL, '440200',
        '前期', '未明确', NULL, NULL, NULL, NULL, NULL, true),
    ('T-0005', '退库', '退库', 'site', 'tcm', {PLACED}, '440204', 'reported', '440204',
        '退库', 'PPP', NULL, NULL, NULL, NULL, NULL, true),
    ('T-0006', '草稿', '草稿', 'site', 'tcm', {PLACED}, '440204', 'reported', '440204',
        '在建', 'PPP', NULL, NULL, NULL, NULL, NULL, false),
    ('T-0007', '哪里也不在', '哪里也不在', 'site', 'tcm', NULL, NULL, NULL, NULL, NULL,
        '在建', 'PPP', NULL, NULL, NULL, NULL, NULL, true)"""
ROWS = (
    "INSERT INTO project_place (project_id, geom, precision, method, basis, datum_entered) VALUES"
    " ('T-0001', 'SRID=4326;POINT(113.1 24.1)', 2, 'gps', 'reported', 'wgs84')",
    "INSERT INTO finance_line (project_id, source, status, amount, basis) VALUES"
    " ('T-0001', '其他', '到位', 40, 'reported')",
    "INSERT INTO milestone (project_id, code, planned_on, actual_on, basis) VALUES"
    " ('T-0001', 'commencement', '2020-01-01', '2020-02-01', 'reported'),"
    " ('T-0001', 'completion', '2021-01-01', NULL, 'reported'),"
    " ('T-0001', 'commissioning', '2090-01-01', NULL, 'reported'),"
    " ('T-0001', 'landed', NULL, '2020-01-01', 'reported'),"
    " ('T-0004', 'projectApproval', current_date, NULL, 'reported')",
    "INSERT INTO unit (id, name, kind) VALUES ('u', '某单位', 'institution')",
    "INSERT INTO project_party (project_id, role, unit_id, basis)"
    " VALUES ('T-0001', 'owner', 'u', 'reported')",
)
PASSWORD = "一串很长的口令 24"


@pytest.fixture(scope="module")
def world(cluster: Cluster) -> Iterator[Database]:
    with empty_world(cluster) as database:
        with database.owning() as connection:
            for statement in (RECORDS, *ROWS):
                connection.execute(text(statement))
        yield database


def by_key(found: tuple[Counted, ...]) -> dict[str, Counted]:
    return {one.key: one for one in found}


def test_each_field_is_counted_where_it_is_wanted(world: Database) -> None:
    here = by_key(PostgisScorecards(world).by_area(ProjectFilter()).groups)["440203"]
    assert (here.name, here.level, here.records, here.demo) == ("武江区", "county", 3, 0)
    everywhere, built, beds = Known(3, 3), Known(2, 1), Known(2, 1)
    assert here.fields == {
        CheckedField.COUNTY: everywhere,
        CheckedField.PLACE: Known(3, 1),
        CheckedField.STAGE: built,
        CheckedField.DELIVERY_MODE: built,
        CheckedField.OWNERSHIP: Known(3, 1),
        CheckedField.TOTAL_INVESTMENT: built,
        CheckedField.FINANCE: built,
        CheckedField.MILESTONES: built,
        CheckedField.LAND_STATUS: built,
        CheckedField.SIZE: built,
        CheckedField.BEDS: beds,
        CheckedField.OWNER: built,
    }
    assert (here.planned, here.overdue) == (3, 1), "a date in the future and one without a plan are not late"


def test_every_record_stands_once_by_area_and_by_unit(world: Database) -> None:
    cards = PostgisScorecards(world)
    areas, units = (
        by_key(cards.by_area(ProjectFilter()).groups),
        by_key(cards.by_unit(ProjectFilter()).groups),
    )
    assert {k: c.records for k, c in areas.items()} == {"440203": 3, "440200": 1, "": 1}
    assert {k: c.records for k, c in units.items()} == {"440203": 2, "440200": 2, "": 1}
    assert areas["440200"].level == "prefecture" and areas["440200"].overdue == 0, "due today is not late"


def test_the_filter_restricts_and_an_empty_answer_is_empty(world: Database) -> None:
    cards = PostgisScorecards(world)
    assert [c.records for c in cards.by_area(ProjectFilter(kind=("enterprise",))).groups] == [1]
    assert cards.by_unit(ProjectFilter(q="没有这样的名字")) == Tallied((), 0)


@pytest.mark.parametrize("field", list(CheckedField))
def test_what_lacks_a_field_is_listed_as_it_is_counted(world: Database, field: CheckedField) -> None:
    cards = PostgisScorecards(world)
    for found, name in (
        (cards.by_area(ProjectFilter()).groups, "area"),
        (cards.by_unit(ProjectFilter()).groups, "unit"),
    ):
        for one in found:
            listed = cards.lacking(ProjectFilter(), field, **{name: one.key})  # type: ignore[arg-type]
            if one.key or name == "area":
                assert len(listed) == one.fields[field].missing, (one.key, field)
    assert "T-0001" not in {one.id for one in cards.lacking(ProjectFilter(), field, area="440203")}


def test_withdrawn_records_are_counted_apart_so_that_all_matches_stand_somewhere(world: Database) -> None:
    cards = PostgisScorecards(world)
    listed = "SELECT count(*) FROM project WHERE published AND stage = '退库'"
    for found in (cards.by_area(ProjectFilter()), cards.by_unit(ProjectFilter())):
        assert found.withdrawn == rows(world, listed)[0][0] > 0


def test_a_list_of_lacking_records_is_cut(world: Database) -> None:
    found = PostgisScorecards(world).lacking(ProjectFilter(), CheckedField.PLACE, area="440203", limit=1)
    assert [(one.id, one.name, one.owner_unit_id) for one in found] == [("T-0002", "空", "440203")]


def test_targets_come_from_whoever_knows_them(world: Database) -> None:
    met = {"440200": TargetsMet(1, 2, 5)}
    found = by_key(PostgisScorecards(world, targets=lambda: met).by_area(ProjectFilter()).groups)
    assert found["440200"].targets == TargetsMet(1, 2, 5)
    assert found["440203"].targets is None, "a county does not answer for its prefecture's targets"


def test_counts_hold_over_many_fictional_records(cluster: Cluster) -> None:
    with practice_world(cluster, 80) as database:
        cards = PostgisScorecards(database)
        areas = cards.by_area(ProjectFilter()).groups
        published = "SELECT count(*) FROM project WHERE published AND stage <> '退库'"
        assert sum(one.records for one in areas) == rows(database, published)[0][0]
        assert all(one.demo == one.records for one in areas)
        late = (
            "SELECT count(*) FILTER (WHERE planned_on < current_date AND actual_on IS NULL),"
            " count(planned_on) FROM milestone JOIN project ON project.id = project_id"
            " WHERE published AND stage <> '退库'"
        )
        assert (sum(a.overdue for a in areas), sum(a.planned for a in areas)) == rows(database, late)[0]
        assert any(card.score.value is not None for card in ranked(areas, cards.weights()))


def test_every_field_and_component_has_a_weight_in_the_database(world: Database) -> None:
    assert set(CONDITIONS) == set(CheckedField)
    held = rows(world, "SELECT part, name FROM score_weight")
    assert {name for part, name in held if part == "field"} == set(CheckedField)
    assert {name for part, name in held if part == "component"} == set(Component)
    weights = PostgisScorecards(world).weights()
    assert weights.components[Component.COMPLETENESS] == 50
    assert weights.fields[CheckedField.TOTAL_INVESTMENT] == 3


# ---- weights ----


def token(world: Database, name: str, placement: Placement) -> str:
    """Return the session of a new account whose password has been changed already."""
    with world.owning() as connection:
        accounts.add(connection, name, "", placement, PASSWORD)
        connection.execute(
            text("UPDATE account SET must_change_password = false WHERE name = :n"), {"n": name}
        )
    return Doorkeeper(world, 1).sign_in(name, PASSWORD).token


def test_an_administrator_changes_weights_and_the_change_is_kept(world: Database) -> None:
    cards = PostgisScorecards(world, token(world, "boss", Placement(Role.ADMINISTRATOR, "", "")))
    before = cards.weights()
    try:
        changed = cards.set_weights(
            {Component.TARGETS: Decimal("12.5"), Component.COMPLETENESS: Decimal(50)},
            {CheckedField.BEDS: Decimal(0)},
            "会议决定",
        )
        assert changed == 2
        assert cards.weights().components[Component.TARGETS] == Decimal("12.5")
        assert PostgisScorecards(world).weights() == cards.weights(), "everybody sees the same"
        last = {(c.part, c.name): c for c in cards.changes()}
        assert last["field", "beds"].old == 1 and last["field", "beds"].new == 0
        assert {(c.changed_by, c.reason) for c in last.values()} == {("boss", "会议决定")}
        assert PostgisScorecards(world).changes() == ()
    finally:
        cards.set_weights(before.components, before.fields, "zurück")


@pytest.mark.parametrize("role", ["editor", "reviewer", "viewer"])
def test_nobody_else_changes_weights(world: Database, role: str) -> None:
    placement = Placement(
        Role(role), "440203" if role == "editor" else "", "440200" if role == "reviewer" else ""
    )
    cards = PostgisScorecards(world, token(world, f"no-{role}", placement))
    before = cards.weights()
    with pytest.raises(NotAllowed):
        cards.set_weights({Component.TARGETS: Decimal(99)}, {}, "x")
    assert cards.weights() == before
    with world.writing(cards._token) as connection:
        assert connection.execute(text("UPDATE score_weight SET weight = 99")).rowcount == 0


def test_without_a_session_or_with_an_odd_weight_nothing_is_stored(world: Database) -> None:
    with pytest.raises(SignInNeeded):
        PostgisScorecards(world).set_weights({Component.TARGETS: Decimal(9)}, {}, "x")
    cards = PostgisScorecards(world, token(world, "boss2", Placement(Role.ADMINISTRATOR, "", "")))
    for odd in (Decimal(-1), Decimal(101)):
        with pytest.raises(BadValue, match="权重应在"):
            cards.set_weights({Component.TARGETS: Decimal(5)}, {CheckedField.BEDS: odd}, "x")
    assert cards.weights().components[Component.TARGETS] == 20
