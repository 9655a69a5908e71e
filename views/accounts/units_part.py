"""Units that get a new name or are merged: for administrators, with what follows told before it is done."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, Protocol

import streamlit as st

from layers.html import clean_text, element, escape
from projects.errors import AtlasError, BadValue
from projects.unit_register import Deed, OfficeUnit, UnitRegister
from views import marks
from views.i18n import Translate
from views.notices import notice
from views.plain import plain

SHOWN: Final = 30
"""Units in the list at once; more words narrow it down."""
_DONE: Final = "unit_changed"
_RENAME, _MERGE = "rename", "merge"


class UnitsShell(Protocol):
    """What this part needs of the shell."""

    @property
    def unit_register(self) -> UnitRegister:
        """The registry of units, opened with the session's token."""
        ...

    @property
    def translate(self) -> Translate:
        """The page's language."""
        ...


def draw(shell: UnitsShell) -> None:
    """Draw the registry, the form for one unit and what was done so far."""
    _ = shell.translate
    st.caption(
        _(
            "更名的单位编号不变，旧名称仍认得；合并的单位保留在册，项目、事项和账户都归接续单位看和办，"
            "不用搬动。县市区和功能区的名称随区划数据更新。"
        )
    )
    if done := st.session_state.pop(_DONE, ""):
        notice(done, "info")
    words = st.text_input(
        _("查找单位：现名、旧名、简称或编号"), key="units_words", max_chars=40, placeholder="卫计局"
    )
    found, count = shell.unit_register.page(words, limit=SHOWN)
    _list(found, count, _)
    chosen = _choose(_("选择单位"), "units_one", found, _)
    if chosen is not None:
        _one(shell, chosen)
    _deeds(shell.unit_register.deeds(), _)


def _list(found: Sequence[OfficeUnit], count: int, _: Translate) -> None:
    if not found:
        st.caption(_("没有找到。"))
        return
    rows = [
        {
            _("单位"): clean_text(unit.name),
            _("编号"): clean_text(unit.id),
            _("地区"): clean_text(unit.area_name),
            _("其他名称"): clean_text("、".join(unit.aliases)),
            _("去向"): clean_text(state_words(unit, _)),
            _("账户"): unit.accounts,
            _("未办结事项"): unit.open_matters,
        }
        for unit in found
    ]
    st.dataframe(rows, hide_index=True, width="stretch")
    if count > len(found):
        st.caption(_("共 {n} 个，只列前 {m} 个：请多写几个字。").format(n=count, m=len(found)))


def state_words(unit: OfficeUnit, _: Translate) -> str:
    """Return what became of a unit, empty while it stands."""
    if not unit.successor_id:
        return ""
    return _("{day} 并入 {name}").format(day=unit.ended_on or "", name=unit.successor)


def _choose(label: str, key: str, found: Sequence[OfficeUnit], _: Translate) -> OfficeUnit | None:
    by_id = {unit.id: unit for unit in found}
    if st.session_state.get(key) not in by_id:
        st.session_state.pop(key, None)
    chosen = st.selectbox(
        label,
        list(by_id),
        index=None,
        key=key,
        format_func=lambda code: plain(f"{by_id[code].name} · {code}" if code in by_id else str(code)),
        placeholder=_("请选择"),
    )
    return by_id.get(str(chosen))


def _one(shell: UnitsShell, unit: OfficeUnit) -> None:
    """Draw what can be done with a unit that stands."""
    _ = shell.translate
    if unit.successor_id:
        notice(_("{name} 已并入 {heir}，不能再改。").format(name=unit.name, heir=unit.successor), "info")
        return
    names = {_RENAME: _("更名"), _MERGE: _("并入另一个单位")}
    deed = st.segmented_control(
        _("要做什么"),
        list(names),
        default=_RENAME,
        key="units_deed",
        format_func=names.__getitem__,
        required=True,
    )
    (_merging if deed == _MERGE else _renaming)(shell, unit)


def _renaming(shell: UnitsShell, unit: OfficeUnit) -> None:
    _ = shell.translate
    name = st.text_input(_("新名称（全称）"), key=f"units_name_{unit.id}", max_chars=200)
    since, source = _when_and_why(_)
    if st.button(_("更名"), key="units_rename", type="primary"):
        _do(
            lambda: shell.unit_register.rename(unit.id, name, _day(since, _), source),
            _("{old} 已更名为 {new}。").format(old=unit.name, new=name.strip()),
        )


def _merging(shell: UnitsShell, unit: OfficeUnit) -> None:
    """Ask for the successor, say what follows, and merge when somebody says that it is so."""
    _ = shell.translate
    words = st.text_input(_("接续单位：按名称查找"), key="units_heir_words", max_chars=40)
    hits = shell.unit_register.page(words, limit=SHOWN)[0] if words.strip() else ()
    heir = _choose(_("接续单位"), "units_heir", [one for one in hits if one.id != unit.id], _)
    since, source = _when_and_why(_)
    if heir is None:
        return
    notice(
        _(
            "合并后：{old} 的 {accounts} 个账户按 {new} 的权限工作；{new} 看得到、办得了 {old} 的项目和"
            " {matters} 件未办结事项。合并不能撤销。"
        ).format(old=unit.name, new=heir.name, accounts=unit.accounts, matters=unit.open_matters)
    )
    sure = st.checkbox(_("已核对，确认合并"), key=f"units_sure_{unit.id}_{heir.id}")
    if st.button(_("合并"), key="units_merge", type="primary", disabled=not sure):
        _do(
            lambda: shell.unit_register.merge(unit.id, heir.id, _day(since, _), source),
            _("{old} 已并入 {new}。").format(old=unit.name, new=heir.name),
        )


def _when_and_why(_: Translate) -> tuple[str, str]:
    since = st.text_input(
        _("自哪天起（年-月-日）"),
        key="units_since",
        max_chars=20,
        placeholder=str(datetime.now(marks.OFFICE_TIME).date()),
    )
    source = st.text_input(_("依据（文号或文件名）"), key="units_source", max_chars=500)
    return str(since), str(source)


def _day(text: str, _: Translate) -> date:
    """Return a day as typed; raises ``BadValue``."""
    try:
        return date.fromisoformat(text.strip().replace("/", "-").replace(".", "-"))
    except ValueError:
        raise BadValue(_("日期看不懂：{text}。请写成 2019-03-01 这样。").format(text=text[:20])) from None


def _do(deed: Callable[[], None], done: str) -> None:
    """Do it and draw the page anew, or say why not and keep what was typed."""
    try:
        deed()
    except AtlasError as error:
        notice(str(error), "error")
        return
    st.session_state[_DONE] = done
    st.rerun()


def _deeds(deeds: Sequence[Deed], _: Translate) -> None:
    """Draw what was done to units, the latest first."""
    if not deeds:
        return
    kinds: Mapping[str, str] = {"renamed": _("更名"), "merged": _("合并")}
    st.html(element("h3", escape(_("更名与合并记录")), class_="atlas-heading"))
    rows = [
        {
            _("日期"): str(deed.since),
            _("类型"): kinds.get(deed.kind, deed.kind),
            _("原名称"): clean_text(deed.old_name),
            _("现名称或接续单位"): clean_text(deed.new_name),
            _("依据"): clean_text(deed.source),
            _("由谁办理"): clean_text(f"{deed.made_by} {marks.when(deed.made_at)}"),
        }
        for deed in deeds
    ]
    st.dataframe(rows, hide_index=True, width="stretch")
