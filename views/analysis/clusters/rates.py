"""Rates of counties on the page: ranked with exact intervals; tests only where there are enough counties."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import streamlit as st

from gis.errors import BadInput
from gis.geojson import geometry_member
from gis.statistics import Power
from projects.analysis.clusters.ranking import Paint, Ranking, Rates, rank, read
from projects.analysis.exhibit import Exhibit
from projects.analysis.universe import BELOW_COUNTY, counted, with_neighbours
from views import state, values
from views.analysis.clusters import rates_tables as tables
from views.analysis.clusters import rates_words as told
from views.analysis.clusters import words as said
from views.analysis.clusters.asked import ADDRESS, Asked
from views.analysis.clusters.rates_words import Accounts
from views.analysis.exhibit import view as exhibit_view
from views.analysis.refusals.said import said as refused
from views.notices import notice
from views.shell import Shell

NAMES: Final = ("per", "among", "paint")


class Result(NamedTuple):
    """The ranking, what became of every record of the filter, boundaries by code (GeoJSON)."""

    ranking: Ranking
    accounts: Accounts
    shapes: Mapping[str, Any]


def draw(shell: Shell, asked: Asked) -> None:
    """Draw settings and result."""
    settings = _settings(shell)
    if any(name in BELOW_COUNTY for name in asked.chosen.to_params()):
        # What such a filter leaves is a part of each county: its rate would be nobody's.
        notice(
            shell.translate(
                "条件中有乡镇、功能区或选集，只留下各县的一部分记录，不能算作全县的比率。请去掉这一条件。"
            ),
            "info",
        )
        return
    try:
        result = asked.once(("rates", settings.per, settings.among), lambda: _rank(asked, settings))
    except BadInput as error:
        notice(refused(error, shell.translate), "info")
        return
    paint = _paint(shell, result.ranking)
    exhibit_view.draw(shell, exhibit(shell, asked, result, paint), asked.chosen, key="clusters-rates")


def _settings(shell: Shell) -> Rates:
    _ = shell.translate
    held = read(ADDRESS.held())[0]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="rates-settings"):
        _choice("per", str(held.per), told.per_names(_), _("按什么人口"))
        _choice("among", str(held.among), told.among_names(_), _("哪些县"))
    return read(ADDRESS.held())[0]


def _choice(name: str, value: str, titles: Mapping[str, str], label: str) -> None:
    state.sync_captions(ADDRESS.key(name), {titles[value]: value})
    ADDRESS.widget(
        name,
        value,
        lambda key: st.selectbox(label, list(titles), key=key, format_func=titles.__getitem__, width=280),
    )


def _paint(shell: Shell, found: Ranking) -> Paint:
    """Draw the choice of what the map shows, as far as there is one."""
    _ = shell.translate
    titles = {str(Paint.RATE): _("比率")}
    if found.tests is not None:
        titles[str(Paint.MORAN)] = _("局部莫兰")
        if found.tests.hot is not None:
            titles[str(Paint.GI)] = _("热点（Gi*）")
    held = ADDRESS.held()["paint"]
    if len(titles) == 1:
        return Paint.RATE
    value = held if held in titles else str(Paint.RATE)
    _choice("paint", value, titles, _("地图显示"))
    return Paint(ADDRESS.held()["paint"])


def _rank(asked: Asked, settings: Rates) -> Result:
    """Return the ranking and what became of every record of the filter."""
    found = asked.universe(settings.among)
    wide = with_neighbours(asked.chosen)
    areas = asked.areas(settings.among, ring=True)
    counts = counted(asked.counts())
    around = counted(asked.counts(wide)) if wide is not None and not areas.inside.all() else {}
    inside = {code for code, held in zip(areas.codes, areas.inside.tolist(), strict=True) if held}
    everywhere = {
        code: counts.get(code, 0) if code in inside else around.get(code, 0) for code in areas.codes
    }
    result = rank(areas, everywhere, settings, ring=wide is not None)
    others = {code: n for code, n in counts.items() if code not in inside}
    wider = sum(one.total for one in asked.counts()) - sum(counts.values())
    nowhere = asked.matched - sum(counts.values()) - wider
    accounts = Accounts(others, wider, nowhere, found.scope, areas.census_year)
    return Result(result, accounts, _shapes(result))


def _shapes(found: Ranking) -> dict[str, Any]:
    return {code: geometry_member(polygon) for code, polygon in zip(found.codes, found.polygons, strict=True)}


def exhibit(shell: Shell, asked: Asked, result: Result, paint: Paint) -> Exhibit:
    """Return rates, and tests where there are any, as sentences, tables and map."""
    _ = shell.translate
    found, accounts, shapes = result
    settings = found.settings
    census = _("第七次全国人口普查（{year} 年）常住人口").format(year=accounts.census_year or "—")
    return Exhibit(
        key="clusters-rates",
        title=_("各县比率") if found.power is Power.RANKED else _("各县比率与显著性"),
        says=tuple(told.says(shell, found)),
        parameters=told.parameters(shell, found),
        caveats=tuple(told.caveats(shell, found, accounts)),
        tables=tuple(
            table
            for table in (
                tables.ranked(shell, found, shapes, paint),
                tables.local_statistics(shell, found),
                tables.others(shell, accounts, lambda code: values.area_name(shell, code)),
            )
            if table is not None
        ),
        data_date=asked.day,
        sources=(_("项目库中符合条件、知道所在县的记录"), census),
        basis=said.basis(shell),
        link=asked.link("rates", Rates(settings.per, settings.among, paint).params),
    )
