"""Many records of one unit in a table: ``bulk?unit=440232`` (``missing=beds``: those that lack a value).

Only changed cells are filed, each against the version it was seen in. What is wrong is listed by row and
column; filters and columns may change at any time, what was typed stays.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from layers.html import clean_text, element, escape
from projects.codes import CATEGORY_ZH
from projects.errors import AtlasError, BadValue, Conflict, NotAllowed, SignInNeeded, UnknownRecord
from projects.fields import BY_NAME, Field, JsonValue
from projects.filing import bulk
from projects.filing.bulk import COLUMNS, FIRST_COLUMNS, Cell, CellProblem
from projects.filing.changes import Filed, Kind, Request, State
from projects.filing.desk import Draft, Held
from projects.identity import OwnerUnit
from views import marks, office_style, state, ways
from views.editing import bulk_state, edit_conflict, edit_lists, edit_submit, edit_words
from views.editing.bulk_state import Bulk
from views.editing.edit_page import CSS
from views.notices import notice
from views.shell import Shell

PROBLEMS_SHOWN: Final = 50
TABLE_HEIGHT: Final = 560


def draw(shell: Shell) -> None:
    """Draw the page for a unit that one may file for."""
    _ = shell.translate
    office_style.draw()
    st.html(CSS)
    st.html(element("h2", escape(_("批量修改")), class_="atlas-title"))
    held = st.session_state.get(bulk_state.SLOT)
    if not shell.identity.signed_in and isinstance(held, Bulk):
        _table(shell, held)
        return
    if not shell.identity.edits:
        notice(_("请用有填报权限的账号登录，再批量修改。"), "info")
        return
    unit = _unit(shell)
    if unit is None:
        return
    ways.keep_address(shell, unit=unit.id, missing=ways.asked("missing"))
    work = bulk_state.opened(shell, unit)
    if work.filed is not None:
        _result(shell, work, work.filed)
    elif work.offer is not None:
        _offer(shell, work, work.offer)
    elif work.clashes:
        _conflict(shell, work)
    else:
        _table(shell, work)


def _unit(shell: Shell) -> OwnerUnit | None:
    """Return the unit asked for, one's own, or the one chosen among those one may file for."""
    _ = shell.translate
    units: dict[str, OwnerUnit] = {unit.id: unit for unit in shell.desk.units()}
    asked = ways.asked("unit") or (shell.identity.unit.id if shell.identity.unit else "")
    if ways.asked("unit") and ways.asked("unit") not in units:
        notice(_("您的单位不能修改单位 {id} 的记录。").format(id=ways.asked("unit")))
    if len(units) == 1:
        return next(iter(units.values()))
    st.session_state.setdefault("bulk-unit", asked if asked in units else None)
    chosen = st.selectbox(
        _("单位"),
        list(units),
        index=None,
        key="bulk-unit",
        format_func=lambda code: clean_text(f"{units[code].name}（{code}）"),
        placeholder=_("修改哪个单位的记录"),
    )
    return units.get(chosen or "")


# ---- the table ----


def _table(shell: Shell, work: Bulk) -> None:
    """Draw filter, table, problems and the button that files."""
    _ = shell.translate
    _gone(shell, work)
    shown = _filtered(shell, work)
    columns = _columns(shell)
    st.caption(
        _(
            "共 {all} 条，显示 {shown} 条；已改 {cells} 处。双击单元格修改，可从 Excel 粘贴；空白是未知。"
        ).format(all=len(work.held), shown=len(shown), cells=len(work.cells))
    )
    if shown:
        _editor(shell, work, shown, columns)
    plan = bulk.plan(work.held, work.cells)
    order = {held.project_id: i for i, held in enumerate(shown, 1)}
    _problems(shell, plan.problems, order)
    with st.container(border=True):
        _submit(shell, work, plan)
    bulk_state.keep(shell, work)
    if work.expired:
        edit_submit.expired_notice(shell)


def _gone(shell: Shell, work: Bulk) -> None:
    """Show what was typed for records that were deleted or handed over meanwhile."""
    if work.gone:
        notice(shell.translate("这些记录已被删除或移交，您填的值没有提交："))
    for entry in work.gone:
        heading = element("h4", escape(f"{entry.label}（{entry.project_id}）"))
        table = edit_submit.change_table(shell, entry.changes)
        st.html(element("div", heading, table, class_="atlas-rowbox"))


def _filtered(shell: Shell, work: Bulk) -> list[Held]:
    """Draw the filter and return the records it leaves, in id order."""
    _ = shell.translate
    first, second, third = st.columns([0.4, 0.3, 0.3])
    words = first.text_input(_("名称、编号或地址"), key="bulk-q", max_chars=60).strip()
    names = {str(code): _(label) for code, label in CATEGORY_ZH.items()}
    state.sync_captions("bulk-category", {clean_text(name): code for code, name in names.items()})
    categories = second.multiselect(
        _("类别"),
        list(names),
        key="bulk-category",
        format_func=lambda code: clean_text(names[code]),
        placeholder=_("全部"),
    )
    asked = ways.asked("missing")
    st.session_state.setdefault("bulk-missing", asked if asked in {f.name for f in COLUMNS} else None)
    lacking = third.selectbox(
        _("只看缺这一项的"),
        [f.name for f in COLUMNS],
        index=None,
        key="bulk-missing",
        format_func=lambda name: clean_text(edit_words.title(BY_NAME[name], shell.language)),
        placeholder=_("不限"),
    )
    return [held for held in work.held.values() if _fits(work, held, words, categories, lacking)]


def _fits(work: Bulk, held: Held, words: str, categories: Sequence[str], lacking: str | None) -> bool:
    """Whether a record is shown; one that was changed under a filter stays in sight."""
    document = held.document
    text = " ".join(str(document.get(name) or "") for name in ("name", "address")) + held.project_id
    if words and words.lower() not in text.lower():
        return False
    if categories and document.get("category") not in categories:
        return False
    return not lacking or document.get(lacking) is None or (held.project_id, lacking) in work.cells


def _columns(shell: Shell) -> list[Field]:
    """Draw the choice of columns and return them in the order of the form."""
    _ = shell.translate
    wanted = dict.fromkeys((*FIRST_COLUMNS, ways.asked("missing")))
    names = [f.name for f in COLUMNS]
    captions = {clean_text(edit_words.title(f, shell.language)): f.name for f in COLUMNS}
    state.sync_captions("bulk-columns", captions)
    st.session_state.setdefault("bulk-columns", [name for name in names if name in wanted])
    chosen = st.multiselect(
        _("列"),
        names,
        key="bulk-columns",
        format_func=lambda name: clean_text(edit_words.title(BY_NAME[name], shell.language)),
    )
    return [f for f in COLUMNS if f.name in chosen]


def _editor(shell: Shell, work: Bulk, shown: Sequence[Held], columns: Sequence[Field]) -> None:
    """Draw the table and note what was typed in it."""
    _ = shell.translate
    mark = f"bulk:{work.serial}:{hash((tuple(h.project_id for h in shown), tuple(f.name for f in columns)))}"
    if mark not in work.tables or mark not in st.session_state:
        work.tables = {mark: _frame(work, shown, columns)}
    given = work.tables[mark]
    config: dict[str, Any] = {f.name: edit_lists.column(shell, f) for f in columns}
    config["row"] = st.column_config.NumberColumn(_("行"), disabled=True, width=50, pinned=True)
    config["id"] = st.column_config.TextColumn(_("编号"), disabled=True, width=90, pinned=True)
    edited = st.data_editor(
        given,
        key=mark,
        hide_index=True,
        width="stretch",
        height=min(TABLE_HEIGHT, 38 * (len(shown) + 1) + 4),
        column_config=config,
        on_change=_note,
        args=(shell, work, mark, columns),
        placeholder=_("未知"),
    )
    work.cells = bulk.noted(work.cells, work.held, typed(given, edited, columns))


def _note(shell: Shell, work: Bulk, mark: str, columns: Sequence[Field]) -> None:
    """Take the cells over as soon as one was changed, before anything of the page runs."""
    given = work.tables.get(mark)
    if given is not None:
        edited = edit_lists.patched(given, st.session_state.get(mark))
        work.cells = bulk.noted(work.cells, work.held, typed(given, edited, columns))
        bulk_state.keep(shell, work)


def _frame(work: Bulk, shown: Sequence[Held], columns: Sequence[Field]) -> pd.DataFrame:
    """Return the records as rows of text, with what was typed so far."""
    rows = [
        {f.name: work.cells.get((h.project_id, f.name), bulk.start(h, f.name)) for f in columns}
        for h in shown
    ]
    table = edit_lists.frame(columns, rows)
    table["id"] = [h.project_id for h in shown]
    table.insert(0, "row", range(1, len(shown) + 1))
    table.insert(1, "id", table.pop("id"))
    return table


def typed(given: pd.DataFrame, edited: pd.DataFrame, columns: Sequence[Field]) -> dict[Cell, JsonValue]:
    """Return the cells that differ between the table as it was given and as it came back."""
    found: dict[Cell, JsonValue] = {}
    for column in columns:
        before, after = given[column.name], edited[column.name]
        moved = (before != after) & ~(before.isna() & after.isna())
        for i in moved[moved].index:
            raw = edit_lists.value(column, after[i])
            found[str(given["id"][i]), column.name] = raw
    return found


def _problems(shell: Shell, problems: Sequence[CellProblem], order: Mapping[str, int]) -> None:
    """List wrong cells by row and column."""
    if not problems:
        return
    _ = shell.translate
    items = []
    for found in problems[:PROBLEMS_SHOWN]:
        row = order.get(found.project_id)
        at = _("第 {n} 行").format(n=row) if row else _("（不在当前筛选中）")
        column = edit_words.title(found.problem.field, shell.language)
        text = f"{at} {found.project_id} {found.name} · {column}：{edit_words.problem(found.problem, _)}"
        items.append(element("li", escape(text)))
    head = element("p", escape(_("有 {n} 个单元格需要改正：").format(n=len(problems))))
    st.html(element("div", head, element("ul", *items), class_="atlas-notice atlas-warning"))


# ---- filing ----


def _submit(shell: Shell, work: Bulk, plan: bulk.Plan) -> None:
    _ = shell.translate
    fields = sum(len(entry.changes) for entry in plan.entries)
    st.html(
        element(
            "p",
            escape(
                _("将提交 {records} 条记录的 {fields} 处修改。").format(
                    records=len(plan.entries), fields=fields
                )
            ),
        )
    )
    if plan.entries:
        with st.expander(_("逐条查看修改"), expanded=False):
            for entry in plan.entries[:PROBLEMS_SHOWN]:
                heading = element("h4", escape(f"{entry.label}（{entry.project_id}）"))
                table = edit_submit.change_table(shell, entry.changes)
                st.html(element("div", heading, table, class_="atlas-rowbox"))
    if "bulk-reason" not in st.session_state:
        st.session_state["bulk-reason"] = work.reason
    work.reason = st.text_input(
        _("为什么改（依据）") + " *", key="bulk-reason", max_chars=edit_submit.LONGEST_REASON
    )
    if st.button(_("提交"), key="bulk-file", type="primary", icon=":material/send:"):
        _press(shell, work, plan)


def _press(shell: Shell, work: Bulk, plan: bulk.Plan) -> None:
    _ = shell.translate
    if plan.problems:
        notice(_("还没有提交：请先改正上面列出的单元格。"))
    elif not plan.entries:
        notice(_("还没有提交：没有任何修改。"), "info")
    elif not work.reason.strip():
        notice(_("还没有提交：请写明为什么改。"))
    else:
        title = _("批量修改 {n} 条").format(n=len(plan.entries))
        _file(shell, work, Request(Kind.BULK, title, work.unit.id, work.reason.strip(), plan.entries))


def _file(shell: Shell, work: Bulk, request: Request) -> None:
    """File the request; whatever stands against it, the typed cells stay."""
    _ = shell.translate
    try:
        work.filed = shell.desk.file(request)
        shell.desk.drop_draft(work.subject)
    except (Conflict, UnknownRecord):
        bulk_state.compare(work, bulk_state.read_unit(shell, work.unit.id), request.entries)
    except SignInNeeded:
        work.expired = True
    except (NotAllowed, BadValue) as error:
        notice(_("没有提交：{why}。您填的内容还在。").format(why=str(error).rstrip("。")), "error")
        return
    except AtlasError:
        if work.filed is None:
            raise
    st.rerun()


def _conflict(shell: Shell, work: Bulk) -> None:
    """Draw the clashes by record; when all are decided, the table goes on."""
    headings = {key: f"{work.now[key].document.get('name')}（{key}）" for key in work.clashes}
    chosen = edit_conflict.draw(
        shell, {headings[key]: found for key, found in work.clashes.items()}, f"bulk-clash{work.serial}"
    )
    if chosen is not None:
        bulk_state.go_on(work, {key: chosen.get(headings[key], set()) for key in work.clashes})
        st.rerun()


def _result(shell: Shell, work: Bulk, filed: Filed) -> None:
    _ = shell.translate
    text = (
        _("已提交（{n} 号），等待审核。审核通过以前，地图和列表仍显示原来的内容；结果会出现在{unit}的首页。")
        if filed.state is State.SUBMITTED
        else _("已发布（{n} 号）：地图、列表和导出从现在起显示新内容。")
    )
    notice(text.format(n=filed.id, unit=work.unit.name), "info")
    with st.container(horizontal=True, gap="medium"):
        ways.link(shell, _("回到我的单位"), "home", ":material/home:")
        st.button(_("继续修改"), key="bulk-again", icon=":material/edit:", on_click=_again)


def _again() -> None:
    st.session_state.pop("bulk-reason", None)
    bulk_state.close()


def _offer(shell: Shell, work: Bulk, draft: Draft) -> None:
    _ = shell.translate
    cells = draft.content.get("cells")
    notice(
        _("您有一份没有提交的批量修改（{n} 处），保存于 {when}。").format(
            n=len(cells) if isinstance(cells, list) else 0, when=marks.when(draft.updated_at)
        ),
        "info",
    )
    with st.container(horizontal=True):
        st.button(_("继续填写"), key="bulk-resume", type="primary", on_click=bulk_state.resume, args=(work,))
        st.button(_("丢弃草稿"), key="bulk-drop", on_click=bulk_state.discard, args=(shell, work))
