"""Small pieces of the dispatch: lights, days, links to records, page links; words for kinds and steps."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from layers.html import element, escape
from projects.codes import MILESTONE_ZH, MilestoneCode
from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import LIGHT_SIGN, Doubt, Light, doubt, light_words
from projects.lifecycle.ports import Item, Kind
from projects.lifecycle.steps import StepState
from views import marks, ways, words
from views.i18n import Translate
from views.lifecycle import address
from views.shell import Shell

PAGE = 50
MADE_UP = ("demo", "modelled")


def light(one: Light, language: str, more: str = "") -> str:
    """Return a light as HTML: colour, shape and word together."""
    text = f"{LIGHT_SIGN[one]} {light_words(one, language)}{more}"
    return element("span", escape(text), class_=f"atlas-light atlas-light-{one}")


def step_name(code: MilestoneCode, _: Translate) -> str:
    """Return what a step is called."""
    return _(MILESTONE_ZH[code])


def step_words(item: Item, _: Translate) -> str:
    """Return a step with the office's own name of it."""
    name = step_name(item.step, _) if item.step else ""
    return f"{name}（{item.title}）" if item.title and item.title != name else name


def step_state(state: StepState, _: Translate) -> str:
    """Return where a step stands."""
    return {
        StepState.DONE: _("已完成"),
        StepState.PLANNED: _("已计划"),
        StepState.OVERDUE: _("逾期"),
        StepState.UNKNOWN: _("未知"),
    }[state]


def stage(item: Item, _: Translate) -> str:
    """Return the stage of a record as HTML, marked where its overdue step may not be what it seems."""
    found = doubt(item.stage, item.step, item.days_late)
    if found is None:
        return escape(_(item.stage))
    told = {
        Doubt.UNFILLED: _("多半漏填实际日期"),
        Doubt.SUSPENDED: _("停缓建，仍按所报计划计"),
    }[found]
    words_and_mark = (escape(_(item.stage)), " ", marks.tag(told, "notice"))
    return element("span", *words_and_mark, style="white-space: normal")


def kind_title(kind: Kind, _: Translate) -> str:
    """Return what a list of details is called."""
    return {
        Kind.OVERDUE: _("逾期步骤"),
        Kind.DUE_30: _("30 天内到期"),
        Kind.DUE_60: _("60 天内到期"),
        Kind.DUE_90: _("90 天内到期"),
        Kind.STALE: _("上次调度日后未更新"),
        Kind.MISSED: _("漏报上一期"),
        Kind.NEVER_FILED: _("从未填报"),
        Kind.NEVER_REPORTED: _("没有报过日期"),
    }[kind]


def day(found: date | None) -> str:
    """Return a day, a dash for unknown.

    >>> day(date(2026, 3, 5)), day(None)
    ('2026-03-05', '—')
    """
    return found.isoformat() if found else "—"


def filed(item: Item, _: Translate) -> str:
    """Return when an office last wrote a record."""
    return marks.when(item.filed_at)[:10] if item.filed_at else _("从未填报")


def record(shell: Shell, key: str, name: str, basis: str) -> str:
    """Return a record as a link to its card, its form for those who file, and a mark when it is made up."""
    parts = [
        ways.anchor(shell, name, ways.MAP, id=key),
        " ",
        element("span", escape(key), class_="atlas-where"),
    ]
    if shell.identity.edits:
        parts += [" ", ways.anchor(shell, shell.translate("填"), "edit", id=key)]
    if basis in MADE_UP:
        parts.append(element("span", escape(words.basis(basis, shell.translate)), class_="atlas-basis"))
    return "".join(parts)


def pages(shell: Shell, chosen: ProjectFilter, matched: int, size: int = PAGE) -> None:
    """Draw how many there are and the links to the pages before and after."""
    _ = shell.translate
    last = max(1, -(-matched // size))
    now = address.page_number(last)
    parts: list[str] = [escape(_("共 {n} 条，第 {p} / {all} 页").format(n=f"{matched:,}", p=now, all=last))]
    own = {name: address.held()[name] for name in ("show", "of", "list", "code", "class")}
    for label, target in ((_("上一页"), now - 1), (_("下一页"), now + 1)):
        if 1 <= target <= last:
            given = address.params(chosen, **own, p=str(target))
            parts.append(ways.anchor(shell, label, "dispatch", **given))
    st.html(element("p", "　".join(parts), class_="atlas-muted"))


def cell(text: str) -> str:
    """Return words for a table cell, escaped; long words may break."""
    return element("span", escape(text), style="white-space: normal")


def joined(parts: Sequence[str]) -> str:
    """Return parts that are not empty, in one line."""
    return " · ".join(part for part in parts if part)
