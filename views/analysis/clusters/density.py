"""Density clusters on the page: ε and minimum size, hulls, members, what another ε would give."""

from typing import Final

import streamlit as st

from gis.errors import BadInput
from projects.analysis.clusters.density import EPS_KM, SIZES, Clustered, Density, Group, cluster, read
from projects.analysis.exhibit import ClassSign, Column, Exhibit, Look, Parameter, Table
from projects.analysis.given import written
from projects.analysis.inputs import Placed
from projects.analysis.showing import PROJECT_ID
from views import words
from views.analysis.clusters import words as said
from views.analysis.clusters.asked import ADDRESS, Asked
from views.analysis.exhibit import view as exhibit_view
from views.analysis.refusals.said import said as refused
from views.notices import notice
from views.shell import Shell

HULL: Final = "#7B3294"
INSIDE: Final = "#D55E00"
NAMES: Final = ("eps", "min")
NAMED: Final = 5


def draw(shell: Shell, asked: Asked) -> None:
    """Draw settings and result."""
    settings = _settings(shell)
    placed = asked.placed(townships=settings.townships)
    try:
        found = asked.once(("density", settings), lambda: cluster(placed, settings))
    except BadInput as error:
        notice(refused(error, shell.translate), "info")
        said.empty(shell, asked, placed)
        return
    exhibit_view.draw(shell, exhibit(shell, asked, placed, found), asked.chosen, key="clusters-density")
    said.link_left_out(shell, asked, placed)


def _settings(shell: Shell) -> Density:
    _ = shell.translate
    held = read(ADDRESS.held())[0]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="density-settings"):
        ADDRESS.widget(
            "eps",
            held.eps_km,
            lambda key: st.number_input(
                _("距离 ε（公里）"), *EPS_KM, step=0.5, key=key, width=170,
                help=_("相距不超过 ε 的记录算作相邻。大于 10 公里时，只知道到乡镇的记录也参与。"),
            ),
            lambda value: written(float(value)),
        )  # fmt: skip
        ADDRESS.widget(
            "min",
            held.min_points,
            lambda key: st.number_input(
                _("最少条数"), *SIZES, step=1, key=key, width=140,
                help=_("ε 以内至少有这么多条（含自身）才算密集。"),
            ),
            lambda value: str(int(value)),
        )  # fmt: skip
    return read(ADDRESS.held())[0]


def exhibit(shell: Shell, asked: Asked, placed: Placed, found: Clustered) -> Exhibit:
    """Return clusters as sentences, tables and map."""
    _ = shell.translate
    return Exhibit(
        key="clusters-density",
        title=_("密集群"),
        says=tuple(_says(shell, found)),
        parameters=_parameters(shell, found),
        caveats=tuple(_caveats(shell, placed, found)),
        tables=(
            *((_clusters(shell, found),) if found.groups else ()),
            _trials(shell, found),
            _records(shell, placed, found),
        ),
        data_date=asked.day,
        sources=(_("项目库中符合条件、有位置的记录"),),
        basis=said.basis(shell),
        link=asked.link("density", found.settings.params),
    )


def _says(shell: Shell, found: Clustered) -> list[str]:
    _ = shell.translate
    run, settings = found.chosen, found.settings
    standard = _("标准：{eps} 公里以内至少 {n} 条（含自身）。").format(
        eps=written(settings.eps_km), n=settings.min_points
    )
    if found.spots == 1:
        return [
            _("这 {n} 条记录都在同一个坐标上：是一个地点，不是集聚。请核对坐标是不是同一个参考点。").format(
                n=f"{run.points:,}"
            )
        ]
    if not found.groups:
        none = _("{points} 条有位置的记录中，没有一处达到这个密度。").format(points=f"{run.points:,}")
        return [said.sentences(shell, none, standard), _stable(shell, found)]
    first = _(
        "{points} 条有位置的记录形成 {clusters} 个密集群；{noise} 条（{share}）不属于任何群。"
    ).format(
        points=f"{run.points:,}", clusters=f"{run.clusters:,}", noise=f"{run.noise:,}",
        share=said.percent(run.noise_share),
    )  # fmt: skip
    return [said.sentences(shell, first, standard), _largest(shell, found.groups[0]), _stable(shell, found)]


def _largest(shell: Shell, group: Group) -> str:
    _ = shell.translate
    return _("最大的群有 {n} 条，在{where}，最多的类别：{leading}；{money}。").format(
        n=f"{group.count:,}",
        where=_where(shell, group) or _("未知的县"),
        leading=said.categories(shell, group.leading),
        money=said.amount(shell, group.money),
    )


def _where(shell: Shell, group: Group) -> str:
    """Return the first counties of a cluster and how many they are; the table has them all."""
    first = said.counties(shell, group.counties[:NAMED])
    if len(group.counties) <= NAMED:
        return first
    return shell.translate("{names} 等 {n} 个县").format(names=first, n=len(group.counties))


def _stable(shell: Shell, found: Clustered) -> str:
    """Return how much hangs on ε, and that none of it is a test."""
    _ = shell.translate
    half, _own, double = found.trials
    return _(
        "ε 减半得 {half} 个群，加倍得 {double} 个。密集群只描述疏密，不是检验：不能据此说哪里显著集聚。"
    ).format(half=f"{half.clusters:,}", double=f"{double.clusters:,}")


def _parameters(shell: Shell, found: Clustered) -> tuple[Parameter, ...]:
    _ = shell.translate
    settings = found.settings
    return (
        Parameter("method", _("方法"), _("DBSCAN，大圆距离")),
        Parameter("eps", _("距离 ε"), _("{n} 公里").format(n=written(settings.eps_km))),
        Parameter("min", _("最少条数（含自身）"), str(settings.min_points)),
        Parameter("noise_share", _("不属于任何群的比例"), said.percent(found.chosen.noise_share)),
        Parameter(
            "precision",
            _("参与的定位精度"),
            _("地块、建筑、地址、村和乡镇") if settings.townships else _("地块、建筑、地址和村"),
        ),
    )


def _caveats(shell: Shell, placed: Placed, found: Clustered) -> list[str]:
    _ = shell.translate
    coincident = _("{n} 条与别的记录坐标完全相同（共 {spots} 个不同的位置）；每条都算一次。").format(
        n=f"{found.coincident:,}", spots=f"{found.spots:,}"
    )
    townships = _("其中 {n} 条只知道到乡镇，按乡镇参考点计，不是项目所在地。").format(
        n=f"{found.townships:,}"
    )
    fewer = _("ε 减半时不大于 10 公里，乡镇记录退出，只剩 {n} 条，不能直接比较。").format(
        n=f"{found.trials[0].points:,}"
    )
    lines = (
        said.left_out(shell, placed),
        coincident if found.coincident else "",
        townships if found.townships else "",
        fewer if found.trials[0].points != found.chosen.points else "",
        said.straight(shell),
        said.named(shell),
    )
    return [line for line in lines if line]


def _clusters(shell: Shell, found: Clustered) -> Table:
    _ = shell.translate
    columns = (
        Column("number", _("群")),
        Column("records", _("记录")),
        Column("spots", _("不同位置"), secondary=True),
        Column("leading", _("最多的类别")),
        Column("investment_wan", _("已知投资合计"), _("万元")),
        Column("investment_known", _("投资已知 / 共"), secondary=True),
        Column("counties", _("县（市、区）"), secondary=True),
        Column(PROJECT_ID, _("成员")),
    )
    rows = tuple(
        (
            _("群 {n}").format(n=group.number),
            group.count,
            group.spots,
            said.categories(shell, group.leading),
            group.money.total,
            said.money(group.money),
            said.counties(shell, group.counties),
            ",".join(group.ids),
        )
        for group in found.groups
    )
    look = Look(
        "outline", (ClassSign(_("密集群的外包线"), HULL),), (0,) * len(rows), "number", "records",
        title=_("密集群"),
    )  # fmt: skip
    return Table(
        "clusters",
        _("密集群"),
        columns,
        rows,
        tuple(group.hull for group in found.groups),
        look,
        note=_("外包线是成员位置的凸包，不是园区边界。投资只加已知的，空白为未知，不是零。"),
    )


def _records(shell: Shell, placed: Placed, found: Clustered) -> Table:
    """Return the records that took part, those in a cluster first."""
    _ = shell.translate
    row_of = {key: row for row, key in enumerate(placed.ids)}
    order = sorted(found.number_of.items(), key=lambda pair: (pair[1] is None, pair[1] or 0, pair[0]))
    columns = (
        Column(PROJECT_ID, _("编号")),
        Column("name", _("名称")),
        Column("category", _("类别")),
        Column("county", _("县（市、区）"), secondary=True),
        Column("precision", _("定位精度"), secondary=True),
        Column("cluster", _("群")),
    )
    rows = tuple(
        (
            key,
            placed.names[row_of[key]],
            words.category(placed.category[row_of[key]], _),
            said.counties(shell, filter(None, (placed.county[row_of[key]],))) or None,
            words.option_name("precision", str(int(placed.precision[row_of[key]])), "", _),
            _("不属于任何群") if number is None else _("群 {n}").format(n=number),
        )
        for key, number in order
    )
    look = Look(
        "point",
        (ClassSign(_("在密集群里"), INSIDE), ClassSign(_("不属于任何群"), said.UNCERTAIN)),
        tuple(int(number is None) for _key, number in order),
        "name",
        "cluster",
        title=_("记录"),
        link=PROJECT_ID,
    )
    points = tuple(
        {"type": "Point", "coordinates": placed.lonlat[row_of[key]].tolist()} for key, _number in order
    )
    return Table("records", _("参与的记录"), columns, rows, points, look, folded=True)


def _trials(shell: Shell, found: Clustered) -> Table:
    _ = shell.translate
    columns = (
        Column("eps_km", "ε", _("公里")),
        Column("records", _("参与的记录")),
        Column("clusters", _("群")),
        Column("largest", _("最大的群")),
        Column("noise", _("不属于任何群"), secondary=True),
        Column("noise_share", _("占比"), "%", digits=1),
    )
    rows = tuple(
        (one.eps_km, one.points, one.clusters, one.largest, one.noise, one.noise_share * 100)
        for one in found.trials
    )
    return Table(
        "sensitivity",
        _("换一个 ε 会怎样"),
        columns,
        rows,
        note=_("ε 减半和加倍的结果。差别越大，越不能依赖其中任何一个。"),
    )
