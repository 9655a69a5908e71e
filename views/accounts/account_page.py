"""My account: who I am here, my password, my other open sessions."""

from typing import Protocol

import streamlit as st

from layers.html import element, escape
from projects.errors import AtlasError
from projects.identity import ROLE_NAMES_ZH, Identity, Role
from services import sign_in
from views.i18n import Translate
from views.notices import notice


class EndsSessions(Protocol):
    """What ends a person's other sessions; the doorkeeper does."""

    def sign_out_elsewhere(self, token: str) -> None:
        """End all other sessions of the account that holds this one."""
        ...


def draw(identity: Identity, token: str, door: EndsSessions, translate: Translate) -> None:
    """Draw the page of whoever is signed in."""
    _ = translate
    st.markdown(f"### {_('我的账户')}")
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
