"""Import of an office's file: choose → check → preview → submit; a later visit finds the job again."""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from layers.html import element, escape
from projects.codes import DATUM_ZH
from projects.filing.changes import State
from projects.identity import OwnerUnit
from projects.intake.cells import Outcome
from projects.intake.importing import Mode
from projects.work import Job
from services import office_files
from views import job_panel, marks, office_style, unit_choice, ways
from views.intake import figures_part, import_preview, office_downloads
from views.intake.issue_words import outcome_words
from views.notices import notice
from views.rounds import came_back
from views.shell import Shell

PREVIEW: Final = "import_preview"
COMMIT: Final = "import_commit"
SUFFIXES: Final = tuple(suffix.removeprefix(".") for suffix in office_files.SUFFIXES)
LONGEST_REASON: Final = 300


def draw(shell: Shell) -> None:
    """Draw the step that the address and the job stand for."""
    _ = shell.translate
    office_style.draw()
    st.html(element("h2", escape(_("导入文件")), class_="atlas-title"))
    if not shell.identity.edits:
        notice(_("只有填报员、审核员和管理员可以导入。请先登录，或请管理员调整账号。"), "info")
        return
    key = ways.asked_number("job")
    if key is None:
        _choose(shell)
        return
    ways.keep_address(shell, job=key)
    job = shell.jobs.job(key)
    _steps(shell, step_of(job))
    job = job_panel.draw(shell, key)
    if job.result and job.kind == COMMIT and not job.result.get("changed"):
        _result(shell, job)
    elif job.result:
        _preview(shell, job)
    if job.over:
        st.button(
            _("导入另一个文件"), key="another-file", icon=":material/upload_file:", on_click=_start_again
        )


def step_of(job: Job) -> int:
    """Return which of the four steps a job stands for, counted from 0."""
    if job.kind == COMMIT and not job.result.get("changed"):
        return 3
    return 2 if job.over else 1


def _start_again() -> None:
    st.query_params.pop("job", None)


def _steps(shell: Shell, now: int) -> None:
    _ = shell.translate
    st.html(marks.steps((_("选择文件"), _("检查"), _("预览"), _("提交")), now))


# ---- 1 choose ----


def _choose(shell: Shell) -> None:
    """Draw the first step: whose, which file, what it may do."""
    _ = shell.translate
    _steps(shell, 0)
    unit = unit_choice.choose_unit(shell, key="import-unit")
    if unit is None:
        notice(_("请先选择为哪个单位导入。"), "info")
        return
    ways.keep_address(shell, unit=unit.id if unit != shell.identity.unit else "")
    how = unit_choice.way_of_filing(shell, unit)
    st.html(element("p", escape(_("为 {unit} 导入，{how}。").format(unit=unit.name, how=how))))
    with st.container(horizontal=True, vertical_alignment="center"):
        office_downloads.workbook(shell, unit)
        office_downloads.blank_workbook(shell, unit)
    file = st.file_uploader(
        _(
            "文件（xlsx、xls、csv、GeoJSON、GeoPackage、OC4IDS、打包成 zip 的 Shapefile；不超过 {n} MB）"
        ).format(n=shell.settings.max_upload_mb),
        type=SUFFIXES,
        key="import-file",
        max_upload_size=shell.settings.max_upload_mb,
    )
    options = _options(shell)
    ready = st.button(
        _("检查文件"), key="check-file", type="primary", disabled=file is None, icon=":material/rule:"
    )
    st.caption(_("检查不改动任何数据；看过预览、点了提交才会改。"))
    if ready and file is not None:
        _submit_check(shell, unit, file.name, file.getvalue(), options)


def _options(shell: Shell) -> dict[str, Any]:
    """Ask what the file may do and which datum its numbers have; nothing is assumed."""
    _ = shell.translate
    modes = {
        Mode.UPSERT: _("新增和更新"),
        Mode.NEW: _("只新增"),
        Mode.UPDATE: _("只更新已有的"),
    }
    datums = {"": _("未说明（坐标只作大致位置，逐行提示）")} | {str(k): _(v) for k, v in DATUM_ZH.items()}
    left, right = st.columns(2)
    mode = left.radio(_("这个文件可以做什么"), list(modes), format_func=lambda m: modes[m], key="import-mode")
    datum = right.selectbox(
        _("坐标用的坐标系（文件里没有“坐标系”一列时）"),
        list(datums),
        format_func=lambda code: datums[code],
        key="import-datum",
        help=_("手机定位、GPS 为 WGS84；高德、腾讯地图取的点为 GCJ-02；百度地图为 BD-09。不清楚就选未说明。"),
    )
    keep = right.checkbox(
        _("保留库中已有的值，只补空缺"),
        key="import-keep",
        help=_("空白单元格从不改动原值；要清空请填「清除」。"),
    )
    return {"mode": str(mode), "datum": datum, "keep_existing": keep}


def _submit_check(
    shell: Shell, unit: OwnerUnit, name: str, content: bytes, options: Mapping[str, Any]
) -> None:
    kept = office_files.keep_upload(shell.settings, name, content)
    title = shell.translate("检查 {name}").format(name=name)
    arguments = {"file": kept.name, "name": name, "sha256": kept.sha256, "unit": unit.id, **options}
    st.query_params["job"] = str(shell.jobs.submit(PREVIEW, title, arguments))
    st.rerun()


# ---- 3 preview ----


def _preview(shell: Shell, job: Job) -> None:
    """Draw what would happen, ask about held rows, and offer to submit."""
    _ = shell.translate
    result = job.result
    rows = office_files.read_preview(shell.settings, str(result["preview"]))
    if result.get("changed"):
        notice(_("您预览之后，库中的内容有变化，所以还没有提交。下面是新的预览，请重新确认。"))
    st.html(element("p", escape(file_sentence(shell, result)), class_="atlas-muted"))
    whole = rows_sentence(shell, result)
    if whole:
        st.html(element("p", escape(whole), class_="atlas-muted"))
    st.html(sum_sentence(shell, result["counts"], result["rows_in"]))
    figures_part.draw(shell, result)
    import_preview.draw_file_issues(shell, result)
    choices = import_preview.draw_held(shell, job.id, rows)
    import_preview.draw_rows(shell, rows)
    _commit(shell, job, choices)


def file_sentence(shell: Shell, result: Mapping[str, Any]) -> str:
    """Return what was read: file, encoding, rows by sheet."""
    _ = shell.translate
    counted = sorted(result.get("lines_in", {}).items(), key=lambda pair: -pair[1])
    sheets = "，".join(_("{sheet} {n} 行").format(sheet=sheet, n=n) for sheet, n in counted)
    encoding = result.get("encoding")
    parts = (str(result["file_name"]), str(encoding) if encoding else "", sheets)
    return " · ".join(part for part in parts if part)


def rows_sentence(shell: Shell, result: Mapping[str, Any]) -> str:
    """Return how the data rows of all sheets divide, empty where there are only project rows."""
    lines, left_out = int(result.get("lines", 0)), int(result.get("left_out", 0))
    figures = figures_part.rows_in(result)
    if not lines and not left_out and not figures:
        return ""
    sentence = shell.translate(
        "文件共 {n} 行数据 = 项目 {rows} + 资金和里程碑明细 {lines}"
        " + 不是项目的行 {left}（合计、标题、说明等，原因见下）"
    ).format(n=result["file_rows"], rows=result["rows_in"], lines=lines, left=left_out)
    return sentence + (shell.translate(" + 指标 {n}").format(n=figures) if figures else "")


def sum_sentence(shell: Shell, counts: Mapping[str, int], rows_in: int) -> str:
    """Return “rows in = the five outcomes” as HTML; it says so plainly if the sum ever failed."""
    _ = shell.translate
    parts = [f"{outcome_words(o, _)} {counts.get(str(o), 0):,}" for o in Outcome]
    text = _("共 {n} 行 = {parts}").format(n=f"{rows_in:,}", parts=" + ".join(parts))
    line = element("p", element("b", escape(text)), class_="atlas-sum", role="status")
    if sum(counts.get(str(o), 0) for o in Outcome) == rows_in:
        return line
    wrong = _("行数对不上，请不要提交，并把文件交给管理员。")
    return line + element("div", escape(wrong), class_="atlas-notice atlas-error", role="alert")


def _commit(shell: Shell, job: Job, choices: Mapping[str, str]) -> None:
    """Ask for the reason and submit; without anything to file there is nothing to press."""
    _ = shell.translate
    result, counts = job.result, job.result["counts"]
    doing = counts.get("new", 0) + counts.get("updated", 0) + len(choices) + figures_part.doing(result)
    st.html(element("h3", escape(_("提交")), class_="atlas-heading"))
    if not doing:
        notice(_("没有可提交的行：内容与库中一致，或都需要先修改。"), "info")
    reason = st.text_input(
        _("为什么改（写进每条记录的历史）"),
        key=f"reason-{job.id}",
        max_chars=LONGEST_REASON,
        placeholder=_("例如：2026 年第二季度进度更新，依据县发改局台账"),
    )
    if st.button(
        _("提交 {n} 行").format(n=doing),
        key="commit-import",
        type="primary",
        disabled=not (doing and reason.strip()),
        icon=":material/send:",
    ):
        arguments = {
            **dict(job.result["arguments"]),
            "preview_job": job.id,
            "reason": reason.strip(),
            "choices": dict(choices),
        }
        title = _("提交 {name}").format(name=job.result["file_name"])
        st.query_params["job"] = str(shell.jobs.submit(COMMIT, title, arguments))
        st.rerun()
    came_back.draw(shell, result)
    left_over = counts.get("held", 0) - len(choices) + counts.get("rejected", 0) + figures_part.bad(result)
    if result.get("returned") and (left_over or import_preview.lost_lines(result)):
        office_downloads.returned(shell, job)
    if left_over:
        st.caption(
            _("其余 {n} 行不提交，会连同原因放进一个工作簿退回给您，改好后再上传。").format(n=left_over)
        )


# ---- 4 result ----


def _result(shell: Shell, job: Job) -> None:
    """Say what became of every row, and hand back what must be mended."""
    _ = shell.translate
    result = job.result
    st.html(sum_sentence(shell, result["counts"], result["rows_in"]))
    figures_part.draw_filed(shell, result)
    came_back.draw(shell, result)
    state, number = result.get("state"), result.get("change_set")
    if number is None:
        if not figures_part.filed(result):
            notice(_("没有需要提交的改动，库中什么也没有变。"), "info")
    elif state == State.SUBMITTED:
        notice(_("已提交审核：{n} 号。审核答复会出现在「我的单位」。").format(n=number), "info")
    else:
        notice(_("已发布：{n} 号。地图和列表现在就是新的内容。").format(n=number), "info")
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        if number is not None:
            label = _("查看 {n} 号提交").format(n=number)
            ways.link(shell, label, "review", ":material/fact_check:", set=int(number))
        counts = result["counts"]
        sent_back = counts.get("held", 0) + counts.get("rejected", 0) + figures_part.bad(result)
        if result.get("returned") and (sent_back or import_preview.lost_lines(result)):
            office_downloads.returned(shell, job)
        ways.link(shell, _("我的单位"), "home", ":material/home:")
