"""「我的单位」, where somebody lands after sign-in: what stands, what is missing, what was answered."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.counts import Standing
from projects.filing.changes import ChangeSetHead, State
from projects.filing.desk import Draft
from projects.filters import ProjectFilter
from projects.identity import OwnerUnit, Role, UnitKind
from views import job_panel, marks, office_style, unit_choice, values, ways
from views.editing import bulk_state
from views.intake import office_downloads
from views.matters import card as matters
from views.notices import notice
from views.office import home_queue
from views.review import elsewhere
from views.rounds import home_part
from views.shell import Shell, guarded

OWN_NOTES: Final = (home_queue.SEEN, "import/")
"""Subjects of drafts that pages keep for themselves; they are nobody's unfinished form."""
SHOWN: Final = 6


def draw(shell: Shell) -> None:
    """Draw the page for whoever is signed in."""
    _ = shell.translate
    office_style.draw()
    if not shell.identity.signed_in:
        notice(_("请先登录。登录后这里是您单位的工作台。"), "info")
        return
    unit = unit_choice.choose_unit(shell, "home-unit")
    ways.keep_address(shell, unit=unit.id if unit and unit != shell.identity.unit else "")
    if unit is not None:
        _unit(shell, unit)
    elif shell.identity.reviews:
        _reviewer(shell)
    else:
        _viewer(shell)


# ---- a unit ----


def _unit(shell: Shell, unit: OwnerUnit) -> None:
    _ = shell.translate
    answered = home_queue.answers(shell.desk.queue(home_queue.ANSWERED, unit.id))
    seen = home_queue.seen_at(shell, unit)
    fresh = [head for head in answered if head.decided_at and head.decided_at > seen]
    waiting = shell.desk.queue((State.SUBMITTED,), unit.id)
    stands = _standing(shell, unit)
    _title(shell, unit)
    st.html(_figures(shell, unit, stands, waiting, fresh))
    st.html(element("p", escape(_precision_sentence(shell, stands)), class_="atlas-muted"))
    _actions(shell, unit)
    left, right = st.columns([0.5, 0.5], gap="large")
    with left:
        guarded(lambda: home_part.draw_unit(shell, unit), _)
        guarded(lambda: matters.draw_unit(shell, unit), _)
        guarded(lambda: home_queue.draw_answers(shell, unit, answered, fresh), _)
        guarded(lambda: home_queue.draw_waiting(shell, waiting), _)
    with right:
        guarded(lambda: _missing(shell, unit, stands), _)
        guarded(lambda: _drafts(shell, shell.desk.drafts()), _)
        guarded(lambda: job_panel.mine(shell), _)


def _title(shell: Shell, unit: OwnerUnit) -> None:
    _ = shell.translate
    how = unit_choice.way_of_filing(shell, unit)
    st.html(
        element("h2", escape(unit.name), class_="atlas-title")
        + element(
            "p", escape(f"{shell.identity.display_name or shell.identity.name} · {how}"), class_="atlas-muted"
        )
    )


def _standing(shell: Shell, unit: OwnerUnit) -> Standing:
    """Return the unit's counts, read once per version of the data."""
    key = (unit.id, shell.version, shell.identity.sees)
    kept = st.session_state.get("standing")
    if kept is None or kept[0] != key:
        kept = st.session_state["standing"] = (key, shell.desk.standing(unit.id))
    found: Standing = kept[1]
    return found


def _figures(
    shell: Shell,
    unit: OwnerUnit,
    stands: Standing,
    waiting: Sequence[ChangeSetHead],
    fresh: Sequence[ChangeSetHead],
) -> str:
    _ = shell.translate
    placed = stands.precision.points
    drafts = people_drafts(shell.desk.drafts())
    items = [
        marks.tile(f"{stands.records:,}", _("本单位的记录")),
        marks.tile(f"{placed:,}", _("有具体位置"), _("另有 {n} 条没有").format(n=stands.records - placed)),
        marks.tile(f"{stands.money_reported:,} / {stands.records:,}", _("已报资金"), _("其余为未知，不是零")),
        marks.tile(len(waiting), _("待审核"), _oldest(shell, waiting)),
        marks.tile(len(fresh), _("新的审核答复"), hot=bool(fresh)),
        marks.tile(len(drafts), _("我的草稿")),
    ]
    if unit.kind is UnitKind.COUNTY:
        n = len(shell.desk.open_records(unit.id))
        items.append(marks.tile(n, _("可认领（县未定）"), hot=bool(n)))
        items.append(marks.tile(*_clinic_words(shell, unit)))
    return marks.tiles(items)


def _clinic_words(shell: Shell, unit: OwnerUnit) -> tuple[str, str, str]:
    """Return figure, label and note of the county's planned clinics."""
    _ = shell.translate
    county = shell.clinics.county(unit.id)
    if county is None:
        return "—", _("村卫生室名额"), _("本地区没有名额计划")
    claimed = county.claimed + county.placed
    return f"{county.placed} / {claimed}", _("村卫生室已落位 / 已认领"), ""


def _oldest(shell: Shell, waiting: Sequence[ChangeSetHead]) -> str:
    _ = shell.translate
    return _("最久 {age}").format(age=marks.age(min(h.created_at for h in waiting), _)) if waiting else ""


def _precision_sentence(shell: Shell, stands: Standing) -> str:
    """Return how the unit's records divide; the parts add up to the whole."""
    count = stands.precision
    return shell.translate(
        "本单位 {n} 条 = 有具体位置 {points} + 只知乡镇 {township} + 只知县 {county}"
        " + 只知地市、功能区或省 {region} + 未定位 {none}"
    ).format(
        n=count.matched,
        points=count.points,
        township=count.township,
        county=count.county,
        region=count.region,
        none=count.unlocated,
    )


def _actions(shell: Shell, unit: OwnerUnit) -> None:
    """Draw the three things an office comes for, then the smaller ones."""
    _ = shell.translate
    with st.container(key="actions"):
        first, second, third = st.columns(3)
        with first:
            office_downloads.workbook(shell, unit, wide=True)
        with second:
            ways.link(shell, _("上传"), "import", ":material/upload_file:", wide=True, unit=unit.id)
        with third:
            area = unit_choice.map_params(unit)
            ways.link(shell, _("在地图上改"), "map", ":material/edit_location_alt:", wide=True, **area)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center", key="more-ways"):
        office_downloads.blank_workbook(shell, unit)
        ways.link(shell, _("批量修改"), "bulk", ":material/table_edit:", unit=unit.id)
        ways.link(shell, _("新增一条"), "edit", ":material/add_box:", new=1, unit=unit.id)
        if unit.kind is UnitKind.COUNTY:
            ways.link(shell, _("认领记录"), "claims", ":material/flag:", unit=unit.id)
            ways.link(shell, _("村卫生室"), "clinics", ":material/home_health:", unit=unit.id)
        if shell.settings.geocoder != "none":
            ways.link(shell, _("解析地址"), "geocode", ":material/travel_explore:", unit=unit.id)
        if shell.identity.reviews:
            ways.link(shell, _("审核修改"), "review", ":material/fact_check:", unit=unit.id)


def _missing(shell: Shell, unit: OwnerUnit, stands: Standing) -> None:
    """List what most records lack, each a click away from filling it in."""
    _ = shell.translate
    st.html(element("h3", escape(_("最缺什么")), class_="atlas-heading"))
    if not stands.records:
        st.caption(_("本单位还没有记录。可上传工作簿、在地图上新增，或认领县未定的记录。"))
        return
    rows = []
    for path, count in stands.missing[:SHOWN]:
        label = missing_words(shell, path)
        bulk = ways.anchor(shell, label, "bulk", unit=unit.id, missing=path)
        bar = element(
            "span", f'<i style="width:{100 * count / stands.records:.0f}%"></i>', class_="atlas-bar"
        )
        text = _("{n} / {all} 条未知").format(n=count, all=stands.records)
        rows.append(
            element("tr", element("td", bulk), element("td", bar, width="35%"), element("td", escape(text)))
        )
    st.html(element("table", *rows, class_="atlas-bars"))
    st.caption(_("点名称即可批量补填；不知道的就空着，空白是未知，不是零。"))


def missing_words(shell: Shell, path: str) -> str:
    """Return what a wanted path is called on this page."""
    _ = shell.translate
    names = {"place/0": _("具体位置"), "finance/": _("资金明细"), "milestone/": _("里程碑日期")}
    return names.get(path) or values.title(shell, path)


# ---- answers, queue, drafts ----


def people_drafts(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts that a person typed."""
    return [draft for draft in drafts if not draft.subject.startswith(OWN_NOTES)]


def _drafts(shell: Shell, drafts: Sequence[Draft]) -> None:
    _ = shell.translate
    typed = people_drafts(drafts)
    st.html(element("h3", escape(_("我的草稿")), class_="atlas-heading"))
    if not typed:
        st.caption(_("没有未提交的草稿。"))
    for draft in typed[:SHOWN]:
        page, params, name = draft_way(draft)
        label = f"{name or _('批量修改')} · {marks.when(draft.updated_at)}"
        ways.link(shell, label, page, ":material/edit_note:", wide=False, **params)


def draft_way(draft: Draft) -> tuple[str, dict[str, str], str]:
    """Return the page, its parameters and the name of a draft; a bulk table's draft has no name.

    >>> from datetime import UTC, datetime
    >>> draft_way(Draft("bulk/440232", None, {}, datetime(2026, 1, 1, tzinfo=UTC)))
    ('bulk', {'unit': '440232'}, '')
    """
    subject = draft.subject
    if subject.startswith(bulk_state.SUBJECT):
        return "bulk", {"unit": subject.removeprefix(bulk_state.SUBJECT)}, ""
    name = str(draft.content.get("name") or subject)
    return "edit", {"new" if subject.startswith("new") else "id": subject}, name


# ---- reviewers, administrators, viewers ----


def _reviewer(shell: Shell) -> None:
    """Draw the queue by unit with its age."""
    _ = shell.translate
    waiting = shell.desk.queue()
    st.html(element("h2", escape(_("审核总览")), class_="atlas-title"))
    conflicts = sum(head.conflicts for head in waiting)
    st.html(
        marks.tiles(
            [
                marks.tile(len(waiting), _("待审核的提交"), _oldest(shell, waiting), hot=bool(waiting)),
                marks.tile(f"{sum(h.fields for h in waiting):,}", _("处改动待定")),
                marks.tile(conflicts, _("处有冲突"), hot=bool(conflicts)),
                marks.tile(len({h.unit_id for h in waiting}), _("个单位在等")),
            ]
        )
    )
    with st.container(horizontal=True):
        ways.link(shell, _("开始审核"), "review", ":material/fact_check:")
        ways.link(shell, _("地图"), "map", ":material/map:")
    elsewhere.draw(shell)
    guarded(lambda: matters.draw_overview(shell), _)
    if waiting:
        st.html(element("div", home_queue.queue_by_unit(shell, waiting), class_="atlas-scroll"))
    else:
        st.caption(_("没有等待审核的提交。"))
    guarded(lambda: job_panel.mine(shell), _)


def _viewer(shell: Shell) -> None:
    _ = shell.translate
    who = shell.identity.display_name or shell.identity.name
    count = shell.library.count(ProjectFilter()).matched
    st.html(element("h2", escape(who), class_="atlas-title"))
    words = (
        _("您的账号可以浏览：地图、列表和导出，含联系人。要填报，请管理员把账号改为填报员并指定单位。")
        if shell.identity.role is Role.VIEWER
        else _("您的账号还没有可填报的单位。请管理员为账号指定单位。")
    )
    notice(words, "info")
    ways.link(shell, _("去看地图（{n} 条）").format(n=count), "map", ":material/map:")
