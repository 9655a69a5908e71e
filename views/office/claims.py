"""Records whose county is open: a candidate county claims one with its evidence, the city confirms."""

from functools import partial
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.filing.changes import Kind, Request, State, claim
from projects.filing.desk import Held
from projects.identity import OwnerUnit, UnitKind
from views import marks, office_style, unit_choice, values, ways
from views.notices import notice
from views.shell import Shell, guarded

PAGE: Final = 20
LEAST_EVIDENCE: Final = 6
LONGEST_EVIDENCE: Final = 500
SHOWN: Final = ("kind", "category", "zone_id", "township_code", "address", "party/owner", "note")


def draw(shell: Shell) -> None:
    """Draw the open records of a county."""
    _ = shell.translate
    office_style.draw()
    st.html(element("h2", escape(_("认领记录")), class_="atlas-title"))
    if not shell.identity.edits:
        notice(_("只有县级填报员可以认领。请先登录。"), "info")
        return
    unit = unit_choice.choose_unit(shell, key="claims-unit")
    if unit is None or unit.kind is not UnitKind.COUNTY:
        notice(_("认领由县级单位办理，请选择一个县。"), "info")
        return
    ways.keep_address(shell, unit=unit.id if unit != shell.identity.unit else "")
    st.html(
        element(
            "p",
            escape(
                _(
                    "文件点了名、没有写明在哪个县的记录，可能在 {unit}。"
                    "是您县的，请写明依据后认领；上级确认前，记录仍归地市。"
                ).format(unit=unit.name)
            ),
        )
    )
    _said(shell)
    records = shell.desk.open_records(unit.id)
    if not records:
        st.caption(_("没有可认领的记录。"))
    for held in records[: _shown()]:
        guarded(partial(_record, shell, unit, held), _)
    if len(records) > _shown():
        label = _("再看 {n} 条").format(n=min(PAGE, len(records) - _shown()))
        st.button(label, key="more-claims", on_click=_more)


def _shown() -> int:
    return int(st.session_state.get("claims-shown", PAGE))


def _more() -> None:
    st.session_state["claims-shown"] = _shown() + PAGE


def _record(shell: Shell, unit: OwnerUnit, held: Held) -> None:
    _ = shell.translate
    key = held.project_id
    with st.container(border=True):
        st.html(_facts(shell, held))
        evidence = st.text_input(
            _("依据（至少 {n} 个字）").format(n=LEAST_EVIDENCE),
            key=f"evidence-{key}",
            max_chars=LONGEST_EVIDENCE,
            placeholder=_("例如：县发改局备案 2024-440232-84-01-123456，项目在乳城镇"),
        )
        if st.button(
            _("认领"),
            key=f"claim-{key}",
            disabled=len(evidence.strip()) < LEAST_EVIDENCE,
            icon=":material/flag:",
        ):
            filed = shell.desk.file(claiming(held, unit, evidence.strip()))
            st.session_state["claimed"] = (filed.id, filed.state, key)
            st.rerun()


def claiming(held: Held, unit: OwnerUnit, evidence: str) -> Request:
    """Return the request by which a county claims an open record, with its evidence."""
    name = str(held.document.get("name") or held.project_id)
    entry = claim(held.project_id, held.version, name, unit.area_code)
    return Request(Kind.CLAIM, f"{unit.name} 认领 {name}", unit.id, evidence, (entry,))


def _facts(shell: Shell, held: Held) -> str:
    _ = shell.translate
    document = held.document
    name = f"{held.project_id} {document.get('name') or ''}"
    rows = (
        element(
            "tr",
            element("th", escape(values.title(shell, path))),
            element("td", escape(values.words(shell, path, document[path]))),
        )
        for path in SHOWN
        if document.get(path) is not None
    )
    head = element(
        "p",
        marks.tag(_("县未定"), "held"),
        " ",
        ways.anchor(shell, name, "map", id=held.project_id),
        class_="atlas-rowhead",
    )
    owner = _("现归 {unit}").format(unit=values.area_name(shell, held.owner_unit_id))
    where = element("p", escape(owner), class_="atlas-muted")
    return head + where + element("table", *rows, class_="atlas-facts")


def _said(shell: Shell) -> None:
    """Say once what became of a claim."""
    filed = st.session_state.pop("claimed", None)
    if filed is None:
        return
    _ = shell.translate
    words = (
        _("{id} 的认领已提交，等上级确认：{n} 号。需要附件时，在项目卡上添加。")
        if filed[1] is State.SUBMITTED
        else _("{id} 已归入本单位：{n} 号。")
    )
    notice(words.format(id=filed[2], n=filed[0]), "info")
