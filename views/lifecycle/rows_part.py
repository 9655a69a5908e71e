"""The table of lights: one row per unit, county or lead department, with ways to what stands behind it."""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.filters import ProjectFilter
from projects.identity import OwnerUnit
from projects.lifecycle.dispatch import Light, Reference
from projects.lifecycle.ports import STEP_KINDS, By, Kind, Summary, Tally
from services import office_files
from views import ways
from views.lifecycle import address, pieces
from views.money import tables
from views.shell import Shell

ROWS: Final = 100
_WORST: Final = (Light.RED, Light.YELLOW, Light.GREY, Light.GREEN, Light.OVER)


def draw(shell: Shell, chosen: ProjectFilter, when: Reference, found: Summary, by: By) -> None:
    """Draw the table, the worst rows first, and how what is missing comes in."""
    _ = shell.translate
    units = {unit.id: unit for unit in shell.desk.units()} if shell.identity.edits and by is By.UNIT else {}
    rows = worst_first(found.rows)
    number = address.page_number(max(1, -(-len(rows) // ROWS)))
    shown = rows[(number - 1) * ROWS : number * ROWS]
    heads = (
        _title(by, shell),
        _("逾期步骤"),
        *((_("工作簿"),) if units else ()),
        _("最长逾期（天）"),
        _("到期（30 / 60 / 90 天内）"),
        _("未更新"),
        _("漏报"),
        _("没报过日期"),
        _("从未填报"),
        _("报过日期"),
        _("项目"),
        _("项目按灯"),
    )
    body = [_row(shell, chosen, by, tally, units) for tally in shown]
    body.append(_line(shell, _("合计"), found.total, _cells(shell, chosen, None, found.total, units)))
    st.html(element("div", tables.table(heads, body, _("月调度")), class_="atlas-dispatch"))
    if len(rows) > ROWS:
        pieces.pages(shell, chosen, len(rows), ROWS)
    _notes(shell, when, by)


def worst_first(rows: Sequence[Tally]) -> list[Tally]:
    """Return the rows by light, then by how many steps are overdue or projects silent."""
    return sorted(
        rows,
        key=lambda row: (
            _WORST.index(row.light),
            -row.overdue_steps,
            -row.never_reported,
            row.key == "",
            row.key,
        ),
    )


def _title(by: By, shell: Shell) -> str:
    _ = shell.translate
    return {By.UNIT: _("填报单位"), By.COUNTY: _("县（市、区）"), By.LEAD: _("牵头部门")}[by]


def _row(shell: Shell, chosen: ProjectFilter, by: By, tally: Tally, units: Mapping[str, OwnerUnit]) -> str:
    cells = _cells(shell, chosen, by, tally, units)
    return _line(shell, name_of(tally, by, shell), tally, cells, whole=False)


def _line(shell: Shell, name: str, tally: Tally, cells: Sequence[str], *, whole: bool = True) -> str:
    """Return a row that begins with its light and name, so that both stay in sight on a phone."""
    title = f"{pieces.light(tally.light, shell.language)} {escape(name)}"
    return tables.row(title, cells, whole=whole)


def name_of(tally: Tally, by: By, shell: Shell) -> str:
    """Return the name of a row; records without a unit, area or department stand in one of their own."""
    _ = shell.translate
    if tally.key:
        return tally.name
    return {By.UNIT: _("没有归属单位"), By.COUNTY: _("未注明地区"), By.LEAD: _("没有牵头部门")}[by]


def _cells(
    shell: Shell, chosen: ProjectFilter, by: By | None, tally: Tally, units: Mapping[str, OwnerUnit]
) -> list[str]:
    """Return the cells of a row; ``by`` is None for the sum."""
    of = {"by": str(by), "of": tally.key or "-"} if by is not None else {}

    def way(n: int, kind: Kind) -> str:
        return _way(shell, chosen, of, n, kind)

    return [
        way(tally.overdue_steps, Kind.OVERDUE),
        *((_workbook(shell, tally, units),) if units else ()),
        f"{tally.worst_days:,}",
        " / ".join(way(n, kind) for n, kind in zip(tally.due, STEP_KINDS[1:], strict=True)),
        way(tally.stale, Kind.STALE),
        way(tally.missed, Kind.MISSED),
        way(tally.never_reported, Kind.NEVER_REPORTED),
        way(tally.never_filed, Kind.NEVER_FILED),
        f"{tally.reported:,}",
        f"{tally.projects:,}",
        lights(tally, shell.language),
    ]


def lights(tally: Tally, language: str) -> str:
    """Return how many projects have which light, those that none has left out."""
    return " ".join(
        pieces.light(one, language, f" {tally.lights[one]:,}") for one in _WORST if tally.lights.get(one)
    )


def _way(shell: Shell, chosen: ProjectFilter, of: dict[str, str], n: int, kind: Kind) -> str:
    if not n:
        return "0"
    own = {"show": "steps", "list": str(kind), **of}
    return ways.anchor(shell, f"{n:,}", "dispatch", **address.params(chosen, **own))


def _workbook(shell: Shell, tally: Tally, units: Mapping[str, OwnerUnit]) -> str:
    """Return the link to a unit's pre-filled workbook, for those who may have it."""
    if tally.key not in units or shell.settings.single_office:
        return ""
    path = office_files.workbook_path(tally.key, shell.language)
    return element("a", escape(shell.translate("下载")), href=path, class_="atlas-link")


def _notes(shell: Shell, when: Reference, by: By) -> None:
    _ = shell.translate
    st.caption(
        _(
            "未更新：上次调度日（{last}）以来单位没有更新过，请在 {next} 前更新。"
            "漏报：从 {before} 起都没有更新，错过了上一期。两栏都不含从未填报的记录。"
        ).format(last=when.last, next=when.next, before=when.before_last)
    )
    if by is By.LEAD:
        st.caption(_("一个项目有几个牵头部门，就在几行里各计一次；合计按项目只计一次。"))
    if by is By.COUNTY:
        st.caption(_("跨县的项目只计一次：计在它所在的县，县不明确的计在功能区、地市或省。"))
    if shell.identity.edits:
        st.caption(_("催报：把已填工作簿发给单位，填“里程碑”表再上传；不知道的留空，空白是未知。"))
        with st.container(horizontal=True):
            ways.link(shell, _("上传"), "import", ":material/upload_file:")
            ways.link(shell, _("我的单位"), "home", ":material/home_work:")
    else:
        st.caption(_("登录后，可下载各单位的已填工作簿催报，也可直接填写项目的日期。"))
