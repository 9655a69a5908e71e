"""Who has reported for how many of its projects, by area and by unit, with the workbook to send."""

from collections.abc import Iterable

import streamlit as st

from layers.html import element, escape
from projects.identity import OwnerUnit
from projects.money.sums import Division, Part, Sums
from services import office_files
from views import ways
from views.intake import office_downloads
from views.money import figures, tables
from views.money.asked import Asked
from views.shell import Shell


def draw(shell: Shell, asked: Asked) -> None:
    """Draw both tables and the ways to get what is missing."""
    _ = shell.translate
    overview = asked.divided(Division.UNIT)
    units = {unit.id: unit for unit in shell.desk.units()} if shell.identity.edits else {}
    st.html(figures.status_key(_))
    left, right = st.columns(2, gap="medium")
    with left:
        st.html(element("h3", escape(_("按地区")), class_="atlas-heading"))
        st.html(_areas(shell, asked, figures.area_parts(shell, overview, "reported"), overview.whole))
        st.caption(_("跨县的项目只计一次：计在它所在的县，县不明确的计在功能区、地市或省。"))
    with right:
        st.html(element("h3", escape(_("按填报单位")), class_="atlas-heading"))
        st.html(_units(shell, asked, overview.by_unit, overview.whole, units))
        _sending(shell, overview.by_unit, units)


def worst_first(parts: Iterable[Part]) -> list[Part]:
    """Return the parts with the most unreported projects first, the one without a code last."""
    return sorted(parts, key=lambda part: (part.code is None, -part.sums.not_reported, part.code or ""))


def _share(sums: Sums) -> list[str]:
    """Return “3 / 41” and how many are missing."""
    return [f"{sums.reported:,} / {sums.projects:,}", f"{sums.not_reported:,}"]


def _areas(shell: Shell, asked: Asked, parts: tuple[Part, ...], whole: Sums) -> str:
    _ = shell.translate
    counties = any(part.level == "county" for part in parts)
    rows = []
    for part in worst_first(parts):
        name = figures.area_title(part, counties, _)
        params = asked.chosen.to_params() | ({part.level: part.code} if part.code and part.level else {})
        title = ways.anchor(shell, name, "funding", **params) if part.code else escape(name)
        rows.append(tables.row(title, [*_share(part.sums), figures.status_bar(part.by_status, _)]))
    heads = (_("地区"), _("已报 / 全部"), _("未报"), _("按资金状态"))
    last = tables.row(escape(_("合计")), [*_share(whole), ""], whole=True)
    return tables.table(heads, [*rows, last], _("按地区"))


def _units(
    shell: Shell, asked: Asked, parts: tuple[Part, ...], whole: Sums, units: dict[str, OwnerUnit]
) -> str:
    _ = shell.translate
    rows = []
    for part in worst_first(parts):
        params = asked.chosen.to_params() | ({"owner": part.code} if part.code else {})
        name = part.name or _("没有归属单位")
        title = ways.anchor(shell, name, "funding", **params) if part.code else escape(name)
        rows.append(tables.row(title, [*_share(part.sums), _workbook(shell, part, units)]))
    heads = (_("填报单位"), _("已报 / 全部"), _("未报"), _("已填工作簿"))
    last = tables.row(escape(_("合计")), [*_share(whole), ""], whole=True)
    return tables.table(heads, [*rows, last], _("按填报单位"))


def _workbook(shell: Shell, part: Part, units: dict[str, OwnerUnit]) -> str:
    """Return the link to a unit's pre-filled workbook, for those who may have it."""
    if part.code not in units or shell.settings.single_office:
        return ""
    address = office_files.workbook_path(part.code, shell.language)
    return element("a", escape(shell.translate("下载")), href=address, class_="atlas-link")


def _sending(shell: Shell, parts: tuple[Part, ...], units: dict[str, OwnerUnit]) -> None:
    """Say how the missing money comes in: send the workbook, fill in 资金, upload it."""
    _ = shell.translate
    if not shell.identity.edits:
        st.caption(_("登录后，可下载各单位的已填工作簿：发给单位填“资金”表，再上传。"))
        return
    st.caption(_("把已填工作簿发给单位，在“资金”表一笔一行填好，再上传；不知道的留空，空白是未知，不是零。"))
    offered = [part for part in worst_first(parts) if part.code in units and part.sums.not_reported]
    if shell.settings.single_office and offered:
        names = {str(part.code): part.name for part in offered}
        code = st.selectbox(
            _("单位"),
            list(names),
            key="funding-unit",
            format_func=names.__getitem__,
            label_visibility="collapsed",
        )
        office_downloads.workbook(shell, units[str(code)])
    ways.link(shell, _("上传"), "import", ":material/upload_file:")
