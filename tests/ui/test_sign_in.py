"""Signing in with a real browser: cookie, first password, an expired form, the office, a provider."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.store import accounts
from projects.accounts import Placement
from projects.identity import Role
from tests.db.copies import copy_of
from tests.paths import ROOT
from tests.ui.conftest import _answers, address_of
from tests.ui.harness.provider import CLIENT, SECRET, Provider, provider
from tests.ui.harness.server import free_port

pytestmark = [pytest.mark.browser, pytest.mark.db]

FIRST, OWN = "first-password-1", "自己的一句话 own"
PEOPLE = {
    "wu": Placement(Role.EDITOR, "440203"),
    "mao": Placement(Role.EDITOR, "440232"),
    "boss": Placement(Role.ADMINISTRATOR),
}


@pytest.fixture(scope="module")
def people(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    """A copy of the filled library with some accounts; mao and boss have changed their first password."""
    with copy_of(cluster, library_database) as copy:
        with copy.owning() as connection:
            for name, placement in PEOPLE.items():
                accounts.add(connection, name, name.upper(), placement, FIRST)
            connection.execute(text("UPDATE account SET must_change_password = (name = 'wu')"))
        yield copy


@contextmanager
def door(folder: Path, database: Database, *flags: str, **settings: str) -> Iterator[str]:
    """Serve the harness app on a database and yield its address."""
    port = int(settings.pop("PORT", "0")) or free_port()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": address_of(database),
        "ATLAS_DATA_DIR": str(folder / "var"),
        "SECRET_KEY": "k" * 40,
        **settings,
    }
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "tests" / "ui" / "harness" / "door.py")]
    options = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
    log = folder / f"door-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, *options, *flags], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
    try:
        _answers(f"http://127.0.0.1:{port}", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, people: Database) -> Iterator[str]:
    """The app with accounts only."""
    with door(tmp_path_factory.mktemp("door"), people) as address:
        yield address


@pytest.fixture
def browser_of(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that opens a browser of its own for somebody."""
    opened: list[BrowserContext] = []

    def opening(width: int = 1366, height: int = 768, **options: Any) -> BrowserContext:
        opened.append(chromium.new_context(viewport={"width": width, "height": height}, **options))
        return opened[-1]

    yield opening
    for context in opened:
        context.close()


def rest(page: Page) -> None:
    """Wait until no script has run for a while."""
    page.locator('[data-testid="stApp"]').wait_for()
    still = 0
    for _ in range(150):
        page.wait_for_timeout(100)
        state = page.locator('[data-testid="stApp"]').get_attribute("data-test-script-state")
        still = still + 1 if state == "notRunning" and page.locator("#me").count() else 0
        if still >= 6:
            return
    raise AssertionError(f"the page did not come to rest: {page.locator('body').inner_text()[:400]}")


def me(page: Page) -> list[str]:
    """Return name, role, whether a token acts, whether it is the office."""
    return page.locator("#me").inner_text().split("|")


def enter(page: Page, url: str, name: str, password: str) -> None:
    """Sign in by the form."""
    page.goto(f"{url}/sign-in")
    page.fill("#name", name)
    page.fill("#password", password)
    page.get_by_role("button", name="登录").click()


def file(page: Page) -> str:
    """Press the form's button and return on whose behalf it was filed."""
    page.get_by_role("button", name="提交").click()
    rest(page)
    return page.locator("#filed").inner_text()


def test_first_sign_in_forces_a_password_then_the_page_knows_the_person(
    url: str, browser_of: Callable[..., BrowserContext], people: Database
) -> None:
    context = browser_of()
    page = context.new_page()
    page.goto(f"{url}/?q=x")
    rest(page)
    assert me(page) == ["", "anonymous", "False", "False"]
    page.locator("a.atlas-signin").click()
    page.fill("#name", "WU ")
    page.fill("#password", "wrong")
    page.get_by_role("button", name="登录").click()
    assert "不正确" in page.locator(".notice").inner_text()
    assert page.locator("#name").input_value() == "WU "
    assert page.locator("#password").input_value() == ""
    page.fill("#password", FIRST)
    page.get_by_role("button", name="登录").click()
    page.locator("#current").wait_for()
    page.goto(f"{url}/")
    page.get_by_text("请先设置自己的密码").wait_for()
    assert page.locator("#me").count() == 0
    page.get_by_role("link", name="设置密码").click()
    for field, words in (("current", FIRST), ("new", OWN), ("again", OWN)):
        page.fill(f"#{field}", words)
    page.get_by_role("button", name="修改密码").click()
    rest(page)
    assert me(page) == ["wu", "editor", "True", "False"]
    cookie = next(c for c in context.cookies() if c["name"] == "atlas_session")
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"], cookie["secure"]) == (
        True,
        "Lax",
        "/",
        False,
    )
    assert "atlas_session" not in page.evaluate("document.cookie")
    page.get_by_role("button", name="WU · 武江区").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(f"{url}/")
    rest(page)
    assert me(page)[0] == ""
    with people.owning() as connection:
        revoked = connection.scalar(
            text("SELECT revoked_at IS NOT NULL FROM account_session WHERE token_sha256 = sha256(:t)"),
            {"t": cookie["value"].encode()},
        )
    assert revoked is True


def test_a_half_filled_form_survives_an_expired_session(
    url: str, browser_of: Callable[..., BrowserContext], people: Database
) -> None:
    context = browser_of()
    page = context.new_page()
    enter(page, url, "mao", FIRST)
    rest(page)
    page.get_by_label("内容").fill("写了一半")
    with people.owning() as connection:
        connection.execute(text("UPDATE account_session SET expires_at = now() - interval '1 minute'"))
    assert file(page) == "写了一半 / 没有人"
    assert "登录已过期" in page.locator(".atlas-warning").inner_text()
    with context.expect_page() as opened:
        page.get_by_role("link", name="在新窗口登录").click()
    again = opened.value
    again.fill("#name", "mao")
    again.fill("#password", FIRST)
    again.get_by_role("button", name="登录").click()
    rest(again)
    again.close()
    assert page.get_by_label("内容").input_value() == "写了一半"
    assert file(page) == "写了一半 / mao"
    assert page.locator(".atlas-warning").count() == 0


def test_a_revoked_session_is_not_taken_up_again(
    url: str, browser_of: Callable[..., BrowserContext], people: Database
) -> None:
    context = browser_of()
    page = context.new_page()
    enter(page, url, "mao", FIRST)
    rest(page)
    before = {c["name"]: c["value"] for c in context.cookies()}["atlas_session"]
    with people.owning() as connection:
        connection.execute(text("UPDATE account_session SET revoked_at = now()"))
    other = context.new_page()
    enter(other, url, "mao", FIRST)
    rest(other)
    assert {c["name"]: c["value"] for c in context.cookies()}["atlas_session"] != before
    assert file(page).endswith("没有人")


def test_the_forms_fit_a_phone_and_load_nothing_from_outside(
    url: str, browser_of: Callable[..., BrowserContext]
) -> None:
    page = browser_of(390, 844).new_page()
    asked, wrong = [], []
    page.on("request", lambda r: asked.append(r.url))
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    for path in ("/sign-in", "/sign-in?lang=en"):
        page.goto(url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate("getComputedStyle(document.querySelector('button')).backgroundColor") == (
            "rgb(29, 90, 140)"
        )
    assert page.locator("button").inner_text() == "Sign in"
    assert all(u.startswith((url, "data:")) for u in asked)
    assert wrong == []


def test_a_page_of_another_site_cannot_post_the_forms(
    url: str, browser_of: Callable[..., BrowserContext], people: Database
) -> None:
    """The other site is the same server under another name, which is as far as a browser can tell."""
    context = browser_of()
    page = context.new_page()
    enter(page, url, "mao", FIRST)
    rest(page)
    evil = context.new_page()
    evil.route("http://evil.localhost/", lambda route: route.fulfill(
        content_type="text/html",
        body=f'<form method="post" action="{url}/sign-out"><button>x</button></form>',
    ))  # fmt: skip
    evil.goto("http://evil.localhost/")
    with evil.expect_response(f"{url}/sign-out") as answered:
        evil.get_by_role("button").click()
    assert answered.value.status in (303, 403)
    page.reload()
    rest(page)
    assert me(page)[0] == "mao"


def test_the_office_at_its_own_machine_needs_no_account(
    tmp_path: Path, people: Database, browser_of: Callable[..., BrowserContext]
) -> None:
    with door(tmp_path, people, SINGLE_OFFICE="on") as address:
        context = browser_of()
        page = context.new_page()
        page.goto(address)
        rest(page)
        assert me(page) == ["office", "administrator", "True", "True"]
        assert file(page).endswith("/ office")
        assert not [c for c in context.cookies() if c["name"] == "atlas_session"]
        for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded"):
            proxied = browser_of(extra_http_headers={name: "203.0.113.9"}).new_page()
            proxied.goto(address)
            rest(proxied)
            assert me(proxied) == ["", "anonymous", "False", "False"], name
        enter(page, address, "mao", FIRST)
        rest(page)
        assert me(page) == ["mao", "editor", "True", "False"]


@pytest.mark.long
def test_somebody_from_another_address_is_not_the_office(
    tmp_path: Path, people: Database, browser_of: Callable[..., BrowserContext]
) -> None:
    """This machine's own network address is not the loopback one: whoever uses it comes from outside."""
    address = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=False).stdout.split()
    if not address:
        pytest.skip("this machine has the loopback address only")
    with door(tmp_path, people, "--server.address", "0.0.0.0", SINGLE_OFFICE="on") as local:
        page = browser_of().new_page()
        page.goto(local.replace("127.0.0.1", address[0]))
        rest(page)
        assert me(page) == ["", "anonymous", "False", "False"]


@pytest.fixture(scope="module")
def sso(tmp_path_factory: pytest.TempPathFactory, people: Database) -> Iterator[tuple[str, Provider]]:
    """The app with an identity provider."""
    folder = tmp_path_factory.mktemp("sso")
    groups = folder / "groups.csv"
    groups.write_text(
        "group,role,unit\nstaff,viewer,\nwujiang,editor,440203\nshaoguan,reviewer,440200\n", encoding="utf-8"
    )
    port = free_port()
    with provider() as found:
        auth = {
            "redirect_uri": f"http://127.0.0.1:{port}/oauth2callback",
            "cookie_secret": "c" * 40,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "server_metadata_url": f"{found.issuer}/.well-known/openid-configuration",
        }
        lines = (f"{k} = {json.dumps(v)}" for k, v in auth.items())
        (folder / "secrets.toml").write_text("[auth]\n" + "\n".join(lines) + "\n")
        flags = ("--secrets.files", str(folder / "secrets.toml"))
        with door(folder, people, *flags, PORT=str(port), OIDC_GROUPS=str(groups)) as address:
            yield address, found


def through_provider(page: Page, address: str) -> None:
    """Go from the sign-in form to the provider and back."""
    page.goto(f"{address}/sign-in")
    page.get_by_role("link", name="用单位统一身份登录").click()
    page.get_by_text("统一身份认证").first.wait_for(timeout=20_000)


def test_a_provider_signs_in_by_group_and_sets_role_and_unit_each_time(
    sso: tuple[str, Provider], browser_of: Callable[..., BrowserContext], people: Database
) -> None:
    address, found = sso
    found.at_desk = {
        "sub": "77",
        "name": "李 <b>四",
        "preferred_username": "Li.Si",
        "groups": ["staff", "wujiang"],
    }
    context = browser_of()
    page = context.new_page()
    through_provider(page, address)
    rest(page)
    assert me(page)[0] == ""
    link = page.get_by_role("link", name="进入系统")
    ticket = str(link.get_attribute("href"))
    stranger = browser_of().new_page()
    stranger.goto(address + ticket)
    assert "另一个浏览器" in stranger.locator(".notice").inner_text()
    link.click()
    rest(page)
    name, role, acts, _ = me(page)
    assert (name[:6], role, acts) == ("li.si+", "editor", "True")
    page.goto(f"{address}/sign-out")
    page.get_by_role("button", name="退出登录").click()
    rest(page)
    assert me(page)[0] == ""
    assert not [c for c in context.cookies() if c["name"].startswith("_streamlit_user")]
    page.goto(address + ticket)
    assert page.locator(".notice").count() == 1
    found.at_desk = found.at_desk | {"groups": ["shaoguan"]}
    page.wait_for_timeout(1100)
    through_provider(page, address)
    page.get_by_role("link", name="进入系统").click()
    rest(page)
    assert me(page)[:2] == [name, "reviewer"]
    with people.owning() as connection:
        rows = connection.execute(
            text("SELECT role, unit_id, scope_code, external_subject FROM account WHERE name = :n"),
            {"n": name},
        ).all()
    assert [tuple(r) for r in rows] == [("reviewer", None, "440200", f"{found.issuer}|77")]


def test_nobody_without_a_group_of_the_table_gets_in(
    sso: tuple[str, Provider], browser_of: Callable[..., BrowserContext], people: Database
) -> None:
    address, found = sso
    found.at_desk = {"sub": "88", "name": "外人", "groups": ["visitors"]}
    page = browser_of().new_page()
    through_provider(page, address)
    assert "没有本系统的权限" in page.locator(".atlas-error").inner_text()
    assert page.get_by_role("link", name="进入系统").count() == 0
    with people.owning() as connection:
        subject = f"{found.issuer}|88"
        assert not connection.scalar(
            text("SELECT count(*) FROM account WHERE external_subject = :s"), {"s": subject}
        )


@pytest.mark.long
def test_an_old_login_at_the_provider_opens_nothing(
    sso: tuple[str, Provider], browser_of: Callable[..., BrowserContext]
) -> None:
    address, found = sso
    found.at_desk, found.age_s = {"sub": "99", "groups": ["staff"]}, 3600
    page = browser_of().new_page()
    try:
        page.goto(f"{address}/?sso=1")
        page.wait_for_url(f"{address}/")
        rest(page)
        page.wait_for_timeout(1500)
        rest(page)
        assert page.get_by_role("link", name="进入系统").count() == 0
        assert "/token" in found.asked
    finally:
        found.age_s = 0
