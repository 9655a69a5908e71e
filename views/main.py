"""What each page run does: page setup, language, who is here, navigation; each page is its own module."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, Final

import streamlit as st

from data import wiring
from data.settings import load
from layers import assets
from layers.html import element, escape
from projects.identity import Role
from services.office import Office, office_of
from services.watching.pages import measured
from views import demo_banner, manners, state, watched, ways, who
from views.i18n import LANGUAGES, Translate, translator
from views.notices import notice
from views.rooms import Room, rooms
from views.shell import defaults, guarded, in_plain_words, open_shell, surprise
from views.style import css
from views.who import Who

ICON: Final = Path(__file__).with_name("icon.png")

KEPT_OPEN: Final = frozenset(("edit", "bulk"))
"""Pages that show what was typed also after the session has ended; they handle nobody."""


def main() -> None:
    """Draw the page that the address names, in the reader's language, for whoever is there.

    The pages are imported when they are needed: st_folium registers itself with the running server, and this
    module is read before there is one.
    """
    st.set_page_config(
        page_title="健康产业一张图 · Health Industry Atlas",
        page_icon=str(ICON),
        layout="wide",
        initial_sidebar_state="auto",
    )
    watched.begin()
    assets.use_local()
    st.session_state.setdefault("address_given", _asks_for_a_view(st.query_params))
    language = state.open_language(defaults(load()), LANGUAGES)
    st.html(css(language))
    _ = translator(language)
    here = Who()
    with in_plain_words(_):
        here = who.who_is_here(wiring.doorkeeper, _office())
    pages = _pages(language, here, _)
    ways.remember(pages)
    page = st.navigation(_menu_of(pages, here, _), position="top")
    st.set_page_config(page_title=manners.page_title(page.title, _))
    manners.draw(language, _)
    _header(here, _, _menu(here, pages))
    if load().demo:
        demo_banner.draw(_)
    if who.draw_state(here, load(), _):
        _go_home_once(here, page, pages)
        with measured(page.url_path or "map"):
            page.run()


def _asks_for_a_view(params: Iterable[str]) -> bool:
    """Return whether an address asks for more than a language, which alone keeps nobody from work.

    >>> _asks_for_a_view(["lang"]), _asks_for_a_view(["lang", "id"])
    (False, True)
    """
    return any(name != "lang" for name in params)


def _office() -> Office | None:
    """Return the office at this machine, when ``SINGLE_OFFICE`` is on."""
    return office_of(wiring.doorkeeper, load().session_hours) if load().single_office else None


def _menu(here: Who, pages: dict[str, Any]) -> list[Any]:
    """Return what the menu below a person's name offers."""
    if not here.identity.signed_in:
        return []
    administers = here.identity.role is Role.ADMINISTRATOR
    return [pages[room] for room in ("account", "accounts", "status")] if administers else [pages["account"]]


def _menu_of(pages: dict[str, Any], here: Who, _: Translate) -> dict[str, list[Any]]:
    """Return the pages under the heads of the menu; what a person is not offered stands nowhere in it."""
    heads: dict[str, list[Any]] = {"": []}
    for room in rooms(_):
        offered = room.listed and here.identity.role in room.roles
        heads.setdefault(room.head if offered else "", []).append(pages[room.path])
    return heads


def _pages(language: str, here: Who, _: Translate) -> dict[str, Any]:
    """Return all pages; the menu names those this person is offered, the others answer with a sentence."""
    role = here.identity.role
    return {
        room.path: st.Page(
            partial(_enter, room, language, here, _),
            title=room.title,
            icon=f":material/{room.icon}:",
            url_path=room.path,
            default=room.path == "map",
            visibility="visible" if room.listed and role in room.roles else "hidden",
        )
        for room in rooms(_)
    }


def _enter(room: Room, language: str, here: Who, _: Translate) -> None:
    """Draw a page for whoever it is offered to; what may be done on it the database decides."""
    role = here.identity.role
    if here.ended and room.path in KEPT_OPEN:
        guarded(lambda: room.draw(open_shell(language, here.token, here.identity)), _)
    elif role is Role.ANONYMOUS and (role not in room.roles or not load().anonymous_reads):
        who.draw_gate(_, open_map=load().anonymous_reads)
    elif role not in room.roles:
        notice(_("您的账户没有这个页面的权限。如有需要，请联系管理员调整角色。"), "info")
    else:
        guarded(lambda: room.draw(open_shell(language, here.token, here.identity)), _)


def _go_home_once(here: Who, page: Any, pages: dict[str, Any]) -> None:
    """Let somebody who signs in land on the own unit or findings; a link to a map view leads there."""
    at_work = here.identity.edits or here.identity.evaluates
    if not at_work or st.session_state.get("been_home") or here.office:
        return
    st.session_state.been_home = True
    if page is pages["map"] and not st.session_state.get("address_given"):
        st.switch_page(pages["evaluation" if here.identity.evaluates else "home"])


def _header(here: Who, _: Translate, menu: list[Any]) -> None:
    """Draw the title, who is signed in and the language switch."""
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="header"
    ):
        st.html(
            element("h1", escape(_("健康产业一张图")), class_="atlas-title")
            + element("p", escape(_subtitle(_)), class_="atlas-sub"),
            width="content",
        )
        with st.container(
            horizontal=True,
            vertical_alignment="center",
            horizontal_alignment="right",
            width="content",
            key="who",
        ):
            who.draw_account(here, load(), _, menu)
            st.segmented_control(
                _("语言"),
                list(LANGUAGES),
                key="language",
                format_func=LANGUAGES.__getitem__,
                label_visibility="collapsed",
                required=True,
            )


def _subtitle(_: Translate) -> str:
    return _("练习用的虚构项目") if load().demo else _("五份政府文件点名的项目 · 县界 · 每个值都有来源")


def script_failed(error: Exception) -> bool:
    """Show a sentence with a number instead of a stack trace; for ``st.App(on_script_error=…)``."""
    st.error(surprise(error, translator(str(st.session_state.get("language", load().language)))))
    return True
