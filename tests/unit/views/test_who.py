"""Who is at a page, for every state a browser can come in; the header piece and its links."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest

from data.settings import Settings
from data.store.sessions import new_token
from projects.identity import NOBODY, Identity, OwnerUnit, Role, UnitKind
from services import sign_in
from services.office import Office
from views import who
from views.who import Who

SETTINGS = Settings(secret_key=SecretStr("k" * 40))
UNIT = OwnerUnit("440203", UnitKind.COUNTY, "武江区", "440203", "440200", "440000", True)
WU = Identity(7, "wu", "王 **五**", Role.EDITOR, UNIT)
OFFICE = Identity(1, "office", "本机办公室", Role.ADMINISTRATOR)
HERE = {"Host": "localhost:8501", "Origin": "http://localhost:8501"}


class Door:
    """Knows some tokens."""

    def __init__(self, **known: Identity) -> None:
        self.known = known
        self.asked = 0

    def identity(self, token: str) -> Identity:
        self.asked += 1
        return self.known.get(token, NOBODY)

    def office_token(self) -> str:
        token = f"office{self.asked}"
        self.known[token] = OFFICE
        return token


@pytest.fixture
def arrive(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that sets what the browser comes with."""

    def arriving(cookie: str = "", peer: str | None = "127.0.0.1", **headers: str) -> None:
        monkeypatch.setattr(who, "_cookies", lambda: {sign_in.COOKIE: cookie} if cookie else {})
        monkeypatch.setattr(who, "_peer", lambda: peer)
        monkeypatch.setattr(who, "_headers", lambda: HERE | headers)

    arriving()
    return arriving


def office(door: Door) -> Office:
    return Office(lambda: door, 10)  # type: ignore[arg-type,return-value]


def test_without_a_cookie_nobody_is_here_and_the_database_is_not_asked(arrive: Any) -> None:
    door = Door()
    assert who.who_is_here(lambda: door, None) == Who()
    assert door.asked == 0


def test_a_living_session_acts(arrive: Any) -> None:
    token = new_token()
    arrive(token)
    assert who.who_is_here(lambda: Door(**{token: WU}), None) == Who(token, WU)


@pytest.mark.parametrize("cookie", [new_token(), "a" * 43], ids=["unknown", "forged"])
def test_an_ended_or_forged_session_acts_for_nobody_and_says_so(arrive: Any, cookie: str) -> None:
    arrive(cookie)
    assert who.who_is_here(Door, None) == Who(ended=True)


@pytest.mark.parametrize("cookie", ["x", "a" * 44, "office0", "a'b" * 14 + "a"])
def test_a_cookie_that_cannot_be_a_token_is_none(arrive: Any, cookie: str) -> None:
    arrive(cookie)
    assert who.who_is_here(lambda: Door(**{cookie: WU}), None) == Who()


def test_before_the_first_password_is_changed_the_token_is_withheld(arrive: Any) -> None:
    token, me = new_token(), replace(WU, must_change_password=True)
    arrive(token)
    assert who.who_is_here(lambda: Door(**{token: me}), None) == Who("", me)


def test_the_office_acts_at_this_machine(arrive: Any) -> None:
    door = Door()
    kept = office(door)
    found = who.who_is_here(lambda: door, kept)
    assert (found.identity, found.office, bool(found.token)) == (OFFICE, True, True)
    assert who.who_is_here(lambda: door, kept).token == found.token


def test_a_person_signed_in_at_the_office_goes_before_it(arrive: Any) -> None:
    token = new_token()
    arrive(token)
    door = Door(**{token: WU})
    assert who.who_is_here(lambda: door, office(door)) == Who(token, WU)


@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        ("192.0.2.7", {}),
        (None, {}),
        ("", {}),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}),
        ("127.0.0.1", {"Origin": "http://evil.example"}),
        ("127.0.0.1", {"Host": "atlas.example", "Origin": "http://atlas.example"}),
    ],
)
def test_nobody_else_is_the_office(arrive: Any, peer: str | None, headers: dict[str, str]) -> None:
    arrive(peer=peer, **headers)
    door = Door()
    assert who.who_is_here(lambda: door, office(door)) == Who()
    arrive(new_token(), peer=peer, **headers)
    assert who.who_is_here(lambda: door, office(door)) == Who(ended=True)


def test_the_office_gets_a_new_token_when_the_database_has_forgotten_the_old(arrive: Any) -> None:
    door = Door()
    kept = office(door)
    first = who.who_is_here(lambda: door, kept).token
    door.known.clear()
    second = who.who_is_here(lambda: door, kept)
    assert second.identity == OFFICE
    assert second.token != first


# ---- what is drawn ----


def drawn(found: Who, what: str) -> AppTest:
    """Draw a piece in Streamlit's test tool."""

    def script(found: "Any", what: str, settings: "Any") -> None:
        import streamlit as st

        from views import who

        if what == "account":
            who.draw_account(found, settings, lambda s: s)
        elif what == "gate":
            who.draw_gate(lambda s: s)
        else:
            st.session_state.went_on = who.draw_state(found, settings, lambda s: s)

    page = AppTest.from_function(script, args=(found, what, SETTINGS), default_timeout=20).run()
    assert not page.exception
    return page


def html(page: AppTest) -> str:
    return "".join(str(block.proto.body) for block in page.get("html"))


def test_nobody_sees_a_link_to_sign_in() -> None:
    assert 'href="/sign-in?next=' in html(drawn(Who(), "account"))
    assert 'href="/sign-in?next=' in html(drawn(Who(), "gate"))


def test_somebody_sees_name_unit_and_role_and_can_sign_out() -> None:
    token = new_token()
    page = html(drawn(Who(token, WU), "account"))
    assert all(words in page for words in ("王 **五**", "武江区", "填报", 'action="/sign-out"', "/password"))
    assert token not in page, "the page holds a signed hash of the session, never its token"


def test_the_office_is_offered_an_account_of_ones_own_and_no_sign_out() -> None:
    token = new_token()
    page = html(drawn(Who(token, OFFICE, office=True), "account"))
    assert "单机模式" in page
    assert "/sign-out" not in page
    assert token not in page


def test_an_ended_session_keeps_the_page_and_a_first_password_stops_it() -> None:
    ended = drawn(Who(ended=True), "state")
    assert ended.session_state.went_on is True
    assert "登录已过期" in html(ended)
    first = drawn(Who("", replace(WU, must_change_password=True)), "state")
    assert first.session_state.went_on is False
    assert "/password" in html(first)
    assert drawn(Who(new_token(), WU), "state").session_state.went_on is True
