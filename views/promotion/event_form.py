"""The form of a visit or lead: a new one, a correction, taking one back, and its versions below."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import streamlit as st

from layers.html import element, escape
from projects.codes import Level
from projects.errors import AtlasError, StorageUnavailable
from projects.identity import OwnerUnit, UnitKind
from projects.promotion.events import (
    EVENT_ZH,
    Entry,
    Event,
    EventKind,
    Fault,
    Problem,
    longest,
    problems,
    tidy,
)
from projects.promotion.ports import Promotion
from projects.values import RECORD_ID
from views import marks, state, values
from views.i18n import Translate
from views.notices import notice
from views.promotion import address, shown_part
from views.promotion.funnel_tab import today
from views.shell import Shell, storage_words

_FORM: Final = "promotion-form-"
_SAID: Final = "promotion-said"
_FIELDS: Final = (
    "kind",
    "subject",
    "record",
    "unit",
    "area",
    "on",
    "with",
    "result",
    "next",
    "due",
    "detail",
    "why",
)


def open_entry(number: int) -> None:
    """Open an entry in the form, in a callback."""
    _forget()
    address.put("entry", str(number))


def _forget() -> None:
    for name in _FIELDS:
        st.session_state.pop(_FORM + name, None)
    st.session_state.pop(_SAID, None)


def _close() -> None:
    _forget()
    address.put("entry", "")


def draw(shell: Shell, promotion: Promotion) -> None:
    """Draw the form for the entry that the address names, or for a new one."""
    _ = shell.translate
    if done := st.session_state.pop(_SAID, ""):
        notice(done, "info")
    asked = address.held()["entry"]
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 0
    if not number:
        st.html(element("h3", escape(_("记一条考察或线索")), class_="atlas-heading"))
        st.caption(_("推介会先存这一条，再点“查看与更正”，逐个记推介的项目和结果。"))
        _form(shell, promotion, ())
        return
    versions = promotion.versions(number)
    st.html(element("h3", escape(_("更正 {n} 号").format(n=number)), class_="atlas-heading"))
    st.button(_("不改了，记新的"), key="event-new", type="tertiary", on_click=_close)
    _form(shell, promotion, versions)
    if versions[0].entry.kind is EventKind.ROADSHOW:
        shown_part.draw(shell, promotion, versions[0])
    _withdrawing(shell, promotion, versions[0])
    st.html(history(shell, versions))


# ---- the form ----


def _form(shell: Shell, promotion: Promotion, versions: Sequence[Event]) -> None:
    _ = shell.translate
    held = versions[0].entry if versions else None
    if held is None:
        _subject_choice(shell)
    else:
        about = (
            f"{held.project_id} {versions[0].project_name}"
            if held.project_id
            else values.area_name(shell, held.area_code)
        )
        st.caption(_("对象不能改，记错了对象请撤回后重记。"))
        st.html(element("p", escape(about)))
    with st.form(_FORM + "form", border=True):
        _inputs(shell, held)
        told = st.container()
        sent = st.form_submit_button(_("保存更正") if held else _("保存"), type="primary", key=_FORM + "send")
    if sent:
        with told:  # right above the button: below it a sentence would be out of sight
            _save(shell, promotion, versions)


def _subject_choice(shell: Shell) -> None:
    """Draw what the entry is about: a record by its id, or an area of a unit."""
    _ = shell.translate
    names = {"record": _("某个项目"), "area": _("某个地区")}
    _preset("subject", "record")
    state.sync_captions(_FORM + "subject", {names[st.session_state[_FORM + "subject"]]: "record"})
    kind = st.radio(
        _("记在谁名下"), list(names), key=_FORM + "subject", format_func=names.__getitem__, horizontal=True
    )
    if kind == "record":
        about = address.held()["about"]
        _preset("record", about if RECORD_ID.fullmatch(about) else "")
        st.text_input(_("项目编号"), key=_FORM + "record", placeholder=values.example_id(shell), max_chars=40)
        return
    units = {unit.id: unit for unit in shell.desk.units()}
    unit = units.get(_choice("unit", _("单位"), {key: one.name for key, one in units.items()}))
    if unit is not None:
        _choice("area", _("地区"), areas_of(shell, unit))


def areas_of(shell: Shell, unit: OwnerUnit) -> dict[str, str]:
    """Return the areas that a unit's entries can be about, by code: its own, then the counties in it."""
    own = unit.id if unit.kind in (UnitKind.COUNTY, UnitKind.ZONE) else unit.area_code
    found = {own: values.area_name(shell, own)}
    if unit.kind not in (UnitKind.COUNTY, UnitKind.ZONE):
        found |= {one.code: one.name for one in shell.library.areas(Level.COUNTY, unit.area_code)}
    return found


def _choice(name: str, label: str, options: dict[str, str]) -> str:
    key = _FORM + name
    if st.session_state.get(key) not in options:
        st.session_state.pop(key, None)
    return str(
        st.selectbox(
            label, list(options), key=key, format_func=lambda code: options.get(str(code), str(code))
        )
        or ""
    )


def _inputs(shell: Shell, held: Entry | None) -> None:
    _ = shell.translate
    names = {kind: _(zh) for kind, zh in EVENT_ZH.items()}
    _preset("kind", held.kind if held else EventKind.VISIT)
    _preset("on", str(held.happened_on or "") if held else str(today()))
    _preset("due", str(held.next_due or "") if held else "")
    for name, value in (
        ("with", "counterpart"),
        ("result", "result"),
        ("next", "next_step"),
        ("detail", "detail"),
    ):
        _preset(name, getattr(held, value) if held else "")
    st.selectbox(_("类型"), list(names), key=_FORM + "kind", format_func=lambda kind: names[EventKind(kind)])
    st.text_input(_("日期（年-月-日，不知道可空）"), key=_FORM + "on", placeholder="2026-05-01", max_chars=20)
    st.text_input(_("对方（投资方，只给有关单位看）"), key=_FORM + "with")
    st.text_area(_("结果"), key=_FORM + "result", height=80)
    st.text_input(_("下一步"), key=_FORM + "next")
    st.text_input(_("下一步期限（年-月-日）"), key=_FORM + "due", placeholder="2026-06-01", max_chars=20)
    st.text_area(_("情况说明"), key=_FORM + "detail", height=80)
    if held is not None:
        st.text_input(_("更正原因"), key=_FORM + "why")


def _preset(name: str, value: Any) -> None:
    st.session_state.setdefault(_FORM + name, value)


def _typed(name: str) -> str:
    return str(st.session_state.get(_FORM + name) or "")


def entry_typed(held: Entry | None) -> tuple[Entry, list[Problem]]:
    """Return what the form holds as an entry, and the dates in it that are none."""
    found: list[Problem] = []
    days: dict[str, date | None] = {}
    for name, field in (("on", "happened_on"), ("due", "next_due")):
        text = _typed(name).strip().replace("/", "-").replace(".", "-")
        try:
            days[field] = date.fromisoformat(text) if text else None
        except ValueError:
            days[field] = None
            found.append(Problem(field, Fault.INVALID_DATE, _typed(name)[:40]))
    record = _typed("subject") != "area"
    entry = Entry(
        kind=EventKind(st.session_state[_FORM + "kind"]),
        unit_id=held.unit_id if held else ("" if record else _typed("unit")),
        project_id=held.project_id if held else (_typed("record").upper() if record else ""),
        area_code=held.area_code if held else ("" if record else _typed("area")),
        counterpart=_typed("with"),
        result=_typed("result"),
        next_step=_typed("next"),
        detail=_typed("detail"),
        **days,
    )
    return tidy(entry), found


def _save(shell: Shell, promotion: Promotion, versions: Sequence[Event]) -> None:
    """Store what was typed, or say everything that is wrong with it; what was typed stays in the form."""
    _ = shell.translate
    entry, wrong = entry_typed(versions[0].entry if versions else None)
    found = [*wrong, *problems(entry, today())]
    if entry.project_id:  # its unit is the database's to say
        found = [one for one in found if one.fault is not Fault.NO_UNIT]
    for problem in found:
        notice(problem_words(problem, _), "error")
    if found:
        return
    try:
        if versions:
            promotion.correct(versions[0].number, versions[0].version, entry, _typed("why"))
            said = _("已更正 {n} 号，原来的内容留在修改记录中。").format(n=versions[0].number)
        else:
            said = _("已保存为 {n} 号。").format(n=promotion.note(entry))
    except StorageUnavailable as error:
        notice(storage_words(error, _), "error")
        return
    except AtlasError as error:
        notice(str(error), "error")
        return
    _close()
    st.session_state[_SAID] = said
    st.rerun()


def problem_words(problem: Problem, _: Translate) -> str:
    """Return what is wrong with an entry, with the value and what to do."""
    field = {
        "happened_on": _("日期"),
        "next_due": _("下一步期限"),
        "counterpart": _("对方"),
        "result": _("结果"),
        "next_step": _("下一步"),
        "detail": _("情况说明"),
    }.get(problem.field, problem.field)
    return {
        Fault.ABOUT_NOTHING: _("请填项目编号，或选一个地区。"),
        Fault.NO_UNIT: _("请选单位。"),
        Fault.IN_THE_FUTURE: _("“{field}”{value} 在今天以后：已发生的才记在这里，将要做的请写在“下一步”。"),
        Fault.INVALID_DATE: _("“{field}”看不懂：{value}。请写成 2026-05-01 这样，年份在 1990–2100 之间。"),
        Fault.DATE_ORDER: _("“{field}”{value} 早于发生的日期，请核对。"),
        Fault.TEXT_TOO_LONG: _("“{field}”有 {value} 个字，最多 {most} 个：请写短一些。"),
        Fault.EMPTY: _("日期、对方、结果、下一步、说明至少要填一项。"),
    }[problem.fault].format(field=field, value=problem.value, most=_most(problem.field))


def _most(field: str) -> int:
    return longest(field) if field in ("counterpart", "result", "next_step", "detail") else 0


# ---- taking back, history ----


def _withdrawing(shell: Shell, promotion: Promotion, latest: Event) -> None:
    _ = shell.translate
    if latest.withdrawn:
        st.caption(_("这一条已撤回；保存一次更正即恢复。"))
        return
    with st.popover(_("撤回这一条"), icon=":material/undo:"):
        why = st.text_input(_("撤回原因"), key="event-back-why", max_chars=200)
        if st.button(_("确认撤回"), key="event-back"):
            try:
                promotion.withdraw(latest.number, latest.version, str(why or ""))
            except AtlasError as error:
                notice(str(error), "error")
                return
            _close()
            st.session_state[_SAID] = _("已撤回 {n} 号，可在“看已撤回的”中找到。").format(n=latest.number)
            st.rerun()


def history(shell: Shell, versions: Sequence[Event]) -> str:
    """Return the versions of an entry as HTML, newest first, each with what it said."""
    _ = shell.translate
    boxes = []
    for event in versions:
        entry = event.entry
        head = _("第 {n} 版 · {who} · {when}").format(
            n=event.version, who=event.created_by, when=marks.when(event.created_at)
        )
        said = [_(EVENT_ZH[entry.kind]), str(entry.happened_on or ""), entry.counterpart, entry.result]
        said += [entry.next_step, str(entry.next_due or ""), entry.detail]
        lines = [
            element("p", escape(head), " ", marks.tag(_("撤回"), "rejected") if event.withdrawn else ""),
            element("p", escape(" · ".join(part for part in said if part))),
            element("p", escape(event.reason), class_="atlas-muted") if event.reason else "",
        ]
        boxes.append(element("div", *lines, class_="atlas-time"))
    return element("h3", escape(_("修改记录")), class_="atlas-heading") + "".join(boxes)
