"""The routes of signing in, attacked: forged posts, planted cookies, other sites, huge bodies."""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
from httpx import Response
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from data.settings import Settings
from data.store.sessions import REFUSED, Admission, Outcome
from projects.accounts import Placement
from projects.errors import StorageUnavailable
from projects.identity import NOBODY, Identity, Role
from services import forms, limiter, sign_in, sign_in_page, tickets
from services.oidc import Login

SETTINGS = Settings(secret_key=SecretStr("k" * 40))
GOOD = "correct horse"
HERE = "http://atlas.local"


@dataclass
class Door:
    """Accounts in memory: one password for everybody, sessions by token."""

    sessions: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    must_change: bool = False
    away: bool = False
    slow_s: float = 0.0
    busiest: int = 0
    running: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sign_in(self, name: str, password: str, presented: str = "") -> Admission:
        with self.lock:
            self.running += 1
            self.busiest = max(self.busiest, self.running)
        time.sleep(self.slow_s)
        with self.lock:
            self.running -= 1
        self.asked.append((name, password, presented))
        return self._open(name) if password == GOOD else REFUSED

    def admit_external(
        self, subject: str, name: str, display: str, placement: Placement, presented: str
    ) -> Admission:
        self.asked.append((subject, str(placement.role), presented))
        return REFUSED if name == "closed" else self._open(name)

    def _open(self, name: str) -> Admission:
        token = secrets.token_urlsafe(32)
        self.sessions[token] = name
        return Admission(Outcome.IN, token, self.must_change)

    def sign_out(self, token: str) -> None:
        self.sessions.pop(token, None)

    def change_password(self, token: str, current: str, new: str) -> Admission:
        if current != GOOD:
            return Admission(Outcome.WRONG_CURRENT)
        self.must_change = False
        return Admission(Outcome.IN, token)

    def identity(self, token: str) -> Identity:
        if self.away:
            raise StorageUnavailable("the database does not answer")
        name = self.sessions.get(token)
        if name is None:
            return NOBODY
        return Identity(1, name, f"<{name}>", Role.EDITOR, must_change_password=self.must_change)


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def client(door: Door) -> Iterator[TestClient]:
    with browser(door) as found:
        yield found


def browser(door: Door, base: str = HERE, settings: Settings = SETTINGS) -> TestClient:
    routes = sign_in.routes(lambda: door, settings)  # type: ignore[arg-type,return-value]
    return TestClient(Starlette(routes=routes), base, follow_redirects=False)


def form_of(answer: Response) -> str:
    found = re.search(r'name="form" value="([^"]+)"', answer.text)
    assert found, answer.text
    return found[1].replace("&#45;", "-")


def post(
    client: TestClient, path: str = "/sign-in", headers: dict[str, str] | None = None, **fields: Any
) -> Response:
    """Open the form as a browser does, and send it with these fields."""
    fields.setdefault("form", form_of(client.get(path)))
    answer: Response = client.post(path, data=fields, headers={"Origin": HERE} | (headers or {}))
    return answer


def enter(
    client: TestClient, name: str = "wu", *, next: str = "/", headers: dict[str, str] | None = None
) -> Response:
    return post(client, headers=headers, name=name, password=GOOD, next=next)


def cookie_of(answer: Response, name: str = sign_in.COOKIE) -> str:
    return next((c for c in answer.headers.get_list("set-cookie") if c.startswith(f"{name}=")), "")


def test_the_right_password_sets_the_cookie_and_leads_on(client: TestClient, door: Door) -> None:
    answer = enter(client, next="/map?county=440203")
    assert (answer.status_code, answer.headers["location"]) == (303, "/map?county=440203")
    cookie = cookie_of(answer)
    assert re.match(r"atlas_session=[\w-]{43}; HttpOnly; Path=/; SameSite=lax$", cookie), cookie
    assert answer.headers["cache-control"] == "no-store"
    assert client.cookies[sign_in.COOKIE] in door.sessions


def test_over_https_cookies_are_secure(door: Door) -> None:
    with browser(door, "https://atlas.local") as client:
        first = client.get("/sign-in")
        assert "; Secure" in cookie_of(first, forms.FORM_COOKIE)
        answer = post(
            client, name="wu", password=GOOD, form=form_of(first), headers={"Origin": "https://atlas.local"}
        )
        assert "; Secure" in cookie_of(answer)


def test_a_forwarded_proto_header_alone_is_not_believed(client: TestClient) -> None:
    answer = client.get("/sign-in", headers={"X-Forwarded-Proto": "https"})
    assert "Secure" not in cookie_of(answer, forms.FORM_COOKIE)


def test_a_wrong_password_says_nothing_about_the_name(client: TestClient) -> None:
    answers = [post(client, name=name, password="wrong") for name in ("wu", "nobody")]
    assert [a.status_code for a in answers] == [403, 403]
    assert not any(cookie_of(a) for a in answers)
    notices = [re.search(r'role="alert">([^<]+)', a.text)[1] for a in answers]  # type: ignore[index]
    assert notices[0] == notices[1]
    assert "wrong" not in answers[0].text


def test_the_typed_name_comes_back_as_text_only(client: TestClient) -> None:
    answer = post(client, name='"><script>alert(1)</script>', password="wrong")
    assert "<script" not in answer.text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_carry_their_safety_headers_and_no_outside_address(client: TestClient, language: str) -> None:
    answer = client.get(f"/sign-in?lang={language}")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "http" not in answer.text.replace("http-equiv", "")
    assert sign_in_page.words(language)["sign_in"] in answer.text


def test_both_languages_have_the_same_words() -> None:
    assert sign_in_page.ZH.keys() == sign_in_page.EN.keys()


# ---- forged posts ----


@pytest.mark.parametrize("form", ["", "x", "a.b.c", "W10.x.y"])
def test_a_post_without_the_form_token_is_refused(client: TestClient, door: Door, form: str) -> None:
    client.get("/sign-in")
    answer = post(client, name="wu", password=GOOD, form=form)
    assert (answer.status_code, door.asked) == (403, [])


def test_a_token_of_another_browser_or_another_form_is_refused(client: TestClient, door: Door) -> None:
    with browser(door) as attacker:
        stolen = form_of(attacker.get("/sign-in"))
    client.get("/sign-in")
    assert post(client, name="wu", password=GOOD, form=stolen).status_code == 403
    secret = client.cookies[forms.FORM_COOKIE]
    other = forms.form_token(SETTINGS, "password", secret)
    assert post(client, name="wu", password=GOOD, form=other).status_code == 403
    assert door.asked == []


def test_a_token_is_no_good_without_its_cookie(client: TestClient, door: Door) -> None:
    form = form_of(client.get("/sign-in"))
    client.cookies.clear()
    assert post(client, name="wu", password=GOOD, form=form).status_code == 403
    assert door.asked == []


def test_a_form_that_stood_open_too_long_is_refused(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = form_of(client.get("/sign-in"))
    monkeypatch.setattr(time, "time", lambda real=time.time: real() + forms.LASTS_S + 5)
    assert post(client, name="wu", password=GOOD, form=form).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://atlas.local.evil.example"},
        {"Origin": "http://atlas.local:81"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://atlas.local"},
    ],
)
def test_a_post_from_elsewhere_is_refused_even_with_a_right_token(
    client: TestClient, door: Door, headers: dict[str, str]
) -> None:
    answer = enter(client, headers=headers)
    assert (answer.status_code, door.asked) == (403, [])
    enter(client)
    token = sign_in.sign_out_token(SETTINGS, client.cookies[sign_in.COOKIE])
    client.post("/sign-out", data={"form": token}, headers=headers)
    assert len(door.sessions) == 1


def test_a_proxy_that_changes_the_host_does_no_harm_where_the_browser_says_same_origin(
    client: TestClient,
) -> None:
    headers = {"Origin": "https://public.example", "Sec-Fetch-Site": "same-origin"}
    assert enter(client, headers=headers).status_code == 303


# ---- bodies ----


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"name=" + b"x" * 20_000, "application/x-www-form-urlencoded"),
        (b"&".join(b"a=1" for _ in range(500)), "application/x-www-form-urlencoded"),
        (b"name=%ff%fe\xff\xfe", "application/x-www-form-urlencoded"),
        (b'{"name": "wu"}', "application/json"),
        (b"name=wu", "text/plain"),
        (b"name=wu", "multipart/form-data; boundary=x"),
        (b"", ""),
    ],
)
def test_bodies_that_are_no_form_of_ours_are_refused(
    client: TestClient, door: Door, body: bytes, kind: str
) -> None:
    client.get("/sign-in")
    answer = client.post("/sign-in", content=body, headers={"Content-Type": kind, "Origin": HERE})
    assert (answer.status_code, door.asked) == (403, [])


# ---- where it leads ----

AWAY = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
    "/%2Fevil.example", "/%5Cevil.example", "/%255Cevil.example", "/%09/evil.example", "/\t/evil.example",
    "/\r\nSet-Cookie: x=1", "/%0d%0aSet-Cookie:%20x=1", "javascript:alert(1)", "evil.example", "", "/a\\b",
    "/@/\u2044",
    "/" + "a" * 3000, "/map?next=<script>", " /map", "/.//evil.example", "http:/evil.example", "/ｅvil",
]  # fmt: skip


@pytest.mark.parametrize("wanted", AWAY)
def test_no_address_leads_away(client: TestClient, wanted: str) -> None:
    answer = enter(client, next=wanted)
    assert answer.headers["location"] == "/"
    assert "x=1" not in answer.headers["set-cookie"]
    shown = client.get(f"/sign-in?next={quote(wanted, safe='')}")
    assert 'href="/"' in shown.text
    assert "evil" not in shown.text


@pytest.mark.parametrize("wanted", ["/", "/map", "/map?county=440203&q=%E5%BA%B7", "/a-b_c~d.e?x=1,2:3"])
def test_addresses_of_this_site_are_kept(client: TestClient, wanted: str) -> None:
    assert enter(client, next=wanted).headers["location"] == wanted


# ---- sessions ----


def test_a_planted_cookie_is_never_what_one_is_signed_in_with(client: TestClient, door: Door) -> None:
    """Session fixation: what the browser came with goes to the doorkeeper, who decides; see its own tests."""
    planted = secrets.token_urlsafe(32)
    client.cookies.set(sign_in.COOKIE, planted)
    answer = enter(client)
    assert door.asked[-1] == ("wu", GOOD, planted)
    assert planted not in cookie_of(answer)


@pytest.mark.parametrize("forged", ["x", "a" * 43 + "b", "a;b", "é" * 5, "a" * 5000, "../" * 10])
def test_a_cookie_that_cannot_be_a_token_is_not_looked_up(
    client: TestClient, door: Door, forged: str
) -> None:
    door.away = True
    answer = client.get("/password", headers={"Cookie": f"{sign_in.COOKIE}={quote(forged)}"})
    assert (answer.status_code, answer.headers["location"][:8]) == (303, "/sign-in")


def test_whoever_is_signed_in_sees_it_and_may_go_on(client: TestClient) -> None:
    enter(client)
    answer = client.get("/sign-in?next=/map")
    assert "&#60;wu&#62;" in answer.text
    assert 'href="/map"' in answer.text


def test_signing_out_ends_the_session_and_takes_all_cookies(client: TestClient, door: Door) -> None:
    enter(client)
    client.cookies.set("_streamlit_user", "x")
    client.cookies.set("_streamlit_user_1", "y")
    answer = post(client, "/sign-out")
    assert (answer.status_code, answer.headers["location"], door.sessions) == (303, "/", {})
    gone = {c.split("=")[0] for c in answer.headers.get_list("set-cookie") if "Max-Age=0" in c}
    assert gone == {sign_in.COOKIE, "_streamlit_user", "_streamlit_user_1"}


def test_a_page_can_make_the_sign_out_token_of_its_own_session_only(client: TestClient, door: Door) -> None:
    enter(client)
    wrong = sign_in.sign_out_token(SETTINGS, secrets.token_urlsafe(32))
    assert post(client, "/sign-out", form=wrong).status_code == 403
    assert len(door.sessions) == 1
    right = sign_in.sign_out_token(SETTINGS, client.cookies[sign_in.COOKIE])
    assert post(client, "/sign-out", form=right).status_code == 303
    assert not door.sessions


def test_asking_to_sign_out_by_a_link_signs_nobody_out(client: TestClient, door: Door) -> None:
    enter(client)
    assert client.get("/sign-out").status_code == 200
    assert client.head("/sign-out").status_code == 200
    assert len(door.sessions) == 1


def test_the_first_password_has_to_be_changed(client: TestClient, door: Door) -> None:
    door.must_change = True
    answer = enter(client, next="/map")
    assert answer.headers["location"] == "/password?next=%2Fmap"
    assert "首次登录" in client.get("/password").text
    changed = post(
        client, "/password", current=GOOD, new="another sentence", again="another sentence", next="/map"
    )
    assert (changed.status_code, changed.headers["location"], door.must_change) == (303, "/map", False)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"current": GOOD, "new": "a" * 12, "again": "b" * 12}, "不一样"),
        ({"current": "wrong", "new": "another one", "again": "another one"}, "当前密码不正确"),
    ],
)
def test_a_refused_change_says_why(client: TestClient, fields: dict[str, Any], words: str) -> None:
    enter(client)
    answer = post(client, "/password", **fields)
    assert answer.status_code in (403, 422)
    assert words in answer.text


def test_nobody_changes_a_password_without_a_session(client: TestClient) -> None:
    answer = client.post(
        "/password", data={"current": GOOD, "new": "x" * 12, "again": "x" * 12}, headers={"Origin": HERE}
    )
    assert answer.headers["location"].startswith("/sign-in")


# ---- too much ----


def test_an_address_with_many_wrong_attempts_waits(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "ATTEMPTS", 3)
    monkeypatch.setattr(limiter, "FEWEST", 3)
    assert [post(client, name=f"n{i}", password="no").status_code for i in range(4)] == [403, 403, 403, 429]
    answer = enter(client)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= limiter.WINDOW_S + 1
    assert "{" not in re.sub(r"<style>.*</style>", "", answer.text)


def test_few_passwords_are_checked_at_once_and_all_who_wait_get_in(client: TestClient, door: Door) -> None:
    door.slow_s = 0.05
    form = form_of(client.get("/sign-in"))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(client, name="wu", password=GOOD, form=form), range(8)))
    assert all(a.status_code in (303, 403) for a in answers)
    assert sum(a.status_code == 303 for a in answers) >= 1
    assert door.busiest <= sign_in.AT_ONCE
    assert len(door.sessions) == len(set(door.sessions)) == sum(a.status_code == 303 for a in answers)


def test_a_crowd_is_asked_to_come_back(
    client: TestClient, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "WAITING", 0)
    answer = enter(client)
    assert (answer.status_code, door.asked) == (503, [])
    assert answer.headers["retry-after"]


def test_a_database_that_is_away_is_said_in_plain_words(client: TestClient, door: Door) -> None:
    enter(client)
    door.away = True
    answer = client.get("/password")
    assert answer.status_code == 503
    assert "数据库暂时连接不上" in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_refused(client: TestClient, method: str) -> None:
    assert client.request(method, "/sign-in").status_code == 405


def test_head_says_what_get_says_without_a_body(client: TestClient) -> None:
    answer = client.head("/sign-in")
    assert (answer.status_code, answer.content) == (200, b"")


# ---- tickets ----


def ticket_path(cookies: dict[str, str], name: str = "li+1") -> str:
    login = Login("https://id.example|1", name, "李", Placement(Role.EDITOR, "440203"), int(time.time()))
    return tickets.issue(SETTINGS, login, cookies)


def test_a_ticket_signs_in_its_own_browser_only_and_once(client: TestClient, door: Door) -> None:
    path = ticket_path({"_streamlit_user": "mine"})
    stranger: Any = client.get(path)
    assert (stranger.status_code, cookie_of(stranger)) == (403, "")
    client.cookies.set("_streamlit_user", "mine")
    assert client.head(path).status_code == 405
    answer = client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "HttpOnly" in cookie_of(answer)
    client.cookies.delete(sign_in.COOKIE)
    assert client.get(path).status_code == 403
    assert len(door.sessions) == 1


def test_a_ticket_of_a_closed_account_opens_nothing(client: TestClient) -> None:
    client.cookies.set("_streamlit_user", "mine")
    answer = client.get(ticket_path({"_streamlit_user": "mine"}, "closed"))
    assert (answer.status_code, cookie_of(answer)) == (403, "")
    assert "停用" in answer.text


def test_no_ticket_replaces_a_session_that_is_open(client: TestClient, door: Door) -> None:
    enter(client)
    client.cookies.set("_streamlit_user", "mine")
    answer = client.get(ticket_path({"_streamlit_user": "mine"}))
    assert (answer.status_code, cookie_of(answer), len(door.sessions)) == (303, "", 1)


def test_the_provider_is_offered_only_when_it_is_set_up(door: Door, tmp_path: Any) -> None:
    groups = tmp_path / "g.csv"
    groups.write_text("group,role,unit\n")
    configured = Settings(secret_key=SecretStr("k" * 40), oidc_groups=groups)
    with browser(door) as plain, browser(door, settings=configured) as other:
        assert "/?sso=1" not in plain.get("/sign-in").text
        assert "/?sso=1" in other.get("/sign-in").text


def test_a_request_acts_with_its_cookie_else_as_the_office_on_its_own_machine() -> None:
    mine = secrets.token_urlsafe(32)

    def asked(peer: str, **headers: str) -> Request:
        given = {"host": "localhost:8501", "sec-fetch-site": "same-origin"} | headers
        raw = [(k.encode(), v.encode()) for k, v in given.items()]
        return Request({"type": "http", "method": "GET", "headers": raw, "client": (peer, 1)})

    def token(found: Request, office: Any = lambda: "office") -> str:
        return sign_in.visitor_token(found, office)

    cookie = {"cookie": f"{sign_in.COOKIE}={mine}"}
    assert token(asked("192.0.2.7", **cookie)) == token(asked("127.0.0.1", **cookie)) == mine
    assert token(asked("127.0.0.1")) == "office"
    assert token(asked("127.0.0.1"), None) == token(asked("192.0.2.7")) == ""
    assert token(asked("127.0.0.1", **{"x-forwarded-for": "192.0.2.7"})) == ""
    assert token(asked("127.0.0.1", cookie=f"{sign_in.COOKIE}=junk")) == "office"
