"""Who has to report what an edition leaves unknown, with the workbook to send."""

import streamlit as st

from layers.html import element, escape
from projects.plans.editions import Edition
from projects.plans.ports import Silence
from services import office_files
from views import ways
from views.plans import tables
from views.plans.kept import once
from views.shell import Shell


def draw(shell: Shell, edition: Edition) -> None:
    """Draw the units with what their records lack; nothing where nothing is unknown."""
    _ = shell.translate
    about = (edition.id, shell.version)
    told = once(f"{edition.kind}-silences", about, lambda: shell.editions.silences(edition.id))
    found = [one for one in told if one.undated or one.unpriced or one.untotalled]
    if not found:
        st.caption(_("本版没有未知的年度和金额。"))
        return
    units = {unit.id for unit in shell.desk.units()} if shell.identity.edits else set()
    dated = bool(edition.years)
    heads = (
        _("填报单位"),
        _("项目"),
        *((_("年度未明确"), _("年度金额未知")) if dated else ()),
        _("总投资未知"),
        _("已填工作簿"),
    )
    rows = [tables.row(_title(shell, one), _cells(shell, one, units, dated=dated)) for one in found]
    st.html(tables.table(heads, rows, _("谁来补报")))
    st.caption(_("按项目现在的归属单位；补报后，下一版才会用到：已公布的一版不再改动。"))


def _title(shell: Shell, one: Silence) -> str:
    """Return the unit with a link to its records on the map."""
    if not one.unit_id:
        return escape(shell.translate("没有归属单位，或已不公开"))
    return ways.anchor(shell, one.unit or one.unit_id, ways.MAP, owner=one.unit_id)


def _cells(shell: Shell, one: Silence, units: set[str], *, dated: bool) -> list[tuple[str, str]]:
    counts = [one.members, *((one.undated, one.unpriced) if dated else ()), one.untotalled]
    return [*((f"{n:,}", "" if n else "atlas-empty") for n in counts), (_workbook(shell, one, units), "")]


def _workbook(shell: Shell, one: Silence, units: set[str]) -> str:
    """Return the link to the unit's pre-filled workbook, for those who may have it."""
    if one.unit_id not in units:
        return ""
    if shell.settings.single_office:
        return ways.anchor(shell, shell.translate("批量修改"), "bulk", unit=one.unit_id)
    address = office_files.workbook_path(one.unit_id, shell.language)
    return element("a", escape(shell.translate("下载")), href=address, class_="atlas-link")
