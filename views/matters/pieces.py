"""Small pieces of matters: units then and now, how late, what about, a list as a table."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from layers.html import element, escape
from projects.matters.model import MATTER_ZH, STATE_ZH, TIMING_ZH, Matter, MatterState, Timing, UnitName
from views import marks, values, ways
from views.i18n import Translate
from views.shell import Shell

_SHADES: Final[Mapping[Timing, str]] = {
    Timing.OVERDUE: "error",
    Timing.DUE_SOON: "warning",
    Timing.ANSWERED: "updated",
    Timing.CLOSED: "new",
}


def unit(found: UnitName, _: Translate) -> str:
    """Return a unit as it is called today, with what it was called then where that differs."""
    if found.was and found.was != found.name:
        return _("{name}（原{was}）").format(name=found.name, was=found.was)
    return found.name


def units(found: Iterable[UnitName], _: Translate) -> str:
    """Return units in one line."""
    return "；".join(unit(one, _) for one in found)


def timing_names(_: Translate) -> dict[Timing, str]:
    """Return what each timing is called."""
    return {one: _(TIMING_ZH[one]) for one in Timing}


def due(matter: Matter, today: date, _: Translate) -> str:
    """Return how a matter stands against its due date; a missing date is neither late nor on time."""
    if matter.due_on is None or matter.timing in (Timing.ANSWERED, Timing.CLOSED):
        return timing_names(_)[matter.timing]
    left = (matter.due_on - today).days
    if left < 0:
        return _("逾期 {n} 天").format(n=-left)
    return _("还有 {n} 天").format(n=left) if left else _("今天到期")


def due_tag(matter: Matter, today: date, _: Translate) -> str:
    """Return the words of ``due`` on the ground of its timing, as HTML."""
    return marks.tag(due(matter, today, _), _SHADES.get(matter.timing, ""))


def state_name(state: MatterState, _: Translate) -> str:
    """Return where a matter stands."""
    return _(STATE_ZH[state])


def subject(shell: Shell, matter: Matter) -> str:
    """Return what a matter is about, as HTML: a link to its record, or the name of its area."""
    if matter.project_id:
        return ways.anchor(
            shell, f"{matter.project_id} {matter.project_name}".strip(), "map", id=matter.project_id
        )
    return escape(matter.area_name or values.area_name(shell, matter.area_code))


def title(shell: Shell, matter: Matter, **params: str) -> str:
    """Return the title of a matter as a link to it, as HTML; ``params`` are those of its list."""
    return ways.anchor(shell, matter.title, "matters", **params, matter=matter.id)


def table(shell: Shell, matters: Iterable[Matter], today: date, **params: str) -> str:
    """Return matters as a table; a phone reads title, unit and due date, the rest stands with the matter."""
    _ = shell.translate
    heads = (
        (_("编号"), "atlas-n"),
        (_("事项"), ""),
        (_("责任单位"), "atlas-wide"),
        (_("期限"), "atlas-day"),
        (_("状态"), "atlas-wide"),
        (_("历时"), "atlas-n atlas-wide"),
        (_("答复"), "atlas-n atlas-wide"),
    )
    top = element("tr", *(element("th", escape(head), class_=kind) for head, kind in heads))
    kinds = [kind for _head, kind in heads]
    body = (
        element("tr", *(element("td", c, class_=kind) for c, kind in zip(cells, kinds, strict=True)))
        for cells in (_cells(shell, matter, today, params) for matter in matters)
    )
    whole = element("table", element("thead", top), element("tbody", *body), class_="atlas-matters")
    return element("div", whole, class_="atlas-scroll")


def _cells(shell: Shell, matter: Matter, today: date, params: Mapping[str, str]) -> tuple[str, ...]:
    """Return the cells of one matter as HTML."""
    _ = shell.translate
    lead = unit(matter.lead_unit, _)
    about = element(
        "p", marks.tag(_(MATTER_ZH[matter.kind])), " ", subject(shell, matter), class_="atlas-muted"
    )
    days = element("p", due_tag(matter, today, _))
    return (
        escape(matter.id),
        title(shell, matter, **params) + about + element("p", escape(lead), class_="atlas-muted atlas-small"),
        escape(lead),
        escape(matter.due_on or "") + days,
        escape(state_name(matter.state, _)),
        escape(_("{n} 天").format(n=matter.days_open)),
        escape(matter.replies),
    )
