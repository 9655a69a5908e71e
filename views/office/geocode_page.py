"""Looking up addresses at an outside service for a unit's records: asked for by hand, run by the worker."""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from layers.html import element, escape
from projects.identity import OwnerUnit
from projects.work import Job, JobState
from views import job_panel, marks, office_style, unit_choice, ways
from views.i18n import Translate
from views.notices import notice
from views.shell import Shell

KIND: Final = "geocode"
SHOWN: Final = 100


def draw(shell: Shell) -> None:
    """Draw what would be asked, or the job that the address names."""
    _ = shell.translate
    office_style.draw()
    st.html(element("h2", escape(_("解析地址")), class_="atlas-title"))
    if shell.settings.geocoder == "none":
        notice(_("没有配置地址解析服务。需要时请管理员设置 GEOCODER 和 GEOCODER_KEY。"), "info")
        return
    key = ways.asked_number("job")
    unit = unit_choice.choose_unit(shell, "geocode-unit")
    ways.keep_address(shell, job=key or "", unit=unit.id if unit else "")
    if key is not None:
        _result(shell, job_panel.draw(shell, key))
    elif unit is not None:
        _ask(shell, unit)


def _ask(shell: Shell, unit: OwnerUnit) -> None:
    _ = shell.translate
    service = _("天地图") if shell.settings.geocoder == "tianditu" else _("高德")
    words = _(
        "把{unit}有地址、还没有具体位置的记录逐条发给{service}查询，地址会离开本单位网络。找到的位置"
        "标为「公开资料推定」；只有落在所填县内的才提交，其余列出来请人核对。"
    )
    notice(words.format(unit=unit.name, service=service), "info")
    if st.button(_("开始解析"), icon=":material/travel_explore:", type="primary"):
        title = _("解析地址 · {unit}").format(unit=unit.name)
        key = shell.jobs.submit(KIND, title, {"unit": unit.id})
        ways.keep_address(shell, job=key, unit=unit.id)
        st.rerun()


def _result(shell: Shell, job: Job) -> None:
    """Draw what became of every record; the counts add up to the records of the unit."""
    _ = shell.translate
    if job.state is not JobState.DONE:
        return
    result = job.result
    counts: Mapping[str, int] = result.get("counts", {})
    rows = [
        element("tr", element("td", escape(verdict_words(code, _))), element("td", f"{number:,}"))
        for code, number in counts.items()
        if number
    ]
    total = _("共 {n} 条记录，各有一个结果").format(n=sum(counts.values()))
    st.html(element("p", escape(total), class_="atlas-sum") + element("table", *rows, class_="atlas-facts"))
    if result.get("stopped_words"):
        notice(str(result["stopped_words"]))
    if result.get("change_set"):
        ways.link(shell, _("看提交的位置"), "review", ":material/fact_check:", set=int(result["change_set"]))
    for warning in list(result.get("warnings", ()))[:SHOWN]:
        st.html(element("div", _warning(warning, _), class_="atlas-rowbox"))


def _warning(warning: Mapping[str, Any], _: Translate) -> str:
    told = verdict_words(str(warning.get("verdict", "")), _)
    about = f"{warning.get('project_id', '')} {warning.get('name', '')}：{warning.get('question', '')}"
    return marks.tag(told, "warning") + " " + escape(about)


def verdict_words(code: str, _: Translate) -> str:
    """Return what became of a record, in words; a code without words shows itself."""
    return {
        "filed": _("已提交位置"),
        "outside_county": _("解析到别的县，未采用，请人工核对"),
        "county_open": _("所属县未定，未采用，请先认领或填写县"),
        "too_coarse": _("只匹配到较大范围或匹配级别不明，未采用"),
        "no_better": _("不比现有位置更精确，未采用"),
        "not_found": _("服务没有找到这个地址"),
        "failed": _("没有得到答复，请稍后再试"),
        "not_asked": _("没有提问，请稍后再试"),
        "pending": _("已有一份位置变更在等待审核"),
        "changed_meanwhile": _("解析期间地址或位置被改动，未采用"),
        "has_place": _("已有精确位置"),
        "no_address": _("没有填写地址"),
    }.get(code, code)
