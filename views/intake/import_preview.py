"""The preview of an import: every row with its outcome, old → new, findings by cell; held rows to decide."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import streamlit as st

from layers.html import element, escape
from projects.errors import AtlasError
from projects.filing.desk import Held, Lookalike
from projects.intake.cells import CellIssue, Outcome, SourceCell
from projects.intake.issues import IssueCode, Severity
from projects.intake.preview import LEAVE_OUT, NEW_RECORD, PreviewRow, read_issue
from views import marks, values
from views.intake.issue_words import (
    code_words,
    mender_words,
    outcome_words,
    reason_words,
    severity_words,
    where,
)
from views.plain import plain
from views.shell import Shell

PAGE: Final = 50
HELD_PAGE: Final = 10
WARNED: Final = "warned"
ALL: Final = "all"


# ---- what concerns the whole file ----


def draw_file_issues(shell: Shell, result: Mapping[str, Any]) -> None:
    """Show headings nobody knows and findings that belong to no row; nothing of a file goes unsaid."""
    _ = shell.translate
    headings = [SourceCell(*cell) for cell in result.get("unknown_headings", ())]
    issues = [read_issue(issue) for issue in result.get("issues", ())]
    notes = [issue for issue in issues if issue.code is not IssueCode.UNKNOWN_HEADING]
    left_out = result.get("left_out_rows", ())
    told = [read_issue(issue) for _sheet, _number, issue in left_out]
    notes = [issue for issue in dict.fromkeys(notes) if issue not in told]
    if not headings and not notes and not left_out:
        return
    label = _("关于整个文件：{a} 个不认识的列，{b} 条说明，{c} 行不是项目").format(
        a=len(headings), b=len(notes), c=result.get("left_out", 0)
    )
    with st.expander(plain(label), expanded=bool(headings or left_out)):
        if headings:
            names = "；".join(f"{c.sheet}!{c.address}「{c.heading or c.raw}」" for c in headings)
            text = _("这些列不在对照表中，没有采用，原值保留在文件里：{names}").format(names=names)
            st.html(element("p", escape(text)))
        lines = [_issue(shell, issue) for issue in notes]
        lines += [_issue(shell, issue) for issue in told]
        if lines:
            st.html(element("ul", *lines, class_="atlas-plainlist"))


def lost_lines(result: Mapping[str, Any]) -> bool:
    """Return whether lines that belong to no row were lost and go back to be mended."""
    left_out = (read_issue(issue) for _sheet, _number, issue in result.get("left_out_rows", ()))
    return any(issue.severity in (Severity.WARNING, Severity.ERROR) for issue in left_out)


# ---- held rows ----


def draw_held(shell: Shell, job_id: int, rows: Sequence[PreviewRow]) -> dict[str, str]:
    """Ask about each held row whether it is a known record; return row key → record id or ``new``."""
    _ = shell.translate
    held = [row for row in rows if row.outcome is Outcome.HELD]
    choices = _kept_choices(shell, job_id)
    if held:
        undecided = sum(row.key not in choices for row in held)
        title = _("需要您决定的 {n} 行（还有 {m} 行未定）").format(n=len(held), m=undecided)
        st.html(element("h3", escape(title), class_="atlas-heading"))
        st.caption(_("这些行可能已经在库中，或在文件里出现了两次。不决定的行不提交，会退回给您。"))
        for row in _page(shell, held, HELD_PAGE, f"held-page-{job_id}"):
            _held(shell, job_id, row, choices)
    known = {row.key for row in held}
    return {key: choice for key, choice in choices.items() if key in known and choice != LEAVE_OUT}


def _kept_choices(shell: Shell, job_id: int) -> dict[str, str]:
    """Return what was decided, also on an earlier visit."""
    name = f"choices-{job_id}"
    if name not in st.session_state:
        kept = shell.desk.draft(f"import/{job_id}")
        said = kept.content.get("choices") if kept else None
        st.session_state[name] = {str(k): str(v) for k, v in said.items()} if isinstance(said, dict) else {}
    found: dict[str, str] = st.session_state[name]
    return found


def _held(shell: Shell, job_id: int, row: PreviewRow, choices: Mapping[str, str]) -> None:
    _ = shell.translate
    names = {c.project_id: c for c in row.candidates}
    options = [*names, NEW_RECORD, LEAVE_OUT]
    key = f"choice-{job_id}-{row.key}"
    st.session_state.setdefault(key, choices.get(row.key, LEAVE_OUT))
    with st.container(border=True):
        st.html(_heading(shell, row) + _issues(shell, row) + _side_by_side(shell, row))
        st.radio(
            _("这一行是"),
            options,
            key=key,
            format_func=lambda code: _choice_words(shell, code, names),
            on_change=_keep_choice,
            args=(shell, job_id, row.key, key),
        )


def _choice_words(shell: Shell, code: str, names: Mapping[str, Lookalike]) -> str:
    _ = shell.translate
    if code == NEW_RECORD:
        return _("另一个项目，新增")
    if code == LEAVE_OUT:
        return _("先不决定，退回给我")
    found = names[code]
    why = reason_words(found.reason, _)
    return plain(_("就是 {id} {name}（{why}），更新它").format(id=code, name=found.name, why=why))


def _keep_choice(shell: Shell, job_id: int, row_key: str, key: str) -> None:
    choices = _kept_choices(shell, job_id)
    choices[row_key] = st.session_state[key]
    shell.desk.save_draft(f"import/{job_id}", None, {"choices": dict(choices)})


def _side_by_side(shell: Shell, row: PreviewRow) -> str:
    """Return the row beside its candidates, field by field; equal values are left quiet."""
    found = [(c, held) for c in row.candidates if (held := _read(shell, c.project_id)) is not None]
    if not found:
        return ""
    said = {change.path: change.new for change in row.changes} or {"name": row.name}
    heads = [shell.translate("字段"), shell.translate("文件中"), *(f"{c.project_id}" for c, _held in found)]
    lines = []
    for path, new in said.items():
        code = values.code_of(shell, path, new)
        cells = [element("td", escape(values.words(shell, path, new)), title=code)]
        for _candidate, held in found:
            old = held.document.get(path)
            words = escape(values.words(shell, path, old))
            cells.append(element("td", words if old == new else element("b", words)))
        lines.append(element("tr", element("th", escape(values.title(shell, path))), *cells))
    top = element("thead", element("tr", *(element("th", escape(head)) for head in heads)))
    return element("div", element("table", top, *lines, class_="atlas-diff"), class_="atlas-scroll")


def _read(shell: Shell, project_id: str) -> Held | None:
    """Return a candidate as it stands; one that this person may not see is left out of the comparison."""
    try:
        return shell.desk.held(project_id)
    except AtlasError:
        return None


# ---- all rows ----


def draw_rows(shell: Shell, rows: Sequence[PreviewRow]) -> None:
    """Draw the rows of one outcome, page by page, in file order."""
    _ = shell.translate
    counts = {ALL: len(rows), WARNED: sum(row.warned for row in rows)}
    counts |= {str(o): sum(row.outcome is o for row in rows) for o in Outcome}
    labels = {ALL: _("全部"), WARNED: _("有提醒")} | {str(o): outcome_words(o, _) for o in Outcome}
    st.html(element("h3", escape(_("逐行预览")), class_="atlas-heading"))
    wanted = st.segmented_control(
        _("看哪些行"),
        [name for name in labels if counts[name] or name == ALL],
        key="preview-filter",
        default=ALL,
        format_func=lambda name: f"{labels[name]} {counts[name]:,}",
        label_visibility="collapsed",
    )
    asked = st.text_input(
        _("按名称或单元格查找"),
        key="preview-find",
        label_visibility="collapsed",
        placeholder=_("按名称或行号查找"),
    )
    shown = matching(rows, str(wanted or ALL), asked)
    if not shown:
        st.caption(_("没有这样的行。"))
        return
    st.html("".join(_row(shell, row) for row in _page(shell, shown, PAGE, f"rows-page-{wanted}")))


def matching(rows: Sequence[PreviewRow], wanted: str, text: str) -> list[PreviewRow]:
    """Return the rows of one outcome (or with warnings, or all) whose name, id or number holds the text."""
    words = text.strip().casefold()
    return [
        row
        for row in rows
        if (wanted == ALL or (row.warned if wanted == WARNED else str(row.outcome) == wanted))
        and (not words or words in f"{row.name} {row.project_id} {row.key}".casefold())
    ]


def _page(shell: Shell, rows: Sequence[PreviewRow], size: int, key: str) -> Sequence[PreviewRow]:
    """Return one page of rows, with a box to turn pages where there are several."""
    pages = max(1, -(-len(rows) // size))
    if pages == 1:
        return rows
    label = shell.translate("第几页（共 {n} 页）").format(n=pages)
    st.session_state[key] = min(max(1, int(st.session_state.get(key) or 1)), pages)
    number = int(st.number_input(label, 1, pages, key=key, width=170))
    return rows[(number - 1) * size : number * size]


def _row(shell: Shell, row: PreviewRow) -> str:
    """Return one row: outcome and name, old → new, findings."""
    return element(
        "div", _heading(shell, row), _changes(shell, row), _issues(shell, row), class_="atlas-rowbox"
    )


def _heading(shell: Shell, row: PreviewRow) -> str:
    _ = shell.translate
    where_row = _("{sheet} 第 {n} 行").format(sheet=row.sheet, n=row.number)
    name = " ".join(part for part in (row.project_id, row.name or _("（没有名称）")) if part)
    return element(
        "p",
        marks.tag(outcome_words(row.outcome, _), str(row.outcome)),
        " ",
        escape(name),
        " ",
        element("span", escape(where_row), class_="atlas-where"),
        class_="atlas-rowhead",
    )


def _changes(shell: Shell, row: PreviewRow) -> str:
    if row.outcome not in (Outcome.NEW, Outcome.UPDATED):
        return ""
    return marks.diff_table(shell, row.changes, fresh=row.outcome is Outcome.NEW)


def _issues(shell: Shell, row: PreviewRow) -> str:
    found: Iterable[CellIssue] = sorted(row.issues, key=lambda issue: issue.severity is not Severity.ERROR)
    lines = [_issue(shell, issue) for issue in found]
    return element("ul", *lines, class_="atlas-plainlist") if lines else ""


def _issue(shell: Shell, issue: CellIssue) -> str:
    """Return a finding: how bad, what, which cell, the raw value, what was done, what to do, who can."""
    _ = shell.translate
    raw = f"「{issue.cell.raw}」" if issue.cell.raw else ""
    formula = f" ={issue.cell.formula.removeprefix('=')}" if issue.cell.formula else ""
    action, remedy = issue.words(shell.language)
    parts = (
        _("做了：{words}").format(words=action) if action else "",
        _("怎么改：{words}").format(words=remedy) if remedy else "",
        _("由{who}改").format(who=mender_words(issue.mended_by, _)) if issue.mended_by != "filler" else "",
    )
    return element(
        "li",
        marks.tag(severity_words(issue.severity, _), str(issue.severity)),
        " ",
        element("b", escape(code_words(issue.code, _))),
        " ",
        escape(f"{where(issue)} {raw}{formula}"),
        " ",
        element("span", escape("；".join(part for part in parts if part)), class_="atlas-where"),
    )
