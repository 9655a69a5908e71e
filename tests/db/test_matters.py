"""Matters and joint meetings on real PostGIS: who sees and does what, history, timing, units then and now.

County A (乳源) and county B (乐昌) lie in 韶关, whose reviewer is "city"; "other" is the neighbouring city's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.store.matters.adapter import PostgisMatters, today
from projects.errors import BadValue, Conflict, NotAllowed, SignInNeeded, UnknownRecord
from projects.filters import ProjectFilter
from projects.matters.meetings import MeetingDraft
from projects.matters.model import (
    STEPS,
    EntryKind,
    Matter,
    MatterDraft,
    MatterKind,
    MatterState,
    Timing,
    UnitName,
    timing,
)
from projects.matters.ports import Asked
from tests.db import making
from tests.db.copies import copy_of
from tests.db.test_access import CITY, OTHER_CITY, A, B, World

pytestmark = pytest.mark.db

HOSTILE = "<script>alert(1)</script> =1+1 **粗** $x$ '; DROP TABLE matter; --"
DAY = date(2026, 6, 15)
OPEN, IN_HAND, ANSWERED, CLOSED, REOPENED = MatterState


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        made = World(database)
        with database.owning() as connection:
            for name, kind, area in OFFICES:
                making.insert(connection, "unit", {"id": name, "name": name, "kind": kind, "area_code": area})
            connection.execute(text("SELECT refresh_owner_units()"))
            made.token["department"] = making.token_of(
                connection, "who-department", "editor", unit_id="韶关市测试卫计局"
            )
        yield made


OFFICES = (
    ("韶关市测试卫计局", "department", CITY),
    ("韶关市测试卫健局", "department", CITY),
    ("郴州市测试局", "department", OTHER_CITY),
)


def port(world: World, who: str) -> PostgisMatters:
    return PostgisMatters(world.database, world.token[who])


def draft(**values: Any) -> MatterDraft:
    given: dict[str, Any] = {
        "kind": MatterKind.LAND,
        "title": "落实用地",
        "raised_unit": CITY,
        "lead_unit": A,
        "area_code": A,
    }
    return MatterDraft(**(given | values))


def raised(world: World, who: str = "city", **values: Any) -> int:
    return port(world, who).raise_matter(draft(**values))


def found(world: World, key: int, who: str = "city") -> Matter:
    return port(world, who).get(key, today())[0]


def steps(world: World, key: int, who: str = "city") -> list[tuple[str, str, str]]:
    entries = port(world, who).get(key, today())[1]
    return [(str(e.kind), str(e.old_state or ""), str(e.new_state or "")) for e in entries]


def sees(world: World, who: str, key: int) -> bool:
    try:
        return port(world, who).get(key, today())[0].id == key
    except UnknownRecord:
        return False


# ---- who sees what ----


def test_the_units_concerned_and_those_above_see_a_matter_and_nobody_else(world: World) -> None:
    between = raised(world)
    for who, expected in (("a", True), ("city", True), ("admin", True), ("fresh", True), ("b", False)):
        assert sees(world, who, between) is expected, who
    for who in ("other", "viewer"):
        assert not sees(world, who, between)
        assert port(world, who).page(Asked(project_id=""), today()).counts.matched == 0
    supported = raised(world, support_units=(B, B, A))
    assert sees(world, "b", supported) and not sees(world, "other", supported)
    assert [one.id for one in found(world, supported).support_units] == [B], (
        "once, and not the responsible one"
    )
    across = raised(world, lead_unit=OTHER_CITY)
    assert sees(world, "other", across)


def test_nobody_without_a_session_sees_anything(world: World) -> None:
    nobody = PostgisMatters(world.database, "")
    with pytest.raises(SignInNeeded):
        nobody.counts(Asked(), today())
    with pytest.raises(SignInNeeded):
        nobody.reply(1, "x")
    ended = PostgisMatters(world.database, "an old token")
    for step in (lambda: ended.counts(Asked(), today()), lambda: ended.reply(raised(world), "x")):
        with pytest.raises(SignInNeeded):
            step()


def test_the_owner_of_the_record_sees_what_is_asked_about_it(world: World) -> None:
    key = raised(world, area_code="", project_id=world.record[f"{B} open"])
    assert sees(world, "b", key) and not found(world, key, "b").may_answer
    assert found(world, key).project_name == "测试项目"
    with pytest.raises(NotAllowed):
        port(world, "b").reply(key, "不该我答")


def test_a_hidden_record_of_another_cannot_be_asked_about(world: World) -> None:
    hidden = world.record[f"{B} hidden"]
    with pytest.raises(BadValue, match=hidden):
        raised(world, "a", raised_unit=A, area_code="", project_id=hidden)
    key = raised(world, area_code="", project_id=hidden, lead_unit=OTHER_CITY)
    other = found(world, key, "other")
    assert (other.project_id, other.project_name) == (hidden, ""), "the number is told, the record is not"


def test_a_record_that_changes_hands_or_is_merged_takes_its_matters_along(world: World) -> None:
    with world.database.owning() as connection:
        gone = making.project(connection, name="旧", owner_unit_id=B, county_code=B)
        stays = making.project(connection, name="新", owner_unit_id=B, county_code=B)
    key = raised(world, area_code="", project_id=gone)
    asked = Asked(ProjectFilter(county=(B,)), words="落实")
    assert key in {one.id for one in port(world, "city").page(asked, today(), limit=100).items}
    with world.database.owning() as connection:
        making.change(connection, gone, merged_into_id=stays)
    assert (found(world, key).project_id, found(world, key).project_name) == (stays, "新")
    assert port(world, "city").counts(Asked(project_id=stays), today()).matched == 1
    with world.database.owning() as connection:
        making.change(connection, stays, owner_unit_id=OTHER_CITY)
    assert sees(world, "other", key)
    with world.database.owning() as connection:
        making.change(connection, stays, county_code=A)
        connection.execute(text("SELECT refresh_facets(ARRAY[:key])"), {"key": stays})
    asked = Asked(ProjectFilter(county=(A,)), project_id=stays)
    assert port(world, "city").counts(asked, today()).matched == 1, "it lies where its record lies"


# ---- what is done with it ----


def test_a_matter_goes_its_way_and_every_step_stays(world: World) -> None:
    key = raised(world, title=f"  {HOSTILE}\n", detail="说明", due_on=today())
    assert (found(world, key).title, found(world, key).state) == (HOSTILE, OPEN)
    unit, county = port(world, "city"), port(world, "a")
    county.move(key, IN_HAND, "")
    county.reply(key, "先报进度")
    county.reply(key, "办好了", ANSWERED)
    assert found(world, key).timing is Timing.ANSWERED
    unit.move(key, CLOSED, "属实")
    unit.move(key, REOPENED, "还差一件")
    county.reply(key, "补上了", ANSWERED)
    unit.move(key, CLOSED, "办结")
    assert steps(world, key) == [
        ("raised", "", "open"),
        ("state", "open", "in_hand"),
        ("reply", "", ""),
        ("reply", "in_hand", "answered"),
        ("state", "answered", "closed"),
        ("state", "closed", "reopened"),
        ("reply", "reopened", "answered"),
        ("state", "answered", "closed"),
    ]
    entries = county.get(key, today())[1]
    assert [e.written_by for e in entries[:2]] == ["who-city", "who-a"]
    assert entries[1].unit == UnitName(A, "乳源瑶族自治县") and found(world, key).replies == 3
    assert found(world, key).days_open == 0


def test_history_cannot_be_written_over_by_anybody(world: World) -> None:
    key = raised(world)
    for statement in (
        "UPDATE matter_entry SET text = 'x'",
        "DELETE FROM matter_entry",
        "UPDATE matter SET due_on = NULL",
        "DELETE FROM matter",
        "INSERT INTO matter_entry (matter_id, kind, written_by) VALUES (:key, 'reply', 'who-a')",
        "UPDATE meeting_item SET decision = 'x'",
        "DELETE FROM meeting_version",
        "SELECT note_matter(:key, 'reply', 'x', NULL, NULL, '{}')",
        "SELECT set_matter_state(:key, 'closed')",
        "SELECT store_matter('{}', :key)",
    ):
        for who in ("a", "city", "admin"):
            world.refused(who, statement, key=key)


@pytest.mark.parametrize("before", STEPS)
@pytest.mark.parametrize("after", MatterState)
def test_only_the_steps_of_the_rule_are_taken(world: World, before: MatterState, after: MatterState) -> None:
    key = raised(world)
    with world.database.owning() as connection:
        closed = "current_date" if before is CLOSED else "NULL"
        connection.execute(
            text(f"UPDATE matter SET state = :state, closed_on = {closed} WHERE id = :key"),
            {"state": str(before), "key": key},
        )
    admin = port(world, "admin")
    if after in STEPS[before]:
        admin.move(key, after, "x")
        assert found(world, key).state is after
    else:
        with pytest.raises(BadValue, match="不能直接改为"):
            admin.move(key, after, "x")
        assert found(world, key).state is before


def test_a_closed_matter_takes_a_reply_only_with_reopening_it(world: World) -> None:
    key = raised(world)
    unit, county = port(world, "city"), port(world, "a")
    unit.move(key, CLOSED, "不办了")
    for who in (unit, county):
        with pytest.raises(BadValue, match="先重新打开"):
            who.reply(key, "还有话说")
    with pytest.raises(NotAllowed):
        county.reply(key, "还有话说", REOPENED)
    with pytest.raises(BadValue, match="先重新打开"):
        unit.change(key, found(world, key).version, draft(title="改"), "")
    unit.reply(key, "还有话说", REOPENED)
    assert steps(world, key)[-1] == ("reply", "closed", "reopened")
    assert found(world, key).state is REOPENED


def test_who_is_not_asked_neither_answers_nor_settles(world: World) -> None:
    key = raised(world, support_units=(B,))
    with pytest.raises(NotAllowed):
        port(world, "a").move(key, CLOSED, "我说办结")
    with pytest.raises(NotAllowed):
        port(world, "a").change(key, 1, draft(title="改"), "")
    port(world, "b").reply(key, "配合办理", IN_HAND)
    with pytest.raises((NotAllowed, SignInNeeded)):
        port(world, "fresh").reply(key, "初始密码还没有改")
    with pytest.raises(UnknownRecord):
        port(world, "other").reply(key, "x")
    with pytest.raises(NotAllowed):
        raised(world, "a", raised_unit=CITY)
    mine = found(world, key, "a")
    assert (mine.may_answer, mine.may_handle, mine.may_settle) == (True, True, False)
    theirs = found(world, key)
    assert (theirs.may_answer, theirs.may_settle) == (True, True)


def test_a_raising_unit_may_add_words_but_not_say_that_it_is_answered(world: World) -> None:
    key = raised(world, "a", raised_unit=A, lead_unit=OTHER_CITY)
    port(world, "a").reply(key, "补充材料")
    with pytest.raises(NotAllowed):
        port(world, "a").reply(key, "已答复", ANSWERED)
    assert found(world, key, "a").state is OPEN


def test_a_change_says_what_was_and_meets_what_somebody_else_changed(world: World) -> None:
    key = raised(world, due_on=today())
    unit = port(world, "city")
    later = today() + timedelta(days=10)
    wanted = draft(title="改了", lead_unit=B, due_on=later)
    unit.change(key, 1, wanted, "换单位")
    entry = unit.get(key, today())[1][-1]
    assert entry.kind is EntryKind.CHANGED and entry.text == "换单位"
    assert entry.changed == {
        "title": ("落实用地", "改了"),
        "lead_unit": ("乳源瑶族自治县", "乐昌市"),
        "due_on": (str(today()), str(later)),
    }
    assert not sees(world, "a", key) and sees(world, "b", key)
    with pytest.raises(Conflict) as refused:
        unit.change(key, 1, draft(title="我也改"), "")
    assert refused.value.fields == ("version",)
    unit.change(key, 2, wanted, "")
    assert found(world, key).version == 2 and len(steps(world, key)) == 2, "nothing changed, nothing written"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": " "}, "标题"),
        ({"title": "长" * 121}, "121"),
        ({"detail": "长" * 4001}, "4001"),
        ({"area_code": ""}, "哪个项目或哪个地区"),
        ({"area_code": "999999"}, "999999"),
        ({"project_id": "XX-0001"}, "XX-0001"),
        ({"lead_unit": "no-such"}, "no-such"),
        ({"support_units": ("no-such",)}, "no-such"),
        ({"support_units": tuple(f"{n:06}" for n in range(21))}, "21"),
        ({"due_on": date(20, 1, 1)}, "0020-01-01"),
        ({"due_on": date(2020, 1, 1)}, "已经过去"),
    ],
)
def test_what_cannot_be_is_told_in_words_and_stored_nowhere(
    world: World, values: dict[str, Any], words: str
) -> None:
    before = port(world, "admin").counts(Asked(), today()).matched
    with pytest.raises(BadValue, match=words):
        raised(world, **values)
    assert port(world, "admin").counts(Asked(), today()).matched == before


def test_a_reply_without_words_or_with_too_many_is_refused(world: World) -> None:
    key = raised(world)
    for said, words in ((" \0 ", "请填写"), ("长" * 4001, "4001")):
        with pytest.raises(BadValue, match=words):
            port(world, "a").reply(key, said)
    with pytest.raises(BadValue, match="请填写"):
        port(world, "city").move(key, CLOSED, "")
    assert len(steps(world, key)) == 1


# ---- lists and counts ----


def of_all_timings(world: World, words: str) -> dict[int, tuple[MatterState, date | None]]:
    """Raise a matter of every state and due date around ``DAY``; return number → state and due date."""
    made: dict[int, tuple[MatterState, date | None]] = {}
    for state in MatterState:
        for days in (None, -40, -1, 0, 7, 8):
            due = None if days is None else DAY + timedelta(days=days)
            key = raised(world, title=f"{words}{state}{days}")
            with world.database.owning() as connection:
                connection.execute(
                    text(
                        "UPDATE matter SET state = :state, due_on = :due, raised_on = :raised,"
                        " closed_on = CASE WHEN :state = 'closed' THEN CAST(:day AS date) - 5 END"
                        " WHERE id = :key"
                    ),
                    {
                        "key": key,
                        "state": str(state),
                        "due": due,
                        "day": DAY,
                        "raised": DAY - timedelta(days=31),
                    },
                )
            made[key] = (state, due)
    return made


def test_counts_and_order_follow_the_rule_of_timing(world: World) -> None:
    made = of_all_timings(world, "计时")
    unit, asked = port(world, "city"), Asked(words="计时")
    page = unit.page(asked, DAY, limit=100)
    told = {key: timing(state, due, DAY) for key, (state, due) in made.items()}
    assert {one.id: one.timing for one in page.items} == told
    counts = page.counts
    assert counts.matched == len(made) == sum(counts.by_timing.values()) == sum(counts.by_kind.values())
    assert counts.by_timing == {one: list(told.values()).count(one) for one in Timing}
    assert counts.long_open == sum(state is not CLOSED for state, _ in made.values())
    assert unit.counts(asked, DAY - timedelta(days=1)).long_open == 0, "thirty days are not more than thirty"
    order = [(one.timing in (Timing.ANSWERED, Timing.CLOSED), one.due_on or date.max) for one in page.items]
    assert order[:18] == sorted(order[:18]) and {one.state for one in page.items[24:]} == {CLOSED}
    assert {one.days_open for one in page.items if one.state is CLOSED} == {26}
    assert {one.days_open for one in page.items if one.state is OPEN} == {31}
    for one in Timing:
        chosen = unit.page(replace(asked, timings=(one,)), DAY, limit=100)
        assert {item.id for item in chosen.items} == {key for key, was in told.items() if was is one}
        assert chosen.counts.matched == counts.by_timing[one]
    late = replace(asked, timings=(Timing.OVERDUE, Timing.DUE_SOON))
    assert (
        unit.counts(late, DAY).matched == counts.by_timing[Timing.OVERDUE] + counts.by_timing[Timing.DUE_SOON]
    )
    pages = [unit.page(asked, DAY, limit=7, offset=n).items for n in range(0, 35, 7)]
    assert [one.id for part in pages for one in part] == [one.id for one in page.items]


def test_each_condition_narrows_by_itself(world: World) -> None:
    record = world.record[f"{A} open"]
    one = raised(world, title="甲事 50%_", area_code="", project_id=record, support_units=(B,))
    two = raised(world, title="甲事 2", kind=MatterKind.ENERGY, lead_unit=B, area_code=B)
    three = raised(world, "a", title="甲事 3", raised_unit=A, lead_unit=CITY)
    unit = port(world, "city")

    def ids(**values: Any) -> set[int]:
        asked = Asked(**({"words": "甲事"} | values))
        page = unit.page(asked, today(), limit=100)
        assert unit.counts(asked, today()) == page.counts and page.counts.matched == len(page.items)
        return {item.id for item in page.items}

    assert ids() == {one, two, three}
    assert ids(kinds=(MatterKind.ENERGY,)) == {two}
    assert ids(states=(OPEN, CLOSED)) == {one, two, three} and ids(states=(CLOSED,)) == set()
    assert ids(unit_id=B) == {one, two} and ids(unit_id=B, lead_only=True) == {two}
    assert ids(project_id=record) == {one}
    assert ids(chosen=ProjectFilter(county=(A,))) == {one, three}
    assert ids(chosen=ProjectFilter(prefecture=(CITY,), county=(B,))) == {two}
    assert ids(chosen=ProjectFilter(prefecture=(OTHER_CITY,))) == set()
    assert ids(chosen=ProjectFilter(ids=(record,))) == {one}
    assert ids(words="50%_") == {one} and ids(words="%") == {one}
    assert ids(words=f"#{two}") == {two} and ids(words="\0") >= {one, two, three}
    assert ids(words="9" * 30) == set()
    assert ids(open_days=1) == set()
    loads = {load.unit.id: load.counts.matched for load in unit.by_unit(Asked(words="甲事"), today())}
    assert loads == {A: 1, B: 1, CITY: 1}


# ---- units then and now ----


def test_a_renamed_unit_is_told_with_the_name_of_that_time(world: World) -> None:
    key = raised(world, lead_unit="郴州市测试局")
    with world.database.owning() as connection:
        connection.execute(text("UPDATE unit SET name = '郴州市改名局' WHERE id = '郴州市测试局'"))
        connection.execute(
            text(
                "INSERT INTO unit_alias (unit_id, alias, kind)"
                " VALUES ('郴州市测试局', '郴州市测试局', 'former')"
            )
        )
        connection.execute(text("SELECT refresh_owner_units()"))
    assert found(world, key).lead_unit == UnitName("郴州市测试局", "郴州市改名局", "郴州市测试局")
    assert port(world, "a").units("州市测试局") == (UnitName("郴州市测试局", "郴州市改名局", "郴州市测试局"),)
    assert port(world, "a").units("州市改名局") == (UnitName("郴州市测试局", "郴州市改名局"),)


def test_a_merged_unit_stays_in_what_it_was_asked_and_its_successor_answers(world: World) -> None:
    old, new = "韶关市测试卫计局", "韶关市测试卫健局"
    key, closed = raised(world, lead_unit=old), raised(world, lead_unit=old)
    port(world, "city").move(closed, CLOSED, "好")
    with world.database.owning() as connection:
        connection.execute(
            text("UPDATE unit SET successor_id = :new, valid_to = '2026-01-01' WHERE id = :old"),
            {"new": new, "old": old},
        )
    for one in (key, closed):
        assert found(world, one).lead_unit == UnitName(new, new, old)
    unit = port(world, "city")
    assert unit.counts(Asked(unit_id=new, lead_only=True), today()).matched == 2
    loads = {load.unit.id: load.counts.matched for load in unit.by_unit(Asked(unit_id=new), today())}
    assert loads == {new: 2}, "counted under whoever answers today"
    assert unit.units("测试卫计") == (UnitName(new, new, old),), "the old name finds the new unit"
    later = raised(world, lead_unit=old)
    assert found(world, later).lead_unit == UnitName(new, new), "what is raised today goes to the successor"
    with world.database.owning() as connection:
        connection.execute(
            text("UPDATE unit SET successor_id = NULL, valid_to = NULL WHERE id = :old"), {"old": old}
        )


def test_units_around_come_first_and_hostile_words_find_nothing(world: World) -> None:
    county = port(world, "a")
    near = [one.id for one in county.units("市", within=A, limit=8)]
    assert CITY in near[:4]
    city = [one.id for one in port(world, "city").units("", within=CITY, limit=9)]
    assert city[0] == CITY and {A, B} & set(city), "its counties before its departments"
    assert county.units("%_'; DROP") == ()
    assert len(county.units("", limit=5)) == 5
    assert [one.id for one in county.units("乳源瑶族自治县")] == [A]


def test_units_that_one_raises_matters_for_are_ones_own(world: World) -> None:
    assert [one.id for one in port(world, "a").raising_units()] == [A]
    city = [one.id for one in port(world, "city").raising_units()]
    assert city[0] == CITY and {A, B} < set(city) and OTHER_CITY not in city
    assert port(world, "viewer").raising_units() == () == port(world, "fresh").raising_units()
    assert len(port(world, "admin").raising_units()) > 3000


def test_a_unit_that_a_matter_names_does_not_leave_the_registry(world: World) -> None:
    with world.database.owning() as connection:
        for key in ("测试单位甲", "测试单位乙", "测试单位丙"):
            making.insert(
                connection, "owner_unit", {"id": key, "kind": "zone", "name": key, "area_code": CITY}
            )
    raised(world, lead_unit="测试单位甲", support_units=("测试单位乙",))
    with world.database.owning() as connection:
        connection.execute(text("SELECT refresh_owner_units()"))
        left = set(connection.scalars(text("SELECT id FROM owner_unit WHERE id LIKE '测试单位%'")))
    assert left == {"测试单位甲", "测试单位乙"}


# ---- files ----


def test_files_are_for_those_who_answer_while_it_is_not_closed(world: World) -> None:
    key = raised(world)
    call = "SELECT may_attach('matter', :key)"
    assert world.scalar("a", call, key=key) and world.scalar("city", call, key=key)
    for who in ("b", "other", "viewer", "fresh"):
        assert not world.scalar(who, call, key=key), who
    port(world, "city").move(key, CLOSED, "x")
    assert not world.scalar("a", call, key=key)


# ---- joint meetings ----


def called(world: World, who: str = "city", **values: Any) -> int:
    return port(world, who).call_meeting(MeetingDraft(**({"title": "联席会议", "unit_id": CITY} | values)))


def test_decisions_become_matters_and_minutes_stand(world: World) -> None:
    one, two, three = raised(world), raised(world, lead_unit=B), raised(world)
    unit, day = port(world, "city"), today()
    key = called(world, title=HOSTILE, held_on=day, area_code=CITY, chair="某市长", attendees="各县\n各部门")
    unit.put_on_agenda(key, [two, one, two])
    unit.put_on_agenda(key, [three, one])
    assert [item.matter.id for item in unit.meeting(key, day).agenda] == [two, one, three]
    follow = draft(title="落实议定", kind=MatterKind.SUPERVISION, due_on=day)
    made = unit.decide(key, two, "一个月内办结", follow)
    assert made is not None and found(world, made).parent_id == two
    assert unit.decide(key, one, "再研究", None) is None
    assert unit.decide(key, two, "两个月内办结", None) is None
    with pytest.raises(BadValue, match=str(made)):
        unit.decide(key, two, "x", follow)
    with pytest.raises(BadValue, match="不能撤下"):
        unit.take_off_agenda(key, two)
    unit.take_off_agenda(key, three)
    unit.close_meeting(key)
    held = unit.meeting(key, day)
    assert [(i.position, i.decision, i.follow_up_id) for i in held.agenda] == [
        (1, "两个月内办结", made),
        (2, "再研究", None),
    ]
    assert held.agenda[0].follow_up is not None and held.agenda[0].decided_by == "who-city"
    assert held.closed_by == "who-city" and held.closed_at is not None and not held.may_change
    assert held.draft.title == HOSTILE and held.draft.attendees == "各县\n各部门"
    said = [e.text for e in unit.get(two, day)[1] if e.kind is EntryKind.DECIDED]
    assert said == ["一个月内办结", "两个月内办结"], "what was decided first stays in the history"
    assert found(world, three).state is OPEN
    later: tuple[Callable[[], object], ...] = (
        lambda: unit.decide(key, one, "x", None),
        lambda: unit.put_on_agenda(key, [three]),
        lambda: unit.close_meeting(key),
        lambda: unit.change_meeting(key, held.version, held.draft),
    )
    for step in later:
        with pytest.raises(BadValue, match="已经结束"):
            step()


def test_a_meeting_is_seen_by_whom_it_concerns_each_with_its_own_items(world: World) -> None:
    mine, theirs = raised(world), raised(world, lead_unit=B)
    unit = port(world, "city")
    key = called(world)
    unit.put_on_agenda(key, [mine, theirs])
    seen = port(world, "a").meeting(key, today())
    assert [item.matter.id for item in seen.agenda] == [mine] and seen.hidden == 1 and not seen.may_change
    head = next(one for one in port(world, "a").meetings() if one.id == key)
    assert (head.items, head.decided, head.unit.id) == (2, 0, CITY)
    assert port(world, "a").counts(Asked(meeting_id=key), today()).matched == 1
    for who in ("other", "viewer"):
        assert key not in {one.id for one in port(world, who).meetings()}
        with pytest.raises(UnknownRecord):
            port(world, who).meeting(key, today())
    not_theirs: tuple[Callable[[], object], ...] = (
        lambda: port(world, "a").close_meeting(key),
        lambda: port(world, "a").decide(key, mine, "我定", None),
        lambda: called(world, "a"),
        lambda: port(world, "other").change_meeting(key, 1, MeetingDraft(title="x", unit_id=CITY)),
    )
    for step in not_theirs:
        with pytest.raises(NotAllowed):
            step()
    foreign = port(world, "admin").raise_matter(draft(raised_unit=OTHER_CITY, lead_unit=OTHER_CITY))
    with pytest.raises(UnknownRecord):
        unit.put_on_agenda(key, [foreign])


def test_a_decision_for_another_unit_is_no_way_to_write_in_its_name(world: World) -> None:
    key, one = called(world), raised(world)
    unit = port(world, "city")
    unit.put_on_agenda(key, [one])
    with pytest.raises(NotAllowed):
        unit.decide(key, one, "议定", draft(raised_unit=OTHER_CITY))
    assert unit.meeting(key, today()).agenda[0].decided_at is None, "all of it or nothing"


def test_a_meeting_keeps_its_versions_and_meets_what_somebody_else_changed(world: World) -> None:
    key, unit = called(world), port(world, "city")
    unit.change_meeting(key, 1, MeetingDraft(title="改期", unit_id=CITY, held_on=today()))
    with pytest.raises(Conflict):
        unit.change_meeting(key, 1, MeetingDraft(title="又改", unit_id=CITY))
    with pytest.raises(BadValue, match="标题"):
        unit.change_meeting(key, 2, MeetingDraft(title=" ", unit_id=CITY))
    kept = "SELECT said ->> 'title' FROM meeting_version WHERE meeting_id = :key"
    assert world.names("city", kept, key=key) == {"联席会议", "改期"}
    assert world.names("other", kept, key=key) == set()
    assert unit.meeting(key, today()).draft.title == "改期"
