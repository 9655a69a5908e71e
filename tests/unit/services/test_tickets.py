"""Tickets from a provider's login to our cookie: once, soon, in one browser, unaltered."""

import time

import pytest
from pydantic import SecretStr

from data.settings import Settings
from projects.accounts import Placement
from projects.errors import NotAllowed
from projects.identity import Role
from services import tickets
from services.oidc import Login
from services.tickets import PATH, Tickets

SETTINGS = Settings(secret_key=SecretStr("k" * 40))
MINE = {"_streamlit_user": "signed-claims", "_streamlit_user_1": "more", "other": "x"}


def fresh(sub: str = "1") -> Login:
    placement = Placement(Role.EDITOR, "440203")
    return Login(f"https://id.example|{sub}", "li+1", "李", placement, int(time.time()))


def ticket(login: Login | None = None) -> str:
    return tickets.issue(SETTINGS, login or fresh(), MINE).removeprefix(PATH)


def test_a_ticket_gives_the_login_back_once() -> None:
    login, taken = fresh(), Tickets(SETTINGS)
    one, two = ticket(login), ticket(login)
    assert taken.redeem(one, MINE) == login
    for again in (one, two):
        with pytest.raises(NotAllowed, match="用过"):
            taken.redeem(again, MINE)
    assert taken.redeem(ticket(fresh("2")), MINE).subject.endswith("2")


@pytest.mark.parametrize(
    "cookies",
    [
        {},
        {"_streamlit_user": "somebody-else", "_streamlit_user_1": "more"},
        {"_streamlit_user": "signed-claims"},
        {"_streamlit_user": "", "other": "x"},
    ],
)
def test_in_another_browser_it_opens_nothing_and_stays_good_for_the_right_one(
    cookies: dict[str, str],
) -> None:
    taken, made = Tickets(SETTINGS), ticket()
    with pytest.raises(NotAllowed, match="另一个浏览器"):
        taken.redeem(made, cookies)
    assert taken.redeem(made, MINE)


def test_an_altered_ticket_opens_nothing() -> None:
    taken, made = Tickets(SETTINGS), ticket()
    spoiled = [
        made[:-1],
        made[:-9] + ("A" if made[-9] != "A" else "B") + made[-8:],
        "x" + made,
        made.replace(".", "", 1),
        "",
        "a.b.c",
    ]
    other = tickets.issue(Settings(secret_key=SecretStr("j" * 40)), fresh(), MINE).removeprefix(PATH)
    for bad in (*spoiled, other):
        with pytest.raises(NotAllowed):
            taken.redeem(bad, MINE)


def test_a_ticket_of_a_former_process_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = ticket()
    monkeypatch.setattr(tickets, "_PROCESS", "another")
    with pytest.raises(NotAllowed):
        Tickets(SETTINGS).redeem(made, MINE)


def test_time_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    made = ticket()
    monkeypatch.setattr(time, "time", lambda real=time.time: real() + tickets.LASTS_S + 2)
    with pytest.raises(NotAllowed):
        Tickets(SETTINGS).redeem(made, MINE)


@pytest.mark.parametrize("age", [tickets.FRESH_S + 5, -120])
def test_an_old_login_and_one_from_the_future_get_no_ticket(age: int) -> None:
    old = Login("https://id.example|1", "li+1", "李", Placement(Role.VIEWER), int(time.time()) - age)
    with pytest.raises(NotAllowed):
        tickets.issue(SETTINGS, old, MINE)


def test_without_streamlits_cookie_there_is_no_ticket() -> None:
    with pytest.raises(NotAllowed):
        tickets.issue(SETTINGS, fresh(), {"other": "x"})


def test_the_memory_of_used_logins_empties_itself() -> None:
    now = [time.time()]
    taken = Tickets(SETTINGS, lambda: now[0])
    taken.redeem(ticket(), MINE)
    now[0] += tickets.FRESH_S + 3600
    taken._first_use(fresh("3"))
    assert len(taken._used) == 1
