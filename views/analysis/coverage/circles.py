"""The exhibits *circles of minutes* and *care homes to hospitals*."""

from typing import Final

from projects.analysis.coverage.reach import MODES
from projects.analysis.coverage.results import Answer, Circle, Reach
from projects.analysis.coverage.shapes import MOST_CIRCLES, circles
from projects.analysis.coverage.ways import Measure
from projects.analysis.exhibit import Cell, ClassSign, Column, Exhibit, GeoJson, Look, Parameter, Table
from projects.analysis.showing import PROJECT_ID
from projects.codes import Basis
from views.analysis.coverage import words as cw
from views.analysis.coverage.frame import Frame, percent, point
from views.analysis.coverage.reach import COLOURS, facilities, missing
from views.i18n import Translate

MODE_COLOURS: Final = {"walk": "#009E73", "bicycle": "#0072B2", "car": "#CC79A7"}


def mode_words(mode: str, _: Translate) -> str:
    """Return a way to travel."""
    return {"walk": _("步行"), "bicycle": _("自行车"), "car": _("开车")}[mode]


def circle_exhibit(answer: Answer, frame: Frame) -> Exhibit:
    """Return who lives within so many minutes of any facility, by way to travel, with the circles."""
    _, reach, settings = frame.translate, answer.reach, frame.settings
    minutes = f"{settings.minutes:g}"
    return Exhibit(
        key="coverage-circles",
        title=_("{n} 分钟圈 · {kinds} · {area}").format(
            n=minutes, kinds=cw.categories(settings, frame), area=frame.title_of_area
        ),
        says=tuple(_circle_said(reach, one, frame) for one in reach.circles),
        parameters=(
            *(one for one in cw.parameters(answer, frame) if one.key != "limit"),
            Parameter("minutes", _("分钟"), minutes),
            Parameter("speeds", _("时速（公里）"), _speeds(frame)),
            Parameter("detour", _("绕行系数"), f"{settings.detour:g}"),
        ),
        caveats=(
            _("圈是直线画的圆：半径 = 速度 × 时间 ÷ 绕行系数；河流、山和没有路的地方不在其中。"),
            *cw.caveats(answer, frame),
        ),
        tables=(
            _modes(reach, frame),
            *_rings(reach, frame),
            facilities(reach, frame),
            *missing(reach, frame),
        ),
        data_date=answer.data_date,
        sources=cw.sources(reach, frame),
        basis=frame.basis(reach.basis),
        link=frame.link,
    )


def _speeds(frame: Frame) -> str:
    _, settings = frame.translate, frame.settings
    return " · ".join(f"{mode_words(mode, _)} {getattr(settings, mode):g}" for mode in MODES)


def _circle_said(reach: Reach, one: Circle, frame: Frame) -> str:
    _ = frame.translate
    return _("{mode} {n} 分钟（半径 {radius}）以内有机构的：{people}（{share}），{places} 处地点。").format(
        mode=mode_words(one.mode, _),
        n=f"{frame.settings.minutes:g}",
        radius=cw.distance(Measure.STRAIGHT, one.radius_m, _),
        people=cw.amount(reach, one.people, _),
        share=percent(one.people, reach.people),
        places=f"{one.places:,}",
    )


def _modes(reach: Reach, frame: Frame) -> Table:
    _ = frame.translate
    unit, basis = cw.unit(reach.weight, _), Basis.MODELLED if reach.basis is Basis.MODELLED else None
    return Table(
        "modes",
        _("按出行方式"),
        (
            Column("mode", _("出行方式")),
            Column("speed", _("时速"), _("公里"), 1),
            Column("radius", _("半径"), _("公里"), 2),
            Column("people", _("圈内"), unit, 0, basis),
            Column("outside", _("圈外"), unit, 0, basis),
            Column("share", _("圈内的份额"), "%", 1),
        ),
        tuple(
            (
                *(mode_words(one.mode, _), getattr(frame.settings, one.mode), one.radius_m / 1000.0),
                *(one.people, reach.people - one.people),
                100.0 * one.people / reach.people if reach.people else None,
            )
            for one in reach.circles
        ),
    )


def _rings(reach: Reach, frame: Frame) -> tuple[Table, ...]:
    """Return the circles of the facilities, the widest first so that none hides another."""
    _ = frame.translate
    drawn = reach.facilities[:MOST_CIRCLES]
    rows: list[tuple[Cell, ...]] = []
    shapes: list[GeoJson | None] = []
    of_row: list[int | None] = []
    for one in sorted(reach.circles, key=lambda circle: -circle.radius_m):
        rows += [(f.id, f.name, mode_words(one.mode, _), one.radius_m / 1000.0) for f in drawn]
        shapes += circles(drawn, one.radius_m)
        of_row += [MODES.index(one.mode)] * len(drawn)
    left = len(reach.facilities) - len(drawn)
    return (
        Table(
            "circles",
            _("圈"),
            (
                Column(PROJECT_ID, _("编号")),
                Column("name", _("机构")),
                Column("mode", _("出行方式")),
                Column("radius", _("半径"), _("公里"), 2),
            ),
            tuple(rows),
            tuple(shapes),
            Look(
                "outline",
                tuple(ClassSign(mode_words(mode, _), MODE_COLOURS[mode]) for mode in MODES),
                tuple(of_row),
                "name",
                "radius",
                _("{n} 分钟圈").format(n=f"{frame.settings.minutes:g}"),
            ),
            note=_("另有 {n} 个机构的圈没有画；人数包含全部机构。").format(n=f"{left:,}") if left else "",
            folded=True,
        ),
    )


def care_exhibit(answer: Answer, frame: Frame) -> Exhibit:
    """Return how far each care home is from its nearest hospital."""
    _, reach = frame.translate, answer.reach
    return Exhibit(
        key="coverage-care",
        title=_("养老机构到医疗机构 · {area}").format(area=frame.title_of_area),
        says=_care_said(reach, frame),
        parameters=tuple(one for one in cw.parameters(answer, frame) if one.key != "of"),
        caveats=(
            _("“医疗机构”是库中“医疗服务机构”一类的记录；距离近不等于有协议或能转诊。"),
            *cw.caveats(answer, frame),
        ),
        tables=(_homes(reach, frame), facilities(reach, frame)),
        data_date=answer.data_date,
        basis=frame.basis(),
        link=frame.link,
    )


def _care_said(reach: Reach, frame: Frame) -> tuple[str, ...]:
    _ = frame.translate
    _people, gap = reach.gap
    said = (
        _("{all} 家养老机构中，{limit}直线范围内、三种绕行假设下都没有医疗机构的有 {gap} 家。")
        if reach.measure is Measure.STRAIGHT
        else _("{all} 家养老机构中，沿道路 {limit}以内没有医疗机构的有 {gap} 家。")
    )
    first = said.format(
        all=f"{reach.places:,}", limit=cw.distance(reach.measure, reach.limit, _), gap=f"{gap:,}"
    )
    if reach.median is None or reach.farthest is None:
        return (first,)
    second = _("到最近医疗机构的{measure}：一半不超过 {median}，最远 {farthest}。").format(
        measure=cw.measure_words(reach.measure, _),
        median=cw.distance(reach.measure, reach.median, _),
        farthest=cw.distance(reach.measure, reach.farthest, _),
    )
    return (first, second)


def _homes(reach: Reach, frame: Frame) -> Table:
    _ = frame.translate
    present = [one for one in COLOURS if one in reach.bands]
    return Table(
        "homes",
        _("养老机构，最远的在前"),
        (
            Column(PROJECT_ID, _("编号")),
            Column("name", _("养老机构")),
            Column("distance", cw.measure_words(reach.measure, _), cw.distance_unit(reach.measure, _), 1),
            Column("nearest", _("最近的医疗机构")),
            Column("band", _("结论")),
        ),
        tuple(
            (
                *(one.id, one.name, cw.shown(reach.measure, one.cost)),
                reach.facilities[one.facility].name if one.facility is not None else None,
                cw.band_words(one.band, reach.measure, _),
            )
            for one in reach.rows
        ),
        tuple(point(one.lon, one.lat) for one in reach.rows),
        Look(
            "point",
            tuple(ClassSign(cw.band_words(one, reach.measure, _), COLOURS[one]) for one in present),
            tuple(present.index(one.band) for one in reach.rows),
            "name",
            "distance",
            _("养老机构"),
            link=PROJECT_ID,
        ),
    )
