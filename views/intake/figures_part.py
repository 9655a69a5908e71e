"""The rows of 指标 in the preview of a file, and what became of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from layers.html import element, escape
from projects.intake.cells import Outcome
from projects.intake.issues import Severity
from projects.intake.preview import read_issue
from projects.targets.model import ReportState
from views import marks, ways
from views.intake.issue_words import outcome_words
from views.notices import notice
from views.plain import plain
from views.shell import Shell

SHOWN = 200


def rows_in(result: Mapping[str, Any]) -> int:
    """Return how many rows of figures the file holds."""
    return sum(result.get("figures", {}).values())


def doing(result: Mapping[str, Any]) -> int:
    """Return how many figures a commit files."""
    counts = result.get("figures", {})
    return int(counts.get("new", 0)) + int(counts.get("updated", 0))


def bad(result: Mapping[str, Any]) -> int:
    """Return how many figures have to be mended."""
    return int(result.get("figures", {}).get("rejected", 0))


def filed(result: Mapping[str, Any]) -> bool:
    """Whether a commit filed figures."""
    return bool(result.get("reports"))


def draw(shell: Shell, result: Mapping[str, Any]) -> None:
    """Show every row of figures with its outcome; nothing where the file has none."""
    rows: Sequence[Sequence[Any]] = result.get("figure_rows", ())
    if not rows:
        return
    _, counts = shell.translate, result["figures"]
    parts = [f"{outcome_words(Outcome(name), _)} {n}" for name, n in counts.items()]
    text = _("指标 {n} 行 = {parts}").format(n=rows_in(result), parts=" + ".join(parts))
    st.html(element("p", element("b", escape(text)), class_="atlas-sum"))
    with st.expander(plain(_("逐行看指标")), expanded=bool(bad(result))):
        st.html("".join(_row(shell, row) for row in rows[:SHOWN]))
        if len(rows) > SHOWN:
            st.caption(_("只列出前 {n} 行，其余照上面的数一并处理。").format(n=SHOWN))


def _row(shell: Shell, row: Sequence[Any]) -> str:
    _ = shell.translate
    sheet, number, title, value, outcome, issues = row
    head = element(
        "p",
        marks.tag(outcome_words(Outcome(outcome), _), str(outcome)),
        " ",
        escape(f"{title} {value or _('（未填）')}"),
        " ",
        element("span", escape(_("{sheet} 第 {n} 行").format(sheet=sheet, n=number)), class_="atlas-where"),
        class_="atlas-rowhead",
    )
    return element("div", head, _issues(shell, issues), class_="atlas-rowbox")


def _issues(shell: Shell, issues: Sequence[Any]) -> str:
    lines = []
    for one in map(read_issue, issues):
        tag = shell.translate("提醒") if one.severity is Severity.WARNING else shell.translate("错误")
        words = escape(f"{one.cell.address} {one.words(shell.language)[1]}")
        lines.append(element("li", marks.tag(tag, str(one.severity)), " ", words))
    return element("ul", *lines, class_="atlas-plainlist") if lines else ""


def draw_filed(shell: Shell, result: Mapping[str, Any]) -> None:
    """Say what became of the figures that a commit filed."""
    reports = result.get("reports") or ()
    if not reports:
        return
    _ = shell.translate
    stands = sum(state == ReportState.ACCEPTED for _key, state in reports)
    text = _("指标已填报 {n} 个：{a} 个已通过，{b} 个等上级审核。").format(
        n=len(reports), a=stands, b=len(reports) - stands
    )
    notice(text, "info")
    ways.link(shell, _("看填报的指标"), "indicators", ":material/monitoring:")
