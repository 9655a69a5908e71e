"""The Monday list of one unit on 「我的单位」: this week's workbook, until when, whether it has come back."""

import streamlit as st

from layers.html import element, escape
from projects.identity import OwnerUnit
from views import marks, ways
from views.rounds import words
from views.rounds.sheets_part import download
from views.shell import Shell


def draw_unit(shell: Shell, unit: OwnerUnit) -> None:
    """Draw the unit's newest list; nothing when none was ever made."""
    sheet = shell.rounds.latest_of(unit.id)
    if sheet is None:
        return
    _ = shell.translate
    st.html(
        element("h3", escape(_("周一清单")), class_="atlas-heading")
        + element(
            "p",
            marks.tag(words.state(sheet.state, _), "accepted" if sheet.returned_at else "submitted"),
            escape(" " + (words.returned(sheet, _) or words.brief(sheet.wanting, _))),
            title=words.wanting(sheet.wanting, shell.language),
        )
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="home-round"):
        if sheet.kept:
            download(shell, sheet)
        ways.link(shell, _("上传"), "import", ":material/upload_file:", unit=unit.id)
        ways.link(shell, _("各次清单"), "rounds", ":material/outgoing_mail:", round=sheet.round_id)
