"""The same records as a table, page by page; a click opens the card, ticked rows go into the basket."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from layers.html import clean_text, element, escape
from projects.codes import Precision
from projects.counts import PrecisionCount
from projects.filters import ProjectFilter
from projects.summary import Summary
from views import manners, state, words
from views.plain import plain
from views.shell import Shell

PAGE: Final = 100
SHOWN: Final = (
    "id",
    "name",
    "category_zh",
    "kind",
    "prefecture",
    "county",
    "township",
    "zone",
    "precision_zh",
    "stage_words",
    "stage",
    "funding_status",
    "total_investment_wan",
    "lead_units",
    "documents",
    "as_of_year",
)
WIDTHS: Final[Mapping[str, int]] = {
    "id": 92,
    "name": 300,
    "category_zh": 130,
    "kind": 88,
    "prefecture": 100,
    "county": 130,
    "township": 110,
    "zone": 120,
    "precision_zh": 150,
    "stage_words": 120,
    "stage": 80,
    "funding_status": 80,
    "total_investment_wan": 110,
    "lead_units": 220,
    "documents": 180,
    "as_of_year": 80,
}
NUMBERS: Final = frozenset({"total_investment_wan", "as_of_year"})
PARTS: Final[Mapping[str, tuple[Precision, ...]]] = {
    "all": (),
    "points": (Precision.BUILDING, Precision.VILLAGE),
    "township": (Precision.TOWNSHIP,),
    "county": (Precision.COUNTY,),
    "region": (Precision.REGION,),
    "unlocated": (Precision.UNLOCATED,),
}
"""The parts of the count sentence and the precisions each stands for."""


def draw(shell: Shell, chosen: ProjectFilter) -> None:
    """Draw the table of matching records."""
    _ = shell.translate
    st.html(element("h3", escape(_("项目列表")), class_="atlas-heading", id=manners.TABLE, tabindex="-1"))
    _parts(shell, chosen)
    number = int(st.session_state.get("page_number") or 1)
    page = shell.library.page(chosen, limit=PAGE, offset=(number - 1) * PAGE)
    pages = max(1, -(-page.matched // PAGE))
    if number > pages:
        st.session_state.page_number = 1
        st.rerun()
    if not page.items:
        st.caption(_("没有可列出的记录。"))
        return
    picked = _table(shell, page.items, f"table-{hash((chosen, number, shell.language))}")
    with st.container(horizontal=True, vertical_alignment="bottom", key="listing-foot"):
        if pages > 1:
            st.number_input(_("第几页（共 {n} 页）").format(n=pages), 1, pages, key="page_number", width=170)
        st.button(
            _("把勾选的 {n} 条加入选集").format(n=len(picked)),
            key="pick-ticked",
            disabled=not picked,
            on_click=state.put_in_basket,
            args=(picked,),
            icon=":material/bookmark_add:",
        )
        st.caption(
            _(
                "本页 {returned} 条，共 {matched} 条。点一格打开项目卡，勾选可加入选集。"
                "空白为文件没有给出、也无人填报，不是零。"
            ).format(returned=page.returned, matched=page.matched)
        )


def _parts(shell: Shell, chosen: ProjectFilter) -> None:
    """Draw the parts of the count as a switch: each is a click away, also what no map can show."""
    _ = shell.translate
    count = shell.library.count(chosen.with_(precision=()))
    captions = {
        "all": _("全部 {n}"),
        "points": _("有具体位置 {n}"),
        "township": _("只知乡镇 {n}"),
        "county": _("只知县 {n}"),
        "region": _("只知地市、功能区或省 {n}"),
        "unlocated": _("未定位 {n}"),
    }
    numbers = part_numbers(count)
    st.session_state.part = part_of(chosen.precision)
    st.segmented_control(
        _("按定位精度"),
        list(PARTS),
        key="part",
        label_visibility="collapsed",
        format_func=lambda key: captions[key].format(n=numbers[key]),
        on_change=_choose_part,
    )


def part_numbers(count: PrecisionCount) -> dict[str, int]:
    """Return the records of each part; all parts but the first add up to the first."""
    return {
        "all": count.matched,
        "points": count.points,
        "township": count.township,
        "county": count.county,
        "region": count.region,
        "unlocated": count.unlocated,
    }


def part_of(precision: Sequence[Precision]) -> str | None:
    """Return the part a precision filter stands for, None for another mixture."""
    wanted = set(precision)
    return next((key for key, values in PARTS.items() if set(values) == wanted), None)


def _choose_part() -> None:
    state.set_filter(precision=PARTS[st.session_state.get("part") or "all"])


def draw_stack(shell: Shell, ids: Sequence[str]) -> None:
    """List the records that stand at one clicked position."""
    _ = shell.translate
    page = shell.library.page(ProjectFilter(ids=tuple(ids)), limit=len(ids))
    st.html(element("h3", escape(_("同一地点的 {n} 条").format(n=page.matched)), class_="atlas-heading"))
    for item in page.items:
        st.button(
            plain(f"{item.name} · {words.category(item.category, _)}"),
            key=f"stack-{item.id}",
            width="stretch",
            on_click=state.select,
            args=(item.id,),
        )
    st.button(_("关闭"), key="close-stack", on_click=_close_stack)


def _close_stack() -> None:
    st.session_state.listed = []


def rows(items: Sequence[Summary], shell: Shell) -> list[dict[str, Any]]:
    """Return records as table rows with headings and code words in the page's language."""
    return [{words.field(n, shell.language): _cell(shell, n, item) for n in SHOWN} for item in items]


def _table(shell: Shell, items: Sequence[Summary], key: str) -> list[str]:
    """Draw the rows and return the ids of the ticked ones; a click on a cell opens the record's card."""
    ids = [item.id for item in items]

    def opened() -> None:
        cells = st.session_state[key]["selection"]["cells"]
        if cells and cells[0][0] < len(ids):
            state.select(ids[cells[0][0]])

    event: Any = st.dataframe(
        rows(items, shell),
        hide_index=True,
        width="stretch",
        on_select=opened,
        column_config=_columns(shell),
        selection_mode=("multi-row", "single-cell"),
        key=key,
        placeholder="",
        height=min(len(items) + 1, 14) * 35 + 3,
    )
    return [ids[i] for i in event["selection"]["rows"] if i < len(ids)]


def _columns(shell: Shell) -> dict[str, Any]:
    """Return how each column looks: its width, numbers to the right."""
    config: dict[str, Any] = {}
    for name, width in WIDTHS.items():
        heading = words.field(name, shell.language)
        if name in NUMBERS:
            form = "%d" if name == "as_of_year" else "localized"
            config[heading] = st.column_config.NumberColumn(width=width, format=form)
        else:
            config[heading] = st.column_config.TextColumn(width=width)
    return config


def _cell(shell: Shell, name: str, item: Summary) -> Any:
    value = getattr(item, name)
    if name == "category_zh":
        return words.category(item.category, shell.translate)
    if name == "precision_zh":
        return words.option_name("precision", str(item.precision), "", shell.translate)
    if name in ("kind", "stage", "funding_status"):
        return words.option_name(name, str(value), str(value), shell.translate)
    if name == "total_investment_wan":
        return float(value) if value is not None else None
    if isinstance(value, tuple):
        return clean_text("；".join(value))
    return clean_text(value) if isinstance(value, str) else value
