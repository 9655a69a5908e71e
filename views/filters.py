"""The filter widgets in the side bar: every field of ``ProjectFilter``, choices with their counts."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from projects.filters import ProjectFilter
from projects.ports import Option
from views import state, words
from views.shell import Shell

AREA_FIELDS: Final = ("province", "prefecture", "county", "township", "zone")
MAIN_FIELDS: Final = ("category", "kind", "stage", "funding", "precision")
SOURCE_FIELDS: Final = ("document", "task")
UNIT_FIELDS: Final = ("lead", "support", "duty")
CHILD_OF: Final = {"prefecture": "province", "county": "prefecture", "township": "county", "zone": "prefecture",
                   "task": "document"}
"""Fields whose choices shrink to those below what is chosen one step up."""


def draw_filters(shell: Shell) -> ProjectFilter:
    """Draw all filter widgets and return the filter they hold."""
    _ = shell.translate
    chosen = state.get_filter()
    st.text_input(_("名称或关键词"), key=state.WIDGET + "q", placeholder=_("例如：温泉、颐养园"), max_chars=60)
    for title, fields, opened in (
        (_("在哪里"), AREA_FIELDS, True), (_("是什么"), MAIN_FIELDS, True),
        (_("出自哪份文件"), SOURCE_FIELDS, False), (_("由谁负责"), UNIT_FIELDS, False),
    ):
        used = any(getattr(chosen, field) for field in fields)
        with st.expander(title, expanded=opened or used):
            for field in fields:
                _widget(shell, field, chosen)
    if st.button(_("清除全部条件"), width="stretch", disabled=state.get_filter().is_empty):
        st.session_state.pending = ProjectFilter()
        st.session_state.selected = ""
        st.rerun()
    return state.get_filter()


def label_of(field: str, shell: Shell) -> str:
    """Return the heading of a filter field."""
    _ = shell.translate
    return {
        "province": _("省（区、市）"), "prefecture": _("地市"), "county": _("县（市、区）"),
        "township": _("乡镇（街道）"), "zone": _("功能区"), "category": _("类别"), "kind": _("类型"),
        "stage": _("阶段"), "funding": _("资金状态"), "precision": _("定位精度"), "document": _("文件"),
        "task": _("任务"), "lead": _("牵头（责任）单位"), "support": _("参与（配合）单位"), "duty": _("责任主体"),
    }[field]


def _widget(shell: Shell, field: str, chosen: ProjectFilter) -> None:
    """Draw one multiple choice; values chosen but absent under the other filters stay, with a count of 0."""
    options = _options(shell, field, chosen)
    key = state.WIDGET + field
    convert: Callable[[str], object] = int if field == "precision" else str
    by_value = {convert(o.value): o for o in options}
    missing = [v for v in st.session_state.get(key, []) if v not in by_value]
    st.multiselect(
        label_of(field, shell), [*by_value, *missing], key=key, placeholder=shell.translate("全部"),
        format_func=lambda value: _caption(shell, field, value, by_value.get(value)))


def _options(shell: Shell, field: str, chosen: ProjectFilter) -> list[Option]:
    found = list(shell.library.options(field, chosen))
    parents = set(getattr(chosen, CHILD_OF[field])) if field in CHILD_OF else set()
    if parents:
        found = [o for o in found if o.parent in parents]
    return sorted(found, key=lambda o: -o.count) if field in ("category", *UNIT_FIELDS) else found


def _caption(shell: Shell, field: str, value: object, option: Option | None) -> str:
    name = words.option_name(field, str(value), option.name if option else str(value), shell.translate)
    return f"{name} · {option.count if option else 0}"
