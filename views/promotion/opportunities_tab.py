"""招商机会: records open to capital with what an investor asks, what nobody has filled in, and who should."""

from collections.abc import Sequence
from typing import Any, Final, cast

import streamlit as st

from data.exports import promotion as workbooks
from data.exports.request import ExportRequest, Language
from data.exports.xlsx import MEDIA_TYPE
from layers.html import clean_text, element, escape
from projects.filters import ProjectFilter
from projects.promotion.comparing import MOST, picked
from projects.promotion.opportunities import (
    ASKED,
    UNKNOWN_STAGES,
    Opportunity,
    OpportunityPage,
    OpportunityTotals,
    Sort,
    UnitDuty,
    missing,
)
from projects.promotion.ports import Promotion
from views import marks, state, ways, words
from views.i18n import Translate
from views.intake import office_downloads
from views.notices import notice
from views.plain import plain
from views.promotion import address, cells
from views.shell import Shell, guarded

PAGE: Final = 24
EXPORTED: Final = 5000
"""Records of one workbook; of more, the filter has to be narrowed."""
UNITS_SHOWN: Final = 12


def draw(shell: Shell, promotion: Promotion, chosen: ProjectFilter) -> None:
    """Draw the tab."""
    _ = shell.translate
    above = st.container()
    sort = _sort(shell)
    page = _page(promotion, chosen, sort)
    totals = page.totals
    above.html(marks.tiles(_tiles(totals, _)))
    if totals.made_up:
        notice(_("其中 {n} 条为模拟或演示数据，已逐条标明。").format(n=totals.made_up), "scenario")
    if not totals.open:
        notice(_none(totals, _), "info")
    else:
        _list(shell, page)
        _export(shell, promotion, chosen, sort, totals.open)
    guarded(lambda: _duties(shell, promotion.duties(chosen)), _)


def _sort(shell: Shell) -> Sort:
    _ = shell.translate
    orders = {Sort.ID: _("按编号"), Sort.GAP: _("按缺口从大到小"), Sort.SOUGHT: _("按拟引资额从大到小")}
    names = {sort: _("排序：{how}").format(how=how) for sort, how in orders.items()}
    asked = address.held()["sort"]
    value = Sort(asked) if asked in set(Sort) else Sort.ID
    state.sync_captions(address.key("sort"), {names[value]: value})
    found = address.widget(
        "sort",
        value,
        lambda key: st.selectbox(
            _("排序"),
            list(names),
            key=key,
            format_func=names.__getitem__,
            width=270,
            label_visibility="collapsed",
        ),
    )
    return Sort(found)


def _page(promotion: Promotion, chosen: ProjectFilter, sort: Sort) -> OpportunityPage:
    """Return the page that was asked for; beyond the last one, the first."""
    number = address.page_number(10**6)
    page = promotion.opportunities(chosen, sort=sort, limit=PAGE, offset=(number - 1) * PAGE)
    if page.items or number == 1:
        return page
    address.put("p", "1")
    return promotion.opportunities(chosen, sort=sort, limit=PAGE)


def _tiles(totals: OpportunityTotals, _: Translate) -> list[str]:
    over = _("；{n} 条资金明细超过总投资").format(n=totals.over) if totals.over else ""
    return [
        marks.tile(
            f"{totals.open:,}",
            _("条对外招商"),
            _("另有 {closed} 条不招商，{unsaid} 条未说明").format(
                closed=f"{totals.closed:,}", unsaid=f"{totals.unsaid:,}"
            ),
        ),
        marks.tile(
            cells.amount(totals.gap, _) if totals.gap_known else "—",
            _("资金缺口合计（万元）"),
            _("{known} 条已知，{unknown} 条未知").format(
                known=totals.gap_known, unknown=totals.open - totals.gap_known
            )
            + over,
        ),
        marks.tile(
            cells.amount(totals.sought, _) if totals.sought_known else "—",
            _("拟引资额合计（万元）"),
            _("{known} 条已填，{unknown} 条未填").format(
                known=totals.sought_known, unknown=totals.open - totals.sought_known
            ),
        ),
        marks.tile(
            f"{totals.lacking:,}", _("条缺投资方要问的内容"), _("见下方“谁来补填”"), hot=bool(totals.lacking)
        ),
    ]


def _none(totals: OpportunityTotals, _: Translate) -> str:
    if totals.unsaid:
        return _("当前条件下没有标明对外招商的项目；有 {n} 条没有说明是否招商，请有关单位补填。").format(
            n=totals.unsaid
        )
    return _("当前条件下没有对外招商的项目。")


# ---- the list ----


def _list(shell: Shell, page: OpportunityPage) -> None:
    _ = shell.translate
    pages = max(1, -(-page.totals.open // PAGE))
    ticked = _table(shell, page.items)
    with st.container(horizontal=True, vertical_alignment="bottom", key="deals-foot"):
        if pages > 1:
            address.widget(
                "p",
                address.page_number(pages),
                lambda key: st.number_input(
                    _("第几页（共 {n} 页）").format(n=pages), 1, pages, key=key, width=170
                ),
            )
        st.button(
            _("把勾选的 {n} 条放入比选").format(n=len(ticked)),
            key="compare-ticked",
            disabled=not ticked,
            on_click=_compare,
            args=(ticked,),
            icon=":material/compare_arrows:",
        )
        st.caption(_("勾选后可比选，最多 {most} 条。空白为无人填报，不是零。").format(most=MOST))
    with st.expander(_("逐条查看招商内容"), expanded=len(page.items) <= 6):
        st.html(element("div", *(_card(shell, one) for one in page.items), class_="atlas-deals"))


def _compare(ids: Sequence[str]) -> None:
    """Put sites beside those already there and open the comparison."""
    address.put("compare", ",".join(picked([*address.listed("compare"), *ids])))
    address.put("tab", "compare")


def rows(shell: Shell, items: Sequence[Opportunity]) -> list[dict[str, Any]]:
    """Return the records as rows of the table, headings in the page's language."""
    _ = shell.translate
    return [
        {
            _("编号"): one.id,
            _("名称"): clean_text(one.name),
            _("未填"): words.joined(lacks(one, _), shell.language),
            _("类别"): words.category(one.category, _),
            _("所在地"): clean_text(one.place or ""),
            _("资金缺口（万元）"): None if one.gap is None else float(one.gap),
            _("拟引资额（万元）"): None if one.capital_sought is None else float(one.capital_sought),
            _("用地"): said(one.land_status, _),
            _("亩"): None if one.land_mu is None else float(one.land_mu),
            _("由谁填报"): clean_text(one.owner_unit or ""),
            _("建设运营方式"): said(one.delivery_mode, _),
            _("招商阶段"): said(one.promotion_stage, _),
            _("总投资（万元）"): None if one.total is None else float(one.total),
            _("定位精度"): words.option_name("precision", str(one.precision), "", _),
            _("依据"): words.basis(one.basis, _),
        }
        for one in items
    ]


def said(code: str | None, _: Translate) -> str | None:
    """Return the word of a code, None where nobody has said."""
    return None if code is None or code in UNKNOWN_STAGES else _(code)


def lacks(one: Opportunity, _: Translate) -> list[str]:
    """Return in words what an investor asks and nobody has filled in."""
    names = {
        "total_investment": _("资金缺口（总投资未报）"),
        "capital_sought": _("拟引资额"),
        "delivery_mode": _("合作方式"),
        "land_status": _("用地情况"),
        "cooperation": _("招商内容与合作条件"),
        "contact": _("联系人"),
    }
    return [names.get(field, ASKED[field]) for field in missing(one)]


def _table(shell: Shell, items: Sequence[Opportunity]) -> list[str]:
    """Draw the rows and return the ids of the ticked ones."""
    _ = shell.translate
    number = st.column_config.NumberColumn(format="localized")
    event: Any = st.dataframe(
        rows(shell, items),
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="multi-row",
        key=f"deals-{hash(tuple(one.id for one in items))}-{shell.language}",
        placeholder="",
        height=min(len(items) + 1, 13) * 35 + 3,
        column_config={
            _("名称"): st.column_config.TextColumn(width=240),
            _("未填"): st.column_config.TextColumn(width=240),
            **dict.fromkeys((_("资金缺口（万元）"), _("总投资（万元）"), _("拟引资额（万元）")), number),
            _("亩"): number,
        },
    )
    return [items[i].id for i in event["selection"]["rows"] if i < len(items)]


def _card(shell: Shell, one: Opportunity) -> str:
    _ = shell.translate
    facts = [
        (_("所在地"), cells.cell(one.place, _)),
        (_("合作方式"), cells.cell(said(one.delivery_mode, _), _)),
        (_("资金缺口"), _gap(one, _)),
        (_("拟引资额"), cells.cell(one.capital_sought, _)),
        (_("用地"), _land(one, _)),
        (_("招商阶段"), cells.cell(said(one.promotion_stage, _), _)),
        *([(_("联系人和电话"), _contact(one, _))] if one.contact is not None else []),
    ]
    listed = "".join(element("dt", escape(name)) + element("dd", value) for name, value in facts)
    lacking = lacks(one, _)
    told = _("未填：{names}。由 {unit} 填报。").format(
        names=words.joined(lacking, shell.language), unit=one.owner_unit or _("尚无归属单位")
    )
    return element(
        "div",
        element("h4", escape(one.name) + cells.mark(one.basis, _)),
        element("dl", listed),
        element("p", cells.cell(one.cooperation, _), class_="atlas-offer"),
        element("p", escape(told), class_="atlas-unknown") if lacking else "",
        element("p", " · ".join(_ways(shell, one))),
        class_="atlas-deal",
    )


def _ways(shell: Shell, one: Opportunity) -> list[str]:
    """Return the links of a card: the map, and for people who file, the form and the list of visits."""
    _ = shell.translate
    links = [ways.anchor(shell, _("地图"), "map", id=one.id)]
    if shell.identity.edits:
        links.append(ways.anchor(shell, _("补填"), "edit", id=one.id))
        links.append(ways.anchor(shell, _("记考察或线索"), "promotion", tab="events", about=one.id))
    return links


def _gap(one: Opportunity, _: Translate) -> str:
    if one.gap is None:
        return cells.cell(None, _)
    words = _("{gap} 万元（总投资 {total}）").format(
        gap=cells.amount(one.gap, _), total=cells.amount(one.total, _)
    )
    if one.gap < 0:
        words = _("资金明细超过总投资 {over} 万元，请核对").format(over=cells.amount(-one.gap, _))
    elif not one.lines:
        words += _("，资金来源未报")
    return escape(words)


def _land(one: Opportunity, _: Translate) -> str:
    if one.land_mu is None:
        return cells.cell(said(one.land_status, _), _)
    mu = _("{mu} 亩").format(mu=cells.amount(one.land_mu, _))
    return cells.cell(said(one.land_status, _), _) + " · " + escape(mu)


def _contact(one: Opportunity, _: Translate) -> str:
    contact = one.contact
    return cells.cell(" ".join(part for part in (contact.name, contact.phone) if part) if contact else "", _)


# ---- who has to report ----


def _duties(shell: Shell, duties: Sequence[UnitDuty]) -> None:
    _ = shell.translate
    if not duties:
        return
    st.html(element("h3", escape(_("谁来补填")), class_="atlas-heading"))
    heads = [_("归属单位"), _("对外招商"), _("缺内容"), _("未说明是否招商")]
    lines = [
        [escape(one.name or _("尚无归属单位")), *(f"{n:,}" for n in (one.open, one.lacking, one.unsaid))]
        for one in duties[:UNITS_SHOWN]
    ]
    st.html(cells.table(heads, lines))
    if len(duties) > UNITS_SHOWN:
        st.caption(_("另有 {n} 个单位，缩小筛选范围后可见。").format(n=len(duties) - UNITS_SHOWN))
    if shell.identity.edits:
        mine = {unit.id: unit for unit in shell.desk.units()}
        with st.container(horizontal=True, vertical_alignment="center"):
            for one in [duty for duty in duties if duty.unit_id in mine][:3]:
                st.caption(plain(f"{one.name}："), width="content")
                office_downloads.workbook(shell, mine[one.unit_id])


def _export(shell: Shell, promotion: Promotion, chosen: ProjectFilter, sort: Sort, found: int) -> None:
    _ = shell.translate
    if found > EXPORTED:
        st.caption(_("超过 {n} 条，请缩小筛选范围后导出。").format(n=EXPORTED))
        return
    request = ExportRequest.of(
        shell.settings, chosen, language=cast(Language, shell.language), title=_("招商机会")
    )
    st.download_button(
        _("导出 Excel（{n} 条，不含联系人）").format(n=found),
        data=lambda: workbooks.opportunities_book(
            shell.library, request, promotion.opportunities(chosen, sort=sort, limit=EXPORTED), _
        ),
        file_name=request.file_name(_("招商机会.xlsx")),
        mime=MEDIA_TYPE,
        key="deals-xlsx",
        icon=":material/download:",
        on_click="ignore",
    )
