"""All directories: what each is for, who asks for it, its newest edition, what is still a draft."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.directories.model import Definition, Definitions, EditionHead, EditionState
from projects.identity import Role
from views import marks, ways
from views.directories import cells, here
from views.shell import Shell

PAGE: Final = "directories"
LONGEST_SOURCE: Final = 60
"""Characters of a citation that the overview shows; the directory itself shows all of it."""


def draw(shell: Shell, known: Definitions, heads: Sequence[EditionHead]) -> None:
    """Draw one row for each directory, those without a usable file too."""
    _ = shell.translate
    st.html(
        element(
            "p",
            escape(_("名录按日期分版：公布后不再改动，要改就出下一版；每一版都查得到、比得出。")),
            class_="atlas-muted",
        )
    )
    by_key = _by_directory(heads)
    rows = [_row(shell, one, by_key.get(one.key, ())) for one in known.usable]
    lost = [key for key in by_key if key not in {one.key for one in known.usable}]
    rows += [_lost_row(shell, key, by_key[key]) for key in lost]
    titles = (_("名录"), _("用途"), _("依据"), _("已公布"), _("最新一版"), _("草稿"))
    classes = ("", "atlas-purpose", "atlas-second", "atlas-second", "", "atlas-right atlas-second")
    st.html(cells.table(_("名录"), zip(titles, classes, strict=True), rows, whole=True))
    if shell.identity.role is Role.ADMINISTRATOR:
        st.caption(
            _(
                "要加自己的名录：把定义文件放进数据目录的 directories 文件夹，刷新本页。"
                "写法见 docs/directories.md。"
            )
        )


def _by_directory(heads: Sequence[EditionHead]) -> Mapping[str, tuple[EditionHead, ...]]:
    found: defaultdict[str, list[EditionHead]] = defaultdict(list)
    for one in heads:
        found[one.definition].append(one)
    return {key: tuple(held) for key, held in found.items()}


def _row(shell: Shell, definition: Definition, heads: Sequence[EditionHead]) -> str:
    _ = shell.translate
    language = shell.language
    own = " " + marks.tag(_("本单位自建")) if definition.own else ""
    mapped = " " + marks.tag(_("有地图"), "updated") if definition.mapped else ""
    name = ways.anchor(shell, cells.name_of(definition, language), PAGE, dir=definition.key)
    return cells.row(
        name + own + mapped,
        [
            (escape(cells.purpose_of(definition, language)), "atlas-purpose"),
            (cells.cut(definition.source or cells.UNKNOWN, LONGEST_SOURCE), "atlas-second"),
            *_editions(shell, heads),
        ],
    )


def _lost_row(shell: Shell, key: str, heads: Sequence[EditionHead]) -> str:
    """Return the row of a directory whose file cannot be used: what there is of it stays readable."""
    _ = shell.translate
    words = _("定义文件不在了或有错误；已有的版本照常可看。")
    return cells.row(
        ways.anchor(shell, key, PAGE, dir=key),
        [(escape(words), "atlas-purpose"), ("—", "atlas-second atlas-none"), *_editions(shell, heads)],
    )


def _editions(shell: Shell, heads: Sequence[EditionHead]) -> list[tuple[str, str]]:
    _ = shell.translate
    published = [one for one in heads if one.state is EditionState.PUBLISHED]
    drafts = sum(one.state is EditionState.DRAFT for one in heads)
    areas = len({one.area_code for one in published})
    counted = _("{n} 版 · {areas} 个地区").format(n=f"{len(published):,}", areas=f"{areas:,}")
    last = here.newest(heads)
    link = "—"
    if last is not None:
        link = ways.anchor(shell, here.label(shell, last), PAGE, dir=last.definition, edition=last.id)
    return [
        (escape(counted) if published else "—", "atlas-second" if published else "atlas-second atlas-none"),
        (link, "" if last else "atlas-none"),
        (f"{drafts:,}" if drafts else "—", "atlas-right atlas-second" + ("" if drafts else " atlas-none")),
    ]
