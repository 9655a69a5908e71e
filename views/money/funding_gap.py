"""The gap: known by county and category, unknown beside it; rows whose lines exceed the total."""

from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.money.ports import Paging, ProjectMoney
from projects.money.sums import Division, Part
from views import ways, words
from views.money import figures, tables
from views.money.asked import Asked
from views.shell import Shell

SHOWN: Final = 50


def draw(shell: Shell, asked: Asked) -> None:
    """Draw the gap by area and by category, then what contradicts itself."""
    _ = shell.translate
    overview = asked.divided(Division.CATEGORY)
    st.html(element("h3", escape(_("按地区")), class_="atlas-heading"))
    parts = figures.area_parts(shell, overview, "gap")
    counties = any(part.level == "county" for part in parts)
    areas = [
        (_linked(shell, asked, part, figures.area_title(part, counties, _)), part)
        for part in sorted(parts, key=_largest_gap)
    ]
    st.html(tables.sums_table(areas, overview.whole, _("地区"), _))
    st.caption(
        _(
            "缺口 = 总投资 −（批复+到位+支付），只算总投资已知的项目；总投资未知的，缺口也未知，单列一栏。"
            "落实超出总投资的部分单列，不抵别的项目的缺口。"
        )
    )
    st.html(element("h3", escape(_("按类别")), class_="atlas-heading"))
    kinds = [
        (escape(words.category(str(part.code), _)), part)
        for part in sorted(overview.by_category, key=_largest_gap)
    ]
    st.html(tables.sums_table(kinds, overview.whole, _("类别"), _))
    _flagged(shell, asked)


def _largest_gap(part: Part) -> tuple[bool, float, str]:
    return part.code is None, -float(part.sums.gap), part.code or ""


def _linked(shell: Shell, asked: Asked, part: Part, name: str) -> str:
    if not part.code or not part.level:
        return escape(name)
    params = asked.chosen.to_params() | {part.level: part.code, "show": "gap"}
    return ways.anchor(shell, name, "funding", **params)


def _flagged(shell: Shell, asked: Asked) -> None:
    """List the projects whose lines exceed their total, most first; one of the two must be wrong."""
    _ = shell.translate
    n = asked.overview.whole.flagged
    st.html(
        element("h3", escape(_("资金明细超过总投资（{n} 个）").format(n=f"{n:,}")), class_="atlas-heading")
    )
    if not n:
        st.caption(_("没有项目的资金明细合计超过总投资。"))
        return
    found = asked.projects(Paging(SHOWN), flagged=True)
    heads = (_("项目名称"), _("县（市、区）"), _("总投资（万元）"), _("明细合计"), _("超出"), _("笔数"), "")
    rows = [_flagged_row(shell, item) for item in found.items]
    st.html(tables.table(heads, rows, _("资金明细超过总投资")))
    if found.matched > len(found.items):
        st.caption(
            _("这里列出超出最多的 {n} 个，共 {all} 个；全部在导出的文件里。").format(
                n=len(found.items), all=f"{found.matched:,}"
            )
        )
    st.caption(_("请核对：同一笔钱是否报了两次、总投资是否少写了，或把元、万元、亿元弄混了。"))


def _flagged_row(shell: Shell, item: ProjectMoney) -> str:
    _ = shell.translate
    money = item.money
    mend = ways.anchor(shell, _("修改"), "edit", edit=item.id) if shell.identity.edits else ""
    return tables.row(
        ways.anchor(shell, item.name, "map", id=item.id),
        [
            escape(item.county or figures.UNKNOWN),
            figures.wan(money.total),
            figures.wan(money.line_sum),
            figures.wan(money.over_total),
            f"{money.line_count:,}",
            mend,
        ],
    )
