"""Contradictions between stage and dates: how many by rule, and a page of records with their sentences."""

from collections.abc import Mapping

import streamlit as st

from layers.html import element, escape
from projects.filters import ProjectFilter
from projects.intake.issues import Severity
from projects.lifecycle.contradictions import SEVERITY, Code, sentence, title
from projects.lifecycle.dispatch import Reference
from projects.lifecycle.ports import Clash
from views import marks, ways
from views.i18n import Translate
from views.lifecycle import address, pieces
from views.money import tables
from views.shell import Shell


def draw(shell: Shell, chosen: ProjectFilter, when: Reference) -> None:
    """Draw the rules with their counts, then the records."""
    _ = shell.translate
    code = Code(address.held()["code"]) if address.held()["code"] in set(Code) else None
    matched = shell.schedule.contradictions(chosen, when, code=code, limit=0)
    wanted = matched.by_code[code] if code else matched.records
    number = address.page_number(max(1, -(-wanted // pieces.PAGE)))
    found = shell.schedule.contradictions(
        chosen, when, code=code, limit=pieces.PAGE, offset=(number - 1) * pieces.PAGE
    )
    st.html(
        element(
            "p",
            escape(_("{n} 个项目的阶段和日期互相矛盾。只指出，不替单位改。").format(n=f"{found.records:,}")),
            class_="atlas-sum",
        )
    )
    if not found.records:
        return
    st.html(_rules(shell, chosen, found.by_code, code))
    rows = [_row(shell, clash, code) for clash in found.items]
    heads = (_("项目名称"), _("填报单位"), _("县（市、区）"), _("哪里矛盾，怎么办"))
    st.html(element("div", tables.table(heads, rows, _("矛盾")), class_="atlas-wordy"))
    pieces.pages(shell, chosen, wanted)


def severity_words(severity: Severity, _: Translate) -> str:
    """Return how much a contradiction matters."""
    return {
        Severity.ERROR: _("错误"),
        Severity.WARNING: _("警告"),
        Severity.NOTICE: _("提示"),
    }.get(severity, _("提示"))


def _rules(shell: Shell, chosen: ProjectFilter, counts: Mapping[Code, int], code: Code | None) -> str:
    _ = shell.translate
    lines = []
    for one, n in counts.items():
        if not n:
            continue
        label = f"{title(one, shell.language)} {n:,}"
        given = address.params(chosen, show="clashes", code=str(one))
        tag = marks.tag(severity_words(SEVERITY[one], _), str(SEVERITY[one]))
        chosen_one = element("b", escape(label))
        lines.append(
            tag + " " + (chosen_one if one is code else ways.anchor(shell, label, "dispatch", **given))
        )
    if code:
        lines.append(ways.anchor(shell, _("看全部"), "dispatch", **address.params(chosen, show="clashes")))
    return element("p", "　".join(lines))


def _row(shell: Shell, clash: Clash, code: Code | None) -> str:
    _ = shell.translate
    lines = [
        element(
            "li",
            marks.tag(severity_words(one.severity, _), str(one.severity)),
            " ",
            escape(sentence(one, shell.language, _)),
        )
        for one in clash.found
        if code is None or one.code is code
    ]
    told = element("ul", *lines, class_="atlas-plainlist", style="white-space: normal; text-align: left")
    name = pieces.record(shell, clash.project_id, clash.name, clash.basis)
    return tables.row(name, [pieces.cell(clash.unit or "—"), pieces.cell(clash.county or "—"), told])
