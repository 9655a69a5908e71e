"""The same indicator by county and by hexagon on the page: which counties change their class."""

from typing import Final

import streamlit as st

from gis.errors import BadInput
from gis.hexagons import edge_km
from projects.analysis.clusters.scaling import SIZES, CountyScale, Scale, Scaled, read, scale
from projects.analysis.exhibit import ClassSign, Column, Exhibit, Look, Parameter, Table
from views import state, words
from views.analysis.clusters import words as said
from views.analysis.clusters.asked import ADDRESS, Asked
from views.analysis.clusters.rates_words import among_names
from views.analysis.exhibit import view as exhibit_view
from views.analysis.refusals.said import said as refused
from views.notices import notice
from views.shell import Shell

NAMES: Final = ("cell", "among")
COLOURS: Final = ("#F0F0F0", *said.HEXAGONS[:4])
NAMED: Final = 10


def draw(shell: Shell, asked: Asked) -> None:
    """Draw settings and result."""
    settings = _settings(shell)
    placed = asked.placed(townships=False)
    try:
        areas = asked.areas(settings.among, ring=False)
        found = asked.once(("scale", settings), lambda: scale(placed, areas, settings))
    except BadInput as error:
        notice(refused(error, shell.translate), "info")
        said.empty(shell, asked, placed, townships=False)
        return
    exhibit_view.draw(shell, exhibit(shell, asked, found), asked.chosen, key="clusters-scale")
    said.link_left_out(shell, asked, placed)


def _settings(shell: Shell) -> Scale:
    _ = shell.translate
    held = read(ADDRESS.held())[0]
    sizes = {n: _("边长约 {km} 公里").format(km=f"{edge_km(n):.2g}") for n in SIZES}
    among = among_names(_)
    state.sync_captions(ADDRESS.key("cell"), {sizes[held.resolution]: held.resolution})
    state.sync_captions(ADDRESS.key("among"), {among[held.among]: str(held.among)})
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="scale-settings"):
        ADDRESS.widget(
            "cell",
            held.resolution,
            lambda key: st.selectbox(
                _("六边形大小"), list(sizes), key=key, format_func=sizes.__getitem__, width=200
            ),
        )
        ADDRESS.widget(
            "among",
            str(held.among),
            lambda key: st.selectbox(
                _("哪些县"), list(among), key=key, format_func=among.__getitem__, width=280
            ),
        )
    return read(ADDRESS.held())[0]


def exhibit(shell: Shell, asked: Asked, found: Scaled) -> Exhibit:
    """Return both sizes as sentences, tables and map."""
    _ = shell.translate
    outside = _("{n} 条有位置的记录不在这些县里，不参与。").format(n=f"{found.outside:,}")
    size = f"{edge_km(found.settings.resolution):.2g}"
    return Exhibit(
        key="clusters-scale",
        title=_("面积尺度"),
        says=tuple(_says(shell, found)),
        parameters=(
            Parameter("indicator", _("指标"), _("每 1,000 平方公里有位置的记录数")),
            Parameter("classes", _("等级（固定）"), words.joined(_classes(shell), shell.language)),
            Parameter("cell", _("六边形大小"), _("边长约 {km} 公里").format(km=size)),
            Parameter("among", _("哪些县"), among_names(_)[str(found.settings.among)]),
        ),
        caveats=(
            *((outside,) if found.outside else ()),
            _("六边形按中心归县；县界上的六边形也数到邻县的记录。乡镇没有边界数据，不比较。"),
            _("没有记录是没有点名或没有填报，不等于没有项目。"),
            said.named(shell),
        ),
        tables=(_counties(shell, found), _cells(shell, found)),
        data_date=asked.day,
        sources=(_("项目库中符合条件、有位置的记录"),),
        basis=said.basis(shell),
        link=asked.link("scale", found.settings.params),
    )


def _says(shell: Shell, found: Scaled) -> list[str]:
    _ = shell.translate
    changed, n = found.changed, len(found.counties)
    if not changed:
        return [_("{n} 个县换成六边形来看，等级都不变：结论不取决于按县还是按六边形划分。").format(n=n)]
    names = words.joined([one.name for one in changed[:NAMED]], shell.language)
    return [
        _("{n} 个县中有 {k} 个，换成六边形来看，多数地方的等级和县的等级不同：{names}。").format(
            n=n, k=len(changed), names=names + (" …" if len(changed) > NAMED else "")
        ),
        _("同样的项目，换一个面积单位，颜色就变：这些县的深浅不能单独当作结论。"),
    ]


def _classes(shell: Shell) -> list[str]:
    _ = shell.translate
    return [_("没有"), _("不到 1"), "1–5", "5–20", _("20 及以上")]


def _counties(shell: Shell, found: Scaled) -> Table:
    _ = shell.translate
    classes = _classes(shell)
    columns = (
        Column("county", _("县（市、区）")),
        Column("code", _("代码"), secondary=True),
        Column("records", _("记录")),
        Column("area_km2", _("面积"), "km²", digits=0, secondary=True),
        Column("density", _("每千平方公里"), digits=2),
        Column("class", _("县的等级")),
        Column("usual", _("多数六边形")),
        Column("remark", _("须注意")),
    )
    rows = tuple(
        (
            one.name,
            one.code,
            one.records,
            one.km2,
            one.density,
            classes[one.of_class],
            None if one.usual is None else classes[one.usual],
            _remark(shell, one),
        )
        for one in found.counties
    )
    return Table("counties", _("各县"), columns, rows)


def _remark(shell: Shell, one: CountyScale) -> str:
    _ = shell.translate
    if one.usual is None:
        return _("没有六边形的中心落在县内，不比较")
    return _("等级不同") if one.changes else ""


def _cells(shell: Shell, found: Scaled) -> Table:
    """Return the hexagons, drawn and in the files, listed on demand."""
    _ = shell.translate
    names = {one.code: one.name for one in found.counties}
    classes = _classes(shell)
    columns = (
        Column("county", _("县（市、区）")),
        Column("cell", _("六边形（H3 编号）")),
        Column("records", _("记录")),
        Column("density", _("每千平方公里"), digits=2),
        Column("class", _("等级")),
    )
    rows = tuple(
        (names[one.county], one.id, one.records, one.density, classes[one.of_class]) for one in found.cells
    )
    look = Look(
        "fill",
        tuple(ClassSign(title, colour) for title, colour in zip(classes, COLOURS, strict=True)),
        tuple(one.of_class for one in found.cells),
        "county",
        "density",
        title=_("每千平方公里的记录"),
    )
    drawn = look if rows else None
    return Table(
        "hexagons", _("六边形"), columns, rows, tuple(one.polygon for one in found.cells), drawn, folded=True
    )
