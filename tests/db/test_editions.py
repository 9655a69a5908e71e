"""Editions of rolling plans and catalogues: proposed, decided, frozen, compared; and attacks on all of it."""

import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from data.cluster import Cluster
from data.database import Database
from projects.errors import AtlasError, BadValue, Conflict, NotAllowed, SignInNeeded, UnknownRecord
from projects.filters import ProjectFilter
from projects.plans.comparing import GONE
from projects.plans.editions import Change, EditionState
from projects.plans.ports import Lines, Rights, Wanted, Window, Wish
from tests.db import making
from tests.db.copies import copy_of
from tests.db.plans_world import ALL, CATALOGUE, CITY, EVERYTHING, PLAN, SECRET, World, people, proposal

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        yield people(database)


@pytest.fixture
def county(world: World) -> str:
    return world.county()


# ---- what is frozen ----


def test_an_edition_freezes_what_everybody_may_see(world: World, county: str) -> None:
    key = world.project(county, {2026: "120.5", 2028: "0"}, name="颐养园", total_investment="1000.10")
    edition = world.publish(county, key)
    assert (edition.number, edition.state, edition.members) == (1, EditionState.PUBLISHED, 1)
    entry = world.listed(edition)[key]
    assert entry.plan == {2026: Decimal("120.5"), 2028: Decimal(0)}
    assert entry.snapshot["total_investment"] == "1000.1"
    assert (entry.name, entry.snapshot["stage"], entry.change) == ("颐养园", "前期", Change.ENTERED)
    assert entry.snapshot["county_code"] == county and entry.snapshot["county"]
    assert "beds" not in entry.snapshot, "what is unknown is not there"
    assert "张三丰" not in str(entry.snapshot) and "13800000000" not in str(entry.snapshot)


def test_the_years_are_those_of_the_annual_plan_the_construction_the_hand_or_nobody_knows(
    world: World, county: str
) -> None:
    planned = world.project(county, {2025: "9", 2027: "10"})
    building, unknown, by_hand = (world.project(county) for _ in range(3))
    with world.database.owning() as connection:
        for code, day in (("commencement", "2024-03-01"), ("completion", "2027-12-01")):
            values = {"project_id": building, "code": code, "planned_on": day, "basis": "reported"}
            making.insert(connection, "milestone", values)
        amount = {"project_id": building, "year": 2026, "amount": "3", "basis": "reported"}
        making.insert(connection, "annual_plan", amount)
    entering = {key: Wish() for key in (planned, building, unknown)} | {by_hand: Wish(years=(2028,))}
    edition = world.publish(county, entering=entering)
    plans = {key: dict(one.plan) for key, one in world.listed(edition).items()}
    assert plans == {
        planned: {2027: Decimal(10)},
        building: {2026: Decimal(3), 2027: None},
        unknown: {},
        by_hand: {2028: None},
    }
    totals = world.editions().totals(edition.id)
    assert (totals.members, totals.undated) == (4, 1)
    assert [(y, m.count, m.known, m.amount) for y, m in totals.years.items()] == [
        (2026, 1, 1, Decimal(3)),
        (2027, 2, 1, Decimal(10)),
        (2028, 1, 0, Decimal(0)),
    ]
    assert totals.investment.unknown == 4


def test_who_has_to_report_is_the_unit_of_today(world: World, county: str) -> None:
    planned = world.project(county, {2026: "1"}, total_investment="5")
    silent, by_hand = world.project(county), world.project(county, total_investment="5")
    entering = {planned: Wish(), silent: Wish(), by_hand: Wish(years=(2027,))}
    edition = world.publish(county, entering=entering)
    world.change(silent, owner_unit_id=CITY)
    first, second = world.editions().silences(edition.id)
    assert {(s.unit_id, s.members, s.undated, s.unpriced, s.untotalled) for s in (first, second)} == {
        (county, 2, 0, 1, 0),
        (CITY, 1, 1, 0, 1),
    }
    assert first.unit and second.unit
    world.change(silent, published=False)
    assert "" in {s.unit_id for s in world.editions().silences(edition.id)}


FROZEN = (
    "UPDATE edition SET title = 'x' WHERE id = :key",
    "UPDATE edition SET decided_by = 'x' WHERE id = :key",
    "UPDATE edition SET state = 'withdrawn' WHERE id = :key",
    "DELETE FROM edition WHERE id = :key",
    "UPDATE edition_entry SET reason = 'x' WHERE edition_id = :key",
    "UPDATE edition_entry SET snapshot = '{}' WHERE edition_id = :key",
    "DELETE FROM edition_entry WHERE edition_id = :key",
    "INSERT INTO edition_entry (edition_id, project_id, change, snapshot)"
    " VALUES (:key, 'SG-0001', 'kept', '{}')",
    "TRUNCATE edition_entry",
    "TRUNCATE edition CASCADE",
)


@pytest.mark.parametrize("statement", FROZEN)
def test_what_is_published_stands_even_against_the_owner(world: World, statement: str) -> None:
    key = world.scalar("SELECT max(id) FROM edition WHERE state = 'published'")
    if key is None:
        county = world.county()
        key = world.publish(county, world.project(county)).id
    with pytest.raises(DBAPIError) as caught, world.database.owning() as connection:
        connection.execute(text(statement), {"key": key})
    assert caught.value.orig.sqlstate == "23514"  # type: ignore[union-attr]


def test_a_proposal_is_decided_on_and_never_changed(world: World, county: str) -> None:
    key = world.editions(county).propose(proposal(county, world.project(county)))
    for change in (
        "title = 'x'",
        "year = 2027",
        "proposed_by = 'x'",
        "area_code = '440200'",
        "base_id = NULL, unit_id = ''",
    ):
        with pytest.raises(DBAPIError, match="never changed"), world.database.owning() as connection:
            connection.execute(text(f"UPDATE edition SET {change} WHERE id = :key"), {"key": key})
    world.editions(county).withdraw(key)
    with pytest.raises(DBAPIError, match="stands as it is"), world.database.owning() as connection:
        connection.execute(text("UPDATE edition SET state = 'proposed' WHERE id = :key"), {"key": key})


# ---- the yearly roll-over ----


def test_a_roll_over_is_one_reviewed_action(world: World, county: str) -> None:
    done, stays, comes = (world.project(county, {2026: "1", 2027: "2", 2029: "3"}) for _ in range(3))
    first = world.publish(county, done, stays)
    world.change(done, stage="竣工")
    mine = world.editions(county)
    (leaver,) = mine.leavers(first.id)
    assert (leaver.project_id, leaver.reason, leaver.public) == (done, "已竣工", True)
    found = mine.candidates(PLAN, county, 2027, ProjectFilter(ids=(done, stays, comes)), ALL)
    assert [c.project_id for c in found.rows] == [comes]
    key = mine.propose(proposal(county, comes, year=2027, base_id=first.id, leaving={done: leaver.reason}))
    second = mine.edition(key)
    assert (second.kept, second.entered, second.left, second.number) == (1, 1, 1, None)
    assert world.editions("reviewer").waiting(PLAN) == 1
    second = world.editions("reviewer").decide(key, publish=True, remark="同意")
    assert (second.number, second.remark, second.decided_by) == (2, "同意", "plans-reviewer")
    assert world.editions("reviewer").waiting() == 0
    assert dict(world.listed(second)[stays].plan) == {2027: Decimal(2), 2029: Decimal(3)}
    left = world.listed(second, Wanted(change=(Change.LEFT,)))
    assert {k: (e.reason, e.snapshot["stage"], dict(e.plan)) for k, e in left.items()} == {
        done: ("已竣工", "竣工", {})
    }
    assert world.listed(second)[comes].reason == "省级统筹"


def refused(world: World, county: str, error: type[AtlasError], words: str, *keys: str, **more: Any) -> None:
    """Expect a proposal to be refused with nothing stored."""
    before = world.scalar("SELECT (SELECT count(*) FROM edition), (SELECT count(*) FROM edition_entry)")
    with pytest.raises(error, match=words) as caught:
        world.editions(county).propose(proposal(county, *keys, **more))
    assert SECRET not in str(caught.value)
    assert (
        world.scalar("SELECT (SELECT count(*) FROM edition), (SELECT count(*) FROM edition_entry)") == before
    )


def test_a_proposal_that_breaks_a_rule_leaves_nothing_half(world: World, county: str) -> None:
    good, hidden, gone, elsewhere, withdrawn = (
        world.project(county),
        world.project(county, published=False, name=SECRET),
        world.project(county, deleted_at="2026-01-01", name=SECRET),
        world.project("431021"),
        world.project(county, stage="退库"),
    )
    refused(world, county, BadValue, f"未公开发布.*{hidden}", good, hidden)
    refused(world, county, BadValue, f"未公开发布.*{gone}", good, gone)
    refused(world, county, BadValue, "未公开发布.*ZZ-0001", good, "ZZ-0001")
    refused(world, county, BadValue, f"不在本地区.*{elsewhere}", good, elsewhere)
    refused(world, county, BadValue, f"已退库.*{withdrawn}", good, withdrawn)
    refused(world, county, BadValue, "一个项目也没有")
    refused(world, county, BadValue, "标题", good, title=" ")
    refused(world, county, BadValue, "2000", good, year=20217)
    refused(world, county, BadValue, "2000 个字", good, note="长" * 2001)
    refused(world, county, BadValue, "500 个字", entering={good: Wish("长" * 501)})
    refused(world, county, BadValue, f"不在上一版.*{good}", leaving={good: "x"})
    first = world.publish(county, good)
    more = {"base_id": first.id, "year": 2027}
    new = world.project(county)
    refused(world, county, BadValue, f"理由.*{new}", entering={new: Wish(" ")}, **more)
    refused(world, county, BadValue, f"理由.*{good}", leaving={good: ""}, **more)
    refused(world, county, BadValue, f"同时.*{good}", good, leaving={good: "x"}, **more)
    refused(world, county, BadValue, "早于上一版.*2026", good, base_id=first.id, year=2025)
    world.change(good, published=False)
    refused(world, county, BadValue, f"不再公开.*{good}", new, **more)


def test_only_the_newest_edition_is_rolled_over_and_the_first_decision_counts(
    world: World, county: str
) -> None:
    key, other = world.project(county), world.project(county)
    mine, over = world.editions(county), world.editions("reviewer")
    one, two = (mine.propose(proposal(county, k, title=k)) for k in (key, other))
    assert over.waiting() == 2
    first = over.decide(one, publish=True)
    with pytest.raises(Conflict, match="更新的一版"):
        over.decide(two, publish=True)
    with pytest.raises(Conflict):
        over.decide(one, publish=False, remark="x")
    refused(world, county, Conflict, "更新的一版", other)
    with pytest.raises(BadValue, match="意见"):
        over.decide(two, publish=False, remark=" ")
    assert over.decide(two, publish=False, remark="请在新版上编制").state is EditionState.REJECTED
    with pytest.raises(Conflict):
        mine.withdraw(two)
    assert world.publish(county, other, base_id=first.id, year=2026).number == 2


def test_of_two_who_publish_at_once_one_is_told(world: World, county: str) -> None:
    numbers = [world.editions(county).propose(proposal(county, world.project(county))) for _ in range(4)]
    found: list[object] = []

    def publish(number: int) -> None:
        try:
            found.append(world.editions("reviewer").decide(number, publish=True).number)
        except Conflict as error:
            found.append(type(error))

    threads = [threading.Thread(target=publish, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, found)) == ["1", *[str(Conflict)] * 3]


# ---- records that change meanwhile ----


def test_what_was_hidden_since_is_not_made_public_by_freezing_it(world: World, county: str) -> None:
    key, other = world.project(county), world.project(county)
    number = world.editions(county).propose(proposal(county, key, other))
    world.change(key, published=False, name=SECRET)
    world.change(other, beds=5)
    over = world.editions("reviewer")
    moved = over.moved(number)
    assert (moved.hidden, moved.changed) == ((key,), 1)
    with pytest.raises(BadValue, match=f"不再公开.*{key}"):
        over.decide(number, publish=True)
    assert over.edition(number).state is EditionState.PROPOSED
    over.decide(number, publish=False, remark="有项目已撤下")


def test_a_snapshot_stays_when_the_record_is_hidden_and_the_record_leaves_with_what_was_public(
    world: World, county: str
) -> None:
    key, other = world.project(county, name="旧名"), world.project(county)
    first = world.publish(county, key, other)
    world.change(key, published=False, name=SECRET)
    assert world.listed(first)[key].name == "旧名"
    (leaver,) = world.editions(county).leavers(first.id)
    assert (leaver.project_id, leaver.reason, leaver.public, leaver.name) == (key, GONE, False, "旧名")
    second = world.publish(county, base_id=first.id, year=2027, leaving={key: GONE})
    assert world.listed(second, Wanted(change=(Change.LEFT,)))[key].name == "旧名"
    assert SECRET not in world.scalar("SELECT string_agg(snapshot::text, '') FROM edition_entry")


def test_a_merged_record_is_followed(world: World, county: str) -> None:
    old, heir, lone = (world.project(county, name=name) for name in ("旧", "新", "独"))
    first = world.publish(county, old, lone)
    world.change(old, merged_into_id=heir)
    candidates = world.editions(county).candidates(PLAN, county, 2027, ProjectFilter(ids=(heir, lone)), ALL)
    assert candidates.matched == 0, "the heir is in the plan already"
    assert world.listed(first, Wanted(chosen=ProjectFilter(ids=(heir,)))).keys() == {old}
    second = world.publish(county, base_id=first.id, year=2027)
    assert second.kept == 2 and world.listed(second).keys() == {heir, lone}
    found = world.editions().compare(first.id, second.id)
    assert (found.new[Change.KEPT].count, found.changed, found.listed) == (2, 1, 2)
    (line,) = world.editions().differences(first.id, second.id, Lines(Change.KEPT, True), ALL).rows
    assert {(m.path, m.old, m.new) for m in line.moves} == {("id", old, heir), ("name", "旧", "新")}


def test_what_merged_records_became_is_told_where_everybody_may_see_it(world: World, county: str) -> None:
    old, heir = world.project(county), world.project(county, published=False)
    first = world.publish(county, old)
    world.change(old, merged_into_id=heir)
    with world.database.reading() as connection:
        query = "SELECT count(*) FROM edition_heirs(ARRAY[:key])"
        assert connection.scalar(text(query), {"key": first.id}) == 0
    world.change(heir, published=True)
    with world.database.reading() as connection:
        assert connection.scalar(text(query), {"key": first.id}) == 1
    waiting = world.editions(county).propose(proposal(county, world.project(county), base_id=first.id))
    with world.database.reading() as connection:
        assert connection.scalar(text(query), {"key": waiting}) == 0, "a proposal is nobody else's business"


# ---- comparing ----


def test_two_editions_side_by_side_add_up(world: World, county: str) -> None:
    grows, leaves, late = (world.project(county, {2026: "1", 2027: "2", 2028: "4"}) for _ in range(3))
    first = world.publish(county, grows, leaves)
    with world.database.owning() as connection:
        connection.execute(
            text("UPDATE annual_plan SET amount = 7 WHERE project_id = :k AND year = 2027"), {"k": grows}
        )
        connection.execute(
            text("DELETE FROM annual_plan WHERE project_id = :k AND year = 2028"), {"k": grows}
        )
    second = world.publish(county, base_id=first.id, year=2027, leaving={leaves: "停缓建"})
    third = world.publish(county, late, base_id=second.id, year=2027)
    ask = world.editions()
    found = ask.compare(first.id, third.id)
    assert {c: s.count for c, s in found.old.items()} == {Change.KEPT: 1, Change.LEFT: 1}
    assert {c: s.count for c, s in found.new.items()} == {Change.KEPT: 1, Change.ENTERED: 1}
    assert found.years == (2026, 2027, 2028, 2029)
    for side, edition in ((found.old, first), (found.new, third)):
        for year, measure in ask.totals(edition.id).years.items():
            assert found.total(side, year) == measure
    lines = ask.differences(first.id, third.id, Lines(), ALL)
    assert lines.matched == found.listed == 3
    said = {line.entry.project_id: (line.change, line.reason) for line in lines.rows}
    assert said[leaves] == (Change.LEFT, "停缓建"), "the reason stands in the edition between"
    assert said[late] == (Change.ENTERED, "省级统筹")
    kept = next(line for line in lines.rows if line.change is Change.KEPT)
    assert {(m.path, m.old, m.new) for m in kept.moves} == {("plan/2027", "2", "7"), ("plan/2028", "4", None)}
    back = ask.differences(third.id, first.id, Lines(), ALL)
    assert {line.entry.project_id: (line.change, line.reason) for line in back.rows} == {
        leaves: (Change.ENTERED, ""),
        late: (Change.LEFT, ""),
        grows: (Change.KEPT, ""),
    }
    assert ask.compare(first.id, first.id).changed == 0


def test_a_plan_and_a_catalogue_are_not_compared(world: World, county: str) -> None:
    key = world.project(county, open_to_capital="是")
    plan, catalogue = world.publish(county, key), world.publish(county, key, kind=CATALOGUE)
    with pytest.raises(BadValue, match="不能比较"):
        world.editions().compare(plan.id, catalogue.id)
    with pytest.raises(UnknownRecord):
        world.editions().compare(plan.id, 2**31 - 1)


def test_entries_are_listed_page_by_page_under_conditions(world: World, county: str) -> None:
    keys = [world.project(county, {2026 + i % 3: str(i)} if i else {}, name=f"项目{i}_%") for i in range(7)]
    world.change(keys[1], category="tcm")
    edition = world.publish(county, *keys)
    ask = world.editions()
    pages = [ask.entries(edition.id, Wanted(), Window(3, start)) for start in (0, 3, 6, 9)]
    assert [p.matched for p in pages] == [7] * 4
    assert [e.project_id for p in pages for e in p.rows] == sorted(keys)
    assert world.listed(edition, Wanted(year=2026)).keys() == {keys[3], keys[6]}
    assert world.listed(edition, Wanted(year=0)).keys() == {keys[0]}
    assert world.listed(edition, Wanted(text="目3_%")).keys() == {keys[3]}
    assert world.listed(edition, Wanted(chosen=ProjectFilter(category=("tcm",)))).keys() == {keys[1]}
    assert ask.totals(edition.id, Wanted(year=2026)).years[2026].amount == Decimal(9)


# ---- the catalogue ----


def test_a_catalogue_freezes_what_is_open_and_says_what_came_and_went(world: World, county: str) -> None:
    closes, stays, ends, plain = (world.project(county, open_to_capital="是") for _ in range(4))
    closed = world.project(county)
    picked = ProjectFilter(ids=(closes, stays, ends, plain, closed))
    more = {"kind": CATALOGUE, "matching": picked}
    assert world.editions(county).candidates(CATALOGUE, county, 2026, picked, ALL).matched == 4
    first = world.publish(county, **more)
    assert (first.members, first.conditions) == (4, "ids=" + "%2C".join(picked.ids))
    world.change(closes, open_to_capital="否")
    world.change(ends, stage="退库")
    world.change(closed, open_to_capital="是")
    again = ProjectFilter(ids=(closes, stays, ends, closed))
    second = world.publish(county, kind=CATALOGUE, matching=again, base_id=first.id)
    gone = world.listed(second, Wanted(change=(Change.LEFT,)))
    assert {k: e.reason for k, e in gone.items()} == {
        closes: "不再对外招商",
        ends: "已退库",
        plain: "本次未选入",
    }
    assert world.listed(second).keys() == {stays, closed}
    assert world.editions().totals(second.id).undated == 0
    refused(world, county, BadValue, f"对外招商.*{closes}", closes, kind=CATALOGUE, base_id=second.id)


def test_all_that_match_come_in_by_one_proposal(world: World, county: str) -> None:
    mine = world.editions(county)
    matched = mine.candidates(PLAN, county, 2026, EVERYTHING, Window(1)).matched
    assert matched > 5
    edition = mine.edition(mine.propose(proposal(county, matching=EVERYTHING)))
    assert edition.entered == matched


# ---- who may ----


@pytest.mark.parametrize(
    ("who", "propose", "decide"),
    [
        ("own", True, False),
        ("neighbour", False, False),
        ("city", True, False),
        ("reviewer", True, True),
        ("stranger", False, False),
        ("viewer", False, False),
        ("admin", True, True),
        ("fresh", False, False),
    ],
)
def test_the_area_says_who_proposes_and_who_publishes(
    world: World, who: str, propose: bool, decide: bool
) -> None:
    neighbour, county = world.county(), world.county()
    key = world.project(county)
    waiting = world.editions(county).propose(proposal(county, key, title="已提交"))
    person = world.editions({"own": county, "neighbour": neighbour}.get(who, who))
    assert person.rights(county) == Rights(propose, decide)
    assert person.waiting() == int(decide)
    if propose:
        assert person.edition(person.propose(proposal(county, key))).proposed_by
    else:
        with pytest.raises(NotAllowed):
            person.propose(proposal(county, key))
    if not decide:
        for publish in (True, False):
            with pytest.raises(NotAllowed):
                person.decide(waiting, publish=publish, remark="x")
    if who in ("neighbour", "stranger", "viewer", "fresh"):
        with pytest.raises(NotAllowed):
            person.withdraw(waiting)
    assert world.scalar("SELECT state FROM edition WHERE id = :k", k=waiting) == "proposed"


def test_nobody_acts_without_having_signed_in(world: World, county: str) -> None:
    key = world.project(county)
    nobody = world.editions()
    assert (nobody.rights(county), nobody.waiting()) == (Rights(), 0)
    with pytest.raises(SignInNeeded):
        nobody.propose(proposal(county, key))
    with pytest.raises(SignInNeeded):
        nobody.decide(1, publish=True)


def test_a_city_plans_for_itself_a_county_not_for_the_city(world: World, county: str) -> None:
    key = world.project(county)
    assert world.editions("city").propose(proposal(CITY, key))
    with pytest.raises(NotAllowed):
        world.editions(county).propose(proposal(CITY, key))
    with pytest.raises(NotAllowed):
        world.editions("city").propose(proposal("440000", key))


def test_a_proposal_is_for_its_unit_and_those_who_decide(world: World) -> None:
    neighbour, county = world.county(), world.county()
    waiting = world.editions(county).propose(proposal(county, world.project(county)))
    for who in (county, "reviewer", "admin"):
        found = world.editions(who).edition(waiting)
        assert (found.proposed_by, found.unit_id) == (f"bianji-{county}", county)
        assert found.unit and found.unit != county, "the unit has its name"
        assert world.editions(who).entries(waiting, Wanted(), ALL).matched == 1
    for who in ("", neighbour, "viewer", "stranger"):
        with pytest.raises(UnknownRecord):
            world.editions(who).edition(waiting)
        assert world.editions(who).editions(PLAN, county) == ()
        with world.database.reading(world.tokens[who] if who else "") as connection:
            query = "SELECT count(*) FROM edition_entry WHERE edition_id = :key"
            assert connection.scalar(text(query), {"key": waiting}) == 0
    world.editions("reviewer").decide(waiting, publish=False, remark="重编")
    assert world.editions("viewer").editions(PLAN, county) == (), "what is rejected stays within"
    assert world.editions(county).edition(waiting).remark == "重编"


def test_a_closed_library_shows_no_edition_to_strangers(world: World, county: str) -> None:
    edition = world.publish(county, world.project(county))
    assert world.editions().edition(edition.id).proposed_by == "", "who proposed is told after signing in"
    assert world.editions("viewer").edition(edition.id).proposed_by == f"bianji-{county}"
    with world.database.owning() as connection:
        connection.execute(text("UPDATE access_policy SET anonymous_reads = false"))
    try:
        assert world.editions().editions(PLAN, county) == ()
        assert world.editions("viewer").edition(edition.id).id == edition.id
    finally:
        with world.database.owning() as connection:
            connection.execute(text("UPDATE access_policy SET anonymous_reads = true"))


ATTACKS = (
    "INSERT INTO edition (kind, area_code, title, year) VALUES ('catalogue', '440200', 'x', 2026)",
    "UPDATE edition SET state = 'published', number = 9, decided_at = now(), decided_by = 'plans-reviewer'",
    "UPDATE edition SET remark = 'x'",
    "DELETE FROM edition",
    "INSERT INTO edition_entry (edition_id, project_id, change, snapshot)"
    " SELECT id, 'SG-0001', 'kept', '{}' FROM edition",
    "UPDATE edition_entry SET snapshot = '{}'",
    "DELETE FROM edition_entry",
    "TRUNCATE edition_entry",
    "ALTER TABLE edition_entry DISABLE TRIGGER ALL",
    "SELECT * FROM edition_source",
    "SELECT * FROM record_heir",
    "SELECT * FROM newest_edition('rolling_plan', '440200')",
    "SELECT filing_unit_for('440200')",
    "SELECT * FROM edition_draft('rolling_plan', '440200', 2026, NULL, ARRAY['SG-0001'], ARRAY['x'], NULL,"
    " NULL, '{}')",
)


@pytest.mark.parametrize("statement", ATTACKS)
def test_nobody_writes_editions_but_by_proposing_and_deciding(world: World, statement: str) -> None:
    county = world.county()
    world.publish(county, world.project(county))
    world.editions(county).propose(
        proposal(county, world.project(county), base_id=world.scalar("SELECT max(id) FROM edition"))
    )
    for who in (county, "reviewer", "admin", "viewer"):
        with pytest.raises(NotAllowed), world.database.writing(world.tokens[who]) as connection:
            connection.execute(text(statement))


def test_names_of_people_are_closed_to_the_public(world: World) -> None:
    for column in ("proposed_by", "decided_by", "remark", "note", "unit_id"):
        with pytest.raises(NotAllowed), world.database.reading() as connection:
            connection.execute(text(f"SELECT {column} FROM edition"))
