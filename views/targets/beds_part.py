"""Beds by county and by who runs them, per 1,000 people of 60+ and of 65+ side by side."""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.codes import CATEGORY_ZH, Category
from projects.targets.beds import BED_CATEGORIES, OWNERSHIPS, BedsRow
from projects.targets.board import Row
from views import marks, ways
from views.shell import Shell
from views.targets import target_words as tw
from views.targets.target_detail import overstated_words

IDS_LINKED: Final = 200


def draw(shell: Shell, rows: Sequence[Row]) -> dict[str, str]:
    """Draw the choice of area and category and the table; return the address parameters of the choice."""
    _ = shell.translate
    areas = {row.target.area_code: row.area_name for row in rows}
    area, categories = _choose(shell, areas)
    if not area:
        return {}
    found = shell.targets.beds(area, categories)
    st.html(_sentence(shell, found[-1]))
    st.html(element("div", _table(shell, found), class_="atlas-targets"))
    if any(one.overstated for one in found):
        st.caption(overstated_words(shell))
    st.caption(
        _(
            "在用床位只数已竣工、投产且填了床位的项目点和企业。库里只有文件点名和单位登记的机构，"
            "不是全部机构，所以比率都是下限。人口为2020年普查常住人口。"
        )
    )
    _silent(shell, found[-1])
    return {"of": area, "kind": ",".join(categories) if categories != BED_CATEGORIES else ""}


def _choose(shell: Shell, areas: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    _ = shell.translate
    left, right = st.columns(2)
    asked = ways.asked("of")
    st.session_state.setdefault("beds-area", asked if asked in areas else next(iter(areas), None))
    area = left.selectbox(
        _("地区"), list(areas), key="beds-area", format_func=lambda code: areas.get(code, code)
    )
    wanted = [c for c in ways.asked("kind").split(",") if c in BED_CATEGORIES]
    st.session_state.setdefault("beds-kind", wanted or list(BED_CATEGORIES))
    chosen = right.multiselect(
        _("机构类别"),
        list(BED_CATEGORIES),
        key="beds-kind",
        format_func=lambda code: _(CATEGORY_ZH[Category(code)]),
    )
    return str(area or ""), tuple(c for c in BED_CATEGORIES if c in chosen) or BED_CATEGORIES


def _sentence(shell: Shell, whole: BedsRow) -> str:
    """Return what is known of the whole area, and of how much of it."""
    _ = shell.translate
    text = _(
        "{name}：{records} 家 = 已竣工或投产 {finished} + 阶段未知 {unknown} + 其余 {rest}；"
        "在用的床位已知 {known} / {finished} 家"
    ).format(
        name=whole.name,
        records=whole.records,
        finished=whole.finished,
        unknown=whole.stage_unknown,
        rest=whole.records - whole.finished - whole.stage_unknown,
        known=whole.beds_known,
    )
    demo = f" {marks.tag(_('演示数据'), 'warning')}" if whole.demo else ""
    return element("p", element("b", escape(text)), demo, class_="atlas-sum", role="status")


def _table(shell: Shell, rows: Sequence[BedsRow]) -> str:
    _ = shell.translate
    heads = (
        _("地区"),
        _("在用床位"),
        *(_(str(kind)) if kind else _("性质未知") for kind in OWNERSHIPS),
        _("床位已知"),
        _("未建成的床位"),
        _("60岁以上人口"),
        _("每千名60岁以上"),
        _("65岁以上人口"),
        _("每千名65岁以上"),
    )
    top = element("thead", element("tr", *(element("th", escape(head)) for head in heads)))
    return element("table", top, *(_line(shell, row) for row in rows), class_="atlas-diff")


def _line(shell: Shell, row: BedsRow) -> str:
    _ = shell.translate
    people = row.people
    cells = [
        _known(row.beds, shell),
        *(_known(row.by_ownership.get(str(kind)), shell) for kind in OWNERSHIPS),
        f"{row.beds_known} / {row.finished}",
        _known(row.planned if row.planned_known else None, shell),
        f"{people.aged_60:,}" if people else "—",
        rate_words(row, 60, shell),
        f"{people.aged_65:,}" if people else "—",
        rate_words(row, 65, shell),
    ]
    name = {"none": _("未落到任何县")}.get(row.level, row.name)
    name = _("{name}（全部）").format(name=name) if row.level == "total" else name
    return element(
        "tr",
        element("th", escape(name)),
        *(element("td", escape(text), class_="atlas-number") for text in cells),
        class_="atlas-total" if row.level == "total" else "atlas-part",
    )


def _known(value: int | None, shell: Shell) -> str:
    return shell.translate("未知") if value is None else f"{value:,}"


def rate_words(row: BedsRow, aged: int, shell: Shell) -> str:
    """Return beds per 1,000 people: always a lower bound, for the library need not know every institution."""
    _ = shell.translate
    rate = row.per_1000(aged)
    if rate is None:
        return _("未知") if row.people else "—"
    text = _("至少 {value}").format(value=tw.number(rate))
    return f"{text}※" if row.overstated else text


def _silent(shell: Shell, whole: BedsRow) -> None:
    """Link to the records whose beds or stage nobody reported."""
    if not whole.silent:
        return
    _ = shell.translate
    ids = ",".join(whole.silent[:IDS_LINKED])
    label = _("看没填床位或阶段的 {n} 条记录").format(n=len(whole.silent))
    st.html(element("p", ways.anchor(shell, label, ways.MAP, ids=ids)))
