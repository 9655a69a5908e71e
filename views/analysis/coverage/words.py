"""Words of distance coverage: amounts, distances, who takes no part and why, what the distance is."""

from collections.abc import Sequence

from projects.analysis.coverage.choosing import CoverageSettings, Decay, Supply
from projects.analysis.coverage.results import Answer, Band, Reach
from projects.analysis.coverage.ways import Measure
from projects.analysis.demand import DemandKind, Missing, Weight
from projects.analysis.exhibit import Parameter
from projects.codes import CATEGORY_ZH, Category
from views import words
from views.analysis.coverage.frame import Frame
from views.i18n import Translate


def amount(reach: Reach, value: float, _: Translate) -> str:
    """Return so many people, villages or places, rounded to whole ones."""
    n = f"{value:,.0f}"
    return {
        Weight.PEOPLE: _("{n} 人").format(n=n),
        Weight.VILLAGES: _("{n} 个村（居）").format(n=n),
        Weight.PLACES: _("{n} 处").format(n=n),
    }[reach.weight]


def unit(weight: Weight, _: Translate) -> str:
    """Return what is counted, for a heading."""
    return {Weight.PEOPLE: _("人"), Weight.VILLAGES: _("个"), Weight.PLACES: _("处")}[weight]


def counted(weight: Weight, _: Translate) -> str:
    """Return the heading of what is counted."""
    return {Weight.PEOPLE: _("人口"), Weight.VILLAGES: _("村（居）"), Weight.PLACES: _("地点")}[weight]


def distance(measure: Measure, value: float, _: Translate) -> str:
    """Return a distance with its unit: kilometres, or minutes.

    >>> distance(Measure.STRAIGHT, 5000.0, str), distance(Measure.MINUTES, 15.0, str)
    ('5 公里', '15 分钟')
    """
    if measure is Measure.MINUTES:
        return _("{n} 分钟").format(n=f"{value:.3g}")
    return _("{n} 公里").format(n=f"{value / 1000:.3g}")


def shown(measure: Measure, value: float | None) -> float | None:
    """Return a distance as tables hold it: kilometres, or minutes."""
    return value if value is None or measure is Measure.MINUTES else value / 1000.0


def distance_unit(measure: Measure, _: Translate) -> str:
    """Return the unit of a distance in a table."""
    return _("分钟") if measure is Measure.MINUTES else _("公里")


def measure_words(measure: Measure, _: Translate) -> str:
    """Return what the distance is, for a sentence."""
    return {
        Measure.STRAIGHT: _("直线距离"),
        Measure.ROAD: _("道路路程"),
        Measure.MINUTES: _("道路行车时间"),
    }[measure]


def band_words(band: Band, measure: Measure, _: Translate) -> str:
    """Return how a place stands to the limit."""
    road = measure is not Measure.STRAIGHT
    return {
        Band.SURE: _("到得了") if road else _("怎么绕都到得了"),
        Band.DEPENDS: _("要看路怎么走"),
        Band.GAP: _("到不了") if road else _("三种绕行都到不了"),
        Band.NO_WAY: _("没有路可到"),
    }[band]


def demand_words(reach: Reach, _: Translate) -> str:
    """Return what the places are and how their amounts are known."""
    if reach.kind is DemandKind.TOWNSHIPS:
        return {
            Weight.PEOPLE: _("乡镇政府驻地；人口是全县常住人口按村（居）委会数分摊的测算数"),
            Weight.VILLAGES: _("乡镇政府驻地；按村（居）委会数计"),
            Weight.PLACES: _("乡镇政府驻地；每个乡镇算一处"),
        }[reach.weight]
    if reach.kind is DemandKind.RECORDS:
        return _("库中的养老机构，每条算一处")
    kind = _("人口栅格“{name}”") if reach.kind is DemandKind.POPULATION else _("居民点“{name}”")
    more = "" if reach.weight is Weight.PEOPLE else _("，每个点算一处")
    return kind.format(name=reach.source) + more


def missing_words(why: Missing, kind: DemandKind, _: Translate) -> str:
    """Return why a place takes no part."""
    if why is Missing.NO_POSITION:
        return _("驻地位置未知") if kind is DemandKind.TOWNSHIPS else _("没有坐标")
    return {
        Missing.NO_CENSUS: _("所在县或功能区没有普查人口"),
        Missing.NO_VILLAGES: _("没有村（居）委会数"),
        Missing.NO_PEOPLE: _("文件没有写人口"),
        Missing.OUTSIDE: _("在所选范围以外"),
    }[why]


def categories(settings: CoverageSettings, frame: Frame) -> str:
    """Return the categories of the facilities."""
    kinds: Sequence[Category] = frame.chosen.category or settings.of
    return words.joined((frame.translate(CATEGORY_ZH[one]) for one in kinds), frame.language)


def left_out_words(answer: Answer, frame: Frame) -> str:
    """Return how many records are placed too vaguely, "" for none."""
    total = sum(answer.left_out.values()) + sum(answer.homes_left_out.values())
    if not total:
        return ""
    said = frame.translate("有 {n} 条记录的位置只知道到乡镇、县或更粗，没有参加距离计算。")
    return said.format(n=f"{total:,}")


def caveats(answer: Answer, frame: Frame) -> tuple[str, ...]:
    """Return what a reader has to know of the distances, the places and the facilities."""
    _, reach = frame.translate, answer.reach
    found = (
        *frame.guessed_words(),
        _distance_said(reach, frame),
        _("地点：{what}。").format(what=demand_words(reach, _)),
        _seats_said(reach, _),
        left_out_words(answer, frame),
        *_missing_said(reach, frame),
        _("机构是规划点名或单位登记的项目，不都已建成；要只看已建成的，请在左边按阶段筛选。"),
        _spot_said(reach, _),
        _edge_said(answer, frame),
    )
    return tuple(filter(None, found))


def _distance_said(reach: Reach, frame: Frame) -> str:
    _ = frame.translate
    if reach.measure is Measure.STRAIGHT:
        return _("距离是直线距离，不是路程；乘 1.2、1.4、2.0 代表平原、一般和山区的绕行。")
    said = [
        _("距离是沿道路的{what}；离道路 1 公里以上的地点没有路可到，不用直线代替。").format(
            what=measure_words(reach.measure, _)
        )
    ]
    if reach.no_road:
        said.append(_("{n} 处离道路太远。").format(n=f"{reach.no_road:,}"))
    if reach.apart:
        said.append(_("{n} 处的道路与任何机构的道路都不相连。").format(n=f"{reach.apart:,}"))
    if len(reach.components) > 1:
        said.append(_("道路数据分成不相连的几部分，可能有缺口。"))
    if reach.without_speed:
        said.append(
            _("{n} 条道路没有车速，按每小时 {pace} 公里算。").format(
                n=f"{reach.without_speed:,}", pace=f"{frame.settings.pace:g}"
            )
        )
    return " ".join(said) if frame.language == "en" else "".join(said)


def _seats_said(reach: Reach, _: Translate) -> str:
    if reach.kind is not DemandKind.TOWNSHIPS:
        return ""
    return _("一个点代表整个乡镇，村里的实际距离会不同；要更准，请在“图层”页导入居民点或人口栅格。")


def _missing_said(reach: Reach, frame: Frame) -> list[str]:
    _ = frame.translate
    between = "; " if frame.language == "en" else "；"
    parts = between.join(
        f"{missing_words(why, reach.kind, _)} {n:,}" for why, n in reach.missing.items() if n
    )
    said = [_("没有参加计算的地点：{parts}。").format(parts=parts)] if parts else []
    if reach.counties_without:
        names = frame.listed(reach.counties_without)
        said.append(
            _("没有乡镇名录、整个没有参加的县有 {n} 个：{names}。").format(
                n=len(reach.counties_without), names=names
            )
        )
    if reach.missing_people >= 1:
        said.append(_("其中已知 {n} 人没有算进来。").format(n=f"{reach.missing_people:,.0f}"))
    return said


def _spot_said(reach: Reach, _: Translate) -> str:
    if len(reach.facilities) == 1:
        return _("只有一个机构参加计算，结果只说明到这一个机构的距离。")
    if reach.spots == 1:
        return _("{n} 个机构都在同一个点上，请核对位置。").format(n=len(reach.facilities))
    return ""


def _edge_said(answer: Answer, frame: Frame) -> str:
    _ = frame.translate
    if not frame.settings.edge:
        return _("没有算周边县的机构和人口：靠近边界的地方，距离可能偏远，可达性可能偏低。")
    if answer.neighbours:
        return _("周边县的 {n} 个机构也算在内。库里不知道的机构（包括更远的）不在其中。").format(
            n=f"{answer.neighbours:,}"
        )
    return _("周边县在库里没有可以算的机构；实际可能有，所以靠近边界的地方距离可能偏远，可达性可能偏低。")


def parameters(answer: Answer, frame: Frame) -> tuple[Parameter, ...]:
    """Return the settings of a distance in words."""
    _, reach, settings = frame.translate, answer.reach, frame.settings
    return (
        frame.area_parameter(),
        Parameter("of", _("机构类别"), categories(settings, frame)),
        Parameter("demand", _("地点"), demand_words(reach, _)),
        Parameter("measure", _("距离"), measure_words(reach.measure, _)),
        Parameter("limit", _("覆盖标准"), distance(reach.measure, reach.limit, _)),
        Parameter("edge", _("周边县"), _("算在内") if settings.edge else _("不算")),
    )


def decay_words(decay: Decay, _: Translate) -> str:
    """Return how a floating catchment counts what lies farther away."""
    return _("高斯衰减（越远越少）") if decay is Decay.GAUSSIAN else _("半径内一样算")


def supply_words(supply: Supply, _: Translate) -> str:
    """Return what a facility offers."""
    return _("已知床位") if supply is Supply.BEDS else _("每个机构算 1")


def sources(reach: Reach, frame: Frame) -> tuple[str, ...]:
    """Return the sources of the places and of the roads."""
    _, settings = frame.translate, frame.settings
    roads = (frame.sources.get(settings.roads, ""),) if settings.roads else ()
    if reach.kind is DemandKind.TOWNSHIPS:
        census = (_("人口：2020年人口普查常住人口"),) if reach.weight is Weight.PEOPLE else ()
        places: tuple[str, ...] = (*census, _("乡镇驻地和村（居）委会：乡镇名录"))
    else:
        places = (frame.sources.get(settings.demand, reach.source),)
    return tuple(one for one in (*places, *roads) if one)
