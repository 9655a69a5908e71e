"""Attacks on editions, visits, reported figures, schedules and weights, beside those of their own tests.

County B keeps to itself: records in every state but open, proposals, visits, figures that wait.
"""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from data.cluster import Cluster
from data.database import ANONYMOUS_ROLE, APP_ROLE, DOOR_ROLE, Database
from data.store import owner_units
from data.store.lifecycle.schedule import PostgisSchedule
from data.store.money.ledger import PostgisLedger
from data.store.plans import PostgisEditions
from data.store.promotion.promotion import PostgisPromotion
from data.store.scores.cards import PostgisScorecards
from data.store.targets import PostgisTargets
from data.tables import Base
from projects.codes import MilestoneCode
from projects.errors import AtlasError
from projects.filters import ProjectFilter
from projects.lifecycle.contradictions import Code
from projects.lifecycle.dispatch import Reference
from projects.lifecycle.ports import By, Kind
from projects.money.ports import Paging
from projects.plans.editions import EditionKind
from projects.plans.ports import Window
from projects.promotion.funnel import Ask, Grain
from projects.promotion.ports import EventsAsked
from projects.scores.model import CheckedField
from tests.db import making
from tests.db.copies import copy_of
from tests.db.test_access import CITY, A, B, World

pytestmark = pytest.mark.db
SECRET = "ZZSECRETZZ"
STRANGERS = ("", "a", "viewer", "other", "fresh")
"""Nobody, the neighbour, a viewer, another prefecture's reviewer, a neighbour with his first password."""
ALL = ProjectFilter()


class Figures(World):
    """The people of ``World`` and everything that county B keeps to itself, all of it with one word in it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.made: dict[str, int] = {}
        with database.owning() as connection:
            for state in ("hidden", "deleted", "merged"):
                _fill(connection, self.record[f"{B} {state}"])
            self.record["hidden since"] = making.project(connection, name=SECRET, **HERE)
        self._propose()
        self._note()
        self._report()
        open_one = self.propose("b", self.record[f"{B} open"], note="who-wrote-this")
        self.call("city", "decide_edition(:key, true, 'who-said-this')", key=open_one)
        with database.owning() as connection:
            making.change(connection, self.record["hidden since"], published=False)
        self.marks = {SECRET, self.record["hidden since"]}
        self.marks |= {*(key for name, key in self.record.items() if B in name and "open" not in name)}

    def _propose(self) -> None:
        for fate in ("waits", "rejected", "withdrawn"):
            self.made[fate] = self.propose("b", self.record["hidden since"], title=SECRET, note=SECRET)
        self.call("city", "decide_edition(:key, false, :said)", key=self.made["rejected"], said=SECRET)
        self.call("b", "withdraw_edition(:key)", key=self.made["withdrawn"])

    def _note(self) -> None:
        words = dict.fromkeys(("counterpart", "result", "next_step", "detail", "reason"), SECRET)
        for name, record in (("visit", "open"), ("inner visit", "hidden")):
            with self.database.writing(self.token["b"]) as connection:
                self.made[name] = connection.scalar(
                    text(
                        "INSERT INTO promotion_event (kind, unit_id, project_id, counterpart, result,"
                        " next_step, detail, reason) VALUES ('lead', :b, :key, :counterpart, :result,"
                        " :next_step, :detail, :reason) RETURNING entry_id"
                    ),
                    {"b": B, "key": self.record[f"{B} {record}"], **words},
                )

    def _report(self) -> None:
        for year, name in ((2018, "report"), (2019, "sent back"), (2020, "replaced"), (2020, "again")):
            self.made[name] = self.call("b", FILE, b=B, day=date(year, 12, 31), said=f"{SECRET} {name}")
        self.call("city", "decide_indicator(:key, false, :said)", key=self.made["sent back"], said=SECRET)
        with self.database.owning() as connection:
            row = {"indicator": "tourism_size", "area_code": CITY, "period_to": "2020-12-31", "value": 1}
            row |= {"unit": "x", "basis": "reported", "source_note": SECRET, "state": "accepted"}
            row |= {"filed_by": "x", "decided_at": "2026-01-01", "project_id": self.record[f"{B} hidden"]}
            making.insert(connection, "indicator_report", row)

    def propose(self, who: str, *keys: str, **values: Any) -> int:
        """File a plan of B (or of ``area``) with these records; return its number."""
        given: dict[str, Any] = {"kind": "rolling_plan", "area": B, "year": 2026, "title": "x", "note": ""}
        given |= {"base": None, "chosen": list(keys), "leaving": [], "hand": "{}"} | values
        given.setdefault("why", ["x"] * len(given["chosen"] or ()))
        given.setdefault("left", ["x"] * len(given["leaving"] or ()))
        return int(self.call(who, PROPOSE, **given))

    def call(self, who: str, call: str, **values: Any) -> Any:
        """Call a function for good and return the first value."""
        with self.database.writing(self.token[who]) as connection:
            return connection.scalar(text(f"SELECT * FROM {call}"), values)


PROPOSE = (
    "propose_edition(:kind, :area, :year, :title, :note, '', :base, CAST(:chosen AS text[]),"
    " CAST(:why AS text[]), CAST(:leaving AS text[]), CAST(:left AS text[]), CAST(:hand AS jsonb))"
)
FILE = "file_indicator(:b, 'zhiweibing_centre_share', :b, NULL, :day, 50, NULL, NULL, :said)"
HERE = {
    "county_code": B,
    "owner_unit_id": B,
    "prefecture_code": CITY,
    "province_code": "440000",
    "open_to_capital": "是",
    "cooperation": SECRET,
    "stage": "前期",
}


def _fill(connection: Connection, key: str) -> None:
    """Give a record of B money, plans and steps, and the word in every text."""
    making.change(connection, key, name=SECRET, key_lists=SECRET, note=SECRET, total_investment=7, **HERE)
    basis = {"project_id": key, "basis": "reported"}
    making.insert(connection, "annual_plan", {**basis, "year": 2026, "amount": 7})
    for code in MilestoneCode:
        making.insert(connection, "milestone", {**basis, "code": code, "planned_on": "2020-01-01"})


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[Figures]:
    with copy_of(cluster, library_database) as database:
        yield Figures(database)


# ---- rights: exactly these ----

TABLES: tuple[str, ...] = (
    "edition",
    "edition_entry",
    "promotion_event",
    "indicator",
    "target_recipe",
    "census_zone",
)
TABLES += ("target", "indicator_report", "installation", "score_weight", "score_weight_change")
TABLES += ("project_schedule",)
NOTED = "entry_id version kind project_id area_code unit_id happened_on counterpart result next_step next_due"
WRITES: Mapping[tuple[str, str], set[str]] = {
    ("promotion_event", "INSERT"): {*NOTED.split(), "detail", "withdrawn", "reason"},
    ("score_weight", "UPDATE"): {"weight"},
}
"""What may be written past the functions: a version of a visit, a weight; policies say by whom."""


@pytest.mark.parametrize("table", TABLES)
def test_tables_of_figures_are_written_by_functions_and_in_named_columns(world: World, table: str) -> None:
    columns = "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:table AS regclass) AND attnum > 0"
    allowed = f"{columns} AND NOT attisdropped AND has_column_privilege(:role, attrelid, attnum, :right)"
    for role in (APP_ROLE, ANONYMOUS_ROLE, DOOR_ROLE):
        with world.database.owning() as connection:
            for right in ("INSERT", "UPDATE", "REFERENCES"):
                found = connection.scalars(text(allowed), {"role": role, "table": table, "right": right})
                wanted = WRITES.get((table, right), set()) if role == APP_ROLE else set()
                assert set(found) == wanted, (role, right)
            whole = text("SELECT has_table_privilege(:role, :table, 'DELETE, TRUNCATE, TRIGGER')")
            assert connection.scalar(whole, {"role": role, "table": table}) is False, role
            if role == DOOR_ROLE:
                reads = text("SELECT has_any_column_privilege(:role, :table, 'SELECT')")
                assert connection.scalar(reads, {"role": role, "table": table}) is False


@pytest.mark.parametrize("table", TABLES)
def test_nobody_copies_rows_into_or_out_of_a_file(world: World, table: str) -> None:
    for who in ("b", "city", "admin"):
        for way in (f"COPY {table} FROM PROGRAM 'id'", f"COPY {table} TO 'x'", f"TRUNCATE {table} CASCADE"):
            world.refused(who, way)


# ---- reading: every table, row by row ----

SHAPES = {"area", "area_part", "map_line", "township", "village"}
"""Boundaries: large, and nobody's."""


def read_by(connection: Connection, token: str) -> dict[str, str]:
    """Return table → everything in it that a session may read, as text."""
    found = {}
    with making.acting(connection, token):
        for table in sorted(set(Base.metadata.tables) - SHAPES):
            columns = ", ".join(
                connection.scalars(
                    text(
                        "SELECT quote_ident(attname) FROM pg_attribute"
                        " WHERE attrelid = CAST(:table AS regclass) AND attnum > 0 AND NOT attisdropped"
                        " AND has_column_privilege(attrelid, attnum, 'SELECT') ORDER BY attnum"
                    ),
                    {"table": table},
                )
            )
            if columns:
                rows = text(f"SELECT string_agg(CAST(ROW({columns}) AS text), ' ') FROM {table}")
                found[table] = str(connection.scalar(rows) or "")
    return found


def leaking(connection: Connection, world: Figures, who: str) -> set[str]:
    """Return the tables in which somebody reads what B keeps to itself."""
    found = read_by(connection, world.token[who])
    return {table for table, held in found.items() if any(mark in held for mark in world.marks)}


KEPT = {"edition", "edition_entry", "promotion_event", "indicator_report", "project_schedule", "project"}


def test_nobody_else_reads_a_word_of_what_a_county_keeps_to_itself(world: Figures) -> None:
    with world.database.owning() as connection:
        assert [who for who in STRANGERS if leaking(connection, world, who)] == []
        for who in ("b", "city", "admin"):  # else it would be found nowhere at all
            assert leaking(connection, world, who) >= KEPT, who


@pytest.mark.parametrize(
    ("table", "policy", "who"),
    [
        ("edition", "reads", "viewer"),
        ("edition", "reads", "a"),
        ("edition_entry", "reads", ""),
        ("promotion_event", "reads", "viewer"),
        ("indicator_report", "reads", "a"),
        ("indicator_report", "anonymous_reads", ""),
        ("project_schedule", "reads", "viewer"),
        ("project_schedule", "anonymous_reads", ""),
    ],
)
def test_each_fence_is_what_keeps_them_out(world: Figures, table: str, policy: str, who: str) -> None:
    with world.database.owning() as connection:
        step = connection.begin_nested()
        connection.exec_driver_sql(f"ALTER POLICY {policy} ON {table} USING (true)")
        assert table in leaking(connection, world, who)
        step.rollback()


def test_the_public_reads_no_name_of_an_account_anywhere(world: Figures) -> None:
    world.call("city", "decide_indicator(:key, true, 'who-said-this')", key=world.made["again"])
    with world.database.writing(world.token["admin"], "who-changed-this") as connection:
        connection.execute(text("UPDATE score_weight SET weight = 2 WHERE name = 'beds'"))
    with world.database.owning() as connection:
        found = read_by(connection, "")
        assert {table for table, held in found.items() if "who-" in held} == set()
        told = {table for table, held in read_by(connection, world.token["viewer"]).items() if "who-" in held}
        assert {"edition", "score_weight_change", "indicator_report"} <= told, "whoever signed in is told"
        connection.execute(text("UPDATE indicator_report SET source_note = 'x' WHERE state = 'accepted'"))


BOOKS = {"source", "area", "area_part", "map_line", "township", "village", "zone", "zone_area", "unit"}
BOOKS |= {"unit_alias", "task", "task_unit", "target", "indicator", "target_recipe", "census_zone"}
BOOKS |= {"census_figure", "owner_unit", "loaded", "edit_mark", "installation"}
"""What stands in printed documents and statistics, what was loaded when, whether this is practice: no record,
no word and no choice of an office."""


def test_a_closed_house_shows_books_and_nothing_else(world: Figures) -> None:
    with world.database.owning() as connection:
        open_house = {table for table, held in read_by(connection, "").items() if held}
        assert open_house >= {"edition", "edition_entry", "project_schedule", "score_weight"}
        step = connection.begin_nested()
        owner_units.set_policy(connection, False)
        assert {table for table, held in read_by(connection, "").items() if held} <= BOOKS
        heirs = "SELECT count(*) FROM edition_heirs(ARRAY(SELECT generate_series(1, 50)))"
        with making.acting(connection):
            assert connection.scalar(text(heirs)) == 0
        assert leaking(connection, world, "") == set()
        step.rollback()


# ---- reading: through the program ----

WHEN = Reference(date(2026, 6, 30), 25)


def questions(world: Figures, who: str) -> dict[str, Callable[[], Any]]:
    """Return every question that the pages of this issue ask, as asked by somebody."""
    given = (world.database, world.token[who])
    money, plan, promotion = PostgisLedger(*given), PostgisSchedule(*given), PostgisPromotion(*given)
    cards, targets, editions = PostgisScorecards(*given), PostgisTargets(*given), PostgisEditions(*given)
    theirs = ProjectFilter(ids=tuple(world.record.values()))
    keys = tuple(world.record.values())
    listed = {
        f"editions {kind}": lambda kind=kind: [
            (one, editions.silences(one.id), editions.moved(one.id).changed)
            for one in editions.editions(kind)
        ]
        for kind in EditionKind
    }
    return listed | {
        "overview": lambda: money.overview(ALL),
        "lines": lambda: money.lines(ALL, projects=True),
        "plans": lambda: money.plans(theirs),
        "projects": lambda: money.projects(theirs, Paging(50)),
        "every project": lambda: list(money.every_project(ALL)),
        "summary": lambda: [plan.summary(ALL, WHEN, by) for by in By],
        "details": lambda: [plan.details(theirs, WHEN, kind) for kind in Kind],
        "clashes": lambda: [plan.contradictions(theirs, WHEN, code=code) for code in (None, *Code)],
        "classes": lambda: (plan.classes(ALL, 2026), plan.key_projects(ALL, 2026)),
        "sheets": lambda: plan.sheets(ALL, WHEN),
        "timelines": lambda: plan.timelines(keys),
        "opportunities": lambda: promotion.opportunities(theirs, limit=50),
        "duties": lambda: promotion.duties(ALL),
        "sites": lambda: promotion.sites(keys),
        "funnel": lambda: promotion.funnel(
            ALL, Ask(date(2000, 1, 1), date(2099, 1, 1), date(2099, 1, 1), Grain.YEAR)
        ),
        "scores": lambda: (cards.by_area(ALL), cards.by_unit(ALL)),
        "lacking": lambda: [cards.lacking(ALL, field, unit=B) for field in CheckedField],
        "targets": lambda: (targets.board(), targets.reports(), targets.waiting()),
        "owed": lambda: targets.open_indicators(B),
        "candidates": lambda: editions.candidates(EditionKind.ROLLING_PLAN, B, 2026, theirs, Window(50)),
        "visits": lambda: promotion.events(ALL, EventsAsked(), limit=500) if who else (),
    }


OF_THE_UNIT = {"visits", "targets", "timelines", "editions rolling_plan"}
"""Where a unit's own people read on: visits, figures, proposals, steps on a card. Lists, maps and sums are of
what is public."""


@pytest.mark.parametrize("who", [*STRANGERS, "b", "city", "admin"])
def test_no_question_of_a_page_is_answered_with_it(world: Figures, who: str) -> None:
    said = {name: repr(ask()) for name, ask in questions(world, who).items()}
    told = {name for name, answer in said.items() if any(mark in answer for mark in world.marks)}
    assert told == (set() if who in STRANGERS else OF_THE_UNIT)
    assert world.record[f"{B} open"] in said["every project"], "the open one is there"


def test_sums_are_the_same_for_whoever_asks(world: Figures) -> None:
    """A hidden record that counted for its own county would give itself away by the difference."""
    for name in ("overview", "lines", "plans", "classes", "scores", "duties", "funnel"):
        first, *others = [questions(world, who)[name]() for who in world.token]
        assert all(answer == first for answer in others), name


# ---- functions: odd arguments, from somebody who may ----

ODD: Mapping[str, dict[str, Any]] = {
    "no area": {"area": None},
    "no such area": {"area": "999999"},
    "the nation": {"area": "100000"},
    "no kind": {"kind": None},
    "another kind": {"kind": "x"},
    "no year": {"year": None},
    "a far year": {"year": 20217},
    "no title": {"title": None},
    "an empty title": {"title": " "},
    "a long title": {"title": "长" * 121},
    "a long note": {"note": "长" * 2001},
    "a base that is none": {"base": 10**9},
    "nothing chosen": {"chosen": []},
    "null chosen": {"chosen": None},
    "a null record": {"chosen": [None]},
    "an unknown record": {"chosen": ["NO-0001"]},
    "the same twice, one unknown": {"chosen": ["NO-0001", "NO-0001"]},
    "a long reason": {"chosen": ["open"], "why": ["长" * 501]},
    "leaving what is no member": {"chosen": ["open"], "leaving": ["SG-0001"]},
    "leaving null": {"chosen": ["open"], "leaving": [None]},
    "a hidden record": {"chosen": ["hidden"]},
    "a deleted record": {"chosen": ["deleted"]},
    "a merged record": {"chosen": ["merged"]},
    "ten thousand guesses": {"chosen": [f"XX-{n:04}" for n in range(10_000)]},
}


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_proposal_is_refused_and_leaves_nothing(world: Figures, odd: str) -> None:
    before = tally(world)
    values = {"chosen": ["open"], "kind": "catalogue", "leaving": []} | dict(ODD[odd])
    for name in ("chosen", "leaving"):
        held = values[name]
        values[name] = held and [world.record.get(f"{B} {key}", key) for key in held]
    for who in ("city", "admin"):
        said = refusal(partial(world.propose, who, **values))
        assert SECRET not in said
    assert tally(world) == before


def refusal(act: Callable[[], Any]) -> str:
    """Return what the database says in refusing a right, a rule or a value; nothing else may go wrong."""
    with pytest.raises((AtlasError, DBAPIError)) as caught:
        act()
    error = caught.value.__cause__ if isinstance(caught.value, AtlasError) else caught.value
    assert isinstance(error, DBAPIError)
    assert str(getattr(error.orig, "sqlstate", "")).startswith(("22", "23", "42501")), error
    return f"{caught.value} {error.orig}"


def tally(world: Figures) -> Any:
    with world.database.owning() as connection:
        return connection.execute(
            text(
                "SELECT (SELECT count(*) FROM edition), (SELECT count(*) FROM edition_entry),"
                " (SELECT count(*) FROM promotion_event), (SELECT count(*) FROM indicator_report)"
            )
        ).one()


# ---- deciding ----


@pytest.mark.parametrize(("county", "said"), [(A, SECRET), ("440233", None)])
def test_a_record_that_leaves_is_not_frozen_as_it_was_just_before_it_was_hidden(
    world: Figures, county: str, said: str | None
) -> None:
    """The edition before told everybody one thing; what was written since and hidden stays hidden."""
    with world.database.owning() as connection:
        here = {"county_code": county, "owner_unit_id": county}
        stays, leaves = (making.project(connection, **here) for _ in range(2))
    base = world.propose("city", stays, leaves, area=county)
    world.call("city", "decide_edition(:key, true, '')", key=base)
    with world.database.owning() as connection:
        making.change(connection, leaves, cooperation=said)
    following = world.propose("city", area=county, base=base, leaving=[leaves])
    with world.database.owning() as connection:
        making.change(connection, leaves, published=False)
    publish = partial(world.call, "city", "decide_edition(:key, true, '')", key=following)
    if said:
        assert "hidden_since" in refusal(publish)
    else:
        publish()
    with world.database.owning() as connection:
        assert SECRET not in read_by(connection, "")["edition_entry"]


def test_a_decision_that_says_neither_yes_nor_no_publishes_nothing(world: Figures) -> None:
    key = world.made["waits"]
    assert "no_remark" in refusal(partial(world.call, "city", "decide_edition(:key, NULL, NULL)", key=key))
    assert world.scalar("city", "SELECT state FROM edition WHERE id = :key", key=key) == "proposed"


def test_a_figure_is_not_sent_back_by_a_decision_that_says_nothing(world: Figures) -> None:
    report = world.call("b", FILE, b=B, day=date(2016, 12, 31), said="x")
    refusal(partial(world.call, "city", "decide_indicator(:key, NULL, NULL)", key=report))
    assert (
        world.scalar("city", "SELECT state FROM indicator_report WHERE id = :key", key=report) == "submitted"
    )


def test_a_proposal_is_no_way_to_ask_what_became_of_a_hidden_record(world: Figures) -> None:
    """To name a guess as leaving says ``not_a_member``, whether it was merged into a member or never was."""
    with world.database.owning() as connection:
        member, guess = (making.project(connection, county_code="440282", owner_unit_id=B) for _ in range(2))
        making.change(connection, guess, published=False)
        making.change(connection, guess, merged_into_id=member)
    base = world.propose("city", member, area="440282")
    world.call("city", "decide_edition(:key, true, '')", key=base)
    told = [
        refusal(partial(world.propose, "city", area="440282", base=base, leaving=[key]))
        for key in (guess, "XX-9999")
    ]
    assert all("not_a_member" in one for one in told), told


@pytest.mark.parametrize("deed", ["decide_edition(:key, true, 'x')", "withdraw_edition(:key)"])
@pytest.mark.parametrize("fate", ["rejected", "withdrawn"])
def test_what_was_decided_is_not_decided_again(world: Figures, deed: str, fate: str) -> None:
    for who in ("b", "city", "admin"):
        refusal(partial(world.call, who, deed, key=world.made[fate]))
    state = world.scalar("admin", "SELECT state FROM edition WHERE id = :key", key=world.made[fate])
    assert state == fate


@pytest.mark.parametrize("key", [None, -1, 0, 2**31 - 1])
def test_numbers_of_nothing_are_refused_like_numbers_of_others(world: Figures, key: int | None) -> None:
    """The sentence for what is not there is that for what is not yours: nobody counts what others file."""
    for call, mine in (
        ("decide_edition(:key, true, 'x')", "waits"),
        ("withdraw_edition(:key)", "waits"),
        ("decide_indicator(:key, true, 'x')", "report"),
    ):
        there = refusal(partial(world.call, "a", call, key=world.made[mine]))
        absent = refusal(partial(world.call, "a", call, key=key))
        one, other = (re.sub(r"-?\d+|<NULL>", "", said) for said in (there, absent))
        assert one == other


# ---- two at once ----


def both(world: Figures, first: tuple[str, str], second: tuple[str, str], **values: Any) -> list[str]:
    """Run two statements at the same time, each by somebody; return what became of them, sorted."""

    def run(who: str, statement: str) -> str:
        try:
            with world.database.writing(world.token[who]) as connection:
                gate.wait()
                connection.execute(text(statement), values)
        except (AtlasError, DBAPIError):
            return "refused"
        return "done"

    gate = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        return sorted(one.result() for one in [pool.submit(run, *first), pool.submit(run, *second)])


def test_of_two_who_correct_the_same_version_one_is_told(world: Figures) -> None:
    again = "INSERT INTO promotion_event (entry_id, version, kind, result) VALUES (:key, 2, 'visit', 'x')"
    found = both(world, ("b", again), ("city", again), key=world.made["visit"])
    assert found == ["done", "refused"]
    versions = "SELECT count(*) FROM promotion_event WHERE entry_id = :key"
    assert world.scalar("city", versions, key=world.made["visit"]) == 2


def test_of_two_who_decide_on_one_proposal_or_figure_the_first_counts(world: Figures) -> None:
    proposal = world.propose("b", world.record[f"{B} open"], kind="rolling_plan", base=newest(world))
    yes, no = "SELECT decide_edition(:key, true, 'x')", "SELECT decide_edition(:key, false, 'x')"
    assert both(world, ("city", yes), ("admin", no), key=proposal) == ["done", "refused"]
    report = world.call("b", FILE, b=B, day=date(2017, 12, 31), said="x")
    yes, no = "SELECT decide_indicator(:key, true, 'x')", "SELECT decide_indicator(:key, false, 'x')"
    assert both(world, ("city", yes), ("admin", no), key=report) == ["done", "refused"]


def newest(world: Figures) -> int | None:
    found = "SELECT max(id) FROM edition WHERE area_code = :b AND kind = 'rolling_plan' AND number > 0"
    number: int | None = world.scalar("city", found, b=B)
    return number
