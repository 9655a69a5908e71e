"""Layers: a planner's own settlements, population, candidates, exclusions and roads, read by the worker.

Looked at first, stored after a look: what is stored is what was shown.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from layers.html import clean_text, element, escape
from projects.analysis.inputs import LayerKind
from projects.analysis.layer_reading import ROLES_OF
from projects.errors import UnknownRecord
from projects.work import Job, JobState
from views import job_panel, office_style, ways
from views.analysis.layers import form as layer_form
from views.analysis.layers import list as layer_list
from views.analysis.layers import plan_map
from views.analysis.layers import report as layer_report
from views.analysis.layers.words import kind_words, role_words
from views.notices import notice
from views.shell import Shell, guarded

_POSITIONS = ("lon", "lat", "lonlat")


def draw(shell: Shell) -> None:
    """Draw the list with the form, or the job that the address names."""
    _ = shell.translate
    office_style.draw()
    st.html(element("h2", escape(_("图层")), class_="atlas-title"))
    if not shell.identity.signed_in:
        notice(_("请先登录，再载入和使用自己的图层。"), "info")
        return
    key, plan = ways.asked_number("job"), ways.asked_number("plan")
    project = ways.asked("id") if plan is not None else ""
    ways.keep_address(shell, job=key or "", plan=plan or "", id=project)
    if key is not None:
        _job(shell, key)
        return
    st.caption(
        _(
            "分析可以用您自己的数据：村庄、人口栅格、候选地点、不可建区域、道路；用地规划说明项目在哪一类用地。"
        )
    )
    if plan is not None:
        guarded(lambda: plan_map.draw(shell, plan, project), _)
    guarded(lambda: layer_list.draw(shell), _)
    st.html(element("h3", escape(_("载入图层")), class_="atlas-heading"))
    guarded(lambda: layer_form.draw(shell), _)


def _job(shell: Shell, key: int) -> None:
    _ = shell.translate
    job = job_panel.draw(shell, key)
    if job.kind != layer_form.KIND:
        raise UnknownRecord(str(key))
    if job.state is JobState.DONE and job.result:
        _read(shell, job)
    if job.over:
        st.button(_("回到图层列表"), key="layers-back", icon=":material/arrow_back:", on_click=_back)


def _back() -> None:
    st.query_params.pop("job", None)


def _read(shell: Shell, job: Job) -> None:
    """Show what was read, and store it when somebody says so."""
    _ = shell.translate
    result = job.result
    kind = LayerKind(str(result["kind"]))
    st.html(element("h3", escape(f"{kind_words(kind, _)} · {result['name']}"), class_="atlas-heading"))
    if result.get("layer"):
        _kept(shell, kind, int(result["layer"]))
    else:
        notice(_("还没有保存。请核对读取的结果，再保存。"), "info")
    layer_report.draw(shell, result)
    if not result.get("layer"):
        _confirm(shell, job)


def _kept(shell: Shell, kind: LayerKind, layer: int) -> None:
    """Say that the layer is stored, and lead to where it is used."""
    _ = shell.translate
    if kind is LayerKind.LAND_USE:
        said = _("已保存为 {n} 号图层；项目卡现在会说明项目在哪一类用地。只有自己可用，可在列表中共享。")
        notice(said.format(n=layer), "info")
        ways.link(shell, _("在地图上看"), "layers", ":material/map:", plan=layer)
        return
    notice(_("已保存为 {n} 号图层，覆盖和选址分析现在可以用它。").format(n=layer), "info")
    with st.container(horizontal=True):
        ways.link(shell, _("覆盖"), "coverage", ":material/target:")
        ways.link(shell, _("选址"), "siting", ":material/add_location_alt:")


def _confirm(shell: Shell, job: Job) -> None:
    """Ask which columns are used; with others the file is looked at again, else it is stored."""
    _ = shell.translate
    result = job.result
    columns = _columns(shell, job)
    sheet = _sheet(shell, job)
    found = {role: result["detail"].get("columns", {}).get(role, "") for role in columns}
    again = columns != found or sheet != ""
    arguments = {**dict(result["arguments"]), "columns": columns}
    if sheet:
        arguments |= {"sheet": sheet, "columns": {}}
    name = str(arguments.get("file_name") or result["name"])
    if again:
        if st.button(_("按新的选择重新检查"), key="layer-again", type="primary", icon=":material/rule:"):
            layer_form.submit(shell, arguments, _("检查 {name}").format(name=name))
    elif st.button(_("保存图层"), key="layer-keep", type="primary", icon=":material/save:"):
        layer_form.submit(shell, arguments | {"keep": True}, _("保存 {name}").format(name=name))


def _columns(shell: Shell, job: Job) -> dict[str, str]:
    """Ask for the column of each role that a file with columns has."""
    _ = shell.translate
    detail: Mapping[str, Any] = job.result["detail"]
    headings = [str(text) for text in detail.get("headings", ())]
    roles = ROLES_OF[LayerKind(str(job.result["kind"]))]
    table = bool(set(_POSITIONS) & set(detail.get("columns", {})))
    asked = [role for role in roles if table or role not in _POSITIONS]
    if not headings or not asked:
        return {}
    st.html(element("h3", escape(_("用的是这些列，请核对")), class_="atlas-heading"))
    chosen = {}
    boxes = st.columns(min(3, len(asked)))
    for at, role in enumerate(asked):
        found = str(detail["columns"].get(role, ""))
        options = ["", *headings]
        chosen[role] = boxes[at % len(boxes)].selectbox(
            role_words(role, _),
            options,
            index=options.index(found) if found in options else 0,
            format_func=lambda text: clean_text(text) or _("（不用）"),
            key=f"layer-column-{job.id}-{role}",
        )
    return {role: str(heading or "") for role, heading in chosen.items()}


def _sheet(shell: Shell, job: Job) -> str:
    """Offer the other sheets of the file; empty: the one that was read."""
    _ = shell.translate
    detail = job.result["detail"]
    others = [str(name) for name, _rows in detail.get("other_sheets", ())]
    if not others:
        return ""
    now = str(detail.get("sheet", ""))
    chosen = st.selectbox(
        _("读取哪张表或图层"), [now, *others], format_func=clean_text, key=f"layer-sheet-{job.id}"
    )
    return "" if chosen == now else str(chosen)
