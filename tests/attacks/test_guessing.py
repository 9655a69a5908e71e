"""Guessing passwords at two processes: what locks an account is in the database, not in one of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from data import passwords
from data.cluster import Cluster
from data.database import Database
from data.store import accounts
from data.store.sessions import Doorkeeper, Outcome
from projects.accounts import Placement
from projects.identity import Role
from services.limiter import ATTEMPTS, Limiter
from tests.db.practice_world import empty_world

pytestmark = pytest.mark.db
RIGHT = "right-password-77"


@pytest.fixture
def doors(cluster: Cluster) -> Iterator[tuple[Doorkeeper, Doorkeeper]]:
    """Two processes at one database: each has connections and a memory of its own."""
    with empty_world(cluster) as database:
        other = Database(str(database._app.url), database.owner.url.render_as_string(hide_password=False))
        with database.owning() as connection:
            accounts.add(connection, "wu", "Wu", Placement(Role.ADMINISTRATOR), RIGHT)
        yield Doorkeeper(database, 8), Doorkeeper(other, 8)
        other.dispose()


def test_an_account_locks_over_all_processes(doors: tuple[Doorkeeper, Doorkeeper]) -> None:
    for n in range(5):
        assert doors[n % 2].sign_in("wu", f"wrong-{n}").outcome is not Outcome.IN
    assert [door.sign_in("wu", RIGHT).outcome is Outcome.IN for door in doors] == [False, False]


def test_a_token_planted_before_signing_in_is_not_the_session(doors: tuple[Doorkeeper, Doorkeeper]) -> None:
    planted = doors[0].sign_in("wu", RIGHT).token
    doors[0].sign_out(planted)
    entered = doors[1].sign_in("wu", RIGHT, planted)
    assert entered.outcome is Outcome.IN and entered.token not in ("", planted)
    assert not doors[0].identity(planted).signed_in


def test_an_unknown_name_is_hashed_for_as_well(
    doors: tuple[Doorkeeper, Doorkeeper], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, not timed: the same number of checks of a password for a known name and an unknown one."""
    checks: list[bool] = []
    matches = passwords.matches

    def counted(held: str | None, password: str) -> bool:
        checks.append(held is None)
        return matches(held, password)

    monkeypatch.setattr(passwords, "matches", counted)
    answers = [doors[0].sign_in(name, "wrong-1") for name in ("wu", "nobody-of-this-name")]
    assert checks == [False, True] and answers[0] == answers[1]


def test_several_processes_together_allow_an_address_no_more() -> None:
    doors = [Limiter(lambda: 0.0, processes=2) for _ in range(2)]
    for _ in range(ATTEMPTS):
        for door in doors:
            if not door.wait_s("203.0.113.9"):
                door.wrong("203.0.113.9")
    assert all(door.wait_s("203.0.113.9") for door in doors)
    assert sum(len(door._recent("203.0.113.9")) for door in doors) <= ATTEMPTS
