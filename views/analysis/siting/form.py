"""The settings of the siting page: a question, then only what that question needs; all of it in the link."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import streamlit as st

from layers.html import clean_text
from projects.analysis.demand import Weight
from projects.analysis.inputs import LayerInfo, LayerKind
from projects.analysis.siting import settings as siting_settings
from projects.analysis.siting.settings import (
    DETOURS,
    GRID,
    MOST_SITES,
    TOWNSHIPS,
    Kept,
    Question,
    Settings,
    text_of,
)
from views import words
from views.analysis.siting import words as siting_words
from views.analysis.siting.asked import ADDRESS, LAYERS
from views.notices import notice
from views.plain import plain
from views.shell import Shell

NUMBERED: Final = (Question.COVERAGE, Question.CAPACITY, Question.MEDIAN, Question.CENTER)


def taken_over(shell: Shell, layers: Sequence[LayerInfo]) -> Settings:
    """Return the settings of the address; what cannot be used is said, and the usual value taken."""
    _ = shell.translate
    settings, issues = siting_settings.read(ADDRESS.held())
    for found in issues:
        notice(words.param_issue(found, _))
        ADDRESS.replace(**{found.name: ""})
    gone = [name for name in LAYERS if _gone(getattr(settings, name), LAYERS[name], layers)]
    for name in gone:
        said = _("链接里的图层 {layer} 不在了，或没有给您使用，改用通常的设置。")
        notice(said.format(layer=getattr(settings, name)))
        ADDRESS.replace(**{name: ""})
    return siting_settings.read(ADDRESS.held())[0]


def _gone(value: str, kinds: Sequence[LayerKind], layers: Sequence[LayerInfo]) -> bool:
    return value.isdecimal() and all(one.id != int(value) or one.kind not in kinds for one in layers)


def draw(shell: Shell, settings: Settings, layers: Sequence[LayerInfo]) -> Settings:
    """Draw the widgets and return what they say."""
    _ = shell.translate
    with st.container(border=True, key="siting-settings", gap="small"):
        first, second, third = st.columns(3, gap="medium")
        with first:
            ask = Question(_select("ask", _("求什么"), settings.ask, _questions(shell)))
            _select("build", _("建什么"), settings.build, _categories(shell))
        with second:
            _km("km", _("服务距离（公里）"), settings.km, (0.1, 500.0))
            _amounts(shell, settings, ask)
        with third:
            _select("sites", _("建在哪些候选点"), settings.sites, _places(shell, "sites", layers))
            people = _select("people", _("为谁选"), settings.people, _places(shell, "people", layers))
        with st.expander(_("更多条件"), expanded=False, icon=":material/tune:"):
            _more(shell, settings, layers, people)
    settings, issues = siting_settings.read(ADDRESS.held())
    for found in issues:
        said = _("“{value}”不能用：请填 0 以上的数，金额以万元计。这一项先不计。")
        notice(said.format(value=found.value))
        ADDRESS.put(**{found.name: ""})  # out of the link; what was typed stays in its field
    return settings


def _amounts(shell: Shell, settings: Settings, ask: Question) -> None:
    """Draw the number, the budget or the rooms that a question needs."""
    _ = shell.translate
    if ask in NUMBERED:
        _number("n", _("新建几处"), settings.n, (1, MOST_SITES))
    if ask is Question.CAPACITY:
        label = _("每处服务多少人（名单没有写的）")
        _number("room", label, settings.room, (0, 100_000_000))
    if ask is Question.BUDGET:
        _money("money", _("总预算（万元）"), settings.money)
        _money("each", _("每处造价（万元，名单没有写的）"), settings.each)


def _more(shell: Shell, settings: Settings, layers: Sequence[LayerInfo], people: str) -> None:
    _ = shell.translate
    first, second, third = st.columns(3, gap="medium")
    with first:
        choices = {str(one): siting_words.kept(one, _) for one in Kept}
        _select("kept", _("哪些算已有设施"), settings.kept, choices)
        townships = people == TOWNSHIPS
        counts = [one for one in Weight if townships or one is not Weight.VILLAGES]
        held = settings.count if settings.count in counts else Weight.PLACES
        _select("count", _("数什么"), held, {str(one): siting_words.counted(one, _) for one in counts})
    with second:
        _km("apart", _("两处至少相隔（公里）"), settings.apart, (0.0, 100.0))
        _select("ban", _("禁建范围"), settings.ban, _places(shell, "ban", layers))
    with third:
        roads = _select("roads", _("路程"), settings.roads, _places(shell, "roads", layers))
        if not roads:
            factors = {text_of(one): f"× {text_of(one)}" for one in DETOURS}
            _select("detour", _("绕行系数（直线）"), text_of(settings.detour), factors)
        if ADDRESS.held()["sites"] == GRID:
            _km("grid", _("网格间距（公里）"), settings.grid, (0.2, 100.0))


def _questions(shell: Shell) -> Mapping[str, str]:
    return {str(one): siting_words.question(one, shell.translate) for one in Question}


def _categories(shell: Shell) -> Mapping[str, str]:
    return {code: words.category(code, shell.translate) for code in words.CATEGORY_ORDER}


def _places(shell: Shell, name: str, layers: Sequence[LayerInfo]) -> Mapping[str, str]:
    """Return what a setting may name: what is always there, then the layers of its kinds."""
    _ = shell.translate
    always = {
        "people": {TOWNSHIPS: _("乡镇驻地（没有更细的数据时）")},
        "sites": {TOWNSHIPS: _("乡镇驻地"), GRID: _("网格")},
        "ban": {"": _("没有")},
        "roads": {"": _("直线距离")},
    }[name]
    fitting = {str(one.id): one.name for one in layers if one.kind in LAYERS[name]}
    return {**always, **fitting}


# ---- widgets that hold a setting ----


def _select(name: str, label: str, held: object, choices: Mapping[str, str]) -> str:
    """Draw a choice and return its code."""
    codes = list(choices)
    value = str(held) if str(held) in choices else codes[0]

    def widget(key: str) -> Any:
        if st.session_state.get(key) not in choices:
            st.session_state[key] = value
        return st.selectbox(plain(label), codes, key=key, format_func=lambda code: clean_text(choices[code]))

    return str(ADDRESS.widget(name, value, widget))


def _number(name: str, label: str, held: int, limits: tuple[int, int]) -> None:
    low, high = limits

    def widget(key: str) -> Any:
        return st.number_input(plain(label), min_value=low, max_value=high, step=1, key=key)

    ADDRESS.widget(name, min(max(held, low), high), widget, lambda value: text_of(int(value)))


def _km(name: str, label: str, held: float, limits: tuple[float, float]) -> None:
    low, high = limits

    def widget(key: str) -> Any:
        return st.number_input(plain(label), min_value=low, max_value=high, step=0.5, format="%g", key=key)

    ADDRESS.widget(name, held, widget, lambda value: text_of(float(value)))


def _money(name: str, label: str, held: Decimal) -> None:
    """Draw an amount as text: money is never a float."""

    def widget(key: str) -> Any:
        return st.text_input(plain(label), key=key)

    ADDRESS.widget(name, text_of(held) if held else "", widget, _typed)


def _typed(text: object) -> str:
    return str(text).replace(",", "").replace("，", "").strip()
