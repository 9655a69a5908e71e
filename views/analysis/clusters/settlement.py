"""Ripley's K against settlement on the page: at once when small, by the worker when large."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

import streamlit as st

from gis.errors import BadInput
from projects.analysis.clusters.settlement import (
    REACH_KM,
    SEATS,
    Against,
    KResult,
    compare,
    compared,
    from_json,
    prepare,
    read,
)
from projects.analysis.given import written
from projects.analysis.inputs import LayerInfo, LayerKind
from projects.errors import UnknownRecord
from projects.work import Job, JobState
from views import job_panel, state
from views.analysis.clusters import settlement_exhibit as clusters_k_exhibit
from views.analysis.clusters import words as said
from views.analysis.clusters.asked import ADDRESS, Asked
from views.analysis.exhibit import view as exhibit_view
from views.analysis.refusals.said import said as refused
from views.notices import notice
from views.shell import Shell
from views.ways import LARGEST_NUMBER

NAMES: Final = ("against", "reach", "job")
KIND: Final = "k_function"
KINDS: Final = (LayerKind.SETTLEMENTS, LayerKind.POPULATION)


def draw(shell: Shell, asked: Asked) -> None:
    """Draw settings, and the result, the job that makes it, or the offer to make one."""
    settings = _settings(shell)
    try:
        _answer(shell, asked, settings)
    except BadInput as error:
        notice(refused(error, shell.translate), "info")
        said.empty(shell, asked, asked.placed(townships=False), townships=False)


def _settings(shell: Shell) -> Against:
    _ = shell.translate
    held = read(ADDRESS.held())[0]
    names = {SEATS: _("乡镇驻地（按村、居委会数加权）"), **_layers(shell)}
    value = held.places if held.places in names else SEATS
    if value != held.places:
        notice(_("没有这一份居民点数据，或者您不能使用它；改为乡镇驻地。"))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="k-settings"):
        state.sync_captions(ADDRESS.key("against"), {names[value]: value})
        ADDRESS.widget(
            "against",
            value,
            lambda key: st.selectbox(
                _("和哪里的居民点比"),
                list(names),
                key=key,
                format_func=names.__getitem__,
                width=320,
                on_change=_forget_job,
            ),
        )
        ADDRESS.widget(
            "reach",
            held.reach_km,
            lambda key: st.number_input(
                _("最远距离（公里）"), *REACH_KM, step=5.0, key=key, width=170, on_change=_forget_job
            ),
            lambda number: written(float(number)),
        )
    return read(ADDRESS.held())[0]


def _layers(shell: Shell) -> dict[str, str]:
    """Return the loaded settlements and population grids by number."""
    kinds = {
        LayerKind.SETTLEMENTS: shell.translate("居民点"),
        LayerKind.POPULATION: shell.translate("人口栅格"),
    }

    def name(info: LayerInfo) -> str:
        return f"{kinds[info.kind]} · {info.name} · {info.id}"

    return {str(info.id): name(info) for info in shell.analysis.layers(KINDS)}


def _forget_job() -> None:
    """Other settings are another question: the run that the address names does not answer it."""
    ADDRESS.put(job="")


def _answer(shell: Shell, asked: Asked, settings: Against) -> None:
    if job := _job(shell):
        result = job.result if job.state is JobState.DONE else {}
        if job.state is not JobState.DONE or _settings_of(result) == _settings_now(asked, settings):
            _of_job(shell, asked, settings, job, result)
            return
        ADDRESS.put(job="")
        notice(shell.translate("链接里的那次计算用的是另一组条件，这里按现在的条件重新计算。"), "info")
    patterns = asked.once(
        ("patterns", settings.places),
        lambda: prepare(shell.analysis, asked.chosen, settings, asked.parents),
    )
    if patterns.large:
        _offer(shell, asked, settings)
        return
    with st.spinner(shell.translate("正在抽样比较…")):
        found = asked.once(("k", settings), lambda: compare(patterns, settings))
    _show(shell, asked, settings, found, asked.day)


def _job(shell: Shell) -> Job | None:
    """Return the run that the address names, drawn while it is under way; None when there is none."""
    text = ADDRESS.held()["job"]
    if not text:
        return None
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 11 else 0
    try:
        found = shell.jobs.job(number) if 0 < number <= LARGEST_NUMBER else None
    except UnknownRecord:
        found = None
    if found is None or found.kind != KIND:
        ADDRESS.put(job="")
        notice(shell.translate("链接里的那次计算不在了，或者不是您提交的；这里重新计算。"), "info")
        return None
    return job_panel.draw(shell, found.id)


def _of_job(shell: Shell, asked: Asked, settings: Against, job: Job, result: Mapping[str, Any]) -> None:
    """Draw the result of a run; one that was cancelled or failed has none, and shows no number."""
    if job.state is not JobState.DONE:
        if job.over:
            st.button(shell.translate("重新计算"), key="k-again", on_click=_forget_job)
        return
    if "refused" in result:
        raise BadInput(str(result["refused"]), code=str(result["code"]), **dict(result.get("values") or {}))
    day = date.fromisoformat(result["day"]) if result.get("day") else None
    _show(shell, asked, settings, from_json(result["k"]), day)


def _settings_of(result: Mapping[str, Any]) -> dict[str, Any]:
    return dict(result.get("settings") or {})


def _settings_now(asked: Asked, settings: Against) -> dict[str, Any]:
    return {"filter": asked.chosen.to_params(), **settings.params}


def _offer(shell: Shell, asked: Asked, settings: Against) -> None:
    """Offer a run by the worker, to those who are signed in."""
    _ = shell.translate
    notice(_("记录较多，999 次抽样要算较长时间，由后台程序来做；可以离开本页，稍后回来看。"), "info")
    if not shell.identity.signed_in:
        notice(_("请先登录，再提交后台计算；或者缩小范围（400 条以内当场就算）。"), "info")
        return
    if st.button(_("开始计算"), key="k-start", type="primary", icon=":material/play_arrow:"):
        key = shell.jobs.submit(KIND, _("与居民点比较（K 函数）"), _settings_now(asked, settings))
        ADDRESS.put(job=str(key))
        ADDRESS.write(shell, asked.chosen, ("show", *NAMES))
        st.rerun()


def _show(shell: Shell, asked: Asked, settings: Against, found: KResult, day: date | None) -> None:
    placed = asked.placed(townships=False)
    rows = compared(placed, asked.chosen, asked.parents)
    # A run of the worker may be older than the records of today: then those are not what was compared.
    drawn = rows if len(rows) == found.n else []
    exhibit = clusters_k_exhibit.exhibit(shell, asked, settings, found, day)
    exhibit = replace(exhibit, tables=(*exhibit.tables, *said.points(shell, placed, drawn)))
    exhibit_view.draw(shell, exhibit, asked.chosen, key="clusters-k")
    said.link_left_out(shell, asked, placed)
