"""The head of an edition: what it is, its files to take home, and the steps from draft to publication."""

from datetime import date
from typing import Final

import streamlit as st

from data.exports.request import marked_name
from data.exports.xlsx import MEDIA_TYPE
from layers.html import element, escape
from projects.directories.model import Definition, EditionHead, EditionState
from views import marks
from views.directories import here as place
from views.directories import told
from views.directories.address import ADDRESS
from views.directories.here import Here
from views.notices import notice
from views.shell import Shell

GEOJSON: Final = "application/geo+json"
LONGEST_TITLE: Final = 120
LONGEST_REASON: Final = 200


def draw(shell: Shell, here: Here, definition: Definition, head: EditionHead) -> None:
    """Draw title, state and what can be done with the edition."""
    _ = shell.translate
    st.html(
        element("h3", escape(head.title), " ", place.state_tag(shell, head), class_="atlas-heading")
        + element("p", escape(facts(shell, head)), class_="atlas-edition")
    )
    if head.state is EditionState.WITHDRAWN:
        notice(_("这一版已撤回：{why}").format(why=head.reason or _("原因未填")))
    if head.state is EditionState.DRAFT:
        notice(_("这是草稿，尚未公布；只有本单位和上级看得到。"), "scenario")
    if head.may_edit and not head.may_publish:
        notice(_("本单位的名录由上级审核员公布：编好后请告诉上级，在本页公布。"), "info")
    if head.may_edit and here.usable is not None and here.usable.digest != definition.digest:
        notice(_("建这一版之后，定义文件改过；这一版仍按原来的定义。要用新的定义，请另建一版。"), "info")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="directories-steps"):
        _downloads(shell, here, definition, head)
        if head.may_edit:
            _renaming(shell, here, head)
        if head.may_publish and head.state is EditionState.DRAFT:
            _publishing(shell, here, head)
        if head.may_publish or (head.may_edit and head.state is EditionState.DRAFT):
            _withdrawing(shell, here, head)


def facts(shell: Shell, head: EditionHead) -> str:
    """Return whose edition it is, of which day, with how many lines, published when."""
    _ = shell.translate
    parts = [
        place.number_words(shell, head),
        head.area_name,
        _("编制：{unit}").format(unit=head.unit_name),
        _("名录日期 {day}").format(day=head.valid_on),
        _("{n} 行").format(n=f"{head.entries:,}"),
    ]
    if head.published_at:
        parts.append(_("公布于 {when}").format(when=marks.when(head.published_at)))
    if head.created_by:
        parts.append(_("建于 {who}").format(who=head.created_by))
    return " · ".join(parts)


def _downloads(shell: Shell, here: Here, definition: Definition, head: EditionHead) -> None:
    """Draw the files of an edition; each is made on click and holds all its lines."""
    _ = shell.translate
    name = f"{place.title_of(here, shell)}-{head.area_name}-{head.valid_on}"
    st.download_button(
        _("下载 Excel"),
        data=lambda: here.port.workbook(head.id, head.definition, shell.language)[0],
        file_name=marked_name(shell.settings, f"{name}.xlsx", shell.language),
        mime=MEDIA_TYPE,
        icon=":material/download:",
        key="directories-xlsx",
        on_click="ignore",
        help=_("本版全部的行；草稿的表改好后可以再上传。"),
    )
    if definition.mapped:
        st.download_button(
            _("下载 GeoJSON"),
            data=lambda: here.port.geojson(head.id, shell.language)[0],
            file_name=marked_name(shell.settings, f"{name}.geojson", shell.language),
            mime=GEOJSON,
            icon=":material/download:",
            key="directories-geojson",
            on_click="ignore",
            help=_("没有位置的行也在里面，几何为空。"),
        )


def blank(shell: Shell, here: Here, definition: Definition) -> None:
    """Draw the quieter way to a workbook with headings only."""
    _ = shell.translate
    st.download_button(
        _("空白表"),
        data=lambda: here.port.workbook(None, here.key, shell.language)[0],
        file_name=marked_name(
            shell.settings, _("{name}-空白.xlsx").format(name=definition.zh), shell.language
        ),
        mime=MEDIA_TYPE,
        icon=":material/draft:",
        type="tertiary",
        key="directories-blank",
        on_click="ignore",
        help=_("只有表头、说明和可选的词。"),
    )


# ---- steps ----


def _renaming(shell: Shell, here: Here, head: EditionHead) -> None:
    _ = shell.translate
    with (
        st.popover(_("标题和日期"), icon=":material/edit_calendar:"),
        st.form(f"directories-rename-{head.id}-{head.version}", border=False),
    ):
        title = st.text_input(_("标题"), value=head.title, max_chars=LONGEST_TITLE)
        day = _day(shell, head.valid_on)
        if st.form_submit_button(_("保存"), type="primary"):
            told.attempt(
                shell,
                _("标题和日期已保存。"),
                lambda: here.port.rename(head.id, head.version, str(title).strip(), day),
            )
            st.rerun()


def _day(shell: Shell, value: date) -> date:
    """Draw the field for the day that a directory is of."""
    return st.date_input(
        shell.translate("名录日期"),
        value=value,
        min_value=date(1990, 1, 1),
        max_value=date(2100, 12, 31),
        format="YYYY-MM-DD",
    )


def _publishing(shell: Shell, here: Here, head: EditionHead) -> None:
    _ = shell.translate
    with st.popover(_("公布"), icon=":material/publish:", disabled=not head.entries):
        st.html(
            element(
                "p",
                escape(
                    _(
                        "公布 {area} 名录日期 {day} 的 {n} 行。"
                        "公布后所有人可见，内容不能再改；要改就出下一版。"
                    ).format(area=head.area_name, day=head.valid_on, n=f"{head.entries:,}")
                ),
            )
        )
        if st.button(_("确认公布"), key="directories-publish", type="primary"):
            if told.attempt(shell, _("已公布，内容从此不再改动。"), lambda: here.port.publish(head.id)):
                ADDRESS.go(dir=here.key, edition=str(head.id))
            st.rerun()


def _withdrawing(shell: Shell, here: Here, head: EditionHead) -> None:
    _ = shell.translate
    with st.popover(_("撤回这一版"), icon=":material/undo:"):
        st.caption(_("撤回后仍留给本单位查看，并标明已撤回；不会删除。"))
        why = st.text_input(_("撤回的原因"), key=f"directories-why-{head.id}", max_chars=LONGEST_REASON)
        if st.button(_("确认撤回"), key="directories-withdraw", disabled=not str(why or "").strip()):
            reason = str(why).strip()
            told.attempt(shell, _("这一版已撤回。"), lambda: here.port.withdraw(head.id, reason))
            st.rerun()


# ---- a new edition ----


def starting(shell: Shell, here: Here, today: date) -> None:
    """Draw the form for a new edition; the unit's newest published one can be the start of it."""
    _ = shell.translate
    units = {one.id: one for one in here.units}
    with st.popover(_("新建一版"), icon=":material/note_add:"):
        unit_id = st.selectbox(
            _("哪个单位的名录"),
            list(units),
            key="directories-new-unit",
            index=0 if len(units) == 1 else None,
            format_func=lambda code: units[code].name,
            placeholder=_("选择单位"),
        )
        if unit_id is None:
            return
        last = place.newest(one for one in here.heads if one.unit_id == unit_id)
        with st.form("directories-new", border=False):
            title = st.text_input(
                _("标题"),
                value=_("{year} 年{name}").format(year=today.year, name=place.title_of(here, shell)),
                max_chars=LONGEST_TITLE,
            )
            day = _day(shell, today)
            copied = last is not None and st.checkbox(
                _("从{edition}抄一份，再改").format(edition=place.number_words(shell, last)), value=True
            )
            if st.form_submit_button(_("建立草稿"), type="primary"):
                base = last.id if copied and last is not None else None
                _start(shell, here, (str(unit_id), str(title).strip(), day, base))


def _start(shell: Shell, here: Here, asked: tuple[str, str, date, int | None]) -> None:
    """Open the draft and go there, or say why it cannot be opened."""
    unit_id, title, day, base = asked
    made: list[int] = []
    done = shell.translate("草稿已建立。逐行填，或上传表格；公布之前只有本单位和上级看得到。")
    work = lambda: made.append(here.port.start(here.key, unit_id, title, day, base))  # noqa: E731
    if told.attempt(shell, done, work):
        ADDRESS.go(dir=here.key, edition=str(made[0]), show="edit")
    st.rerun()
