"""The fields of a matter as typed: shared by raising one, changing one, and the decision of a meeting."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import streamlit as st

from projects.matters import checking
from projects.matters.checking import FIELD_ZH, Fault, Problem
from projects.matters.model import MATTER_ZH, Matter, MatterDraft, MatterKind, UnitName
from views import state
from views.i18n import Translate
from views.matters import unit_search
from views.shell import Shell

FIELDS: Final = ("kind", "title", "detail", "due", "record", "area", "subject", "raised", "why")


@dataclass(frozen=True, slots=True)
class Preset:
    """What the fields say when they are drawn for the first time."""

    kind: MatterKind = MatterKind.SUPERVISION
    title: str = ""
    detail: str = ""
    due_on: date | None = None
    lead: UnitName | None = None
    support: Iterable[UnitName] = ()


def preset_of(matter: Matter) -> Preset:
    """Return the fields of a matter as it stands."""
    return Preset(
        matter.kind, matter.title, matter.detail, matter.due_on, matter.lead_unit, matter.support_units
    )


def draw(shell: Shell, key: str, preset: Preset, within: str = "") -> None:
    """Draw kind, title, detail, due date and units under session keys that begin with ``key``."""
    _ = shell.translate
    names = {kind: _(zh) for kind, zh in MATTER_ZH.items()}
    given = {"kind": preset.kind, "title": preset.title, "detail": preset.detail, "due": preset.due_on}
    for name, value in given.items():
        if key + name not in st.session_state:
            st.session_state[key + name] = value
    unit_search.preset(key, preset.lead, preset.support)
    left, right = st.columns(2)
    with left:
        held = MatterKind(st.session_state[key + "kind"])
        state.sync_captions(key + "kind", {names[held]: held})
        st.selectbox(
            _("类型"), list(names), key=key + "kind", format_func=lambda kind: names[MatterKind(kind)]
        )
    with right:
        st.date_input(_("期限（没有定就空着）"), key=key + "due", format="YYYY-MM-DD", value=None)
    st.text_input(_("标题（一句话）"), key=key + "title")
    st.text_area(_("情况和要求"), key=key + "detail", height=110)
    unit_search.draw(shell, key, within)


def typed(key: str, **values: Any) -> MatterDraft:
    """Return what the fields hold; ``values`` says what it is about, who raises it, from which it came."""
    return MatterDraft(
        kind=MatterKind(st.session_state[key + "kind"]),
        title=text(key, "title"),
        detail=text(key, "detail"),
        due_on=st.session_state.get(key + "due"),
        lead_unit=unit_search.lead(key),
        support_units=unit_search.support(key),
        **values,
    )


def wrong(draft: MatterDraft, _: Translate, today: date | None = None) -> list[str]:
    """Return everything that is wrong with a draft, with what to do; ``today`` for a new one."""
    return [fault(one, _) for one in checking.problems(checking.tidy(draft), today)]


def fault(problem: Problem, _: Translate) -> str:
    """Return what is wrong with a field, with the value and what to do."""
    words = {
        Fault.EMPTY: _("请填写{field}。"),
        Fault.TEXT_TOO_LONG: _("{field}有 {value} 个字，最多 {limit} 个：请写短一些，或作为附件上传。"),
        Fault.ABOUT_NOTHING: _("请写明这件事项关于哪个项目或哪个地区。"),
        Fault.NO_UNIT: _("请选择{field}。"),
        Fault.TOO_MANY: _("{field}有 {value} 个，最多 {limit} 个。"),
        Fault.INVALID_DATE: _("{field}“{value}”不成立：年份应在 1990–2100 之间。"),
        Fault.DUE_PAST: _("{field} {value} 已经过去：请填今天或以后的日期，或留空。"),
    }[problem.fault]
    field = _(FIELD_ZH.get(problem.field, problem.field))
    return words.format(field=field, value=problem.value, limit=problem.limit)


def text(key: str, name: str) -> str:
    """Return what a text field holds, without blanks around it."""
    return str(st.session_state.get(key + name) or "").strip()


def forget(key: str) -> None:
    """Empty the fields."""
    for name in FIELDS:
        st.session_state.pop(key + name, None)
    unit_search.forget(key)
