"""The form of a finding: what it is about, what was found, how; kept as a draft until it is handed in."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

import streamlit as st

from layers.html import element, escape
from projects.codes import Level
from projects.errors import AtlasError, StorageUnavailable
from projects.evaluation import (
    LONGEST_METHOD,
    LONGEST_TEXT,
    LONGEST_TITLE,
    RATING_ZH,
    Fault,
    Finding,
    FindingDraft,
    Problem,
    Rating,
    problems,
    tidy,
)
from views import state, values
from views.evaluation import address, pieces
from views.notices import notice
from views.plain import plain
from views.shell import Shell, storage_words

T = TypeVar("T")
_FORM: Final = "finding-form-"
_RECORD, _AREA = "record", "area"
SAID: Final = "finding-said"
"""Session key: what has just been done, told at the next run."""


def draw_new(shell: Shell) -> None:
    """Draw the form for a new finding, or for one that corrects another."""
    _ = shell.translate
    replaces = address.number("replaces")
    held = shell.evaluations.get(replaces) if replaces else None
    heading = _("更正 {n} 号评价").format(n=replaces) if held else _("写一条评价")
    st.html(element("h3", escape(heading), class_="atlas-heading"))
    if held is not None:
        st.caption(_("原来的评价不变，提交后两条并列，原评价标明“已有更正”。"))
    _form(shell, f"new{replaces}", held, replaces)


def draw_change(shell: Shell, finding: Finding) -> None:
    """Draw the form for a draft of one's own."""
    _form(shell, str(finding.id), finding, finding.draft.replaces_id or 0)


def _form(shell: Shell, name: str, held: Finding | None, replaces: int) -> None:
    """Draw the fields of a finding; ``name`` keeps what is typed into several of them apart."""
    _ = shell.translate
    key = f"{_FORM}{name}-"
    if replaces and held is not None:
        st.html(element("p", pieces.about(shell, held)))
    else:
        _subject(shell, key, held)
    with st.form(f"{key}form", border=True):
        _inputs(shell, key, held.draft if held else None)
        told = st.container()
        sent = st.form_submit_button(_("保存草稿"), type="primary", key=f"{key}send")
    if sent:
        with told:  # right above the button: below it a sentence would be out of sight
            _save(shell, key, held, replaces)


def _subject(shell: Shell, key: str, held: Finding | None) -> None:
    """Draw what the finding is about: a record by its id, or an area of the scope."""
    _ = shell.translate
    draft = held.draft if held else None
    names = {_RECORD: _("某个项目"), _AREA: _("某个地区")}
    given = address.about()
    area = draft.area_code if draft else given[1]
    _preset(key, "subject", _AREA if area else _RECORD)
    state.sync_captions(f"{key}subject", {names[one]: one for one in names})
    kind = st.radio(
        _("评价对象"), list(names), key=f"{key}subject", format_func=names.__getitem__, horizontal=True
    )
    if kind == _RECORD:
        _preset(key, "record", draft.project_id if draft else given[0])
        st.text_input(_("项目编号"), key=f"{key}record", placeholder=values.example_id(shell), max_chars=40)
        return
    areas = areas_of(shell, shell.identity.scope_code)
    if st.session_state.get(f"{key}area") not in areas:
        st.session_state[f"{key}area"] = area if area in areas else shell.identity.scope_code
    st.selectbox(
        _("地区"),
        list(areas),
        key=f"{key}area",
        format_func=lambda code: plain(areas.get(str(code), str(code))),
    )


def areas_of(shell: Shell, scope: str) -> dict[str, str]:
    """Return the areas that a finding can be about, by code: the scope's own and those that lie in it."""
    found = {scope: values.area_name(shell, scope)}
    for level in (Level.PREFECTURE, Level.COUNTY):
        found |= {one.code: one.name for one in shell.library.areas(level, scope)}
    return found


def _inputs(shell: Shell, key: str, draft: FindingDraft | None) -> None:
    _ = shell.translate
    names = {rating: _(zh) for rating, zh in RATING_ZH.items()}
    _preset(key, "title", draft.title if draft else "")
    _preset(key, "text", draft.text if draft else "")
    _preset(key, "rating", draft.rating if draft else Rating.UNKNOWN)
    _preset(key, "score", pieces.score(draft.score) if draft else "")
    _preset(key, "seen", str(draft.seen_on or "") if draft else "")
    _preset(key, "method", draft.method if draft else "")
    st.text_input(_("标题"), key=f"{key}title", max_chars=LONGEST_TITLE)
    st.text_area(
        _("评价意见：看到什么、依据什么、建议什么"), key=f"{key}text", height=160, max_chars=LONGEST_TEXT
    )
    st.selectbox(_("评价等级"), list(names), key=f"{key}rating", format_func=lambda one: names[Rating(one)])
    st.text_input(_("评分（0–100，没有可空）"), key=f"{key}score", max_chars=10)
    st.text_input(
        _("查看日期（年-月-日，不知道可空）"), key=f"{key}seen", max_chars=20, placeholder="2026-05-01"
    )
    st.text_input(_("方法：实地查看、抽样、访谈、查阅资料"), key=f"{key}method", max_chars=LONGEST_METHOD)


def _preset(key: str, name: str, value: Any) -> None:
    st.session_state.setdefault(key + name, value)


def _typed(key: str, name: str) -> str:
    return str(st.session_state.get(key + name) or "")


def draft_typed(key: str, held: Finding | None, replaces: int) -> tuple[FindingDraft, list[Problem]]:
    """Return what the form holds, and what in it is neither a number nor a day."""
    found: list[Problem] = []
    score = _read(found, "score", _typed(key, "score"), Fault.INVALID_SCORE, Decimal)
    seen = _read(found, "seen_on", _typed(key, "seen"), Fault.INVALID_DATE, _day)
    fixed = held.draft if replaces and held else None
    record = _typed(key, "subject") != _AREA
    draft = FindingDraft(
        title=_typed(key, "title"),
        text=_typed(key, "text"),
        project_id=fixed.project_id if fixed else (_typed(key, "record").upper() if record else ""),
        area_code=fixed.area_code if fixed else ("" if record else _typed(key, "area")),
        rating=Rating(st.session_state[f"{key}rating"]),
        score=score,
        seen_on=seen,
        method=_typed(key, "method"),
        replaces_id=replaces or None,
    )
    return tidy(draft), found


def _day(text: str) -> date:
    return date.fromisoformat(text.replace("/", "-").replace(".", "-"))


def _read(found: list[Problem], field: str, text: str, fault: Fault, make: Callable[[str], T]) -> T | None:
    """Return a typed value, None for an empty field or one that cannot be read, which is noted."""
    if not text.strip():
        return None
    try:
        return make(text.strip())
    except (ValueError, InvalidOperation):
        found.append(Problem(field, fault, text.strip()[:20]))
        return None


def _save(shell: Shell, key: str, held: Finding | None, replaces: int) -> None:
    """Store what was typed, or say everything that is wrong with it; what was typed stays in the form."""
    _ = shell.translate
    draft, wrong = draft_typed(key, held, replaces)
    found = [*wrong, *problems(draft, address.today())]
    for problem in found:
        notice(pieces.problem_words(problem, _), "error")
    if found:
        return
    try:
        if held is not None and held.may_edit:
            shell.evaluations.change(held.id, draft)
            number = held.id
        else:
            number = shell.evaluations.write(draft)
    except StorageUnavailable as error:
        notice(storage_words(error, _), "error")
        return
    except AtlasError as error:
        notice(str(error), "error")
        return
    forget(key)
    address.show(finding=str(number))
    st.session_state[SAID] = _("草稿已保存为 {n} 号，可以附上材料，核对后提交。").format(n=number)
    st.rerun()


def forget(key: str = _FORM) -> None:
    """Let go of what was typed into a form, or into all."""
    for name in [name for name in st.session_state if str(name).startswith(key)]:
        if not str(name).endswith(("send", "form")):
            del st.session_state[name]
