"""A bare Streamlit app round signing in: the routes, a form, and who is acting; for browser tests.

It takes DATABASE_URL and the other settings from the environment and serves the accounts of that database.
"""

from __future__ import annotations

import os
from functools import cache
from types import SimpleNamespace

import streamlit as st

from data.database import Database
from data.settings import Settings, read
from data.store.accounts import PostgisAccounts
from data.store.sessions import Doorkeeper
from data.store.tokens import PostgisTokens
from services.office import Office
from views import who
from views.accounts import account_page, accounts_page
from views.i18n import translator
from views.style import CSS


@cache
def settings() -> Settings:
    """Return the settings of this process."""
    return read(os.environ)


@cache
def database() -> Database:
    """Return the database of this process."""
    return Database(settings().database_url)


@cache
def door() -> Doorkeeper:
    """Return what opens and ends sessions."""
    return Doorkeeper(database(), settings().session_hours)


@cache
def office() -> Office | None:
    """Return the office at its own machine, if the setting is on."""
    return Office(door, settings().session_hours) if settings().single_office else None


def form(me: who.Who) -> None:
    """A form that says on whose behalf it was filed."""
    text = st.text_input("内容")
    if st.button("提交"):
        acting = door().identity(me.token) if me.token else None
        st.session_state.filed = f"{text} / {acting.name if acting else '没有人'}"
    st.html(f'<p id="filed">{st.session_state.get("filed", "")}</p>')
    st.html(f'<p id="me">{me.identity.name}|{me.identity.role}|{bool(me.token)}|{me.office}</p>')


def main() -> None:
    """Draw the page."""
    st.set_page_config(page_title="door", layout="wide")
    st.html(CSS)
    _ = translator("zh")
    me = who.who_is_here(door, office())
    shell = SimpleNamespace(
        accounts=PostgisAccounts(database(), me.token),
        tokens=PostgisTokens(database(), me.token),
        identity=me.identity,
        translate=_,
    )
    pages = [
        st.Page(lambda: form(me), title="表单", url_path="form", default=True),
        st.Page(
            lambda: account_page.draw(me.identity, me.token, door(), _), title="我的账户", url_path="account"
        ),
        st.Page(lambda: accounts_page.draw(shell), title="账户管理", url_path="accounts"),
    ]
    page = st.navigation(pages, position="top")
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.html('<p class="atlas-title">健康产业一张图</p>', width="content")
        who.draw_account(me, settings(), _, pages[1:])
    if who.draw_state(me, settings(), _):
        page.run()


if __name__ == "__main__":
    main()
else:
    from starlette.middleware import Middleware

    from services import sign_in
    from services.headers import SafeHeaders

    app = st.App(__file__, routes=sign_in.routes(door, settings()), middleware=[Middleware(SafeHeaders)])
