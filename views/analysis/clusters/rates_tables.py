"""Tables of rates of counties: the ranking with its map, the tests, the counties that are not judged."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from projects.analysis.clusters.ranking import Local, Paint, Per, Ranking
from projects.analysis.exhibit import Cell, ClassSign, Column, Look, Table
from projects.analysis.showing import known
from views.analysis.clusters import words as said
from views.analysis.clusters.rates_words import Accounts
from views.i18n import Translate
from views.shell import Shell

BREAKS: Final[Mapping[Per, tuple[float, ...]]] = {
    Per.RESIDENTS: (0.5, 2, 5, 10),
    Per.AGED_60: (0.5, 1, 2, 4),
    Per.AGED_65: (0.5, 1, 2, 4),
}
"""Fixed classes, so that a colour means the same number on every map."""
KINDS: Final = ("#B2182B", "#92C5DE", "#2166AC", "#F4A582")
"""High among high, low among high, low among low, high among low: esda's order, RdBu."""


def ranked(shell: Shell, found: Ranking, shapes: Mapping[str, Any], paint: Paint) -> Table:
    """Return the counties from the highest rate down; those without census figures last."""
    _ = shell.translate
    order = found.order
    columns = (
        Column("rank", _("名次")),
        Column("county", _("县（市、区）")),
        Column("code", _("代码"), secondary=True),
        Column("records", _("记录")),
        Column("people", _("人口"), _("人"), digits=0, secondary=True),
        Column("rate", _("比率"), digits=2),
        Column("low", _("95% 下限"), digits=2),
        Column("high", _("95% 上限"), digits=2),
        Column("smoothed", _("平滑后"), digits=2, secondary=True),
        Column("remark", _("须注意")),
    )
    return Table(
        "rates",
        _("各县比率"),
        columns,
        tuple(_row(found, row, _) for row in order),
        tuple(shapes.get(found.codes[row]) for row in order),
        _look(shell, found, order, paint),
        note=_("并列的县名次相同。平滑后：向总体比率靠拢，人口越少靠得越多；只用于检验和参考。"),
    )


def local_statistics(shell: Shell, found: Ranking) -> Table | None:
    """Return the local statistics, None where none were made."""
    _ = shell.translate
    if found.tests is None:
        return None
    local, hot = found.tests.local, found.tests.hot
    columns = (
        Column("county", _("县（市、区）")),
        Column("code", _("代码"), secondary=True),
        Column("local_moran", _("局部莫兰 I"), digits=3),
        Column("moran_kind", _("类型")),
        Column("moran_p", "p", digits=4, secondary=True),
        Column("moran_q", _("校正后 p"), digits=4),
        *_hot_columns(_, hot),
    )
    rows = tuple(
        (
            found.names[row],
            found.codes[row],
            known(local.score[row]),
            _kind(local, row, moran_kinds(_), _),
            known(local.p[row]),
            known(local.found.adjusted[row]),
            *_hot_cells(hot, row, _),
        )
        for row in found.order
    )
    return Table(
        "tests",
        _("检验"),
        columns,
        rows,
        note=_("双侧 p，9,999 次随机排列；校正后 p 不大于 0.05 才算显著，其余都写“不显著”。"),
        folded=True,
    )


def others(shell: Shell, accounts: Accounts, name: Callable[[str], str]) -> Table | None:
    """Return the counties with records that are not compared, None when there is none."""
    _ = shell.translate
    if not accounts.others:
        return None
    rows = tuple((name(code), code, n) for code, n in sorted(accounts.others.items()))
    columns = (
        Column("county", _("县（市、区）")),
        Column("code", _("代码"), secondary=True),
        Column("records", _("记录")),
    )
    return Table(
        "not_judged",
        _("有记录、但不比较的县"),
        columns,
        rows,
        note=_("没有载入以这些县所在的市为对象的规划文件，或不在所选范围内：别的县有没有项目还不知道。"),
        folded=True,
    )


def moran_kinds(_: Translate) -> tuple[str, ...]:
    """Return the quadrants of local Moran in words, in esda's order from 1."""
    return (_("高，邻县也高"), _("低，邻县高"), _("低，邻县也低"), _("高，邻县低"))


def _row(found: Ranking, row: int, _: Translate) -> tuple[Cell, ...]:
    rates = found.rates
    has_rate = known(rates.rate[row]) is not None
    remark = _("记录少") if has_rate and rates.small[row] else ""
    return (
        int(rates.rank[row]) or None,
        found.names[row],
        found.codes[row],
        int(found.events[row]),
        known(found.people[row]),
        known(rates.rate[row]),
        known(rates.low[row]),
        known(rates.high[row]),
        known(found.smoothed[row]),
        remark if has_rate else _("没有人口普查数字"),
    )


def _look(shell: Shell, found: Ranking, order: Sequence[int], paint: Paint) -> Look:
    _ = shell.translate
    tests = found.tests
    if paint is Paint.MORAN and tests is not None:
        titles = dict(enumerate(moran_kinds(_), 1))
        return _test_look(shell, tests.local, order, titles, _("局部莫兰"))
    if paint is Paint.GI and tests is not None and tests.hot is not None:
        return _test_look(shell, tests.hot, order, {1: _("热点"), 3: _("冷点")}, "Gi*")
    return _rate_look(shell, found, order)


def _rate_look(shell: Shell, found: Ranking, order: Sequence[int]) -> Look:
    _ = shell.translate
    breaks = BREAKS[found.settings.per]
    between = (f"{low:g}–{high:g}" for low, high in pairwise(breaks))
    titles = (_("不到 {n}").format(n=f"{breaks[0]:g}"), *between, _("{n} 及以上").format(n=f"{breaks[-1]:g}"))
    rates = found.rates.rate
    return Look(
        "fill",
        tuple(ClassSign(title, colour) for title, colour in zip(titles, said.BLUES, strict=True)),
        tuple(
            None if known(rates[row]) is None else sum(float(rates[row]) >= limit for limit in breaks)
            for row in order
        ),
        "county",
        "rate",
        title=_("比率（不表示显著）"),
        unknown=_("没有人口普查数字"),
    )


def _test_look(
    shell: Shell, local: Local, order: Sequence[int], titles: Mapping[int, str], title: str
) -> Look:
    """Return the map of a test: classes for what passes, grey for the rest, hatched without a test."""
    _ = shell.translate
    kinds = tuple(titles)
    signs = (
        *(ClassSign(titles[kind], KINDS[kind - 1]) for kind in kinds),
        ClassSign(_("不显著"), said.UNCERTAIN),
    )
    classes: list[int | None] = []
    for row in order:
        kind = local.kind_of(row)
        classes.append(kinds.index(kind) if kind else None if kind is None else len(kinds))
    return Look("fill", signs, tuple(classes), "county", "rate", title=title, unknown=_("没有检验"))


def _kind(local: Local, row: int, titles: tuple[str, ...], _: Translate) -> str:
    """Return what a county is, in words: only what passes has a kind."""
    kind = local.kind_of(row)
    if kind is None:
        return _("没有检验")
    return titles[kind - 1] if kind else _("不显著")


def _hot_columns(_: Translate, hot: Local | None) -> tuple[Column, ...]:
    if hot is None:
        return ()
    return (
        Column("gi_z", _("Gi* 的 z"), digits=2),
        Column("gi_kind", "Gi*"),
        Column("gi_p", _("Gi* 的 p"), digits=4, secondary=True),
        Column("gi_q", _("Gi* 校正后 p"), digits=4),
    )


def _hot_cells(hot: Local | None, row: int, _: Translate) -> tuple[Cell, ...]:
    if hot is None:
        return ()
    kinds = (_("热点"), "", _("冷点"), "")
    return (
        known(hot.score[row]),
        _kind(hot, row, kinds, _),
        known(hot.p[row]),
        known(hot.found.adjusted[row]),
    )
