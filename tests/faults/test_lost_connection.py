"""The connection to the database breaks while something is saved: all of it is there or nothing, and said so.

Four places: before the server hears of the COMMIT, after it has carried it out, the server ends the
connection first, and the program is killed (SIGKILL) at either.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import text

from data.database import Database
from projects.errors import AtlasError, OutcomeUnknown, StorageUnavailable
from tests.faults.conftest import Site
from tests.faults.cutting import Cut
from tests.faults.ways import IN_DATABASE, ON_DISK, WAYS, World

pytestmark = pytest.mark.db
FORK = multiprocessing.get_context("fork")


def repeat(name: str, world: World, database: Database, facts: dict[str, Any]) -> None:
    """Do it once more, as a person does who was told that nobody knows; what comes of it is as written."""
    way = WAYS[name]
    try:
        way.act(world, database, facts)
    except AtlasError as error:
        assert way.again == "refused", error
        assert not isinstance(error, StorageUnavailable), error
    assert way.seen(world, database, facts) == (2 if way.again == "twice" else 1)


@pytest.mark.parametrize("name", IN_DATABASE)
def test_lost_before_it_is_saved_nothing_is_there_and_it_can_be_done_again(name: str, site: Site) -> None:
    way, world, database, beyond, cutter = WAYS[name], site.world, site.database, site.beyond, site.cutter
    facts, through = way.prepare(world, database), beyond.open()
    cutter.arm(Cut.BEFORE, way.saving)
    with pytest.raises(OutcomeUnknown, match="broke while the database was saving"):
        way.act(beyond, through, facts)
    assert cutter.cut.is_set() and way.seen(world, database, facts) == 0
    way.act(beyond, through, facts)
    assert way.seen(world, database, facts) == 1
    through.dispose()


@pytest.mark.parametrize("name", IN_DATABASE)
def test_lost_after_it_was_saved_all_of_it_is_there(name: str, site: Site) -> None:
    way, world, database, beyond, cutter = WAYS[name], site.world, site.database, site.beyond, site.cutter
    facts, through = way.prepare(world, database), beyond.open()
    cutter.arm(Cut.AFTER, way.saving)
    with pytest.raises(OutcomeUnknown, match="broke while the database was saving"):
        way.act(beyond, through, facts)
    assert cutter.cut.is_set() and way.seen(world, database, facts) == 1
    repeat(name, beyond, through, facts)
    through.dispose()


@pytest.mark.long
@pytest.mark.parametrize("name", IN_DATABASE)
def test_ended_by_the_server_nothing_is_there_and_the_next_try_works(
    name: str, site: Site, ending: Callable[[int], None]
) -> None:
    way, world, database, beyond, cutter = WAYS[name], site.world, site.database, site.beyond, site.cutter
    facts, through = way.prepare(world, database), beyond.open()
    cutter.arm(Cut.ENDED_BY_SERVER, way.saving, end=ending)
    with pytest.raises(StorageUnavailable):
        way.act(beyond, through, facts)
    assert cutter.cut.is_set() and way.seen(world, database, facts) == 0
    way.act(beyond, through, facts)
    assert way.seen(world, database, facts) == 1
    through.dispose()


def test_ended_in_the_middle_of_a_transaction_it_is_said_that_the_database_is_away(
    database: Database, ending: Callable[[int], None]
) -> None:
    with pytest.raises(StorageUnavailable, match="does not answer") as told, database.door() as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
        ending(int(pid or 0))
        connection.execute(text("SELECT 1"))
    assert not isinstance(told.value, OutcomeUnknown), "nothing was being saved"


# ---- the program killed ----


def run_killed(name: str, beyond: World, facts: dict[str, Any]) -> None:
    """Do it in a process of its own, which does not come back."""
    database = beyond.open()
    WAYS[name].act(beyond, database, facts)
    os._exit(7)


@pytest.mark.parametrize(
    ("name", "cut"),
    [
        pytest.param(name, cut, marks=[] if cut is Cut.BEFORE and name in ON_DISK else pytest.mark.long)
        for name in IN_DATABASE
        for cut in (Cut.BEFORE, Cut.AFTER)
    ],
)
def test_killed_while_it_saves_all_is_there_or_nothing_and_the_next_program_goes_on(
    name: str, cut: Cut, site: Site
) -> None:
    way, world, database, beyond, cutter = WAYS[name], site.world, site.database, site.beyond, site.cutter
    facts = way.prepare(world, database)
    process = FORK.Process(target=run_killed, args=(name, beyond, facts))

    def kill() -> None:
        with suppress(ProcessLookupError):
            os.kill(int(process.pid or 0), signal.SIGKILL)

    cutter.arm(cut, way.saving, then=kill)
    process.start()
    assert cutter.cut.wait(60)
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    assert way.seen(world, database, facts) == (0 if cut is Cut.BEFORE else 1)
    if cut is Cut.BEFORE:
        way.act(world, database, facts)
        assert way.seen(world, database, facts) == 1
