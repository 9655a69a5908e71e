"""The settings of the coverage page as widgets; every one of them is a parameter of the link."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import streamlit as st

from layers.html import clean_text
from projects.analysis.coverage.choosing import (
    BED_CHOICES,
    DETOURS,
    USUAL,
    By,
    CoverageSettings,
    Decay,
    See,
    Shaded,
    Show,
    Supply,
    settings_of,
    texts,
)
from projects.analysis.coverage.reach import MODES
from projects.analysis.demand import Weight
from projects.analysis.inputs import LayerInfo, LayerKind
from projects.codes import CATEGORY_ZH, Category
from projects.filters import ParamIssue, ProjectFilter
from views.analysis.coverage.circles import mode_words
from views.analysis.coverage.people import shaded_words
from views.analysis.coverage.words import decay_words, supply_words
from views.notices import notice
from views.own_address import OwnAddress
from views.shell import Shell

ADDRESS: Final = OwnAddress("coverage", {**USUAL, "job": ""})
CARE_KINDS: Final = (
    Category.HOSPITAL,
    Category.VILLAGE_CLINIC,
    Category.ELDERLY_CARE,
    Category.TCM,
    Category.HEALTH_MANAGEMENT,
)
"""Categories that people have to reach, offered first; the others follow."""
PLACES: Final = (LayerKind.SETTLEMENTS, LayerKind.POPULATION)


def take_over(shell: Shell) -> list[ParamIssue]:
    """Take filter and settings from a new address; what cannot be used is usual again, and told."""
    issues = ADDRESS.take_over(shell)
    found, own = settings_of(ADDRESS.held())
    if own:
        usual = {issue.name: USUAL[issue.name] for issue in own}
        ADDRESS.replace(**usual)
    known = texts(found)
    ADDRESS.put(**{name: known[name] for name in USUAL if name not in {issue.name for issue in own}})
    return [*issues, *own]


def held() -> CoverageSettings:
    """Return the settings as they are held now."""
    return settings_of(ADDRESS.held())[0]


def choose_part(shell: Shell) -> Show:
    """Draw the switch between the parts of the page."""
    _ = shell.translate
    titles = {
        Show.PEOPLE: _("人均"),
        Show.MATRIX: _("类别 × 县"),
        Show.CLINICS: _("村卫生室"),
        Show.REACH: _("距离"),
    }
    return Show(_switch("show", _("看什么"), titles, held().show))


def choose_reach(shell: Shell) -> See:
    """Draw the switch between the parts of the part on distances."""
    _ = shell.translate
    titles = {
        See.BANDS: _("到得了吗"),
        See.FACILITIES: _("归哪个机构"),
        See.ACCESS: _("人均供给"),
        See.CIRCLES: _("分钟圈"),
        See.CARE: _("养老到医院"),
    }
    return See(_switch("see", _("看哪一种"), titles, held().see))


def _switch(name: str, label: str, titles: Mapping[Any, str], value: Any) -> str:
    return str(
        ADDRESS.widget(
            name,
            str(value),
            lambda key: st.segmented_control(
                label,
                [str(one) for one in titles],
                key=key,
                format_func=lambda one: next(title for code, title in titles.items() if str(code) == one),
                label_visibility="collapsed",
                required=True,
            ),
        )
    )


def choose_people(shell: Shell) -> CoverageSettings:
    """Draw the settings of the part on counties."""
    _ = shell.translate
    left, right = st.columns(2)
    with left:
        _select("shaded", _("地图上的颜色"), [*Shaded], lambda one: shaded_words(Shaded(one), _))
    with right:
        _select("beds", _("数哪一类的床位"), [*BED_CHOICES], lambda one: _(CATEGORY_ZH[Category(one)]))
    return held()


def choose_distance(shell: Shell, chosen: ProjectFilter, layers: Sequence[LayerInfo]) -> CoverageSettings:
    """Draw the settings of a distance: what, for whom, how far, along what; return them."""
    _ = shell.translate
    left, middle, right = st.columns(3)
    if held().see is See.CARE:
        with left:
            _roads(shell, layers)
    else:
        with left:
            _facilities(shell, chosen)
        with middle:
            _places(shell, layers)
        with right:
            _roads(shell, layers)
    with st.expander(_("更多设置"), key="coverage-more"):
        _more(shell)
    return held()


def _facilities(shell: Shell, chosen: ProjectFilter) -> None:
    """Draw the categories of the facilities, unless the filter in the side bar names them already."""
    _ = shell.translate
    if chosen.category:
        names = "、".join(_(CATEGORY_ZH[one]) for one in chosen.category)
        st.text_input(_("机构类别（按左边的条件）"), names, disabled=True)
        return
    order = [str(one) for one in (*CARE_KINDS, *(one for one in Category if one not in CARE_KINDS))]
    ADDRESS.widget(
        "of",
        [str(one) for one in held().of],
        lambda key: st.multiselect(
            _("机构类别"), order, key=key, format_func=lambda one: _(CATEGORY_ZH[Category(one)])
        ),
        lambda found: ",".join(found) or USUAL["of"],
    )


def _places(shell: Shell, layers: Sequence[LayerInfo]) -> None:
    _ = shell.translate
    names = {0: _("乡镇政府驻地")} | {
        one.id: clean_text(_("{name}（{n} 处）").format(name=one.name, n=f"{one.used:,}"))
        for one in layers
        if one.kind in PLACES
    }
    _layer(shell, "demand", _("人在哪里"), names)
    words = {Weight.PEOPLE: _("数人口"), Weight.VILLAGES: _("数村（居）或地点")}
    _select("count", _("数什么"), [*words], lambda one: words[Weight(one)])


def _roads(shell: Shell, layers: Sequence[LayerInfo]) -> None:
    _ = shell.translate
    names = {0: _("直线距离")} | {
        one.id: clean_text(_("沿道路：{name}").format(name=one.name))
        for one in layers
        if one.kind is LayerKind.ROADS
    }
    key = _layer(shell, "roads", _("怎么量"), names)
    if key:
        words = {By.METRES: _("路程"), By.MINUTES: _("行车时间（按车速）")}
        _select("by", _("量什么"), [*words], lambda one: words[By(one)])
    _limit(shell, timed=bool(key) and held().by is By.MINUTES)


def _limit(shell: Shell, *, timed: bool) -> None:
    """Draw the distance that this part is about."""
    _, see = shell.translate, held().see
    if see is See.CIRCLES:
        _number("minutes", _("分钟"), 1.0, 240.0)
    elif timed:
        _number("minutes", _("标准（分钟）"), 1.0, 240.0)
    elif see is See.ACCESS:
        _number("catch", _("搜索半径（公里）"), 0.1, 300.0)
    else:
        _number("limit", _("标准（公里）"), 0.1, 300.0)


def _layer(shell: Shell, name: str, label: str, names: Mapping[int, str]) -> int:
    """Draw the choice of a layer; one that is not there (for this person) is the usual one, and told."""
    key = getattr(held(), name)
    if key not in names:
        said = shell.translate("链接里的图层 {layer} 不在了，或没有给您使用，改用通常的设置。")
        notice(said.format(layer=key))
        ADDRESS.replace(**{name: USUAL[name]})
    found = ADDRESS.widget(
        name,
        key if key in names else 0,
        lambda key: st.selectbox(label, list(names), key=key, format_func=names.__getitem__),
        lambda one: str(one or 0),
    )
    return int(found or 0)


def _more(shell: Shell) -> None:
    """Draw the settings that are seldom changed."""
    _, see = shell.translate, held().see
    columns = st.columns(3)
    with columns[0]:
        words = {"1": _("算在内"), "0": _("不算")}
        _select("edge", _("周边县的机构和人"), list(words), words.__getitem__)
        if held().roads and held().by is By.MINUTES:
            _number("pace", _("离路和无车速时的时速"), 1.0, 120.0)
    if see is See.ACCESS:
        with columns[1]:
            _select("decay", _("距离衰减"), [*Decay], lambda one: decay_words(Decay(one), _))
        with columns[2]:
            _select("supply", _("供给"), [*Supply], lambda one: supply_words(Supply(one), _))
    if see is See.CIRCLES:
        _circles(shell, columns)


def _circles(shell: Shell, columns: Sequence[Any]) -> None:
    _ = shell.translate
    with columns[1]:
        _select("detour", _("绕行系数"), [f"{one:g}" for one in DETOURS], lambda one: f"× {one}")
    with columns[2]:
        for mode, (low, high) in zip(MODES, ((1.0, 20.0), (3.0, 60.0), (5.0, 150.0)), strict=True):
            label = _("{mode}时速（公里）").format(mode=mode_words(mode, _))
            _number(mode, label, low, high)


def _select(name: str, label: str, options: Sequence[Any], words: Callable[[str], str]) -> None:
    known = [str(one) for one in options]
    value = ADDRESS.held()[name]
    ADDRESS.widget(
        name,
        value if value in known else known[0],
        lambda key: st.selectbox(label, known, key=key, format_func=words),
        lambda one: one or USUAL[name],
    )


def _number(name: str, label: str, low: float, high: float) -> None:
    ADDRESS.widget(
        name,
        float(getattr(held(), name)),
        lambda key: st.number_input(label, low, high, key=key, step=None, format="%g"),
        lambda one: f"{one:g}" if one is not None else USUAL[name],
    )
