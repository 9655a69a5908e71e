"""The page *Monthly dispatch*: what is overdue, not updated, falls due, by whom and by written rule."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.errors import AtlasError
from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import Light, Reference, rule
from projects.lifecycle.ports import By, Summary
from views import marks, words
from views.lifecycle import address, clashes_part, rows_part, steps_part, style, years_part
from views.lifecycle.dispatch_export import draw as draw_export
from views.map import filters
from views.notices import notice
from views.shell import Shell, guarded

SECTIONS: Final = ("lights", "steps", "clashes", "classes", "keys")
"""What the page shows below its figures, one at a time: each asks the database its own questions only."""


def draw(shell: Shell) -> None:
    """Draw the whole page."""
    _ = shell.translate
    style.draw()
    for found in address.take_over(shell):
        notice(words.param_issue(found, _))
    chosen = filters.ahead(shell)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="dispatch-head"):
        st.html(element("h2", escape(_("月调度")), class_="atlas-title"), width="content")
        when = _when(shell)
        by = _by(shell)
        guarded(lambda: draw_export(shell, chosen, when), _)
    filters.draw_chips(shell, chosen)
    counted = _asked(shell, chosen, when, by)  # counted while the choices of the filter are
    with st.sidebar:
        filters.draw_filters(shell)
    guarded(lambda: _body(shell, chosen, when, by, counted), _)
    with st.expander(_("灯和数字的规则")):
        st.html(element("ul", *(element("li", escape(s)) for s in rule(shell.language)), class_="atlas-rule"))
    address.write(shell, chosen)


def _asked(shell: Shell, chosen: ProjectFilter, when: Reference, by: By) -> Summary | None:
    """Return the summary, None for one that failed: it is asked again where the reason can be told."""
    with suppress(AtlasError):
        return shell.schedule.summary(chosen, when, by)
    return None


def _body(shell: Shell, chosen: ProjectFilter, when: Reference, by: By, asked: Summary | None) -> None:
    _ = shell.translate
    found = asked or shell.schedule.summary(chosen, when, by)
    _headline(shell, when, found)
    section = _section(shell)
    if not found.total.projects:
        notice(_("没有记录符合全部条件。请去掉一两个条件，或点“清除全部条件”。"), "info")
        return
    if section == "lights":
        rows_part.draw(shell, chosen, when, found, by)
    elif section == "steps":
        steps_part.draw(shell, chosen, when, found, by)
    elif section == "clashes":
        clashes_part.draw(shell, chosen, when)
    elif section == "classes":
        years_part.draw_classes(shell, chosen)
    else:
        years_part.draw_keys(shell, chosen)


def _when(shell: Shell) -> Reference:
    """Draw the reference day; a day of the past is held against what the library says today."""
    _ = shell.translate
    key = address.key("day")
    st.session_state.setdefault(key, address.day())
    day = st.date_input(
        _("参照日"),
        key=key,
        format="YYYY-MM-DD",
        width=150,
        help=_("默认今天。换成别的日子时，仍按库里现在的内容计算。"),
    )
    found = day or address.today()
    address.put(day="" if found == address.today() else found.isoformat())
    return Reference(found, shell.settings.dispatch_day)


def _by(shell: Shell) -> By:
    _ = shell.translate
    titles: Mapping[str, str] = {
        str(By.UNIT): _("按单位"),
        str(By.COUNTY): _("按县"),
        str(By.LEAD): _("按牵头部门"),
    }
    key = address.key("by")
    st.session_state.setdefault(key, address.one_of("by", titles))
    found = st.segmented_control(
        _("按什么汇总"),
        list(titles),
        key=key,
        format_func=titles.__getitem__,
        label_visibility="collapsed",
        required=True,
        on_change=address.switched,
    )
    address.put(by=str(found or By.UNIT))
    return By(found or By.UNIT)


def _section(shell: Shell) -> str:
    _ = shell.translate
    titles = {
        "lights": _("亮灯"),
        "steps": _("步骤和记录"),
        "clashes": _("矛盾"),
        "classes": _("年度类别"),
        "keys": _("重点名单"),
    }
    key = address.key("show")
    st.session_state.setdefault(key, address.one_of("show", titles))
    found = st.segmented_control(
        _("看什么"),
        list(SECTIONS),
        key=key,
        format_func=titles.__getitem__,
        label_visibility="collapsed",
        required=True,
        on_change=address.switched,
    )
    address.put(show=str(found or "lights"))
    return str(found or "lights")


def _headline(shell: Shell, when: Reference, found: Summary) -> None:
    """Draw the figures; unknown stands apart and is never “on time”."""
    _, total = shell.translate, found.total
    active = total.projects - total.over
    tiles = [
        marks.tile(
            f"{total.reported:,} / {active:,}",
            _("报过日期的项目"),
            _("{n} 个没报过，是未知，不是按期").format(n=f"{total.never_reported:,}"),
            hot=total.never_reported > 0,
        ),
        marks.tile(
            f"{total.overdue_steps:,}",
            _("逾期步骤"),
            _("{n} 个项目，最长 {days} 天").format(
                n=f"{total.overdue_projects:,}", days=f"{total.worst_days:,}"
            ),
            hot=total.overdue_steps > 0,
        ),
        marks.tile(
            f"{total.due[0]:,}",
            _("30 天内到期"),
            _("60 天内 {b}，90 天内 {c}").format(b=f"{total.due[1]:,}", c=f"{total.due[2]:,}"),
        ),
        marks.tile(
            f"{total.stale:,}",
            _("上次调度日（{day}）后未更新").format(day=when.last),
            _("其中漏报上一期 {n}").format(n=f"{total.missed:,}"),
        ),
        marks.tile(f"{total.never_filed:,}", _("从未填报"), _("随文件入库，单位没动过")),
        marks.tile(f"{total.over:,}", _("已结束"), _("退库或已投产，不再调度")),
    ]
    st.html(marks.tiles(tiles))
    if any(total.lights.get(one) for one in Light):
        st.html(element("p", rows_part.lights(total, shell.language), class_="atlas-sum"))
