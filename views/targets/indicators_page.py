"""Reported figures: what a unit still owes, the form, what was filed and where it stands, the review."""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.identity import OwnerUnit
from projects.targets.model import Indicator, Report, ReportState
from projects.targets.ports import OpenIndicator
from views import marks, office_style, unit_choice, ways
from views.intake import office_downloads
from views.notices import notice
from views.shell import Shell, guarded
from views.targets import indicator_form, report_review, report_words
from views.targets import target_words as tw

SHOWN: Final = 200
STATES: Final[Mapping[str, tuple[ReportState, ...]]] = {
    "all": (),
    "submitted": (ReportState.SUBMITTED,),
    "accepted": (ReportState.ACCEPTED,),
    "rejected": (ReportState.REJECTED,),
    "replaced": (ReportState.REPLACED,),
}


def draw(shell: Shell) -> None:
    """Draw the page: signed-in editors file, reviewers decide, everybody reads what was accepted."""
    _ = shell.translate
    office_style.draw()
    indicators = {one.code: one for one in shell.targets.indicators()}
    st.html(
        element("h2", escape(_("指标填报")), class_="atlas-title")
        + element(
            "p",
            escape(_("项目库里数不出来的数，由负责的单位填报：指标 × 地区 × 期间 × 数值 × 来源。")),
            class_="atlas-muted",
        )
    )
    unit = _unit(shell) if shell.identity.edits else None
    _whose(shell, unit)
    if unit is not None:
        guarded(lambda: _file(shell, unit, indicators), _)
    if shell.identity.edits:
        guarded(lambda: report_review.draw(shell, unit.id if unit else "", indicators), _)
    guarded(lambda: _list(shell, unit, indicators), _)


def _unit(shell: Shell) -> OwnerUnit | None:
    """Return whom to file for; a link that names an area opens on the unit that reports for it."""
    area = ways.asked("area", 40)
    if area and "indicators-unit" not in st.session_state:
        areas = shell.targets.rules().areas
        if area in areas and any(unit.id == areas[area][1] for unit in shell.desk.units()):
            st.session_state["indicators-unit"] = areas[area][1]
    without = shell.translate("选择要填报的单位，不选则只看等您审核的和已填报的数")
    return unit_choice.choose_unit(shell, "indicators-unit", without)


def _whose(shell: Shell, unit: OwnerUnit | None) -> None:
    """Say who reports a figure that a link asks for, to somebody who does not."""
    area = ways.asked("area", 40)
    if not area or (unit is not None and area in (unit.id, unit.area_code)):
        return
    _ = shell.translate
    where = shell.targets.area_names().get(area, area)
    notice(_("{where}的数由{where}的单位登录后填报；您可以在下面看已通过的数。").format(where=where), "info")


def _file(shell: Shell, unit: OwnerUnit, indicators: Mapping[str, Indicator]) -> None:
    """Draw what the unit owes and the form."""
    _ = shell.translate
    how = unit_choice.way_of_filing(shell, unit)
    st.html(element("p", escape(_("为 {unit} 填报，{how}。").format(unit=unit.name, how=how))))
    owed = shell.targets.open_indicators(unit.id)
    with st.container(horizontal=True, vertical_alignment="center"):
        office_downloads.workbook(shell, unit)
        st.caption(_("工作簿的「指标」表已列出还缺的数，填好后在“上传”页上传。"))
    _owed(shell, unit, owed, indicators)
    indicator_form.draw(shell, unit, indicators)


def _owed(
    shell: Shell, unit: OwnerUnit, owed: Sequence[OpenIndicator], indicators: Mapping[str, Indicator]
) -> None:
    """List the figures that targets need and nobody has filed, each a link to the form."""
    _ = shell.translate
    title = _("还缺的数（{n}）").format(n=len(owed))
    with st.expander(title, expanded=bool(owed) and not ways.asked("indicator", 80)):
        if not owed:
            st.caption(_("没有缺的数：目标要的数都已填报或在等审核。"))
            return
        lines = [
            element(
                "li",
                ways.anchor(
                    shell,
                    _owed_words(shell, one, indicators),
                    "indicators",
                    unit=unit.id,
                    indicator=one.indicator,
                    year=one.year or "",
                ),
                " ",
                ways.anchor(shell, one.target_id, "targets", id=one.target_id),
            )
            for one in owed
        ]
        st.html(element("ul", *lines, class_="atlas-plainlist"))


def _owed_words(shell: Shell, one: OpenIndicator, indicators: Mapping[str, Indicator]) -> str:
    found = indicators[one.indicator]
    year = f"{one.year} · " if one.year else ""
    return f"{year}{tw.unit_named(found, shell)}"


# ---- the list ----


def _list(shell: Shell, unit: OwnerUnit | None, indicators: Mapping[str, Indicator]) -> None:
    """Draw the reports that this person may see, newest first."""
    _ = shell.translate
    names = {
        "all": _("全部"),
        "submitted": _("待审核"),
        "accepted": _("已通过"),
        "rejected": _("已退回"),
        "replaced": _("已被更正"),
    }
    st.html(element("h3", escape(_("已填报的数")), class_="atlas-heading"))
    left, right = st.columns(2)
    shown = list(names) if shell.identity.signed_in else ["accepted"]
    state = left.selectbox(
        _("状态"), shown, key="reports-state", format_func=lambda name: names.get(name, name)
    )
    code = right.selectbox(
        _("指标"),
        ["", *indicators],
        key="reports-indicator",
        format_func=lambda key: indicators[key].name(shell.language) if key else _("全部"),
    )
    unit_id = unit.id if unit else ""
    found = shell.targets.reports(STATES[str(state)], str(code or ""), "", unit_id, SHOWN)
    if not found:
        st.caption(_("没有这样的填报。"))
        return
    st.html(element("div", table(shell, found, indicators), class_="atlas-scroll"))
    if len(found) == SHOWN:
        notice(_("只列出最近的 {n} 条，请用上面的条件缩小范围。").format(n=SHOWN), "info")


def table(shell: Shell, reports: Sequence[Report], indicators: Mapping[str, Indicator]) -> str:
    """Return reports as a table, each with its source, its state and who said what."""
    _ = shell.translate
    areas = shell.targets.area_names()
    heads = (_("指标"), _("地区"), _("期间"), _("数值"), _("来源"), _("状态"), _("经过"))
    top = element("thead", element("tr", *(element("th", escape(head)) for head in heads)))
    lines = [_line(shell, report, indicators, areas) for report in reports]
    return element("table", top, *lines, class_="atlas-diff")


def _line(shell: Shell, report: Report, indicators: Mapping[str, Indicator], areas: Mapping[str, str]) -> str:
    _ = shell.translate
    found = indicators.get(report.indicator)
    demo = f" {marks.tag(_('演示数据'), 'warning')}" if report.basis == "demo" else ""
    return element(
        "tr",
        element("th", escape(found.name(shell.language) if found else report.indicator)),
        element("td", escape(areas.get(report.area_code, report.area_code))),
        element("td", escape(report_words.period(report))),
        element("td", escape(report_words.value(report, found, _)), demo),
        element("td", escape(report.source_note)),
        element("td", marks.tag(tw.report_state_words(report.state, _), str(report.state))),
        element("td", element("span", escape(_story(shell, report)), class_="atlas-where")),
    )


def _story(shell: Shell, report: Report) -> str:
    """Return who filed it when, who decided, what was said, and what took its place."""
    _ = shell.translate
    parts = [f"{report.filed_by} {marks.when(report.filed_at)}"] if report.filed_by else []
    if report.decided_by and report.state is not ReportState.SUBMITTED:
        parts.append(_("{who} {when} 办理").format(who=report.decided_by, when=marks.when(report.decided_at)))
    if report.remark:
        parts.append(_("意见：{text}").format(text=report.remark))
    if report.replaced_by:
        parts.append(_("由 {n} 号更正").format(n=report.replaced_by))
    return _("；").join(parts)
