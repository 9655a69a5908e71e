"""The exhibit on village clinics: placed ones beside administrative villages, planned slots apart."""

from collections.abc import Mapping, Sequence
from typing import Final

from layers.palette import SEQUENTIAL
from projects.analysis import showing
from projects.analysis.coverage.clinics import VillageClinics, per_village
from projects.analysis.exhibit import ClassSign, Column, Exhibit, GeoJson, Look, Table
from projects.analysis.inputs import ClinicCover
from views.analysis.coverage.frame import Frame, class_of, classes_in_words, percent
from views.i18n import Translate

SHARES: Final = (0.25, 0.5, 1.0)
"""Fixed thresholds of clinics per village: the rule is one clinic for each administrative village."""
NONE_HERE: Final = "#E69F00"
"""Dot of a township without any: the palest blue would not be seen on paper."""


def exhibit(
    found: VillageClinics,
    outlines: Mapping[str, GeoJson | None],
    seats: Mapping[str, GeoJson],
    names: Mapping[str, str],
    frame: Frame,
) -> Exhibit:
    """Return the result: ``outlines`` and ``names`` by county code, ``seats`` by township code if known."""
    _ = frame.translate
    return Exhibit(
        key="coverage-clinics",
        title=_("村卫生室与行政村 · {area}").format(area=frame.title_of_area),
        says=_says(found, frame),
        parameters=(frame.area_parameter(),),
        caveats=(
            *frame.guessed_words(),
            *_unlisted(found, names, frame),
            _("“已定位”指位置精确到村或地块的村卫生室记录；没有写明乡镇的只数在县里。两个在同一个村算两个。"),
            _("每村卫生室数不是覆盖率：不知道哪个卫生室服务哪个村。"),
            _("计划名额是规划里的数目，还没有地点，不是卫生室，单列一栏，不进任何比率。"),
            _("行政村数来自乡镇名录的村委会，不含居委会。本页只看地区，左边的其他条件不起作用。"),
        ),
        tables=(_counties(found, outlines, frame), _townships(found, seats, frame)),
        data_date=frame.data_date,
        sources=(_("村委会：乡镇名录"),),
        basis=frame.basis(),
        link=frame.link,
    )


def _unlisted(found: VillageClinics, names: Mapping[str, str], frame: Frame) -> tuple[str, ...]:
    """Return which counties have no register of villages, and so no row or no rate."""
    listed = {one.county for one in found.counties if one.villages}
    missing = tuple(name for code, name in names.items() if code not in listed)
    if not missing:
        return ()
    said = frame.translate("没有行政村名录的县有 {n} 个：{names}。行政村数未知，不是零。")
    return (said.format(n=len(missing), names=frame.listed(missing)),)


def _says(found: VillageClinics, frame: Frame) -> tuple[str, ...]:
    _, whole = frame.translate, found.whole
    apart = _(
        "另有 {vague} 条村卫生室记录不知在哪个村；计划名额还有 {slots} 个没有落点，不是卫生室。"
    ).format(vague=f"{whole.vague:,}", slots=f"{whole.slots:,}")
    if not whole.clinics:
        none = _("{villages} 个行政村，库里还没有一个已定位的村卫生室：是没有登记，说不出覆盖了多少。")
        return none.format(villages=f"{whole.villages:,}"), apart
    first = _("{villages} 个行政村，已定位的村卫生室 {clinics} 个，平均每百个村 {share} 个。").format(
        villages=f"{whole.villages:,}", clinics=f"{whole.clinics:,}", share=_per_hundred(whole)
    )
    if found.no_township:
        somewhere = _(
            "其中 {n} 个没有写明乡镇，只数在县里：哪些乡镇一个也没有，现在说不准。请先补上它们的乡镇。"
        )
        return first, somewhere.format(n=f"{found.no_township:,}"), apart
    villages = sum(one.villages for one in found.without)
    second = _(
        "{n} 个乡镇（{villages} 个村，占 {share}）一个已定位的村卫生室也没有；"
        "这可能是没有登记，不一定是没有建。"
    ).format(n=f"{len(found.without):,}", villages=f"{villages:,}", share=percent(villages, whole.villages))
    return (first, second, apart) if found.without else (first, apart)


def _per_hundred(row: ClinicCover) -> str:
    share = per_village(row)
    return showing.text(Column("share", "", digits=1), None if share is None else 100 * share)


def _numbers(_: Translate) -> tuple[Column, ...]:
    return (
        Column("villages", _("行政村"), _("个")),
        Column("clinics", _("已定位的村卫生室"), _("个")),
        Column("per_village", _("每村"), _("个"), 2),
        Column("vague", _("位置不明的村卫生室"), _("条")),
    )


def _cells(row: ClinicCover, known: bool) -> tuple[int | float | None, ...]:
    """Return the numbers of a row; where nobody registered a clinic, there is no rate to tell."""
    return row.villages, row.clinics, per_village(row) if known else None, row.vague


def _county_name(row: ClinicCover, _: Translate) -> str:
    """Return a county's name; a prefecture's row is what belongs to no county."""
    return (
        _("{name}（不分县）").format(name=row.county_name) if row.county.endswith("00") else row.county_name
    )


def _counties(found: VillageClinics, outlines: Mapping[str, GeoJson | None], frame: Frame) -> Table:
    _, known = frame.translate, bool(found.whole.clinics)
    rows = sorted(found.counties, key=lambda one: (one.county.endswith("00"), one.county))
    return Table(
        "counties",
        _("各县（市、区）"),
        (
            Column("code", _("代码"), secondary=True),
            Column("name", _("县（市、区）")),
            *_numbers(_),
            Column("slots", _("计划名额（不是卫生室）"), _("个")),
        ),
        tuple(
            (one.county, _county_name(one, _), one.villages or None, *_cells(one, known)[1:], one.slots)
            for one in rows
        ),
        tuple(outlines.get(one.county) for one in rows),
        _look("fill", rows, frame) if known else None,
    )


def _townships(found: VillageClinics, seats: Mapping[str, GeoJson], frame: Frame) -> Table:
    _, known = frame.translate, bool(found.whole.clinics)
    rows = sorted(
        found.townships, key=lambda one: (per_village(one) or 0.0, -one.villages, one.township or "")
    )
    return Table(
        "townships",
        _("各乡镇，缺得多的在前"),
        (
            Column("code", _("代码"), secondary=True),
            Column("name", _("乡镇（街道）")),
            Column("county", _("县（市、区）")),
            *_numbers(_),
        ),
        tuple((one.township, one.township_name, one.county_name, *_cells(one, known)) for one in rows),
        tuple(seats.get(one.township or "") for one in rows),
        _look("point", rows, frame) if known else None,
        note=_("点画在乡镇政府驻地，代表整个乡镇。"),
        folded=True,
    )


def _look(kind: str, rows: Sequence[ClinicCover], frame: Frame) -> Look:
    _ = frame.translate
    titles = classes_in_words(SHARES, _("没有登记到"))
    colours = SEQUENTIAL if kind == "fill" else (NONE_HERE, *SEQUENTIAL[1:])
    return Look(
        "fill" if kind == "fill" else "point",
        tuple(ClassSign(title, colour) for title, colour in zip(titles, colours, strict=True)),
        tuple(class_of(per_village(one), SHARES, zero=True) for one in rows),
        "name",
        "per_village",
        _("每个行政村的已定位村卫生室（县）") if kind == "fill" else _("同上（乡镇驻地）"),
        unknown=_("没有行政村"),
    )
