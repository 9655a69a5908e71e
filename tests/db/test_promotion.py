"""Investment promotion on real PostGIS: opportunities, sites, the funnel against a plain count, and attacks.

County A (乳源) publishes by itself, county B (乐昌) is reviewed by its city; both lie in 韶关.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from data.cluster import Cluster
from data.database import Database
from data.store.promotion import funnel as store_funnel
from data.store.promotion import opportunities as store_opportunities
from data.store.promotion import sites as store_sites
from data.store.promotion.promotion import PostgisPromotion, today
from projects.codes import MilestoneCode
from projects.errors import BadValue, Conflict, NotAllowed, SignInNeeded, UnknownRecord
from projects.filters import ProjectFilter
from projects.promotion.events import Entry, EventKind
from projects.promotion.funnel import LATER, SIGNING, STAGE_OF, Ask, Cohort, Grain
from projects.promotion.opportunities import Sort, missing
from projects.promotion.ports import EventsAsked
from tests.db import making
from tests.db.copies import copy_of
from tests.db.test_access import World

pytestmark = pytest.mark.db

A, B, CITY, OTHER_CITY = "440232", "440281", "440200", "431000"
ALL = ProjectFilter()
HOSTILE = "<script>alert(1)</script> =1+1 **粗** \u202e $x$ '; DROP TABLE project; --"


def chosen(*ids: str) -> ProjectFilter:
    return ProjectFilter(ids=ids)


# ---- opportunities ----


def lines(connection: Connection, key: str, **amounts: int) -> None:
    for status, amount in amounts.items():
        row = {"project_id": key, "source": "其他", "status": status, "amount": amount, "basis": "reported"}
        making.insert(connection, "finance_line", row)


def test_open_records_come_with_their_gap_and_what_is_missing(writing: Connection) -> None:
    full = making.project(
        writing,
        name="全",
        county_code=A,
        owner_unit_id=A,
        open_to_capital="是",
        total_investment=1000,
        capital_sought=600,
        delivery_mode="合资合作",
        land_status="净地",
        cooperation=HOSTILE,
    )
    lines(writing, full, 批复=100, 到位=50, 申请=500)
    bare = making.project(writing, name="空", county_code=B, owner_unit_id=B, open_to_capital="是")
    closed = making.project(writing, county_code=A, owner_unit_id=A, open_to_capital="否")
    unsaid = making.project(writing, county_code=A, owner_unit_id=A)
    hidden = making.project(writing, county_code=A, open_to_capital="是", published=False)
    asked = chosen(full, bare, closed, unsaid, hidden)
    page = store_opportunities.page(writing, asked, Sort.GAP, (10, 0), contacts=True)
    assert [one.id for one in page] == [full, bare], "known gaps first"
    first, second = page
    assert (first.gap, first.lines, first.cooperation) == (Decimal(850), 3, HOSTILE)
    assert (first.place, first.owner_unit) == ("乳源瑶族自治县", "乳源瑶族自治县")
    assert missing(first) == ("contact",)
    assert second.gap is None and "total_investment" in missing(second) and "land_status" in missing(second)
    totals = store_opportunities.totals(writing, asked)
    assert (totals.open, totals.closed, totals.unsaid) == (2, 1, 1)
    assert [totals.gap, totals.gap_known, totals.sought, totals.sought_known] == [850, 1, 600, 1]
    assert totals.lacking == 1 and totals.over == 0
    found = {duty.unit_id: duty for duty in store_opportunities.duties(writing, asked)}
    assert (found[A].open, found[A].lacking, found[A].unsaid) == (1, 0, 1)
    assert (found[B].open, found[B].lacking, found[B].unsaid) == (1, 1, 0)


def test_pages_of_opportunities_hold_each_record_once(writing: Connection) -> None:
    ids = [
        making.project(writing, county_code=A, open_to_capital="是", total_investment=n % 3) for n in range(7)
    ]
    for sort in Sort:
        pages = [
            store_opportunities.page(writing, chosen(*ids), sort, (3, offset), contacts=False)
            for offset in (0, 3, 6)
        ]
        seen = [one.id for page in pages for one in page]
        assert sorted(seen) == sorted(ids)
        assert pages[0][0].contact is None


def test_lines_beyond_the_total_are_told_and_not_added_to_the_gap(writing: Connection) -> None:
    key = making.project(writing, county_code=A, open_to_capital="是", total_investment=100)
    lines(writing, key, 到位=130)
    page = store_opportunities.page(writing, chosen(key), Sort.ID, (5, 0), contacts=False)
    totals = store_opportunities.totals(writing, chosen(key))
    assert page[0].gap == -30
    assert [totals.gap, totals.gap_known, totals.over] == [0, 1, 1]


def test_contacts_are_for_people_who_have_signed_in(world: World) -> None:
    key = world.record[f"{A} open"]
    with world.database.owning() as connection:
        making.change(connection, key, open_to_capital="是")
    nobody = PostgisPromotion(world.database, "")
    assert nobody.opportunities(chosen(key)).items[0].contact is None
    assert nobody.sites([key])[0].facts.contact is None
    viewer = PostgisPromotion(world.database, world.token["viewer"])
    found = viewer.opportunities(chosen(key)).items[0].contact
    assert found is not None and (found.name, found.phone) == ("张三", "13800000000")


# ---- sites ----


def test_sites_come_in_the_order_asked_with_county_and_next_steps(writing: Connection) -> None:
    one = making.project(writing, name="一", county_code=A)
    two = making.project(writing, name="二", county_code=None)
    hidden = making.project(writing, published=False)
    for code, planned, actual in (
        ("commencement", "2027-01-01", None),
        ("commercialClose", "2026-06-01", None),
        ("landApproval", "2025-01-01", "2025-02-01"),
    ):
        row = {
            "project_id": one,
            "code": code,
            "planned_on": planned,
            "actual_on": actual,
            "basis": "reported",
        }
        making.insert(writing, "milestone", row)
    found = store_sites.sites(writing, [two, "XX-0001", one, hidden], contacts=False)
    assert [site.facts.id for site in found] == [two, one]
    assert found[0].context is None and found[0].ahead == ()
    assert [step.code for step in found[1].ahead] == ["commercialClose", "commencement"]
    context = found[1].context
    figures = writing.execute(
        text("SELECT population, population_60_plus, population_65_plus FROM census_figure WHERE code = :a"),
        {"a": A},
    ).one()
    assert context is not None
    assert (context.residents, context.residents_60, context.residents_65) == tuple(figures)
    held = writing.scalar(
        text(
            "SELECT count(*) FROM project_facet"
            " WHERE county_code = :a AND category = 'hospital' AND published"
        ),
        {"a": A},
    )
    assert context.hospitals == held


def test_a_distance_is_told_between_exact_positions_alone(writing: Connection) -> None:
    spot = "POINT(100.5 36.5)"
    exact = making.project(writing)
    making.place(writing, exact, spot)
    township = making.project(writing)
    making.place(writing, township, spot, precision=3)
    vague = making.project(writing, category="hospital", name="驻地")
    making.place(writing, vague, "POINT(100.5 36.501)", precision=3)
    exact_hospital = making.project(writing, category="hospital", name="医院")
    making.place(writing, exact_hospital, "POINT(100.5 36.6)")
    one, two = store_sites.sites(writing, [exact, township], contacts=False)
    assert one.near_hospital is not None and one.near_hospital.name == "医院"
    assert one.near_hospital.metres == pytest.approx(11_098, rel=0.001), "0.1° of latitude at 36.5° N"
    assert two.near_hospital is None and two.near_elderly_care is None


# ---- the funnel ----

DAYS = st.one_of(st.none(), st.dates(date(2023, 11, 1), date(2026, 2, 28)))
STAGES = ("未明确", "在谈", "签约", "履约", "落地", "开工", "投产", "终止")
RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "county_code": st.sampled_from((A, B, None)),
            "promotion_stage": st.sampled_from(STAGES),
            "days": st.tuples(DAYS, DAYS, DAYS, DAYS, DAYS),
            "total": st.one_of(st.none(), st.decimals(0, 1000, places=2)),
            "received": st.one_of(st.none(), st.decimals(0, 1000, places=6)),
        }
    ),
    max_size=12,
)
Record = dict[str, Any]


def count(records: list[Record], ask: Ask) -> Cohort:
    """Return the cohort of some records, counted as the rule is written, one record after the other."""
    order = [STAGE_OF[code] for code in (SIGNING, *LATER)]
    reached, implied, stage_only = [0] * 4, [0] * 4, [0] * 4
    values: dict[str, Any] = {"signed": 0, "ended": 0, "known": 0, "silent": 0, "undated": 0}
    total = received = Decimal(0)
    for record in records:
        signed_on, *later = record["days"]
        rank = order.index(record["promotion_stage"]) if record["promotion_stage"] in order else -1
        if signed_on is None:
            values["undated"] += rank >= 0
            continue
        if not (ask.first <= signed_on <= ask.last and signed_on <= ask.as_of):
            continue
        values["signed"] += 1
        values["ended"] += record["promotion_stage"] == "终止"
        done = [day is not None and day <= ask.as_of for day in later]
        depth = max((n for n in range(1, 5) if done[n - 1]), default=0)
        for n in range(1, 5):
            reached[n - 1] += depth >= n
            implied[n - 1] += depth > n and not done[n - 1]
            stage_only[n - 1] += depth < n <= rank
        if record["total"] is not None:
            values["known"] += 1
            values["silent"] += record["received"] is None
            total += record["total"]
            received += record["received"] or 0
    return Cohort(
        reached=tuple(reached),  # type: ignore[arg-type]
        implied=tuple(implied),  # type: ignore[arg-type]
        stage_only=tuple(stage_only),  # type: ignore[arg-type]
        total=total,
        received=received,
        **values,
    )


def store(connection: Connection, records: list[Record]) -> list[str]:
    keys = []
    for record in records:
        key = making.project(
            connection,
            county_code=record["county_code"],
            promotion_stage=record["promotion_stage"],
            total_investment=record["total"],
        )
        keys.append(key)
        for code, day in zip((SIGNING, *LATER), record["days"], strict=True):
            if day is not None:
                row = {"project_id": key, "code": str(code), "actual_on": day, "basis": "reported"}
                making.insert(connection, "milestone", row)
        if record["received"] is not None:
            row = {"project_id": key, "source": "其他", "status": "到位", "basis": "reported"}
            making.insert(connection, "finance_line", row | {"amount": record["received"]})
    return keys


def counts(cohort: Cohort) -> tuple[Any, ...]:
    names = ("signed", "reached", "implied", "stage_only", "ended", "known", "silent", "total", "received")
    return tuple(getattr(cohort, name) for name in (*names, "undated"))


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    records=RECORDS,
    first=st.dates(date(2023, 11, 1), date(2026, 1, 1)),
    days=st.integers(0, 700),
    later=st.integers(-100, 400),
    grain=st.sampled_from(Grain),
)
def test_the_funnel_is_a_plain_count(  # noqa: PLR0917
    writing: Connection, records: list[Record], first: date, days: int, later: int, grain: Grain
) -> None:
    last = first + timedelta(days)
    ask = Ask(first, last, last + timedelta(later), grain)
    with writing.begin_nested() as step:
        keys = store(writing, records)
        found = store_funnel.funnel(writing, chosen("XX-0001", *keys), ask)
        step.rollback()
    assert counts(found.whole) == counts(count(records, ask))
    for level in range(3):
        assert found.whole.reached[level] >= found.whole.reached[level + 1], (
            "a later step implies the earlier"
        )
    assert found.whole.signed >= found.whole.reached[0]
    for name in ("signed", "ended", "known", "silent", "total", "received", "undated"):
        assert sum(getattr(area, name) for area in found.by_area) == getattr(found.whole, name), name
    for name in ("signed", "ended", "known", "silent", "total", "received"):
        assert sum(getattr(part, name) for part in found.by_period) == getattr(found.whole, name), name
    for area in found.by_area:
        own = [r for r in records if (r["county_code"] or "") == area.key]
        assert counts(area) == counts(count(own, ask))


def test_periods_have_names_and_areas_have_names(writing: Connection) -> None:
    keys = store(
        writing,
        [
            {
                "county_code": A,
                "promotion_stage": "签约",
                "days": (date(2025, 5, 2), None, None, date(2025, 9, 1), None),
                "total": None,
                "received": None,
            }
        ],
    )
    ask = Ask(date(2025, 1, 1), date(2025, 12, 31), date(2025, 12, 31), Grain.QUARTER)
    found = store_funnel.funnel(writing, chosen(*keys), ask)
    assert [(one.key, one.name, one.signed) for one in found.by_area] == [(A, "乳源瑶族自治县", 1)]
    assert [(one.key, one.name) for one in found.by_period] == [("2025-04-01", "2025Q2")]
    assert found.whole.reached == (1, 1, 1, 0) and found.whole.implied == (1, 1, 0, 0)
    assert found.whole.left_out == 1 and found.whole.money.percent is None


def test_a_modelled_date_in_the_cohort_is_told(writing: Connection) -> None:
    key = making.project(writing, county_code=A)
    row = {"project_id": key, "code": "commercialClose", "actual_on": "2025-05-02", "basis": "modelled"}
    making.insert(writing, "milestone", row)
    ask = Ask(date(2025, 1, 1), date(2025, 12, 31), date(2025, 12, 31))
    assert store_funnel.funnel(writing, chosen(key), ask).whole.made_up == 1


def test_days_out_of_order_are_refused(writing: Connection) -> None:
    with pytest.raises(BadValue, match="时间范围"):
        store_funnel.funnel(writing, ALL, Ask(date(2025, 2, 1), date(2025, 1, 1), date(2025, 1, 1)))


def test_every_step_of_the_rule_is_a_milestone_that_an_office_can_fill_in() -> None:
    assert {SIGNING, *LATER} <= set(MilestoneCode)


# ---- visits and leads ----


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        yield World(database)


def port(world: World, who: str) -> PostgisPromotion:
    return PostgisPromotion(world.database, world.token[who])


def entry(**values: Any) -> Entry:
    base: dict[str, Any] = {"kind": EventKind.VISIT, "unit_id": "", "counterpart": "甲公司"}
    return Entry(**(base | {"happened_on": today()} | values))


def noted(world: World, county: str = B, who: str = "b", **values: Any) -> int:
    return port(world, who).note(entry(project_id=world.record[f"{county} open"], **values))


def test_an_entry_belongs_to_the_unit_of_its_record(world: World) -> None:
    number = noted(world, counterpart=HOSTILE, unit_id=A)
    event = port(world, "b").versions(number)[0]
    assert event.entry.unit_id == B, "whatever was claimed"
    assert event.entry.counterpart == HOSTILE
    assert (event.created_by, event.version, event.unit_name) == ("who-b", 1, "乐昌市")
    for who in ("b", "city", "admin"):
        assert number in numbers(world, who)
    for who in ("a", "other", "viewer", "fresh"):
        assert number not in numbers(world, who)
        with pytest.raises(UnknownRecord):
            port(world, who).versions(number)


def numbers(world: World, who: str, **asked: Any) -> list[int]:
    return [one.number for one in port(world, who).events(ALL, EventsAsked(**asked), limit=500).items]


def test_nobody_learns_anything_without_signing_in(world: World) -> None:
    noted(world)
    nobody = port(world, "")
    with pytest.raises(SignInNeeded):
        nobody.events(ALL, EventsAsked())
    with pytest.raises(SignInNeeded):
        nobody.versions(1)
    with pytest.raises(SignInNeeded):
        nobody.note(entry(area_code=B, unit_id=B))
    for query in (
        "SELECT count(*) FROM promotion_event",
        "SELECT last_value FROM promotion_event_id_seq",
        "SELECT may_note_event(1, 2, '440281', NULL, NULL)",
    ):
        with pytest.raises(NotAllowed):
            world.scalar("", query)
    assert world.scalar("viewer", "SELECT count(*) FROM promotion_event") == 0


def test_neither_another_county_nor_a_viewer_writes(world: World) -> None:
    number = noted(world)
    record = world.record[f"{B} open"]
    for who in ("a", "other", "viewer", "fresh"):
        with pytest.raises(NotAllowed):
            port(world, who).note(entry(project_id=record))
        with pytest.raises(NotAllowed):
            port(world, who).note(entry(area_code=B, unit_id=B))
        with pytest.raises((NotAllowed, UnknownRecord)):
            port(world, who).correct(number, 1, entry(unit_id=B), "x")


FORGED = (
    "INSERT INTO promotion_event (kind, unit_id, project_id) VALUES ('visit', :own, :theirs)",
    "INSERT INTO promotion_event (kind, unit_id, project_id) VALUES ('visit', :unit, :theirs)",
    "INSERT INTO promotion_event (kind, unit_id, project_id) VALUES ('visit', :unit, :mine)",
    "INSERT INTO promotion_event (kind, unit_id, area_code) VALUES ('visit', :own, :unit)",
    "INSERT INTO promotion_event (kind, unit_id, area_code) VALUES ('visit', :own, '440200')",
    "INSERT INTO promotion_event (kind, unit_id, area_code) VALUES ('visit', :own, 'nowhere')",
    "INSERT INTO promotion_event (kind, unit_id, area_code, created_by) VALUES ('visit', :own, :own, 'x')",
    "INSERT INTO promotion_event (kind, unit_id, area_code, created_at) VALUES ('visit', :own, :own, now())",
    "INSERT INTO promotion_event (entry_id, version, kind, unit_id, area_code)"
    " VALUES (:number, 2, 'visit', :own, :own)",
    "INSERT INTO promotion_event (entry_id, version, kind, unit_id, area_code)"
    " VALUES (:number, 3, 'visit', :own, :own)",
    "INSERT INTO promotion_event (entry_id, version, kind, unit_id, area_code)"
    " VALUES (NULL, 0, 'visit', :own, :own)",
    "UPDATE promotion_event SET result = 'x'",
    "DELETE FROM promotion_event",
    "TRUNCATE promotion_event",
)


@pytest.mark.parametrize("statement", FORGED)
def test_a_forged_owner_stamp_or_version_is_refused(world: World, statement: str) -> None:
    values = {
        "own": A,
        "unit": B,
        "theirs": world.record[f"{B} open"],
        "mine": world.record[f"{A} open"],
        "number": noted(world),
    }
    named = {name: value for name, value in values.items() if f":{name}" in statement}
    world.refused("a", statement, **named)


def test_a_forged_entry_number_of_a_new_entry_is_the_databases_own(world: World) -> None:
    theirs = noted(world)
    with world.writing("a") as run:
        given = run(
            "INSERT INTO promotion_event (entry_id, version, kind, unit_id, area_code)"
            " VALUES (:theirs, 1, 'visit', :a, :a) RETURNING entry_id",
            theirs=theirs,
            a=A,
        )
        assert given != theirs


def test_a_correction_is_a_version_and_the_first_one_stays(world: World) -> None:
    number = noted(world, result="有意向")
    port(world, "b").correct(number, 1, entry(unit_id=A, project_id="XX-0001", result="再谈"), "写错了")
    latest, first = port(world, "city").versions(number)
    assert (latest.version, latest.entry.result, latest.reason) == (2, "再谈", "写错了")
    assert latest.entry.project_id == first.entry.project_id, "what it is about stays"
    assert latest.entry.unit_id == B
    assert first.entry.result == "有意向"
    with pytest.raises(Conflict):
        port(world, "city").correct(number, 1, entry(unit_id=B), "晚了一步")


def test_what_is_taken_back_is_not_gone(world: World) -> None:
    number = noted(world)
    port(world, "b").withdraw(number, 1, "记重了")
    assert number not in numbers(world, "b")
    assert number in numbers(world, "b", withdrawn=True)
    assert [one.withdrawn for one in port(world, "b").versions(number)] == [True, False]
    port(world, "b").correct(number, 2, entry(unit_id=B), "没有重")
    assert number in numbers(world, "b")


def test_an_entry_about_an_area_lies_within_the_units(world: World) -> None:
    county = port(world, "a").note(entry(kind=EventKind.ROADSHOW, area_code=A, unit_id=A))
    city = port(world, "city").note(entry(kind=EventKind.LEAD, area_code=B, unit_id=CITY))
    assert county in numbers(world, "city") and county not in numbers(world, "b")
    assert city in numbers(world, "city") and city not in numbers(world, "b"), "the city's lead is the city's"
    here = port(world, "city").events(ProjectFilter(county=(A,)), EventsAsked(), limit=500)
    assert county in [one.number for one in here.items] and city not in [one.number for one in here.items]
    above = port(world, "city").events(ProjectFilter(prefecture=(CITY,)), EventsAsked(), limit=500)
    assert {county, city} <= {one.number for one in above.items}


def test_a_record_given_to_another_unit_takes_its_entries_along(world: World) -> None:
    number = noted(world)
    with world.database.owning() as connection:
        making.change(connection, world.record[f"{B} open"], owner_unit_id=A)
    try:
        assert number in numbers(world, "a") and number in numbers(world, "b")
        port(world, "a").correct(number, 1, entry(unit_id=A), "接手")
        assert port(world, "b").versions(number)[0].version == 2, "no version is hidden from its own unit"
    finally:
        with world.database.owning() as connection:
            making.change(connection, world.record[f"{B} open"], owner_unit_id=B)


def test_entries_are_sought_by_kind_record_and_next_step(world: World) -> None:
    due = noted(world, kind=EventKind.NEGOTIATION, next_step="送样", next_due=today() - timedelta(0))
    plain = noted(world, kind=EventKind.NEGOTIATION)
    assert numbers(world, "b", kinds=(EventKind.ROADSHOW,)) == []
    assert {due, plain} <= set(numbers(world, "b", kinds=(EventKind.NEGOTIATION,)))
    waiting = numbers(world, "b", open_only=True)
    assert due in waiting and plain not in waiting
    assert due in numbers(world, "b", project_id=world.record[f"{B} open"])
    assert numbers(world, "b", project_id="XX-0001") == []


def test_a_late_next_step_is_counted(world: World) -> None:
    before = port(world, "b").events(ALL, EventsAsked())
    noted(world, happened_on=today() - timedelta(9), next_step="x", next_due=today() - timedelta(1))
    after = port(world, "b").events(ALL, EventsAsked(), limit=1)
    assert (after.matched, after.waiting, after.late) == (
        before.matched + 1,
        before.waiting + 1,
        before.late + 1,
    )
    assert len(after.items) == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"happened_on": today() + timedelta(1)}, "in_the_future"),
        ({"happened_on": date(1889, 1, 1)}, "invalid_date"),
        ({"next_due": date(2101, 1, 1)}, "invalid_date"),
        ({"counterpart": "长" * 201}, "text_too_long"),
        ({"result": "长" * 2001}, "text_too_long"),
    ],
)
def test_what_is_wrong_with_an_entry_is_told_and_nothing_is_stored(
    world: World, values: dict[str, Any], words: str
) -> None:
    before = len(numbers(world, "b"))
    with pytest.raises(BadValue, match=words):
        noted(world, **values)
    assert len(numbers(world, "b")) == before


def test_the_database_refuses_a_future_day_by_itself(world: World) -> None:
    with pytest.raises(Exception, match="lies in the future"), world.writing("a") as run:
        run(
            "INSERT INTO promotion_event (kind, unit_id, area_code, happened_on)"
            " VALUES ('visit', :a, :a, current_date + 3)",
            a=A,
        )


@pytest.mark.parametrize(("state", "error"), [("deleted", UnknownRecord), ("merged", BadValue)])
def test_a_record_that_is_gone_takes_no_entries(world: World, state: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        port(world, "b").note(entry(project_id=world.record[f"{B} {state}"]))


def test_an_unknown_record_and_one_without_a_unit_are_told(world: World) -> None:
    with pytest.raises(UnknownRecord, match="XX-0001"):
        port(world, "b").note(entry(project_id="XX-0001"))
    with world.database.owning() as connection:
        orphan = making.project(connection, county_code=B)
        making.change(connection, orphan, owner_unit_id=None)
    with pytest.raises(BadValue, match="归属单位"):
        port(world, "b").note(entry(project_id=orphan))


def test_an_entry_about_an_unpublished_record_stays_in_its_units_list(world: World) -> None:
    number = port(world, "b").note(entry(project_id=world.record[f"{B} hidden"]))
    listed = port(world, "b").events(ProjectFilter(county=(B,)), EventsAsked(), limit=500).items
    assert number in [one.number for one in listed]
