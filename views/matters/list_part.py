"""The list of matters under its conditions: figures by due date, a page of it, the units and their load."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.exports import matters as workbooks
from data.exports.request import ExportRequest, Language
from data.exports.xlsx import MEDIA_TYPE
from layers.html import element, escape
from projects.filters import ProjectFilter
from projects.matters.model import (
    LONG_OPEN_DAYS,
    MATTER_ZH,
    STATE_ZH,
    MatterKind,
    MatterState,
    Timing,
    UnitName,
)
from projects.matters.ports import Asked, MatterCounts, UnitLoad
from projects.values import RECORD_ID
from views import marks, state, values, ways
from views.i18n import Translate
from views.matters import address, pieces
from views.plain import plain
from views.shell import Shell

PAGE: Final = 30
LONGEST: Final = 60
UNITS_SHOWN: Final = 100
EXPORTED: Final = 5000
"""Matters of one workbook; of more, the conditions have to be narrowed."""
ELSE: Final = ("township", "category", "kind", "stage", "funding", "mode", "promotion", "precision", "q")
"""Conditions of the side bar that do not restrict matters."""


def draw(shell: Shell, chosen: ProjectFilter) -> None:
    """Draw the conditions and what matches them."""
    _ = shell.translate
    asked, chips = _asked(shell, chosen)
    if any(getattr(chosen, name) for name in ELSE):
        st.caption(_("本页按地区、功能区和选集筛选，其余条件不起作用。"))
    if address.own.one_of("show", ("list", "units")) == "units":
        known = _by_unit(shell, asked)
    else:
        known = _list(shell, asked)
    with chips:
        _chips(shell, asked, known)


# ---- conditions ----


def _asked(shell: Shell, chosen: ProjectFilter) -> tuple[Asked, DeltaGenerator]:
    """Draw the conditions of this page; return them with those of all pages, and where the chips stand."""
    _ = shell.translate
    with st.container(horizontal=True, vertical_alignment="bottom", key="matters-show"):
        _show(_)
        timings = _pills(_("期限"), "timing", pieces.timing_names(_))
    with st.container(horizontal=True, vertical_alignment="bottom", key="matters-ask"):
        kinds = _several(_("类型"), "type", {kind: _(zh) for kind, zh in MATTER_ZH.items()}, _)
        states = _several(_("状态"), "state", {one: _(zh) for one, zh in STATE_ZH.items()}, _)
        words = _words(_)
        long_open = _toggle("long", _("只看超过 {n} 天未办结的").format(n=LONG_OPEN_DAYS))
        named = address.own.held()["unit"][:LONGEST]
        own = shell.identity.unit.id if shell.identity.unit else ""
        label = _("只看由该单位负责的") if named else _("只看本单位负责的")
        mine = bool(named or own) and _toggle("own", label)
    about = address.own.held()["about"]
    about = about if RECORD_ID.fullmatch(about) else ""
    asked = Asked(
        chosen=chosen,
        kinds=tuple(MatterKind(one) for one in kinds),
        states=tuple(MatterState(one) for one in states),
        timings=tuple(Timing(one) for one in timings),
        unit_id=named or (own if mine else ""),
        lead_only=mine,
        project_id=about,
        open_days=LONG_OPEN_DAYS if long_open else 0,
        words=words,
    )
    return asked, st.container(horizontal=True, key="matters-narrowed")


def _show(_: Translate) -> None:
    names = {"list": _("清单"), "units": _("按单位")}
    held = address.own.one_of("show", names)
    state.sync_captions(address.own.key("show"), {names[held]: held})
    address.own.widget(
        "show",
        held,
        lambda key: st.segmented_control(
            _("看什么"),
            list(names),
            key=key,
            format_func=names.__getitem__,
            label_visibility="collapsed",
            required=True,
            on_change=_first,
        ),
        lambda found: str(found or "list"),
    )


def _pills(label: str, name: str, names: dict[Any, str]) -> Sequence[Any]:
    given = [one for one in names if str(one) in address.own.listed(name)]
    state.sync_captions(address.own.key(name), {names[one]: one for one in given})
    found = address.own.widget(
        name,
        given,
        lambda key: st.pills(
            label,
            list(names),
            key=key,
            selection_mode="multi",
            format_func=names.__getitem__,
            label_visibility="collapsed",
            on_change=_first,
        ),
        _joined,
    )
    return list(found or ())


def _several(label: str, name: str, names: dict[Any, str], _: Translate) -> Sequence[Any]:
    given = [one for one in names if str(one) in address.own.listed(name)]
    state.sync_captions(address.own.key(name), {names[one]: one for one in given})
    found = address.own.widget(
        name,
        given,
        lambda key: st.multiselect(
            label,
            list(names),
            key=key,
            format_func=names.__getitem__,
            placeholder=_("不限"),
            width=230,
            on_change=_first,
        ),
        _joined,
    )
    return list(found or ())


def _joined(found: Iterable[Any] | None) -> str:
    return ",".join(str(one) for one in found or ())


def _words(_: Translate) -> str:
    found = address.own.widget(
        "find",
        address.own.held()["find"][:LONGEST],
        lambda key: st.text_input(_("标题或编号"), key=key, max_chars=LONGEST, width=200, on_change=_first),
        lambda text: str(text or "").strip(),
    )
    return str(found or "").strip()


def _toggle(name: str, label: str) -> bool:
    held = address.own.held()[name] == "1"
    return bool(
        address.own.widget(
            name,
            held,
            lambda key: st.toggle(label, key=key, on_change=_first),
            lambda on: "1" if on else "",
        )
    )


def _first() -> None:
    """Begin what is asked anew on its first page."""
    address.put("p", "1")


def _chips(shell: Shell, asked: Asked, known: Mapping[str, UnitName]) -> None:
    """Say which unit or record the list is held to, with a way out."""
    _ = shell.translate
    if address.own.held()["unit"]:
        name = known[asked.unit_id].name if asked.unit_id in known else _name(shell, asked.unit_id)
        _drop("unit", _("只看单位：{name} ✕").format(name=plain(name)))
    if asked.project_id:
        _drop("about", _("只看 {id} 的事项 ✕").format(id=asked.project_id))


def _name(shell: Shell, unit_id: str) -> str:
    """Return the name of a unit that no matter of the list names: an area's, one's own, else its id."""
    own = {one.id: one.name for one in shell.desk.units()}
    return own.get(unit_id) or values.area_name(shell, unit_id)


def _drop(name: str, label: str) -> None:
    st.button(label, key=f"matters-drop-{name}", type="tertiary", on_click=address.put, args=(name, ""))


# ---- what matches ----


def _list(shell: Shell, asked: Asked) -> Mapping[str, UnitName]:
    """Draw the figures and a page of the list; return the units that it names."""
    _ = shell.translate
    today = address.today()
    number = address.own.page_number(10**6)
    page = shell.matters.page(asked, today, limit=PAGE, offset=(number - 1) * PAGE)
    if not page.items and number > 1:
        address.put("p", "1")
        page = shell.matters.page(asked, today, limit=PAGE)
    with st.container(key="matters-tiles"):
        st.html(marks.tiles(tiles(page.counts, _)))
    if not page.items:
        st.caption(_("没有符合条件的事项：您只看得到本单位提出、负责、配合，或所属项目的事项。"))
        return {}
    st.html(pieces.table(shell, page.items, today, **address.listed_params(asked.chosen)))
    _export(shell, asked, page.counts.matched)
    pages = max(1, -(-page.counts.matched // PAGE))
    if pages > 1:
        label = _("第几页（共 {n} 页）").format(n=pages)
        address.own.widget(
            "p",
            address.own.page_number(pages),
            lambda key: st.number_input(label, 1, pages, key=key, width=170),
        )
    named = ((one.lead_unit, one.raised_unit, *one.support_units) for one in page.items)
    return {unit.id: unit for units in named for unit in units}


def _export(shell: Shell, asked: Asked, found: int) -> None:
    """Draw the button for the workbook of what matches."""
    _ = shell.translate
    if found > EXPORTED:
        st.caption(_("超过 {n} 条，请缩小筛选范围后导出。").format(n=EXPORTED))
        return
    language = cast(Language, shell.language)
    request = ExportRequest.of(shell.settings, asked.chosen, language=language, title=_("事项（内部资料）"))
    st.download_button(
        _("导出 Excel（内部资料）"),
        data=lambda: _book(shell, asked, request),
        file_name=request.file_name(_("事项.xlsx")),
        mime=MEDIA_TYPE,
        key="matters-xlsx",
        icon=":material/download:",
        on_click="ignore",
    )


def _book(shell: Shell, asked: Asked, request: ExportRequest) -> bytes:
    """Return the workbook, read anew: what the conditions say now."""
    today = address.today()
    page = shell.matters.page(asked, today, limit=EXPORTED)
    loads = shell.matters.by_unit(asked, today)
    return workbooks.matters_book(
        shell.library,
        request,
        workbooks.MatterExport(page.items, page.counts, loads, today),
        shell.translate,
    )


def tiles(counts: MatterCounts, _: Translate) -> list[str]:
    """Return the figures: the timings add up to all that match."""
    names = pieces.timing_names(_)
    found = [
        marks.tile(
            f"{counts.matched:,}",
            _("件事项"),
            _("{n} 件超过 {days} 天未办结").format(n=f"{counts.long_open:,}", days=LONG_OPEN_DAYS),
        )
    ]
    for timing in Timing:
        n = counts.by_timing.get(timing, 0)
        found.append(marks.tile(f"{n:,}", names[timing], hot=timing is Timing.OVERDUE and n > 0))
    return found


def _by_unit(shell: Shell, asked: Asked) -> Mapping[str, UnitName]:
    """Draw what each unit is responsible for, the most overdue first; return those units."""
    _ = shell.translate
    loads = shell.matters.by_unit(asked, address.today())
    if not loads:
        st.caption(_("没有符合条件的事项：您只看得到本单位提出、负责、配合，或所属项目的事项。"))
        return {}
    names = pieces.timing_names(_)
    heads = [_("责任单位"), _("合计"), *names.values(), _("超过 {n} 天未办结").format(n=LONG_OPEN_DAYS)]
    top = element("tr", *(element("th", escape(h), class_="atlas-n" * (n > 0)) for n, h in enumerate(heads)))
    body = (_load(shell, load, asked.chosen) for load in loads[:UNITS_SHOWN])
    whole = element("table", element("thead", top), element("tbody", *body), class_="atlas-matters")
    st.html(element("div", whole, class_="atlas-scroll"))
    if len(loads) > UNITS_SHOWN:
        st.caption(_("另有 {n} 个单位，请缩小筛选范围。").format(n=len(loads) - UNITS_SHOWN))
    return {load.unit.id: load.unit for load in loads}


def _load(shell: Shell, load: UnitLoad, chosen: ProjectFilter) -> str:
    """Return the row of a unit; its links show what the figures count."""
    counts = load.counts
    here = {**address.listed_params(chosen), "show": "", "p": "", "unit": load.unit.id, "own": "1"}
    name = ways.anchor(shell, pieces.unit(load.unit, shell.translate), "matters", **here)
    numbers = [counts.matched, *(counts.by_timing.get(one, 0) for one in Timing), counts.long_open]
    late = ways.anchor(shell, f"{numbers[1]:,}", "matters", **here | {"timing": str(Timing.OVERDUE)})
    cells = [f"{n:,}" for n in numbers]
    cells[1] = late if numbers[1] else cells[1]
    return element("tr", element("td", name), *(element("td", c, class_="atlas-n") for c in cells))
