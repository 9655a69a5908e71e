"""Making a round: of all units that are asked for something, or of some; and how far it is."""

from datetime import date, timedelta

import streamlit as st

from layers.html import element, escape
from projects.rounds import KIND, LONGEST_NOTE
from projects.work import JobState
from views import job_panel
from views.notices import notice
from views.rounds.address import ADDRESS, number
from views.shell import Shell, guarded

FRIDAY = 4


def draw(shell: Shell) -> None:
    """Draw the work under way, else the form."""
    key = number("job")
    if key is not None:
        guarded(lambda: _work(shell, key), shell.translate)
    else:
        _form(shell)


def _form(shell: Shell) -> None:
    _ = shell.translate
    units = {unit.id: unit.name for unit in shell.desk.units()}
    with st.expander(_("做一份新的清单"), icon=":material/add_task:"):
        chosen = st.multiselect(
            _("单位"),
            list(units),
            format_func=lambda code: f"{units[code]}（{code}）",
            placeholder=_("不选：所有有记录、待办事项或待填指标的单位"),
            key=ADDRESS.key("units"),
        )
        st.date_input(
            _("请各单位报回的日期（可不填）"),
            value=next_friday(date.today()),
            format="YYYY-MM-DD",
            key=ADDRESS.key("due"),
        )
        st.text_input(
            _("给各单位的说明（可不填）"), max_chars=LONGEST_NOTE, key=ADDRESS.key("note"), placeholder=""
        )
        label = _("为 {n} 个单位制作").format(n=len(chosen)) if chosen else _("为所有有要办的单位制作")
        st.button(
            label,
            type="primary",
            key="rounds-order",
            icon=":material/outgoing_mail:",
            on_click=_order,
            args=(shell,),
        )


def next_friday(today: date) -> date:
    """Return the Friday by which a list made on a day is to come back: of the same week, else of the next.

    >>> next_friday(date(2026, 11, 23)), next_friday(date(2026, 11, 27))
    (datetime.date(2026, 11, 27), datetime.date(2026, 12, 4))
    """
    return today + timedelta(days=(FRIDAY - today.weekday()) % 7 or 7)


def _order(shell: Shell) -> None:
    """Order the round that the form describes; in a callback."""
    said = st.session_state

    def order() -> None:
        key = shell.rounds.order(
            unit_ids=tuple(said.get(ADDRESS.key("units")) or ()),
            due_on=said.get(ADDRESS.key("due")),
            note=" ".join(str(said.get(ADDRESS.key("note")) or "").split()),
        )
        ADDRESS.put(job=str(key))

    guarded(order, shell.translate)


def _work(shell: Shell, key: int) -> None:
    """Draw a job; when it is done its round is opened."""
    _ = shell.translate
    job = job_panel.draw(shell, key)
    if job.kind != KIND:
        ADDRESS.put(job="")
        return
    if job.state is JobState.DONE:
        _done(shell, dict(job.result))
    if job.over:
        st.button(_("好"), key="rounds-close", type="tertiary", on_click=_close)


def _done(shell: Shell, result: dict[str, object]) -> None:
    _ = shell.translate
    made = result.get("sheets")
    if made is None:
        notice(_("清单已做好。"), "info")
        return
    st.html(
        element(
            "p",
            escape(
                _("做好 {made} 个单位的清单，{failed} 个没有做成；{rest} 个单位没有要办的。").format(
                    made=made, failed=result.get("failed", 0), rest=result.get("not_asked", 0)
                )
            ),
        )
    )


def _close() -> None:
    ADDRESS.put(job="")
