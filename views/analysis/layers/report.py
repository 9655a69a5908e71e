"""What became of a file's rows, in plain words: rows in = used + left out, by reason, with examples."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from layers.html import element, escape
from projects.analysis.inputs import LayerKind
from views.analysis.layers.words import file_words, note_words, place_words, reason_words, warning_words
from views.i18n import Translate
from views.notices import notice
from views.plain import plain
from views.shell import Shell

COUNTIES: Final = 30


def draw(shell: Shell, report: Mapping[str, Any]) -> None:
    """Draw the account of a file: ``kind``, ``rows``, ``used``, ``left_out``, ``people``, ``detail``."""
    _ = shell.translate
    detail = report["detail"]
    st.html(element("p", escape(file_words(detail)), class_="atlas-muted") + sum_line(report, _))
    for warning in detail.get("warnings", ()):
        notice(warning_words(warning, _))
    st.html(_facts(report, _))
    _land_classes(detail, _)
    _left_out(report, _)
    _notes(detail, _)
    _census(detail.get("census"), _)


def sum_line(report: Mapping[str, Any], _: Translate) -> str:
    """Return “rows = used + left out” as HTML."""
    left = sum(report["left_out"].values())
    words = (
        _("共 {n} 格 = 使用 {used} + 不用 {left}")
        if _is_raster(report)
        else _("共 {n} 行 = 使用 {used} + 不用 {left}")
    )
    text = words.format(n=f"{report['rows']:,}", used=f"{report['used']:,}", left=f"{left:,}")
    return element("p", element("b", escape(text)), class_="atlas-sum", role="status")


def _is_raster(report: Mapping[str, Any]) -> bool:
    return str(report["kind"]) == LayerKind.POPULATION


def facts(report: Mapping[str, Any], _: Translate) -> list[tuple[str, str]]:
    """Return the figures of a layer as (name, value), those that its kind has."""
    detail = report["detail"]
    people = report["people"]
    found = [(_("人数合计"), f"{people:,.0f}" if people is not None else _("文件没有人数"))]
    if str(report["kind"]) not in (LayerKind.SETTLEMENTS, LayerKind.POPULATION):
        found = []
    if detail.get("cell_m"):
        wide, high = detail["cell_m"]
        found.append((_("格网大小"), _("{a:,.0f} × {b:,.0f} 米").format(a=wide, b=high)))
    if "km2" in detail:
        found.append((_("面积（重叠只算一次）"), _("{n:,.1f} 平方公里").format(n=detail["km2"])))
    if "km" in detail:
        found += _road_facts(detail, _)
    return found


def _road_facts(detail: Mapping[str, Any], _: Translate) -> list[tuple[str, str]]:
    travel = _("步行") if detail["travel"] == "walk" else _("驾车")
    if not detail["classes"]:
        travel += _("（文件没有道路类别，全部采用）")
    parts = _("{n} 片，最大的一片占 {share:.1%}").format(
        n=detail["components"], share=detail["largest_share"]
    )
    return [
        (_("出行方式"), travel),
        (_("道路总长"), _("{n:,.0f} 公里").format(n=detail["km"])),
        (_("连通"), parts),
        (_("有限速的路段"), f"{detail['with_speed']:,}"),
    ]


def _facts(report: Mapping[str, Any], _: Translate) -> str:
    rows = (element("tr", element("th", escape(a)), element("td", escape(b))) for a, b in facts(report, _))
    return element("table", *rows, class_="atlas-facts")


def _land_classes(detail: Mapping[str, Any], _: Translate) -> None:
    """List the classes of a land-use plan: polygons and area of each, the largest first."""
    listed = detail.get("land_classes", ())
    if not listed:
        return
    more = int(detail["land_class_count"]) - len(listed)
    head = "".join(element("th", escape(text)) for text in (_("用地类别"), _("图斑"), _("平方公里")))
    cells = ((name or _("（没有写类别）"), f"{n:,}", f"{km2:,.2f}") for name, n, km2 in listed)
    rows = (element("tr", *(element("td", escape(cell)) for cell in row)) for row in cells)
    body = element("thead", element("tr", head)) + element("tbody", *rows)
    st.html(element("div", element("table", body, class_="atlas-diff"), class_="atlas-scroll"))
    if more > 0:
        st.caption(_("另有 {n} 类，面积较小，没有列出。").format(n=more))


def _left_out(report: Mapping[str, Any], _: Translate) -> None:
    """List the reasons with their numbers and the first rows of each."""
    reasons = sorted(report["left_out"].items(), key=lambda pair: -pair[1])
    if not reasons:
        return
    kind, examples = LayerKind(str(report["kind"])), report["detail"].get("examples", {})
    words = _("不用的 {n} 格，按原因") if _is_raster(report) else _("不用的 {n} 行，按原因")
    with st.expander(plain(words.format(n=f"{sum(n for _r, n in reasons):,}")), expanded=True):
        st.html("".join(_reason(kind, name, count, examples.get(name, ()), _) for name, count in reasons))


def _reason(kind: LayerKind, name: str, count: int, rows: Sequence[Sequence[str]], _: Translate) -> str:
    named = "；".join(f"{place_words(kind, row, _)} {quoted}".strip() for row, quoted in rows)
    more = _(" 等") if rows and count > len(rows) else ""
    return element(
        "p",
        element("b", escape(f"{reason_words(name, _)}　{count:,}")),
        element("span", escape(f"　{named}{more}"), class_="atlas-muted") if named else "",
        class_="atlas-sum",
    )


def _notes(detail: Mapping[str, Any], _: Translate) -> None:
    """Say what was done to rows in use, and which parts of the file were not read."""
    lines = [f"{note_words(name, _)}：{count:,}" for name, count in detail.get("notes", {}).items()]
    others = [f"{name}（{rows}）" if rows else str(name) for name, rows in detail.get("other_sheets", ())]
    if others:
        lines.append(_("没有读取的其他表或图层：{names}").format(names="；".join(others)))
    if lines:
        items = (element("li", escape(line)) for line in lines)
        st.html(
            element("p", escape(_("使用的行里")), class_="atlas-muted")
            + element("ul", *items, class_="atlas-plainlist")
        )


def _census(census: Mapping[str, Any] | None, _: Translate) -> None:
    """Set the people of a raster beside the census, by county."""
    if not census or not census["counties"]:
        return
    label = _("栅格合计 vs {year} 年普查：{ratio}").format(
        year=census["year"] or "", ratio=_share(census["ratio"])
    )
    with st.expander(plain(label), expanded=False):
        head = "".join(
            element("th", escape(text)) for text in (_("县（市、区）"), _("栅格"), _("普查"), _("比"))
        )
        rows = (_county(row) for row in census["counties"][:COUNTIES])
        body = element("thead", element("tr", head)) + element("tbody", *rows)
        st.html(element("div", element("table", body, class_="atlas-diff"), class_="atlas-scroll"))
        if census["without_census"]:
            st.caption(_("{n} 个县没有普查人数，不参与比较。").format(n=census["without_census"]))


def _county(row: Sequence[Any]) -> str:
    _code, name, here, census, ratio = row
    cells = (name, f"{here:,.0f}", f"{census:,.0f}" if census is not None else "—", _share(ratio))
    return element("tr", *(element("td", escape(cell)) for cell in cells))


def _share(ratio: float | None) -> str:
    return f"{ratio:.2f}" if ratio is not None else "—"
