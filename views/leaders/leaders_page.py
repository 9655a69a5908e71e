"""The page *Leaders*: one area on one screen; ``big=1`` is for a meeting room, a button gives one A4."""

from datetime import date
from typing import Final

import streamlit as st

from projects.ports import AreaName
from services.leaders.board import Rows
from views import ways
from views.leaders import asked as address
from views.leaders import drawing, made, style
from views.leaders.asked import KEY, PAGE, Question
from views.notices import notice
from views.shell import Shell, guarded

ROWS: Final = Rows(5, 8, 9)
"""So much fits on one screen; what is left out is counted, and the page behind it lists all."""
REFRESH_S: Final = 180
"""A screen that hangs in a room reads anew so often; nothing is counted again unless the library changed."""


def draw(shell: Shell) -> None:
    """Draw the whole page."""
    _ = shell.translate
    address.take_over()
    asked = address.question(shell)
    st.html(style.css(asked.big))
    if asked.unknown:
        notice(_("没有代码为“{code}”的地区。请另选一个。").format(code=asked.unknown))
    if asked.big:
        _meeting_room(shell, asked)
        return
    _controls(shell, asked)
    asked = address.question(shell)
    if asked.area is None:
        notice(_("请先选一个地区。要让本页直接打开本单位的地区，请管理员设置 HOME_AREA。"), "info")
    else:
        area = asked.area
        guarded(lambda: _board(shell, asked, area, ROWS), _)
    ways.keep_address(shell, **asked.params())


def _meeting_room(shell: Shell, asked: Question) -> None:
    """Draw the board alone, read anew every few minutes, with a small way back."""
    _ = shell.translate
    with st.container(key="leaders-out"):
        st.html(ways.anchor(shell, _("退出大屏"), PAGE, **asked.params(big="")))
    ways.keep_address(shell, **asked.params())
    if asked.area is None:
        notice(_("请先选一个地区。要让本页直接打开本单位的地区，请管理员设置 HOME_AREA。"), "info")
        return
    area = asked.area

    @st.fragment(run_every=REFRESH_S)
    def live() -> None:
        guarded(lambda: _board(shell, address.question(shell), area, ROWS), _)

    live()


def _board(shell: Shell, asked: Question, area: AreaName, rows: Rows) -> None:
    """Draw the figures; in a practice database the board itself says so, whatever is around it."""
    found, picture = made.board(shell, asked, area, rows)
    flag = shell.translate("演示数据，全部虚构") if made.request(shell, area).practice else ""
    st.html(drawing.html(shell, found, picture, flag))


def _controls(shell: Shell, asked: Question) -> None:
    """Draw the choice of the area and of the day, the way to the large screen, and the page to print."""
    _ = shell.translate
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="leaders-controls"):
        _choose_area(shell, asked)
        _choose_day(shell, asked)
        asked = address.question(shell)
        if asked.area is not None:
            st.html(ways.anchor(shell, _("大屏"), PAGE, **asked.params(big="1")), width="content")
            _print(shell, asked, asked.area)


def _choose_area(shell: Shell, asked: Question) -> None:
    _ = shell.translate
    names = address.areas(shell)
    if asked.area is not None:
        names.setdefault(asked.area.code, asked.area.name)
    key = KEY + "area"
    st.session_state.setdefault(key, asked.area.code if asked.area else None)
    code = st.selectbox(
        _("地区"),
        list(names),
        index=None,
        key=key,
        format_func=lambda value: names.get(value, value),
        placeholder=_("选一个地区"),
        width=300,
        label_visibility="collapsed",
    )
    address.put("area", str(code or ""))


def _choose_day(shell: Shell, asked: Question) -> None:
    _ = shell.translate
    key = KEY + "since"
    st.session_state.setdefault(key, asked.since)
    day = st.date_input(
        _("从哪天起的变化"),
        key=key,
        min_value=address.earliest(asked.today),
        max_value=asked.today,
        format="YYYY-MM-DD",
        width=150,
        label_visibility="collapsed",
        help=_("“变化”从这一天起算，默认是一周前。"),
    )
    address.put("since", day.isoformat() if isinstance(day, date) else "")


def _print(shell: Shell, asked: Question, area: AreaName) -> None:
    _ = shell.translate
    name = _("领导一页_{area}_{day}.pdf").format(area=area.name, day=f"{asked.today:%Y%m%d}")
    st.download_button(
        _("打印（A4 PDF）"),
        data=lambda: made.pdf(shell, asked, area),
        file_name=made.request(shell, area).file_name(name),
        mime="application/pdf",
        icon=":material/print:",
        key="leaders-pdf",
        on_click="ignore",
    )
