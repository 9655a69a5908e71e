"""One edition: where it stands, what it adds up to, its projects page by page, its workbook."""

from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.plans.editions import Change, Edition, Totals
from projects.plans.ports import Wanted
from views import marks, state
from views.notices import notice
from views.packs import frozen
from views.plans import decision, plan_export, silence, tables
from views.plans.here import Here, conditions_words, state_words
from views.plans.kept import Paging, once
from views.shell import Shell, guarded

SHOWN: Final = {
    "members": (Change.KEPT, Change.ENTERED),
    "entered": (Change.ENTERED,),
    "kept": (Change.KEPT,),
    "left": (Change.LEFT,),
}


def draw(shell: Shell, where: Here) -> None:
    """Draw the chosen edition, or what to do where there is none."""
    _ = shell.translate
    edition = where.edition
    if edition is None:
        words = _("“{area}”还没有公布过版本。").format(area=where.name)
        more = _("请点“编制第一版”。") if where.rights.propose else _("由本地区的填报单位编制、上级审定。")
        notice(words + more, "info")
        return
    _head(shell, where, edition)
    guarded(lambda: decision.draw(shell, where, edition), _)
    totals = once(where.key("totals"), edition.id, lambda: shell.editions.totals(edition.id))
    _sums(shell, edition, totals)
    if totals.undated or totals.all_years.unknown or totals.investment.unknown:
        with st.expander(_("谁来补报")):
            guarded(lambda: silence.draw(shell, edition), _)
    guarded(lambda: _entries(shell, where, edition), _)


def _head(shell: Shell, where: Here, edition: Edition) -> None:
    _ = shell.translate
    with st.container(horizontal=True, vertical_alignment="center", key="plans-edition"):
        st.html(
            element(
                "p",
                element("b", escape(edition.title)),
                " ",
                marks.tag(state_words(shell, edition.state), str(edition.state)),
                class_="atlas-rowhead",
            )
        )
        plan_export.draw(shell, where, edition, None)
        guarded(lambda: frozen.of_edition(shell, edition, decides=where.rights.decide), _)
    st.html(element("p", escape(_dates(shell, edition)), class_="atlas-muted"))


def _dates(shell: Shell, edition: Edition) -> str:
    """Return when it was made and decided, and by whom for those who may know."""
    _ = shell.translate
    parts = [_("资料截至 {when}").format(when=marks.when(edition.proposed_at))]
    if edition.proposed_by:
        parts.append(_("编制：{who}").format(who=_proposer(shell, edition)))
    if edition.decided_at:
        parts.append(f"{state_words(shell, edition.state)} {marks.when(edition.decided_at)}")
    if edition.decided_by:
        parts.append(_("办理：{who}").format(who=_person(shell, edition.decided_by)))
    chosen_with = conditions_words(shell, edition)
    if chosen_with:
        parts.append(_("按筛选条件选取：{words}").format(words=chosen_with))
    if edition.remark:
        parts.append(_("意见：{words}").format(words=edition.remark))
    if edition.note:
        parts.append(_("说明：{words}").format(words=edition.note))
    return " · ".join(parts)


def _person(shell: Shell, login: str) -> str:
    """Return one's own name for one's own login; the names of other accounts are nobody's to read."""
    me = shell.identity
    return me.display_name if me.display_name and login == me.name else login


def _proposer(shell: Shell, edition: Edition) -> str:
    """Return the unit that proposed it, with the person's name for that person; a login for no unit."""
    who = _person(shell, edition.proposed_by)
    if not edition.unit:
        return who
    return edition.unit if who == edition.proposed_by else f"{who}（{edition.unit}）"


def _sums(shell: Shell, edition: Edition, totals: Totals) -> None:
    """Draw the figures; every sum says how many projects are not in it."""
    _ = shell.translate
    known = totals.investment
    items = [
        marks.tile(f"{totals.members:,}", _("项目"), _("其中新进 {n} 项").format(n=f"{edition.entered:,}")),
        marks.tile(f"{edition.left:,}", _("退出")),
        marks.tile(
            tables.money(known.amount) if known.known else _("未知"),
            _("总投资（万元，{n} 项已知）").format(n=f"{known.known:,}"),
            _("另有 {n} 项未知，不在合计内").format(n=f"{known.unknown:,}"),
        ),
    ]
    if edition.years:
        items.append(
            marks.tile(
                f"{totals.undated:,}",
                _("年度未明确"),
                _("没有年度计划，也没有起止日期"),
                hot=bool(totals.undated),
            )
        )
    st.html(marks.tiles(items))
    if edition.years:
        st.html(tables.years_table(shell, totals.years, totals.all_years))


# ---- the list ----


def _entries(shell: Shell, where: Here, edition: Edition) -> None:
    """List the entries; what the filter leaves out is counted."""
    _ = shell.translate
    wanted = _wanted(shell, where, edition)
    of_all = _size(edition, wanted.change)
    paging = Paging(where.key("page"), (edition.id, wanted))
    page = shell.editions.entries(edition.id, wanted, paging.window)
    sentence = _("列出 {n} 项，共 {all} 项；单位：万元。").format(n=f"{page.matched:,}", all=f"{of_all:,}")
    if edition.years:
        sentence += _("年度栏空白为不在该年度，“未知”为在列但没有填报金额。")
    st.caption(sentence)
    if page.matched < of_all and not wanted.chosen.is_empty:
        st.caption(_("左侧筛选按项目现在的资料；不符合的、现在已不公开的没有列出，上面的合计是整版的。"))
    if page.rows:
        st.html(tables.entries_table(shell, edition.kind, edition.years, page.rows))
    paging.draw(shell, page.matched)


def _size(edition: Edition, change: tuple[Change, ...]) -> int:
    sizes = {Change.KEPT: edition.kept, Change.ENTERED: edition.entered, Change.LEFT: edition.left}
    return sum(sizes[one] for one in change)


def _wanted(shell: Shell, where: Here, edition: Edition) -> Wanted:
    """Draw what can be chosen among the entries and return it."""
    _ = shell.translate
    titles = {"members": _("在列"), "entered": _("新进"), "kept": _("保留"), "left": _("退出")}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="plans-list"):
        shown = st.segmented_control(
            _("列出"), list(SHOWN), key=where.key("shown"), format_func=titles.__getitem__, default="members"
        )
        year = _year(shell, where, edition) if edition.years else None
        text = st.text_input(_("名称或编号"), key=where.key("text"), max_chars=60, width=220)
    return Wanted(SHOWN[str(shown or "members")], year, text.strip(), where.chosen)


def _year(shell: Shell, where: Here, edition: Edition) -> int | None:
    _ = shell.translate
    titles = {-1: _("全部年度"), **{y: str(y) for y in edition.years}, 0: _("年度未明确")}
    key = where.key("year")
    if st.session_state.get(key) not in titles:
        st.session_state[key] = -1
    held = int(st.session_state[key])
    state.sync_captions(key, {titles[held]: held})
    found = int(st.selectbox(_("年度"), list(titles), key=key, format_func=titles.__getitem__, width=150))
    return None if found < 0 else found
