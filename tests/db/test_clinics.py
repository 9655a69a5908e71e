"""The plan's clinics by their county: claiming, confirming, giving back, and everybody else kept out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from data.cluster import Cluster
from data.database import Database
from data.store.clinics import PostgisClinics
from projects.errors import BadValue, NotAllowed, SignInNeeded
from tests.db.copies import copy_of
from tests.db.making import change, project, token_of

pytestmark = pytest.mark.db

RUYUAN, LECHANG, BEIHU = "440232", "440281", "431002"
CLINIC = {
    "category": "village_clinic",
    "delivery_mode": "公建民营",
    "province_code": "440000",
    "prefecture_code": "440200",
    "published": True,
}


@dataclass
class World:
    """A database with four people and two clinics in 乳源, one in 乐昌."""

    database: Database
    programme: str
    tokens: dict[str, str]
    clinics: tuple[str, str]
    other: str

    def of(self, name: str) -> PostgisClinics:
        return PostgisClinics(self.database, self.tokens[name])


@pytest.fixture
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        with database.owning() as connection:
            own = [
                project(connection, **CLINIC, name=f"甲{i}村卫生室", county_code=RUYUAN, owner_unit_id=RUYUAN)
                for i in range(2)
            ]
            other = project(
                connection, **CLINIC, name="乙村卫生室", county_code=LECHANG, owner_unit_id=LECHANG
            )
            tokens = {
                "ruyuan": token_of(connection, "ruyuan", "editor", unit_id=RUYUAN),
                "lechang": token_of(connection, "lechang", "editor", unit_id=LECHANG),
                "city": token_of(connection, "city", "reviewer", scope_code="440200"),
                "chenzhou": token_of(connection, "chenzhou", "editor", unit_id=BEIHU),
                "viewer": token_of(connection, "viewer", "viewer"),
                "nobody": "",
            }
            key = str(connection.scalar(text("SELECT programme_id FROM slot LIMIT 1")))
        yield World(database, key, tokens, (own[0], own[1]), other)


def numbers(world: World, name: str = "ruyuan", county: str = RUYUAN) -> tuple[int, int, int, int]:
    """Return unassigned, claimed, placed, elsewhere as that person sees them."""
    found = world.of(name).county(county)
    assert found is not None and found.total == 831
    return found.unassigned, found.claimed, found.placed, found.elsewhere


def test_a_county_claims_confirms_and_gives_back(world: World) -> None:
    ruyuan = world.of("ruyuan")
    assert numbers(world) == (831, 0, 0, 0)
    assert ruyuan.claim(world.programme, RUYUAN, 40) == 40
    number = ruyuan.place(world.clinics[0])
    assert number == 1 and numbers(world) == (791, 39, 1, 0)
    assert ruyuan.release(world.programme, RUYUAN, 39) == 0
    assert numbers(world) == (830, 0, 1, 0)
    ruyuan.free(world.clinics[0])
    assert numbers(world) == (830, 1, 0, 0), "the clinic's slot stays the county's"


def test_the_list_names_who_confirmed_and_what_cannot_take_a_slot(world: World) -> None:
    with world.database.owning() as connection:
        public = project(
            connection, **CLINIC | {"delivery_mode": "政府投资"}, county_code=RUYUAN, owner_unit_id=RUYUAN
        )
    ruyuan = world.of("ruyuan")
    ruyuan.claim(world.programme, RUYUAN, 1)
    ruyuan.place(world.clinics[1])
    rows = {row.project_id: row for row in ruyuan.clinics(RUYUAN)}
    placed, free, unfit = rows[world.clinics[1]], rows[world.clinics[0]], rows[public]
    assert (placed.slot, placed.confirmed_by) == (1, "ruyuan") and placed.confirmed_on
    assert free.fits and free.slot is None and not free.confirmed_by
    assert not unfit.fits
    assert world.other not in rows


@pytest.mark.parametrize("name", ["lechang", "chenzhou", "viewer"])
def test_another_county_is_refused(world: World, name: str) -> None:
    world.of("ruyuan").claim(world.programme, RUYUAN, 2)
    world.of("ruyuan").place(world.clinics[0])
    stranger = world.of(name)
    for attempt in (
        lambda: stranger.claim(world.programme, RUYUAN, 1),
        lambda: stranger.release(world.programme, RUYUAN, 1),
        lambda: stranger.place(world.clinics[1]),
        lambda: stranger.free(world.clinics[0]),
    ):
        with pytest.raises(NotAllowed, match="不属于您的单位"):
            attempt()
    assert numbers(world) == (829, 1, 1, 0)


def test_nobody_in_particular_changes_nothing(world: World) -> None:
    with pytest.raises(SignInNeeded):
        world.of("nobody").claim(world.programme, RUYUAN, 1)
    assert numbers(world) == (831, 0, 0, 0)


def test_the_functions_are_closed_to_the_anonymous_role(world: World) -> None:
    with pytest.raises((DBAPIError, NotAllowed)), world.database.reading() as connection:
        connection.execute(
            text("SELECT claim_slots(:programme, :county, 1)"),
            {"programme": world.programme, "county": RUYUAN},
        )
    with (
        pytest.raises((DBAPIError, NotAllowed)),
        world.database.writing(world.tokens["ruyuan"]) as connection,
    ):
        connection.execute(
            text("SELECT move_slots(:programme, :county, 1, true)"),
            {"programme": world.programme, "county": LECHANG},
        )


def test_the_city_may_act_for_its_counties(world: World) -> None:
    world.of("city").claim(world.programme, LECHANG, 3)
    world.of("city").place(world.other)
    assert numbers(world, "lechang", LECHANG) == (828, 2, 1, 0)
    assert numbers(world) == (828, 0, 0, 3)


def test_more_clinics_than_slots(world: World) -> None:
    ruyuan = world.of("ruyuan")
    with pytest.raises(BadValue, match="请先认领名额"):
        ruyuan.place(world.clinics[0])
    ruyuan.claim(world.programme, RUYUAN, 1)
    ruyuan.place(world.clinics[0])
    with pytest.raises(BadValue, match="请先认领名额"):
        ruyuan.place(world.clinics[1])
    assert numbers(world) == (830, 0, 1, 0)


@pytest.mark.parametrize("count", [832, 0, -1])
def test_only_what_is_there_is_claimed(world: World, count: int) -> None:
    with pytest.raises(BadValue):
        world.of("ruyuan").claim(world.programme, RUYUAN, count)
    with pytest.raises(BadValue):
        world.of("ruyuan").release(world.programme, RUYUAN, 1)
    assert numbers(world) == (831, 0, 0, 0)


def test_a_clinic_takes_one_slot_only(world: World) -> None:
    ruyuan = world.of("ruyuan")
    ruyuan.claim(world.programme, RUYUAN, 2)
    ruyuan.place(world.clinics[0])
    with pytest.raises(BadValue, match="已经占用"):
        ruyuan.place(world.clinics[0])
    with pytest.raises(BadValue, match="没有占用"):
        ruyuan.free(world.clinics[1])
    assert numbers(world) == (829, 1, 1, 0)


@pytest.mark.parametrize(
    "values",
    [{"delivery_mode": "政府投资"}, {"county_code": LECHANG}, {"deleted_at": "2026-01-01"}],
)
def test_an_edit_that_unfits_the_clinic_frees_its_slot(world: World, values: dict[str, str]) -> None:
    ruyuan = world.of("ruyuan")
    ruyuan.claim(world.programme, RUYUAN, 1)
    ruyuan.place(world.clinics[0])
    with world.database.owning() as connection:
        change(connection, world.clinics[0], **values)
    assert numbers(world) == (831, 0, 0, 0)


def test_a_record_that_is_not_published_takes_none(world: World) -> None:
    ruyuan = world.of("ruyuan")
    ruyuan.claim(world.programme, RUYUAN, 1)
    with world.database.owning() as connection:
        change(connection, world.clinics[0], published=False)
    with pytest.raises(BadValue, match="还没有发布"):
        ruyuan.place(world.clinics[0])
    assert next(c for c in ruyuan.clinics(RUYUAN) if c.project_id == world.clinics[0]).fits is False


def test_a_county_of_another_prefecture_has_no_such_plan(world: World) -> None:
    assert world.of("chenzhou").county(BEIHU) is None
    with pytest.raises(BadValue, match="不在该计划的地市内"):
        world.of("chenzhou").claim(world.programme, BEIHU, 1)


def test_two_counties_reaching_for_the_last_slots_do_not_both_get_them(world: World) -> None:
    world.of("city").claim(world.programme, LECHANG, 821)
    got: list[str] = []

    def reach(name: str, county: str) -> None:
        try:
            world.of(name).claim(world.programme, county, 7)
            got.append(name)
        except BadValue:
            pass

    threads = [
        threading.Thread(target=reach, args=pair) for pair in (("ruyuan", RUYUAN), ("lechang", LECHANG))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1
    assert numbers(world)[0] == 3


def test_history_names_who_moved_a_slot(world: World) -> None:
    world.of("ruyuan").claim(world.programme, RUYUAN, 1)
    with world.database.owning() as connection:
        row = connection.execute(
            text(
                "SELECT changed_by, new_row->>'county_code' AS county FROM history"
                " WHERE table_name = 'slot' AND operation = 'update' ORDER BY id DESC LIMIT 1"
            )
        ).one()
    assert tuple(row) == ("ruyuan", RUYUAN)
