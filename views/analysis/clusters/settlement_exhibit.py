"""The K function as an exhibit: one sentence, a curve with its envelope, what too short distances mean."""

from datetime import date

from projects.analysis.clusters.settlement import FEW, Against, KResult
from projects.analysis.demand import Weight
from projects.analysis.exhibit import Column, Curve, Exhibit, Parameter, Table
from projects.analysis.given import written
from projects.codes import Basis
from views.analysis.clusters import words as said
from views.analysis.clusters.asked import Asked
from views.analysis.clusters.rates_words import p_text
from views.shell import Shell


def exhibit(shell: Shell, asked: Asked, settings: Against, found: KResult, day: date | None) -> Exhibit:
    """Return the comparison as sentences, curve and table."""
    _ = shell.translate
    raster = found.basis == Basis.MODELLED
    return Exhibit(
        key="clusters-k",
        title=_("比居民点更集中吗（K 函数）"),
        says=(
            _verdict(shell, found) if found.prefectures < 2 else _several(shell, found),
            _meaning(shell, found),
        ),
        parameters=_parameters(shell, settings, found),
        caveats=tuple(_caveats(shell, found)),
        tables=(_table(shell, found),),
        curves=(_curve(shell, found),),
        data_date=day,
        sources=(_("项目库中符合条件、有位置的记录"), _places(shell, found)),
        basis=Basis.MODELLED if raster and not shell.demo else said.basis(shell),
        link=asked.link("k", settings.params),
    )


def _verdict(shell: Shell, found: KResult) -> str:
    _ = shell.translate
    p = p_text(found.p)
    if found.clustered is None:
        return _(
            "没有发现这些记录比居民点更集中或更分散（p = {p}）：看到的集中可以由人住在哪里来解释。"
        ).format(p=p)
    if found.clustered:
        return _("这些记录比居民点更集中（p = {p}）：除了人住在哪里，还有别的原因使它们靠近。").format(p=p)
    return _("这些记录比居民点更分散（p = {p}）：它们彼此离得比居民点之间远。").format(p=p)


def _several(shell: Shell, found: KResult) -> str:
    """Return why records of several prefectures give no verdict: how many each reported enters too."""
    return shell.translate(
        "记录分布在 {n} 个地市，不能下结论（p = {p}）：各地市报了多少也进入了比较；请一次只选一个地市。"
    ).format(n=found.prefectures, p=p_text(found.p))


def _meaning(shell: Shell, found: KResult) -> str:
    _ = shell.translate
    said_so = _("{n} 条记录与 {places} 个居民点比较，按{weight}加权抽样 {times} 次。").format(
        n=f"{found.n:,}", places=f"{found.places:,}", weight=_weight(shell, found),
        times=f"{found.simulations:,}",
    )  # fmt: skip
    if found.n >= FEW:
        return said_so
    weak = _("记录不足 {n} 条，检验力低：没有发现不等于没有。").format(n=FEW)
    return said.sentences(shell, said_so, weak)


def _weight(shell: Shell, found: KResult) -> str:
    _ = shell.translate
    return {
        str(Weight.PEOPLE): _("人口"),
        str(Weight.VILLAGES): _("村、居委会数"),
        str(Weight.PLACES): _("每点相同"),
    }[found.weight]


def _places(shell: Shell, found: KResult) -> str:
    _ = shell.translate
    return found.source or _("乡镇驻地（地名库）；村、居委会数（统计用区划代码）")


def _parameters(shell: Shell, settings: Against, found: KResult) -> tuple[Parameter, ...]:
    _ = shell.translate
    return (
        Parameter("method", _("方法"), _("Ripley K，基准为居民点的加权抽样；整条曲线一次检验")),
        Parameter("against", _("居民点"), _places(shell, found)),
        Parameter("weight", _("抽样权重"), _weight(shell, found)),
        Parameter("reach", _("最远距离"), _("{n} 公里").format(n=written(settings.reach_km))),
        Parameter("simulations", _("抽样次数"), f"{found.simulations:,}"),
        Parameter("level", _("显著性水平（整条曲线）"), f"{found.level:g}"),
        Parameter("seed", _("随机种子"), str(found.seed)),
        Parameter("p", "p", p_text(found.p)),
    )


def _caveats(shell: Shell, found: KResult) -> list[str]:
    _ = shell.translate
    spacing = found.spacing_m / 1000
    lines = [
        _(
            "居民点到最近的另一个居民点，距离的中位数是 {km} 公里；更短的距离说明不了什么，不画也不检验。"
        ).format(km=f"{spacing:.1f}"),
        _("{n} 条记录不参与：只知道到乡镇或更粗，或不在比较的县内。").format(n=f"{found.left_out:,}")
        if found.left_out
        else "",
        _("{n} 个居民点不参与：没有位置、没有权重，或不在比较的县内。").format(n=f"{found.places_left_out:,}")
        if found.places_left_out
        else "",
        _("乡镇驻地代表整个乡镇，乡镇以内的远近看不出来；载入村庄或居民点数据可以更细。")
        if not found.source
        else "",
        said.straight(shell),
        said.named(shell),
    ]
    return [line for line in lines if line]


def _curve(shell: Shell, found: KResult) -> Curve:
    _ = shell.translate
    return Curve(
        key="k",
        title=_("L 函数与居民点抽样的包络"),
        x_title=_("距离（公里）"),
        y_title=_("L（公里）"),
        x=_km(found.distances_m),
        y=_km(found.l_m),
        name=_("记录"),
        low=_km(found.low),
        high=_km(found.high),
        band=_("居民点抽样的 95% 包络（整条曲线）"),
        other=_km(found.expected),
        other_name=_("抽样的平均"),
    )


def _km(metres: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(value / 1000 for value in metres)


def _table(shell: Shell, found: KResult) -> Table:
    _ = shell.translate
    km = _("公里")
    columns = (
        Column("distance_km", _("距离"), km, digits=1),
        Column("l_km", _("L（记录）"), km, digits=2),
        Column("expected_km", _("抽样平均"), km, digits=2),
        Column("low_km", _("包络下限"), km, digits=2),
        Column("high_km", _("包络上限"), km, digits=2),
    )
    columns_km = (found.distances_m, found.l_m, found.expected, found.low, found.high)
    rows = tuple(zip(*map(_km, columns_km), strict=True))
    return Table("k", _("曲线的数值"), columns, rows, folded=True)
