"""Industry concentration on the page: leading category and location quotients by county."""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from gis.concentration import LEAST
from gis.errors import BadInput
from gis.geojson import geometry_member
from projects.analysis.clusters.concentrating import (
    CODES,
    Ground,
    Industry,
    Shares,
    concentrate,
    quotient_class,
    read,
)
from projects.analysis.exhibit import Cell, ClassSign, Column, Exhibit, Look, Parameter, Table
from projects.analysis.showing import known
from projects.analysis.universe import Among
from views import state, words
from views.analysis.clusters import words as said
from views.analysis.clusters.asked import ADDRESS, Asked
from views.analysis.exhibit import view as exhibit_view
from views.analysis.refusals.said import said as refused
from views.notices import notice
from views.shell import Shell

NAMES: Final = ("cat",)
FILLS: Final = dict(
    zip(
        CODES,
        (
            "#FB8072", "#FCCDE5", "#FDB462", "#B3DE69", "#80B1D3", "#BEBADA", "#8DD3C7", "#CCEBC5",
            "#FFED6F", "#A6761D", "#E7298A", "#BC80BD", "#FFFFB3", "#1F78B4", "#8C8C6A",
        ),
        strict=True,
    )
)  # fmt: skip
"""A colour of its own for each category: the map's signs share colours, since they have shapes besides."""
QUOTIENTS: Final = ("#2166AC", "#92C5DE", "#F7F7F7", "#F4A582", "#B2182B")
"""ColorBrewer RdBu, from below the common share to above it."""


def draw(shell: Shell, asked: Asked) -> None:
    """Draw settings and result."""
    settings = _settings(shell)
    try:
        found = asked.once("industry", lambda: concentrate(asked.counts()))
    except BadInput as error:
        notice(refused(error, shell.translate), "info")
        return
    shapes = asked.once("industry-shapes", lambda: _shapes(asked))
    exhibit_view.draw(
        shell, exhibit(shell, asked, found, shapes, settings), asked.chosen, key="clusters-industry"
    )


def _settings(shell: Shell) -> Shares:
    _ = shell.translate
    held = read(ADDRESS.held())[0]
    titles = {"": _("最多的类别"), **{code: words.category(code, _) for code in CODES}}
    state.sync_captions(ADDRESS.key("cat"), {titles[held.category]: held.category})
    ADDRESS.widget(
        "cat",
        held.category,
        lambda key: st.selectbox(
            _("看各县最多的类别，或某一类别的区位商"),
            list(titles),
            key=key,
            format_func=titles.__getitem__,
            width=360,
        ),
    )
    return read(ADDRESS.held())[0]


def _shapes(asked: Asked) -> dict[str, Any]:
    """Return the boundaries of the counties with records, by code."""
    areas = asked.areas(Among.RECORDS, ring=False)
    return {code: geometry_member(polygon) for code, polygon in zip(areas.codes, areas.polygons, strict=True)}


def exhibit(
    shell: Shell, asked: Asked, found: Industry, shapes: Mapping[str, Any], settings: Shares
) -> Exhibit:
    """Return shares and quotients as sentences, tables and map."""
    _ = shell.translate
    return Exhibit(
        key="clusters-industry",
        title=_("行业集中"),
        says=tuple(_says(shell, found, settings)),
        parameters=(
            Parameter("measure", _("区位商"), _("该类别在本县记录中的份额 ÷ 在全部县级记录中的份额")),
            Parameter("reference", _("比较的基准"), _("{n} 个有记录的县合计").format(n=len(found.codes))),
            Parameter("least", _("记录少的界限"), _("{n} 条").format(n=LEAST)),
        ),
        caveats=tuple(_caveats(shell, asked, found)),
        tables=(_counties(shell, found, shapes, settings), _matrix(shell, found)),
        data_date=asked.day,
        sources=(_("项目库中符合条件、知道所在县的记录"),),
        basis=said.basis(shell),
        link=asked.link("industry", settings.params),
    )


def _says(shell: Shell, found: Industry, settings: Shares) -> list[str]:
    _ = shell.translate
    n, total = len(found.codes), int(found.counts.sum())
    lines = [
        _("{n} 个县有 {total} 条知道所在县的记录；其中 {k} 个县不少于 {least} 条，可以比较。").format(
            n=n, total=f"{total:,}", k=found.comparable, least=LEAST
        )
    ]
    if found.comparable < n:
        lines.append(
            _("{k} 个县不足 {least} 条：多一条或少一条，最多的类别就可能变。").format(
                k=n - found.comparable, least=LEAST
            )
        )
    lines.append(_about(shell, found, settings))
    return [line for line in lines if line]


def _about(shell: Shell, found: Industry, settings: Shares) -> str:
    """Return what holds of the chosen category: where its quotient is at least twice the common share."""
    _ = shell.translate
    if settings.ground is Ground.LEADING:
        return ""
    name, column = words.category(settings.category, _), found.column(settings.category)
    if column is None:
        return _("符合条件的县级记录中没有“{name}”。").format(name=name)
    firm = [row for row in range(len(found.codes)) if not found.result.small[row, column]]
    if not firm:
        return _("“{name}”的记录太少：没有一个县预期有 {n} 条，区位商都不可靠，不能据此比较。").format(
            name=name, n=LEAST
        )
    high = [found.names[row] for row in firm if found.result.quotient[row, column] >= 1.25]
    if not high:
        return _("在 {n} 个记录够多的县中，“{name}”没有明显偏多的。").format(n=len(firm), name=name)
    return _("在 {n} 个记录够多的县中，“{name}”偏多的是：{names}。").format(
        n=len(firm), name=name, names=words.joined(high, shell.language)
    )


def _caveats(shell: Shell, asked: Asked, found: Industry) -> list[str]:
    _ = shell.translate
    nowhere = asked.matched - int(found.counts.sum()) - found.beyond
    wider = _("{n} 条只知道到功能区、地市或省，{k} 条没有地区，都不计入任何县。").format(
        n=f"{found.beyond:,}", k=f"{nowhere:,}"
    )
    lines = (
        wider if found.beyond or nowhere else "",
        _("区位商比较的是结构，不是多少：一个县只有一条记录，它的区位商也可以很高。"),
        _("没有记录的县没有份额，不参与比较；没有记录也不等于没有项目。"),
        said.named(shell),
    )
    return [line for line in lines if line]


def _counties(shell: Shell, found: Industry, shapes: Mapping[str, Any], settings: Shares) -> Table:
    _ = shell.translate
    column = found.column(settings.category)
    quotient = settings.ground is Ground.QUOTIENT and column is not None
    columns = (
        Column("county", _("县（市、区）")),
        Column("code", _("代码"), secondary=True),
        Column("records", _("记录")),
        Column("leading", _("最多的类别")),
        Column("leading_share", _("份额"), "%", digits=0, secondary=True),
        *_quotient_columns(shell, settings.category if quotient else ""),
        Column("remark", _("须注意")),
    )
    rows = tuple(_row(shell, found, row, column if quotient else None) for row in range(len(found.codes)))
    looks = _quotient_look(shell, found, column or 0) if quotient else _leading_look(shell, found)
    return Table(
        "counties",
        _("各县"),
        columns,
        rows,
        tuple(shapes.get(code) for code in found.codes),
        looks,
        note=_(
            "不足 {n} 条：多一条少一条，最多的类别就可能变。区位商不可靠：按总体份额预期不足 {n} 条。"
        ).format(n=LEAST),
    )


def _quotient_columns(shell: Shell, category: str) -> tuple[Column, ...]:
    _ = shell.translate
    if not category:
        return ()
    name = words.category(category, _)
    return (
        Column("of_category", name),
        Column("share", _("份额"), "%", digits=1, secondary=True),
        Column("quotient", _("区位商"), digits=2),
    )


def _row(shell: Shell, found: Industry, row: int, column: int | None) -> tuple[Cell, ...]:
    """Return one county; ``column`` is the category whose quotient is shown."""
    result, total = found.result, int(found.totals[row])
    leading = found.leading(row)
    most = int(found.counts[row].max())
    of_category: tuple[Cell, ...] = ()
    if column is not None:
        of_category = (
            int(found.counts[row, column]),
            known(result.share[row, column] * 100),
            known(result.quotient[row, column]),
        )
    return (
        found.names[row],
        found.codes[row],
        total,
        said.categories(shell, leading),
        most / total * 100,
        *of_category,
        _remark(shell, found, row, column),
    )


def _remark(shell: Shell, found: Industry, row: int, column: int | None) -> str:
    """Return the flags of a county in words."""
    _ = shell.translate
    flags = (
        (bool(found.result.few[row]), _("不足 {n} 条").format(n=LEAST)),
        (bool(found.result.tied[row]), _("并列")),
        (
            column is not None and bool(found.result.small[row, column]),
            _("区位商不可靠"),
        ),
    )
    return ("；" if shell.language == "zh" else "; ").join(text for flag, text in flags if flag)


def _leading_look(shell: Shell, found: Industry) -> Look:
    _ = shell.translate
    firm = [None if found.result.few[row] else found.leading(row) for row in range(len(found.codes))]
    present = [code for code in found.categories if (code,) in firm]
    tied = len(present)
    classes = [ClassSign(words.category(code, _), FILLS[code]) for code in present]
    return Look(
        "fill",
        (*classes, ClassSign(_("并列"), said.UNCERTAIN)),
        tuple(None if one is None else present.index(one[0]) if len(one) == 1 else tied for one in firm),
        "county",
        "leading",
        title=_("最多的类别"),
        unknown=_("不足 {n} 条，不判断").format(n=LEAST),
    )


def _quotient_look(shell: Shell, found: Industry, column: int) -> Look:
    _ = shell.translate
    titles = (_("不到 0.5"), "0.5–0.8", "0.8–1.25", "1.25–2", _("2 及以上"))
    small, values = found.result.small[:, column], found.result.quotient[:, column]
    return Look(
        "fill",
        tuple(ClassSign(title, colour) for title, colour in zip(titles, QUOTIENTS, strict=True)),
        tuple(
            None if few else quotient_class(float(value))
            for few, value in zip(small.tolist(), values.tolist(), strict=True)
        ),
        "county",
        "quotient",
        title=_("区位商：{name}").format(name=words.category(found.categories[column], _)),
        unknown=_("预期不足 {n} 条，不判断").format(n=LEAST),
    )


def _matrix(shell: Shell, found: Industry) -> Table:
    """Return every county and category that occurs there, with share and quotient."""
    _ = shell.translate
    columns = (
        Column("county", _("县（市、区）")),
        Column("code", _("代码"), secondary=True),
        Column("category", _("类别")),
        Column("records", _("记录")),
        Column("share", _("份额"), "%", digits=1),
        Column("quotient", _("区位商"), digits=2),
        Column("remark", _("须注意")),
    )
    rows = tuple(
        (
            found.names[row],
            found.codes[row],
            words.category(code, _),
            int(found.counts[row, column]),
            float(found.result.share[row, column]) * 100,
            float(found.result.quotient[row, column]),
            _("区位商不可靠") if found.result.small[row, column] else "",
        )
        for row in range(len(found.codes))
        for column, code in enumerate(found.categories)
        if found.counts[row, column]
    )
    return Table("quotients", _("全部份额和区位商"), columns, rows, folded=True)
