"""「名录」: all directories; one with its editions: table, map, comparison, and a draft under work."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from layers.html import element, escape
from projects.attachments import SubjectKind, subject
from projects.directories.model import Definition, Definitions, EditionHead, EditionState
from projects.directories.ports import Directories
from projects.identity import OwnerUnit
from views import state
from views.directories import (
    asked,
    cells,
    compare_part,
    edit_part,
    head_part,
    here,
    lines_part,
    map_part,
    mistakes,
    overview,
    style,
    told,
)
from views.directories.address import ADDRESS
from views.directories.here import Here
from views.editing import attachments
from views.notices import notice
from views.promotion.funnel_tab import today
from views.shell import Shell, guarded


def draw(shell: Shell) -> None:
    """Draw the overview, or the directory that the address names."""
    _ = shell.translate
    style.draw()
    ADDRESS.open()
    st.html(element("h2", escape(_("名录")), class_="atlas-title"))
    told.draw()
    port = shell.directories
    known = port.definitions()
    guarded(lambda: mistakes.draw(shell, known.mistakes), _)
    heads = port.editions()
    key = here.directory_key(shell, port, known, heads)
    if key:
        _directory(shell, _here(shell, port, (key, known), heads))
    else:
        overview.draw(shell, known, heads)
    ADDRESS.keep(shell)


def _here(
    shell: Shell, port: Directories, asked_for: tuple[str, Definitions], heads: Sequence[EditionHead]
) -> Here:
    key, known = asked_for
    usable = next((one for one in known.usable if one.key == key), None)
    own = tuple(one for one in heads if one.definition == key)
    return Here(port, key, usable, own, _units(shell))


def _units(shell: Shell) -> tuple[OwnerUnit, ...]:
    return shell.desk.units() if shell.identity.edits else ()


def _directory(shell: Shell, where: Here) -> None:
    """Draw a directory: the choice of edition, a new one, and the open one."""
    _ = shell.translate
    st.button(
        _("全部名录"),
        key="directories-all",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=ADDRESS.go,
    )
    _purpose(shell, where)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="directories-choice"):
        chosen = here.choose_edition(shell, where.heads)
        if where.units and where.usable is not None:
            head_part.starting(shell, where, today())
    if chosen is None:
        _nothing(shell, where)
        return
    head, whole = where.port.edition(chosen)
    made_with = cells.readable(shell, whole)
    guarded(lambda: _edition(shell, replace(where, head=head, made_with=made_with), made_with, head), _)


def _purpose(shell: Shell, where: Here) -> None:
    _ = shell.translate
    st.html(element("h3", escape(here.title_of(where, shell)), class_="atlas-heading"))
    if where.usable is None:
        notice(_("这份名录的定义文件不在了或有错误：已有的版本照常可看，不能新建。"))
        return
    purpose = cells.purpose_of(where.usable, shell.language)
    said = element("p", escape(purpose), class_="atlas-muted") if purpose else ""
    if where.usable.source:
        said += element(
            "details",
            element("summary", escape(_("哪份文件要这份名录"))),
            element("p", escape(where.usable.source)),
            class_="atlas-muted",
        )
    if said:
        st.html(said)


def _nothing(shell: Shell, where: Here) -> None:
    """Say that there is no edition yet, and offer the headings to whoever could fill them."""
    _ = shell.translate
    if where.heads:
        notice(_("请选一个版本。"), "info")
        return
    notice(_("还没有任何一版。") + (_("点「新建一版」开始。") if where.units else ""), "info")
    if where.usable is not None and where.units:
        head_part.blank(shell, where, where.usable)


def _edition(shell: Shell, where: Here, definition: Definition, head: EditionHead) -> None:
    """Draw the head of an edition, the section that was chosen, and its files."""
    _ = shell.translate
    head_part.draw(shell, where, definition, head)
    section = _section(shell, where, definition, head)
    guarded(lambda: _draw_section(shell, where, definition, head, section), _)
    if section in ("table", "edit"):
        about = subject(SubjectKind.DIRECTORY, head.id)
        guarded(lambda: attachments.draw(shell, about, editable=head.may_edit), _)


def _draw_section(shell: Shell, where: Here, definition: Definition, head: EditionHead, section: str) -> None:
    if section == "compare":
        compare_part.draw(shell, where, definition, head)
        return
    wanted = asked.draw(shell, definition, head)
    drawing = {"map": map_part.draw, "edit": edit_part.draw}.get(section, lines_part.draw)
    drawing(shell, where, definition, head, wanted)


def _section(shell: Shell, where: Here, definition: Definition, head: EditionHead) -> str:
    """Draw the sections that this edition has and return the chosen one."""
    _ = shell.translate
    names = {"table": _("列表")}
    if definition.mapped:
        names["map"] = _("地图")
    if where.earlier():
        names["compare"] = _("与另一版比较")
    if head.may_edit and head.state is EditionState.DRAFT:
        names["edit"] = _("编辑")
    held = ADDRESS.held()["show"]
    value = held if held in names else "table"
    if st.session_state.get(ADDRESS.key("show"), value) not in names:
        ADDRESS.replace(show="")
    state.sync_captions(ADDRESS.key("show"), {names[value]: value})
    found = ADDRESS.widget(
        "show",
        value,
        lambda key: st.segmented_control(
            _("栏目"),
            list(names),
            key=key,
            format_func=lambda code: names.get(code, code),
            label_visibility="collapsed",
            required=True,
            on_change=_turned,
        ),
    )
    return str(found or "table")


def _turned() -> None:
    """Begin another section on its first page: their pages are of different length."""
    ADDRESS.replace(p="")
