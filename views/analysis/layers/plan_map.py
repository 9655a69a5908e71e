"""A land-use plan on the map of the page *Layers*: its polygons by class, as many as a browser can hold."""

from collections import defaultdict
from dataclasses import replace
from typing import Final

import streamlit as st

from gis.boundaries import area_km2
from gis.thinning import as_geojson, largest, thinned
from layers import palette
from layers.html import element, escape
from projects.analysis.exhibit import ClassSign, Column, Exhibit, Look, Table
from projects.analysis.inputs import LayerInfo, LayerKind, ShapeLayer
from projects.analysis.showing import PROJECT_ID
from projects.errors import UnknownRecord
from views.analysis.exhibit import map as exhibit_map
from views.analysis.exhibit import tables as exhibit_tables
from views.analysis.layers.words import WELL_KNOWN, day_words
from views.plain import plain
from views.plans.kept import once
from views.shell import Shell, home_filter

MOST_DRAWN: Final = 4_000
"""Polygons that travel to the browser; of more, the largest."""
MOST_VERTICES: Final = 120_000
COLOURS: Final = (
    palette.YELLOW,
    palette.VERMILLION,
    palette.GREEN,
    palette.SKY,
    palette.PURPLE,
    palette.ORANGE,
    palette.BLUE,
)
"""Of the classes with the largest areas; the others share one grey."""


def draw(shell: Shell, key: int, project_id: str = "") -> None:
    """Draw the plan that was asked for, with a record's places on it.

    Raises ``UnknownRecord`` for a plan that is not for this person, or a record that is not there.
    """
    _ = shell.translate
    info = shell.analysis.layer(key)
    if info.kind is not LayerKind.LAND_USE:
        raise UnknownRecord(str(key))
    about = (info.id, info.loaded_at, shell.language)
    shown = once("layer-plan", about, lambda: exhibit(shell, info, shell.analysis.shapes(key)))
    if project_id:
        shown = replace(shown, tables=(*shown.tables, _places(shell, project_id)))
    st.html(element("h3", escape(shown.title), class_="atlas-heading"))
    exhibit_map.draw(shell, shown, home_filter(shell), "layer-plan")
    for table in shown.tables:
        exhibit_tables.draw(shell, replace(table, folded=True), key="layer-plan")
    for sentence in (*shown.sources, *shown.caveats):
        st.caption(plain(sentence))
    st.button(_("收起地图"), key="layer-plan-close", icon=":material/close:", on_click=_close)


def _close() -> None:
    for name in ("plan", "id"):
        st.query_params.pop(name, None)


def _places(shell: Shell, project_id: str) -> Table:
    """Return the places of a record that are known well enough to stand on a plan."""
    record = shell.library.record(project_id)
    name = record.summary.name
    known = [one.geometry for one in record.places if one.precision in WELL_KNOWN]
    return Table(
        key="places",
        title=name,
        columns=(Column("name", shell.translate("项目")), Column(PROJECT_ID, shell.translate("编号"))),
        rows=((name, project_id),) * len(known),
        geometries=tuple(known),
        look=Look(
            "point", (ClassSign(name, palette.BLACK),), (0,) * len(known), label="name", link=PROJECT_ID
        ),
    )


def exhibit(shell: Shell, info: LayerInfo, layer: ShapeLayer) -> Exhibit:
    """Return a plan as what the map engine draws: its largest polygons, simplified for the eye."""
    _ = shell.translate
    numbers = largest(layer.geometries, MOST_DRAWN)
    signs, place = _signs(shell, layer)
    names = [layer.names[i] for i in numbers]
    notes = [layer.notes[i] if layer.notes else "" for i in numbers]
    table = Table(
        key="plan",
        title=info.name,
        columns=(Column("class", _("用地类别")), Column("note", _("备注"))),
        rows=tuple(
            (name or _("没有写用地类别"), note or None) for name, note in zip(names, notes, strict=True)
        ),
        geometries=as_geojson(thinned(layer.geometries[numbers], MOST_VERTICES)),
        look=Look(
            "fill",
            signs,
            tuple(place.get(name, len(signs) - 1) if name else None for name in names),
            label="class",
            value="note" if any(notes) else "",
            title=_("用地类别"),
            unknown=_("没有写用地类别"),
        ),
    )
    return Exhibit(
        key="land-use",
        title=info.name,
        says=(),
        parameters=(),
        caveats=tuple(_caveats(shell, len(numbers), len(layer.names))),
        tables=(table,),
        sources=(f"{day_words(info, _)} · {_('来源：{source}').format(source=info.source)}",),
    )


def _signs(shell: Shell, layer: ShapeLayer) -> tuple[tuple[ClassSign, ...], dict[str, int]]:
    """Return the legend and where each of the largest classes stands in it; its last line is the others."""
    sizes: dict[str, float] = defaultdict(float)
    for name, km2 in zip(layer.names, area_km2(layer.geometries).tolist(), strict=True):
        sizes[name] += km2
    named = sorted((name for name in sizes if name), key=lambda name: -sizes[name])
    first = named[: len(COLOURS)]
    signs = [ClassSign(name, colour) for name, colour in zip(first, COLOURS, strict=False)]
    if len(named) > len(first):
        rest = shell.translate("其他 {n} 类").format(n=len(named) - len(first))
        signs.append(ClassSign(rest, palette.SLATE))
    return tuple(signs), {name: at for at, name in enumerate(first)}


def _caveats(shell: Shell, drawn: int, whole: int) -> list[str]:
    _ = shell.translate
    said = [_("地图上的边界已简化，只供看图；判断项目在哪一类用地，用的是文件中的边界。")]
    if drawn < whole:
        said.append(_("图上只画面积最大的 {n} 个面，共 {all} 个。").format(n=f"{drawn:,}", all=f"{whole:,}"))
    return said
