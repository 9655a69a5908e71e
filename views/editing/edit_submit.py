"""The end of a form: what would change, why, and what became of it; also deletion, with a reason."""

from collections.abc import Sequence

import streamlit as st

from layers.html import element, escape
from projects.errors import BadValue, Conflict, NotAllowed, SignInNeeded
from projects.filing.changes import Entry, FieldChange, Filed, Kind, Operation, Request, State, difference
from projects.filing.changes import deletion as deletion_of
from projects.filing.form import Problem
from services.sign_in import sign_in_path
from views import marks, values, ways
from views.editing import edit_conflict, edit_form, edit_state, edit_words, rescue
from views.editing.edit_state import Work
from views.notices import notice
from views.shell import Shell

LONGEST_REASON = 500


def draw(shell: Shell, work: Work, problems: Sequence[Problem]) -> None:
    """Draw differences, reason and the button that files them."""
    _ = shell.translate
    changes = difference(work.base, work.reading().document)
    with st.container(border=True, key=work.key("submit")):
        st.html(element("h3", escape(_("检查并提交")), class_="atlas-section", id="part-submit"))
        _problems(shell, work, problems)
        if not changes:
            st.html(element("p", escape(_("还没有修改。")), class_="atlas-muted"))
        elif work.is_new:
            st.html(element("p", escape(_("新增一条记录，填了 {n} 项。").format(n=len(changes)))))
        else:
            st.html(change_table(shell, changes))
        _reason(shell, work)
        if st.button(_("提交"), key=work.key("file"), type="primary", icon=":material/send:"):
            _press(shell, work, changes, problems)


def change_table(shell: Shell, changes: Sequence[FieldChange]) -> str:
    """Return old → new per field as HTML."""
    rows = [
        element(
            "tr",
            element("th", escape(values.title(shell, change.path))),
            element("td", marks.change_words(shell, change.path, change.old, change.new)),
        )
        for change in changes
    ]
    return element("table", *rows, class_="atlas-diff")


def _problems(shell: Shell, work: Work, problems: Sequence[Problem]) -> None:
    """List what must be mended first, with where it stands."""
    _ = shell.translate
    lines = [f"{edit_words.where(p, shell.language, _)}：{edit_words.problem(p, _)}" for p in problems]
    if edit_form.unfinished_place(work):
        lines.append(_("地图上的位置：请选择精确到哪一级。"))
    if work.is_new and not work.unit_id:
        lines.append(_("归属单位：请选择这条记录归哪个单位。"))
    if lines:
        items = [element("li", escape(line)) for line in dict.fromkeys(lines)]
        head = element("p", escape(_("还有 {n} 处需要改正：").format(n=len(items))))
        st.html(element("div", head, element("ul", *items), class_="atlas-notice atlas-warning"))


def _reason(shell: Shell, work: Work) -> None:
    _ = shell.translate
    key = work.key("reason")
    if key not in st.session_state:
        st.session_state[key] = work.reason
    work.reason = st.text_input(
        _("为什么改（依据）") + " *",
        key=key,
        max_chars=LONGEST_REASON,
        placeholder=_("如：县发改局 2026 年 5 月调度表；现场核实"),
        help=_("会和修改一起永久保存，审核人和以后查历史的人都看得到。"),
    )


def _press(shell: Shell, work: Work, changes: Sequence[FieldChange], problems: Sequence[Problem]) -> None:
    """File the changes when nothing stands against it; otherwise say what does."""
    _ = shell.translate
    if problems or edit_form.unfinished_place(work) or not work.unit_id:
        notice(_("还没有提交：请先改正上面列出的内容。"))
    elif not changes:
        notice(_("还没有提交：没有任何修改。"), "info")
    elif not work.reason.strip():
        notice(_("还没有提交：请写明为什么改。"))
    else:
        operation = Operation.INSERT if work.is_new else Operation.UPDATE
        name = str(work.form.get("name") or work.subject).strip()
        entry = Entry(
            operation,
            "" if work.is_new else work.subject,
            None if work.is_new else work.base_version,
            tuple(changes),
            label=name,
        )
        file(shell, work, Request(work.filing, name, work.unit_id, work.reason.strip(), (entry,)))


def file(shell: Shell, work: Work, request: Request) -> None:
    """File a request; a conflict, an ended session or a refusal leave everything that was typed in place."""
    _ = shell.translate
    try:
        filed = shell.desk.file(request)
    except Conflict:
        work.theirs = shell.desk.held(work.subject)
        edit_state.settle(work, None)
        if work.theirs is None:
            notice(_("记录刚被别人改过，与您的修改不冲突，已合并到您的表单。请核对后再次提交。"), "info")
            return
    except SignInNeeded:
        work.expired = True
        rescue.keep(work.account_id or 0, work.subject, work.base_version, edit_state.content_of(work))
    except (NotAllowed, BadValue) as error:
        notice(_("没有提交：{why}。您填的内容还在。").format(why=str(error).rstrip("。")), "error")
        return
    else:
        work.filed_kind = request.kind
        edit_state.done(shell, work, filed)
    st.rerun()


def expired_notice(shell: Shell) -> None:
    """Say that the session has ended and how to go on; what was typed stays."""
    _ = shell.translate
    text = _("登录已过期，现在不能保存或提交。您填的内容都还在：请在新标签页登录，再回到本页刷新，即可继续。")
    notice(text)
    # st.html drops `target`; a link button opens a new tab
    address = sign_in_path(language=shell.language)
    st.link_button(_("在新标签页登录"), address, icon=":material/open_in_new:")


def sign_in_first(shell: Shell) -> None:
    """Say that somebody has to sign in, with the way there."""
    _ = shell.translate
    link = element("a", escape(_("登录")), href=sign_in_path(language=shell.language), class_="atlas-link")
    text = escape(_("请先登录，再填报。"))
    st.html(element("div", text, " ", link, class_="atlas-notice atlas-info", role="alert"))


def conflict(shell: Shell, work: Work) -> None:
    """Draw the clashes of an open conflict; when all are decided, the form goes on over the newer version."""
    chosen = edit_conflict.draw(shell, {"": work.clashes()}, work.key("clash"))
    if chosen is not None:
        edit_state.settle(work, frozenset(chosen.get("", ())))
        st.rerun()


def result(shell: Shell, work: Work, filed: Filed) -> None:
    """Say what became of the request, and where to go on."""
    _ = shell.translate
    key = filed.project_ids[0] if filed.project_ids else "" if work.is_new else work.subject
    unit = work.unit.name if work.unit else work.unit_id
    if not filed.id:
        text = _("库里已经是这样了，没有需要提交的内容。")
    elif filed.state is State.SUBMITTED:
        text = _(
            "已提交（{n} 号），等待审核。审核通过以前，地图和列表仍显示原来的内容；结果会出现在{unit}的首页。"
        )
    elif work.filed_kind is Kind.DELETE:
        text = _("已删除（{n} 号）。可以在修改记录中恢复。")
    else:
        text = _("已发布（{n} 号）：地图、列表和导出从现在起显示新内容。")
    notice(text.format(n=filed.id, unit=unit), "info")
    with st.container(horizontal=True, gap="medium"):
        if key:
            ways.link(shell, _("在地图上看"), "map", ":material/map:", id=key)
            ways.link(shell, _("修改记录"), "history", ":material/history:", history=key)
        ways.link(shell, _("回到我的单位"), "home", ":material/home:")
        label = _("再新增一条") if work.is_new else _("继续修改")
        st.button(label, key=work.key("again"), icon=":material/edit:", on_click=edit_state.close)


def deletion(shell: Shell, work: Work) -> None:
    """Draw what takes a record out of the library: as a duplicate of another, or for good reasons."""
    _ = shell.translate
    with st.expander(_("重复或不该存在？"), expanded=False, icon=":material/delete:"):
        st.html(element("p", escape(_("和另一条是同一个项目：登记为重复，两条的历史和别名都保留。"))))
        ways.link(shell, _("登记为重复（合并）"), "merge", ":material/merge:", id=work.subject)
        st.html(
            element(
                "p", escape(_("根本不该在库里：删除。删除后不再出现在地图和列表中，历史保留，可以恢复。"))
            )
        )
        reason = st.text_input(_("为什么删除") + " *", key=work.key("why-delete"), max_chars=LONGEST_REASON)
        sure = st.checkbox(_("确认删除这条记录"), key=work.key("sure"))
        pressed = st.button(_("删除"), key=work.key("delete"), icon=":material/delete:", disabled=not sure)
        if pressed and not reason.strip():
            notice(_("没有删除：请写明为什么删除。"))
        elif pressed:
            name = str(work.base.get("name") or work.subject)
            entry = deletion_of(work.subject, work.base_version or 0, name)
            file(shell, work, Request(Kind.DELETE, name, work.unit_id, reason.strip(), (entry,)))
