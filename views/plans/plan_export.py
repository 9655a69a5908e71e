"""The button that makes the workbook of an edition, with its differences from another one."""

from typing import cast

import streamlit as st

from data.exports.editions import EditionExport, edition_book, file_name
from data.exports.request import ExportRequest, Language
from data.exports.xlsx import MEDIA_TYPE
from projects.plans.editions import Edition
from views.plans.here import Here, conditions_words
from views.shell import Shell


def draw(shell: Shell, where: Here, edition: Edition, against: Edition | None) -> None:
    """Draw the button; the file is made on click and holds the whole edition, whatever is listed."""
    _ = shell.translate
    request = ExportRequest.of(shell.settings, where.chosen, language=cast(Language, shell.language))
    asked = EditionExport(edition, where.name, _, against, conditions_words(shell, edition))
    st.download_button(
        _("导出比较（Excel）") if against else _("导出本版（Excel）"),
        data=lambda: edition_book(shell.editions, request, asked),
        file_name=file_name(request, edition),
        mime=MEDIA_TYPE,
        icon=":material/download:",
        key=where.key("export"),
        on_click="ignore",
    )
