"""「周一清单」: what each unit is asked for this week, who was sent it, who has answered."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.errors import UnknownRecord
from projects.rounds import RoundHead
from views import marks, office_style
from views.notices import notice
from views.rounds import ordering, sheets_part
from views.rounds.address import ADDRESS, number, open_round
from views.shell import Shell, guarded
from views.state import get_filter

PAGE: Final = 20
STYLE: Final = """<style>
.atlas-rounds td:nth-child(n+3):nth-child(-n+7), .atlas-rounds th:nth-child(n+3):nth-child(-n+7) {
  text-align: right; font-variant-numeric: tabular-nums; }
.atlas-rounds th { width: auto !important; white-space: nowrap; }
.atlas-rounds td:first-child { min-width: 9em; }
.atlas-rounds td:nth-child(n+8) { min-width: 11em; }
</style>"""


def draw(shell: Shell) -> None:
    """Draw the form or the work under way, the open round, and the earlier ones."""
    _ = shell.translate
    office_style.draw()
    st.html(STYLE)
    ADDRESS.take_over(shell)
    st.html(
        element("h2", escape(_("周一清单")), class_="atlas-title")
        + element("p", escape(_said(shell)), class_="atlas-muted")
    )
    if shell.identity.reviews:
        guarded(lambda: ordering.draw(shell), _)
    guarded(lambda: _rounds(shell), _)
    ADDRESS.write(shell, get_filter())


def _said(shell: Shell) -> str:
    _ = shell.translate
    told = _("每个单位一份预填的工作簿，首页写明缺什么、什么逾期、哪里矛盾；上传即记为报回。")
    if not shell.identity.reviews:
        return told
    weekly = shell.settings.monday_list
    when = _("定时制作：{when}（北京时间）。").format(when=weekly) if weekly else _("没有开启定时制作。")
    return f"{told}{when}"


def _rounds(shell: Shell) -> None:
    _ = shell.translate
    pages = _offset()
    heads = shell.rounds.rounds(limit=PAGE + 1, offset=pages * PAGE)
    if not heads:
        notice(_("还没有做过周一清单。"), "info")
        return
    opened = _opened(shell, heads)
    with st.container(border=True, key="rounds-open"):
        st.html(element("p", escape(line(opened, shell)), class_="atlas-rowhead"))
        if opened.note:
            st.html(element("p", escape(opened.note), class_="atlas-muted"))
        guarded(lambda: sheets_part.draw(shell, opened, shell.rounds.sheets(opened.id)), _)
    _earlier(shell, [head for head in heads[:PAGE] if head.id != opened.id])
    _turn(shell, pages, more=len(heads) > PAGE)


def _offset() -> int:
    return max((number("p") or 1) - 1, 0)


def _opened(shell: Shell, heads: Sequence[RoundHead]) -> RoundHead:
    """Return the round that the address names, else the newest."""
    asked = number("round")
    if asked is None:
        return heads[0]
    found = next((head for head in heads if head.id == asked), None)
    if found is not None:
        return found
    try:
        return shell.rounds.head(asked)
    except UnknownRecord:
        ADDRESS.put(round="")
        notice(shell.translate("没有第 {n} 号清单，或它不在您的范围内。").format(n=asked))
        return heads[0]


def line(head: RoundHead, shell: Shell) -> str:
    """Return a round in one line: number, when, by whom, how much came back."""
    _ = shell.translate
    who = _("定时") if head.scheduled_for else head.made_by
    made_up = ""
    if head.scheduled_for and head.scheduled_for != head.made_on:
        made_up = _("（补做 {day} 的）").format(day=head.scheduled_for)
    return _("{id} 号 · {when} · {who}{made_up} · 报回 {back} / {all}").format(
        id=head.id,
        when=marks.when(head.made_at),
        who=who,
        made_up=made_up,
        back=head.returned,
        all=head.sheets,
    )


def _earlier(shell: Shell, heads: Sequence[RoundHead]) -> None:
    if not heads:
        return
    _ = shell.translate
    st.html(element("h3", escape(_("其他各次")), class_="atlas-heading"))
    for head in heads:
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key=f"round-line-{head.id}"
        ):
            st.button(_("打开"), key=f"round-open-{head.id}", on_click=open_round, args=(head.id,))
            st.html(escape(line(head, shell)), width="content")


def _turn(shell: Shell, page: int, *, more: bool) -> None:
    """Draw the ways to newer and older rounds."""
    _ = shell.translate
    if not page and not more:
        return
    with st.container(horizontal=True, gap="small", key="rounds-turn"):
        if page:
            st.button(_("较新的"), key="rounds-newer", on_click=_go, args=(page,))
        if more:
            st.button(_("较早的"), key="rounds-older", on_click=_go, args=(page + 2,))


def _go(page: int) -> None:
    ADDRESS.put(p=str(page) if page > 1 else "", round="")
