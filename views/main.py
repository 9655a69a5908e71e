"""What each page run does: page setup, language, who is here, navigation; each page is its own module."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import streamlit as st

from data import wiring
from data.settings import load
from layers import assets
from layers.html import element, escape
from projects.identity import Role
from services.office import Office, office_of
from views import demo_banner, state, ways, who
from views.i18n import LANGUAGES, Translate, translator
from views.notices import notice
from views.shell import Shell, defaults, guarded, in_plain_words, open_shell, surprise
from views.style import css
from views.who import Who

ICON: Final = Path(__file__).with_name("icon.png")

ANYBODY: Final = frozenset(Role)
EDITORS: Final = frozenset((Role.EDITOR, Role.REVIEWER, Role.ADMINISTRATOR))
REVIEWERS: Final = frozenset((Role.REVIEWER, Role.ADMINISTRATOR))
ADMINISTRATORS: Final = frozenset((Role.ADMINISTRATOR,))
KEPT_OPEN: Final = frozenset(("edit", "bulk"))
"""Pages that show what was typed also after the session has ended; they handle nobody."""
SIGNED_IN: Final = ANYBODY - {Role.ANONYMOUS}


class Room(NamedTuple):
    """One page: its address, title and icon, who is offered it, under which head of the menu, if at all."""

    path: str
    title: str
    icon: str
    draw: Callable[[Shell], None]
    roles: frozenset[Role]
    head: str = ""
    """Empty for a page that stands in the menu by itself."""
    listed: bool = True


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
    assets.use_local()
    st.session_state.setdefault("address_given", bool(st.query_params))
    language = state.open_language(defaults(load()), LANGUAGES)
    st.html(css(language))
    _ = translator(language)
    here = Who()
    with in_plain_words(_):
        here = who.who_is_here(wiring.doorkeeper, _office())
    pages = _pages(language, here, _)
    ways.remember(pages)
    page = st.navigation(_menu_of(pages, here, _), position="top")
    _header(here, _, _menu(here, pages))
    if load().demo:
        demo_banner.draw(_)
    if who.draw_state(here, load(), _):
        _go_home_once(here, page, pages)
        page.run()


def _office() -> Office | None:
    """Return the office at this machine, when ``SINGLE_OFFICE`` is on."""
    return office_of(wiring.doorkeeper, load().session_hours) if load().single_office else None


def _menu(here: Who, pages: dict[str, Any]) -> list[Any]:
    """Return what the menu below a person's name offers."""
    if not here.identity.signed_in:
        return []
    administers = here.identity.role is Role.ADMINISTRATOR
    return [pages["account"], pages["accounts"]] if administers else [pages["account"]]


def _rooms(_: Translate) -> tuple[Room, ...]:
    """Return all pages, in the order of the menu."""
    from views import sources_page
    from views.accounts import accounts_page
    from views.analysis.clusters import clusters_page
    from views.analysis.coverage import coverage_page
    from views.analysis.layers import layers_page
    from views.analysis.siting import siting_page
    from views.editing import bulk_page, edit_page, history, merge_page
    from views.intake import import_page
    from views.lifecycle import dispatch_page
    from views.map import map_page
    from views.money import funding_page
    from views.office import claims, clinics_page, geocode_page, home_page
    from views.packs import packs_page
    from views.plans import catalogue_page, rolling_page
    from views.promotion import promotion_page
    from views.review import review_page
    from views.scores import scores_page
    from views.targets import indicators_page, targets_page

    money, promotion = _("资金与进度"), _("招商")
    analysis, targets, filing = _("分析"), _("目标"), _("填报与审核")
    return (
        Room("map", _("地图"), "map", map_page.draw, ANYBODY),
        Room("home", _("我的单位"), "home_work", home_page.draw, SIGNED_IN),
        Room("packs", _("材料"), "folder_zip", packs_page.draw, ANYBODY),
        Room("funding", _("资金"), "payments", funding_page.draw, ANYBODY, money),
        Room("dispatch", _("月调度"), "event_upcoming", dispatch_page.draw, ANYBODY, money),
        Room("rolling", _("滚动计划"), "calendar_view_month", rolling_page.draw, ANYBODY, money),
        Room("promotion", _("招商"), "handshake", promotion_page.draw, ANYBODY, promotion),
        Room("catalogue", _("招商目录"), "menu_book", catalogue_page.draw, ANYBODY, promotion),
        Room("clusters", _("聚集"), "bubble_chart", clusters_page.draw, ANYBODY, analysis),
        Room("coverage", _("覆盖"), "radar", coverage_page.draw, ANYBODY, analysis),
        Room("siting", _("选址"), "add_home_work", siting_page.draw, ANYBODY, analysis),
        Room("layers", _("图层"), "layers", layers_page.draw, SIGNED_IN, analysis),
        Room("targets", _("目标"), "flag", targets_page.draw, ANYBODY, targets),
        Room("indicators", _("指标填报"), "pin", indicators_page.draw, ANYBODY, targets),
        Room("scores", _("记分卡"), "leaderboard", scores_page.draw, ANYBODY, targets),
        Room("import", _("上传"), "upload_file", import_page.draw, EDITORS, filing),
        Room("bulk", _("批量修改"), "table_edit", bulk_page.draw, EDITORS, filing),
        Room("review", _("审核修改"), "fact_check", review_page.draw, EDITORS, filing),
        Room("claims", _("认领"), "add_location_alt", claims.draw, EDITORS, filing),
        Room("clinics", _("村卫生室"), "local_hospital", clinics_page.draw, EDITORS, filing),
        Room("edit", _("修改项目"), "edit", edit_page.draw, SIGNED_IN, listed=False),
        Room("merge", _("合并重复"), "merge", merge_page.draw, EDITORS, listed=False),
        Room("history", _("修改记录"), "history", history.draw, SIGNED_IN, listed=False),
        Room("geocode", _("解析地址"), "travel_explore", geocode_page.draw, EDITORS, listed=False),
        Room("sources", _("来源与许可"), "info", sources_page.draw, ANYBODY),
        Room("account", _("我的账户"), "person", _account, SIGNED_IN, listed=False),
        Room("accounts", _("账户管理"), "manage_accounts", accounts_page.draw, ADMINISTRATORS, listed=False),
    )


def _menu_of(pages: dict[str, Any], here: Who, _: Translate) -> dict[str, list[Any]]:
    """Return the pages under the heads of the menu; what a person is not offered stands nowhere in it."""
    heads: dict[str, list[Any]] = {"": []}
    for room in _rooms(_):
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
        for room in _rooms(_)
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


def _account(shell: Shell) -> None:
    from views.accounts import account_page

    account_page.draw(shell.identity, shell.token, wiring.doorkeeper(), shell.translate)


def _go_home_once(here: Who, page: Any, pages: dict[str, Any]) -> None:
    """Let somebody who signs in land on the own unit; a link to a map view is a link to that view."""
    if not here.identity.edits or st.session_state.get("been_home") or here.office:
        return
    st.session_state.been_home = True
    if page is pages["map"] and not st.session_state.get("address_given"):
        st.switch_page(pages["home"])


def _header(here: Who, _: Translate, menu: list[Any]) -> None:
    """Draw the title, who is signed in and the language switch."""
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="header"
    ):
        st.html(
            element("p", escape(_("健康产业一张图")), class_="atlas-title")
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
