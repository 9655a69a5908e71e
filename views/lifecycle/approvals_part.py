"""The approval steps of a record on its card: done, planned, overdue or unknown, document and office."""

from layers.html import element, escape
from projects.lifecycle.approval_steps import Shown, progress
from projects.lifecycle.approvals import APPROVAL_EN, APPROVAL_ZH, RULES, ApprovalCode
from projects.lifecycle.ports import Timeline
from views import words
from views.lifecycle import address, pieces
from views.shell import Shell


def block(shell: Shell, found: Timeline) -> str:
    """Return the approvals of a record as HTML, empty when neither a step nor the type was reported."""
    _ = shell.translate
    held = progress(found.approvals, found.approval_type, found.milestones, address.today())
    if not found.approvals and found.approval_type is None:
        return ""
    kind = _(found.approval_type) if found.approval_type else _("类型没有报过")
    heading = element("h4", escape(_("审批手续（{kind}）").format(kind=kind)))
    lines = "".join(_line(shell, one) for one in held.steps)
    table = element("table", lines, class_="atlas-facts") if lines else ""
    return heading + table + _unknown(shell, held.unknown)


def step_name(code: ApprovalCode, language: str) -> str:
    """Return what a step is called."""
    return (APPROVAL_EN if language == "en" else APPROVAL_ZH)[code]


def _line(shell: Shell, one: Shown) -> str:
    """Return a step: its state and days, the document and the office, and what is odd about it."""
    _ = shell.translate
    name = element(
        "th", escape(step_name(one.approval.code, shell.language)), title=RULES[one.approval.code].law
    )
    state = element("span", escape(pieces.step_state(one.state, _)), class_=f"atlas-step-{one.state}")
    said = pieces.joined(
        [
            _("计划 {day}").format(day=one.dates.planned) if one.dates.planned else "",
            _("实际 {day}").format(day=one.dates.actual) if one.dates.actual else "",
            _("日期取自里程碑") if one.from_milestone else "",
            one.approval.number,
            one.approval.authority,
            one.approval.note,
        ]
    )
    return element("tr", name, element("td", escape(said), " ", state, *_odd(shell, one)))


def _odd(shell: Shell, one: Shown) -> list[str]:
    _ = shell.translate
    found = []
    if one.clash is not None:
        found.append(_("里程碑写的实际日期是 {day}，两处不一致，请核对").format(day=one.clash))
    if one.foreign:
        found.append(_("这一步不属于所填的审批类型，请核对"))
    return [element("p", escape("⚠ " + text), class_="atlas-flag") for text in found]


def _unknown(shell: Shell, codes: tuple[ApprovalCode, ...]) -> str:
    if not codes:
        return ""
    names = words.joined([step_name(code, shell.language) for code in codes], shell.language)
    text = shell.translate("没有报过（办没办、要不要办，未知）：{steps}").format(steps=names)
    return element("p", escape(text), class_="atlas-unknown")
