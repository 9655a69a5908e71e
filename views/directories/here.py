"""Where the reader is: which directory, which of its editions; what the address says decides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import streamlit as st

from projects.directories.model import Definition, Definitions, EditionHead, EditionState
from projects.directories.ports import Directories
from projects.errors import UnknownRecord
from projects.identity import OwnerUnit
from views import marks, ways
from views.directories.address import ADDRESS, first_page
from views.directories.cells import name_of
from views.notices import notice
from views.shell import Shell

TAGS = {EditionState.DRAFT: "notice", EditionState.PUBLISHED: "accepted", EditionState.WITHDRAWN: "rejected"}


@dataclass(frozen=True, slots=True)
class Here:
    """What the sections of one page run are about."""

    port: Directories
    key: str
    """Which directory."""
    usable: Definition | None
    """Its definition as the file says now; None when that file is gone or has mistakes."""
    heads: tuple[EditionHead, ...]
    """Its editions that this reader sees, newest first."""
    units: tuple[OwnerUnit, ...] = ()
    """The units that this reader may keep a directory for."""
    head: EditionHead | None = None
    made_with: Definition | None = field(default=None)
    """The definition that the open edition was made with."""

    @property
    def definition(self) -> Definition | None:
        """What the page goes by: the open edition's definition, else the present one."""
        return self.made_with or self.usable

    def earlier(self) -> tuple[EditionHead, ...]:
        """Return what the open edition can be held against: others of its area that were not withdrawn."""
        if self.head is None:
            return ()
        return tuple(
            one
            for one in self.heads
            if one.area_code == self.head.area_code
            and one.id != self.head.id
            and one.state is not EditionState.WITHDRAWN
        )


def directory_key(shell: Shell, port: Directories, known: Definitions, heads: Sequence[EditionHead]) -> str:
    """Return which directory the address names, "" for the overview; says so when there is none such."""
    key, edition = ADDRESS.held()["dir"], ADDRESS.held()["edition"]
    if not key and edition:
        key = _directory_of(shell, port, edition)
    if not key:
        return ""
    if key in {one.key for one in known.usable} | {one.definition for one in heads}:
        ADDRESS.put(dir=key)
        return key
    notice(shell.translate("没有这份名录：{key}").format(key=key))
    ADDRESS.go()
    return ""


def _directory_of(shell: Shell, port: Directories, edition: str) -> str:
    """Return the directory of an edition that a link names."""
    try:
        return port.edition(_number(edition))[0].definition
    except UnknownRecord:
        _no_edition(shell, edition)
        ADDRESS.put(edition="")
        return ""


def _number(text: str) -> int:
    """Return the id that a text names; ``UnknownRecord`` for what cannot be one."""
    if not (text.isascii() and text.isdecimal()) or len(text) > 10 or int(text) > ways.LARGEST_NUMBER:
        raise UnknownRecord(text)
    return int(text)


def _no_edition(shell: Shell, edition: str) -> None:
    notice(shell.translate("没有这一版，或您无权查看：{n}").format(n=edition))


def usual(shell: Shell, heads: Sequence[EditionHead]) -> int | None:
    """Return the edition that opens: the newest published of one's own area, else of any, else newest.

    A withdrawn one opens only when asked for.
    """
    unit = shell.identity.unit
    own = {code for code in (unit.area_code if unit else "", shell.settings.home_area or "") if code}
    published = [one for one in heads if one.state is EditionState.PUBLISHED]
    near = [one for one in published if one.area_code in own]
    there = [one for one in heads if one.state is not EditionState.WITHDRAWN]
    return next((one.id for one in (*near, *published, *there)), None)


def choose_edition(shell: Shell, heads: Sequence[EditionHead]) -> int | None:
    """Draw the choice among the editions of a directory and return the chosen one's id."""
    by_id = {one.id: one for one in heads}
    if not by_id:
        return None
    held = ADDRESS.held()["edition"]
    asked = int(held) if held.isascii() and held.isdecimal() and len(held) <= 10 else 0
    if held and asked not in by_id:
        _no_edition(shell, held)
    value = asked if asked in by_id else usual(shell, heads)
    found = ADDRESS.widget(
        "edition",
        value,
        lambda key: st.selectbox(
            shell.translate("版本"),
            list(by_id),
            key=key,
            index=None if value is None else 0,
            format_func=lambda one: label(shell, by_id[one]),
            placeholder=shell.translate("选择版本"),
            width=460,
            on_change=first_page,
        ),
        lambda chosen: str(chosen or ""),
    )
    return int(found) if found in by_id else None


def label(shell: Shell, head: EditionHead) -> str:
    """Return an edition in one line: area, number or state, day, lines."""
    return shell.translate("{area} · {number} · {day} · {n} 行").format(
        area=head.area_name, number=number_words(shell, head), day=head.valid_on, n=f"{head.entries:,}"
    )


def number_words(shell: Shell, head: EditionHead) -> str:
    """Return which edition it is: its number, with its state unless that is plain."""
    _ = shell.translate
    number = _("第 {n} 版").format(n=head.number) if head.number else ""
    state = "" if head.number and head.state is EditionState.PUBLISHED else state_words(shell, head.state)
    return " ".join(part for part in (number, state) if part)


def state_words(shell: Shell, state: EditionState) -> str:
    """Return where an edition stands, in words."""
    _ = shell.translate
    return {
        EditionState.DRAFT: _("草稿"),
        EditionState.PUBLISHED: _("已公布"),
        EditionState.WITHDRAWN: _("已撤回"),
    }[state]


def state_tag(shell: Shell, head: EditionHead) -> str:
    """Return the state of an edition as a coloured word."""
    return marks.tag(state_words(shell, head.state), TAGS[head.state])


def newest(heads: Iterable[EditionHead]) -> EditionHead | None:
    """Return the newest published edition among some."""
    published = (one for one in heads if one.state is EditionState.PUBLISHED)
    return max(published, key=lambda one: (one.valid_on, one.number or 0, one.id), default=None)


def title_of(here: Here, shell: Shell) -> str:
    """Return what the open directory is called; one whose file is gone goes by its key."""
    return name_of(here.definition, shell.language) if here.definition else here.key
