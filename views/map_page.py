"""The map page: filter, count, map, card, matrix, table, exports — all of the same records."""

import streamlit as st

from layers.events import Click
from projects.codes import Level
from projects.counts import PrecisionCount
from projects.errors import UnknownRecord
from projects.filters import FIELDS, ProjectFilter
from services.map_scene import Shading, Wishes
from views import card, downloads, filters, listing, matrix, state, words
from views.basemaps import tile_sources
from views.i18n import map_labels
from views.map_component import MapAnswer, show_map
from views.shell import Shell, credit, guarded, home_filter

SHADINGS = ("count", "rate", "none")


def draw(shell: Shell) -> None:
    """Draw the whole page."""
    for found in state.open_session(home_filter(shell)):
        st.warning(words.param_issue(found, shell.translate), icon=":material/link_off:")
    st.session_state.setdefault("selected", st.query_params.get("id", ""))
    state.apply_pending()
    with st.sidebar:
        chosen = filters.draw_filters(shell)
    _headline(shell, chosen)
    shading, scenario = _map_options(shell)
    state.write_address(chosen, state.ViewState(shell.language, shading, scenario, st.session_state.selected),
                        shell.settings.language)
    wide, narrow = st.columns([0.66, 0.34], gap="medium")
    with wide:
        _map(shell, chosen, shading, scenario)
    with narrow:
        guarded(lambda: _side(shell, chosen), shell.translate)
    guarded(lambda: listing.draw(shell, chosen), shell.translate)
    guarded(lambda: downloads.draw(shell, chosen, scenario), shell.translate)


def count_sentence(count: PrecisionCount, shell: Shell) -> str:
    """Return n matched and how the matches divide; the parts always add up."""
    return shell.translate(
        "符合条件 **{matched}** 条 = 有具体位置 {points} + 只知乡镇 {township} + 只知县 {county}"
        " + 只知地市、功能区或省 {region} + 未定位 {unlocated}").format(
            matched=count.matched, points=count.points, township=count.township, county=count.county,
            region=count.region, unlocated=count.unlocated)


def _headline(shell: Shell, chosen: ProjectFilter) -> None:
    count = shell.library.count(chosen)
    st.markdown(count_sentence(count, shell))
    if count.matched == 0:
        st.info(shell.translate("没有记录符合全部条件。请在左侧去掉一两个条件，或点“清除全部条件”。"),
                icon=":material/filter_alt_off:")


def _map_options(shell: Shell) -> tuple[str, bool]:
    """Draw the switches above the map and return shading and scenario."""
    _ = shell.translate
    names = {"count": _("按县着色：点名项目数"), "rate": _("按县着色：每万名60岁以上老人"), "none": _("不着色")}
    left, middle, right = st.columns([0.4, 0.35, 0.25], vertical_alignment="center")
    wanted = state.read_choice("shade", SHADINGS, "count", st.query_params.to_dict())
    shading = left.selectbox(_("着色"), SHADINGS, index=SHADINGS.index(wanted), format_func=names.__getitem__,
                             label_visibility="collapsed", key="shading")
    opened = st.query_params.get("scenario", "1" if shell.settings.scenario_open else "") == "1"
    scenario = middle.toggle(_("村卫生室名额模拟分配"), value=opened, key="scenario",
                             help=_("模拟分配，非下达指标：把未分配名额按各乡镇村委会数量用最大余数法分摊，只供讨论。"))
    if right.button(_("回到本范围"), width="stretch"):
        st.session_state.ask = st.session_state.get("ask", 0) + 1
    return str(shading), bool(scenario)


@st.fragment
def _map(shell: Shell, chosen: ProjectFilter, shading: str, scenario: bool) -> None:
    """Draw the map and act on clicks; a pan or zoom reruns this part alone."""
    guarded(lambda: _draw_map(shell, chosen, shading, scenario), shell.translate)


def _draw_map(shell: Shell, chosen: ProjectFilter, shading: str, scenario: bool) -> None:
    wishes = Wishes(
        labels=map_labels(shell.language), credit=credit(shell), shading=shading_words(shading, shell),
        scenario=scenario, selected=st.session_state.selected, ask=st.session_state.get("ask", 0),
        basemap=tile_sources(shell.settings), view=st.session_state.get("map_view"))
    scene = shell.scenes.scene(chosen, wishes)
    serial = st.session_state["map_serial"] = st.session_state.get("map_serial", 0) + 1
    answer = show_map(scene, key="atlas", live=bool(scene.clusters), serial=serial)
    if scenario:
        st.caption(shell.translate("◌ 虚线编号为村卫生室名额的**模拟分配，非下达指标**：未分配名额按村委会数量分摊到乡镇。"))
    _follow(shell, chosen, answer)


def shading_words(kind: str, shell: Shell) -> Shading:
    """Return title and caveat of the shading: it counts what plans name, not what exists."""
    _ = shell.translate
    note = _("按规划文件点名统计，不代表现有服务")
    if kind == "rate":
        return Shading(kind, _("每万名60岁以上常住人口的点名项目"), note, _("项/万人"))
    return Shading(kind, _("点名项目数"), note, _("项"))


def _follow(shell: Shell, chosen: ProjectFilter, answer: MapAnswer) -> None:
    """Do what the reader asked for on the map."""
    if answer.view and answer.view != st.session_state.get("map_view"):
        st.session_state.map_view = answer.view
        st.rerun(scope="fragment")
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
    """Filter to the area that was clicked; a second click on the only chosen county opens its prefecture again."""
    st.session_state.selected = ""
    st.session_state.listed = []
    if click.level == "zone":
        state.change_filter(zone=[click.id])
        return
    area = shell.library.area(click.id)
    if area is None or area.level is Level.NATION:
        return
    level = click.level or str(area.level)
    parents: dict[str, list[str]] = {"province": [], "prefecture": [], "county": []}
    already = getattr(chosen, level) == (click.id,)
    if already and level == "county" and area.prefecture_code:
        parents["prefecture"] = [area.prefecture_code]
    else:
        parents[level] = [click.id]
    state.change_filter(**parents, township=[], zone=[])
    st.session_state.ask = st.session_state.get("ask", 0) + 1


def _side(shell: Shell, chosen: ProjectFilter) -> None:
    """The card of the selected record, the records of a clicked stack, or the matrix."""
    selected, listed = st.session_state.selected, st.session_state.get("listed", [])
    if selected:
        try:
            card.draw_card(shell, shell.library.record(selected))
        except UnknownRecord:
            st.session_state.selected = ""
            raise
    elif listed:
        listing.draw_stack(shell, listed)
    else:
        matrix.draw(shell, chosen)


ADDRESS_NAMES = (*FIELDS, *state.VIEW_PARAMS)
"""Every parameter that the address bar of this page understands."""
