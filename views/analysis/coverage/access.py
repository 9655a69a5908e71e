"""The exhibits *whose facility* (catchments) and *how much for each* (two-step floating catchment)."""

from typing import Final

from layers.palette import SEQUENTIAL
from projects.analysis.coverage.choosing import Supply
from projects.analysis.coverage.results import Access, Answer, PlaceRow, Reach
from projects.analysis.demand import Weight
from projects.analysis.exhibit import ClassSign, Column, Exhibit, Look, Parameter, Table
from projects.codes import Basis
from views.analysis.coverage import words as cw
from views.analysis.coverage.frame import Frame, class_of, classes_in_words, percent, point
from views.analysis.coverage.reach import facilities, missing, people_column, places

BEDS: Final = (1.0, 3.0, 6.0)
"""Beds per 1,000 people: the national plan for 2020 was 6 hospital beds."""
ONES: Final = (0.5, 1.0, 2.0)
"""Facilities per 10,000 people, as on the counties."""
PER_PLACE: Final = (0.1, 1.0, 10.0)


def catchments(answer: Answer, frame: Frame) -> Exhibit:
    """Return who is nearest to which facility."""
    _, reach = frame.translate, answer.reach
    return Exhibit(
        key="coverage-catchments",
        title=_("服务圈 · {kinds} · {area}").format(
            kinds=cw.categories(frame.settings, frame), area=frame.title_of_area
        ),
        says=_catchments_said(reach, frame),
        parameters=cw.parameters(answer, frame),
        caveats=(_("服务圈只看谁近，不看床位够不够，也不看人们实际去哪里。"), *cw.caveats(answer, frame)),
        tables=(facilities(reach, frame, folded=False), places(reach, frame), *missing(reach, frame)),
        data_date=answer.data_date,
        sources=cw.sources(reach, frame),
        basis=frame.basis(reach.basis),
        link=frame.link,
    )


def _catchments_said(reach: Reach, frame: Frame) -> tuple[str, ...]:
    _ = frame.translate
    served = sum(one.people for one in reach.facilities)
    most = max(reach.facilities, key=lambda one: one.people)
    idle = sum(not one.places for one in reach.facilities)
    limit = cw.distance(reach.measure, reach.limit, _)
    first = _("{limit}以内有机构可归的 {served}，没有的 {rest}，合计 {all}。").format(
        limit=limit,
        served=cw.amount(reach, served, _),
        rest=cw.amount(reach, reach.people - served, _),
        all=cw.amount(reach, reach.people, _),
    )
    if not most.people:
        return (first,)
    second = _("归得最多的是{name}：{people}。").format(
        name=most.name, people=cw.amount(reach, most.people, _)
    )
    third = _("{n} 个机构没有分到任何地点（附近有更近的机构，或附近没有地点）。").format(n=f"{idle:,}")
    return (first, second, third) if idle else (first, second)


def access(answer: Answer, frame: Frame) -> Exhibit:
    """Return supply per person in two catchments; where it cannot be computed, the reason and no number."""
    _, reach, settings = frame.translate, answer.reach, frame.settings
    found = reach.access
    return Exhibit(
        key="coverage-access",
        title=_("可达性（两步移动搜索法）· {kinds} · {area}").format(
            kinds=cw.categories(settings, frame), area=frame.title_of_area
        ),
        says=_refused(reach, frame) if found is None else _access_said(reach, found, frame),
        parameters=(
            *(one for one in cw.parameters(answer, frame) if one.key != "limit"),
            Parameter("catch", _("搜索半径"), _catches(reach, found, frame)),
            Parameter("decay", _("距离衰减"), cw.decay_words(settings.decay, _)),
            Parameter("supply", _("供给"), cw.supply_words(settings.supply, _)),
        ),
        caveats=(*_access_caveats(found, frame), *cw.caveats(answer, frame)),
        tables=_access_tables(reach, found, frame),
        data_date=answer.data_date,
        sources=cw.sources(reach, frame),
        basis=frame.basis(reach.basis),
        link=frame.link,
    )  # fmt: skip


def _access_tables(reach: Reach, found: Access | None, frame: Frame) -> tuple[Table, ...]:
    if found is None:
        return ()
    return (_places(reach, found, frame), _check(found, frame), *missing(reach, frame))


def _refused(reach: Reach, frame: Frame) -> tuple[str, ...]:
    _ = frame.translate
    if reach.no_access == "no_beds_known":
        return (
            _(
                "参加计算的 {n} 个机构没有一个报过床位，按床位算不出可达性。请把供给改为“每个机构算 1”。"
            ).format(n=f"{len(reach.facilities):,}"),
        )
    return (_("所选范围里没有人口，算不出人均供给。"),)


def _catches(reach: Reach, found: Access | None, frame: Frame) -> str:
    if found is None:
        return "—"
    return frame.translate("{near}；另按 {wide}对照").format(
        near=cw.distance(reach.measure, found.catchment, frame.translate),
        wide=cw.distance(reach.measure, found.wide, frame.translate),
    )


def _access_said(reach: Reach, found: Access, frame: Frame) -> tuple[str, ...]:
    _ = frame.translate
    first = _("在 {catch}的搜索半径里一点供给也没有的有 {nobody}（{share}）。").format(
        catch=cw.distance(reach.measure, found.catchment, _),
        nobody=cw.amount(reach, found.nobody, _),
        share=percent(found.nobody, reach.people),
    )
    second = _(
        "核对：各处可达性乘人口的和是 {given}，等于半径里有人的机构的供给 {reached}（全部供给 {supply}）。"
    )
    third = _("{n} 个机构没有报床位，不计供给，所以可达性是下限。").format(n=f"{found.unknown_supply:,}")
    if found.unclear:
        third += _("另有 {people}只够得着没有报床位的机构，可达性未知，不是零。").format(
            people=cw.amount(reach, found.unclear, _)
        )
    said = second.format(
        given=f"{found.given:,.2f}", reached=f"{found.reached:,.2f}", supply=f"{found.supply:,.2f}"
    )
    return (first, said, third) if found.unknown_supply else (first, said)


def _access_caveats(found: Access | None, frame: Frame) -> tuple[str, ...]:
    _ = frame.translate
    if found is None:
        return ()
    return (
        _("可达性是每一处人均能分到的供给，随搜索半径变化很大，所以并列两个半径；它不说服务好坏。"),
        _("靠近所算范围的边界，外面的机构和人都看不见：可达性可能偏低，也可能偏高。"),
    )


def _scale(reach: Reach, frame: Frame) -> tuple[float, str, tuple[float, ...]]:
    """Return factor, unit and fixed thresholds of the table."""
    _ = frame.translate
    beds = frame.settings.supply is Supply.BEDS
    if reach.weight is not Weight.PEOPLE:
        return (1.0, _("张/处") if beds else _("个/处"), PER_PLACE)
    if beds:
        return 1_000.0, _("张/千人"), BEDS
    return 10_000.0, _("个/万人"), ONES


def _places(reach: Reach, found: Access, frame: Frame) -> Table:
    _ = frame.translate
    factor, unit, edges = _scale(reach, frame)
    names = {one.code: one.name for one in reach.counties}
    rows = sorted(reach.rows, key=_lowest_first)
    values = [None if one.access is None else one.access * factor for one in rows]
    titles = classes_in_words(edges, _("没有"))
    basis = Basis.MODELLED if reach.basis is Basis.MODELLED else None
    near, wide = (
        _("半径 {catch}").format(catch=cw.distance(reach.measure, one, _))
        for one in (found.catchment, found.wide)
    )
    return Table(
        "access",
        _("各地点的可达性，最低的在前"),
        (
            Column("id", _("编号"), secondary=True),
            Column("name", _("地点")),
            Column("county", _("县（市、区）"), secondary=True),
            people_column(reach, frame),
            Column("access", near, unit, 3, basis),
            Column("access_wide", wide, unit, 3, basis),
        ),
        tuple(
            (
                *(one.id, one.name or None, names.get(one.county), one.people, value),
                None if one.access_wide is None else one.access_wide * factor,
            )
            for one, value in zip(rows, values, strict=True)
        ),
        tuple(point(one.lon, one.lat) for one in rows),
        Look(
            "point",
            tuple(ClassSign(title, colour) for title, colour in zip(titles, SEQUENTIAL, strict=True)),
            tuple(class_of(value, edges, zero=True) for value in values),
            "name",
            "access",
            _("可达性（{unit}）").format(unit=unit),
            modelled=reach.basis is Basis.MODELLED,
            unknown=_("够得着的机构都没有报床位"),
        ),
        folded=len(rows) > 60,
    )  # fmt: skip


def _lowest_first(one: PlaceRow) -> tuple[bool, float, float, str]:
    """Return the place in the list: unknown access comes last."""
    return one.access is None, one.access or 0.0, -one.people, one.id


def _check(found: Access, frame: Frame) -> Table:
    _ = frame.translate
    return Table(
        "check",
        _("核对"),
        (Column("what", _("项目")), Column("value", _("数值"), digits=2)),
        (
            (_("全部供给"), found.supply),
            (_("半径里有人的机构的供给"), found.reached),
            (_("各处可达性乘人口的和"), found.given),
            (_("没有报床位的机构"), float(found.unknown_supply)),
        ),
        folded=True,
    )
