"""My account: who I am here, my password, my other open sessions."""

from collections.abc import Sequence
from typing import Protocol

import streamlit as st

from layers.html import element, escape
from projects.errors import AtlasError
from projects.identity import ROLE_NAMES_ZH, Identity, Role
from projects.watch import SignIn
from services import sign_in
from views import office_style
from views.i18n import Translate
from views.notices import notice
from views.status import status_page


class EndsSessions(Protocol):
    """What ends a person's other sessions; the doorkeeper does."""

    def sign_out_elsewhere(self, token: str) -> None:
        """End all other sessions of the account that holds this one."""
        ...


class TellsSignIns(Protocol):
    """What tells a person's own sign-ins; the watch does."""

    def mine(self, limit: int = 20) -> Sequence[SignIn]:
        """Return the newest lines about this account."""
        ...


def draw(
    identity: Identity,
    token: str,
    door: EndsSessions,
    translate: Translate,
    watch: TellsSignIns | None = None,
) -> None:
    """Draw the page of whoever is signed in."""
    _ = translate
    st.html(element("h2", escape(_("我的账户")), class_="atlas-title"))
    if not identity.signed_in:
        notice(_("请先登录。"), "info")
        return
    st.html(_facts(identity, _))
    st.html(element("p", escape(may(identity, _)), class_="atlas-muted"))
    st.html(element("a", escape(_("修改密码")), href=sign_in.PASSWORD, class_="atlas-link"))
    if st.button(_("退出其他设备上的登录"), help=_("本页的登录保留，其余全部结束。")):
        try:
            door.sign_out_elsewhere(token)
        except AtlasError as error:
            notice(str(error), "error")
        else:
            notice(_("其他设备上的登录已全部结束。"), "info")
    if watch is not None and token:
        _draw_sign_ins(watch, _)


def _draw_sign_ins(watch: TellsSignIns, _: Translate) -> None:
    """Draw what happened at the door in this account's name; the person notices first what was not theirs."""
    office_style.draw()
    st.html(status_page.STYLE)
    st.html(element("p", escape(_("最近的登录")), class_="atlas-heading"))
    st.caption(_("不是您本人的，请修改密码并告诉管理员。"))
    found = watch.mine()
    if found:
        st.html(status_page.sign_in_table(found, _, named=False))
    else:
        st.caption(_("没有记录。"))


def _facts(me: Identity, _: Translate) -> str:
    rows = (
        (_("姓名"), me.display_name),
        (_("登录名"), me.name),
        (_("角色"), _(ROLE_NAMES_ZH[me.role])),
        (_("单位"), me.unit.name if me.unit else ""),
        (_("原单位"), me.former_unit),
        (_("评价范围") if me.evaluates else _("审核范围"), me.scope_code),
    )
    written = (
        element("tr", element("th", escape(k), scope="row"), element("td", escape(v))) for k, v in rows if v
    )
    return element("table", *written, class_="atlas-facts")


def may(me: Identity, _: Translate) -> str:
    """Return in a sentence what this account may do."""
    if me.role is Role.ADMINISTRATOR:
        return _("可以查看、填报和审核全部项目，管理账户和各单位的审核设置。")
    if me.evaluates:
        return _("可以查看范围内各单位填报的内容（考察和线索除外），只能写第三方评价，不能改任何项目。")
    if me.role is Role.REVIEWER:
        return _("可以审核范围内各单位提交的修改，也可以直接填报。")
    if me.role is Role.EDITOR and me.unit and me.unit.reviewed:
        return _("可以填报本单位的项目；提交后由上级审核发布。")
    if me.role is Role.EDITOR:
        return _("可以填报本单位的项目；提交后立即发布。")
    return _("可以查看已发布的项目，包括联系人。")
