"""考察与线索: what happened with investors, for the units concerned; corrections stay in the history."""

from typing import Final, cast

import streamlit as st

from data.exports import promotion as workbooks
from data.exports.request import ExportRequest, Language
from data.exports.xlsx import MEDIA_TYPE
from layers.html import element, escape
from projects.filters import ProjectFilter
from projects.promotion.events import EVENT_ZH, Event, EventKind
from projects.promotion.ports import EventPage, EventsAsked, Promotion
from projects.promotion.shown import Shown
from projects.values import RECORD_ID
from views import marks, state, values, ways
from views.i18n import Translate
from views.notices import notice
from views.promotion import address, event_form, shown_part
from views.promotion.funnel_tab import today
from views.shell import Shell, guarded

PAGE: Final = 20
EXPORTED: Final = 2000
ELSE: Final = ("township", "category", "kind", "stage", "funding", "mode", "promotion", "precision", "q")
"""Conditions of the side bar that do not restrict this list."""


def draw(shell: Shell, promotion: Promotion, chosen: ProjectFilter) -> None:
    """Draw the tab; whoever belongs to no unit sees nothing of it, not even how much there is."""
    _ = shell.translate
    if not shell.identity.signed_in:
        notice(_("考察与线索只给有关单位看：请先登录。"), "info")
        return
    if not shell.identity.edits:
        notice(_("考察与线索只给项目所属单位和上级看；您的账号没有可填报的单位。"), "info")
        return
    asked = _asked(shell)
    page = _page(promotion, chosen, asked)
    st.html(marks.tiles(_tiles(page, _)))
    if any(getattr(chosen, name) for name in ELSE):
        st.caption(_("本页按地区、功能区和选集筛选，其余条件不起作用。"))
    left, right = st.columns([0.56, 0.44], gap="large")
    with right:
        guarded(lambda: event_form.draw(shell, promotion), _)
    with left:
        guarded(lambda: _list(shell, promotion, page), _)
        guarded(lambda: _export(shell, promotion, chosen, asked, page.matched), _)


def _asked(shell: Shell) -> EventsAsked:
    _ = shell.translate
    names = {kind: _(zh) for kind, zh in EVENT_ZH.items()}
    about = address.held()["about"]
    given = [EventKind(kind) for kind in address.listed("event") if kind in set(EventKind)]
    with st.container(horizontal=True, vertical_alignment="center", key="events-ask"):
        state.sync_captions(address.key("event"), {names[kind]: kind for kind in given})
        kinds = address.widget(
            "event",
            given,
            lambda key: st.pills(
                _("类型"),
                list(names),
                key=key,
                selection_mode="multi",
                format_func=names.__getitem__,
                label_visibility="collapsed",
            ),
            lambda found: ",".join(str(kind) for kind in found or ()),
        )
        waiting = _toggle("open", _("只看有下一步的"))
        withdrawn = _toggle("back", _("看已撤回的"))
    if RECORD_ID.fullmatch(about):
        st.button(
            _("只看 {id} 的记录 ✕").format(id=about),
            key="events-about",
            type="tertiary",
            on_click=address.put,
            args=("about", ""),
        )
    return EventsAsked(
        tuple(EventKind(kind) for kind in kinds or ()),
        about if RECORD_ID.fullmatch(about) else "",
        open_only=waiting,
        withdrawn=withdrawn,
    )


def _toggle(name: str, label: str) -> bool:
    held = address.held()[name] == "1"
    return bool(
        address.widget(name, held, lambda key: st.toggle(label, key=key), lambda on: "1" if on else "")
    )


def _page(promotion: Promotion, chosen: ProjectFilter, asked: EventsAsked) -> EventPage:
    number = address.page_number(10**6)
    page = promotion.events(chosen, asked, limit=PAGE, offset=(number - 1) * PAGE)
    if page.items or number == 1:
        return page
    address.put("p", "1")
    return promotion.events(chosen, asked, limit=PAGE)


def _tiles(page: EventPage, _: Translate) -> list[str]:
    return [
        marks.tile(f"{page.matched:,}", _("条记录")),
        marks.tile(f"{page.waiting:,}", _("条有下一步")),
        marks.tile(f"{page.late:,}", _("条已过期限"), hot=bool(page.late)),
    ]


# ---- the list ----


def _list(shell: Shell, promotion: Promotion, page: EventPage) -> None:
    _ = shell.translate
    if not page.items:
        st.caption(_("没有符合条件的记录。在右侧（手机上在下方）记一条。"))
    meetings = [one.number for one in page.items if one.entry.kind is EventKind.ROADSHOW]
    held = promotion.shown(meetings) if meetings else {}
    for event in page.items:
        st.html(box(shell, event, shown_part.summary(shell, held.get(event.number, ()))))
        st.button(
            _("查看与更正 {n} 号").format(n=event.number),
            key=f"event-{event.number}",
            type="tertiary",
            icon=":material/edit_note:",
            on_click=event_form.open_entry,
            args=(event.number,),
        )
    pages = max(1, -(-page.matched // PAGE))
    if pages > 1:
        address.widget(
            "p",
            address.page_number(pages),
            lambda key: st.number_input(
                _("第几页（共 {n} 页）").format(n=pages), 1, pages, key=key, width=170
            ),
        )


def box(shell: Shell, event: Event, shown: str = "") -> str:
    """Return one entry as HTML: what, when, about what, with whom, what came of it, what comes next."""
    _ = shell.translate
    entry = event.entry
    day = str(entry.happened_on) if entry.happened_on else _("日期未填")
    head = f"{day} · {entry.counterpart or _('对方未填')}"
    late = entry.next_due is not None and entry.next_due < today()
    step = " · ".join(part for part in (entry.next_step, str(entry.next_due or "")) if part)
    lines = [
        element("p", subject(shell, event), " · ", escape(event.unit_name)),
        element("p", escape(entry.result)) if entry.result else "",
        element("p", escape(shown)) if shown else "",
        element("p", escape(_("下一步：{step}").format(step=step)), " ", _late(late, _)) if step else "",
        element("p", escape(entry.detail), class_="atlas-muted") if entry.detail else "",
    ]
    kind = marks.tag(_(EVENT_ZH[entry.kind]))
    gone = " " + marks.tag(_("已撤回"), "rejected") if event.withdrawn else ""
    return element(
        "div",
        element("p", kind, gone, " ", escape(head), class_="atlas-rowhead"),
        *lines,
        class_="atlas-rowbox",
    )


def _late(late: bool, _: Translate) -> str:
    return marks.tag(_("已过期限"), "error") if late else ""


def subject(shell: Shell, event: Event) -> str:
    """Return what an entry is about, as HTML: a link to its record, or the name of its area."""
    entry = event.entry
    if entry.project_id:
        name = f"{entry.project_id} {event.project_name}".strip()
        return ways.anchor(shell, name, "map", id=entry.project_id)
    return escape(values.area_name(shell, entry.area_code))


def _exported(
    promotion: Promotion, chosen: ProjectFilter, asked: EventsAsked, _: Translate
) -> tuple[tuple[Event, ...], Translate, list[Shown]]:
    """Return the entries of an export, its words, and the projects shown at the meetings among them."""
    items = promotion.events(chosen, asked, limit=EXPORTED).items
    shown = promotion.shown([one.number for one in items if one.entry.kind is EventKind.ROADSHOW])
    return items, _, [one for number in sorted(shown) for one in shown[number]]


def _export(
    shell: Shell, promotion: Promotion, chosen: ProjectFilter, asked: EventsAsked, found: int
) -> None:
    _ = shell.translate
    if not found:
        return
    if found > EXPORTED:
        st.caption(_("超过 {n} 条，请缩小筛选范围后导出。").format(n=EXPORTED))
        return
    request = ExportRequest.of(
        shell.settings, chosen, language=cast(Language, shell.language), title=_("考察与线索（内部资料）")
    )
    st.download_button(
        _("导出 Excel（内部资料）"),
        data=lambda: workbooks.events_book(shell.library, request, *_exported(promotion, chosen, asked, _)),
        file_name=request.file_name(_("考察与线索.xlsx")),
        mime=MEDIA_TYPE,
        key="events-xlsx",
        icon=":material/download:",
        on_click="ignore",
    )
