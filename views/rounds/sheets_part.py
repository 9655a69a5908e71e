"""The workbooks of one round: who has which, who has not answered; hand them out, note the sending."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from data.exports.request import marked_name
from data.exports.xlsx import MEDIA_TYPE
from layers.html import element, escape
from projects.rounds import LONGEST_SENT_TO, RoundHead, RoundSheet, SheetState
from services import round_files
from views import marks
from views.notices import notice
from views.rounds import words
from views.rounds.address import ADDRESS
from views.shell import Shell, guarded

SHOWS: Final = ("all", "open", "made", "returned")
_TAGS: Final = {SheetState.MADE: "", SheetState.SENT: "submitted", SheetState.RETURNED: "accepted"}
_ROWS: Final = 400
"""Rows of the table; a round of more is narrowed by the choice above it."""


def draw(shell: Shell, head: RoundHead, sheets: Sequence[RoundSheet]) -> None:
    """Draw a round: its counts, what failed, the table, the downloads, the note of sending."""
    _ = shell.translate
    st.html(marks.tiles(_tiles(head, shell)))
    for unit, why in head.failed.items():
        notice(_("{unit} 没有做成：{why}").format(unit=unit, why=why))
    if not sheets:
        st.caption(_("这一次没有您可以看的清单。"))
        return
    chosen = _narrowed(shell, sheets)
    guarded(lambda: _downloads(shell, head, chosen), _)
    if shell.identity.reviews:
        with st.expander(_("登记发送"), icon=":material/send:"):
            guarded(lambda: _sending(shell, sheets), _)
    st.html(table(shell, chosen[:_ROWS]))
    if len(chosen) > _ROWS:
        st.caption(_("只列出前 {n} 个；其余的请用上面的选项缩小范围。").format(n=_ROWS))


def _tiles(head: RoundHead, shell: Shell) -> list[str]:
    _ = shell.translate
    left = head.sheets - head.returned
    return [
        marks.tile(f"{head.sheets:,}", _("份清单")),
        marks.tile(f"{head.sent:,}", _("已登记发送")),
        marks.tile(f"{head.returned:,}", _("已报回")),
        marks.tile(f"{left:,}", _("未报回"), _due(head, shell), hot=bool(left)),
        *([marks.tile(len(head.failed), _("没有做成"), hot=True)] if head.failed else []),
    ]


def _due(head: RoundHead, shell: Shell) -> str:
    return shell.translate("请于 {day} 前报回").format(day=head.due_on) if head.due_on else ""


def _narrowed(shell: Shell, sheets: Sequence[RoundSheet]) -> Sequence[RoundSheet]:
    """Draw the choice of whose sheets are listed and return them."""
    _ = shell.translate
    names = {"all": _("全部"), "open": _("未报回"), "made": _("未发送"), "returned": _("已报回")}
    told = {"all": sheets, **_divided(sheets)}
    show = ADDRESS.widget(
        "show",
        ADDRESS.one_of("show", SHOWS),
        lambda key: st.segmented_control(
            _("列出"),
            SHOWS,
            key=key,
            format_func=lambda one: f"{names[one]} {len(told[one])}",
            label_visibility="collapsed",
            required=True,
        ),
    )
    return told[str(show)]


def _divided(sheets: Sequence[RoundSheet]) -> dict[str, list[RoundSheet]]:
    return {
        "open": [one for one in sheets if one.state is not SheetState.RETURNED],
        "made": [one for one in sheets if one.state is SheetState.MADE],
        "returned": [one for one in sheets if one.state is SheetState.RETURNED],
    }


def table(shell: Shell, sheets: Sequence[RoundSheet]) -> str:
    """Return the sheets as a table: unit, where it stands, what it asks for, sent, returned."""
    _ = shell.translate
    heads = (
        *(_("单位"), _("状态"), _("未知的值"), _("逾期步骤"), _("矛盾"), _("待办事项"), _("待填指标")),
        *(_("发送"), _("报回")),
    )
    head = element("tr", *(element("th", escape(one)) for one in heads))
    rows = "".join(_row(shell, sheet) for sheet in sheets)
    made = element("table", element("thead", head), element("tbody", rows), class_="atlas-diff atlas-rounds")
    return element("div", made, class_="atlas-scroll")


def _row(shell: Shell, sheet: RoundSheet) -> str:
    _ = shell.translate
    asks = sheet.wanting
    numbers = (
        words.unknown(asks),
        *(asks.overdue_steps, asks.clashes, asks.matters_open, asks.indicators_open),
    )
    return element(
        "tr",
        element("td", escape(sheet.unit_name), title=words.wanting(asks, shell.language)),
        element("td", marks.tag(words.state(sheet.state, _), _TAGS[sheet.state])),
        *(element("td", escape(f"{n:,}")) for n in numbers),
        element("td", escape(words.sent(sheet, _))),
        element("td", escape(words.returned(sheet, _))),
    )


# ---- handing out ----


def _downloads(shell: Shell, head: RoundHead, sheets: Sequence[RoundSheet]) -> None:
    """Draw the download of one workbook, and of all that are listed."""
    _ = shell.translate
    kept = {sheet.id: sheet for sheet in sheets if sheet.kept}
    if not kept:
        if sheets:
            st.caption(_("这些清单的文件已过保存期，已清理；发送和报回的记录还在。"))
        return
    archive = round_files.bundle_name(head.id, head.made_on.isoformat())
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="rounds-files"):
        one = _one(shell, kept)
        if one is not None:
            download(shell, one)
        if len(kept) > 1:
            st.download_button(
                _("下载列出的 {n} 份（zip）").format(n=len(kept)),
                data=lambda: round_files.bundle(shell.rounds, list(kept.values())),
                file_name=marked_name(shell.settings, archive, shell.language),
                mime="application/zip",
                icon=":material/folder_zip:",
                on_click="ignore",
                key="rounds-zip",
            )


def _one(shell: Shell, kept: dict[int, RoundSheet]) -> RoundSheet | None:
    """Return the workbook to download: the only one, else the one chosen."""
    if len(kept) == 1:
        return next(iter(kept.values()))
    _ = shell.translate
    key = st.selectbox(
        _("下载一个单位的"),
        list(kept),
        index=None,
        format_func=lambda one: kept[one].unit_name,
        placeholder=_("选择单位"),
        key=ADDRESS.key("one"),
        width=260,
    )
    return kept.get(int(key)) if key else None


def download(shell: Shell, sheet: RoundSheet) -> None:
    """Draw the button that downloads a workbook."""

    def content() -> bytes:
        return shell.rounds.opened(sheet.id)[1].read_bytes()

    st.download_button(
        shell.translate("下载清单"),
        data=content,
        file_name=sheet.file_name,
        mime=MEDIA_TYPE,
        icon=":material/download:",
        on_click="ignore",
        key=f"rounds-sheet-{sheet.id}",
    )


def _sending(shell: Shell, sheets: Sequence[RoundSheet]) -> None:
    """Draw the form that notes to whom workbooks were sent."""
    _ = shell.translate
    st.caption(_("系统不替您发送。把清单发出去以后，在这里写一句发给了谁、怎么发的，以后查得到。"))
    units = {sheet.id: sheet for sheet in sheets}
    fresh = [sheet.id for sheet in sheets if sheet.state is SheetState.MADE]
    chosen = st.multiselect(
        _("单位"),
        list(units),
        format_func=lambda one: units[one].unit_name,
        placeholder=_("不选：所有未发送的 {n} 个").format(n=len(fresh)),
        key=ADDRESS.key("to"),
    )
    st.text_input(
        _("发给谁、怎么发的"),
        max_chars=LONGEST_SENT_TO,
        placeholder=_("例如：王科长，粤政易"),
        key=ADDRESS.key("words"),
    )
    keys = tuple(int(one) for one in chosen) or tuple(fresh)
    st.button(
        _("登记 {n} 个单位已发送").format(n=len(keys)),
        key="rounds-sent",
        disabled=not keys,
        on_click=_sent,
        args=(shell, keys),
    )


def _sent(shell: Shell, keys: tuple[int, ...]) -> None:
    """Note what was sent; what was typed stays when it is refused. In a callback."""

    def note() -> None:
        count = shell.rounds.mark_sent(keys, str(st.session_state.get(ADDRESS.key("words")) or ""))
        st.session_state[ADDRESS.key("words")] = ""
        st.session_state[ADDRESS.key("to")] = []
        st.toast(shell.translate("已登记 {n} 个单位").format(n=count))

    guarded(note, shell.translate)
