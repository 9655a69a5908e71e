"""What third parties found about a record, on its card: for those who may read it."""

import streamlit as st

from layers.html import element, escape
from views import marks, ways
from views.evaluation import pieces
from views.shell import Shell

SHOWN = 3


def draw(shell: Shell, project_id: str) -> None:
    """Draw the latest findings about a record that this person may see; nothing when there are none."""
    _ = shell.translate
    found, count = shell.evaluations.page(project_id=project_id, limit=SHOWN)
    if not found:
        return
    lines = [
        element(
            "p",
            ways.anchor(shell, finding.draft.title, "evaluation", finding=finding.id),
            " ",
            pieces.tags(finding, _),
            " ",
            element(
                "span",
                escape(f"{finding.organisation} · {marks.when(finding.handed_in_at or finding.created_at)}"),
                class_="atlas-muted",
            ),
        )
        for finding in found
    ]
    heading = _("第三方评价（{n}）").format(n=count)
    st.html(element("h4", escape(heading), class_="atlas-subsection") + "".join(lines))
