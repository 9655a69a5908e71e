"""Words that several results of the clusters page share: money, categories, what was left out."""

from collections.abc import Iterable, Sequence
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.analysis import showing
from projects.analysis.clusters.density import Money
from projects.analysis.exhibit import ClassSign, Column, Look, Table
from projects.analysis.inputs import Placed
from projects.analysis.showing import PROJECT_ID
from projects.codes import Basis, Precision
from views import values, ways, words
from views.analysis.clusters.asked import Asked
from views.shell import Shell

COARSE: Final = (Precision.TOWNSHIP, Precision.COUNTY, Precision.REGION, Precision.UNLOCATED)
POINT: Final = "#D55E00"
WAN: Final = Column("investment_wan", "万元")
UNCERTAIN: Final = "#B8BEC6"
"""Grey of what was judged and found to be nothing special."""
BLUES: Final = ("#BDD7E7", "#7FB6DA", "#4292C6", "#2171B5", "#08306B")
"""ColorBrewer Blues without its palest ones: the least is to be told from sea and paper."""
HEXAGONS: Final = ("#FEB24C", "#FD8D3C", "#F03B20", "#BD0026", "#5B0018")
"""ColorBrewer YlOrRd without its palest ones, for small cells: no other ground is of these colours."""


def money(found: Money) -> str:
    """Return how many amounts the sum is of.

    >>> from decimal import Decimal
    >>> money(Money(Decimal(5), 3, 12))
    '3 / 12'
    """
    return f"{found.known:,} / {found.of:,}"


def amount(shell: Shell, found: Money) -> str:
    """Return a sum in words, with how many are known; nothing known is said, never 0."""
    _ = shell.translate
    if found.total is None:
        return _("投资额都未知")
    return _("已知投资 {amount} 万元（{known} / {of} 条已知）").format(
        amount=showing.text(WAN, found.total), known=f"{found.known:,}", of=f"{found.of:,}"
    )


def categories(shell: Shell, codes: Iterable[str]) -> str:
    """Return the leading categories: one, or several that are equal."""
    _ = shell.translate
    names = [words.category(code, _) for code in codes]
    if len(names) < 2:
        return "".join(names)
    return _("并列：{names}").format(names=words.joined(names, shell.language))


def counties(shell: Shell, codes: Iterable[str]) -> str:
    """Return names of counties."""
    return words.joined([values.area_name(shell, code) for code in codes], shell.language)


def sentences(shell: Shell, *parts: str) -> str:
    """Return sentences one after the other, with a space between them where the language has one."""
    return (" " if shell.language == "en" else "").join(part for part in parts if part)


def percent(share: float) -> str:
    """Return a share in per cent.

    >>> percent(0.256)
    '25.6%'
    """
    return f"{share:.1%}"


def basis(shell: Shell) -> Basis:
    """Return what a result is made of: in the practice database everything is invented."""
    return Basis.DEMO if shell.demo else Basis.DERIVED


def named(shell: Shell) -> str:
    """Return the caveat on what a record is."""
    return shell.translate(
        "记录是规划点名或单位填报的项目，不等于已经存在的服务；只看已建成的，请用“阶段”筛选。"
    )


def straight(shell: Shell) -> str:
    """Return the caveat on distance."""
    return shell.translate("距离是直线（大圆）距离，不是道路距离。")


def left_out(shell: Shell, placed: Placed) -> str:
    """Return how many records take no part and why, "" when all do."""
    _ = shell.translate
    n = placed.matched - len(placed)
    if not n:
        return ""
    parts = [
        _("{name} {n} 条").format(name=words.option_name("precision", str(key), "", _), n=f"{count:,}")
        for key, count in sorted(placed.left_out.items(), key=lambda pair: pair[0] or 9)
        if count
    ]
    return _(
        "{matched} 条符合条件，其中 {n} 条位置太粗，不参与：{parts}。名额（尚未落点的村卫生室）从不参与。"
    ).format(matched=f"{placed.matched:,}", n=f"{n:,}", parts=words.joined(parts, shell.language))


def points(shell: Shell, placed: Placed, rows: Sequence[int]) -> tuple[Table, ...]:
    """Return the table of the records that took part, drawn as points; no table without any."""
    _ = shell.translate
    if not rows:
        return ()
    columns = (
        Column(PROJECT_ID, _("编号")),
        Column("name", _("名称")),
        Column("category", _("类别")),
        Column("county", _("县（市、区）"), secondary=True),
    )
    cells = tuple(
        (
            placed.ids[row],
            placed.names[row],
            words.category(placed.category[row], _),
            counties(shell, filter(None, (placed.county[row],))) or None,
        )
        for row in rows
    )
    look = Look(
        "point", (ClassSign(_("记录"), POINT),), (0,) * len(rows), "name", "category",
        title=_("参与的记录"), link=PROJECT_ID,
    )  # fmt: skip
    places = tuple({"type": "Point", "coordinates": placed.lonlat[row].tolist()} for row in rows)
    return (Table("records", _("参与的记录"), columns, cells, places, look, folded=True),)


def link_left_out(shell: Shell, asked: Asked, placed: Placed) -> None:
    """Draw the way to the records that took no part."""
    _ = shell.translate
    coarse = [str(int(one)) for one in COARSE if placed.left_out.get(int(one))]
    if not coarse:
        return
    params = {**asked.chosen.to_params(), "precision": ",".join(coarse)}
    label = _("看没有参与的 {n} 条记录").format(n=f"{sum(placed.left_out.values()):,}")
    st.html(element("p", ways.anchor(shell, label, ways.MAP, **params), class_="atlas-sum"))


def empty(shell: Shell, asked: Asked, placed: Placed, *, townships: bool = True) -> None:
    """Say what to do when too few records have a place; ``townships``: whether those may take part at all."""
    _ = shell.translate
    lines = [
        _("在地图上给项目定位到地块、地址或村以后，这里就有结果。"),
        _("只知道到乡镇的记录，在距离大于 10 公里时参与。") if townships else "",
        _("“行业集中”和“比率与显著性”只需要知道在哪个县，现在就可以看。"),
    ]
    st.html("".join(element("p", escape(line), class_="atlas-muted") for line in lines if line))
    link_left_out(shell, asked, placed)
