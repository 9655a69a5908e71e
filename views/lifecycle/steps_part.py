"""The steps and records behind the counts, page by page, each with the way to its card and form."""

import streamlit as st

from layers.html import element, escape
from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import Reference
from projects.lifecycle.ports import STEP_KINDS, By, Item, Kind, Summary, Tally
from views import ways
from views.lifecycle import address, pieces
from views.lifecycle.rows_part import name_of
from views.money import tables
from views.shell import Shell


def draw(shell: Shell, chosen: ProjectFilter, when: Reference, found: Summary, by: By) -> None:
    """Draw the choice of a list, whom it is of, and a page of it."""
    _ = shell.translate
    kind = _kind(shell)
    within = _within(found)
    _of(shell, chosen, within, by)
    tally = within or found.total
    matched = count(tally, kind)
    number = address.page_number(max(1, -(-matched // pieces.PAGE)))
    items = shell.schedule.details(
        chosen,
        when,
        kind,
        within=(by, within.key) if within else None,
        limit=pieces.PAGE,
        offset=(number - 1) * pieces.PAGE,
    )
    if not items:
        st.caption(_("没有这样的记录。"))
        return
    st.html(element("div", table(shell, items, kind), class_="atlas-wordy"))
    pieces.pages(shell, chosen, matched)


def count(tally: Tally, kind: Kind) -> int:
    """Return how many steps or records a list has, from the counts that are known already."""
    if kind is Kind.OVERDUE:
        return tally.overdue_steps
    if kind in STEP_KINDS:
        return tally.due[STEP_KINDS.index(kind) - 1]
    return int(getattr(tally, kind))


def _kind(shell: Shell) -> Kind:
    kinds = {str(kind): pieces.kind_title(kind, shell.translate) for kind in Kind}
    key = address.key("list")
    st.session_state.setdefault(key, address.one_of("list", kinds))
    chosen = st.pills(
        shell.translate("看哪一类"),
        list(kinds),
        key=key,
        format_func=kinds.__getitem__,
        label_visibility="collapsed",
        required=True,
        on_change=lambda: address.put(p=""),
    )
    address.put(list=str(chosen or Kind.OVERDUE))
    return Kind(chosen or Kind.OVERDUE)


def _within(found: Summary) -> Tally | None:
    """Return the row that the address asks for; ``-`` is the row without a key."""
    asked = address.held()["of"]
    key = "" if asked == "-" else asked
    return next((row for row in found.rows if asked and row.key == key), None)


def _of(shell: Shell, chosen: ProjectFilter, within: Tally | None, by: By) -> None:
    if within is None:
        address.put(of="")
        return
    _ = shell.translate
    everything = ways.anchor(
        shell, _("看全部"), "dispatch", **address.params(chosen, show="steps", list=address.held()["list"])
    )
    chip = element("span", escape(name_of(within, by, shell)), class_="atlas-chip")
    st.html(element("p", chip, everything))


def table(shell: Shell, items: tuple[Item, ...], kind: Kind) -> str:
    """Return a page of details as a table."""
    _ = shell.translate
    steps = kind in STEP_KINDS
    contacts = any(item.contact for item in items)
    heads = (
        _("项目名称"),
        *(
            (_("步骤"), _("计划日期"), _("逾期（天）") if kind is Kind.OVERDUE else _("还有（天）"))
            if steps
            else ()
        ),
        _("阶段"),
        _("填报单位"),
        _("县（市、区）"),
        _("最近填报"),
        *((_("联系人和电话"),) if contacts else ()),
    )
    rows = [_row(shell, item, steps, contacts) for item in items]
    return tables.table(heads, rows, pieces.kind_title(kind, _))


def _row(shell: Shell, item: Item, steps: bool, contacts: bool) -> str:
    _ = shell.translate
    cells = [
        pieces.stage(item, _),
        pieces.cell(item.unit or "—"),
        pieces.cell(item.county or "—"),
        escape(pieces.filed(item, _)),
        *((pieces.cell(item.contact or "—"),) if contacts else ()),
    ]
    if steps:
        days = str(abs(item.days_late))
        cells = [pieces.cell(pieces.step_words(item, _)), pieces.day(item.planned_on), days, *cells]
    return tables.row(pieces.record(shell, item.project_id, item.name, item.basis), cells)
