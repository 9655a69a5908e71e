"""Words of the siting page: questions, amounts, distances, how good an answer is, what was left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from projects.analysis.demand import Missing, Weight
from projects.analysis.siting.barred import Barred
from projects.analysis.siting.result import Result, Site
from projects.analysis.siting.settings import GRID, Kept, Question, Settings
from projects.filters import ProjectFilter
from views import words
from views.i18n import Translate

NAMED = 4
"""So many sites are named in a sentence."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The circumstances of a result; ``area`` in words, ``layers`` number → name of a loaded layer."""

    translate: Translate
    language: str
    settings: Settings
    chosen: ProjectFilter
    area: str
    layers: Mapping[int, str]
    demo: bool = False
    barred: Barred = field(default_factory=Barred)

    @property
    def link(self) -> dict[str, str]:
        """The address parameters that make this result again."""
        return {**self.chosen.to_params(), **self.settings.params()}

    @property
    def building(self) -> str:
        """What is to be built."""
        return words.category(str(self.settings.build), self.translate)

    def layer(self, text: str) -> str:
        """Return the name of a layer by its number in a link."""
        return self.layers.get(int(text), text) if text.isdecimal() else text

    def sentences(self, *said: str) -> str:
        """Put sentences one after the other, as the language does; empty ones are left out."""
        return (" " if self.language == "en" else "").join(one for one in said if one)

    def joined(self, names: list[str], most: int = NAMED) -> str:
        """Join names, the first ones, with how many more there are."""
        more = self.translate("等 {n} 个").format(n=len(names)) if len(names) > most else ""
        return words.joined(names[:most], self.language) + (f" {more}" if more else "")


def question(ask: Question, _: Translate) -> str:
    """Return what is to be best."""
    return {
        Question.COVERAGE: _("覆盖最多的人（定数量）"),
        Question.BUDGET: _("覆盖最多的人（定预算）"),
        Question.CAPACITY: _("服务最多的人（每处有容量）"),
        Question.MEDIAN: _("平均路程最短"),
        Question.CENTER: _("最远的人路程最短"),
        Question.COVER: _("全部覆盖，数量最少"),
    }[ask]


def kept(which: Kept, _: Translate) -> str:
    """Return which existing facilities stay."""
    return {
        Kept.OPERATING: _("已竣工、投产的"),
        Kept.ALL: _("全部记录（含规划的）"),
        Kept.NONE: _("不计"),
    }[which]


def counted(weight: Weight, _: Translate) -> str:
    """Return what is counted at a place."""
    return {Weight.PEOPLE: _("人口"), Weight.VILLAGES: _("村（居）委会"), Weight.PLACES: _("地点")}[weight]


def unit(weight: Weight, _: Translate) -> str:
    """Return the unit of an amount."""
    return {Weight.PEOPLE: _("人"), Weight.VILLAGES: _("个村（居）"), Weight.PLACES: _("个地点")}[weight]


def amount(value: float, weight: Weight, _: Translate) -> str:
    """Return an amount with its unit."""
    return _("{n} {unit}").format(n=f"{value:,.0f}", unit=unit(weight, _))


def kilometres(metres: float | None, _: Translate) -> str:
    """Return a distance, a dash for none."""
    if metres is None:
        return "—"
    return _("{km} 公里").format(km=f"{metres / 1000:,.1f}".removesuffix(".0"))


def share(part: float, whole: float) -> str:
    """Return a percentage with one decimal.

    >>> share(1, 3), share(1, 0)
    ('33.3%', '—')
    """
    return f"{part / whole:.1%}" if whole else "—"


def money(value: Decimal, _: Translate) -> str:
    """Return 万元 without trailing zeros."""
    text = f"{value:,f}"
    return _("{n} 万元").format(n=text.rstrip("0").rstrip(".") if "." in text else text)


def how_good(result: Result, _: Translate) -> str:
    """Return how far the answer can be from the best: proved, a gap, or that nobody has worked it out."""
    if result.proved:
        return _("已证明最优：同样的条件下没有更好的选法。")
    if result.gap is None:
        return _("没有算出理论上限，不能说离最好还有多远。")
    said = _("离理论最好不超过 {gap}：没有证明它是最优，也没有找到更好的。")
    return said.format(gap=f"{max(result.gap, 0.0001):.2%}")


def site_name(site: Site, frame: Frame) -> str:
    """Return a site's name; a point of a grid has none but its position, so its county goes before."""
    return f"{site.county_name} {site.name}".strip() if frame.settings.sites == GRID else site.name


def numbered(numbers: tuple[int, ...], frame: Frame) -> str:
    """Return sites by number: 1、3 号."""
    text = words.joined([str(one) for one in numbers], frame.language)
    return frame.translate("{numbers} 号").format(numbers=text)


def method(named: str, language: str, _: Translate) -> str:
    """Return how a choice was found and bounded; a part nobody knows stays as it is."""
    parts = {
        "greedy": _("贪心"),
        "interchange": _("交换改进"),
        "lagrangian relaxation": _("拉格朗日松弛定上限"),
        "greedy per cost": _("按造价贪心"),
        "knapsack bound": _("背包松弛定上限"),
        "greedy with room": _("按容量贪心"),
        "set cover by bisection": _("二分距离做集合覆盖"),
        "HiGHS": _("整数规划（HiGHS）"),
    }
    return words.joined([parts.get(one, one) for one in named.split(", ")], language)


def missing(why: Missing, n: int, _: Translate) -> str:
    """Return how many places of demand take no part, and why."""
    sentence = {
        Missing.NO_POSITION: _("{n} 个没有位置"),
        Missing.NO_CENSUS: _("{n} 个所在的县没有人口普查数"),
        Missing.NO_VILLAGES: _("{n} 个没有村（居）委会数"),
        Missing.NO_PEOPLE: _("{n} 个没有写人口"),
        Missing.OUTSIDE: _("{n} 个在所选范围以外"),
    }[why]
    return sentence.format(n=f"{n:,}")


def candidate_out(why: str, n: int, _: Translate) -> str:
    """Return how many candidates take no part, and why."""
    sentence = {
        "no_position": _("{n} 个没有位置"),
        "outside": _("{n} 个在所选范围以外"),
        "excluded": _("{n} 个在禁建范围内"),
        "same_spot": _("{n} 个与另一个同一位置"),
        "near_kept": _("{n} 个离已有设施太近"),
        "no_cost": _("{n} 个没有造价"),
        "no_room": _("{n} 个没有容量"),
    }.get(why, "{n}")
    return sentence.format(n=f"{n:,}")
