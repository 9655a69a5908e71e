"""The lines: source × status, subsidies and guidance funds, delivery modes, years."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.money.sums import Division, Overview
from views.money import figures, tables
from views.money.asked import Asked
from views.shell import Shell

SHOWN: Final[Mapping[str, tables.Shown]] = {
    "amount": tables.amounts,
    "lines": tables.line_counts,
    "projects": tables.project_counts,
}


def draw(shell: Shell, asked: Asked) -> None:
    """Draw the matrix and what of it is subsidy or guidance-fund money, then the delivery modes."""
    _ = shell.translate
    shown = _shown(shell)
    sums = asked.lines(projects=shown == "projects")
    if not sums.matrix.whole.lines:
        st.caption(_("当前条件下没有人填报过资金明细：是未知，不是零。"))
    else:
        st.html(tables.matrix_table(sums, SHOWN[shown], _))
        st.caption(_matrix_note(shell, asked.overview, shown))
        st.html(tables.special_table(sums, SHOWN["amount" if shown == "projects" else shown], _))
        st.caption(_("补助和产业基金已包含在上表中，不另加。"))
    _modes(shell, asked.divided(Division.MODE))


def _shown(shell: Shell) -> str:
    _ = shell.translate
    titles = {"amount": _("金额（万元）"), "lines": _("笔数"), "projects": _("项目数")}
    st.session_state.setdefault("funding-cell", "amount")
    found = st.segmented_control(
        _("格子里写什么"),
        list(SHOWN),
        key="funding-cell",
        format_func=titles.__getitem__,
        label_visibility="collapsed",
        required=True,
    )
    return str(found or "amount")


def _matrix_note(shell: Shell, overview: Overview, shown: str) -> str:
    _ = shell.translate
    if shown == "projects":
        return _("一个项目可以有几种来源、几种状态，所以项目数的行和列不能相加；合计里每个项目只算一次。")
    return _(
        "涉及 {n} 个已报资金的项目；另有 {m} 个没有报，不在表中。每一笔只在一个状态，行、列、合计分毫不差。"
    ).format(n=f"{overview.whole.reported:,}", m=f"{overview.whole.not_reported:,}")


def _modes(shell: Shell, overview: Overview) -> None:
    """Draw money by delivery mode: who builds and runs it, which is no source of money."""
    _ = shell.translate
    st.html(element("h3", escape(_("按建设运营方式（与资金来源是两回事）")), class_="atlas-heading"))
    parts = [(escape(_(part.name)), part) for part in overview.by_mode]
    st.html(tables.sums_table(parts, overview.whole, _("建设运营方式"), _))


def draw_years(shell: Shell, asked: Asked) -> None:
    """Draw amounts by year and status beside the annual plans."""
    _ = shell.translate
    sums, plans = asked.lines(), asked.plans
    if not sums.years and not plans:
        st.caption(_("当前条件下没有资金明细，也没有年度计划：是未知，不是零。"))
        return
    st.html(figures.line_key(_))
    st.html(tables.years_table(sums, plans, _))
    st.caption(
        _(
            "单位：万元。没有写年度的明细列在“未注明年度”，不摊到任何一年；年度计划是项目自己报的当年投资计划。"
        )
    )
