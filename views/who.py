"""Who is at this page: the cookie of a signed-in person, or the office at its own machine, else nobody.

A page run asks the database once. What comes of it decides what is *offered*; each reading and writing takes
the token with it, and the database decides again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from data.settings import Settings
from layers.html import element, escape
from projects.errors import AtlasError
from projects.identity import NOBODY, ROLE_NAMES_ZH, Identity
from services import forms, oidc, sign_in, tickets
from services.office import Office, is_here
from views.i18n import Translate
from views.notices import notice
from views.plain import plain

PROVIDER_PARAM: Final = "sso"
"""Address parameter with which the sign-in form hands over to the identity provider."""

MOVED: Final = "moved_told"
"""Session key: somebody has read that their unit was merged."""


class Knows(Protocol):
    """What knows whose token this is; the doorkeeper does."""

    def identity(self, token: str) -> Identity:
        """Return the holder of a session, ``NOBODY`` when it opens nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Who:
    """Who is at this page. ``token`` is empty unless its holder may act now."""

    token: str = field(default="", repr=False)
    identity: Identity = NOBODY
    ended: bool = False
    """Whether the browser holds a session that opens nothing any more."""
    office: bool = False
    """Whether this is the office at its own machine, without anybody signed in."""


def who_is_here(door: Callable[[], Knows], office: Office | None) -> Who:
    """Return who is at this page; ``office`` is given when ``SINGLE_OFFICE`` is on."""
    cookie = browser_token()
    found = door().identity(cookie) if cookie else NOBODY
    if found.signed_in:
        return Who("" if found.must_change_password else cookie, found)
    if office is not None and at_this_machine():
        return _office(door, office)
    return Who(ended=bool(cookie))


def _office(door: Callable[[], Knows], office: Office) -> Who:
    for _ in range(2):
        token = office.token()
        found = door().identity(token)
        if found.signed_in:
            return Who(token, found, office=True)
        office.forget()
    return Who()


def browser_token() -> str:
    """Return the session token this browser came with, empty when there is none that could be one."""
    return sign_in.session_token(_cookies())


def at_this_machine() -> bool:
    """Return whether the browser runs on the server's own machine."""
    return is_here(_peer(), _headers())


def _peer() -> str | None:
    """Return the address of the connection; ``st.context`` says None for this machine and for not knowing."""
    context = get_script_run_ctx()
    client = get_instance().get_client(context.session_id) if context and exists() else None
    found = getattr(getattr(client, "client_context", None), "remote_ip", None)
    return str(found) if found else None


def host() -> str:
    """Return where the browser's connection comes from, empty when that is not known."""
    return _peer() or ""


def _headers() -> Mapping[str, str]:
    return dict(st.context.headers.items())


def _cookies() -> Mapping[str, str]:
    return dict(st.context.cookies.items())


def draw_account(who: Who, settings: Settings, translate: Translate, pages: Sequence[Any] = ()) -> None:
    """Draw who is signed in, with a menu, or a link to sign in; ``pages`` are what the menu offers."""
    _ = translate
    if not who.identity.signed_in:
        st.html(_link(_("登录"), sign_in_address(), "atlas-signin"), width="content")
        return
    with st.popover(plain(_short(who, _)), icon=":material/account_circle:"):
        st.html("".join(element("p", escape(line), class_="atlas-muted") for line in lines(who, _)))
        for page in pages:
            st.page_link(page)
        if who.office:
            st.html(_link(_("用自己的账户登录"), sign_in_address(), "atlas-link"))
        else:
            st.html(_link(_("修改密码"), sign_in.PASSWORD, "atlas-link"))
            st.html(_sign_out_form(who, settings, _))


def lines(who: Who, _: Translate) -> list[str]:
    """Return what the menu says about somebody: name, unit or scope, role."""
    me = who.identity
    place = me.unit.name if me.unit else me.scope_code
    shown = [me.display_name, place, _(ROLE_NAMES_ZH[me.role])]
    if who.office:
        shown.append(_("单机模式：仅这台电脑无需登录即可填报"))
    return [line for line in shown if line]


def draw_state(who: Who, settings: Settings, translate: Translate) -> bool:
    """Draw what the reader must know or do about signing in; return whether the page can go on.

    A page with a half-filled form stays as it is: signing in happens in another tab, and the same session
    goes on here.
    """
    _ = translate
    if who.identity.must_change_password:
        words = _("请先设置自己的密码，然后回到本页刷新。")
        st.html(_notice(words, _link(_("设置密码"), sign_in.PASSWORD, "atlas-link"), "warning"))
        return False
    _draw_moved(who.identity, _)
    if who.ended:
        words = _("登录已过期。已填写的内容仍在本页：请在新窗口重新登录，再回到本页继续。")
        notice(words)
        # st.html drops `target`; a link button opens a new tab
        st.link_button(_("在新窗口登录"), sign_in_address(), icon=":material/open_in_new:")
    _draw_provider(who, settings, _)
    return True


def _draw_moved(me: Identity, _: Translate) -> None:
    """Tell somebody whose unit was merged where they belong now, once after each signing in."""
    if not me.former_unit or me.unit is None or st.session_state.get(MOVED):
        return
    words = _(
        "{old} 已于 {day} 并入 {new}。您现在按 {new} 的权限工作，原单位的项目和事项都在，不用重新填报；"
        "账户归属如有不妥，请联系管理员。"
    )
    notice(words.format(old=me.former_unit, day=me.merged_on or "", new=me.unit.name), "info")
    if st.button(_("知道了"), key="moved-told"):
        st.session_state[MOVED] = True
        st.rerun()


def draw_gate(translate: Translate, *, open_map: bool = False) -> None:
    """Draw what somebody sees who must sign in first; ``open_map`` where the map needs no signing in."""
    _ = translate
    link = _link(_("登录"), sign_in_address(), "atlas-link")
    words = _("这个页面需要登录；地图不登录也可以看。") if open_map else _("本系统只对登录的人员开放。")
    st.html(_notice(words, link, "info"))


def _draw_provider(who: Who, settings: Settings, _: Translate) -> None:
    """Hand over to the identity provider when asked to, and turn its answer into a link that signs in."""
    if settings.oidc_groups is None or who.identity.signed_in:
        return
    if st.query_params.get(PROVIDER_PARAM):
        del st.query_params[PROVIDER_PARAM]
        if provider_is_set_up():
            st.login()
        else:
            st.html(_notice(_("统一身份登录还没有配置：请管理员填写 secrets.toml 的 [auth]。"), "", "error"))
        return
    claims = dict(st.user.to_dict()) if provider_is_set_up() else {}
    if claims.get("is_logged_in") is not True or not tickets.fresh(_issued(claims)):
        return
    try:
        login = oidc.login(claims, oidc.read_rules(settings.oidc_groups), settings.oidc_claim)
        path = tickets.issue(settings, login, _cookies())
    except AtlasError as error:
        st.html(_notice(str(error), "", "error"))
        return
    words = _("已通过统一身份认证：{name}。").format(name=login.display_name or login.name)
    st.html(_notice(words, _link(_("进入系统"), path, "atlas-link"), "info"))


def provider_is_set_up() -> bool:
    """Return whether ``.streamlit/secrets.toml`` names an identity provider."""
    return bool(st.secrets.load_if_toml_exists()) and "auth" in st.secrets


def _issued(claims: Mapping[str, Any]) -> int:
    issued = claims.get("iat")
    return issued if isinstance(issued, int) else 0


def sign_in_address() -> str:
    """Return the address of the sign-in form that leads back to this page."""
    here = urlsplit(st.context.url or "/")
    query = urlencode({k: v for k, v in st.query_params.to_dict().items() if k != PROVIDER_PARAM})
    path = here.path or "/"
    return sign_in.sign_in_path(forms.own_path(f"{path}?{query}" if query else path))


def _short(who: Who, _: Translate) -> str:
    me = who.identity
    unit = me.unit.name if me.unit else _(ROLE_NAMES_ZH[me.role])
    return me.display_name if who.office else f"{me.display_name} · {unit}"


def _link(words: str, address: str, kind: str) -> str:
    """Return a link that leaves the page; ``st.html`` drops ``target``, so it opens in the same tab."""
    return element("a", escape(words), href=address, class_=kind)


def _notice(words: str, link: str, kind: str) -> str:
    return element("div", escape(words), " ", link, class_=f"atlas-notice atlas-{kind}", role="alert")


def _sign_out_form(who: Who, settings: Settings, _: Translate) -> str:
    token = sign_in.sign_out_token(settings, who.token or browser_token())
    return element(
        "form",
        f'<input type="hidden" name="form" value="{escape(token)}">',
        element("button", escape(_("退出登录")), type="submit", class_="atlas-button"),
        method="post",
        action=sign_in.SIGN_OUT,
    )
