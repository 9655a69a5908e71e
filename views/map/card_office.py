"""The part of a project card for signed-in people: contact, files, who changed what, ways to edit."""

from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.filing.desk import Held
from projects.identity import Role
from views import ways
from views.editing import attachments, history
from views.evaluation import card as evaluation
from views.matters import card as matters
from views.promotion import shown_part
from views.shell import Shell, guarded

STEPS: Final = 3


def draw_ways(shell: Shell, project_id: str) -> None:
    """Draw the ways to edit or claim a record and to its history; they stand at the top of the card."""
    _ = shell.translate
    held = shell.desk.held(project_id)
    if may_edit(shell, held):
        ways.link(shell, _("修改"), "edit", ":material/edit:", edit=project_id)
    elif shell.identity.edits and not held.document.get("county_code"):
        ways.link(shell, _("认领"), "claims", ":material/add_location_alt:")
    ways.link(shell, _("修改记录"), "history", ":material/history:", history=project_id)


def draw(shell: Shell, project_id: str) -> None:
    """Draw contact, files and the latest changes of a record."""
    st.html(_contact(shell, shell.desk.held(project_id)))
    attachments.draw(shell, project_id)
    guarded(lambda: matters.draw(shell, project_id), shell.translate)
    guarded(lambda: evaluation.draw(shell, project_id), shell.translate)
    guarded(lambda: shown_part.draw_card(shell, shell.promotion, project_id), shell.translate)
    history.timeline(shell, project_id, limit=STEPS)


def may_edit(shell: Shell, held: Held) -> bool:
    """Return whether editing is offered; whether it is allowed the database says when it is filed."""
    me = shell.identity
    if me.role is Role.EDITOR:
        if me.unit is None or me.unit.id == held.owner_unit_id:
            return me.unit is not None
        # A unit that was merged into one's own left its records where they are.
        return held.owner_unit_id in {unit.id for unit in shell.desk.units()}
    return me.edits


def _contact(shell: Shell, held: Held) -> str:
    _ = shell.translate
    parts = [str(held.document.get(name) or "") for name in ("contact_name", "contact_phone")]
    known = " · ".join(part for part in parts if part) or _("未填报")
    sentence = _("联系人（仅登录可见）：{contact}").format(contact=known)
    return element("p", escape(sentence), class_="atlas-muted")
