"""The form of a new matter: about a record or an area, raised for a unit, answered by another."""

from typing import Final, NamedTuple

import streamlit as st

from layers.html import element, escape
from projects.filters import ProjectFilter
from projects.matters.model import UnitName
from projects.values import RECORD_ID
from views import state, values
from views.matters import address, draft_fields, pieces, reply_part
from views.notices import notice
from views.promotion.event_form import areas_of
from views.shell import Shell, in_plain_words

FORM: Final = "matter-new-"
OFFERED: Final = 20
"""Records offered for a part of a name."""


class Subject(NamedTuple):
    """What a matter is about: a record's id, or an area; ``within`` is where units are looked for first."""

    record: str
    area: str
    within: str


def draw(shell: Shell) -> None:
    """Draw the form; what was typed stays until it is stored or thrown away."""
    _ = shell.translate
    st.button(
        _("返回清单"), key="matter-back", type="tertiary", icon=":material/arrow_back:", on_click=_close
    )
    st.html(element("h2", escape(_("提出事项")), class_="atlas-title"))
    raisers = {one.id: one for one in shell.matters.raising_units()}
    if not raisers:
        notice(_("您的账号没有可以提出事项的单位。如有需要，请联系管理员。"), "info")
        return
    with st.container(border=True, key=FORM + "box"):
        raised = _raiser(shell, raisers)
        about = _subject(shell, raised)
        draft_fields.draw(shell, FORM, draft_fields.Preset(), about.within)
        told = st.container()
        sent = st.button(_("提出事项"), key=FORM + "send", type="primary")
    if sent:
        with told, in_plain_words(_):
            _save(shell, raised, about)


def _raiser(shell: Shell, raisers: dict[str, UnitName]) -> str:
    """Draw for which unit the matter is raised; a person of one unit is not asked."""
    _ = shell.translate
    own = shell.identity.unit
    first = own.id if own and own.id in raisers else next(iter(raisers))
    if len(raisers) == 1:
        st.caption(_("提出单位：{unit}").format(unit=pieces.unit(raisers[first], _)))
        return first
    if st.session_state.get(FORM + "raised") not in raisers:
        st.session_state[FORM + "raised"] = first
    found = st.selectbox(
        _("提出单位"),
        list(raisers),
        key=FORM + "raised",
        format_func=lambda code: pieces.unit(raisers[str(code)], _),
    )
    return str(found or "")


def _subject(shell: Shell, raised: str) -> Subject:
    """Draw what it is about: a record by its id, or an area of the raising unit."""
    _ = shell.translate
    names = {"record": _("某个项目"), "area": _("某个地区")}
    st.session_state.setdefault(FORM + "subject", "record")
    held = str(st.session_state[FORM + "subject"])
    state.sync_captions(FORM + "subject", {names[held]: held})
    kind = st.radio(
        _("关于"), list(names), key=FORM + "subject", format_func=names.__getitem__, horizontal=True
    )
    unit = next((one for one in shell.desk.units() if one.id == raised), None)
    within = unit.area_code if unit else ""
    if kind == "record":
        return Subject(_record(shell), "", within)
    areas = areas_of(shell, unit) if unit else {}
    if st.session_state.get(FORM + "area") not in areas:
        st.session_state.pop(FORM + "area", None)
    found = st.selectbox(
        _("地区"), list(areas), key=FORM + "area", format_func=lambda code: areas.get(str(code), str(code))
    )
    return Subject("", str(found or ""), within)


def _record(shell: Shell) -> str:
    _ = shell.translate
    about = address.own.held()["about"]
    st.session_state.setdefault(FORM + "record", about if RECORD_ID.fullmatch(about) else "")
    typed = st.text_input(
        _("项目（编号，或名称的一部分）"),
        key=FORM + "record",
        placeholder=values.example_id(shell),
        max_chars=40,
    )
    words = str(typed or "").strip()
    return words.upper() if not words or RECORD_ID.fullmatch(words.upper()) else _called(shell, words)


def _called(shell: Shell, words: str) -> str:
    """Draw the records whose name holds the words and return the one chosen; the words when there is none."""
    _ = shell.translate
    page = shell.library.page(ProjectFilter(q=words), limit=OFFERED)
    names = {one.id: f"{one.id} {one.name}" for one in page.items}
    if not names:
        return words
    if st.session_state.get(FORM + "named") not in names:
        st.session_state[FORM + "named"] = next(iter(names)) if len(names) == 1 else None
    label = _("找到 {n} 个项目，选一个").format(n=page.matched)
    chosen = st.selectbox(
        label,
        list(names),
        key=FORM + "named",
        format_func=lambda code: names.get(str(code), str(code)),
        placeholder=_("请选择"),
    )
    return str(chosen or "")


def _save(shell: Shell, raised: str, about: Subject) -> None:
    """Store the matter and show it, or say everything that is wrong with it."""
    _ = shell.translate
    draft = draft_fields.typed(FORM, project_id=about.record, area_code=about.area, raised_unit=raised)
    found = draft_fields.wrong(draft, _, address.today())
    if about.record and not RECORD_ID.fullmatch(about.record):
        words = _("“{id}”不是项目编号（例如 {example}），也没有项目叫这个名称。")
        found.append(words.format(id=about.record, example=values.example_id(shell)))
    for sentence in found:
        notice(sentence, "error")
    if found:
        return
    number = shell.matters.raise_matter(draft)
    _close()
    address.put("matter", str(number))
    reply_part.say(_("已提出，编号 {n}。要附文件，可随答复附上，或打开“增减附件”。").format(n=number))
    st.rerun()


def _close() -> None:
    draft_fields.forget(FORM)
    st.session_state.pop(FORM + "named", None)
    address.own.replace(new="", about="")
