"""Projects shown at a 推介会 on real PostGIS: who says what came of them, who reads it, and forged words."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from data.cluster import Cluster
from data.database import Database
from data.store.promotion.promotion import PostgisPromotion, today
from projects.errors import BadValue, Conflict, NotAllowed, SignInNeeded, UnknownRecord
from projects.promotion.events import Entry, EventKind
from projects.promotion.shown import LONGEST_NOTE, Came, Outcome
from tests.db import making
from tests.db.copies import copy_of
from tests.db.test_access import World

pytestmark = pytest.mark.db

A, B, CITY = "440232", "440281", "440200"
SIGNED = Came(outcome=Outcome.SIGNED, amount=Decimal("1200.5"), note="<b>签</b>'; --")


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        yield World(database)


def port(world: World, who: str) -> PostgisPromotion:
    return PostgisPromotion(world.database, world.token[who])


def meeting(world: World, who: str, area: str, kind: EventKind = EventKind.ROADSHOW) -> int:
    entry = Entry(kind=kind, unit_id=area, area_code=area, happened_on=today(), counterpart="密谈的投资方")
    return port(world, who).note(entry)


def outcomes(world: World, who: str, number: int) -> list[tuple[str, Outcome]]:
    held = port(world, who).shown([number]).get(number, ())
    return [(one.project_id, one.came.outcome) for one in held]


def test_what_came_of_a_project_is_a_further_word_and_the_first_one_stays(world: World) -> None:
    number, mine = meeting(world, "b", B), world.record[f"{B} open"]
    port(world, "b").show(number, mine, 0, Came(outcome=Outcome.INTENT))
    port(world, "b").show(number, mine, 1, SIGNED)
    latest = port(world, "b").shown([number])[number][0]
    assert latest.came == SIGNED, "to the last fen and letter"
    assert (latest.version, latest.created_by, latest.project_id) == (2, "who-b", mine)
    words = port(world, "b").shown_versions(number, mine)
    assert [one.came.outcome for one in words] == [Outcome.SIGNED, Outcome.INTENT]
    assert words[1].came.amount is None, "unknown, not zero"
    port(world, "b").show(number, mine, 2, Came(withdrawn=True))
    assert outcomes(world, "b", number) == [] and len(port(world, "b").shown_versions(number, mine)) == 3
    port(world, "b").show(number, mine, 3, SIGNED)
    assert outcomes(world, "b", number) == [(mine, Outcome.SIGNED)], "back on the list"


def test_two_who_speak_at_once_are_told(world: World) -> None:
    number, mine = meeting(world, "b", B), world.record[f"{B} open"]
    port(world, "b").show(number, mine, 0, Came())
    for read in (0, 7):
        with pytest.raises(Conflict):
            port(world, "b").show(number, mine, read, SIGNED)


def test_a_county_learns_of_its_project_at_the_citys_meeting_and_says_what_came_of_it(world: World) -> None:
    number, theirs = meeting(world, "city", CITY), world.record[f"{B} open"]
    port(world, "city").show(number, theirs, 0, Came(outcome=Outcome.NEGOTIATING))
    found = [one for one in port(world, "b").showings(theirs) if one.shown.number == number]
    assert [(one.happened_on, one.unit_name) for one in found] == [(today(), "韶关市")]
    assert found[0].counterpart == "", "the entry itself stays with its unit"
    with pytest.raises(UnknownRecord):
        port(world, "b").versions(number)
    port(world, "b").show(number, theirs, 1, SIGNED)
    assert outcomes(world, "city", number) == [(theirs, Outcome.SIGNED)]
    assert port(world, "city").showings(theirs)[0].counterpart == "密谈的投资方"
    for who in ("a", "other", "viewer", "fresh"):
        assert number not in [one.shown.number for one in port(world, who).showings(theirs)]
        assert outcomes(world, who, number) == []
        assert port(world, who).shown_versions(number, theirs) == ()


def test_an_evaluator_of_the_whole_city_reads_nothing_of_it(world: World) -> None:
    number, mine = meeting(world, "b", B), world.record[f"{B} open"]
    port(world, "b").show(number, mine, 0, Came())
    with world.database.owning() as connection:
        token = making.token_of(connection, "third", "evaluator", scope_code=CITY, display_name="第三方")
    third = PostgisPromotion(world.database, token)
    assert third.showings(mine) == () and third.shown([number]) == {}
    assert third.shown_versions(number, mine) == ()
    with pytest.raises((NotAllowed, Conflict)):
        third.show(number, mine, 1, SIGNED)


def test_outsiders_put_nothing_on_a_list(world: World) -> None:
    number, theirs = meeting(world, "b", B), world.record[f"{B} open"]
    port(world, "b").show(number, theirs, 0, Came())
    for who in ("a", "other", "viewer", "fresh"):
        with pytest.raises((NotAllowed, Conflict)):
            port(world, who).show(number, theirs, 1, SIGNED)
        with pytest.raises((NotAllowed, UnknownRecord)):
            port(world, who).show(number, world.record[f"{A} open"], 0, SIGNED)
    assert outcomes(world, "b", number) == [(theirs, Outcome.NONE_YET)]


def test_another_countys_public_project_may_be_shown_and_a_hidden_one_not(world: World) -> None:
    number = meeting(world, "b", B)
    port(world, "b").show(number, world.record[f"{A} open"], 0, Came())
    with pytest.raises((NotAllowed, UnknownRecord)):
        port(world, "b").show(number, world.record[f"{A} hidden"], 0, Came())


def test_only_a_meeting_that_stands_shows_projects(world: World) -> None:
    mine = world.record[f"{B} open"]
    with pytest.raises(NotAllowed):
        port(world, "b").show(meeting(world, "b", B, EventKind.VISIT), mine, 0, Came())
    number = meeting(world, "b", B)
    port(world, "b").show(number, mine, 0, Came())
    port(world, "b").withdraw(number, 1, "误记")
    with pytest.raises(NotAllowed):
        port(world, "b").show(number, mine, 1, SIGNED)
    assert number not in [one.shown.number for one in port(world, "b").showings(mine)]


@pytest.mark.parametrize(
    ("key", "came", "error"),
    [
        ("nonsense'; --", Came(), BadValue),
        ("TST-99999", Came(), UnknownRecord),
        ("", Came(note="长" * (LONGEST_NOTE + 1)), BadValue),
        ("", Came(amount=Decimal(-1)), BadValue),
        ("", Came(amount=Decimal(10) ** 9), BadValue),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_stored(
    world: World, key: str, came: Came, error: type[Exception]
) -> None:
    number = meeting(world, "b", B)
    with pytest.raises(error):
        port(world, "b").show(number, key or world.record[f"{B} open"], 0, came)
    assert outcomes(world, "b", number) == []


def test_nobody_learns_anything_without_signing_in(world: World) -> None:
    nobody = PostgisPromotion(world.database, "")
    for question in (lambda: nobody.shown([1]), lambda: nobody.showings("SG-0001")):
        with pytest.raises(SignInNeeded):
            question()


_WORD = (
    "INSERT INTO promotion_shown (entry_id, project_id, version, outcome{}) VALUES ({}, :{}, {}, 'signed'{})"
)
FORGED = (
    _WORD.format("", ":number", "theirs", 2, ""),
    _WORD.format("", ":number", "mine", 1, ""),
    _WORD.format("", ":own", "theirs", 1, ""),
    _WORD.format("", ":own", "mine", 3, ""),
    _WORD.format("", ":own", "mine", 0, ""),
    _WORD.format(", created_by", ":own", "mine", 1, ", 'x'"),
    _WORD.format(", created_at", ":own", "mine", 1, ", now()"),
    "UPDATE promotion_shown SET outcome = 'failed'",
    "DELETE FROM promotion_shown",
    "TRUNCATE promotion_shown",
    "SELECT promotion_shown_before_insert()",
)


@pytest.mark.parametrize("statement", FORGED)
def test_a_forged_word_is_refused(world: World, statement: str) -> None:
    hidden = f"{B} hidden" if ":own" in statement else f"{B} open"
    number = meeting(world, "b", B)
    port(world, "b").show(number, world.record[f"{B} open"], 0, Came())
    values = {
        "number": number,
        "own": meeting(world, "a", A),
        "theirs": world.record[hidden],
        "mine": world.record[f"{A} open"],
    }
    named = {name: value for name, value in values.items() if f":{name}" in statement}
    world.refused("a", statement, **named)
    assert outcomes(world, "b", number) == [(world.record[f"{B} open"], Outcome.NONE_YET)]
