"""The money on the map: signs by funding status, counties shaded by gap, money per head, share reported."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from layers import assets, choropleth
from layers.events import Click
from layers.html import element, escape
from layers.scene import Choropleth
from projects.codes import Level
from projects.counts import AreaCount
from projects.money.need import Need
from projects.money.sums import Overview, Part
from services.map_parts import Scope, Shading, Signs, Wishes
from views import manners, own_address, state, ways, words
from views.i18n import map_labels
from views.map.basemaps import tile_sources
from views.map.map_component import show_map
from views.money import figures, tables
from views.money.asked import Asked
from views.notices import notice
from views.shell import STATIC, Shell, credit, guarded

SHADES: Final = ("gap", "per_thousand", "reported", "none")
HEIGHT: Final = 520
AREAS: Final = ("province", "prefecture", "county", "zone")


def draw(shell: Shell, asked: Asked) -> None:
    """Draw the map, and below it each county's money next to its need."""
    _ = shell.translate
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="funding-map-head"):
        shade = _choice(shell)
        manners.rows_elsewhere(_, "funding-rows", _show_projects)
    if missing := assets.missing(STATIC):
        notice(
            _(
                "地图组件缺少 {n} 个文件（{names}）。请管理员重新运行 make run 补齐后刷新本页；"
                "列表和导出照常可用。"
            ).format(n=len(missing), names=words.joined(missing, shell.language)),
            "error",
        )
    else:
        _map(shell, asked, shade)
    guarded(lambda: _needs(shell, asked), _)


def _show_projects() -> None:
    """Turn to the section that lists the projects of the map."""
    own_address.OwnAddress("funding", {}).replace(show="projects")


def _choice(shell: Shell) -> str:
    _ = shell.translate
    titles = {
        "gap": _("着色：缺口（已知部分，亿元）"),
        "per_thousand": _("着色：每千名常住人口的已报资金（万元）"),
        "reported": _("着色：已报资金的项目占比（%）"),
        "none": _("不着色"),
    }
    held = str(st.session_state.setdefault("funding-shade", "gap"))
    state.sync_captions("funding-shade", {titles[held]: held})
    return str(
        st.selectbox(
            _("着色"),
            SHADES,
            key="funding-shade",
            format_func=titles.__getitem__,
            label_visibility="collapsed",
            width=380,
        )
    )


@st.fragment
def _map(shell: Shell, asked: Asked, shade: str) -> None:
    """Draw the map; a pan or zoom reruns this part alone."""
    guarded(lambda: _draw_map(shell, asked, shade), shell.translate)


def _draw_map(shell: Shell, asked: Asked, shade: str) -> None:
    chosen = asked.chosen
    shading = shaded(shell, asked, shade, shell.scenes.scope(chosen))
    wishes = Wishes(
        labels=map_labels(shell.language),
        credit=credit(shell),
        shading=Shading("none", "", "", ""),
        ask=st.session_state.get("ask", 0),
        basemap=tile_sources(shell.settings),
        view=st.session_state.get("funding-view"),
        signs=Signs(lambda record: record.funding_status, status_counts(asked.overview)),
        choropleth=shading,
    )
    scene = shell.scenes.scene(chosen, wishes)
    serial = st.session_state["map_serial"] = st.session_state.get("map_serial", 0) + 1
    answer = show_map(scene, key="funding", live=scene.live, height=HEIGHT, serial=serial)
    if shade != "none" and shading is None:
        st.caption(shell.translate("选定地市后按县着色；县太多的大图只画符号。"))
    if scene.live:
        st.caption(shell.translate("点太多时画成圆圈，只写个数；放大后逐个显示资金状态。"))
    if answer.view and answer.view != st.session_state.get("funding-view"):
        st.session_state["funding-view"] = answer.view
        st.rerun(scope="fragment")
    if answer.click:
        _follow(shell, answer.click)


def _follow(shell: Shell, click: Click) -> None:
    """Offer the card of a record that was clicked; filter to an area that was clicked."""
    if click.kind == "project":
        ways.link(shell, shell.translate("打开项目卡 {id}").format(id=click.id), "map", id=click.id)
    elif click.kind == "area" and click.level in AREAS:
        changes = {level: [click.id] if level == click.level else [] for level in AREAS}
        st.session_state["ask"] = st.session_state.get("ask", 0) + 1
        state.change_filter(**changes)
        st.rerun()


def status_counts(overview: Overview) -> tuple[AreaCount, ...]:
    """Return the projects of each area by funding status, for the badges."""
    return tuple(
        AreaCount(str(part.code), part.level, part.name, {str(s): n for s, n in part.by_status.items()})
        for part in overview.by_area
        if part.code and part.level
    )


def shaded(shell: Shell, asked: Asked, shade: str, scope: Scope) -> Choropleth | None:
    """Return the shading of counties; on a map of wider areas there is none, since few of those are known."""
    if shade == "none" or scope.level is not Level.COUNTY:
        return None
    _ = shell.translate
    if shade == "per_thousand":
        values: Mapping[str, float | None] = {n.code: n.money_per_thousand for n in asked.needs}
        note = _("已报资金明细合计 ÷ 2020 年常住人口；没有人报的县画斜线")
        return choropleth.by_given(
            values, choropleth.PER_THOUSAND_BREAKS, _("每千名常住人口的已报资金"), note, _("万元")
        )
    if shade == "reported":
        values = {str(p.code): reported_percent(p) for p in asked.overview.by_area if p.level == "county"}
        note = _("没有项目的县画斜线")
        return choropleth.by_given(values, choropleth.REPORTED_BREAKS, _("已报资金的项目占比"), note, _("%"))
    values = {need.code: gap_yi(need) for need in asked.needs}
    note = _("只算总投资已知的项目；总投资都未知的县画斜线")
    return choropleth.by_given(values, choropleth.GAP_BREAKS, _("已知缺口"), note, _("亿元"))


def reported_percent(part: Part) -> float | None:
    """Return the percentage of an area's projects with money reported, None without any project."""
    return round(100 * part.sums.reported / part.sums.projects, 1) if part.sums.projects else None


def gap_yi(need: Need) -> float | None:
    """Return a county's known gap in 亿元 for the shading, None where no total is known."""
    return None if need.known_gap is None else round(float(need.known_gap) / 10_000, 4)


def _needs(shell: Shell, asked: Asked) -> None:
    """Draw each county's money next to its people, elders and beds; unknown is a dash."""
    _ = shell.translate
    st.html(element("h3", escape(_("资金与需求")), class_="atlas-heading"))
    rows = asked.needs
    if not rows:
        st.caption(_("当前条件下没有落到县的项目。"))
        return
    heads = (
        _("县（市、区）"),
        _("已报资金（万元）"),
        _("每千人（万元）"),
        _("已知缺口（万元）"),
        _("60岁以上"),
        _("65岁以上"),
        _("床位（已知）"),
        _("床位未知（个项目）"),
    )
    st.html(tables.table(heads, [_need_row(shell, asked, need) for need in rows], _("资金与需求")))
    st.caption(
        _(
            "人口为 2020 年普查常住人口；65岁以上含在60岁以上之内。床位是项目填报或文件载明的，不是现有床位。"
            "县以外（功能区、地市、省）的项目不在此表，见“谁还没报”。"
        )
    )


def _need_row(shell: Shell, asked: Asked, need: Need) -> str:
    sums, people = need.sums, need.people
    params = asked.chosen.to_params() | {"county": need.code, "show": "map"}
    per = need.money_per_thousand
    return tables.row(
        ways.anchor(shell, need.name, "funding", **params),
        [
            figures.wan(sums.line_sum if sums.reported else None),
            f"{per:,.1f}" if per is not None else figures.UNKNOWN,
            figures.wan(need.known_gap),
            f"{people.aged_60_plus:,}" if people else figures.UNKNOWN,
            f"{people.aged_65_plus:,}" if people else figures.UNKNOWN,
            f"{sums.beds:,}" if sums.beds_known else figures.UNKNOWN,
            f"{sums.projects - sums.beds_known:,}",
        ],
    )
