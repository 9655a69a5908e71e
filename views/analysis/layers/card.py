"""The part of a project card that says where the place lies in the land-use plans one may see."""

from collections.abc import Iterator
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.analysis.inputs import LayerKind
from projects.analysis.land_use import LandClass, PlanOver
from projects.codes import Basis, Precision
from projects.record import Place, Record
from views import ways, words
from views.analysis.layers.words import WELL_KNOWN, day_words
from views.i18n import Translate
from views.shell import Shell

MOST_PLACES: Final = 5
MOST_OUTSIDE: Final = 10
"""Plans that are named though the place lies outside of them."""
FULL: Final = 0.995
"""Share of an area from which on it counts as all of it: borders never fit to the centimetre."""
_MARKED: Final = (Basis.MODELLED, Basis.DEMO)


def draw(shell: Shell, record: Record) -> None:
    """Draw what the plans say of a record's places; nothing where nobody loaded a plan for this person."""
    _ = shell.translate
    if not shell.analysis.layers((LayerKind.LAND_USE,)):
        return
    places = [one for one in record.places if one.precision in WELL_KNOWN]
    body = "".join(
        _place(shell, record.summary.id, one, named=len(places) > 1) for one in places[:MOST_PLACES]
    )
    if not places:
        body = element("p", escape(_unknown(record, _)), class_="atlas-muted")
    if len(places) > MOST_PLACES:
        more = _("另有 {n} 个地点没有列出。").format(n=len(places) - MOST_PLACES)
        body += element("p", escape(more), class_="atlas-muted")
    st.html(element("h4", escape(_("用地规划"))) + body)


def _unknown(record: Record, _: Translate) -> str:
    if record.summary.precision == Precision.TOWNSHIP:
        return _("地点只到乡镇，不能判断在哪一类用地；补上具体位置后再看。")
    if record.summary.precision in (Precision.COUNTY, Precision.REGION):
        return _("地点只到县或更大范围，不能判断在哪一类用地；补上具体位置后再看。")
    return _("没有已知的具体位置，不能判断在哪一类用地。")


def _place(shell: Shell, project_id: str, place: Place, *, named: bool) -> str:
    _ = shell.translate
    over = shell.analysis.plans_over(place.geometry)
    outside = [one for one in over if not one.inside]
    shown = [one for one in over if one.inside] + outside[:MOST_OUTSIDE]
    items = [element("li", _plan(shell, one, project_id)) for one in shown]
    if len(outside) > MOST_OUTSIDE:
        items.append(
            element("li", escape(_("另有 {n} 份规划没有列出。").format(n=len(outside) - MOST_OUTSIDE)))
        )
    head = element("p", escape(" · ".join(_remarks(place, _, named=named))), class_="atlas-muted")
    return head + element("ul", *items, class_="atlas-plainlist")


def _remarks(place: Place, _: Translate, *, named: bool) -> Iterator[str]:
    """Yield which place is meant, how well it is known, and whether it is a made one."""
    if named:
        yield place.label or place.address or _("地点")
    if place.precision == Precision.VILLAGE:
        yield _("地点只到村，靠近分界处可能不准")
    else:
        yield _("按项目的具体位置")
    if place.basis in _MARKED:
        yield words.basis(place.basis, _)


def _plan(shell: Shell, over: PlanOver, project_id: str) -> str:
    """Return one plan: its title, what it says of the place, its date and source, the way to its map."""
    _, info = shell.translate, over.info
    said = element("b", escape(_said(over, _)))
    about = f"{day_words(info, _)} · {_('来源：{source}').format(source=info.source)}"
    remarks = [one.note for one in over.classes if one.note]
    note = _("备注：{notes}").format(notes="；".join(dict.fromkeys(remarks))) if remarks else ""
    lost = sum(info.left_out.values())
    unread = _("文件中有 {n} 个图形不能用，可能正在其中。").format(n=lost) if lost and not over.inside else ""
    tail = " ".join(part for part in (note, unread, about) if part)
    way = ways.anchor(shell, _("在地图上看"), "layers", plan=info.id, id=project_id) if over.inside else ""
    return f"{escape(info.name)} · {said} {element('span', escape(tail), class_='atlas-muted')} {way}".strip()


def _said(over: PlanOver, _: Translate) -> str:
    if over.problem:
        return _("读不出来，不能判断。{why}").format(why=over.problem)
    if not over.inside:
        return _("不在这份规划的范围内")
    names = "、".join(dict.fromkeys(_name(one, _) for one in over.classes))
    if over.share >= FULL:
        return names
    return _("{classes}（{share:.0%} 在规划范围内）").format(classes=names, share=over.share)


def _name(found: LandClass, _: Translate) -> str:
    return found.name or _("在规划范围内，文件没有写用地类别")
