"""The targets board: what five documents promise in numbers, what is there, what is missing to say so."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import streamlit as st

from data.exports import targets as target_export
from data.exports.xlsx import MEDIA_TYPE
from layers.html import element, escape
from projects.targets.board import Row, Wanted, counts
from projects.targets.model import Indicator, Status
from views import marks, office_style, ways
from views.notices import notice
from views.shell import Shell, credit
from views.targets import beds_part, target_detail, target_style
from views.targets import target_words as tw

VIEWS: Final = ("board", "units", "beds")
FIELDS: Final = ("document", "area", "year", "status", "unit")
KEY: Final = "targets-"
WIDE: Final = "atlas-wide"
"""Columns that a phone leaves to the target in full."""


def draw(shell: Shell) -> None:
    """Draw the page."""
    _ = shell.translate
    office_style.draw()
    target_style.draw()
    rows = shell.targets.board()
    documents = shell.targets.documents()
    indicators = {one.code: one for one in shell.targets.indicators()}
    st.html(
        element("h2", escape(_("目标")), class_="atlas-title")
        + element("p", escape(_("看板：承诺了多少，现在有多少，还缺什么。")), class_="atlas-muted")
    )
    st.html(_tiles(shell, rows))
    if not rows:
        notice(_("库里还没有承诺目标。请管理员在服务器上运行 python -m data init，完成后刷新本页。"), "info")
        return
    view = _view(shell)
    more: dict[str, str] = {}
    wanted = _filters(shell, rows, documents) if view != "beds" else Wanted()
    shown = [row for row in rows if wanted.keeps(row)]
    if view == "beds":
        more = beds_part.draw(shell, rows)
    elif view == "units":
        st.html(element("div", _units(shell, shown), class_="atlas-scroll"))
    else:
        more = _board(shell, _Shown(shown, rows, wanted), indicators, documents)
    ways.keep_address(shell, view=view if view != "board" else "", **params_of(wanted), **more)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The rows that a filter keeps, all rows, and the filter."""

    rows: Sequence[Row]
    all: Sequence[Row]
    wanted: Wanted


def params_of(wanted: Wanted) -> dict[str, str]:
    """Return a filter of the board as address parameters.

    >>> params_of(Wanted(year=("2020",), status=("met",)))
    {'year': '2020', 'status': 'met'}
    """
    return {name: ",".join(value) for name in FIELDS if (value := getattr(wanted, name))}


def _tiles(shell: Shell, rows: Sequence[Row]) -> str:
    """Return how the targets divide; the parts add up to all of them."""
    _ = shell.translate
    seen = counts(rows)
    late = sum(row.overdue for row in rows)
    items = [marks.tile(len(rows), _("项承诺"), _("五份文件里写了数的"))]
    items += [marks.tile(n, tw.status_words(status, _)) for status, n in seen.items()]
    items.append(marks.tile(late, _("已过承诺年份仍未达成或未知"), hot=bool(late)))
    return marks.tiles(items)


def _view(shell: Shell) -> str:
    _ = shell.translate
    names = {"board": _("逐项"), "units": _("按牵头单位"), "beds": _("床位")}
    asked = ways.asked("view")
    st.session_state.setdefault("targets-view", asked if asked in VIEWS else "board")
    return str(
        st.segmented_control(
            _("看什么"),
            list(VIEWS),
            key="targets-view",
            format_func=names.__getitem__,
            label_visibility="collapsed",
            required=True,
        )
    )


def _filters(shell: Shell, rows: Sequence[Row], documents: Mapping[str, str]) -> Wanted:
    """Draw the filters of the board; the address says how they open."""
    _ = shell.translate
    offered = _offered(rows, documents, shell)
    for name, (_title, options) in offered.items():
        asked = [value for value in ways.asked(name, 400).split(",") if value in options]
        held = st.session_state.setdefault(KEY + name, asked)
        st.session_state[KEY + name] = [value for value in held if value in options]
    used = sum(bool(st.session_state[KEY + name]) for name in FIELDS)
    label = _("筛选（已用 {n} 个条件）").format(n=used) if used else _("筛选")
    chosen: dict[str, tuple[str, ...]] = {}
    with st.expander(label, expanded=bool(used)):
        for column, name in zip(st.columns(len(FIELDS)), FIELDS, strict=True):
            title, options = offered[name]
            picked = column.multiselect(
                title, list(options), key=KEY + name, format_func=_namer(options), placeholder=_("全部")
            )
            chosen[name] = tuple(str(value) for value in picked)
    return Wanted(**chosen)


def _namer(options: Mapping[str, str]) -> Callable[[str], str]:
    return lambda value: options.get(value, value)


def _offered(
    rows: Sequence[Row], documents: Mapping[str, str], shell: Shell
) -> dict[str, tuple[str, dict[str, str]]]:
    """Return title and choices of each filter."""
    _ = shell.translate
    areas = {row.target.area_code: row.area_name for row in rows}
    areas |= {p.code: p.name for row in rows for p in row.parts if p.code and p.level != "prefecture"}
    years = sorted({str(row.target.year) for row in rows if row.target.year})
    statuses = {str(status): tw.status_words(status, _) for status in Status}
    units = {key: name for row in rows for key, name in row.target.leads}
    return {
        "document": (_("文件"), dict(documents)),
        "area": (_("地区"), areas),
        "year": (_("承诺年份"), {**{year: year for year in years}, "none": _("未写年份")}),
        "status": (_("状态"), {**statuses, "overdue": _("已过承诺年份")}),
        "unit": (_("牵头单位"), units),
    }


# ---- item by item ----


def _board(
    shell: Shell, shown: _Shown, indicators: Mapping[str, Indicator], documents: Mapping[str, str]
) -> dict[str, str]:
    """Draw the chosen target in full and the table; return which is chosen, for the address."""
    _ = shell.translate
    asked = ways.asked("id", 40)
    found = next((row for row in shown.all if row.target.id == asked), None)
    if found is not None:
        target_detail.draw(shell, found, indicators, documents, params_of(shown.wanted))
    if shown.rows:
        st.html(element("div", _table(shell, shown), class_="atlas-targets atlas-board"))
    else:
        notice(_("没有承诺符合全部条件。请去掉一两个条件。"), "info")
    _rules(shell)
    _download(shell, shown, documents)
    return {"id": asked if found else ""}


def _table(shell: Shell, shown: _Shown) -> str:
    _ = shell.translate
    heads = (
        (_("编号"), ""),
        (_("承诺"), ""),
        (_("状态"), ""),
        (_("承诺数"), ""),
        (_("实际"), ""),
        (_("离承诺还差"), ""),
        (_("地区"), WIDE),
        (_("年份"), WIDE),
        (_("覆盖"), WIDE),
    )
    top = element("thead", element("tr", *(element("th", escape(head), class_=kind) for head, kind in heads)))
    params = params_of(shown.wanted)
    return element("table", top, *(_line(shell, row, params) for row in shown.rows), class_="atlas-diff")


def _line(shell: Shell, row: Row, params: Mapping[str, str]) -> str:
    _, target = shell.translate, row.target
    demo = f" {marks.tag(_('演示数据'), 'warning')}" if row.actual.basis == "demo" else ""
    covered = "—" if row.status is Status.RULE else tw.coverage_words(row.actual, _)
    return element(
        "tr",
        element("th", ways.anchor(shell, target.id, "targets", id=target.id, **params)),
        element("td", escape(target.name(shell.language))),
        element("td", tw.status_tag(row, _)),
        element("td", escape(tw.operator_words(target, _)), class_="atlas-number"),
        element("td", escape(tw.row_actual(row, _)), demo),
        element("td", escape(tw.missing_words(row, _))),
        element("td", escape(row.area_name), class_=f"atlas-number {WIDE}"),
        element("td", escape(tw.year_words(target, _)), class_=f"atlas-number {WIDE}"),
        element("td", escape(covered), class_=WIDE),
    )


def _rules(shell: Shell) -> None:
    """Say by what rules the statuses are made."""
    _ = shell.translate
    with st.expander(_("怎么判定")):
        lines = (
            _(
                "实际数只知道一部分时，写成下限或上限；范围内每个值都达到才算达成，都达不到才算未达成，"
                "否则无法计算。未知从不当作零。"
            ),
            _("“左右”按承诺数的 95 % 及以上判定；“等于”和“范围”按不少于（下限）判定。"),
            _("有承诺年份的，用当年的数判定；当年没有数，之前的数已达到也算达成。之后年份的数只画在历年里。"),
            _("项目库按现状统计，说明到今天为止的情况，不一定是承诺年份年底的情况。"),
            _("比例从不对各县取平均：要么由全市填报，要么各县都给出分子和分母再相除。"),
        )
        st.html(element("ul", *(element("li", escape(line)) for line in lines), class_="atlas-plainlist"))


def _download(shell: Shell, shown: _Shown, documents: Mapping[str, str]) -> None:
    _ = shell.translate
    frame = target_export.Frame(
        _words(shell),
        documents,
        credit(shell),
        shell.version,
        date.today(),
        "&".join(f"{name}={value}" for name, value in params_of(shown.wanted).items()),
        practice=shell.settings.demo,
    )
    st.download_button(
        _("导出目标表（xlsx）"),
        data=lambda: target_export.workbook(shown.rows, frame),
        file_name=frame.request.file_name(_("目标看板.xlsx")),
        mime=MEDIA_TYPE,
        icon=":material/download:",
        on_click="ignore",
        key="targets-xlsx",
        disabled=not shown.rows,
    )


def _words(shell: Shell) -> target_export.Words:
    """Return how this page says things, for the file to say the same."""
    _, language = shell.translate, shell.language
    return target_export.Words(
        language=language,
        status={status: tw.status_words(status, _) for status in Status},
        promise=lambda row: tw.operator_words(row.target, _),
        actual=lambda row: tw.row_actual(row, _),
        part=lambda row, part: tw.actual_words(part.actual, row.target.unit, _),
        coverage=lambda actual: tw.coverage_words(actual, _),
        basis=lambda basis: tw.basis_words(basis, _),
        missing=lambda row: tw.missing_words(row, _),
        method=lambda row: tw.method_words(row.target, _, language),
        leads=lambda row: tw.leads_words(row.target, _, language),
        part_name=lambda part: target_detail.level_words(part, shell),
        unit=lambda unit: tw.unit_words(unit, _),
    )


# ---- by lead unit ----


def _units(shell: Shell, rows: Sequence[Row]) -> str:
    """Return how the targets of each lead unit stand; a target of two units is in both lines."""
    _ = shell.translate
    by_unit: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        for lead in row.target.leads or (("", _("原文没有写牵头单位")),):
            by_unit.setdefault(lead, []).append(row)
    heads = [
        _("牵头单位"),
        _("项承诺"),
        *(tw.status_words(status, _) for status in Status),
        _("已过承诺年份"),
    ]
    top = element("thead", element("tr", *(element("th", escape(head)) for head in heads)))
    lines = []
    for (key, name), theirs in sorted(by_unit.items(), key=lambda item: (-len(item[1]), item[0][0])):
        seen = Counter(row.status for row in theirs)
        label = ways.anchor(shell, name, "targets", unit=key) if key else escape(name)
        numbers = [len(theirs), *(seen[status] for status in Status), sum(row.overdue for row in theirs)]
        lines.append(element("tr", element("th", label), *(element("td", escape(str(n))) for n in numbers)))
    note = element("p", escape(_("一项承诺有几个牵头单位的，每个单位各数一次。")), class_="atlas-muted")
    return note + element("table", top, *lines, class_="atlas-diff")
