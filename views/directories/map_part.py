"""The map of a mapped directory: the lines that the table shows too, and a list of those without a place."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from layers import assets
from layers.events import Click
from layers.html import element, escape
from projects.analysis.exhibit import ClassSign, Exhibit, GeoJson, Look, Table
from projects.analysis.exhibit import Column as ExhibitColumn
from projects.codes import Level, Precision
from projects.directories.model import Definition, EditionHead, Entry, Verdict
from projects.directories.ports import EntriesAsked, EntryPage
from projects.filters import ProjectFilter
from services.exhibit_scene import drawn, exhibit_scene
from views import manners, words
from views.analysis.exhibit.map import HEIGHT, wishes
from views.directories import cells, lines_part
from views.directories.address import ADDRESS
from views.directories.here import Here
from views.map.map_component import show_map
from views.notices import notice
from views.plans.kept import once
from views.shell import STATIC, Shell, guarded

MOST_DRAWN: Final = 5_000
"""Places that travel to the browser; of more, the conditions have to be narrowed."""
MOST_LISTED: Final = 200
"""Lines without a place that the page lists below the map."""
YES_COLOUR: Final = "#0072B2"
NO_COLOUR: Final = "#E69F00"
TOWN_COLOUR: Final = "#9ab8d0"


def is_point(entry: Entry) -> bool:
    """Return whether a line may be drawn as a dot: it has coordinates, known at least to the township."""
    place = entry.place
    known = Precision.BUILDING <= place.precision <= Precision.TOWNSHIP
    return known and place.lon is not None and place.lat is not None


def draw(shell: Shell, here: Here, definition: Definition, head: EditionHead, asked: EntriesAsked) -> None:
    """Draw the map of the lines that were asked for, then those without a place."""
    _ = shell.translate
    about = (head.id, head.version, head.state, shell.version, repr(asked))
    placed, rest = once("directories-map", about, lambda: both(here, head, asked))
    whole = EntryPage((), placed.matched + rest.matched, placed.matched)
    st.html(
        element("p", escape(lines_part.count_words(shell, definition, head, whole)), class_="atlas-count")
    )
    if placed.matched > MOST_DRAWN:
        notice(
            _("地图画出前 {shown} 处，共 {n} 处；要看其余的，请缩小条件。列表和下载是全的。").format(
                shown=f"{MOST_DRAWN:,}", n=f"{placed.matched:,}"
            )
        )
    manners.rows_elsewhere(_, "directories-rows", partial(ADDRESS.replace, show="table", p=""))
    _on_map(shell, definition, head, tuple(one for one in placed.items if is_point(one)))
    if found := cells.rules(shell, definition):
        st.html(found)
    coarse = tuple(one for one in placed.items if not is_point(one))
    _without(shell, definition, (*coarse, *rest.items), rest.matched + len(coarse))


def both(here: Here, head: EditionHead, asked: EntriesAsked) -> tuple[EntryPage, EntryPage]:
    """Return the lines with a place, as many as are drawn, and those without, as many as are listed."""
    return (
        here.port.entries(head.id, replace(asked, placed=True), limit=MOST_DRAWN),
        here.port.entries(head.id, replace(asked, placed=False), limit=MOST_LISTED),
    )


def exhibit(shell: Shell, definition: Definition, head: EditionHead, placed: Sequence[Entry]) -> Exhibit:
    """Return the lines with a place as what the map engine draws: one row and one point for each."""
    columns = (
        ExhibitColumn("key", shell.translate("编号")),
        ExhibitColumn("name", cells.heading(shell, cells.title_column(definition))),
    )
    rows = tuple((str(one.key), point_name(shell, definition, one)) for one in placed)
    table = Table(
        key="lines",
        title=cells.name_of(definition, shell.language),
        columns=columns,
        rows=rows,
        geometries=tuple(_point(one) for one in placed),
        look=look(shell, definition, placed),
    )
    title = f"{head.title} · {head.area_name}"
    return Exhibit(key="directory", title=title, says=(), parameters=(), caveats=(), tables=(table,))


def point_name(shell: Shell, definition: Definition, entry: Entry) -> str:
    """Return what a point is called on the map; one that is known to its township only says so."""
    title = cells.title_of(shell, definition, entry)
    if entry.place.precision < Precision.TOWNSHIP:
        return title
    return shell.translate("{name}（只到乡镇）").format(name=title)


def look(shell: Shell, definition: Definition, placed: Sequence[Entry]) -> Look:
    """Return how the points are drawn: by the first computed flag, else by how well the place is known."""
    _ = shell.translate
    classes: tuple[ClassSign, ...]
    if not definition.computed:
        classes = (ClassSign(_("到点位或村"), YES_COLOUR), ClassSign(_("只到乡镇"), TOWN_COLOUR))
        of_row = tuple(int(one.place.precision >= Precision.TOWNSHIP) for one in placed)
        return Look("point", classes, of_row, label="name", title=_("位置"), link="key")
    flag = definition.computed[0]
    classes = (
        ClassSign(cells.verdict_words(shell, Verdict.YES), YES_COLOUR),
        ClassSign(cells.verdict_words(shell, Verdict.NO), NO_COLOUR),
    )
    number = {Verdict.YES: 0, Verdict.NO: 1}
    verdicts = tuple(number.get(one.flags.get(flag.name, Verdict.UNKNOWN)) for one in placed)
    return Look(
        "point",
        classes,
        verdicts,
        label="name",
        title=cells.flag_title(shell, flag),
        unknown=_("未知"),
        link="key",
    )


def _point(entry: Entry) -> GeoJson:
    return {"type": "Point", "coordinates": [entry.place.lon, entry.place.lat]}


def area_filter(shell: Shell, area_code: str) -> ProjectFilter:
    """Return the filter of an area: the map shows its boundaries; everything for the nation."""
    area = shell.library.area(area_code)
    if area is None or area.level is Level.NATION:
        return ProjectFilter()
    return ProjectFilter.model_validate({str(area.level): (area.code,)})


@st.fragment
def _on_map(shell: Shell, definition: Definition, head: EditionHead, placed: Sequence[Entry]) -> None:
    """Draw the map where there is anything on it; a click reruns this part alone."""
    shown = exhibit(shell, definition, head, placed)
    if not drawn(shown):
        return
    if missing := assets.missing(STATIC):
        notice(
            shell.translate(
                "地图组件缺少 {n} 个文件（{names}）。请管理员重新运行 make run 补齐后刷新本页；"
                "列表和导出照常可用。"
            ).format(n=len(missing), names=words.joined(missing, shell.language)),
            "error",
        )
        return
    guarded(lambda: _draw_map(shell, definition, head, (shown, placed)), shell.translate)


def _draw_map(
    shell: Shell, definition: Definition, head: EditionHead, what: tuple[Exhibit, Sequence[Entry]]
) -> None:
    shown, placed = what
    scene = exhibit_scene(shell.scenes, area_filter(shell, head.area_code), wishes(shell), shown)
    hint = {"open_card": shell.translate("点击查看这一行")}  # a line of a directory has no card
    scene = replace(scene, labels=replace(scene.labels, words={**scene.labels.words, **hint}))
    serial = st.session_state["map_serial"] = st.session_state.get("map_serial", 0) + 1
    answer = show_map(scene, key="directories-map", height=HEIGHT, serial=serial)
    if answer.click:
        _clicked(shell, definition, answer.click, placed)


def _clicked(shell: Shell, definition: Definition, click: Click, placed: Sequence[Entry]) -> None:
    """Show the line that was clicked."""
    found = [one for one in placed if str(one.key) == click.id] if click.kind == "project" else []
    if found:
        st.html(cells.lines_table(shell, definition, found))


def _without(shell: Shell, definition: Definition, without: Sequence[Entry], count: int) -> None:
    """List the lines that the map cannot show, with the reason; ``count`` is how many there are."""
    _ = shell.translate
    if not without:
        return
    said = _("没有位置、不在地图上的（{n} 行）").format(n=f"{count:,}")
    st.html(element("h3", escape(said), class_="atlas-heading"))
    st.html(cells.lines_table(shell, definition, without[:MOST_LISTED]))
    if count > MOST_LISTED:
        st.caption(_("这里列出前 {shown} 条，共 {n} 条。").format(shown=MOST_LISTED, n=f"{count:,}"))
