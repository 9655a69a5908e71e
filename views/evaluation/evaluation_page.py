"""The page of third-party evaluation: findings that one may see; evaluators write theirs here."""

from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.evaluation import Finding
from views import marks, office_style, state
from views.evaluation import address, detail_part, form_part, pieces
from views.notices import notice
from views.shell import Shell, guarded

PAGE: Final = 20


def draw(shell: Shell) -> None:
    """Draw the list, the finding that the address names, or the form for a new one."""
    _ = shell.translate
    office_style.draw()
    st.html(element("h2", escape(_("第三方评价")), class_="atlas-title"))
    if not shell.identity.signed_in:
        notice(_("第三方评价只给有关单位看：请先登录。"), "info")
        return
    address.own.take_over(shell)
    key = address.number("finding")
    if key:
        guarded(lambda: detail_part.draw(shell, key), _)
    elif address.own.held()["new"] and shell.identity.evaluates:
        st.button(
            _("返回清单"),
            key="finding-back",
            type="tertiary",
            icon=":material/arrow_back:",
            on_click=address.show,
        )
        guarded(lambda: form_part.draw_new(shell), _)
    else:
        guarded(lambda: _list(shell), _)
    address.own.write(shell, state.get_filter())


def _list(shell: Shell) -> None:
    _ = shell.translate
    if done := st.session_state.pop(form_part.SAID, ""):
        notice(done, "info")
    st.caption(_intro(shell))
    with st.container(horizontal=True, vertical_alignment="bottom", key="finding-head"):
        address.own.widget(
            "about",
            address.own.held()["about"],
            lambda key: st.text_input(
                _("项目编号或六位地区代码，空着看全部"), key=key, max_chars=40, on_change=_first
            ),
        )
        if shell.identity.evaluates:
            st.button(
                _("写一条评价"),
                key="finding-new",
                type="primary",
                icon=":material/add:",
                on_click=address.show,
                kwargs={"new": "1"},
            )
    project, area = address.about()
    if address.own.held()["about"].strip() and not (project or area):
        notice(
            _("看不懂“{text}”：请填项目编号或六位地区代码。").format(text=address.own.held()["about"][:40])
        )
        return
    _page(shell, project, area)


def _intro(shell: Shell) -> str:
    _ = shell.translate
    if shell.identity.evaluates:
        return _("草稿只有您自己能看到；提交后不能再改，要更正请另写一条。")
    return _("评价机构提交后才在这里出现，只列与您的单位或审核范围有关的；评价与各单位填报的内容分开存放。")


def _first() -> None:
    address.own.put(p="")


def _page(shell: Shell, project: str, area: str) -> None:
    """Draw one page of findings and the way to the others."""
    _ = shell.translate
    offset = (_asked_page() - 1) * PAGE
    found, count = shell.evaluations.page(area_code=area, project_id=project, limit=PAGE, offset=offset)
    st.html(element("p", escape(_count(shell, count, asked=bool(project or area))), class_="atlas-muted"))
    for finding in found:
        _box(shell, finding)
    if count > PAGE:
        pages = -(-count // PAGE)
        address.own.widget(
            "p",
            address.own.page_number(pages),
            lambda key: st.number_input(_("第几页"), 1, pages, key=key, width=160),
        )


def _count(shell: Shell, count: int, *, asked: bool) -> str:
    """Return how many findings there are, and for none what to do."""
    _ = shell.translate
    if count:
        return _("共 {n} 条").format(n=count)
    if asked:
        return _("没有与此有关的评价。")
    if shell.identity.evaluates:
        return _("还没有评价：点“写一条评价”开始，写好可先存草稿。")
    return _("还没有提交过的评价。")


def _asked_page() -> int:
    return address.own.page_number(10**6)


def _box(shell: Shell, finding: Finding) -> None:
    """Draw one finding in the list: title, grade, about what, by whom and when."""
    _ = shell.translate
    draft = finding.draft
    parts = [
        finding.organisation,
        marks.when(finding.handed_in_at or finding.created_at),
        _("评分 {n}").format(n=pieces.score(draft.score)) if draft.score is not None else "",
        _("附件 {n}").format(n=finding.files) if finding.files else "",
    ]
    with st.container(key=f"finding-box-{finding.id}", gap="small"):
        st.html(
            element(
                "div",
                element(
                    "p",
                    escape(f"{finding.id} · {draft.title}"),
                    " ",
                    pieces.tags(finding, _),
                    class_="atlas-rowhead",
                ),
                element("p", pieces.about(shell, finding)),
                element("p", escape(" · ".join(part for part in parts if part)), class_="atlas-muted"),
                class_="atlas-rowbox",
            )
        )
        st.button(
            _("继续写") if finding.may_edit else _("查看"),
            key=f"finding-open-{finding.id}",
            type="tertiary",
            on_click=address.show,
            kwargs={"finding": str(finding.id)},
        )
