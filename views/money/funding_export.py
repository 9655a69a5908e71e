"""The button that makes the money workbook of the current filter."""

from typing import cast

import streamlit as st

from data.exports import funding
from data.exports.request import ExportRequest, Language
from data.exports.xlsx import MEDIA_TYPE
from views.money.asked import Asked
from views.shell import Shell


def draw(shell: Shell, asked: Asked) -> None:
    """Draw the button; the file is made when it is clicked."""
    request = ExportRequest.of(shell.settings, asked.chosen, language=cast(Language, shell.language))
    st.download_button(
        shell.translate("导出 Excel"),
        data=lambda: funding.funding(shell.library, shell.ledger, request),
        file_name=funding.file_name(request),
        mime=MEDIA_TYPE,
        icon=":material/download:",
        key="funding-export",
        on_click="ignore",
    )
