"""The packs that were made: a list, and the open one with its files, counts, checksums and links."""

from typing import Any, Final

import streamlit as st

from layers.html import element, escape
from projects.errors import UnknownRecord
from projects.packs import Pack, PackFile
from views import marks, ways
from views.notices import notice
from views.packs import sharing, words
from views.packs.address import ADDRESS, close, number, open_pack
from views.packs.links import file_address
from views.shell import Shell, guarded

SHOWN: Final = 20
CHECKSUM: Final = 12
"""Characters of a checksum that are shown; all of them stand in the manifest and in the tip."""


def draw_open(shell: Shell) -> None:
    """Draw the pack that the address names, if it names one."""
    opened = number("pack")
    if opened is not None:
        _open(shell, opened)


def draw_list(shell: Shell) -> None:
    """List the packs of this account besides the open one."""
    _ = shell.translate
    opened = number("pack")
    others = [one for one in shell.packs.mine(SHOWN) if one.id != opened]
    if not others and opened is not None:
        return
    st.html(element("h3", escape(_("做好的材料")), class_="atlas-heading"))
    if not others:
        st.caption(_("还没有。做好的材料列在这里，过期自动清除。"))
    for one in others:
        _line(shell, one)


def _line(shell: Shell, pack: Pack) -> None:
    """Draw one pack of the list."""
    _ = shell.translate
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"pack-line-{pack.id}"):
        st.button(_("打开"), key=f"pack-open-{pack.id}", on_click=open_pack, args=(pack.id,))
        st.html(
            element("p", escape(pack.title or _("材料")), class_="atlas-rowhead")
            + element("p", escape(facts(shell, pack)), class_="atlas-muted")
        )


def facts(shell: Shell, pack: Pack) -> str:
    """Return a pack's size and dates in one line."""
    _ = shell.translate
    made = _("{n} 条 · {m} 个文件 · {size} · {when} 做成").format(
        n=f"{pack.records:,}",
        m=len(parts_of(pack)),
        size=words.size(pack.size_bytes),
        when=marks.when(pack.created_at),
    )
    if pack.expires_at is None:
        return made
    return made + " · " + _("保留到 {when}").format(when=marks.when(pack.expires_at))


def parts_of(pack: Pack) -> tuple[PackFile, ...]:
    """Return the files that are about records, without manifest and archive."""
    return tuple(file for file in pack.files if file.part not in words.LINES)


def _open(shell: Shell, key: int) -> None:
    """Draw one pack with all that can be done with it."""
    _ = shell.translate
    try:
        pack = shell.packs.pack(key)
    except UnknownRecord:
        ADDRESS.put(pack="")
        notice(_("没有第 {n} 号材料：可能已过期清除，或不是您的。").format(n=key))
        return
    with st.container(border=True, key="pack-card"):
        st.html(
            element("p", escape(pack.title or _("材料")), class_="atlas-rowhead")
            + element("p", escape(facts(shell, pack)), class_="atlas-muted")
        )
        st.html(element("p", escape(_conditions(shell, pack)), class_="atlas-muted"))
        _deeds(shell, pack)
        st.html(files_table(shell, pack))
        st.caption(_("每个文件交代的条数都是 {n}，制作时逐一核对过。").format(n=f"{pack.records:,}"))
        if not pack.frozen:
            guarded(lambda: sharing.draw(shell, pack), _)


def _conditions(shell: Shell, pack: Pack) -> str:
    _ = shell.translate
    if pack.frozen:
        return _("已公布版本的冻结材料，不再改动。")
    return _("条件：{words}").format(words=words.conditions(shell, pack.chosen))


def _deeds(shell: Shell, pack: Pack) -> None:
    """Draw the ways on: everything at once, order it again, take it away, close it."""
    _ = shell.translate
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="pack-deeds"):
        if pack.archive is not None:
            st.link_button(
                _("下载全部（zip，{size}）").format(size=words.size(pack.archive.size_bytes)),
                file_address(pack, pack.archive),
                type="primary",
                icon=":material/download:",
            )
        if not pack.frozen:
            chosen: dict[str, Any] = dict(pack.chosen)
            ways.link(shell, _("按同样的条件看地图"), ways.MAP, ":material/map:", **chosen)
            with st.popover(_("删除"), icon=":material/delete:"):
                st.caption(_("文件和已发出的链接立即失效，不能恢复；随时可以再做一套。"))
                st.button(_("确定删除"), key="pack-remove", on_click=_remove, args=(shell, pack.id))
        st.button(_("收起"), key="pack-close", type="tertiary", on_click=close, args=("pack",))


def _remove(shell: Shell, key: int) -> None:
    guarded(lambda: shell.packs.remove(key), shell.translate)
    close("pack")


def files_table(shell: Shell, pack: Pack) -> str:
    """Return the files of a pack as a table: name with its link, what it is, records, size, checksum."""
    _ = shell.translate
    head = element(
        "tr",
        *(element("th", escape(h)) for h in (_("文件名"), _("是什么文件"), _("条数"), _("大小"), "SHA-256")),
    )
    rows = "".join(_row(shell, pack, file) for file in pack.files if file.part != "zip")
    table = element("table", element("thead", head), element("tbody", rows), class_="atlas-diff")
    return element("div", table, class_="atlas-scroll")


def _row(shell: Shell, pack: Pack, file: PackFile) -> str:
    count = "—" if file.records is None else f"{file.records:,}"
    return element(
        "tr",
        element("td", element("a", escape(file.name), href=file_address(pack, file), class_="atlas-link")),
        element("td", escape(words.part_name(file.part, shell.translate))),
        element("td", escape(count)),
        element("td", escape(words.size(file.size_bytes))),
        element("td", element("code", escape(file.sha256[:CHECKSUM])), title=file.sha256),
    )
