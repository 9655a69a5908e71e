"""Two editions of a directory and area: what entered, left, changed and stayed; both sums are shown."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.directories.model import Definition, Difference, EditionHead, Entry
from views import marks
from views.directories import cells, diff
from views.directories.address import ADDRESS
from views.directories.here import Here, label
from views.notices import notice
from views.plans.kept import once
from views.shell import Shell

MOST_SHOWN: Final = 200
"""Lines of one sort that the page lists; the workbooks of both editions hold all."""


def draw(shell: Shell, here: Here, definition: Definition, head: EditionHead) -> None:
    """Draw the comparison of the open edition with another one."""
    _ = shell.translate
    other = _against(shell, here)
    if other is None:
        notice(_("本地区只有这一版，没有可比较的。"), "info")
        return
    older, newer = ordered(head, other)
    about = (older.id, older.version, newer.id, newer.version)
    found = once("directories-compared", about, lambda: here.port.compare(older.id, newer.id))
    st.html(element("p", escape(f"{label(shell, older)} → {label(shell, newer)}"), class_="atlas-edition"))
    _figures(shell, found, (older, newer))
    if found.changed:
        _head(shell, _("有变动的"), len(found.changed))
        st.html(diff.table(shell, definition, found.changed[:MOST_SHOWN]))
    _lines(shell, definition, _("新进的"), found.entered)
    _lines(shell, definition, _("退出的"), found.left)


def ordered(one: EditionHead, other: EditionHead) -> tuple[EditionHead, EditionHead]:
    """Return two editions, the older first: by day, a draft after what is published, then by number."""
    first, second = sorted(
        (one, other), key=lambda head: (head.valid_on, head.number is None, head.number or 0, head.id)
    )
    return first, second


def _against(shell: Shell, here: Here) -> EditionHead | None:
    others = {one.id: one for one in here.earlier()}
    if not others:
        return None
    held = ADDRESS.held()["against"]
    asked = int(held) if held.isascii() and held.isdecimal() and len(held) <= 10 else 0
    found = ADDRESS.widget(
        "against",
        asked if asked in others else next(iter(others)),
        lambda key: st.selectbox(
            shell.translate("与哪一版比较"),
            list(others),
            key=key,
            format_func=lambda one: label(shell, others[one]) if one in others else str(one),
            width=460,
        ),
        lambda chosen: str(chosen or ""),
    )
    return others.get(int(found)) if found else None


def _figures(shell: Shell, found: Difference, sides: tuple[EditionHead, EditionHead]) -> None:
    """Draw how the lines of both divide; it says so when a sum does not come out."""
    _ = shell.translate
    entered, left, changed = len(found.entered), len(found.left), len(found.changed)
    st.html(
        marks.tiles(
            (
                marks.tile(f"{entered:,}", _("新进")),
                marks.tile(f"{left:,}", _("退出")),
                marks.tile(f"{changed:,}", _("有变动")),
                marks.tile(f"{found.same:,}", _("相同")),
            )
        )
    )
    sentence = _(
        "原来 {old} 行 = 相同 {same} + 有变动 {changed} + 退出 {left}；"
        "现在 {new} 行 = 相同 {same} + 有变动 {changed} + 新进 {entered}"
    )
    kept = found.same + changed
    numbers = {"same": found.same, "changed": changed, "left": left, "entered": entered}
    shown = {name: f"{n:,}" for name, n in {**numbers, "old": kept + left, "new": kept + entered}.items()}
    st.caption(sentence.format(**shown))
    if (kept + left, kept + entered) != (sides[0].entries, sides[1].entries):
        notice(_("行数与两版的总行数对不上，可能刚有人改过草稿：请刷新本页。"))


def _lines(shell: Shell, definition: Definition, title: str, lines: Sequence[Entry]) -> None:
    if lines:
        _head(shell, title, len(lines))
        st.html(cells.lines_table(shell, definition, lines[:MOST_SHOWN]))


def _head(shell: Shell, title: str, count: int) -> None:
    _ = shell.translate
    st.html(
        element("h3", escape(_("{title}（{n}）").format(title=title, n=f"{count:,}")), class_="atlas-heading")
    )
    if count > MOST_SHOWN:
        st.caption(_("这里列出前 {n} 行；全部在两版的 Excel 中。").format(n=MOST_SHOWN))
