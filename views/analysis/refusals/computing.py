"""What the pure functions of ``gis`` cannot answer, by code."""

from collections.abc import Mapping

from views.i18n import Translate

Words = Mapping[str, tuple[str, ...]]
"""Code → sentences; the first one whose numbers are known is said."""


def gis_words(_: Translate) -> Words:
    """Return the words of all codes of ``gis``."""
    return {**_pattern_words(_), **_comparison_words(_), **_access_words(_), **_siting_words(_)}


def _pattern_words(_: Translate) -> Words:
    """Return the words of density clusters, hexagons and the K function."""
    return {
        "eps": (
            _("聚类距离是 {eps_m}，不能用：请填大于 0 的米数。"),
            _("聚类距离不能用：请填大于 0 的数。"),
        ),
        "min_points": (
            _("最少点数是 {min_points}，不能用：请填 1 以上的整数。"),
            _("最少点数不能用：请填 1 以上的整数。"),
        ),
        "resolution": (_("六边形级别 {resolution} 不存在：请选 0 到 15。"),),
        "too_many_cells": (
            _("这一范围约有 {cells} 个格子，超过 {most} 个：请选大一些的六边形，或缩小范围。"),
        ),
        "edge": (_("六边形边长 {edge} 公里不能用：请填大于 0 的数。"),),
        "no_area": (_("所选范围没有可用的面。请另选范围。"),),
        "area": (_("研究范围的面积是 0：请选有面积的区县。"),),
        "settlements": (_("居民点至少要在两个不同的位置上，才能和项目的分布比较。请换一份居民点数据。"),),
        "simulations": (_("模拟次数太少，达不到所要的显著性水平：请取 999 次以上。"),),
        "distances": (_("距离序列不能用：请填大于 0 并且逐个增大的米数。"),),
        "population": (_("人口必须已知、不为负，也不能全部为 0：请去掉没有人口数的地点。"),),
    }


def _comparison_words(_: Translate) -> Words:
    """Return the words of rates, concentration and the statistics of areas."""
    return {
        "few": (_("可比较的数目太少：至少要有 2 个。请放宽筛选条件或扩大范围。"),),
        "no_variation": (_("各区县的数值都相同，没有差别可以比较。请换一个指标，或扩大范围。"),),
        "missing": (
            _("{n} 个区县中有 {count} 个没有数值，不能参加这项统计：未知不按 0 计算，请先补齐或去掉它们。"),
        ),
        "no_links": (_("没有一个区县有邻县，谈不上空间聚集。请扩大范围。"),),
        "neighbours": (_("{n} 个区县里取不出 {k} 个邻近区县：请减少邻居数或扩大范围。"),),
        "areas": (
            _("{count} 个边界是空的或不是面，不能判断相邻关系。请管理员检查边界数据。"),
            _("有边界是坏的，不能判断相邻关系。请管理员检查边界数据。"),
        ),
        "permutations": (_("随机排列次数太少：请取 999 次以上。"),),
        "confidence": (_("置信水平不能用：必须在 0 和 1 之间。"),),
        "level": (_("显著性水平是 {level}，不能用：必须在 0 和 1 之间。"),),
        "p": (_("显著性概率不在 0 和 1 之间，结果不可信，因此没有给出。请告诉管理员。"),),
        "counts": (
            _("有数目未知、为负或不是整数，或者分子大于分母，不能算比率。请检查数据，未知的请留空。"),
        ),
    }


def _access_words(_: Translate) -> Words:
    """Return the words of distances, coverage, catchments and road networks."""
    return {
        "no_facilities": (_("没有可用的设施：请至少有一处位置明确的设施，或放宽筛选条件。"),),
        "no_demand": (_("没有可用的需求地点：请至少有一处有人口、够得着的地点，或换一份居民点数据。"),),
        "ids_twice": (_("有编号重复，请每个编号只留一个。"),),
        "positions": (_("{count} 个位置不是有效的经纬度：请检查经度在前、纬度在后。"),),
        "values": (
            _("{count} 个数值为负、不是数或无穷大：请改正，或去掉这些行。"),
            _("有数值为负、不是数或无穷大：请改正，或去掉这些行。"),
        ),
        "negative": (_("给出的数是 {value}，不能为负：请填 0 以上的数。"),),
        "factors": (_("绕行系数不能小于 1：路程不会比直线短。请改大。"),),
        "decay": (_("距离衰减的设置不能用：请填大于 0 的有限距离，或选不衰减。"),),
        "number": (
            _("要选 {p} 处，不能算：请填 1 以上的整数。"),
            _("要找最近的 {k} 处，不能算：请填 1 以上的整数。"),
        ),
        "no_roads": (_("道路文件里没有线：请选有道路的图层。"),),
        "roads_not_lines": (_("道路必须是线，这个图层是点或面：请选有道路的图层。"),),
        "no_road_near": (
            _("没有一处设施离道路在 {metres} 米以内：请检查道路文件是否覆盖这一范围、坐标系是否正确。"),
        ),
    }


def _siting_words(_: Translate) -> Words:
    """Return the words of the search for places."""
    return {
        "all_excluded": (_("{candidates} 个候选点全部被排除：请放开一些，或放宽间距和禁建区。"),),
        "too_many": (_("要选 {p} 处，但只有 {candidates} 个候选点可用：请减少处数，或增加候选点。"),),
        "fixed_too_many": (
            _("已保留 {fixed} 处现有设施，连同它们一共选 {p} 处不成立：请增加处数，或少保留一些。"),
        ),
        "spacing": (
            _("按这个间距只放得下 {fit} 处，放不下 {p} 处：请减少处数，或缩小间距。"),
            _("间距不能用，或按这个间距没有可行的选法：请改间距，或放宽距离。"),
        ),
        "spacing_pairs": (
            _(
                "{candidates} 个候选点里，相距不到 {km} 公里的太多，算不过来："
                "请缩小间距，或减少候选点（例如加大网格间距）。"
            ),
        ),
        "empty_area": (_("布网格的范围是空的：请选有面积的区县。"),),
        "grid_too_fine": (_("{spacing} 米的网格点太多：请加大网格间距，或缩小范围。"),),
        "grid_too_wide": (_("网格太稀，范围里一个点也没有：请缩小网格间距。"),),
        "unserved": (
            _("选 {p} 处时，{count} 个需求地点怎么选都够不着：请增加处数，或去掉够不着的地点。"),
            _("选 {p} 处时找不到人人够得着的选法：请增加处数。"),
        ),
        "unreachable": (
            _("{total} 个需求地点中有 {count} 个够不着任何候选点：请增加候选点、放宽距离，或去掉这些地点。"),
            _("{count} 个需求地点全都够不着任何候选点：请增加候选点，或放宽距离。"),
        ),
        "nobody_near": (_("候选点在这个距离内没有居民：请放宽距离，或换候选点。"),),
        "too_dear": (_("预算 {budget} 万元连最便宜的候选点也建不起：请增加预算，或检查单位造价。"),),
        "share": (_("“最差的一部分”的比例不能用：必须大于 0，不超过 1。"),),
    }
