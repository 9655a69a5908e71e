"""Below the lines of a form: what they come to, and what does not fit the total; nothing is refused."""

from decimal import Decimal
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.filing.form import rows_of
from projects.money.lines import ZERO, FundingSummary
from projects.money.typed import Compared, compared
from projects.values import plain
from views import values
from views.editing.edit_state import Work
from views.editing.edit_words import in_yi
from views.shell import Shell

KIND: Final = "finance"


def draw(shell: Shell, work: Work) -> None:
    """Say what the typed lines come to, as soon as there is one."""
    found = compared(rows_of(work.form, KIND), work.form.get("total_investment"))
    if not found.money.line_count:
        return
    said = element("p", escape(sentence(shell, found)), class_="atlas-muted")
    doubts = "".join(element("p", escape(text), class_="atlas-flag") for text in doubts_of(shell, found))
    st.html(said + doubts)


def sentence(shell: Shell, found: Compared) -> str:
    """Return the sums and the gap in words; an unknown total leaves the gap unknown."""
    _, money = shell.translate, found.money
    parts = [
        _("{n} 笔合计 {amount} 万元").format(n=money.line_count, amount=_wan(money.line_sum))
        + _in_yi(money, shell),
        _("批复+到位+支付 {amount}").format(amount=_wan(money.committed)),
        _("到位+支付 {amount}").format(amount=_wan(money.received)),
    ]
    gap = money.gap
    if gap is None:
        parts.append(_("总投资未知，算不出缺口"))
    else:
        parts.append(
            _("总投资 {total}，缺口 {gap}").format(total=_wan(money.total), gap=_wan(max(gap, ZERO)))
        )
    if found.unread:
        parts.append(_("{n} 行还没填对，没有计入").format(n=found.unread))
    return " · ".join(parts)


def doubts_of(shell: Shell, found: Compared) -> list[str]:
    """Return what ought to be looked at before it is filed."""
    _, doubts = shell.translate, []
    if found.unit_suspect and found.times is not None:
        times = f"{round(found.times):,}"
        doubts.append(
            _("明细合计与总投资相差约 {n} 倍，可能混用了元、万元、亿元；请核对，都应为万元。").format(n=times)
        )
    elif found.money.over_total:
        over = _wan(found.money.over_total)
        doubts.append(
            _("明细合计超过总投资 {amount} 万元；请核对总投资，或是否把同一笔钱写了两次。").format(
                amount=over
            )
        )
    return doubts


def _wan(amount: Decimal | None) -> str:
    return "—" if amount is None else values.number(plain(amount))


def _in_yi(money: FundingSummary, shell: Shell) -> str:
    text = in_yi(plain(money.line_sum), shell.translate)
    return f"（{text}）" if text else ""
