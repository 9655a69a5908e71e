"""What goes into a pack: which records, which files, paper, language, title; one button orders it."""

from dataclasses import dataclass
from typing import Final, cast

import streamlit as st

from data import wiring
from data.exports.source import ExportSource
from layers.html import element, escape
from projects.filters import MAX_VALUES, ProjectFilter
from projects.packs import KIND, MAX_TITLE, PAPERS, Language, Order
from views import state
from views.i18n import LANGUAGES
from views.notices import notice
from views.packs import words
from views.packs.address import ADDRESS
from views.shell import Shell

NONE: Final = "none"
"""Stands in the address for no file at all, which is not the same as all of them."""
READERS: Final = ("public", "inside")
BOOKS: Final = frozenset(("book_docx", "book_pdf"))


@dataclass(frozen=True, slots=True)
class Scope:
    """The records that a pack is of, and how many they are."""

    chosen: ProjectFilter
    matched: int


def draw(shell: Shell, chosen: ProjectFilter) -> None:
    """Draw the form; whoever is not signed in reads what signing in is for."""
    _ = shell.translate
    st.html(element("h3", escape(_("做一套材料")), class_="atlas-heading"))
    if not shell.identity.signed_in:
        notice(
            _(
                "登录后可以做材料：在后台制作，做好后保留几天，可以生成给没有账户的人的链接。"
                "不登录也可以在地图页点“导出”下载单个文件。"
            ),
            "info",
        )
        return
    public = _for_whom(shell)
    scope = _scope(shell, chosen, public=public)
    parts = _parts(shell)
    order = _how(shell, scope, parts, public=public)
    _say(shell, scope, parts)
    _button(shell, scope, order, parts)


def _for_whom(shell: Shell) -> bool:
    """Ask whether the files are to be passed on; where nobody reads unseen, they are for inside always."""
    _ = shell.translate
    if not shell.settings.anonymous_reads:
        return False
    captions = {
        "public": _("可以发出去：只有人人可见的内容"),
        "inside": _("内部使用：还有您有权看的联系人"),
    }
    held = ADDRESS.one_of("for", captions)
    state.sync_captions(ADDRESS.key("for"), {captions[held]: held})
    found = ADDRESS.widget(
        "for",
        held,
        lambda key: st.radio(
            _("给谁看"), READERS, key=key, format_func=captions.__getitem__, horizontal=True
        ),
    )
    return str(found) != "inside"


def _scope(shell: Shell, chosen: ProjectFilter, *, public: bool) -> Scope:
    """Ask for the current filter or the basket; the counts are those of the files."""
    _ = shell.translate
    picked = state.basket()
    fits = 0 < len(picked) <= MAX_VALUES
    seen = _library(shell, public=public)
    basket = seen.count(ProjectFilter(ids=tuple(picked))).matched if fits else len(picked)
    counts = {"filter": seen.count(chosen).matched, "basket": basket}
    captions = {
        "filter": _("当前筛选（{n} 条）").format(n=f"{counts['filter']:,}"),
        "basket": _("选集（{n} 条）").format(n=f"{counts['basket']:,}"),
    }
    held = ADDRESS.one_of("scope", captions) if fits else "filter"
    state.sync_captions(ADDRESS.key("scope"), {captions[held]: held})
    found = ADDRESS.widget(
        "scope",
        held,
        lambda key: st.radio(
            _("哪些项目"),
            list(captions),
            key=key,
            format_func=captions.__getitem__,
            horizontal=True,
            disabled=not fits,
            help=_("筛选在左边；选集是在地图页的项目卡或列表里加入的。手机上先点左上角的 » 打开筛选。"),
        ),
    )
    if len(picked) > MAX_VALUES:
        too_many = _("选集有 {n} 条，一套材料最多放 {most} 条挑出来的记录；请改用筛选。")
        notice(too_many.format(n=len(picked), most=MAX_VALUES))
    if found == "basket" and fits:
        return Scope(ProjectFilter(ids=tuple(picked)), basket)
    return Scope(chosen, counts["filter"])


def _library(shell: Shell, *, public: bool) -> ExportSource:
    """Return the library with the rights that the pack will be made with."""
    return shell.library if public else wiring.library_of(shell.token)


def _parts(shell: Shell) -> tuple[str, ...]:
    """Draw a box per file, all of them ticked unless the address says which, and return the ticked ones."""
    _ = shell.translate
    asked = ADDRESS.listed("parts")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="packs-all"):
        st.html(element("p", escape(_("哪些文件")), class_="atlas-muted"), width="content")
        for label, key, on in ((_("全选"), "packs-every", True), (_("全不选"), "packs-no", False)):
            st.button(label, key=key, type="tertiary", on_click=_tick_all, args=(on,))
    groups = words.grouped()
    ticked: list[str] = []
    for column, (group, keys) in zip(st.columns(len(groups), gap="medium"), groups.items(), strict=True):
        with column:
            st.html(element("p", element("b", escape(words.group_name(group, _))), class_="atlas-muted"))
            ticked += [key for key in keys if _box(shell, key, on=not asked or key in asked)]
    found = words.in_order(ticked)
    ADDRESS.put(parts="" if found == words.known() else ",".join(found) or NONE)
    return found


def _box(shell: Shell, part: str, *, on: bool) -> bool:
    key = ADDRESS.key(f"part-{part}")
    st.session_state.setdefault(key, on)
    return bool(st.checkbox(words.part_name(part, shell.translate), key=key))


def _tick_all(on: bool) -> None:
    for part in words.known():
        st.session_state[ADDRESS.key(f"part-{part}")] = on


def _how(shell: Shell, scope: Scope, parts: tuple[str, ...], *, public: bool) -> Order:
    """Ask for paper, language and title, and return the order."""
    _ = shell.translate
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="packs-how"):
        paper = ADDRESS.widget(
            "paper",
            ADDRESS.one_of("paper", PAPERS),
            lambda key: st.segmented_control(_("地图的纸张"), PAPERS, key=key, required=True),
        )
        language = ADDRESS.widget("in", _language(shell), lambda key: _language_choice(shell, key))
        title = st.text_input(
            _("标题（印在封面和每个文件里；不填用通用标题）"),
            key=ADDRESS.key("title"),
            max_chars=MAX_TITLE,
            width=420,
        )
    ADDRESS.put(**{"in": "" if language == shell.language else str(language)})
    return Order(
        chosen=scope.chosen,
        parts=() if parts == words.known() else parts,
        language=cast(Language, language),
        paper=str(paper),
        title=" ".join(title.split()),
        public=public,
    )


def _language(shell: Shell) -> str:
    asked = ADDRESS.held()["in"]
    return asked if asked in LANGUAGES else shell.language


def _language_choice(shell: Shell, key: str) -> str:
    _ = shell.translate
    found = st.segmented_control(
        _("文件的语言"), list(LANGUAGES), key=key, format_func=LANGUAGES.__getitem__, required=True
    )
    return str(found)


def _say(shell: Shell, scope: Scope, parts: tuple[str, ...]) -> None:
    """Say what will come of it, before anybody waits for it."""
    _ = shell.translate
    said = _("共 {n} 条、{m} 个文件。没有坐标的记录也在里面，未知写“未知”。").format(
        n=f"{scope.matched:,}", m=len(parts)
    )
    if BOOKS & set(parts):
        said += _("项目册一项一页，村卫生室名额不出页；项目多时要做几分钟，可以离开本页。")
    st.caption(said)
    if not scope.matched:
        notice(_("没有记录符合条件；做出来的材料会写明“0 条”。"), "info")


def _button(shell: Shell, scope: Scope, order: Order, parts: tuple[str, ...]) -> None:
    _ = shell.translate
    label = _("开始制作")
    if not st.button(
        label, key="packs-order", type="primary", icon=":material/folder_zip:", disabled=not parts
    ):
        return
    title = order.title or _("材料（{n} 条）").format(n=f"{scope.matched:,}")
    key = shell.jobs.submit(KIND, title, order.arguments())
    ADDRESS.put(job=str(key), pack="")
    st.session_state["packs-scroll"] = True
    st.rerun()
