"""One target in full: the words of the document, what is known and what is missing, counties, trajectory."""

from collections.abc import Mapping

import altair as alt
import pandas as pd
import streamlit as st

from layers.html import element, escape
from projects.targets.board import Part, Point, Row
from projects.targets.judging import Actual
from projects.targets.model import Indicator, Method, Status
from views import ways
from views.shell import Shell
from views.targets import target_words as tw


def draw(
    shell: Shell,
    row: Row,
    indicators: Mapping[str, Indicator],
    documents: Mapping[str, str],
    back: Mapping[str, str],
) -> None:
    """Draw one target; ``back`` are the address parameters of the table it was opened from."""
    _ = shell.translate
    target = row.target
    names = {part.code: part.name for part in row.parts} | {target.area_code: row.area_name}
    with st.container(border=True, key="target-detail"):
        st.html(_head(shell, row, back))
        st.html(
            element("blockquote", escape(target.quote), class_="atlas-muted")
            + element(
                "p",
                escape(f"{documents.get(target.document_id, target.document_id)} · {target.section}"),
                class_="atlas-muted",
            )
        )
        st.html(_facts(shell, row, indicators))
        _missing(shell, row, indicators, names)
        if row.readings:
            st.html(_readings(shell, row))
        if row.parts:
            _parts(shell, row)
        if row.series:
            _trajectory(shell, row)


def _head(shell: Shell, row: Row, back: Mapping[str, str]) -> str:
    _, target = shell.translate, row.target
    return element(
        "p",
        escape(f"{target.id} {target.name(shell.language)} "),
        element("b", escape(tw.operator_words(target, _))),
        " ",
        tw.status_tag(row, _),
        " ",
        ways.anchor(shell, _("收起"), "targets", **back),
        class_="atlas-heading",
    )


def _facts(shell: Shell, row: Row, indicators: Mapping[str, Indicator]) -> str:
    """Return promise, actual value, basis, coverage and rule as a small table."""
    _, target, actual = shell.translate, row.target, row.actual
    found = indicators.get(target.recipe.indicator)
    lines = [
        (_("地区"), f"{row.area_name}{_('（每个县都要达到）') if target.each else ''}"),
        (_("承诺年份"), tw.year_words(target, _)),
        (_("实际"), tw.row_actual(row, _)),
        (_("依据"), _dated(tw.basis_words(actual.basis, _), actual)),
        (_("覆盖"), tw.coverage_words(actual, _)),
        (_("在建等未计入"), tw.number(actual.planned) if actual.planned else ""),
        (_("另一来源"), _other(shell, row)),
        (_("离承诺还差"), tw.missing_words(row, _)),
        (_("分母"), target.denominator),
        (_("怎么算"), tw.method_words(target, _, shell.language)),
        (_("指标含义"), found.meaning(shell.language) if found else ""),
        (_("判定规则"), "" if row.status is Status.RULE else tw.rule_words(target, _)),
        (_("牵头单位"), tw.leads_words(target, _, shell.language)),
        (_("原文没有说清的"), target.note),
    ]
    cells = [
        element("tr", element("th", escape(title)), element("td", escape(text)))
        for title, text in lines
        if text
    ]
    return element("table", *cells, class_="atlas-facts")


def _dated(basis: str, actual: Actual) -> str:
    dated = f"{basis} · {actual.as_of}" if basis and actual.as_of else basis
    return f"{dated} · {actual.source}" if actual.source and dated else dated


def _other(shell: Shell, row: Row) -> str:
    if row.other is None:
        return ""
    _ = shell.translate
    return _("{basis}：{value}").format(
        basis=tw.basis_words(row.other.basis, _), value=tw.actual_words(row.other, row.target.unit, _)
    )


def _missing(shell: Shell, row: Row, indicators: Mapping[str, Indicator], names: Mapping[str, str]) -> None:
    """Say what is missing, who has it and where it goes."""
    if row.status is not Status.UNKNOWN:
        return
    _ = shell.translate
    lines = tw.needs_html(shell, row, indicators, names)
    title = element("h3", escape(_("要判定还缺什么")), class_="atlas-heading")
    st.html(title + element("ul", *lines, class_="atlas-plainlist"))


def _readings(shell: Shell, row: Row) -> str:
    """Return the value by 60+ and by 65+, for the text does not say which."""
    _ = shell.translate
    titles = (_("按60岁以上"), _("按65岁以上")) if len(row.readings) == 2 else (_("按常住人口"),)
    parts = _("；").join(
        f"{title} {tw.actual_words(actual, row.target.unit, _)}"
        for title, actual in zip(titles, row.readings, strict=True)
    )
    return element("p", escape(parts))


def level_words(part: Part, shell: Shell) -> str:
    """Return what an area of the split is called."""
    _ = shell.translate
    return part.name or _("未落到任何县")


def _parts(shell: Shell, row: Row) -> None:
    """Draw the split by county."""
    _ = shell.translate
    over = any(part.overstated for part in row.parts)
    readings = row.target.recipe.method is Method.RATE and row.target.recipe.population == "elderly"
    heads = [_("地区"), _("实际"), _("覆盖"), _("依据"), *([_("状态")] if row.target.each else [])]
    if readings:
        heads[1:2] = [_("按60岁以上"), _("按65岁以上")]
    if not row.target.each and all(part.actual.nothing for part in row.parts):
        st.caption(_("分地区还没有数。"))
        return
    lines = [_part_line(shell, row, part, readings=readings) for part in row.parts]
    top = element("thead", element("tr", *(element("th", escape(head)) for head in heads)))
    st.html(
        element("h3", escape(_("分地区")), class_="atlas-heading")
        + element("div", element("table", top, *lines, class_="atlas-diff"), class_="atlas-targets")
    )
    if over:
        st.caption(overstated_words(shell))


def overstated_words(shell: Shell) -> str:
    """Return why the rates of some counties may be too high."""
    return shell.translate(
        "※ 可能偏高：开发区和北戴河新区的人口普查单列、没有边界，不在所跨的县（区）人口里；"
        "全市比率用全市总人口，不受影响。"
    )


def _part_line(shell: Shell, row: Row, part: Part, *, readings: bool) -> str:
    _ = shell.translate
    unit = row.target.unit
    mark = "※" if part.overstated else ""
    values = (
        [tw.actual_words(actual, unit, _) + mark for actual in part.readings] or [_("未知")] * 2
        if readings
        else [tw.actual_words(part.actual, unit, _)]
    )
    cells = [
        *values,
        tw.coverage_words(part.actual, _),
        _dated(tw.basis_words(part.actual.basis, _), part.actual),
    ]
    return element(
        "tr",
        element("th", escape(level_words(part, shell))),
        *(element("td", escape(text)) for text in cells),
        *((element("td", tw.part_tag(part.status, _)),) if row.target.each else ()),
    )


def _trajectory(shell: Shell, row: Row) -> None:
    """Draw what was reported by year against the promise, and the same as a table."""
    _, unit = shell.translate, tw.unit_words(row.target.unit, shell.translate)
    title = _("历年（按60岁以上）") if len(row.readings) == 2 else _("历年")
    st.html(element("h3", escape(title), class_="atlas-heading"))
    st.altair_chart(_chart(row, unit), width="stretch")
    heads = (_("截至"), _("数值"), _("依据"), _("来源"))
    top = element("thead", element("tr", *(element("th", escape(head)) for head in heads)))
    lines = [
        _cells(str(p.when), f"{tw.number(p.value)} {unit}", tw.basis_words(p.basis, _), p.source)
        for p in row.series
    ]
    st.html(element("div", element("table", top, *lines, class_="atlas-diff"), class_="atlas-scroll"))
    st.caption(_("橙色虚线是承诺数，竖线是承诺年份。"))


def _chart(row: Row, unit: str) -> alt.LayerChart | alt.FacetChart:
    """Return the values by period, the promise as a dashed line, the promised year as an upright one."""
    target = row.target
    labels = [_label(point) for point in row.series]
    data = pd.DataFrame({"when": labels, "value": [float(point.value) for point in row.series]})
    order = sorted({*labels, *([str(target.year)] if target.year else [])})
    axis = alt.X("when:O", title=None, scale=alt.Scale(domain=order), axis=alt.Axis(labelAngle=0))
    line = alt.Chart(data).mark_line(point=True, color="#1d5a8c")
    level = alt.Chart(pd.DataFrame({"value": [float(target.value)]})).mark_rule(
        color="#c8662c", strokeDash=[4, 3]
    )
    layers = [line.encode(x=axis, y=alt.Y("value:Q", title=unit)), level.encode(y="value:Q")]
    if target.year:
        due = alt.Chart(pd.DataFrame({"when": [str(target.year)]})).mark_rule(color="#c8662c")
        layers.append(due.encode(x=axis))
    return alt.layer(*layers).properties(height=200)


def _label(point: Point) -> str:
    """Return a year for what ends with it, else the day."""
    return str(point.when.year) if (point.when.month, point.when.day) == (12, 31) else str(point.when)


def _cells(*texts: str) -> str:
    return element("tr", *(element("td", escape(text)) for text in texts))
