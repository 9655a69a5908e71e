"""The exhibit *for so many people*: records and beds by county, records by township."""

from collections.abc import Callable, Sequence
from typing import Final

from layers.palette import SEQUENTIAL
from projects.analysis.coverage.choosing import Shaded
from projects.analysis.coverage.services import CountyServices, Services
from projects.analysis.exhibit import ClassSign, Column, Exhibit, GeoJson, Look, Parameter, Table
from projects.analysis.showing import PROJECT_ID
from projects.codes import CATEGORY_ZH
from projects.targets.beds import BedsRow
from views.analysis.coverage.frame import Frame, class_of, classes_in_words, point
from views.i18n import Translate

PER_10K: Final = (0.1, 0.2, 0.5)
BEDS: Final = (10.0, 20.0, 30.0, 40.0)
"""Fixed thresholds, the same for every area: the national aim for 2020 was 35 to 40 beds per 1,000 people
of 60 and over."""


def exhibit(
    found: Services, outlines: Sequence[GeoJson | None], frame: Frame, census_year: int | None
) -> Exhibit:
    """Return the result as sentences and tables; ``outlines`` are those of its counties, in their order."""
    _, settings = frame.translate, frame.settings
    return Exhibit(
        key="coverage-people",
        title=_("每万人的服务和床位 · {area}").format(area=frame.title_of_area),
        says=tuple(
            filter(
                None,
                (
                    _records_said(found, frame),
                    _empty_said(found, frame),
                    _beds_said(found, frame),
                    _no_census(found, frame),
                    _elsewhere_said(found, frame),
                ),
            )
        ),
        parameters=(
            frame.area_parameter(),
            Parameter("shaded", _("地图上的颜色"), shaded_words(settings.shaded, _)),
            Parameter("beds", _("数哪一类的床位"), _(CATEGORY_ZH[settings.beds])),
        ),
        caveats=_caveats(found, frame),
        tables=(_counties(found, outlines, frame), _townships(found, frame), *_elsewhere(found, frame)),
        data_date=frame.data_date,
        sources=_sources(_, census_year),
        basis=frame.basis(),
        link=frame.link,
    )


def shaded_words(shaded: Shaded, _: Translate) -> str:
    """Return what shades the counties."""
    return {
        Shaded.PER_10K: _("每万人的记录数"),
        Shaded.BEDS_60: _("每千名60岁以上老人的床位"),
        Shaded.BEDS_65: _("每千名65岁以上老人的床位"),
    }[shaded]


def _records_said(found: Services, frame: Frame) -> str:
    """Return where records are most and least per people, among the counties that have any."""
    _ = frame.translate
    inside = f"{sum(one.records for one in found.counties):,}"
    rated = sorted(
        (one for one in found.counties if one.per_10k is not None and one.records),
        key=lambda one: one.per_10k or 0.0,
    )
    if not rated:
        return _("{counties} 个县（市、区）共 {n} 条记录；没有可以比较的比率。").format(
            counties=len(found.counties), n=inside
        )
    low, high = rated[0], rated[-1]
    if low is high:
        return _("{counties} 个县（市、区）共 {n} 条记录。{name}每万人 {rate} 条。").format(
            counties=len(found.counties), n=inside, name=high.name, rate=f"{high.per_10k:.2f}"
        )
    return _(
        "{counties} 个县（市、区）共 {n} 条记录。在有记录的县里，每万人最多的是{high}（{most}，{k} 条），"
        "最少的是{low}（{least}，{j} 条）。"
    ).format(
        counties=len(found.counties),
        n=inside,
        high=high.name,
        most=f"{high.per_10k:.2f}",
        low=low.name,
        least=f"{low.per_10k:.2f}",
        k=f"{high.records:,}",
        j=f"{low.records:,}",
    )


def _empty_said(found: Services, frame: Frame) -> str:
    """Return which counties have no record: perhaps no plan of them was loaded."""
    names = tuple(one.name for one in found.counties if not one.records)
    if not names:
        return ""
    said = frame.translate(
        "一条记录也没有的有 {n} 个：{names}。可能是没有载入那里的规划文件，不等于没有服务。"
    )
    return said.format(n=len(names), names=frame.listed(names))


def _beds_said(found: Services, frame: Frame) -> str:
    """Return the beds in use of the whole area, which are a lower bound, or that nobody knows any."""
    _, beds = frame.translate, found.beds
    kind = _(CATEGORY_ZH[frame.settings.beds])
    if not beds.records:
        return _("{kind}：没有记录，床位无从说起。").format(kind=kind)
    if not beds.finished:
        return _(
            "{kind}：{n} 家里没有一家填报为已竣工或投产（{unknown} 家阶段未知）。在用床位未知，不是零。"
        ).format(kind=kind, n=f"{beds.records:,}", unknown=f"{beds.stage_unknown:,}")
    if beds.beds is None:
        return _(
            "{kind}：{n} 家中已竣工或投产的 {finished} 家，没有一家报过床位。在用床位未知，不是零。"
        ).format(kind=kind, n=f"{beds.records:,}", finished=f"{beds.finished:,}")
    said = _("{kind}：在用床位至少 {beds} 张（已竣工或投产的 {finished} 家中 {known} 家报了床位）。").format(
        kind=kind, beds=f"{beds.beds:,}", finished=f"{beds.finished:,}", known=f"{beds.beds_known:,}"
    )
    rates = beds.per_1000(60), beds.per_1000(65)
    if None in rates:
        return said
    return said + _("每千名60岁以上老人至少 {a} 张，每千名65岁以上至少 {b} 张。").format(
        a=f"{rates[0]:.2f}", b=f"{rates[1]:.2f}"
    )


def _no_census(found: Services, frame: Frame) -> str:
    names = tuple(one.name for one in found.without_census)
    if not names:
        return ""
    said = frame.translate("没有普查人口、不算比率的有 {n} 个：{names}。它们显示为“—”，不是零。")
    return said.format(n=len(names), names=frame.listed(names))


def _elsewhere_said(found: Services, frame: Frame) -> str:
    if not found.elsewhere:
        return ""
    said = frame.translate("另有 {n} 条不知在哪个县，或主要在别的县，列在最后一张表，不进比率。")
    return said.format(n=f"{len(found.elsewhere):,}")


def _caveats(found: Services, frame: Frame) -> tuple[str, ...]:
    _ = frame.translate
    demo = sum(one.demo for one in found.counties)
    return tuple(
        filter(
            None,
            (
                *frame.guessed_words(),
                _(
                    "数的是文件点名或单位登记的项目点和企业，不是全部现有服务；"
                    "计划任务、平台和已退库的不数。要只看已建成的，请在左边按阶段筛选。"
                ),
                _("乡镇没有普查人口，不算每万人；这里列出记录数和村（居）委会数，由读者对照。"),
                _("床位：只数已竣工、投产且报了床位的记录，是下限；没报的单列，不当作零。"),
                _("“老人”从60岁还是65岁算起，规划没有写明，所以两种都给出。"),
                _("其中 {n} 条是演示数据，不是实际项目。").format(n=f"{demo:,}") if demo else "",
            ),
        )
    )


def _sources(_: Translate, year: int | None) -> tuple[str, ...]:
    return (
        _("人口：{year}年人口普查常住人口").format(year=year) if year else _("人口：没有普查数"),
        _("村（居）委会：乡镇名录"),
    )


def _counties(found: Services, outlines: Sequence[GeoJson | None], frame: Frame) -> Table:
    _ = frame.translate
    return Table(
        "counties",
        _("各县（市、区）"),
        _county_columns(_),
        tuple(_county_row(one) for one in found.counties),
        tuple(outlines),
        _look(found.counties, frame),
        note=_("床位栏：在用、已报/已建成、未建成的计划床位。比率都是下限。"),
    )


def _county_columns(_: Translate) -> tuple[Column, ...]:
    return (
        Column("code", _("代码"), secondary=True),
        Column("name", _("县（市、区）")),
        Column("records", _("记录")),
        Column("per_10k", _("每万人"), _("条"), 2),
        Column("population", _("常住人口"), _("人"), secondary=True),
        Column("aged_60", _("60岁以上"), _("人"), secondary=True),
        Column("aged_65", _("65岁以上"), _("人"), secondary=True),
        Column("beds", _("在用床位"), _("张")),
        Column("beds_known", _("报了床位"), _("家")),
        Column("finished", _("已竣工投产"), _("家"), secondary=True),
        Column("beds_unknown", _("床位未知"), _("家")),
        Column("stage_unknown", _("阶段未知"), _("家"), secondary=True),
        Column("beds_planned", _("未建成的床位"), _("张"), secondary=True),
        Column("per_1000_60", _("每千名60岁以上"), _("张"), 2),
        Column("per_1000_65", _("每千名65岁以上"), _("张"), 2),
    )


def _county_row(one: CountyServices) -> tuple[str | int | float | None, ...]:
    beds = one.beds
    return (
        *(one.code, one.name, one.records, one.per_10k, one.people, one.aged_60, one.aged_65),
        *(beds.beds, beds.beds_known, beds.finished, beds.finished - beds.beds_known, beds.stage_unknown),
        beds.planned if beds.planned_known else None,
        _rate(beds, 60),
        _rate(beds, 65),
    )


def _rate(beds: BedsRow, aged: int) -> float | None:
    rate = beds.per_1000(aged)
    return None if rate is None else float(rate)


_SHADES: Final[dict[Shaded, tuple[str, tuple[float, ...], Callable[[CountyServices], float | None]]]] = {
    Shaded.PER_10K: ("per_10k", PER_10K, lambda one: one.per_10k),
    Shaded.BEDS_60: ("per_1000_60", BEDS, lambda one: _rate(one.beds, 60)),
    Shaded.BEDS_65: ("per_1000_65", BEDS, lambda one: _rate(one.beds, 65)),
}


def _look(counties: Sequence[CountyServices], frame: Frame) -> Look:
    _ = frame.translate
    value, edges, read = _SHADES[frame.settings.shaded]
    zero = frame.settings.shaded is Shaded.PER_10K
    titles = classes_in_words(edges, _("没有记录") if zero else "")
    return Look(
        "fill",
        tuple(ClassSign(title, colour) for title, colour in zip(titles, SEQUENTIAL, strict=True)),
        tuple(class_of(read(one), edges, zero=zero) for one in counties),
        "name",
        value,
        shaded_words(frame.settings.shaded, _),
        unknown=_("人口或床位未知"),
    )


def _townships(found: Services, frame: Frame) -> Table:
    _ = frame.translate
    names = {one.code: one.name for one in found.counties}
    rows = sorted(found.townships, key=lambda one: (-one.records, one.code))
    return Table(
        "townships",
        _("各乡镇：记录数和村（居）"),
        (
            Column("code", _("代码"), secondary=True),
            Column("name", _("乡镇（街道）")),
            Column("county", _("县（市、区）")),
            Column("records", _("记录")),
            Column("villages", _("村委会"), _("个")),
            Column("communities", _("居委会"), _("个")),
            Column("per_100", _("每百个村（居）"), _("条"), 1),
        ),
        tuple(
            (
                *(one.code, one.name, names.get(one.county, one.county), one.records),
                *(one.villages, one.communities, one.per_100),
            )
            for one in rows
        ),
        tuple(point(*one.lonlat) if one.lonlat else None for one in rows),
        note=_("另有 {n} 条记录不知在哪个乡镇，只数在县里。").format(n=f"{found.no_township:,}")
        if found.no_township
        else "",
        folded=True,
    )


def _elsewhere(found: Services, frame: Frame) -> tuple[Table, ...]:
    """Return the records that stand in no county of the area, so that none is lost."""
    if not found.elsewhere:
        return ()
    _ = frame.translate
    return (
        Table(
            "elsewhere",
            _("不在任何一个县里数的记录"),
            (
                Column(PROJECT_ID, _("编号")),
                Column("name", _("名称")),
                Column("category", _("类别")),
                Column("county", _("县（市、区）")),
            ),
            tuple((one.id, one.name, _(one.category_zh), one.county) for one in found.elsewhere),
            note=_("县未知，或主要在别的县（只是涉及这里）。"),
            folded=True,
        ),
    )
