"""The exhibit *within a distance*: who is covered for every detour, who for none, place by place."""

from typing import Final

from projects.analysis.coverage.results import Answer, Band, Reach
from projects.analysis.coverage.ways import Measure
from projects.analysis.exhibit import ClassSign, Column, Curve, Exhibit, Look, Table
from projects.analysis.showing import PROJECT_ID
from projects.codes import CATEGORY_ZH, Basis, Category
from views.analysis.coverage import words as cw
from views.analysis.coverage.frame import Frame, percent, point

COLOURS: Final = {
    Band.SURE: "#3182BD",
    Band.DEPENDS: "#E69F00",
    Band.GAP: "#D55E00",
    Band.NO_WAY: "#4D4D4D",
}
FACILITY: Final = "#1F2933"


def exhibit(answer: Answer, frame: Frame) -> Exhibit:
    """Return coverage within the limit: sentences, curve, places, detours, counties."""
    _, reach = frame.translate, answer.reach
    return Exhibit(
        key="coverage-reach",
        title=_("{limit}内的{kinds} · {area}").format(
            limit=cw.distance(reach.measure, reach.limit, _),
            kinds=cw.categories(frame.settings, frame),
            area=frame.title_of_area,
        ),
        says=tuple(filter(None, (_first(reach, frame), _detours(reach, frame), _half(reach, frame)))),
        parameters=cw.parameters(answer, frame),
        caveats=cw.caveats(answer, frame),
        tables=(
            bands(reach, frame),
            places(reach, frame),
            facilities(reach, frame),
            counties(reach, frame),
            *missing(reach, frame),
        ),
        curves=(_curve(reach, frame),),
        data_date=answer.data_date,
        sources=cw.sources(reach, frame),
        basis=frame.basis(reach.basis),
        link=frame.link,
    )


def _first(reach: Reach, frame: Frame) -> str:
    """Return the sentence on the gap, straight or along roads."""
    _ = frame.translate
    people, places_ = reach.gap
    values = {
        "limit": cw.distance(reach.measure, reach.limit, _),
        "gap": cw.amount(reach, people, _),
        "share": percent(people, reach.people),
        "places": f"{places_:,}",
        "all": f"{reach.places:,}",
    }
    if reach.measure is not Measure.STRAIGHT:
        return _("沿道路 {limit}以内到不了的有 {gap}（{share}），是 {all} 处地点中的 {places} 处。").format(
            **values
        )
    return _(
        "在 {limit}直线范围内，三种绕行假设下都到不了的有 {gap}（{share}），是 {all} 处地点中的 {places} 处。"
    ).format(**values)


def _detours(reach: Reach, frame: Frame) -> str:
    _ = frame.translate
    sure, depends = (reach.bands.get(one, (0.0, 0))[0] for one in (Band.SURE, Band.DEPENDS))
    if reach.measure is not Measure.STRAIGHT:
        none, places_ = reach.bands.get(Band.NO_WAY, (0.0, 0))
        if not places_:
            return _("到得了的有 {sure}（{share}）。").format(
                sure=cw.amount(reach, sure, _), share=percent(sure, reach.people)
            )
        return _("到得了的有 {sure}（{share}）；其中没有路可到的 {places} 处、{none}，算在到不了里。").format(
            sure=cw.amount(reach, sure, _),
            share=percent(sure, reach.people),
            places=f"{places_:,}",
            none=cw.amount(reach, none, _),
        )
    return _(
        "怎么绕都到得了的有 {sure}（{share}）；其余 {depends}（{other}）要看路怎么走，直线说不准。"
    ).format(
        sure=cw.amount(reach, sure, _),
        share=percent(sure, reach.people),
        depends=cw.amount(reach, depends, _),
        other=percent(depends, reach.people),
    )


def _half(reach: Reach, frame: Frame) -> str:
    _ = frame.translate
    if reach.median is None or reach.farthest is None:
        return ""
    return _("一半的{what}到最近机构的{measure}不超过 {median}，最远的 {farthest}。").format(
        what=cw.counted(reach.weight, _),
        measure=cw.measure_words(reach.measure, _),
        median=cw.distance(reach.measure, reach.median, _),
        farthest=cw.distance(reach.measure, reach.farthest, _),
    )


def people_column(reach: Reach, frame: Frame, key: str = "people") -> Column:
    """Return the column of amounts, marked where they are modelled."""
    _ = frame.translate
    basis = Basis.MODELLED if reach.basis is Basis.MODELLED else None
    return Column(key, cw.counted(reach.weight, _), cw.unit(reach.weight, _), 0, basis)


def places(reach: Reach, frame: Frame) -> Table:
    """Return the places, the worst served first, as points in bands."""
    _ = frame.translate
    names = {one.code: one.name for one in reach.counties}
    present = [one for one in Band if one in reach.bands]
    return Table(
        "places",
        _("地点，最远的在前"),
        (
            Column("id", _("编号"), secondary=True),
            Column("name", _("地点")),
            Column("county", _("县（市、区）"), secondary=True),
            people_column(reach, frame),
            Column("distance", cw.measure_words(reach.measure, _), cw.distance_unit(reach.measure, _), 1),
            Column("nearest", _("最近的机构")),
            Column("band", _("结论")),
        ),
        tuple(
            (
                *(one.id, one.name or None, names.get(one.county), one.people),
                cw.shown(reach.measure, one.cost),
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
            _("地点"),
            modelled=reach.basis is Basis.MODELLED,
        ),
        note=_cut(reach, frame),
        folded=True,
    )


def _cut(reach: Reach, frame: Frame) -> str:
    """Return that not every place is listed, where that is so."""
    if len(reach.rows) == reach.places:
        return ""
    return frame.translate("这里和导出文件只列最远的 {shown} 处，共 {n} 处；合计包含全部。").format(
        shown=f"{len(reach.rows):,}", n=f"{reach.places:,}"
    )


def bands(reach: Reach, frame: Frame) -> Table:
    """Return covered and uncovered per detour; each row adds up to all."""
    _ = frame.translate
    covered, uncovered = _("到得了"), _("到不了")
    unit = cw.unit(reach.weight, _)
    basis = Basis.MODELLED if reach.basis is Basis.MODELLED else None
    return Table(
        "bands",
        _("按绕行系数") if reach.measure is Measure.STRAIGHT else _("按道路"),
        (
            Column("factor", _("绕行系数"), "×", 1),
            Column("covered", covered, unit, 0, basis),
            Column("uncovered", uncovered, unit, 0, basis),
            Column("share", _("到得了的份额"), "%", 1),
        ),
        tuple(
            (factor, yes, no, 100.0 * yes / reach.people if reach.people else None)
            for factor, yes, no in zip(reach.factors, reach.covered, reach.uncovered, strict=True)
        ),
    )


def facilities(reach: Reach, frame: Frame, *, folded: bool = True) -> Table:
    """Return the facilities with those who are nearest to them within the limit."""
    _ = frame.translate
    rows = sorted(reach.facilities, key=lambda one: (-one.people, -one.places, one.id))
    basis = Basis.MODELLED if reach.basis is Basis.MODELLED else None
    return Table(
        "facilities",
        _("机构和它的服务圈"),
        (
            Column(PROJECT_ID, _("编号")),
            Column("name", _("机构")),
            Column("category", _("类别"), secondary=True),
            Column("beds", _("床位"), _("张")),
            Column("people", _("归它的{what}").format(what=cw.counted(reach.weight, _)),
                   cw.unit(reach.weight, _), 0, basis),
            Column("places", _("归它的地点"), _("处")),
            *((Column("road", _("道路")),) if reach.measure is not Measure.STRAIGHT else ()),
        ),
        tuple(
            (
                *(one.id, one.name, _(CATEGORY_ZH[Category(one.category)]), one.beds, one.people, one.places),
                *(
                    (_("有") if one.joined else _("1公里内没有"),)
                    if reach.measure is not Measure.STRAIGHT
                    else ()
                ),
            )
            for one in rows
        ),
        tuple(point(one.lon, one.lat) for one in rows),
        Look(
            "point",
            (ClassSign(_("机构"), FACILITY),),
            tuple(0 for _one in rows),
            "name",
            "people",
            _("机构"),
            link=PROJECT_ID,
        ),
        note=_(
            "每个地点只归最近的一个机构，超出 {limit} 的不归任何机构；"
            "同一点上的几个机构只有一个得到全部。"
        ).format(limit=cw.distance(reach.measure, reach.limit, _)),
        folded=folded,
    )  # fmt: skip


def counties(reach: Reach, frame: Frame) -> Table:
    """Return coverage by county."""
    _ = frame.translate
    basis = Basis.MODELLED if reach.basis is Basis.MODELLED else None
    unit = cw.unit(reach.weight, _)
    straight = reach.measure is Measure.STRAIGHT
    return Table(
        "counties",
        _("各县（市、区）"),
        (
            Column("code", _("代码"), secondary=True),
            Column("name", _("县（市、区）")),
            Column("places", _("地点"), _("处"), secondary=True),
            people_column(reach, frame),
            *(
                Column(
                    f"covered_{factor:g}",
                    _("× {factor} 到得了").format(factor=f"{factor:g}") if straight else _("到得了"),
                    unit,
                    0,
                    basis,
                    secondary=straight,
                )
                for factor in reach.factors
            ),
            Column("gap", _("到不了"), unit, 0, basis),
            Column("gap_share", _("到不了的份额"), "%", 1),
        ),
        tuple(
            (
                *(one.code, one.name or _("不在任何一个县"), one.places, one.people, *one.covered, one.gap),
                100.0 * one.gap / one.people if one.people else None,
            )
            for one in sorted(reach.counties, key=lambda one: -one.gap)
        ),
    )


def missing(reach: Reach, frame: Frame) -> tuple[Table, ...]:
    """Return the places that take no part, by name, as far as they are listed."""
    if not reach.missing_named:
        return ()
    _ = frame.translate
    total = sum(reach.missing.values())
    return (
        Table(
            "missing",
            _("没有参加计算的地点"),
            (Column("id", _("编号")), Column("name", _("地点")), Column("why", _("原因"))),
            tuple(
                (key, name or None, cw.missing_words(why, reach.kind, _))
                for key, name, why in reach.missing_named
            ),
            note=_("共 {n} 处，这里列出前 {shown} 处。").format(
                n=f"{total:,}", shown=f"{len(reach.missing_named):,}"
            )
            if total > len(reach.missing_named)
            else "",
            folded=True,
        ),
    )


def _curve(reach: Reach, frame: Frame) -> Curve:
    """Return the share covered by limit; the band lies between the least and the greatest detour."""
    _ = frame.translate
    middle = len(reach.factors) // 2
    shares = [
        tuple(100.0 * covered[n] / reach.people if reach.people else 0.0 for _x, covered in reach.curve)
        for n in range(len(reach.factors))
    ]
    straight = reach.measure is Measure.STRAIGHT
    return Curve(
        "curve",
        _("标准定多远，到得了多少"),
        _("标准（{unit}）").format(unit=cw.distance_unit(reach.measure, _)),
        _("到得了的份额（%）"),
        tuple(float(cw.shown(reach.measure, x) or 0.0) for x, _covered in reach.curve),
        shares[middle],
        name=_("绕行 × {factor}").format(factor=f"{reach.factors[middle]:g}") if straight else _("沿道路"),
        low=shares[-1] if straight else (),
        high=shares[0] if straight else (),
        band=_("绕行 × 2.0 到 × 1.2 之间") if straight else "",
    )
