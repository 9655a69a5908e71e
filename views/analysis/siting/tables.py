"""The tables of a choice of sites; those with places are what the map draws."""

from collections.abc import Sequence

from layers.palette import BLUE, GREEN, NO_DATA_EDGE, ORANGE, PURPLE, SLATE, VERMILLION
from projects.analysis.exhibit import Cell, ClassSign, Column, GeoJson, Look, Table
from projects.analysis.showing import PROJECT_ID
from projects.analysis.siting.result import Change, KeptSite, Result, Site, Spot
from projects.analysis.siting.settings import Question
from projects.codes import PRECISION_ZH, Basis, Precision
from views.analysis.siting import words as siting_words
from views.analysis.siting.words import Frame, numbered

STATES = ("before", "new", "out", "never")


def tables(result: Result, frame: Frame) -> tuple[Table, ...]:
    """Return all tables: sites first, long lists folded."""
    found = [_spots(result, frame), _kept(result, frame), _others(result, frame), sites(result, frame)]
    found += [_changes(result, frame), _worst(result, frame), _never(result, frame), _barred(frame)]
    order = ("sites", "others", "changes", "worst", "never", "kept", "barred", "demand")
    held = {table.key: table for table in found if table is not None}
    return tuple(held[key] for key in order if key in held)


def sites(result: Result, frame: Frame) -> Table:
    """Return the chosen sites in the order of building."""
    _ = frame.translate
    return Table(
        "sites",
        _("选出的点，按建设先后"),
        _site_columns(result, frame),
        tuple(_site_row(one, result, frame) for one in result.sites),
        tuple(point(one.lon, one.lat) for one in result.sites),
        _site_look(result, frame) if result.sites else None,
        note=_sites_note(result, frame),
    )


def _sites_note(result: Result, frame: Frame) -> str:
    """Say how the columns count; with limited rooms two of them count otherwise than the answer."""
    _ = frame.translate
    said = _("“新增服务”按先后计：前面的点已经服务到的人不再计。“归它”是离它最近、在服务距离以内的。")
    rooms = _("这几列和“累计覆盖”只看距离，不计容量；按容量服务到的人在“实际服务”。")
    return frame.sentences(said, rooms if result.question is Question.CAPACITY else "")


def _site_look(result: Result, frame: Frame) -> Look:
    _ = frame.translate
    signs = (ClassSign(_("拟选址（模拟）"), VERMILLION),)
    classes = (0,) * len(result.sites)
    return Look("site", signs, classes, "name", "newly", title=_("拟选址"), modelled=True)


def _site_columns(result: Result, frame: Frame) -> tuple[Column, ...]:
    _ = frame.translate
    basis = Basis.MODELLED if result.ground.modelled else None
    per = siting_words.unit(result.ground.weight, _)
    rooms = result.question is Question.CAPACITY
    return (
        Column("number", _("号")),
        Column("name", _("地点")),
        Column("county", _("县（市、区）")),
        Column("newly", _("新增服务"), per, 0, basis),
        Column("share", _("累计覆盖"), "%", 1, basis),
        Column("served", _("归它"), per, 0, basis),
        Column("mean_km", _("平均路程"), _("公里"), 1),
        *((Column("room", _("容量"), per, 0), Column("load", _("实际服务"), per, 0, basis)) if rooms else ()),
        *((Column("cost", _("造价"), _("万元")),) if _priced(result) else ()),
        Column("precision", _("位置精度"), secondary=True),
        Column("lon", _("经度"), digits=5, secondary=True),
        Column("lat", _("纬度"), digits=5, secondary=True),
        Column("id", _("候选点编号"), secondary=True),
    )


def _priced(result: Result) -> bool:
    return any(one.cost is not None for one in result.sites)


def _site_row(site: Site, result: Result, frame: Frame) -> tuple[Cell, ...]:
    reached = result.before + sum(one.newly for one in result.sites if one.number <= site.number)
    rooms = (site.room, site.load) if result.question is Question.CAPACITY else ()
    return (
        site.number,
        site.name,
        site.county_name or None,
        site.newly,
        100.0 * reached / result.people if result.people else None,
        site.served,
        None if site.mean_m is None else site.mean_m / 1000,
        *rooms,
        *((site.cost,) if _priced(result) else ()),
        frame.translate(PRECISION_ZH[Precision(site.precision)]),
        site.lon,
        site.lat,
        site.id,
    )


def _others(result: Result, frame: Frame) -> Table | None:
    """Return the nearly equal choices: a row for each site that another choice would build instead."""
    _ = frame.translate
    if not result.others:
        return None
    rows = [(number, other, swap) for number, other in enumerate(result.others, 1) for swap in other.taken]
    columns = (
        Column("choice", _("选法")),
        Column("dropped", _("不建")),
        Column("taken", _("改建")),
        Column("worse", _("差"), "%", 2),
        Column("lon", _("经度"), digits=5, secondary=True),
        Column("lat", _("纬度"), digits=5, secondary=True),
    )
    cells = tuple(
        (
            chr(ord("A") + number - 1),
            numbered(other.dropped, frame) if other.dropped else None,
            swap.name,
            100.0 * max(0.0, other.worse_by),
            swap.lon,
            swap.lat,
        )
        for number, other, swap in rows
    )
    places = tuple(point(swap.lon, swap.lat) for _n, _o, swap in rows)
    look = Look(
        "point",
        (ClassSign(_("几乎一样好的地点"), PURPLE),),
        (0,) * len(rows),
        "taken",
        "choice",
        title=_("其他选法"),
        modelled=True,
    )
    note = _("同一种选法的各行一起成立；其余的点与上表相同。")
    return Table("others", _("几乎一样好的选法"), columns, cells, places, look, note=note)


def _changes(result: Result, frame: Frame) -> Table | None:
    _ = frame.translate
    if not result.changes:
        return None
    per = siting_words.unit(result.ground.weight, _)
    basis = Basis.MODELLED if result.ground.modelled else None
    columns = (
        Column("km", _("服务距离"), _("公里"), 1),
        Column("same", _("这些点服务"), per, 0, basis),
        Column("best", _("换最好的点服务"), per, 0, basis),
        Column("sites", _("最好的点数")),
        Column("stay", _("仍在其中")),
    )
    return Table(
        "changes",
        _("距离长短各差 20% 时"),
        columns,
        tuple(_change_row(one, frame) for one in result.changes),
        note=_("仍在其中的越少，结论越取决于距离怎么定。网格上相邻的点算同一处。"),
    )


def _change_row(change: Change, frame: Frame) -> tuple[Cell, ...]:
    stay = numbered(change.stay, frame) if change.stay else frame.translate("无")
    return (change.radius_m / 1000, change.same, change.best, change.sites, stay)


def _kept(result: Result, frame: Frame) -> Table | None:
    _ = frame.translate
    if not result.kept:
        return None
    columns = (
        Column("name", _("名称")),
        Column(PROJECT_ID, _("编号")),
        Column("stage", _("阶段")),
        Column("served", _("归它"), siting_words.unit(result.ground.weight, _), 0, _basis(result)),
        Column("lon", _("经度"), digits=5, secondary=True),
        Column("lat", _("纬度"), digits=5, secondary=True),
    )
    rows = tuple(_kept_row(one, frame) for one in result.kept)
    look = Look(
        "point",
        (ClassSign(_("保留的设施"), SLATE),),
        (0,) * len(rows),
        "name",
        "served",
        title=_("已有设施"),
        link=PROJECT_ID,
    )
    places = tuple(point(one.lon, one.lat) for one in result.kept)
    return Table("kept", _("已有设施"), columns, rows, places, look, folded=True)


def _kept_row(kept: KeptSite, frame: Frame) -> tuple[Cell, ...]:
    return (kept.name, kept.id, frame.translate(kept.stage), kept.served, kept.lon, kept.lat)


def _barred(frame: Frame) -> Table | None:
    """Return the polygons in which nothing is built: outlines on the map."""
    _, found = frame.translate, frame.barred
    if not found.outlines:
        return None
    look = Look(
        "outline",
        (ClassSign(_("不建的范围"), SLATE),),
        (0,) * len(found.outlines),
        "name",
        title=_("禁建范围"),
    )
    left = _("另有 {n} 个较小的没有画；计算用了全部。").format(n=f"{found.left:,}") if found.left else ""
    note = frame.sentences(_("轮廓简化到约 20 米，只供看图；计算用的是原来的图形。"), left)
    rows = tuple((name or None,) for name in found.names)
    columns = (Column("name", _("名称")),)
    return Table("barred", _("禁建范围"), columns, rows, found.outlines, look, note=note, folded=True)


def _spots(result: Result, frame: Frame) -> Table:
    _ = frame.translate
    signs = (
        ClassSign(_("原来就在距离内"), BLUE),
        ClassSign(_("新增服务"), GREEN),
        ClassSign(_("仍在距离外"), ORANGE),
        ClassSign(_("怎么选都够不着"), NO_DATA_EDGE),
    )
    look = Look(
        "point",
        signs,
        tuple(STATES.index(one.state) for one in result.spots),
        "name",
        "people",
        title=_("居民点"),
    )
    note = ""
    if len(result.spots) < result.places:
        note = _("只列人最多的 {n} 个，共 {all} 个；计算用了全部。").format(
            n=f"{len(result.spots):,}", all=f"{result.places:,}"
        )
    return _spot_table(("demand", _("需求点")), result.spots, result, frame, (look, note))


def _worst(result: Result, frame: Frame) -> Table | None:
    """Return the worst-served tenth, as far as its places are told one by one."""
    _ = frame.translate
    wanted = set(result.worst.ids)
    listed = {one.id: one for one in (*result.spots, *result.never) if one.id in wanted}
    if not listed:
        return None
    spots = sorted(listed.values(), key=lambda one: -(one.metres if one.metres is not None else 1e12))
    note = (
        ""
        if len(spots) == len(wanted)
        else _("共 {n} 个地点，这里列出人较多的。").format(n=f"{len(wanted):,}")
    )
    return _spot_table(("worst", _("路程最远的一成")), spots, result, frame, (None, note))


def _never(result: Result, frame: Frame) -> Table | None:
    if not result.never:
        return None
    _ = frame.translate
    return _spot_table(("never", _("怎么选都够不着的地点")), result.never, result, frame, (None, ""))


def _spot_table(
    heads: tuple[str, str],
    spots: Sequence[Spot],
    result: Result,
    frame: Frame,
    drawn: tuple[Look | None, str],
) -> Table:
    _ = frame.translate
    look, note = drawn
    columns = (
        Column("name", _("地点")),
        Column("people", siting_words.counted(result.ground.weight, _), "", 0, _basis(result)),
        Column("state", _("结果")),
        Column("km", _("到最近设施"), _("公里"), 1),
        Column("county", _("县代码"), secondary=True),
        Column("lon", _("经度"), digits=5, secondary=True),
        Column("lat", _("纬度"), digits=5, secondary=True),
        Column("id", _("编号"), secondary=True),
    )
    rows = tuple(_spot_row(one, frame) for one in spots)
    places = tuple(point(one.lon, one.lat) for one in spots) if look else ()
    return Table(heads[0], heads[1], columns, rows, places, look, note=note, folded=True)


def _spot_row(spot: Spot, frame: Frame) -> tuple[Cell, ...]:
    _ = frame.translate
    state = {
        "before": _("原来就在距离内"),
        "new": _("新增服务"),
        "out": _("仍在距离外"),
        "never": _("怎么选都够不着"),
    }[spot.state]
    km = None if spot.metres is None else spot.metres / 1000
    return (spot.name or spot.id, spot.people, state, km, spot.county, spot.lon, spot.lat, spot.id)


def _basis(result: Result) -> Basis | None:
    return Basis.MODELLED if result.ground.modelled else None


def point(lon: float, lat: float) -> GeoJson:
    """Return a GeoJSON point."""
    return {"type": "Point", "coordinates": [lon, lat]}
