"""Administration: accounts, their roles and units, one-time passwords, and which units are reviewed."""

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import streamlit as st

from layers.html import clean_text, element, escape
from projects.accounts import OFFICE, SCOPED, Account, Accounts, Placement
from projects.errors import AtlasError
from projects.identity import ROLE_NAMES_ZH, Identity, OwnerUnit, Role
from projects.tokens import ApiTokens
from projects.unit_register import UnitRegister
from views import marks, office_style
from views.accounts import tokens_part, units_part
from views.i18n import Translate
from views.notices import notice
from views.plain import plain

ROLES: Final = (Role.EDITOR, Role.REVIEWER, Role.EVALUATOR, Role.VIEWER, Role.ADMINISTRATOR)
_ISSUED, _TOLD = "account_issued", "account_told"
"""Session keys: a one-time password not yet read, and what has just been done."""


class AccountsShell(Protocol):
    """What this page needs of the shell."""

    @property
    def accounts(self) -> Accounts:
        """The accounts, opened with the session's token."""
        ...

    @property
    def tokens(self) -> ApiTokens:
        """The tokens of the open interface, opened with the session's token."""
        ...

    @property
    def unit_register(self) -> UnitRegister:
        """The registry of units, opened with the session's token."""
        ...

    @property
    def identity(self) -> Identity:
        """Who is signed in."""
        ...

    @property
    def translate(self) -> Translate:
        """The page's language."""
        ...


def draw(shell: AccountsShell) -> None:
    """Draw the page; the database refuses everything on it to anybody but an administrator."""
    _ = shell.translate
    office_style.draw()
    st.html(element("h2", escape(_("账户管理")), class_="atlas-title"))
    if shell.identity.role is not Role.ADMINISTRATOR:
        notice(_("只有管理员可以管理账户。"))
        return
    _draw_told(_)
    found = shell.accounts.all()
    listing, adding, reviewing, tokens, units = st.tabs(
        [_("账户"), _("新建账户"), _("审核设置"), _("接口令牌"), _("单位更名与合并")]
    )
    with listing:
        _draw_list(found, _)
        _draw_one(shell, found)
    with adding:
        _draw_new(shell)
    with reviewing:
        _draw_reviewing(shell)
    with tokens:
        tokens_part.draw(shell, lambda key: _pick_unit(shell, key, _("单位"), ""))
    with units:
        units_part.draw(shell)


def _draw_told(_: Translate) -> None:
    """Say what was done, and show a one-time password until it is put away."""
    if told := st.session_state.pop(_TOLD, ""):
        notice(told, "info")
    if issued := st.session_state.get(_ISSUED):
        name, password = issued
        notice(_("{name} 的一次性密码只在这里显示一次，请现在转交本人；首次登录时须修改。").format(name=name))
        st.code(password, language=None)
        if st.button(_("已转交，不再显示"), key="account_put_away"):
            del st.session_state[_ISSUED]
            st.rerun()


def _draw_list(found: Sequence[Account], _: Translate) -> None:
    rows = [
        {
            _("登录名"): a.name,
            _("姓名"): a.display_name,
            _("角色"): _(ROLE_NAMES_ZH[a.placement.role]),
            _("单位或范围"): place_words(a),
            _("状态"): state_words(a, _),
            _("上次登录"): marks.when(a.last_signed_in_at),
        }
        for a in found
    ]
    st.dataframe(rows, hide_index=True, width="stretch")


def _draw_one(shell: AccountsShell, found: Sequence[Account]) -> None:
    """Draw what can be done with one account."""
    _ = shell.translate
    by_name = {a.name: a for a in found}
    name = st.selectbox(
        _("选择账户"),
        list(by_name),
        index=None,
        key="account_chosen",
        format_func=lambda n: (
            clean_text(f"{n} · {by_name[n].display_name}") if n in by_name else clean_text(str(n))
        ),
        placeholder=_("要重置密码、停用或修改的账户"),
    )
    if name not in by_name:
        return
    account = by_name[name]
    with st.container(horizontal=True):
        _buttons(shell, account)
    if account.external:
        st.caption(_("该账户由统一身份平台管理，角色和单位随平台的分组变化。"))
    elif account.name not in (OFFICE, shell.identity.name):
        _draw_placement(shell, account)


def _buttons(shell: AccountsShell, account: Account) -> None:
    _, name, accounts = shell.translate, account.name, shell.accounts
    if not account.external and name != OFFICE:
        _button(
            _("重置密码"),
            "reset",
            lambda: _issue(name, accounts.reset(name)),
            _("密码已重置，原有登录已结束。"),
        )
    if account.locked_until:
        _button(_("解除锁定"), "unlock", lambda: accounts.unlock(name), _("已解除锁定。"))
    if account.disabled_at:
        _button(_("启用"), "enable", lambda: accounts.enable(name), _("账户已启用。"))
    elif name != shell.identity.name:
        _button(_("停用"), "disable", lambda: accounts.disable(name), _("账户已停用，登录已结束。"))


def _button(label: str, key: str, deed: Callable[[], None], done: str) -> None:
    if st.button(label, key=f"account_{key}"):
        _do(deed, done)


def _do(deed: Callable[[], None], done: str) -> None:
    """Do it and draw the page anew, or say why not and keep what was typed."""
    try:
        deed()
    except AtlasError as error:
        notice(str(error), "error")
        return
    st.session_state[_TOLD] = done
    st.rerun()


def _issue(name: str, password: str) -> None:
    st.session_state[_ISSUED] = (name, password)


def _made(name: str, password: str) -> None:
    """Show the password, and empty the form for the next person."""
    _issue(name, password)
    for key in ("account_new_name", "account_new_display"):
        del st.session_state[key]


def _draw_placement(shell: AccountsShell, account: Account) -> None:
    _ = shell.translate
    st.html(element("h3", escape(_("修改角色和单位")), class_="atlas-heading"))
    placement = _pick_placement(shell, f"change_{account.id}", account.placement)
    if st.button(_("保存修改"), key="account_change"):
        _do(lambda: shell.accounts.set_placement(account.name, placement), _("角色和单位已修改，立即生效。"))


def _draw_new(shell: AccountsShell) -> None:
    _ = shell.translate
    name = st.text_input(
        _("登录名"), key="account_new_name", max_chars=120, help=_("字母、数字、汉字或 . _ - @")
    )
    display = st.text_input(_("姓名"), key="account_new_display", max_chars=80)
    placement = _pick_placement(shell, "new", Placement(Role.EDITOR))
    if st.button(_("新建账户"), key="account_add", type="primary"):
        _do(
            lambda: _made(name.strip(), shell.accounts.add(name, display, placement)),
            _("账户已建立。"),
        )


def _pick_placement(shell: AccountsShell, key: str, present: Placement) -> Placement:
    """Draw role and unit or scope, and return what they say."""
    _ = shell.translate
    role = st.segmented_control(
        _("角色"),
        ROLES,
        default=present.role,
        key=f"account_role_{key}",
        format_func=lambda r: _(ROLE_NAMES_ZH[r]),
        required=True,
    )
    role = Role(role or present.role)
    if role is Role.ADMINISTRATOR:
        return Placement(role)
    code = present.scope_code if role in SCOPED else present.unit_id
    label = scope_words(role, _) or _("单位")
    chosen = _pick_unit(shell, f"{key}_{role}", label, code)
    return Placement(role, "", chosen) if role in SCOPED else Placement(role, chosen)


def scope_words(role: Role, _: Translate) -> str:
    """Return what the area of a role is called that is placed in one, empty for a role that has a unit."""
    return {Role.REVIEWER: _("审核范围"), Role.EVALUATOR: _("评价范围")}.get(role, "")


def _pick_unit(shell: AccountsShell, key: str, label: str, present: str) -> str:
    """Draw a search for units and the hits, and return the chosen id."""
    _ = shell.translate
    words = st.text_input(
        _("{label}：按名称或代码查找").format(label=label),
        value=present,
        key=f"account_unit_words_{key}",
        max_chars=40,
    )
    hits = {u.id: u for u in shell.accounts.find_units(words)} if words.strip() else {}
    chosen = st.selectbox(
        label,
        list(hits),
        index=list(hits).index(present) if present in hits else None,
        key=f"account_unit_{key}_{words}",
        format_func=lambda code: _unit_words(hits.get(code), str(code)),
        placeholder=_("没有找到") if words.strip() and not hits else _("请选择"),
    )
    return str(chosen or "")


def _draw_reviewing(shell: AccountsShell) -> None:
    _ = shell.translate
    st.caption(_("默认由上级审核后发布；列在下面的单位提交后立即发布。"))
    free = shell.accounts.unreviewed_units()
    st.dataframe([{_("代码"): u.id, _("单位"): u.name} for u in free], hide_index=True, width="stretch")
    chosen = _pick_unit(shell, "reviewing", _("单位"), "")
    if not chosen:
        return
    off = chosen in {u.id for u in free}
    label = _("改为审核后发布") if off else _("改为立即发布")
    _button(label, "reviewed", lambda: shell.accounts.set_reviewed([chosen], off), _("审核设置已修改。"))


def place_words(account: Account) -> str:
    """Return an account's unit or scope with its code."""
    placed = account.placement
    return " ".join(filter(None, (account.place_name, placed.unit_id or placed.scope_code)))


def state_words(account: Account, _: Translate) -> str:
    """Return what an administrator should notice about an account."""
    states: list[tuple[Any, str]] = [
        (account.disabled_at, _("已停用")),
        (account.locked_until, _("锁定至 {time}").format(time=marks.when(account.locked_until))),
        (account.must_change_password and not account.external, _("待首次修改密码")),
        (account.external, _("统一身份")),
    ]
    return "、".join(words for holds, words in states if holds) or _("正常")


def _unit_words(unit: OwnerUnit | None, code: str) -> str:
    return plain(f"{unit.name} · {unit.id}" if unit else code)
