"""The page *Funding*: what is known of a filter's money, what nobody has reported, and who should."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.codes import Basis
from projects.errors import AtlasError
from projects.money.sums import Division, Overview, Sums
from views import marks, words
from views.map import filters
from views.money import (
    figures,
    funding_gap,
    funding_lines,
    funding_map,
    funding_projects,
    funding_reported,
    style,
)
from views.money.asked import Asked
from views.money.funding_export import draw as draw_export
from views.notices import notice
from views.own_address import OwnAddress
from views.shell import Shell, guarded

SECTIONS: Final[Mapping[str, Callable[[Shell, Asked], None]]] = {
    "reported": funding_reported.draw,
    "lines": funding_lines.draw,
    "gap": funding_gap.draw,
    "years": funding_lines.draw_years,
    "map": funding_map.draw,
    "projects": funding_projects.draw,
}
"""What the page shows below its figures, one at a time: each asks the database its own questions only."""
NEEDED: Final[Mapping[str, tuple[Division, ...]]] = {
    "reported": (Division.UNIT,),
    "lines": (Division.MODE,),
    "gap": (Division.CATEGORY,),
}
"""The divisions a section shows: asked for while the choices of the filter are counted."""
ADDRESS: Final = OwnAddress("funding", {"show": "reported"})


def draw(shell: Shell) -> None:
    """Draw the whole page."""
    _ = shell.translate
    style.draw()
    for found in ADDRESS.take_over(shell):
        notice(words.param_issue(found, _))
    early = Asked(shell, filters.ahead(shell))
    with suppress(AtlasError):  # told below, where it is asked again
        early.divided(*NEEDED.get(_asked_section(), ()))
    with st.sidebar:
        chosen = filters.draw_filters(shell)
    asked = Asked(shell, chosen)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="funding-head"):
        st.html(element("h2", escape(_("资金")), class_="atlas-title"), width="content")
        filters.draw_chips(shell, chosen)
        guarded(lambda: draw_export(shell, asked), _)
    guarded(lambda: _headline(shell, asked.overview), _)
    section = _section(shell)
    ADDRESS.write(shell, chosen)
    guarded(lambda: SECTIONS[section](shell, asked), _)


def _asked_section() -> str:
    """Return the section that is about to be drawn: what its switch says, before that the address."""
    return str(st.session_state.get(ADDRESS.key("show")) or ADDRESS.one_of("show", SECTIONS))


def _section(shell: Shell) -> str:
    """Draw the switch between the sections and return which one is open; the address may name it."""
    _ = shell.translate
    titles = {
        "reported": _("谁还没报"),
        "lines": _("来源和状态"),
        "gap": _("缺口"),
        "years": _("年度"),
        "map": _("地图"),
        "projects": _("项目"),
    }
    return str(
        ADDRESS.widget(
            "show",
            ADDRESS.one_of("show", SECTIONS),
            lambda key: st.segmented_control(
                _("看什么"),
                list(SECTIONS),
                key=key,
                format_func=titles.__getitem__,
                label_visibility="collapsed",
                required=True,
            ),
        )
    )


def _headline(shell: Shell, overview: Overview) -> None:
    """Draw the figures in plain words: known and unknown apart, nothing unknown as zero."""
    _, whole = shell.translate, overview.whole
    if not whole.projects:
        notice(_("没有记录符合全部条件。请去掉一两个条件，或点“清除全部条件”。"), "info")
        return
    with st.container(key="funding-tiles", gap="small"):
        st.html(marks.tiles(_tiles(shell, whole)))
        if whole.over_projects:
            st.html(element("p", escape(_beyond(shell, whole)), class_="atlas-muted"))
    practice = {b: overview.basis.get(b, 0) for b in (Basis.DEMO, Basis.MODELLED) if overview.basis.get(b)}
    if practice:
        parts = [f"{words.basis(str(b), _)} {n:,}" for b, n in practice.items()]
        notice(_("这些数字里含：{parts} 条，不是实际项目。").format(parts="、".join(parts)), "scenario")
    if overview.nested:
        notice(
            _(
                "有 {n} 条分期记录与它所属的整个项目都填了总投资，合计里可能重复；请核对后只在一处填总投资。"
            ).format(n=overview.nested)
        )


def _tiles(shell: Shell, whole: Sums) -> list[str]:
    _ = shell.translate
    rate = whole.receipt_rate
    known = whole.known > 0
    return [
        marks.tile(
            f"{whole.reported:,} / {whole.projects:,}",
            _("已报资金的项目"),
            _("{n} 个未报，是未知，不是零").format(n=f"{whole.not_reported:,}"),
            hot=whole.reported < whole.projects,
        ),
        marks.tile(
            figures.short(whole.total, _) if known else figures.UNKNOWN,
            _("总投资（{n} 个已知）").format(n=f"{whole.known:,}"),
            _("另有 {n} 个未知").format(n=f"{whole.unknown:,}"),
        ),
        marks.tile(
            figures.short(whole.committed, _) if whole.reported else figures.UNKNOWN,
            _("已落实（批复+到位+支付）"),
            _received(shell, whole),
        ),
        marks.tile(figures.percent(rate.share), _("资金到位率"), figures.rate_note(rate, _)),
        marks.tile(
            figures.short(whole.gap, _) if known else figures.UNKNOWN,
            _("缺口（总投资已知的 {n} 个）").format(n=f"{whole.known:,}") if known else _("缺口"),
            _silent(shell, whole) if known else figures.no_total(_),
        ),
        marks.tile(f"{whole.unknown:,}", _("缺口未知的项目"), _("总投资未知，算不出缺口")),
    ]


def _received(shell: Shell, whole: Sums) -> str:
    """Return how much of the promised money has come."""
    _ = shell.translate
    if not whole.reported:
        return ""
    return _("其中到位+支付 {amount}").format(amount=figures.short(whole.received, _))


def _beyond(shell: Shell, whole: Sums) -> str:
    """Return how much of the promised money goes beyond a total."""
    return shell.translate("{n} 个项目落实超出总投资 {amount}，不抵别处的缺口。").format(
        n=f"{whole.over_projects:,}", amount=figures.short(whole.over, shell.translate)
    )


def _silent(shell: Shell, whole: Sums) -> str:
    """Return how much of the gap is of projects without a line: not reported yet, perhaps not lacking."""
    _ = shell.translate
    if not whole.silent:
        return ""
    return _("其中 {amount} 属于还没报资金的 {n} 个项目").format(
        amount=figures.short(whole.silent_total, _), n=f"{whole.silent:,}"
    )
