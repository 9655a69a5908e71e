"""Files of the current filter or the basket: made on click, long ones streamed through a signed address."""

from typing import Final, cast

import streamlit as st

from data.exports import formats
from data.exports.request import ExportRequest, Language
from projects.filters import ProjectFilter
from services import downloads
from views import state
from views.notices import notice
from views.packs import words
from views.shell import Shell, guarded

AT_ONCE: Final = 5000
"""Records up to which a file is made in memory; above that it streams."""
MOST_ON_A_SHEET: Final = 200_000
"""A workbook is finished before its first byte can go: beyond this that takes minutes, and no PC opens it."""


def draw(shell: Shell, chosen: ProjectFilter, matched: int) -> None:
    """Draw the button that unfolds the exports."""
    _ = shell.translate
    with st.popover(_("导出"), icon=":material/download:"):
        guarded(lambda: _choices(shell, chosen, matched), _)


def _choices(shell: Shell, chosen: ProjectFilter, matched: int) -> None:
    _ = shell.translate
    picked = state.basket()
    scopes = {
        "filter": _("当前筛选（{n} 条）").format(n=matched),
        "basket": _("选集（{n} 条）").format(n=len(picked)),
    }
    held = st.session_state.setdefault("export-scope", "filter")
    state.sync_captions("export-scope", {scopes.get(held, ""): held})
    scope = st.radio(
        _("导出哪些记录"),
        list(scopes),
        format_func=scopes.__getitem__,
        key="export-scope",
        disabled=not picked,
    )
    basket_only = scope == "basket" and bool(picked)
    wanted, count = (ProjectFilter(ids=tuple(picked)), len(picked)) if basket_only else (chosen, matched)
    scenario = st.checkbox(
        _("GeoJSON 附带村卫生室名额模拟分配"),
        key="export-scenario",
        help=_("模拟分配，非下达指标。写入时没有几何，只有乡镇代码，依据标为 modelled。"),
    )
    for name, title in words.export_names(_).items():
        if name == "xlsx" and count > MOST_ON_A_SHEET:
            _no_workbook(shell, count)
        elif name in formats.FORMATS:
            _button(shell, name, title, wanted, count, scenario and formats.FORMATS[name].holds_scenario)
    st.caption(_("没有坐标的记录也在文件中，几何为空；文件内写明筛选条件、数量、署名和来源。"))


def _no_workbook(shell: Shell, count: int) -> None:
    """Say why there is no workbook of so many records, and what to take."""
    _ = shell.translate
    said = _(
        "{n} 条记录做不成 Excel：一张工作表最多 1,048,576 行，超过 {most} 条就要做好几分钟，"
        "普通电脑也打不开。请选 CSV，或先选一个省。"
    )
    notice(said.format(n=f"{count:,}", most=f"{MOST_ON_A_SHEET:,}"), "info")


def _button(shell: Shell, name: str, title: str, wanted: ProjectFilter, count: int, scenario: bool) -> None:  # noqa: PLR0913, PLR0917
    language = cast(Language, shell.language)
    request = ExportRequest.of(shell.settings, wanted, language=language, scenario=scenario)
    if count > AT_ONCE:
        try:
            address = downloads.sign(shell.settings, name, wanted, language=language, scenario=scenario)
        except OSError:
            notice(
                shell.translate("签名密钥读不出来，无法生成下载链接；请管理员检查数据目录的权限。"), "error"
            )
            return
        st.link_button(title, address, width="stretch", icon=":material/download:")
        return
    names = formats.file_names(name, request)
    st.download_button(
        title,
        data=lambda: b"".join(formats.stream(name, shell.library, request)),
        file_name=names[0] if shell.language == "zh" else names[1],
        mime=formats.FORMATS[name].media_type,
        key=f"download-{name}",
        on_click="ignore",
        width="stretch",
        icon=":material/download:",
    )
