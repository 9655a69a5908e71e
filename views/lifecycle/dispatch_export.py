"""What the dispatch gives to take away: the workbook of the filter, the page of a unit, the pages of all."""

from typing import cast

import streamlit as st

from data.exports import dispatch
from data.exports.request import ExportRequest, Language
from data.exports.xlsx import MEDIA_TYPE
from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import Reference
from services import dispatch_document
from views.notices import notice
from views.shell import Shell, guarded


def draw(shell: Shell, chosen: ProjectFilter, when: Reference) -> None:
    """Draw the button that unfolds the exports."""
    _ = shell.translate
    with st.popover(_("导出"), icon=":material/download:"):
        guarded(lambda: _choices(shell, chosen, when), _)


def _choices(shell: Shell, chosen: ProjectFilter, when: Reference) -> None:
    _ = shell.translate
    language = cast(Language, shell.language)
    request = ExportRequest.of(shell.settings, chosen, language=language, title=_("健康产业项目月调度"))
    st.download_button(
        _("Excel 工作簿（单位、县、逾期、到期、矛盾、未报）"),
        data=lambda: dispatch.dispatch(shell.library, shell.schedule, request, when, _),
        file_name=dispatch.file_name(request, when),
        mime=MEDIA_TYPE,
        icon=":material/table:",
        key="dispatch-xlsx",
        on_click="ignore",
        width="stretch",
    )
    st.download_button(
        _("每个单位一页（Word，打包）"),
        data=lambda: dispatch_document.bundle(shell.schedule.sheets(chosen, when), when, request, _),
        file_name=dispatch_document.bundle_name(when, request),
        mime="application/zip",
        icon=":material/folder_zip:",
        key="dispatch-zip",
        on_click="ignore",
        width="stretch",
    )
    _one_unit(shell, request, when)


def _one_unit(shell: Shell, request: ExportRequest, when: Reference) -> None:
    """Draw the choice of a unit and the button for its page."""
    _ = shell.translate
    options = shell.choices.of(shell.version, "owner", request.chosen)
    names = {option.value: option.name for option in options if option.count}
    if not names:
        notice(_("当前筛选里没有归属单位。"), "info")
        return
    unit = st.selectbox(
        _("一个单位的一页"),
        list(names),
        key="dispatch-unit",
        format_func=lambda code: f"{names[code]}（{code}）",
    )
    own = request.chosen.with_(owner=(str(unit),))
    st.download_button(
        _("下载这一页（Word）"),
        data=lambda: _page(shell, own, request, when),
        file_name=request.file_name(
            _("月调度_{unit}_{day}.docx").format(unit=unit, day=f"{when.today:%Y%m%d}")
        ),
        mime=dispatch_document.MEDIA_TYPE,
        icon=":material/description:",
        key="dispatch-docx",
        on_click="ignore",
        width="stretch",
    )


def _page(shell: Shell, own: ProjectFilter, request: ExportRequest, when: Reference) -> bytes:
    sheet = shell.schedule.sheets(own, when)[0]
    return dispatch_document.document(sheet, when, request, shell.translate)
