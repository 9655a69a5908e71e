"""The dispatch in the database: the same as the rules in Python on random data, for whoever may see what."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import cast

import pytest
from sqlalchemy import Connection, text

from data.database import Database
from data.store import aggregates, summaries
from data.store.lifecycle.schedule import PostgisSchedule
from projects.codes import MilestoneCode, Stage
from projects.filters import ProjectFilter
from projects.lifecycle.approvals import ApprovalCode
from projects.lifecycle.contradictions import Code, find
from projects.lifecycle.dispatch import Light, Reference, light_of_unit
from projects.lifecycle.key_lists import KeyList, ListLevel
from projects.lifecycle.ports import By, Kind
from projects.lifecycle.steps import Dates, is_over, overdue
from projects.lifecycle.yearly import YearlyClass, yearly_class
from tests.db import making
from tests.db.lifecycle_rows import TODAY, UNITS, Made, filed_at, random_records, record
from tests.db.money_world import Inside

pytestmark = pytest.mark.db

WHEN = Reference(TODAY, 25)
START, END, RUN = MilestoneCode.COMMENCEMENT, MilestoneCode.COMPLETION, MilestoneCode.COMMISSIONING


class Open(PostgisSchedule):
    """The adapter over one open connection, whose rows are rolled back."""

    def __init__(self, connection: Connection, token: str = "") -> None:
        super().__init__(cast(Database, Inside(connection)), token)


def of(made: object) -> ProjectFilter:
    records = [made] if isinstance(made, Made) else list(made)  # type: ignore[call-overload]
    return ProjectFilter(ids=tuple(one.id for one in records))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counts_by_unit_are_those_of_the_rules(writing: Connection, seed: int) -> None:
    made = random_records(writing, seed)
    found = Open(writing).summary(of(made), WHEN, By.UNIT)
    assert [row.key for row in found.rows] == sorted({one.unit for one in made})
    for row in found.rows:
        own = [one for one in made if one.unit == row.key]
        active = [one for one in own if not is_over(one.stage, one.milestones, TODAY)]
        late = [overdue(one.milestones, TODAY) for one in active]
        lights = Counter(one.light(WHEN) for one in own)
        assert {light: n for light, n in row.lights.items() if n} == dict(lights)
        assert row.light is light_of_unit(lights)
        assert (row.projects, row.over) == (len(own), len(own) - len(active))
        assert row.reported == sum(bool(one.milestones) for one in active)
        assert row.reported + row.never_reported + row.over == row.projects
        assert row.never_filed == sum(one.filed_at is None for one in active)
        assert row.stale == sum(one.filed_at is not None and one.filed_at < WHEN.last_at for one in active)
        assert row.missed == sum(
            one.filed_at is not None and one.filed_at < WHEN.before_last_at for one in active
        )
        assert row.overdue_projects == sum(bool(one) for one in late)
        assert row.overdue_steps == sum(map(len, late))
        assert row.worst_days == max((days for one in late for days in one.values()), default=0)
        assert row.due == tuple(_due(active, span) for span in (30, 60, 90))


def _due(records: list[Made], span: int) -> int:
    return sum(
        dates.actual is None and dates.planned is not None and 0 <= (dates.planned - TODAY).days <= span
        for one in records
        for dates in one.milestones.values()
    )


def test_the_rows_by_unit_and_by_county_add_up_to_the_sum(writing: Connection) -> None:
    made = random_records(writing, 4)
    for by in (By.UNIT, By.COUNTY):
        found = Open(writing).summary(of(made), WHEN, by)
        assert found.total.projects == len(made)
        for name in ("projects", "over", "reported", "never_reported", "stale", "overdue_steps"):
            assert sum(getattr(row, name) for row in found.rows) == getattr(found.total, name)
        assert sum(found.total.lights.values()) == found.total.projects


def test_a_record_with_two_leads_counts_under_both_and_once_in_the_sum(library_database: Database) -> None:
    found = PostgisSchedule(library_database).summary(ProjectFilter(), WHEN, By.LEAD)
    assert sum(row.projects for row in found.rows) > found.total.projects == 416
    assert next(row for row in found.rows if row.key == "").projects > 0
    assert all(row.name for row in found.rows if row.key)


def test_the_library_as_loaded_is_grey_and_never_filed(library_database: Database) -> None:
    total = PostgisSchedule(library_database).summary(ProjectFilter(), WHEN, By.UNIT).total
    assert total.light is Light.GREY
    assert (total.reported, total.never_reported, total.never_filed) == (0, 416, 416)
    assert total.stale == total.missed == total.overdue_steps == 0


@pytest.mark.parametrize("kind", [Kind.OVERDUE, Kind.DUE_30, Kind.DUE_60, Kind.DUE_90])
def test_lists_of_steps_hold_what_the_counts_say(writing: Connection, kind: Kind) -> None:
    made = random_records(writing, 5)
    schedule = Open(writing)
    total = schedule.summary(of(made), WHEN, By.UNIT).total
    items = schedule.details(of(made), WHEN, kind, limit=None)
    wanted = total.overdue_steps if kind is Kind.OVERDUE else total.due[int(kind[3:]) // 30 - 1]
    assert len(items) == wanted
    by_id = {one.id: one for one in made}
    for item in items:
        dates = by_id[item.project_id].milestones[item.step]  # type: ignore[index]
        assert dates.planned is not None and dates.planned == item.planned_on and dates.actual is None
        assert item.days_late == (TODAY - dates.planned).days
        assert (item.days_late > 0) is (kind is Kind.OVERDUE)
    days = [item.planned_on for item in items]
    assert days == sorted(days, key=str)
    pages = [schedule.details(of(made), WHEN, kind, limit=7, offset=o) for o in range(0, wanted, 7)]
    assert [item for page in pages for item in page] == list(items)


@pytest.mark.parametrize("kind", [Kind.STALE, Kind.MISSED, Kind.NEVER_FILED, Kind.NEVER_REPORTED])
@pytest.mark.parametrize("within", [None, *((By.UNIT, unit) for unit in UNITS), (By.LEAD, "")])
def test_lists_of_records_hold_what_the_counts_say(
    writing: Connection, kind: Kind, within: tuple[By, str] | None
) -> None:
    made = random_records(writing, 6, 60)
    schedule = Open(writing)
    rows = schedule.summary(of(made), WHEN, within[0] if within else By.UNIT)
    tally = next(row for row in rows.rows if row.key == within[1]) if within else rows.total
    items = schedule.details(of(made), WHEN, kind, within=within, limit=None)
    assert len(items) == getattr(tally, kind) == len({item.project_id for item in items})


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_contradictions_are_those_of_the_rules(writing: Connection, seed: int) -> None:
    made = random_records(writing, seed)
    found = Open(writing).contradictions(of(made), WHEN, limit=None)
    expected = {one.id: find(one.stage, one.milestones, TODAY) for one in made}
    clashing = {key: clash for key, clash in expected.items() if clash}
    assert {item.project_id: item.found for item in found.items} == clashing
    assert found.records == len(clashing) > 20
    counts = Counter(code for clash in clashing.values() for code in {one.code for one in clash})
    assert found.by_code == {code: counts[code] for code in Code}
    for code in Code:
        narrowed = Open(writing).contradictions(of(made), WHEN, code=code, limit=None)
        assert len(narrowed.items) == counts[code] and narrowed.records == found.records


@pytest.mark.parametrize("seed", [10, 11])
@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_yearly_classes_are_those_of_the_rules(writing: Connection, seed: int, year: int) -> None:
    made = random_records(writing, seed)
    schedule = Open(writing)
    expected = Counter(yearly_class(one.stage, one.milestones, year) for one in made)
    counts = schedule.classes(of(made), year)
    assert {one.yearly: one.records for one in counts if one.records} == dict(expected)
    assert [one.yearly for one in counts] == [*YearlyClass, None]
    for yearly in (*YearlyClass, None):
        rows = schedule.of_class(of(made), year, yearly, limit=None)
        assert len(rows) == expected[yearly] and {row.yearly for row in rows} <= {yearly}


def test_key_lists_are_read_and_what_is_not_understood_stays_visible(writing: Connection) -> None:
    made = [
        record(writing, key_lists="2026省重点；2027市重点"),
        record(writing, key_lists="重大项目"),
        record(writing),
    ]
    first, second = Open(writing).key_projects(of(made), 2026)
    assert first.lists == (KeyList(2026, ListLevel.PROVINCIAL), KeyList(2027, ListLevel.MUNICIPAL))
    assert second.lists == () and second.unread == ("重大项目",)


def test_lists_of_key_projects_are_a_filter_by_year_and_level(writing: Connection) -> None:
    both = record(writing, key_lists="2026省重点；2027市重点").id
    later = record(writing, key_lists="2027市重点").id
    unread = record(writing, key_lists="重大项目").id
    writing.execute(text("SELECT refresh_facets(:ids)"), {"ids": [both, later, unread]})
    under = ProjectFilter(ids=(both, later, unread))
    for lists, expected in ((("2026省重点",), 1), (("2027市重点",), 2), (("2026省重点", "2027市重点"), 2)):
        assert summaries.count(writing, under.with_(keylist=lists)).matched == expected
    found = aggregates.options(writing, ["keylist"], under)["keylist"]
    assert {(one.value, one.count) for one in found} == {("2026省重点", 1), ("2027市重点", 2)}


def test_the_page_of_a_unit_has_its_first_steps_and_all_its_counts(writing: Connection) -> None:
    made = random_records(writing, 12)
    sheets = Open(writing).sheets(of(made), WHEN, shown=3)
    rows = Open(writing).summary(of(made), WHEN, By.UNIT).rows
    assert [sheet.tally for sheet in sheets] == list(rows)
    for sheet in sheets:
        assert len(sheet.overdue) == min(3, sheet.tally.overdue_steps)
        assert len(sheet.due) == min(3, sheet.tally.due[2])
        assert len(sheet.unreported) == min(3, sheet.tally.never_reported)
        assert {item.unit_id for item in (*sheet.overdue, *sheet.due)} <= {sheet.tally.key}
        whole = Open(writing).details(of(made), WHEN, Kind.OVERDUE, within=(By.UNIT, sheet.tally.key))
        assert sheet.overdue == whole[:3]


def test_a_timeline_has_every_step_of_its_record(writing: Connection) -> None:
    steps = {START: Dates(date(2026, 1, 2), date(2026, 2, 3)), RUN: Dates(date(2027, 1, 1))}
    made = record(writing, Stage.CONSTRUCTION, steps, filed=date(2026, 5, 1), key_lists="2026省重点")
    found = Open(writing).timelines([made.id, "TST-9999"])
    assert list(found) == [made.id]
    assert found[made.id].milestones == steps and found[made.id].stage == "在建"
    assert found[made.id].key_lists == "2026省重点" and found[made.id].filed_at == made.filed_at


def test_a_timeline_has_the_approvals_of_its_record_in_order(writing: Connection) -> None:
    made = record(writing, approval_type="备案")
    for code, number in (("constructionPermit", None), ("projectFiling", "1号"), ("noLongerKnown", "2号")):
        row = {"project_id": made.id, "code": code, "number": number, "actual_on": "2026-03-01"}
        making.insert(writing, "approval_step", row | {"basis": "reported"})
    found = Open(writing).timelines([made.id])[made.id]
    assert [(one.code, one.number) for one in found.approvals] == [
        (ApprovalCode.PROJECT_FILING, "1号"),
        (ApprovalCode.CONSTRUCTION_PERMIT, ""),
    ]
    assert found.approval_type == "备案" and found.approvals[0].dates == Dates(None, date(2026, 3, 1))


# ---- what is derived ----


def test_the_codes_stand_in_the_order_of_the_code_list(writing: Connection) -> None:
    assert writing.scalar(text("SELECT milestone_codes()")) == [str(code) for code in MilestoneCode]


def test_the_schedule_follows_the_milestones(writing: Connection) -> None:
    made = record(writing, Stage.CONSTRUCTION, {START: Dates(date(2026, 1, 2)), END: Dates(date(2025, 1, 1))})
    open_on = "SELECT open_on FROM project_schedule WHERE project_id = :key"
    assert writing.scalar(text(open_on), {"key": made.id}) == [date(2025, 1, 1), date(2026, 1, 2)]
    writing.execute(
        text("UPDATE milestone SET actual_on = '2025-02-01' WHERE project_id = :key AND code = 'completion'"),
        {"key": made.id},
    )
    assert writing.scalar(text(open_on), {"key": made.id}) == [date(2026, 1, 2)]
    writing.execute(text("DELETE FROM milestone WHERE project_id = :key"), {"key": made.id})
    assert writing.scalar(text(open_on), {"key": made.id}) == []


def test_only_an_office_updates_a_record(writing: Connection) -> None:
    made = record(writing)
    making.change(writing, made.id, note="loaded again")
    assert filed_at(writing, made.id) is None, "the owner of the tables is no office"
    token = making.token_of(writing, "guanli", "administrator")
    writing.execute(text("SELECT set_config('atlas.session', :token, true)"), {"token": token})
    making.change(writing, made.id, note="an office")
    written = filed_at(writing, made.id)
    assert written is not None
    writing.execute(text("SELECT set_config('atlas.session', '', true)"))
    making.change(writing, made.id, note="loaded once more")
    assert filed_at(writing, made.id) == written


def test_nobody_sees_the_dates_of_a_record_that_is_kept_back(writing: Connection) -> None:
    hidden = record(writing, milestones={START: Dates(TODAY)}, published=False)
    count = text("SELECT count(*) FROM project_schedule WHERE project_id = :key")
    editor = making.token_of(writing, "bianji", "editor", unit_id="440232")
    neighbour = making.token_of(writing, "linxian", "editor", unit_id="440203")
    seen = {}
    for who, token in (("nobody", ""), ("own", editor), ("neighbour", neighbour)):
        with making.acting(writing, token) as connection:
            seen[who] = connection.scalar(count, {"key": hidden.id})
            found = Open(connection, token).details(of(hidden), WHEN, Kind.NEVER_FILED)
            assert found == (), "the dispatch is about published records"
    assert seen == {"nobody": 0, "own": 1, "neighbour": 0}


def test_contacts_are_for_those_who_have_signed_in(writing: Connection) -> None:
    made = record(
        writing,
        milestones={START: Dates(TODAY - timedelta(days=3))},
        contact='{"name": "张三", "phone": "123"}',
    )
    viewer = making.token_of(writing, "liulan", "viewer")
    with making.acting(writing) as connection:
        assert Open(connection).details(of(made), WHEN, Kind.OVERDUE)[0].contact == ""
    with making.acting(writing, viewer) as connection:
        assert Open(connection, viewer).details(of(made), WHEN, Kind.OVERDUE)[0].contact == "张三 123"


def test_the_dates_of_a_deleted_record_are_nobodys(writing: Connection) -> None:
    made = record(writing, milestones={START: Dates(TODAY)})
    count = text("SELECT count(*) FROM project_schedule WHERE project_id = :key")
    with making.acting(writing) as connection:
        assert connection.scalar(count, {"key": made.id}) == 1
    making.change(writing, made.id, deleted_at="2026-01-01")
    editor = making.token_of(writing, "bianji", "editor", unit_id="440232")
    for token in ("", editor):
        with making.acting(writing, token) as connection:
            assert connection.scalar(count, {"key": made.id}) == 0
    making.change(writing, made.id, deleted_at=None)
    with making.acting(writing) as connection:
        assert connection.scalar(count, {"key": made.id}) == 1
