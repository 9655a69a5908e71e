"""A table for a draft: looked at first (every row in one of four counts), stored when somebody says so."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

from layers.html import clean_text, element, escape
from projects.directories.model import CellFault, Definition, EditionHead, Preview
from projects.errors import BadValue
from views import words
from views.directories import cells, diff, head_part, line_form, told
from views.directories.here import Here
from views.notices import notice
from views.plans.kept import once
from views.shell import Shell

MOST_SHOWN: Final = 100
"""Rows of one sort that the preview lists; the counts are of all."""
_SERIAL: Final = "directories-upload-serial"


def draw(shell: Shell, here: Here, definition: Definition, head: EditionHead) -> None:
    """Draw the field for a file and what it would bring."""
    _ = shell.translate
    key = f"directories-upload-{head.id}-{st.session_state.setdefault(_SERIAL, 0)}"
    opened = not head.entries or st.session_state.get(key) is not None
    with st.expander(_("上传表格"), icon=":material/upload_file:", expanded=opened):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(_("用「下载 Excel」或「空白表」得到的表；先预览，点了收下才存。"), width="content")
            head_part.blank(shell, here, definition)
        given = st.file_uploader(
            _("文件（xlsx、csv；不超过 {n} MB）").format(n=shell.settings.max_upload_mb),
            type=["xlsx", "csv"],
            max_upload_size=shell.settings.max_upload_mb,
            key=key,
        )
        if given is not None:
            _preview(shell, here, definition, head, (given.name, given.getvalue()))


def _preview(
    shell: Shell, here: Here, definition: Definition, head: EditionHead, file: tuple[str, bytes]
) -> None:
    """Draw what the file would bring, and the button that stores it."""
    _ = shell.translate
    name, content = file
    about = (head.id, head.version, name, hashlib.sha256(content).hexdigest())
    try:
        with st.spinner(_("正在读取并核对表格，行数多时要等几十秒，请不要关闭本页…")):
            found = once("directories-preview", about, lambda: here.port.preview(head.id, content, name))
    except BadValue as error:
        notice(str(error), "error")
        return
    st.html(sum_sentence(shell, found))
    _told(shell, definition, found)
    if found.changed:
        _heading(shell, _("改动"), len(found.changed))
        st.html(diff.table(shell, definition, found.changed[:MOST_SHOWN]))
        _more(shell, len(found.changed))
    if found.fresh:
        _heading(shell, _("新增"), len(found.fresh))
        st.html(cells.lines_table(shell, definition, found.fresh[:MOST_SHOWN]))
        _more(shell, len(found.fresh))
    _take(shell, here, head, file, found)


def sum_sentence(shell: Shell, found: Preview) -> str:
    """Return “rows = the four counts” as HTML; it says so plainly if the sum ever failed."""
    _ = shell.translate
    counts = (len(found.fresh), len(found.changed), found.same, len(found.refused))
    words = (_("新增"), _("改动"), _("相同"), _("不收"))
    parts = " + ".join(f"{word} {count:,}" for word, count in zip(words, counts, strict=True))
    text = _("共 {n} 行 = {parts}").format(n=f"{found.rows:,}", parts=parts)
    line = element("p", element("b", escape(text)), class_="atlas-sum", role="status")
    if sum(counts) == found.rows:
        return line
    wrong = _("行数对不上，请不要提交，并把文件交给管理员。")
    return line + element("div", escape(wrong), class_="atlas-notice atlas-error", role="alert")


def _told(shell: Shell, definition: Definition, found: Preview) -> None:
    """List what keeps rows out, then what is taken but should be looked at, then columns not read."""
    _ = shell.translate
    _cells_told(shell, definition, _("不收的行，原因"), found.faults)
    _cells_told(shell, definition, _("收下，但请核对"), found.remarks)
    if found.ignored:
        names = words.joined((clean_text(name) for name in found.ignored), shell.language)
        notice(_("本名录没有这些列，没有读取：{names}").format(names=names))


def _cells_told(shell: Shell, definition: Definition, title: str, told_of: Sequence[CellFault]) -> None:
    """List cells with what is to be said of them: row, column, what was typed, what to do."""
    _ = shell.translate
    if not told_of:
        return
    titles = headings(shell, definition)
    rows = (
        cells.row(
            escape(_("第 {n} 行").format(n=f"{one.row:,}")),
            [
                (escape(titles.get(one.column, one.column)), ""),
                (escape(one.raw[: cells.SHORT]), ""),
                (escape(one.what_en if shell.language == "en" else one.what_zh), "atlas-long"),
            ],
        )
        for one in told_of[:MOST_SHOWN]
    )
    heads = ((_("行"), ""), (_("列"), ""), (_("原值"), ""), (_("问题"), ""))
    _heading(shell, title, len(told_of))
    st.html(cells.table(title, heads, rows))
    _more(shell, len(told_of))


def headings(shell: Shell, definition: Definition) -> Mapping[str, str]:
    """Return what the columns of a file are called, the number and place of a line among them."""
    _ = shell.translate
    own = {
        "key": _("编号"),
        "lon": _("经度"),
        "lat": _("纬度"),
        "datum": _("坐标系"),
        "county": _("县（市、区）"),
    }
    return own | {column.name: cells.heading(shell, column) for column in definition.columns}


def _heading(shell: Shell, title: str, count: int) -> None:
    said = shell.translate("{title}（{n}）").format(title=title, n=f"{count:,}")
    st.html(element("h3", escape(said), class_="atlas-heading"))


def _more(shell: Shell, count: int) -> None:
    if count > MOST_SHOWN:
        st.caption(
            shell.translate("这里列出前 {shown} 条，共 {n} 条。").format(shown=MOST_SHOWN, n=f"{count:,}")
        )


def _take(shell: Shell, here: Here, head: EditionHead, file: tuple[str, bytes], found: Preview) -> None:
    """Ask what becomes of the lines that the file does not name, and store it."""
    _ = shell.translate
    doing, drop = len(found.fresh) + len(found.changed), False
    if found.left_out:
        drop = st.checkbox(
            _("把文件里没有的 {n} 行移出本版（不勾则保留）").format(n=f"{len(found.left_out):,}"),
            key="directories-drop",
        )
        doing += len(found.left_out) if drop else 0
    if not doing:
        notice(_("没有要收下的：内容与本版一致，或都有问题。"), "info")
    label = _("收下：新增 {fresh} 行，改动 {changed} 行").format(
        fresh=f"{len(found.fresh):,}", changed=f"{len(found.changed):,}"
    )
    # What somebody agrees to is the preview of the run before this one; the draft may have moved on since.
    shown = f"directories-shown-{head.id}"
    seen = int(st.session_state.get(shown, head.version))
    st.session_state[shown] = head.version
    if st.button(label, key="directories-take", type="primary", disabled=not doing):
        _store(shell, here, replace(head, version=seen), file, drop=drop)


def _store(shell: Shell, here: Here, head: EditionHead, file: tuple[str, bytes], *, drop: bool) -> None:
    """Store the file as it was previewed in the version of ``head``."""
    _ = shell.translate
    stored: list[Preview] = []
    name, content = file
    work = lambda: stored.append(  # noqa: E731
        here.port.take(head.id, content, name, remove_left_out=drop, seen=head.version)
    )
    with st.spinner(_("正在收下，请不要关闭本页…")):
        refusal = told.refused(shell, work)
    if refusal:
        notice(refusal, "error")
        return
    done = stored[0]
    sentence = _("已收下：新增 {fresh} 行，改动 {changed} 行，移出 {gone} 行；没有收 {refused} 行。").format(
        fresh=f"{len(done.fresh):,}",
        changed=f"{len(done.changed):,}",
        gone=f"{len(done.left_out) if drop else 0:,}",
        refused=f"{len(done.refused):,}",
    )
    told.tell(sentence, "warning" if done.refused else "info")
    st.session_state[_SERIAL] += 1
    line_form.open_line(None)
    st.rerun()
