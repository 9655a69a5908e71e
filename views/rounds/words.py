"""What the pages of the Monday list say of a sheet: where it stands, what it asks for."""

from data.exports.cover import counts
from projects.rounds import RoundSheet, SheetState, Wanting
from views import marks
from views.i18n import Translate


def state(one: SheetState, _: Translate) -> str:
    """Return where a workbook stands."""
    return {
        SheetState.MADE: _("未发送"),
        SheetState.SENT: _("已发送，未报回"),
        SheetState.RETURNED: _("已报回"),
    }[one]


def wanting(one: Wanting, language: str) -> str:
    """Return what a workbook asks for in one line, as its first sheet counts it.

    >>> wanting(Wanting(4, {"stage": 2}, 1, 0, 0, 0, 0, 0, 0, 0), "zh")
    '本单位记录 4；阶段未知 2 / 4；逾期步骤 1'
    """
    return "；".join(f"{name} {number}" for name, number in counts(one, language))


def brief(one: Wanting, _: Translate) -> str:
    """Return what a workbook asks for in a few words; what it does not ask for is left out."""
    parts = (
        (one.overdue_steps, _("逾期步骤 {n}")),
        (one.matters_open, _("待办事项 {n}")),
        (one.clashes, _("矛盾 {n}")),
        (one.indicators_open, _("待填指标 {n}")),
        (unknown(one), _("未知的值 {n}")),
    )
    return "；".join(said.format(n=f"{n:,}") for n, said in parts if n) or _("没有要办的")


def unknown(one: Wanting) -> int:
    """Return how many values are unknown over all records."""
    return sum(one.missing.values())


def sent(sheet: RoundSheet, _: Translate) -> str:
    """Return when and to whom a workbook was sent, empty when nobody noted it."""
    if sheet.sent_at is None:
        return ""
    return f"{marks.when(sheet.sent_at)} {sheet.sent_to}".strip()


def returned(sheet: RoundSheet, _: Translate) -> str:
    """Return when a workbook came back and with how much, empty when it did not."""
    if sheet.returned_at is None:
        return ""
    told = _("{when} · {rows} 行，改动 {changes} 处").format(
        when=marks.when(sheet.returned_at), rows=f"{sheet.rows_back:,}", changes=f"{sheet.changes_back:,}"
    )
    return told + (" · " + _("共 {n} 次").format(n=sheet.times_back) if sheet.times_back > 1 else "")
