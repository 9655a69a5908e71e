"""Part of a line has arrived: it becomes two lines, whose sum is exactly the old one."""

from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.codes import FinanceStatus
from projects.errors import BadValue
from projects.fields import JsonValue
from projects.filing.form import Row, rows_of
from projects.money.typed import later, split_row
from views.editing import edit_state
from views.editing.edit_state import Work
from views.shell import Shell

KIND: Final = "finance"


def draw(shell: Shell, work: Work) -> None:
    """Draw the action below the lines, where there is a line that can move on."""
    _ = shell.translate
    rows = dict(enumerate(rows_of(work.form, KIND)))
    open_ones = {i: row for i, row in rows.items() if later(str(row.get("status") or ""))}
    if not open_ones:
        return
    said = work.cache.pop("split-said", "")
    with st.expander(_("部分到位：把一笔拆成两笔"), expanded=bool(said)):
        st.caption(_("选一笔，写到了多少：这一笔减去这部分，另起一笔，两笔相加不变。不要另外再加一笔。"))
        which, amount, status, button = st.columns([0.44, 0.2, 0.18, 0.18], vertical_alignment="bottom")
        with which:
            chosen = st.selectbox(
                _("哪一笔"),
                list(open_ones),
                key=work.key("split-row"),
                format_func=lambda i: caption(open_ones[i], i, shell),
            )
        with amount:
            st.text_input(_("其中（万元）"), key=work.key("split-amount"), max_chars=40, placeholder="3000")
        options = [str(s) for s in later(str(open_ones[chosen].get("status")))] if chosen in open_ones else []
        with status:
            st.selectbox(
                _("变为"),
                options,
                key=work.key("split-status"),
                index=options.index("到位") if "到位" in options else 0,
                format_func=_,
            )
        with button:
            st.button(_("拆分"), key=work.key("split"), on_click=take, args=(shell, work), width="stretch")
        if said:
            st.html(element("p", escape(said), class_="atlas-wrong", role="alert"))


def caption(row: Row, number: int, shell: Shell) -> str:
    """Return a line in words: its number in the table, source, status, amount."""
    _ = shell.translate
    parts = (
        _("第 {n} 行").format(n=number + 1),
        _(str(row.get("source") or "")) if row.get("source") else _("来源未填"),
        _(str(row.get("status") or "")),
        _("{amount} 万元").format(amount=row.get("amount") or "—"),
        str(row.get("year") or ""),
    )
    return " · ".join(part for part in parts if part)


def take(shell: Shell, work: Work) -> None:
    """Split the chosen line in the form; what is wrong is said and changes nothing (a button's callback)."""
    held = st.session_state
    number, amount = held.get(work.key("split-row")), str(held.get(work.key("split-amount")) or "")
    rows = rows_of(work.form, KIND)
    if not isinstance(number, int) or not 0 <= number < len(rows):
        return
    try:
        status = FinanceStatus(str(held.get(work.key("split-status"))))
        rest, part = split_row(rows[number], amount, status)
    except (BadValue, ValueError) as error:
        work.cache["split-said"] = str(error)
        return
    lines: list[JsonValue] = [*map(dict, rows[:number]), rest, part, *map(dict, rows[number + 1 :])]
    work.renew({**work.form, KIND: lines})
    edit_state.keep(shell, work)
