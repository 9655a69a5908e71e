"""The weights: an administrator changes them with a reason; whoever has signed in reads the changes."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, TypeVar

import streamlit as st

from data.exports.scores import component_name, field_name
from layers.html import element, escape
from projects.identity import Role
from projects.scores.model import HIGHEST, CheckedField, Component, WeightChange, Weights
from views import marks
from views.notices import notice
from views.shell import Shell

SAVED: Final = "scores-saved"
Key = TypeVar("Key", Component, CheckedField)


def draw(shell: Shell, weights: Weights) -> None:
    """Draw the form for an administrator, and the changes for whoever has signed in."""
    _ = shell.translate
    saved = st.session_state.pop(SAVED, None)
    if saved is not None:
        notice(_("已保存 {n} 个权重，得分已按新权重计算。").format(n=saved), "info")
    if shell.identity.role is Role.ADMINISTRATOR:
        with st.expander(_("修改权重（管理员）")):
            _form(shell, weights)
    if shell.identity.signed_in:
        _history(shell, shell.scorecards.changes())


def _form(shell: Shell, weights: Weights) -> None:
    _, zh = shell.translate, shell.language == "zh"
    with st.form("scores-weights", border=False):
        st.caption(_("权重只看比例，0 表示不计入；每次修改都会留下记录。"))
        components = _numbers(weights.components, {k: component_name(k, zh) for k in Component})
        fields = _numbers(weights.fields, {k: field_name(k, zh) for k in CheckedField})
        reason = st.text_input(_("修改原因（必填）"), key="scores-reason", max_chars=200)
        pressed = st.form_submit_button(_("保存权重"), type="primary")
    if not pressed:
        return
    if not reason.strip():
        notice(_("请写明修改原因，权重没有保存。"))
        return
    if not any(components.values()) or not any(fields.values()):
        notice(_("至少要有一个部分和一个字段的权重大于 0，权重没有保存。"))
        return
    st.session_state[SAVED] = shell.scorecards.set_weights(components, fields, reason.strip())
    st.rerun()


def _numbers(held: Mapping[Key, Decimal], names: Mapping[Key, str]) -> dict[Key, Decimal]:
    """Draw one number per weight, three in a row, and return what they say."""
    columns, found = st.columns(3), {}
    for position, (key, weight) in enumerate(held.items()):
        value = columns[position % 3].number_input(
            names[key],
            min_value=0.0,
            max_value=float(HIGHEST),
            value=float(weight),
            step=1.0,
            format="%.2f",
            key=f"weight-{key}",
        )
        found[key] = Decimal(str(value))
    return found


def _history(shell: Shell, changes: tuple[WeightChange, ...]) -> None:
    _, zh = shell.translate, shell.language == "zh"
    if not changes:
        return
    with st.expander(_("权重的修改记录")):
        items = (element("li", escape(_line(change, zh))) for change in changes)
        st.html(element("ul", *items, class_="atlas-plainlist"))


def _line(change: WeightChange, zh: bool) -> str:
    parts = (marks.when(change.changed_at), f"{_name(change, zh)} {change.old} → {change.new}")
    return " · ".join(filter(None, (*parts, change.changed_by, change.reason)))


def _name(change: WeightChange, zh: bool) -> str:
    if change.part == "component" and change.name in set(Component):
        return component_name(Component(change.name), zh)
    return field_name(CheckedField(change.name), zh) if change.name in set(CheckedField) else change.name
