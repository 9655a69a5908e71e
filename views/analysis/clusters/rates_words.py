"""Sentences about rates of counties: what may be said of so many counties, and what became of each record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Final

from gis.rates import SMALL_COUNT
from gis.statistics import Power
from projects.analysis.clusters.ranking import REACH_KM, Per, Ranking, Tests
from projects.analysis.exhibit import Parameter
from projects.analysis.universe import Among
from views import words
from views.analysis.clusters import words as said
from views.i18n import Translate
from views.shell import Shell

NAMED: Final = 10
HIGH: Final = 1
LOW: Final = 3
"""Numbers of ``Local.kind``."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Where the records went that no ranked county counts, and what was judged."""

    others: Mapping[str, int]
    """County that may not be judged → its records."""
    wider: int
    """Known to a zone, prefecture or province only."""
    nowhere: int
    """Without any area."""
    scope: tuple[str, ...]
    """Prefectures and counties that are judged."""
    census_year: int | None


def per_names(_: Translate) -> dict[str, str]:
    """Return what a rate may be per, in words."""
    return {
        str(Per.RESIDENTS): _("每 10 万常住人口"),
        str(Per.AGED_60): _("每 1 万 60 岁及以上人口"),
        str(Per.AGED_65): _("每 1 万 65 岁及以上人口"),
    }


def among_names(_: Translate) -> dict[str, str]:
    """Return which counties may be compared, in words."""
    return {
        str(Among.PLANS): _("有规划文件的市、县"),
        str(Among.RECORDS): _("库中有记录的市的全部县"),
    }


def says(shell: Shell, found: Ranking) -> list[str]:
    """Return the plain sentences under the result, the most important first."""
    _ = shell.translate
    lines = [_verdict(shell, found), _best(shell, found)]
    if found.small:
        lines.append(
            _("{n} 个县的记录不足 {k} 条，名次多一条少一条就会变，不要当作好坏的排名。").format(
                n=found.small, k=SMALL_COUNT
            )
        )
    if found.without_census:
        lines.append(
            _("{n} 个县没有人口普查数字，没有比率（不是零）：{names}。").format(
                n=len(found.without_census), names=_first(shell, found.without_census)
            )
        )
    return [line for line in lines if line]


def _first(shell: Shell, codes: Sequence[str]) -> str:
    """Return the names of the first counties."""
    return said.counties(shell, codes[:NAMED]) + (" …" if len(codes) > NAMED else "")


def _verdict(shell: Shell, found: Ranking) -> str:
    """Return what so many counties can carry, and what was found."""
    _ = shell.translate
    if found.power is Power.RANKED:
        return _("这 {n} 个县太少，不能说哪一个是热点；这里只排比率，并给出精确的 95% 区间。").format(
            n=len(found.codes) - len(found.without_census)
        )
    if found.tests is None:
        return _("{n} 个县的比率之差不超过偶然会有的：没有可以检验的差别，不能说哪里是热点。").format(
            n=found.tested
        )
    return said.sentences(shell, _overall(shell, found.tests), _local(shell, found))


def _overall(shell: Shell, tests: Tests) -> str:
    _ = shell.translate
    whole = tests.overall
    numbers = {"i": f"{whole.I:.3f}", "p": p_text(whole.p_sim)}
    if whole.p_sim > 0.05:
        return _("总体上看不出相邻的县比率相近（莫兰指数 {i}，p = {p}）。").format(**numbers)
    if whole.EI < whole.I:
        return _("总体上，比率相近的县连成片（莫兰指数 {i}，p = {p}）。").format(**numbers)
    return _("总体上，相邻的县比率相差得比偶然更大（莫兰指数 {i}，p = {p}）。").format(**numbers)


def _local(shell: Shell, found: Ranking) -> str:
    """Return which counties pass the control of false discoveries."""
    _ = shell.translate
    tests = found.tests
    if tests is None:
        return ""
    shown = tests.hot or tests.local
    high = [found.names[row] for row in shown.passing(HIGH)]
    low = len(shown.passing(LOW))
    name = "Gi*" if tests.hot else _("局部莫兰")
    weak = _("县不满 100 个，检验力低：没有发现不等于没有。") if tests.hot is None else ""
    if not any(shown.passing(kind) for kind in range(1, 5)):
        none = _("控制错误发现率后，{name} 没有一个县显著，不能说哪里是热点。").format(name=name)
        return said.sentences(shell, none, weak)
    listed = words.joined(high[:NAMED], shell.language) + (" …" if len(high) > NAMED else "")
    told = _("控制错误发现率后，{name} 显著的高值县 {n} 个（{names}），低值县 {k} 个。").format(
        name=name, n=len(high), names=listed or "—", k=low
    )
    wider = _("Gi* 看的是一个县连同它的邻县：名单里的县自己的比率不一定高。") if tests.hot and high else ""
    return said.sentences(shell, told, wider, weak)


def _best(shell: Shell, found: Ranking) -> str:
    """Return the highest rate with its interval, and how many cannot be told apart from it."""
    _ = shell.translate
    row = found.best
    if row is None:
        return _("这些县都没有符合条件的记录。")
    told = _("{name}最高：{per} {rate} 条（95% 区间 {low}–{high}，{n} 条记录）。").format(
        name=found.names[row],
        per=per_names(_)[str(found.settings.per)],
        rate=f"{found.rates.rate[row]:.1f}",
        low=f"{found.rates.low[row]:.1f}",
        high=f"{found.rates.high[row]:.1f}",
        n=f"{int(found.events[row]):,}",
    )
    k = found.not_below_best
    if not k:
        return told
    more = _("另有 {k} 个县的区间与它重叠，不能说它高于它们。").format(k=k)
    return said.sentences(shell, told, more)


def parameters(shell: Shell, found: Ranking) -> tuple[Parameter, ...]:
    """Return the settings in words."""
    _ = shell.translate
    settings, tests = found.settings, found.tests
    base = (
        Parameter("per", _("比率"), _("{per}的记录数").format(per=per_names(_)[str(settings.per)])),
        Parameter("among", _("哪些县"), among_names(_)[str(settings.among)]),
        Parameter("interval", _("区间"), _("泊松精确区间（Garwood），95%")),
    )
    if tests is None:
        return base
    return (
        *base,
        Parameter("counties", _("可检验的县"), f"{found.tested:,}"),
        Parameter("smoothing", _("检验所用的比率"), _("经验贝叶斯平滑（Marshall，全局）")),
        Parameter(
            "weights",
            _("相邻"),
            _("共边或共点（queen）；孤立的县连到 {km} 公里内最近的县。莫兰按行标准化，Gi* 用 0/1").format(
                km=f"{REACH_KM:g}"
            ),
        ),
        Parameter("ring", _("参与计算、不显示的邻县"), f"{tests.ring:,}"),
        Parameter(
            "permutations",
            _("随机排列"),
            _("{n} 次，双侧，种子 {seed}").format(n=f"{tests.permutations:,}", seed=tests.seed),
        ),
        Parameter("control", _("多重比较"), _("Benjamini–Hochberg，错误发现率 0.05")),
    )


def caveats(shell: Shell, found: Ranking, accounts: Accounts) -> list[str]:
    """Return what a reader must know: who is judged, where the other records are, what a zero means."""
    _ = shell.translate
    universe = (
        _("只比较已载入的规划文件所涉及的市、县：{names}。这些县没有记录时算 0，意思是规划没有点名。")
        if found.settings.among is Among.PLANS
        else _("比较库中有记录的市的全部县：{names}。没有记录的县算 0，这只在各县都已报齐时才成立。")
    ).format(names=_first(shell, accounts.scope))
    lines = [
        universe,
        _records(shell, found, accounts),
        _lonely(shell, found),
        _("每条记录只计入一个县；跨县的项目和只知道到地市的项目不计入任何县，比率因此偏低。"),
        _("床位不做比率区间：床位不是互相独立的事件，且多数未知；请看“覆盖”页。"),
        said.named(shell),
    ]
    return [line for line in lines if line]


def _records(shell: Shell, found: Ranking, accounts: Accounts) -> str:
    """Return where every record of the filter is: the parts add up to the matches."""
    _ = shell.translate
    inside, others = int(found.events.sum()), sum(accounts.others.values())
    return _(
        "符合条件的 {all} 条：{inside} 条计入这些县，{others} 条在不比较的县，{wider} 条只知道到功能区、"
        "地市或省，{nowhere} 条没有地区。"
    ).format(
        all=f"{inside + others + accounts.wider + accounts.nowhere:,}",
        inside=f"{inside:,}",
        others=f"{others:,}",
        wider=f"{accounts.wider:,}",
        nowhere=f"{accounts.nowhere:,}",
    )


def _lonely(shell: Shell, found: Ranking) -> str:
    if not found.lonely or found.power is Power.RANKED:
        return ""
    return shell.translate("{names} 附近没有可比较的县，不参与检验。").format(
        names=_first(shell, found.lonely)
    )


def p_text(p: float) -> str:
    """Return a probability with as many decimals as it needs.

    >>> p_text(0.0002), p_text(0.04321), p_text(float("nan"))
    ('0.0002', '0.043', '—')
    """
    if isnan(p):
        return "—"
    return f"{p:.4f}" if p < 0.01 else f"{p:.3f}"
