"""The planned village clinics of a county: claim slots, confirm the real clinics, give back."""

from collections.abc import Callable, Sequence

import streamlit as st

from layers.html import clean_text, element, escape
from projects.clinics import Clinic, CountySlots
from projects.errors import AtlasError
from projects.identity import OwnerUnit, UnitKind
from views import marks, office_style, unit_choice, ways
from views.notices import notice
from views.shell import Shell, guarded


def draw(shell: Shell) -> None:
    """Draw a county's slots and clinics."""
    _ = shell.translate
    office_style.draw()
    st.html(element("h2", escape(_("村卫生室名额")), class_="atlas-title"))
    if not shell.identity.edits:
        notice(_("只有填报员、审核员和管理员可以办理。请先登录。"), "info")
        return
    unit = unit_choice.choose_unit(shell, key="clinics-unit")
    if unit is None or unit.kind is not UnitKind.COUNTY:
        notice(_("村卫生室由县级单位办理，请选择一个县。"), "info")
        return
    ways.keep_address(shell, unit=unit.id if unit != shell.identity.unit else "")
    slots = shell.clinics.county(unit.id)
    if slots is None:
        notice(_("本地区的规划没有村卫生室名额。"), "info")
        return
    _said()
    _figures(shell, slots)
    clinics = shell.clinics.clinics(unit.id)
    guarded(lambda: _claiming(shell, unit, slots), _)
    guarded(lambda: _confirming(shell, slots, clinics), _)
    _adding(shell, unit)


def _figures(shell: Shell, slots: CountySlots) -> None:
    """Show where the plan's number stands; the parts add up."""
    _ = shell.translate
    st.html(
        marks.tiles(
            [
                marks.tile(slots.placed, _("本县已落位")),
                marks.tile(slots.claimed, _("本县已认领、待落位"), hot=bool(slots.claimed)),
                marks.tile(slots.elsewhere, _("其他县已认领或落位")),
                marks.tile(slots.unassigned, _("未分配")),
            ]
        )
    )
    text = _(
        "「{name}」计划 {total} 个 = 未分配 {unassigned} + 本县待落位 {claimed} + 本县已落位 {placed}"
        " + 其他县 {elsewhere}。"
        "文件没有给出名单和分县指标；名额不计为项目，确认的村卫生室才是。"
    ).format(
        name=slots.programme,
        total=slots.total,
        unassigned=slots.unassigned,
        claimed=slots.claimed,
        placed=slots.placed,
        elsewhere=slots.elsewhere,
    )
    st.html(element("p", escape(text), class_="atlas-muted"))


def _claiming(shell: Shell, unit: OwnerUnit, slots: CountySlots) -> None:
    """Claim slots for the county, or give claimed ones back."""
    _ = shell.translate
    st.html(element("h3", escape(_("认领名额")), class_="atlas-heading"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        most = max(slots.unassigned, slots.claimed, 1)
        count = int(st.number_input(_("个数"), 1, most, 1, key="slot-count", width=140))
        st.button(
            _("认领 {n} 个").format(n=count),
            key="claim-slots",
            disabled=count > slots.unassigned,
            on_click=_try,
            args=(lambda: shell.clinics.claim(slots.programme_id, unit.id, count),),
        )
        st.button(
            _("退回 {n} 个").format(n=count),
            key="release-slots",
            disabled=count > slots.claimed,
            on_click=_try,
            args=(lambda: shell.clinics.release(slots.programme_id, unit.id, count),),
        )
    st.caption(_("认领只是本县的打算，不是下达的指标；退回后其他县可以认领。"))


def _try(work: Callable[[], object]) -> None:
    """Do it in a callback; a refusal is said on the page that follows."""
    try:
        work()
    except AtlasError as error:
        st.session_state["clinics-said"] = str(error)


def _said() -> None:
    said = st.session_state.pop("clinics-said", "")
    if said:
        notice(said, "error")


def _confirming(shell: Shell, slots: CountySlots, clinics: Sequence[Clinic]) -> None:
    """List the county's clinics; a tick says that one belongs to the plan and takes a slot."""
    _ = shell.translate
    st.html(element("h3", escape(_("确认属于计划的村卫生室")), class_="atlas-heading"))
    if not clinics:
        st.caption(_("本县还没有村卫生室记录。可上传名单，或在地图上逐个点选。"))
        return
    shown = [clinic for clinic in clinics if clinic.fits or clinic.slot is not None]
    if shown:
        table = _editor(shell, shown)
        changed = [c for c, ticked in zip(shown, table, strict=True) if ticked != (c.slot is not None)]
        placing = sum(c.slot is None for c in changed)
        room = slots.claimed + len(changed) - placing
        if placing > room:
            words = _("勾选了 {n} 个，本县待落位的名额只有 {m} 个。请先认领名额，或少选一些。")
            notice(words.format(n=placing, m=room))
        if st.button(
            _("保存 {n} 处确认").format(n=len(changed)),
            key="save-clinics",
            type="primary",
            disabled=not changed or placing > room,
        ):
            _save(shell, changed)
    rest = [clinic for clinic in clinics if clinic not in shown]
    if rest:
        _not_fitting(shell, rest)


def _editor(shell: Shell, clinics: Sequence[Clinic]) -> list[bool]:
    """Draw the table with its ticks and return them in row order."""
    _ = shell.translate
    ticked = _("属于计划")
    rows = [
        {
            ticked: clinic.slot is not None,
            _("编号"): clinic.project_id,
            _("名称"): clean_text(clinic.name),
            _("乡镇"): clean_text(clinic.township),
            _("名额"): str(clinic.slot or ""),
            _("确认人"): clean_text(clinic.confirmed_by),
            _("确认日期"): clinic.confirmed_on,
        }
        for clinic in clinics
    ]
    state = "".join("1" if clinic.slot is not None else "0" for clinic in clinics)
    table = st.data_editor(
        rows,
        hide_index=True,
        width="stretch",
        disabled=[name for name in rows[0] if name != ticked],
        column_config={
            ticked: st.column_config.CheckboxColumn(
                width=90, help=_("属于 2026 年前 831 个公建民营村卫生室计划")
            ),
            _("编号"): st.column_config.TextColumn(width=90),
        },
        key=f"clinics-{shell.language}-{hash(state)}",
        height=min(len(rows) + 1, 14) * 35 + 3,
    )
    return [bool(row[ticked]) for row in table]


def _save(shell: Shell, changed: Sequence[Clinic]) -> None:
    """Confirm and free one by one, freed slots first; what the database refuses is said with its clinic."""
    for clinic in sorted(changed, key=lambda c: c.slot is None):
        if clinic.slot is None:
            shell.clinics.place(clinic.project_id)
        else:
            shell.clinics.free(clinic.project_id)
    st.rerun()


def _not_fitting(shell: Shell, rest: Sequence[Clinic]) -> None:
    """Name clinics that cannot take a slot and why; nothing is left out of the list unsaid."""
    _ = shell.translate
    with st.expander(_("另有 {n} 个村卫生室不能占用名额").format(n=len(rest))):
        st.caption(_("只有建设运营方式为“公建民营”的单个村卫生室可以；要改，请打开记录。"))
        lines = (
            element(
                "li",
                ways.anchor(shell, f"{clinic.project_id} {clinic.name}", "edit", id=clinic.project_id),
                escape(f" · {_(clinic.delivery_mode)}"),
            )
            for clinic in rest
        )
        st.html(element("ul", *lines, class_="atlas-plainlist"))


def _adding(shell: Shell, unit: OwnerUnit) -> None:
    _ = shell.translate
    st.html(element("h3", escape(_("补充村卫生室")), class_="atlas-heading"))
    with st.container(horizontal=True, gap="medium"):
        ways.link(shell, _("上传名单"), "import", ":material/upload_file:", unit=unit.id)
        ways.link(
            shell,
            _("在地图上点一个"),
            "edit",
            ":material/add_location_alt:",
            new=1,
            unit=unit.id,
            category="village_clinic",
        )
