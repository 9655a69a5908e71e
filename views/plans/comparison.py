"""Two editions side by side: what entered, left and stayed, the money by year, and every line of it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import streamlit as st

from projects.plans.editions import NOTHING, Change, Comparison, Edition, Side
from projects.plans.ports import Lines
from views import marks, state
from views.notices import notice
from views.plans import plan_export, tables
from views.plans.here import Here, label
from views.plans.kept import Paging, once
from views.shell import Shell, guarded

LISTED: Final = {
    "all": Lines(),
    "entered": Lines(Change.ENTERED),
    "left": Lines(Change.LEFT),
    "moved": Lines(Change.KEPT, moved=True),
    "kept": Lines(Change.KEPT),
    "merged": Lines(Change.MERGED),
}


def against(shell: Shell, where: Here) -> Edition | None:
    """Draw the choice of the edition that the open one is held against; its own base unless told."""
    others = {one.id: one for one in where.earlier()}
    if not others:
        return None
    key = where.key("against")
    if st.session_state.get(key) not in others:
        st.session_state[key] = next(iter(others))
    found = st.selectbox(
        shell.translate("与哪一版比较"),
        list(others),
        key=key,
        format_func=lambda one: label(shell, others[one]),
        width=420,
    )
    return others.get(int(found)) if found is not None else None


def draw(shell: Shell, where: Here) -> None:
    """Draw the comparison that was chosen."""
    _ = shell.translate
    held = st.session_state.get(where.key("against"))
    old = next((one for one in where.earlier() if one.id == held), None)
    if where.edition is None or old is None:
        notice(_("本地区只有一版，没有可比较的。"), "info")
        return
    new = where.edition
    about = (old.id, new.id, shell.version)
    found = once(where.key("compared"), about, lambda: shell.editions.compare(old.id, new.id))
    plan_export.draw(shell, where, new, old)
    _figures(shell, found)
    if found.years:
        st.html(_money(shell, found, (old, new)))
    guarded(lambda: _lines(shell, where, (old, new), found), _)


def _figures(shell: Shell, found: Comparison) -> None:
    """Draw how the members divide; both sentences add up."""
    _ = shell.translate
    kept, entered, left = (_count(found, c) for c in (Change.KEPT, Change.ENTERED, Change.LEFT))
    merged = [side[Change.MERGED].count if Change.MERGED in side else 0 for side in (found.old, found.new)]
    items = [
        marks.tile(f"{entered:,}", _("新进")),
        marks.tile(f"{left:,}", _("退出")),
        marks.tile(f"{kept:,}", _("保留"), _("其中 {n} 项内容有变动").format(n=f"{found.changed:,}")),
    ]
    st.html(marks.tiles(items))
    sentence = _(
        "前版 {old} 项 = 保留 {kept} + 退出 {left} + 已并入他项 {gone}；"
        "本版 {new} 项 = 保留 {kept} + 新进 {entered} + 已并入他项 {again}"
    )
    st.caption(
        sentence.format(
            old=f"{kept + left + merged[0]:,}",
            new=f"{kept + entered + merged[1]:,}",
            kept=f"{kept:,}",
            left=f"{left:,}",
            entered=f"{entered:,}",
            gone=merged[0],
            again=merged[1],
        )
    )


def _count(found: Comparison, change: Change) -> int:
    side = found.old if change is Change.LEFT else found.new
    return side[change].count if change in side else 0


def _money(shell: Shell, found: Comparison, sides: tuple[Edition, Edition]) -> str:
    """Return what both plan for each year and where the difference comes from; known amounts only."""
    _ = shell.translate
    heads = (
        _("年度"),
        _("前版（万元）"),
        _("退出"),
        _("新进"),
        _("保留项目的增减"),
        _("已并入他项"),
        _("本版（万元）"),
        _("前版未知（项）"),
        _("本版未知（项）"),
    )
    rows = [tables.row(str(year), _money_cells(shell, found, sides, year)) for year in found.years]
    return tables.table(heads, rows, _("分年度比较"))


def _money_cells(
    shell: Shell, found: Comparison, sides: tuple[Edition, Edition], year: int
) -> list[tuple[str, str]]:
    """Return one year: old − left + entered ± kept ± merged = new; else nothing to reckon."""
    covered = [year in edition.years for edition in sides]
    old, new = found.total(found.old, year), found.total(found.new, year)
    moved = (
        [
            -_of(found.old, Change.LEFT, year),
            _of(found.new, Change.ENTERED, year),
            *(_of(found.new, c, year) - _of(found.old, c, year) for c in (Change.KEPT, Change.MERGED)),
        ]
        if all(covered)
        else [None] * 4
    )
    return [
        tables.sum_cell(shell, old if covered[0] else None),
        *((tables.money(amount) or "—", "" if amount else "atlas-empty") for amount in moved),
        tables.sum_cell(shell, new if covered[1] else None),
        *((f"{m.unknown:,}" if held else "—", "") for m, held in zip((old, new), covered, strict=True)),
    ]


def _of(side: Mapping[Change, Side], change: Change, year: int) -> Decimal:
    """Return the known money of a year among those that met one fate."""
    return side[change].years.get(year, NOTHING).amount if change in side else NOTHING.amount


def _lines(shell: Shell, where: Here, sides: tuple[Edition, Edition], found: Comparison) -> None:
    """List the lines of one fate, page by page."""
    _ = shell.translate
    titles = {
        "all": _("全部"),
        "entered": _("新进"),
        "left": _("退出"),
        "moved": _("保留且有变动"),
        "kept": _("保留"),
        "merged": _("已并入他项"),
    }
    key = where.key("lines")
    st.session_state.setdefault(key, "all")
    held = str(st.session_state[key] or "all")
    state.sync_captions(key, {titles[held]: held})
    shown = st.segmented_control(_("列出"), list(titles), key=key, format_func=titles.__getitem__)
    lines = LISTED[str(shown or "all")]
    old, new = sides
    paging = Paging(where.key("lines-page"), (old.id, new.id, lines))
    page = shell.editions.differences(old.id, new.id, lines, paging.window)
    st.caption(_("列出 {n} 项，共 {all} 项。").format(n=f"{page.matched:,}", all=f"{found.listed:,}"))
    if page.rows:
        st.html(tables.differences_table(shell, page.rows))
    paging.draw(shell, page.matched)
