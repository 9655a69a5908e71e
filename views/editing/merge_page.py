"""Two records that are the same thing: compared field by field, one stays, the other goes into it."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.fields import Document, JsonValue
from projects.filing.changes import Entry, FieldChange, Kind, Operation, Request, State, merge
from projects.filing.desk import Held
from views import marks, office_style, values, ways, words
from views.editing.history import gone
from views.intake.issue_words import reason_words
from views.notices import notice
from views.plain import plain
from views.shell import Shell

LONGEST_REASON: Final = 300
STAYS, GOES = "stays", "goes"
NOT_TAKEN: Final = ("owner_unit_id", "published", "alias", "deleted", "merged_into_id", "merged")
"""Not asked about: upkeep belongs to the record that stays, names and mentions go over by themselves."""


def draw(shell: Shell) -> None:
    """Draw the page for ``?id=`` and, once it is chosen, ``&with=``."""
    _ = shell.translate
    office_style.draw()
    st.html(element("h2", escape(_("合并重复的记录")), class_="atlas-title"))
    if not shell.identity.edits:
        notice(_("只有填报员、审核员和管理员可以合并。请先登录。"), "info")
        return
    first, second = ways.asked("id", 40), ways.asked("with", 40)
    ways.keep_address(shell, id=first, **({"with": second} if second else {}))
    _said(shell)
    if not first:
        _ask_first(shell)
        return
    held = shell.desk.held(first)
    if not second or second == first:
        _suggest(shell, held)
        return
    _compare(shell, held, shell.desk.held(second))


def _ask_first(shell: Shell) -> None:
    _ = shell.translate
    example = values.example_id(shell)
    text = st.text_input(_("记录编号"), key="merge-first", max_chars=40, placeholder=example).strip()
    if st.button(_("打开"), key="merge-open", disabled=not text):
        st.query_params["id"] = text.upper()
        st.rerun()


# ---- which two ----


def _suggest(shell: Shell, held: Held) -> None:
    """List records that may be the same; phases of one project are not among them."""
    _ = shell.translate
    document = held.document
    st.html(element("p", element("b", escape(f"{held.project_id} {document.get('name') or ''}"))))
    found = shell.desk.lookalikes(
        str(document.get("name") or ""),
        _text(document, "county_code") or None,
        _text(document, "project_code") or None,
        values.lonlat(document.get("place/0")),
        besides=held.project_id,
    )
    if not found:
        st.caption(_("没有找到相像的记录。一期、二期是不同的记录，不要合并。"))
    for one in found:
        why = reason_words(one.reason, _)
        label = _("与 {id} {name} 比较（{why}，{share:.0%}）").format(
            id=one.project_id, name=one.name, why=why, share=one.similarity
        )
        st.button(plain(label), key=f"with-{one.project_id}", on_click=_choose, args=(one.project_id,))
    text = st.text_input(_("或输入另一条记录的编号"), key="merge-second", max_chars=40).strip()
    st.button(_("比较"), key="merge-compare", disabled=not text, on_click=_choose, args=(text.upper(),))


def _text(document: Document, path: str) -> str:
    return str(document.get(path) or "")


def _choose(project_id: str) -> None:
    st.query_params["with"] = project_id


# ---- side by side ----


def _compare(shell: Shell, stays: Held, goes: Held) -> None:
    _ = shell.translate
    st.html(
        element(
            "p",
            escape(
                _(
                    "① 留下，② 并入 ①；两条的历史都保留，② 的名称成为别名，以后可以恢复。"
                    "两边不同的值，逐项选留哪个。"
                )
            ),
        )
    )
    with st.container(horizontal=True):
        st.button(
            _("对调"),
            key="merge-swap",
            icon=":material/swap_horiz:",
            on_click=_swap,
            args=(stays.project_id, goes.project_id),
        )
        st.button(_("换一条比较"), key="merge-other", on_click=_other)
    if gone(stays) or gone(goes):
        notice(_("其中一条已删除或已并入别处，不能再合并；请先在历史里恢复。"))
        return
    st.html(_sides(shell, stays, goes))
    if stays.project_id == goes.document.get("parent_id") or goes.project_id == stays.document.get(
        "parent_id"
    ):
        notice(_("这两条是上下级（整个项目和其中一期），不是重复，一般不要合并。"))
    same, different = split(stays.document, goes.document)
    taken = _choices(shell, stays, goes, [p for p in different if goes.document[p] != stays.project_id])
    if same:
        names = words.joined((values.title(shell, path) for path in same), shell.language)
        st.caption(plain(_("两条相同的：{fields}").format(fields=names)))
    _file(shell, stays, goes, taken)


def _sides(shell: Shell, stays: Held, goes: Held) -> str:
    """Return which record is which: the one that stays, the one that goes into it."""
    _ = shell.translate
    lines = (
        (_("① 留下"), stays, "new"),
        (_("② 并入 ①"), goes, "held"),
    )
    return "".join(
        element(
            "p",
            marks.tag(label, code),
            " ",
            ways.anchor(
                shell, f"{held.project_id} {_text(held.document, 'name')}", "map", id=held.project_id
            ),
            element(
                "span",
                escape(
                    _("　第 {version} 版 · {n} 项内容").format(version=held.version, n=len(held.document))
                ),
                class_="atlas-where",
            ),
            class_="atlas-rowhead",
        )
        for label, held, code in lines
    )


def _swap(stays: str, goes: str) -> None:
    st.query_params["id"], st.query_params["with"] = goes, stays


def _other() -> None:
    st.query_params.pop("with", None)


def split(stays: Document, goes: Document) -> tuple[list[str], list[str]]:
    """Return the paths on which two records agree and those on which they do not, upkeep left out.

    >>> split({"name": "甲", "beds": 5}, {"name": "甲", "beds": 6, "note": "x", "published": True})
    (['name'], ['beds', 'note'])
    """
    paths = [p for p in sorted({*stays, *goes}) if p.partition("/")[0] not in NOT_TAKEN]
    same = [p for p in paths if stays.get(p) == goes.get(p)]
    return same, [p for p in paths if goes.get(p) is not None and stays.get(p) != goes.get(p)]


def _choices(shell: Shell, stays: Held, goes: Held, paths: list[str]) -> dict[str, JsonValue]:
    """Ask which value stays where the two differ; return what is taken from the one that goes."""
    _ = shell.translate
    if not paths:
        st.caption(_("另一条没有不同的值。"))
    taken: dict[str, JsonValue] = {}
    for path in paths:
        own, other = stays.document.get(path), goes.document.get(path)
        names = {
            STAYS: plain(f"① {values.words(shell, path, own)}"),
            GOES: plain(f"② {values.words(shell, path, other)}"),
        }
        said = st.radio(
            plain(values.title(shell, path)),
            [STAYS, GOES],
            index=int(preferred(stays.document, path) == GOES),
            format_func=names.__getitem__,
            key=f"merge-{stays.project_id}-{goes.project_id}-{path}",
            horizontal=True,
        )
        if said == GOES:
            taken[path] = other
    return renumbered(taken)


def preferred(stays: Document, path: str) -> str:
    """Return whose value is offered first: one's own if known; money is never added up unasked.

    >>> preferred({"finance/1": {}}, "finance/9"), preferred({}, "beds"), preferred({"beds": 1}, "beds")
    ('stays', 'goes', 'stays')
    """
    kind = path.partition("/")[0]
    if kind == "finance":
        return STAYS if any(key.startswith("finance/") for key in stays) else GOES
    return STAYS if stays.get(path) is not None else GOES


def renumbered(taken: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Give finance lines of the other record new line ids: theirs stay with its history.

    >>> renumbered({"finance/12": {"amount": "5"}, "beds": 3})
    {'finance/new-1': {'amount': '5'}, 'beds': 3}
    """
    lines = [path for path in taken if path.startswith("finance/")]
    names = {path: f"finance/new-{i}" for i, path in enumerate(lines, 1)}
    return {names.get(path, path): value for path, value in taken.items()}


def entries_of(stays: Held, goes: Held, taken: Mapping[str, JsonValue]) -> tuple[Entry, ...]:
    """Return the entries of a merge: the record that goes, then what the one that stays takes from it."""
    first = merge(goes.project_id, goes.version, _text(goes.document, "name"), stays.project_id)
    changes = tuple(
        FieldChange(path, stays.document.get(path), value) for path, value in sorted(taken.items())
    )
    if not changes:
        return (first,)
    label = _text(stays.document, "name")
    return first, Entry(Operation.UPDATE, stays.project_id, stays.version, changes, label)


def _file(shell: Shell, stays: Held, goes: Held, taken: Mapping[str, JsonValue]) -> None:
    _ = shell.translate
    entries = entries_of(stays, goes, taken)
    changes = [c for entry in entries if entry.operation is Operation.UPDATE for c in entry.changes]
    st.html(element("h3", escape(_("合并后留下的记录会这样改")), class_="atlas-heading"))
    st.html(marks.diff_table(shell, changes) if changes else element("p", escape(_("不改任何值"))))
    reason = st.text_input(_("为什么是同一个项目"), key="merge-reason", max_chars=LONGEST_REASON)
    label = _("把 {goes} 并入 {stays}").format(goes=goes.project_id, stays=stays.project_id)
    if st.button(
        plain(label), key="merge-file", type="primary", disabled=not reason.strip(), icon=":material/merge:"
    ):
        request = Request(Kind.MERGE, label, stays.owner_unit_id, reason.strip(), entries)
        filed = shell.desk.file(request)
        st.session_state["merged"] = (filed.id, filed.state, stays.project_id)
        st.query_params.clear()
        st.rerun()


def _said(shell: Shell) -> None:
    """Say once what became of a merge."""
    filed = st.session_state.pop("merged", None)
    if filed is None:
        return
    _ = shell.translate
    said = _("已提交审核：{n} 号。") if filed[1] is State.SUBMITTED else _("已合并，并记入历史：{n} 号。")
    notice(said.format(n=filed[0]), "info")
    ways.link(shell, filed[2], "history", ":material/history:", history=filed[2])
