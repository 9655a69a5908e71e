"""Projects shown at a 推介会: the list with what came of each, the next word, and the part of a card."""

import streamlit as st

from layers.html import element, escape
from projects.errors import AtlasError, StorageUnavailable
from projects.promotion.events import Event
from projects.promotion.ports import Promotion
from projects.promotion.shown import (
    LONGEST_NOTE,
    OUTCOME_ZH,
    Came,
    Fault,
    Outcome,
    Showing,
    Shown,
    amount_typed,
    note_fault,
)
from projects.values import plain
from views import marks, values, ways
from views.i18n import Translate
from views.notices import notice
from views.shell import Shell, storage_words

_KEY = "promotion-shown-"
_SAID = "promotion-shown-said"


def draw(shell: Shell, promotion: Promotion, meeting: Event) -> None:
    """Draw the projects of a meeting and the form that adds one or says what came of it."""
    _ = shell.translate
    held = promotion.shown([meeting.number]).get(meeting.number, ())
    st.html(element("h3", escape(_("推介的项目（{n} 个）").format(n=len(held))), class_="atlas-heading"))
    if done := st.session_state.pop(_SAID, ""):
        notice(done, "info")
    st.html(listed(shell, held))
    if meeting.withdrawn:
        st.caption(_("这场推介会已撤回，恢复后才能改推介的项目。"))
        return
    unit = shell.identity.unit
    _form(shell, promotion, meeting.number, held, listing=unit is None or unit.id == meeting.entry.unit_id)


def listed(shell: Shell, held: tuple[Shown, ...]) -> str:
    """Return the list as HTML: project, what came of it, amount or that it is unknown, note, who said so."""
    _ = shell.translate
    if not held:
        return element("p", escape(_("还没有记推介了哪些项目。")), class_="atlas-unknown")
    return "".join(
        element(
            "div",
            element(
                "p",
                ways.anchor(shell, f"{one.project_id} {one.project_name}".strip(), "map", id=one.project_id),
                " ",
                marks.tag(_(OUTCOME_ZH[one.came.outcome])),
                " ",
                escape(amount_words(one, _)),
            ),
            element("p", escape(one.came.note)) if one.came.note else "",
            element("p", escape(f"{one.created_by} · {marks.when(one.created_at)}"), class_="atlas-muted"),
            class_="atlas-rowbox",
        )
        for one in held
    )


def amount_words(one: Shown, _: Translate) -> str:
    """Return the amount in words; unknown is said where an amount could be known."""
    if one.came.amount is not None:
        return _("{amount} 万元").format(amount=values.number(plain(one.came.amount)))
    return "" if one.came.outcome in (Outcome.NONE_YET, Outcome.FAILED) else _("金额未知")


def _form(shell: Shell, promotion: Promotion, number: int, held: tuple[Shown, ...], *, listing: bool) -> None:
    """Draw the form; ``listing``: this person's unit held the meeting and says what was shown there."""
    _ = shell.translate
    names = {one.project_id: f"{one.project_id} {one.project_name}".strip() for one in held}
    key = f"{_KEY}{number}-"
    with st.expander(_("加一个项目，或填写结果"), expanded=not held, icon=":material/playlist_add:"):
        picked = st.selectbox(
            _("哪个项目"),
            ["", *names],
            key=key + "which",
            format_func=lambda code: names.get(str(code), _("新加一个（在下面填编号）")),
        )
        given = str(picked or "")
        if not given:
            given = str(
                st.text_input(
                    _("项目编号"), key=key + "id", placeholder=values.example_id(shell), max_chars=40
                )
                or ""
            )
        outcomes = {str(code): _(zh) for code, zh in OUTCOME_ZH.items()}
        outcome = st.selectbox(
            _("结果"), list(outcomes), key=key + "outcome", format_func=lambda code: outcomes[str(code)]
        )
        amount = st.text_input(_("金额（万元，不知道可空）"), key=key + "amount", max_chars=40)
        note = st.text_area(_("结果说明"), key=key + "note", height=68, max_chars=LONGEST_NOTE)
        found, fault = amount_typed(str(amount or ""))
        came = Came(outcome=Outcome(str(outcome)), amount=found, note=str(note or ""))
        version = next((one.version for one in held if one.project_id == given.strip().upper()), None)
        with st.container(horizontal=True):
            sent = st.button(_("保存"), type="primary", key=key + "send")
            gone = listing and bool(picked) and st.button(_("从名单撤下"), key=key + "off")
        if sent and fault is not None:
            notice(_fault_words(fault, str(amount), _), "error")
        elif sent or gone:
            taken = Came(outcome=came.outcome, amount=came.amount, note=came.note, withdrawn=bool(gone))
            _save(shell, promotion, number, (given.strip().upper(), version, taken))


def _fault_words(fault: Fault, value: str, _: Translate) -> str:
    return {
        Fault.NO_AMOUNT: _("“{value}”不是金额：请只写数字，单位万元，不知道就留空。"),
        Fault.NOTE_TOO_LONG: _("说明最多 {most} 个字：请写短一些。"),
    }[fault].format(value=value, most=LONGEST_NOTE)


def _save(shell: Shell, promotion: Promotion, number: int, word: tuple[str, int | None, Came]) -> None:
    """Store the word; a project that was once taken off goes back on the list after its last version."""
    _ = shell.translate
    project_id, read, came = word
    fault = note_fault(came.note)
    if fault is not None:
        notice(_fault_words(fault, "", _), "error")
        return
    try:
        if read is None:
            earlier = promotion.shown_versions(number, project_id)
            read = earlier[0].version if earlier else 0
        promotion.show(number, project_id, read, came)
    except StorageUnavailable as error:
        notice(storage_words(error, _), "error")
        return
    except AtlasError as error:
        notice(str(error), "error")
        return
    for name in ("which", "id", "outcome", "amount", "note"):
        st.session_state.pop(f"{_KEY}{number}-{name}", None)
    text = _("已撤下 {id}，原来的记录保留。") if came.withdrawn else _("已保存 {id} 的结果，原来的记录保留。")
    st.session_state[_SAID] = text.format(id=project_id)
    st.rerun()


def summary(shell: Shell, held: tuple[Shown, ...]) -> str:
    """Return the outcomes of a meeting in one line, empty when it shows no project."""
    _ = shell.translate
    if not held:
        return ""
    counts = {one: sum(s.came.outcome is one for s in held) for one in Outcome}
    parts = [f"{_(OUTCOME_ZH[one])} {n}" for one, n in counts.items() if n]
    return _("推介项目 {n} 个：{parts}").format(n=len(held), parts=" · ".join(parts))


def draw_card(shell: Shell, promotion: Promotion, project_id: str) -> None:
    """Draw the meetings at which a record was shown; nothing when there is none to see."""
    _ = shell.translate
    found = promotion.showings(project_id)
    if found:
        st.html(element("h4", escape(_("推介会"))) + "".join(_meeting(shell, one) for one in found))


def _meeting(shell: Shell, one: Showing) -> str:
    _ = shell.translate
    day = str(one.happened_on) if one.happened_on else _("日期未填")
    head = " · ".join(part for part in (day, one.unit_name, one.counterpart) if part)
    said = " ".join(part for part in (amount_words(one.shown, _), one.shown.came.note) if part)
    return element(
        "p",
        ways.anchor(shell, head, "promotion", tab="events", entry=str(one.shown.number)),
        " ",
        marks.tag(_(OUTCOME_ZH[one.shown.came.outcome])),
        " ",
        escape(said),
    )
