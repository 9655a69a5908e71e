"""The map page: filter, count, map, card, matrix, table, exports — all of the same records."""

import streamlit as st

from layers import assets
from layers.events import Click
from layers.html import element, escape
from layers.scene import Scene
from projects.codes import Level
from projects.counts import PrecisionCount
from projects.errors import UnknownRecord
from projects.filters import FIELDS, ProjectFilter
from services import map_cells
from services.map_parts import Shading, Wishes
from views import manners, state, words
from views.i18n import map_labels
from views.map import basket, card, downloads, filters, listing, matrix, share
from views.map.basemaps import tile_sources
from views.map.map_component import MapAnswer, show_map
from views.notices import notice
from views.shell import STATIC, Shell, credit, guarded, home_filter

HEIGHT = 560
"""Height of the map on a wide screen, in pixels: map and controls fit a screen of 768."""

ADDRESS_NAMES = (*FIELDS, *state.VIEW_PARAMS)
"""Every parameter that the address bar of this page understands."""


def draw(shell: Shell) -> None:
    """Draw the whole page."""
    for found in state.open_filter(lambda: home_filter(shell), shell.defaults):
        notice(words.param_issue(found, shell.translate))
    with st.sidebar:
        chosen = filters.draw_filters(shell)
    count = shell.library.count(chosen)
    _headline(shell, chosen, count)
    shading, scenario = _toolbar(shell, chosen, count)
    state.write_address(chosen, shell.defaults)
    wide, narrow = st.columns([0.6, 0.4], gap="medium")
    with wide:
        manners.way_to_rows(shell.translate)
        _map(shell, chosen, shading, scenario)
    with narrow, st.container(key="side"):
        guarded(lambda: _side(shell, chosen, count), shell.translate)
    guarded(lambda: listing.draw(shell, chosen), shell.translate)


def count_sentence(count: PrecisionCount, shell: Shell) -> str:
    """Return n matched and how the matches divide, as HTML; the parts always add up."""
    text = shell.translate(
        "符合条件 {matched} 条 = 有具体位置 {points} + 只知乡镇 {township} + 只知县 {county}"
        " + 只知地市、功能区或省 {region} + 未定位 {unlocated}"
    )
    numbers = {
        name: f"{number:,}"
        for name, number in (
            ("matched", count.matched),
            ("points", count.points),
            ("township", count.township),
            ("county", count.county),
            ("region", count.region),
            ("unlocated", count.unlocated),
        )
    }
    parts = [
        escape(part) for part in text.format_map({k: f"\0{v}\0" for k, v in numbers.items()}).split("\0")
    ]
    return "".join(element("b", part) if i % 2 else part for i, part in enumerate(parts))


def _headline(shell: Shell, chosen: ProjectFilter, count: PrecisionCount) -> None:
    _ = shell.translate
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="headline"):
        st.html(
            element("h2", escape(_("地图")), class_="atlas-unseen")
            + element("p", count_sentence(count, shell), class_="atlas-count", role="status"),
            width="content",
        )
        filters.draw_chips(shell, chosen)
    if count.matched == 0 and chosen.is_empty:
        notice(_("库中还没有项目。请管理员在服务器上运行 python -m data init，完成后刷新本页。"), "info")
    elif count.matched == 0:
        notice(_("没有记录符合全部条件。请去掉一两个条件，或点“清除全部条件”。"), "info")


def _toolbar(shell: Shell, chosen: ProjectFilter, count: PrecisionCount) -> tuple[str, bool]:
    """Draw the row above the map and return shading and scenario."""
    _ = shell.translate
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="toolbar"):
        shading = _shading_choice(shell, shaded=shell.scenes.scope(chosen).level is Level.COUNTY)
        scenario = st.toggle(
            _("村卫生室名额模拟"),
            key="scenario",
            help=_("模拟分配，非下达指标：把未分配名额按各乡镇村委会数量用最大余数法分摊，只供讨论。"),
        )
        if st.button(_("回到本范围"), icon=":material/zoom_out_map:", key="back-home"):
            st.session_state.ask = st.session_state.get("ask", 0) + 1
        basket.draw(shell)
        downloads.draw(shell, chosen, count.matched)
        share.draw(shell, chosen)
    return str(shading or "count"), bool(scenario)


def _shading_choice(shell: Shell, *, shaded: bool) -> str:
    """Draw the choice of shading; on a map without counties it waits, keeping what was chosen."""
    _ = shell.translate
    held = str(st.session_state.shading)
    if not shaded:
        waiting = [_("选定地市后按县着色")]
        st.selectbox(
            _("着色"), waiting, key="shading-off", width=250, disabled=True, label_visibility="collapsed"
        )
        return held
    names = {
        "count": _("按县着色：点名项目数"),
        "rate": _("按县着色：每万名60岁以上老人"),
        "none": _("不着色"),
    }
    state.sync_captions("shading", {names[held]: held})
    return str(
        st.selectbox(
            _("着色"),
            state.SHADINGS,
            format_func=names.__getitem__,
            key="shading",
            width=250,
            label_visibility="collapsed",
        )
    )


@st.fragment
def _map(shell: Shell, chosen: ProjectFilter, shading: str, scenario: bool) -> None:
    """Draw the map and act on clicks; a pan or zoom runs nothing here."""
    if missing := assets.missing(STATIC):
        notice(
            shell.translate(
                "地图组件缺少 {n} 个文件（{names}）。请管理员重新运行 make run 补齐后刷新本页；"
                "列表和导出照常可用。"
            ).format(n=len(missing), names=words.joined(missing, shell.language)),
            "error",
        )
        return
    guarded(lambda: _draw_map(shell, chosen, shading, scenario), shell.translate)


def _draw_map(shell: Shell, chosen: ProjectFilter, shading: str, scenario: bool) -> None:
    if scenario:
        guarded(lambda: _scenario_notice(shell, chosen), shell.translate)
    wishes = Wishes(
        labels=map_labels(shell.language),
        credit=credit(shell),
        shading=shading_words(shading, shell),
        scenario=scenario,
        selected=st.session_state.selected,
        ask=st.session_state.get("ask", 0),
        basemap=tile_sources(shell.settings),
        cells=map_cells.address(shell.settings, chosen, shell.version),
    )
    scene = shell.scenes.scene(chosen, wishes)
    serial = st.session_state["map_serial"] = st.session_state.get("map_serial", 0) + 1
    answer = show_map(scene, key="atlas", live=scene.live, height=HEIGHT, serial=serial)
    if not scene.live:  # a live map counts what is in its view itself
        st.caption(drawn_how(shell, scene))
    _follow(shell, chosen, answer)


def drawn_how(shell: Shell, scene: Scene) -> str:
    """Say that the places are drawn one by one, and how many."""
    alone = len(scene.points) + sum(len(stack.ids) for stack in scene.stacks)
    return shell.translate("逐个绘出：{n} 处").format(n=f"{alone:,}")


def _scenario_notice(shell: Shell, chosen: ProjectFilter) -> None:
    """Say what the dashed numbers are not, and which townships have no place to draw them."""
    _ = shell.translate
    shares = shell.scenes.scenario_shares(chosen)
    text = _("模拟分配，非下达指标：{n} 个未分配名额按村委会数量分摊到 {m} 个乡镇。").format(
        n=sum(s.slots for s in shares), m=len(shares)
    )
    lost = [s for s in shares if s.lon is None or s.lat is None]
    if lost:
        text += _("另有 {n} 个乡镇（{m} 个名额）没有坐标，未画出：{names}。").format(
            n=len(lost),
            m=sum(s.slots for s in lost),
            names=words.joined([f"{s.name} {s.slots}" for s in lost], shell.language),
        )
    notice(text, "scenario")


def shading_words(kind: str, shell: Shell) -> Shading:
    """Return title and caveat of the shading: it counts what plans name, not what exists."""
    _ = shell.translate
    note = _("按规划文件点名统计，不代表现有服务")
    if kind == "rate":
        return Shading(kind, _("每万名60岁以上常住人口的点名项目"), note, _("项/万人"))
    return Shading(kind, _("点名项目数"), note, _("项"))


def _follow(shell: Shell, chosen: ProjectFilter, answer: MapAnswer) -> None:
    """Do what the reader asked for on the map."""
    if answer.click is None:
        return
    if answer.click.kind == "project":
        st.session_state.selected = answer.click.id
    elif answer.click.kind == "area":
        _enter_area(shell, chosen, answer.click)
    elif answer.click.ids:
        st.session_state.listed = list(answer.click.ids)
        st.session_state.selected = ""
    else:
        return
    st.rerun()


def _enter_area(shell: Shell, chosen: ProjectFilter, click: Click) -> None:
    """Filter to the area that was clicked; a second click on the chosen county opens its prefecture again."""
    area = None if click.level == "zone" else shell.library.area(click.id)
    if area and area.level is Level.NATION:
        return
    st.session_state.selected = ""
    st.session_state.listed = []
    st.session_state.ask = st.session_state.get("ask", 0) + 1
    changes: dict[str, list[str]] = {
        "province": [],
        "prefecture": [],
        "county": [],
        "township": [],
        "zone": [],
    }
    level = click.level or (str(area.level) if area else "county")
    if level == "county" and chosen.county == (click.id,) and area and area.prefecture_code:
        level, target = "prefecture", area.prefecture_code
    else:
        target = click.id
    changes[level] = [target]
    state.change_filter(**changes)


def _side(shell: Shell, chosen: ProjectFilter, count: PrecisionCount) -> None:
    """Draw the card of the selected record, the records of a clicked stack, or the matrix."""
    selected, listed = st.session_state.selected, st.session_state.get("listed", [])
    if selected:
        try:
            record = shell.library.record(selected)
        except UnknownRecord:
            st.session_state.selected = ""
            raise
        card.draw_card(shell, record)
    elif listed:
        listing.draw_stack(shell, listed)
    else:
        matrix.draw(shell, chosen, count.matched)
    _scroll_to(selected or ",".join(listed))


def _scroll_to(key: str) -> None:
    """Bring the side into view when its content became another record's."""
    if key and key != st.session_state.get("scrolled", key):
        serial = st.session_state["scroll_serial"] = st.session_state.get("scroll_serial", 0) + 1
        st.html(element("span", "", class_="atlas-look", data_serial=str(serial)))
    st.session_state.scrolled = key
