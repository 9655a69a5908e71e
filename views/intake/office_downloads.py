"""Workbooks to take home: by a link that the session cookie opens, or made on the page of a single office.

``SINGLE_OFFICE`` works without a cookie (its token never leaves the server): there it is made on click.
"""

from typing import Final

import streamlit as st

from data import wiring
from data.exports.request import marked_name
from data.exports.xlsx import MEDIA_TYPE
from projects.identity import OwnerUnit
from projects.work import Job
from services import office_files
from views.shell import Shell

ICON: Final = ":material/download:"
BLANK_ICON: Final = ":material/draft:"


def workbook(shell: Shell, unit: OwnerUnit, *, wide: bool = False) -> None:
    """Draw the button for the workbook filled with what the library knows of a unit."""
    _ = shell.translate
    label = _("下载已填工作簿")
    tip = None if wide else _("已填好库里现有的内容；改好后再上传，空白单元格不会改动原值。")
    width: Final = "stretch" if wide else "content"
    if not shell.settings.single_office:
        address = office_files.workbook_path(unit.id, shell.language)
        st.link_button(label, address, icon=ICON, width=width, help=tip)
        return
    st.download_button(
        label,
        data=lambda: wiring.workbook(shell.token, unit.id, shell.language)[0],
        file_name=marked_name(shell.settings, f"{unit.name}.xlsx", shell.language),
        mime=MEDIA_TYPE,
        icon=ICON,
        width=width,
        help=tip,
        on_click="ignore",
        key=f"workbook-{unit.id}",
    )


def blank_workbook(shell: Shell, unit: OwnerUnit) -> None:
    """Draw the quieter way to the same workbook without records, for what is new."""
    _ = shell.translate
    label, tip = _("空白工作簿"), _("只有表头、说明和可选的词，用来填报新项目。")
    if not shell.settings.single_office:
        address = office_files.workbook_path(unit.id, shell.language, blank=True)
        st.link_button(label, address, icon=BLANK_ICON, type="tertiary", help=tip)
        return
    st.download_button(
        label,
        data=lambda: wiring.workbook(shell.token, unit.id, shell.language, True)[0],
        file_name=marked_name(shell.settings, _("{unit}-空白.xlsx").format(unit=unit.name), shell.language),
        mime=MEDIA_TYPE,
        icon=BLANK_ICON,
        type="tertiary",
        help=tip,
        on_click="ignore",
        key=f"blank-{unit.id}",
    )


def returned(shell: Shell, job: Job) -> None:
    """Draw the button for the rows that an import gave back."""
    _ = shell.translate
    label = _("下载退回的工作簿")
    tip = _("每行附原因，有问题的单元格已着色；改好后直接上传。")
    if not shell.settings.single_office:
        st.link_button(label, office_files.returned_path(job.id), icon=ICON, help=tip)
        return
    path = office_files.stored(shell.settings, str(job.result["returned"]))
    st.download_button(
        label,
        data=path.read_bytes,
        file_name=marked_name(shell.settings, office_files.returned_name(job.id), shell.language),
        mime=MEDIA_TYPE,
        icon=ICON,
        help=tip,
        on_click="ignore",
        key=f"returned-{job.id}",
    )
