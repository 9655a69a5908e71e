"""The form for one figure: indicator, period, value, source; what is wrong is said in words."""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.identity import OwnerUnit
from projects.intake.import_words import said
from projects.intake.issues import Severity
from projects.targets.checking import Problem, Rules, Typed, check
from projects.targets.model import Indicator, IndicatorKind, PeriodKind, ReportState
from views import marks, ways
from views.notices import notice
from views.plain import plain
from views.shell import Shell
from views.targets import target_words as tw

KEY: Final = "report-"
FILED: Final = "report-filed"
TEXTS: Final = ("start", "end", "value", "numerator", "denominator", "source")


def draw(shell: Shell, unit: OwnerUnit, indicators: Mapping[str, Indicator]) -> None:
    """Draw the form of a unit, and what came of the last figure that was sent."""
    _ = shell.translate
    _told(shell)
    rules = shell.targets.rules(unit.id)
    area = next(iter(rules.areas), "")
    st.html(element("h3", escape(_("填报一个数")), class_="atlas-heading"))
    indicator = _indicator(shell, {code: one for code, one in indicators.items() if one.reported})
    ways.keep_address(
        shell,
        unit=unit.id if unit != shell.identity.unit else "",
        indicator=indicator.code if indicator else "",
        year=ways.asked("year", 4),
    )
    if indicator is None:
        st.caption(_("先选指标；单位由指标固定，不用填。"))
        return
    st.caption(plain(indicator.meaning(shell.language)))
    typed = _fields(shell, indicator, area, rules.areas[area][0] if area else unit.name)
    _send(shell, typed, indicator, rules)


def _indicator(shell: Shell, indicators: Mapping[str, Indicator]) -> Indicator | None:
    asked = ways.asked("indicator", 80)
    st.session_state.setdefault(KEY + "indicator", asked if asked in indicators else None)
    code = st.selectbox(
        shell.translate("指标"),
        list(indicators),
        key=KEY + "indicator",
        index=None,
        format_func=lambda key: tw.unit_named(indicators[key], shell),
        on_change=_forget,
        placeholder=shell.translate("选择指标"),
    )
    return indicators.get(str(code)) if code else None


def _forget() -> None:
    """Empty the figures when another indicator is chosen; the source stays."""
    for name in TEXTS[:-1]:
        st.session_state.pop(KEY + name, None)


def _fields(shell: Shell, indicator: Indicator, area: str, area_name: str) -> Typed:
    """Draw the fields that an indicator has, and return what they hold."""
    _ = shell.translate
    if KEY + "end" not in st.session_state:
        st.session_state[KEY + "end"] = ways.asked("year", 4)
    given: dict[str, str] = {}
    left, right = st.columns(2)
    left.text_input(_("地区"), value=area_name, disabled=True, key=f"{KEY}area-{area}")
    given["end"] = right.text_input(_end_title(shell, indicator), key=KEY + "end", max_chars=20)
    if indicator.period is PeriodKind.SPAN:
        given["start"] = left.text_input(_("期间开始，即基期（日期或年份）"), key=KEY + "start", max_chars=20)
    value = plain(_("数值（{unit}）").format(unit=tw.unit_words(indicator.unit, _)))
    shares = st.columns(3) if indicator.kind is IndicatorKind.PERCENTAGE else [st.container()]
    given["value"] = shares[0].text_input(value, key=KEY + "value", max_chars=40)
    if len(shares) > 1:
        given["numerator"] = shares[1].text_input(_("分子（可不填）"), key=KEY + "numerator", max_chars=40)
        given["denominator"] = shares[2].text_input(
            _("分母（可不填）"),
            key=KEY + "denominator",
            max_chars=40,
            help=_("各县都填了分子和分母，才能相除得出全市的比例"),
        )
    given["source"] = st.text_area(
        _("来源（哪份统计、报表或文件，以及口径）"), key=KEY + "source", max_chars=500, height=80
    )
    return Typed(indicator.code, area, **{name: str(text or "") for name, text in given.items()})


def _end_title(shell: Shell, indicator: Indicator) -> str:
    """Return what the field for the end of the period is called."""
    _ = shell.translate
    return {
        PeriodKind.YEAR: _("年份（如 2020）"),
        PeriodKind.DATE: _("截至（日期如 2020-12-31，或年份）"),
        PeriodKind.SPAN: _("期间结束（日期或年份）"),
    }[indicator.period]


def _send(shell: Shell, typed: Typed, indicator: Indicator, rules: Rules) -> None:
    """Check and send; what is doubted has to be confirmed first."""
    _ = shell.translate
    checked = check(typed, rules)
    asked = st.session_state.get(KEY + "asked") == typed
    if asked and checked.problems:
        st.html(_problems(shell, checked.problems, indicator))
    doubted = asked and checked.filing is not None and bool(checked.problems)
    sure = st.checkbox(_("已核对，数值和单位没有错"), key=KEY + "sure") if doubted else False
    if not st.button(_("提交"), key=KEY + "send", type="primary", icon=":material/send:"):
        return
    if checked.filing is None or (checked.problems and not sure):
        st.session_state[KEY + "asked"] = typed
        st.rerun()
    filed = shell.targets.file([checked.filing])
    st.session_state[FILED] = (filed[0].id, filed[0].state)
    for name in TEXTS:
        st.session_state.pop(KEY + name, None)
    for name in ("asked", "sure"):
        st.session_state.pop(KEY + name, None)
    st.rerun()


def _problems(shell: Shell, problems: Sequence[Problem], indicator: Indicator) -> str:
    """Return what is wrong as HTML, worst first, in the words that the import uses."""
    _ = shell.translate
    titles = {"end": _end_title(shell, indicator), "value": _("数值")}
    lines = []
    for one in sorted(problems, key=lambda p: p.severity is not Severity.ERROR):
        # A blank field is called what the form calls it; the workbook's column has another name.
        values = (titles[one.field],) if one.key == "ind_missing" else one.values
        remedy = said(one.key, values, shell.language)[1]
        word = _("请核对") if one.severity is Severity.WARNING else _("不能提交")
        lines.append(element("li", marks.tag(word, str(one.severity)), " ", escape(remedy)))
    return element("ul", *lines, class_="atlas-plainlist", role="alert")


def _told(shell: Shell) -> None:
    """Say what became of the figure that was sent last, once."""
    _ = shell.translate
    found = st.session_state.pop(FILED, None)
    if found is None:
        return
    number, state = found
    text = (
        _("{n} 号填报已通过，已用于目标看板。")
        if state is ReportState.ACCEPTED
        else _("{n} 号填报已提交，等上级审核；通过之前不用于目标看板。")
    )
    notice(text.format(n=number), "info")
