"""What the compositions of ``projects.analysis`` cannot answer, by code."""

from views.analysis.refusals.computing import Words
from views.i18n import Translate


def work_words(_: Translate) -> Words:
    """Return the words of all codes of the compositions."""
    return {**_cluster_words(_), **_coverage_words(_), **_siting_words(_)}


def _cluster_words(_: Translate) -> Words:
    """Return the words of clusters, comparison with settlement, concentration and ranking."""
    return {
        "too_many_records": (
            _(
                "符合条件的有 {matched} 条，超过一次能分析的 {most} 条。"
                "请先在左边选一个地市，或再加一个条件（如类别）。"
            ),
        ),
        "no_facilities": (
            _("没有可以量距离的机构：当前条件下没有位置精确到村或地块的记录。请放宽条件，或先给记录定位。"),
        ),
        "no_places": (
            _(
                "符合条件的 {matched} 条记录都没有可以量距离的位置（地块、建筑、地址或村）。"
                "请先在地图上定位，或放宽条件。"
            ),
        ),
        "one_place": (
            _(
                "符合条件的 {matched} 条记录中只有 1 条有可以量距离的位置，形不成群。"
                "请先给更多记录定位，或放宽条件。"
            ),
        ),
        "no_counties": (
            _(
                "所选范围内没有可以判断的县：没有载入关于这些地方的规划文件，"
                "没有记录不等于没有项目。请换一个范围，或改为“有记录的地市”。"
            ),
        ),
        "no_census": (_("所选的 {count} 个县都没有人口普查数字，不能计算比率。"),),
        "no_county_records": (
            _(
                "符合条件的记录中没有一条知道在哪个县（{wider} 条只知道到功能区、地市或省），"
                "不能比较各县。请先补充所在县。"
            ),
        ),
        "one_county": (_("符合条件的记录都在同一个县，没有可以比较的其他县。请放宽条件。"),),
        "places_missing": (
            _(
                "有记录的 {count} 个县（{names}）在居民点数据中没有一个点：缺口会使记录显得集中，"
                "因此不给出结果。请载入覆盖这些县的居民点，或改用乡镇驻地。"
            ),
        ),
        "reach_short": (
            _(
                "居民点彼此相距 {spacing_km} 公里（中位数），比最远距离 {reach_km} 公里还远，"
                "比不出什么。请把最远距离调大，或换更细的居民点数据。"
            ),
        ),
    }


def _coverage_words(_: Translate) -> Words:
    """Return the words of demand, coverage and ways."""
    return {
        "no_demand_left": (
            _(
                "{rows} 个地点里没有一个能参加计算：没有位置、没有人口，或不在所选范围内。"
                "请换一个范围或数据。"
            ),
        ),
        "ids_twice": (
            _("有 {count} 个地点的编号和别的地点相同，会算错人口。请在文件里改成各不相同的编号再导入。"),
        ),
        "not_demand": (_("这份数据不是居民点，也不是人口栅格，不能当作需求。请选居民点或人口数据。"),),
        "no_people_column": (_("这份数据没有写人口。请改为“数地点”，或导入带人口列的文件。"),),
        "no_records": (_("没有符合条件的记录。请放宽左边的条件。"),),
        "no_area": (_("所选范围里没有县（市、区）。请在左边选一个省、市或县。"),),
        "too_many_pairs": (
            _("服务半径内约有 {pairs} 对地点和机构，超过能一次计算的 {most} 对。请缩小半径或范围。"),
        ),
        "no_speeds": (_("这份道路数据没有车速，不能算时间。请改用路程，或导入带车速列的道路文件。"),),
        "no_care_homes": (
            _(
                "当前条件下没有位置精确到村或地块的养老机构（另有 {left_out} 条位置不够精确）。"
                "请放宽条件，或先给记录定位。"
            ),
        ),
        "not_roads": (_("这份数据不是道路，不能按道路算距离。请选道路数据，或改用直线。"),),
        "no_placed_facilities": (
            _(
                "符合条件的 {matched} 个机构里，没有一个的位置精确到村或地块，量不了距离（"
                "{left_out} 个只知道到乡镇、县或更粗）。请先给它们定位，或放宽条件。"
            ),
        ),
    }


def _siting_words(_: Translate) -> Words:
    """Return the words of the search for places."""
    return {
        "siting_no_area": (_("先选一个县（市、区）、地市或省，再选址。请在左边“在哪里”中选择。"),),
        "siting_layer_gone": (_("链接里的图层 {layer} 已删除，或没有共享给您。请另选一个图层。"),),
        "siting_layer_kind": (_("图层“{name}”没有可以建设的点。请选候选点或居民点图层。"),),
        "siting_none_left": (
            _(
                "{total} 个候选点都不能选（其中 {excluded} 个在禁建范围内；其余没有位置、"
                "不在所选范围内、位置重复或离已有设施太近）。请换候选点、去掉禁建范围，或减小间距。"
            ),
        ),
        "siting_too_many": (_("要选 {p} 处，可选的候选点只有 {candidates} 个。请减少数量，或增加候选点。"),),
        "siting_nobody": (_("需求点上都没有人，无从选址。请换一份居民点或人口数据。"),),
        "siting_one_place": (
            _("{rows} 个需求点都在同一个位置，建在那里就是答案，不需要计算。请换范围更大或更细的需求数据。"),
        ),
        "siting_too_large": (
            _(
                "{places} 个需求点 × {sites} 个地点太多，一次算不了（上限约 {most} 对）。"
                "请缩小范围、加大网格间距、减小距离，或改问“覆盖最多的人”。"
            ),
        ),
        "siting_no_budget": (_("请填写总预算（万元），再按预算选址。"),),
        "siting_no_costs": (_("候选点都没有造价。请填写每处造价（万元），或载入带造价列的候选点。"),),
        "siting_no_room": (_("候选点都没有容量。请填写每处能服务多少人，或载入带容量列的候选点。"),),
        "siting_room_spacing": (
            _("按容量选址时不能同时要求间距。请把最小间距改为 0，或改问“覆盖最多的人”。"),
        ),
        "siting_spacing": (
            _("按这个间距最多放得下 {fit} 处，放不下 {p} 处。请减少数量或减小间距。"),
            _("按这个间距没有可行的选法：请缩小间距，或放宽距离。"),
        ),
        "siting_too_dear": (
            _("总预算 {budget} 万元，连最便宜的一处也不够。请增加预算，或换造价低的候选点。"),
        ),
    }
