"""Hexagons and heat on the page: for looking around, with no claim about what is clustered."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from gis.errors import BadInput
from gis.hexagons import edge_km
from projects.analysis.clusters.browsing import (
    COUNT_BREAKS,
    MONEY_BREAKS,
    SIZES,
    Amount,
    Browse,
    Cell,
    Seen,
    Sight,
    classed,
    look,
    read,
)
from projects.analysis.exhibit import ClassSign, Column, Exhibit, Look, Parameter, Table
from projects.analysis.inputs import Placed
from projects.analysis.showing import PROJECT_ID
from projects.codes import Precision
from views import state, words
from views.analysis.clusters import words as said
from views.analysis.clusters.asked import ADDRESS, Asked
from views.analysis.exhibit import view as exhibit_view
from views.analysis.refusals.said import said as refused
from views.notices import notice
from views.shell import Shell

NAMES: Final = ("sight", "res", "sum")
HEAT: Final = "#D55E00"


def draw(shell: Shell, asked: Asked) -> None:
    """Draw settings and result."""
    settings = _settings(shell)
    placed = asked.placed(townships=settings.townships)
    try:
        found = asked.once(("browse", settings), lambda: look(placed, settings))
    except BadInput as error:
        notice(refused(error, shell.translate), "info")
        said.empty(shell, asked, placed)
        return
    exhibit_view.draw(shell, exhibit(shell, asked, placed, found), asked.chosen, key="clusters-browse")
    said.link_left_out(shell, asked, placed)


def _settings(shell: Shell) -> Browse:
    _ = shell.translate
    held = read(ADDRESS.held())[0]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="browse-settings"):
        _choice("sight", str(held.sight), {"hexagons": _("六边形"), "heat": _("热力")}, _("画法"))
        _choice("sum", str(held.amount), {"records": _("记录数"), "money": _("已知投资")}, _("合计"))
        if read(ADDRESS.held())[0].sight is Sight.HEXAGONS:
            _size(shell, held.resolution)
    return read(ADDRESS.held())[0]


def _choice(name: str, value: str, titles: Mapping[str, str], label: str) -> None:
    state.sync_captions(ADDRESS.key(name), {titles[value]: value})
    ADDRESS.widget(
        name,
        value,
        lambda key: st.segmented_control(
            label, list(titles), key=key, format_func=titles.__getitem__, required=True
        ),
    )


def _size(shell: Shell, value: int) -> None:
    """Draw the choice of the cells' size, as the length of an edge."""
    _ = shell.translate
    titles = {n: _("边长约 {km} 公里").format(km=_km(n)) for n in SIZES}
    state.sync_captions(ADDRESS.key("res"), {titles[value]: value})
    ADDRESS.widget(
        "res",
        value,
        lambda key: st.selectbox(
            _("六边形大小"), list(titles), key=key, format_func=titles.__getitem__, width=200
        ),
    )


def _km(resolution: int) -> str:
    return f"{edge_km(resolution):.2g}"


def exhibit(shell: Shell, asked: Asked, placed: Placed, found: Seen) -> Exhibit:
    """Return what is drawn, as sentences, table and map."""
    _ = shell.translate
    hexagons = found.settings.sight is Sight.HEXAGONS
    return Exhibit(
        key="clusters-browse",
        title=_("六边形") if hexagons else _("热力"),
        says=tuple(_says(shell, found)),
        parameters=_parameters(shell, found),
        caveats=tuple(_caveats(shell, placed, found)),
        tables=(_cells(shell, found) if hexagons else _points(shell, placed, found),),
        data_date=asked.day,
        sources=(_("项目库中符合条件、有位置的记录"),),
        basis=said.basis(shell),
        link=asked.link("browse", found.settings.params),
    )


def _says(shell: Shell, found: Seen) -> list[str]:
    _ = shell.translate
    shown = _("画出 {n} 条有位置的记录，{money}。").format(
        n=f"{len(found.rows):,}", money=said.amount(shell, found.money)
    )
    return [shown, _("只供浏览：颜色深不等于显著集聚，换一个大小图就不同。要判断，请看“密集群”和“比率”。")]


def _parameters(shell: Shell, found: Seen) -> tuple[Parameter, ...]:
    _ = shell.translate
    settings = found.settings
    summed = _("已知投资（万元）") if settings.amount is Amount.MONEY else _("记录数")
    size = _("H3 第 {n} 级，边长约 {km} 公里").format(n=settings.resolution, km=_km(settings.resolution))
    cells = (Parameter("resolution", _("六边形大小"), size),) if settings.sight is Sight.HEXAGONS else ()
    return (Parameter("sum", _("合计"), summed), *cells)


def _caveats(shell: Shell, placed: Placed, found: Seen) -> list[str]:
    _ = shell.translate
    coarse = sum(int(placed.precision[row]) == Precision.TOWNSHIP for row in found.rows)
    townships = _("其中 {n} 条只知道到乡镇，画在乡镇参考点上，不是项目所在地。").format(n=f"{coarse:,}")
    unknown = found.money.of - found.money.known
    money = _("{n} 条投资额未知，不计入合计（不是零）。").format(n=f"{unknown:,}")
    lines = (
        said.left_out(shell, placed),
        townships if coarse else "",
        money if found.settings.amount is Amount.MONEY and unknown else "",
        said.named(shell),
    )
    return [line for line in lines if line]


def _cells(shell: Shell, found: Seen) -> Table:
    _ = shell.translate
    money = found.settings.amount is Amount.MONEY
    cells = sorted(found.cells, key=lambda cell: (-_value(cell, money), cell.id))
    columns = (
        Column("cell", _("六边形（H3 编号）")),
        Column("records", _("记录")),
        Column("leading", _("最多的类别")),
        Column("investment_wan", _("已知投资合计"), _("万元")),
        Column("investment_known", _("投资已知 / 共"), secondary=True),
        Column(PROJECT_ID, _("成员")),
    )
    rows = tuple(
        (
            cell.id,
            len(cell.ids),
            said.categories(shell, cell.leading),
            cell.money.total,
            said.money(cell.money),
            ",".join(cell.ids),
        )
        for cell in cells
    )
    breaks = MONEY_BREAKS if money else COUNT_BREAKS
    look = Look(
        "fill",
        tuple(
            ClassSign(title, colour)
            for title, colour in zip(_classes(shell, money), said.HEXAGONS, strict=True)
        ),
        tuple(
            None if money and cell.money.total is None else classed(_value(cell, money), breaks)
            for cell in cells
        ),
        "leading",
        "investment_wan" if money else "records",
        title=_("已知投资（万元）") if money else _("记录数"),
        unknown=_("投资额都未知"),
    )
    return Table(
        "hexagons", _("六边形"), columns, rows, tuple(cell.polygon for cell in cells), look, folded=True
    )


def _value(cell: Cell, money: bool) -> float:
    return float(cell.money.total or 0) if money else len(cell.ids)


def _classes(shell: Shell, money: bool) -> list[str]:
    """Return the words of the fixed classes."""
    _ = shell.translate
    if not money:
        return ["1", "2–4", "5–9", "10–19", _("20 及以上")]
    return [_("不到 1,000"), "1,000–9,999", "10,000–49,999", "50,000–199,999", _("200,000 及以上")]


def _points(shell: Shell, placed: Placed, found: Seen) -> Table:
    _ = shell.translate
    money = found.settings.amount is Amount.MONEY
    columns = (
        Column(PROJECT_ID, _("编号")),
        Column("name", _("名称")),
        Column("category", _("类别")),
        Column("strength", _("投资（万元）") if money else _("记录数")),
    )
    rows = tuple(
        (
            placed.ids[row],
            placed.names[row],
            words.category(placed.category[row], _),
            placed.investment[row] if money else 1,
        )
        for row in found.rows
    )
    look = Look(
        "heat", (ClassSign(_("密"), HEAT),), (0,) * len(rows), "name", "strength", title=_("热力（只供浏览）")
    )
    points = tuple({"type": "Point", "coordinates": placed.lonlat[row].tolist()} for row in found.rows)
    return Table("heat", _("画出的记录"), columns, rows, points, look, folded=True)
