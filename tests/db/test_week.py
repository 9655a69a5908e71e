"""What changed of late: counted from real filings, by whom one is, and never what the program loaded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text

from data.cluster import Cluster
from data.database import Database
from data.store.week import PostgisWeek
from projects.errors import SignInNeeded
from projects.filing.changes import Entry, FieldChange, Kind, Operation
from projects.filters import ProjectFilter
from projects.week import Changes
from tests.db import desks, making
from tests.db.copies import copy_of
from tests.db.desks import RUYUAN, SHAOGUAN, WUJIANG

pytestmark = pytest.mark.db
HOME = ProjectFilter(prefecture=(SHAOGUAN,))


class World:
    """An office, and what its people are told of the week."""

    def __init__(self, database: Database) -> None:
        self.office = desks.open_office(database)
        with database.owning() as connection:
            self.tokens = {
                "reviewer": making.token_of(connection, "shenhe2", "reviewer", scope_code=SHAOGUAN),
                "viewer": making.token_of(connection, "liulan2", "viewer"),
            }
            self.today: date = connection.execute(
                text("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")
            ).scalar_one()

    def changes(self, chosen: ProjectFilter = HOME, who: str = "reviewer", days: int = 7) -> Changes:
        """Return the changes of the last days."""
        week = PostgisWeek(self.office.database, self.tokens[who])
        return week.changes(chosen, self.today - timedelta(days=days), self.today)


@pytest.fixture
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        yield World(database)


def test_a_library_that_nobody_touched_has_no_changes(world: World) -> None:
    found = world.changes()
    assert (found.fresh, found.gone, found.updated, found.fields, found.moved_count) == (0, 0, 0, 0, 0)
    assert found.moved == () and dict(found.received) == {"到位": "0", "支付": "0"} and not found.by_unit


def test_values_stages_and_money_are_counted_once_each(world: World) -> None:
    key = world.office.project(name="康养中心", stage="前期", published=True)
    desks.publish(world.office, key, stage="新开工", beds=300)
    desks.publish(world.office, key, stage="在建", finance__new_1={**desks.LINE, "status": "到位"})
    found = world.changes()
    assert (found.fresh, found.updated, found.fields) == (0, 1, 4), "stage, beds; stage again, one line"
    assert [(one.project_id, one.old, one.new) for one in found.moved] == [(key, "前期", "在建")]
    assert found.moved_count == 1 and found.moved[0].name == "康养中心" and found.moved[0].unit
    assert dict(found.received) == {"到位": "100.5", "支付": "0"}
    assert found.by_unit == {RUYUAN: 1}


def test_there_and_back_is_no_move(world: World) -> None:
    key = world.office.project(name="来回", stage="前期", published=True)
    desks.publish(world.office, key, stage="在建")
    desks.publish(world.office, key, stage="前期")
    assert world.changes().moved_count == 0 and world.changes().updated == 1


def test_money_that_moves_on_counts_where_it_ended(world: World) -> None:
    key = world.office.project(name="资金", published=True)
    desks.publish(world.office, key, finance__new_1={**desks.LINE, "status": "到位"})
    line = world.office.scalar("SELECT id FROM finance_line WHERE project_id = :key", key=key)
    desks.publish(world.office, key, **{f"finance__{line}": {**desks.LINE, "status": "支付"}})
    assert dict(world.changes().received) == {"到位": "0", "支付": "100.5"}


def test_a_new_record_is_new_and_not_updated(world: World) -> None:
    fresh = desks.insert(county_code=WUJIANG, owner_unit_id=WUJIANG, beds=5)
    desks.file(world.office.reviewer, fresh, unit=SHAOGUAN)
    found = world.changes()
    assert (found.fresh, found.updated, found.fields, found.moved_count) == (1, 0, 0, 0)
    assert found.by_unit == {WUJIANG: 1}


def test_what_is_not_published_is_no_news(world: World) -> None:
    hidden = world.office.project(name="草稿", published=False)
    desks.publish(world.office, hidden, beds=4)
    assert world.changes().updated == 0
    desks.publish(world.office, hidden, published=True)
    assert world.changes().fresh == 1


def test_a_record_that_went_is_counted_where_it_lay(world: World) -> None:
    key = world.office.project(name="撤销", published=True)
    held = world.office.reviewer.held(key)
    gone = Entry(Operation.DELETE, key, held.version, (FieldChange("deleted", None, True),), "撤销")
    desks.file(world.office.reviewer, gone, unit=SHAOGUAN, kind=Kind.DELETE)
    assert world.changes().gone == 1
    assert world.changes(ProjectFilter(county=(RUYUAN,))).gone == 1
    assert world.changes(ProjectFilter(county=(WUJIANG,))).gone == 0


def test_the_filter_and_the_days_narrow(world: World) -> None:
    key = world.office.project(name="乳源的", category="tcm", published=True)
    desks.publish(world.office, key, beds=8)
    assert world.changes(ProjectFilter(county=(WUJIANG,))).updated == 0
    assert world.changes(ProjectFilter(county=(RUYUAN,), category=("tcm",))).updated == 1
    assert world.changes(days=0).updated == 1, "today counts"
    week = PostgisWeek(world.office.database, world.tokens["reviewer"])
    before = week.changes(HOME, world.today - timedelta(days=9), world.today - timedelta(days=2))
    assert before.updated == 0


def test_the_history_of_the_period_is_read_once_and_apart_from_the_records(world: World) -> None:
    """Guessed too small and joined with the records, a week was read once for each of them."""
    scans: list[Any] = []

    def explained(connection: Connection, _cursor: Any, said: str, given: Any, *_rest: Any) -> None:
        if "FROM history" in said and not said.startswith("EXPLAIN"):
            plan = connection.exec_driver_sql("EXPLAIN (FORMAT JSON) " + said, given).scalar_one()
            scans.extend(_scans(plan[0]["Plan"], ()))

    event.listen(Engine, "before_cursor_execute", explained)
    try:
        world.changes()
    finally:
        event.remove(Engine, "before_cursor_execute", explained)
    assert [above for name, above in scans if name == "history"] == [()]


def _scans(plan: dict[str, Any], above: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """Return every table that a plan reads with the joins it stands in, inside its part of the plan."""
    own = above + ((plan["Node Type"],) if "Join" in plan["Node Type"] or "Loop" in plan["Node Type"] else ())
    found = [(plan["Relation Name"], above)] if "Relation Name" in plan else []
    for part in plan.get("Plans", ()):
        found += _scans(part, () if "Subplan Name" in part else own)
    return found


def test_anybody_signed_in_sees_published_ones_and_nobody_sees_none(world: World) -> None:
    key = world.office.project(name="公开的", published=True)
    desks.publish(world.office, key, beds=8)
    assert world.changes(who="viewer").updated == 1
    with pytest.raises(SignInNeeded, match="登录"):
        PostgisWeek(world.office.database).changes(HOME, world.today, world.today)
    with pytest.raises(SignInNeeded):
        PostgisWeek(world.office.database, "x" * 20).changes(HOME, world.today, world.today)
