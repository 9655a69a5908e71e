"""A choice of sites as an exhibit: what it says, what it stands on, its settings; the tables beside."""

from projects.analysis.exhibit import Curve, Exhibit, Parameter
from projects.analysis.siting.result import Change, Ground, Other, Result
from projects.analysis.siting.settings import GRID, TOWNSHIPS, Kept, Question, text_of
from projects.codes import Basis
from views import words
from views.analysis.siting import tables as siting_tables
from views.analysis.siting import words as siting_words
from views.analysis.siting.words import Frame, amount, kilometres, numbered, share

KEY = "siting"


def exhibit(result: Result, frame: Frame) -> Exhibit:
    """Return the exhibit of a result."""
    _ = frame.translate
    return Exhibit(
        key=KEY,
        title=_("{what}建在哪里 · {area}").format(what=frame.building, area=frame.area),
        says=tuple(one for one in (*_answer(result, frame), *_beside(result, frame)) if one),
        parameters=parameters(result, frame),
        caveats=tuple(one for one in (_ways(result, frame), *_grounds(result.ground, frame)) if one),
        tables=siting_tables.tables(result, frame),
        curves=(_curve(result, frame),),
        data_date=result.ground.newest,
        sources=(_("项目库、政区名录、人口普查"), *result.ground.layers),
        basis=Basis.DEMO if frame.demo else Basis.MODELLED,
        link=frame.link,
    )


# ---- the answer ----


def _answer(result: Result, frame: Frame) -> tuple[str, ...]:
    _ = frame.translate
    return (
        _headline(result, frame),
        siting_words.how_good(result, _),
        _idle(result, frame),
    )


def _headline(result: Result, frame: Frame) -> str:
    """Return the answer to the question in one sentence."""
    _ = frame.translate
    weight, km = result.ground.weight, kilometres(result.radius_m, _)
    values = {
        "n": len(result.sites),
        "sites": frame.joined([siting_words.site_name(one, frame) for one in result.sites]),
        "km": km,
        "before": amount(result.before, weight, _),
        "after": amount(result.after, weight, _),
        "share_before": share(result.before, result.people),
        "share": share(result.after, result.people),
        "mean_before": kilometres(result.mean_before_m, _),
        "mean": kilometres(result.mean_m, _),
        "farthest": kilometres(result.farthest_m, _),
        "spent": siting_words.money(result.spent, _) if result.spent is not None else "—",
        "money": siting_words.money(frame.settings.money, _),
        "reached": amount(result.people - result.never_people, weight, _),
    }
    if not result.sites:
        return _none_needed(result, frame).format(**values)
    return _headlines(result, frame)[result.question].format(**values)


def _none_needed(result: Result, frame: Frame) -> str:
    _ = frame.translate
    if result.question is Question.COVER:
        return _("不需要新建：能到达的 {reached} 离已有设施都在 {km}以内。")
    return _("没有选出新的点：任何候选点都不能使 {km}以内的 {before} 再增加。")


def _headlines(result: Result, frame: Frame) -> dict[Question, str]:
    _ = frame.translate
    median = _("新建 {n} 处（{sites}）后，到最近设施的平均路程是 {mean}。")
    if result.mean_before_m is not None:
        median = _("新建 {n} 处（{sites}）后，到最近设施的平均路程从 {mean_before} 降到 {mean}。")
    cover = _("新建 {n} 处可以让 {reached} 都在 {km}以内：{sites}。")
    if result.proved:
        cover = _("要让 {reached} 都在 {km}以内，至少要新建 {n} 处：{sites}。")
    return {
        Question.COVERAGE: _(
            "新建 {n} 处（{sites}），{km}以内的从 {before}（{share_before}）增加到 {after}（{share}）。"
        ),
        Question.BUDGET: _(
            "用 {spent}（预算 {money}）新建 {n} 处（{sites}），"
            "{km}以内的从 {before} 增加到 {after}（{share}）。"
        ),
        Question.CAPACITY: _(
            "新建 {n} 处（{sites}），按容量在 {km}以内能服务的从 {before} 增加到 {after}（{share}）。"
        ),
        Question.MEDIAN: median,
        Question.CENTER: _("新建 {n} 处（{sites}）后，最远的人离最近的设施 {farthest}。"),
        Question.COVER: cover,
    }


def _idle(result: Result, frame: Frame) -> str:
    """Say that fewer sites serve as many, where that is so."""
    _ = frame.translate
    if result.question not in (Question.COVERAGE, Question.BUDGET) or result.enough == len(result.sites):
        return ""
    said = _("{n} 处就够了：其余的不再增加任何人。建议减少数量，或缩短距离。")
    return said.format(n=result.enough)


# ---- what belongs beside it ----


def _beside(result: Result, frame: Frame) -> tuple[str, ...]:
    return (
        _others(result.others, frame),
        *(_change(one, result, frame) for one in result.changes),
        _worst(result, frame),
        _never(result, frame),
    )


def _others(others: tuple[Other, ...], frame: Frame) -> str:
    _ = frame.translate
    if not others:
        return _("没有找到相差 2% 以内的其他选法（没找到不等于没有）。")
    first = others[0]
    said = _("还有 {n} 种选法几乎一样好（相差 2% 以内）：例如不建 {dropped}，改建 {taken}，差 {worse}。")
    return said.format(
        n=len(others),
        dropped=numbered(first.dropped, frame),
        taken=frame.joined([one.name for one in first.taken]),
        worse=f"{max(0.0, first.worse_by):.1%}",  # in this order: -0.0 becomes 0.0
    )


def _change(change: Change, result: Result, frame: Frame) -> str:
    _ = frame.translate
    served = amount(change.same, result.ground.weight, _)
    if result.question in (Question.MEDIAN, Question.CENTER):
        said = _("距离按 {km} 算，这 {n} 处加上已有设施服务 {served}；选法不看距离上限，不变。")
    elif len(change.stay) == len(result.sites) == change.sites:
        said = _("距离换成 {km}（{percent}），选法不变，服务 {served}。")
    elif not change.stay:
        said = _("距离换成 {km}（{percent}），最好的选法全变了，{n} 处都不在其中：结论取决于距离怎么定。")
    else:
        said = _("距离换成 {km}（{percent}），{n} 处中有 {stay} 处仍在最好的选法里{which}。")
    which = _("（{numbers}）").format(numbers=numbered(change.stay, frame)) if change.stay else ""
    return said.format(
        km=kilometres(change.radius_m, _),
        percent=f"{change.factor - 1:+.0%}",
        n=len(result.sites),
        served=served,
        stay=len(change.stay),
        which=which,
    )


def _worst(result: Result, frame: Frame) -> str:
    _ = frame.translate
    worst, weight = result.worst, result.ground.weight
    lost = ""
    if worst.unreached:
        lost = _("其中 {n}没有路可到任何设施。").format(n=amount(worst.unreached, weight, _))
    if worst.mean_m is None:
        return lost
    said = _("路程最远的一成（{n}）平均要走 {mean}，最远 {far}。").format(
        n=amount(worst.people, weight, _), mean=kilometres(worst.mean_m, _), far=kilometres(worst.to_m, _)
    )
    return frame.sentences(said, lost)


def _never(result: Result, frame: Frame) -> str:
    _ = frame.translate
    if not result.never_places:
        return ""
    said = _("{places} 个地点（{people}）在 {km}以内没有任何候选点或已有设施，怎么选都覆盖不到，列在下面。")
    return said.format(
        places=f"{result.never_places:,}",
        people=amount(result.never_people, result.ground.weight, _),
        km=kilometres(result.radius_m, _),
    )


def _curve(result: Result, frame: Frame) -> Curve:
    _ = frame.translate
    whole = result.people or 1.0
    return Curve(
        key="curve",
        title=_("新建数量与 {km}以内的覆盖").format(km=kilometres(result.radius_m, _)),
        x_title=_("新建（处）"),
        y_title=_("覆盖（%）"),
        x=tuple(float(one.sites) for one in result.curve),
        y=tuple(100.0 * one.covered / whole for one in result.curve),
        name=_("逐个加点能达到的"),
        other=tuple(100.0 * one.bound / whole for one in result.curve),
        other_name=_("理论上限"),
    )


# ---- what it stands on ----


def _ways(result: Result, frame: Frame) -> str:
    _, ground, settings = frame.translate, result.ground, frame.settings
    if not settings.roads and settings.detour > 1:
        said = _("路程 = 直线距离 × {factor}，不是实测路程，不看河流和山。")
        return said.format(factor=text_of(settings.detour))
    if not settings.roads:
        return _("路程是直线距离；实际的路通常是它的 1.2 到 2 倍，可以在“绕行系数”中设定。")
    lost, apart = "", ""
    if ground.no_road:
        lost = _("{n} 个需求点或候选点 2 公里内没有路，按到不了算。").format(n=f"{ground.no_road:,}")
    if ground.components > 1:
        apart = _("道路分成 {n} 片互不相通，不同片之间按到不了算。").format(n=f"{ground.components:,}")
    said = _("路程沿道路图层“{roads}”计算。").format(roads=frame.layer(settings.roads))
    return frame.sentences(said, lost, apart)


def _grounds(ground: Ground, frame: Frame) -> tuple[str, ...]:
    _ = frame.translate
    return (
        _demand_words(ground, frame),
        _missing_words(ground, frame),
        _kept_words(ground, frame),
        _candidate_words(ground, frame),
        _capacity_words(frame),
        _("所选范围以外的设施和居民没有计入：靠近边界的地方，结果可能偏。"),
        _("每次只为一个目的选点；用地、人员、资金和建设条件都没有考虑，选点是讨论的起点，不是结论。"),
    )


def _demand_words(ground: Ground, frame: Frame) -> str:
    _ = frame.translate
    if ground.demand_source:
        said = _("需求来自图层“{name}”，每个地点按一个点计算。").format(name=ground.demand_source)
        return frame.sentences(said, _("人口是模拟的。") if ground.modelled else "")
    if ground.modelled:
        return _("乡镇没有普查人口：乡镇驻地的人口是把县的常住人口按村（居）委会数分摊的模拟数。")
    return _("需求是乡镇驻地，一个乡镇按一个点计算。")


def _missing_words(ground: Ground, frame: Frame) -> str:
    _ = frame.translate
    if not ground.missing:
        return ""
    parts = [siting_words.missing(why, n, _) for why, n in ground.missing.items()]
    said = _("不参加计算的需求点：{parts}。").format(parts=words.joined(parts, frame.language))
    people = ""
    if ground.missing_people >= 0.5:
        n = amount(ground.missing_people, ground.weight, _)
        people = _("他们的 {n}不在上面的总数里。").format(n=n)
    return frame.sentences(said, people)


def _candidate_words(ground: Ground, frame: Frame) -> str:
    _ = frame.translate
    if not ground.candidates_out:
        return ""
    parts = [siting_words.candidate_out(why, n, _) for why, n in ground.candidates_out.items()]
    return _("不能选的候选点：{parts}。").format(parts=words.joined(parts, frame.language))


def _kept_words(ground: Ground, frame: Frame) -> str:
    _ = frame.translate
    if frame.settings.kept is Kept.NONE:
        return _("没有计入已有设施。")
    out = sum(ground.kept_out.values())
    said = _("已有设施：{which}“{what}”，有村级以上位置的 {n} 处。").format(
        which=siting_words.kept(frame.settings.kept, _),
        what=frame.building,
        n=f"{ground.kept_matched - out:,}",
    )
    vague, planned = "", ""
    if out:
        vague = _("另有 {n} 处只知道乡镇、县或没有位置，没有计入。").format(n=f"{out:,}")
    if ground.kept_stage_out:
        planned = _("{n} 条阶段不是竣工或投产（含未明确），按项目看待，不算已有服务。").format(
            n=f"{ground.kept_stage_out:,}"
        )
    return frame.sentences(said, vague, planned)


def _capacity_words(frame: Frame) -> str:
    if frame.settings.ask is not Question.CAPACITY:
        return ""
    return frame.translate(
        "已有设施的容量不清楚，按不限计算：它们 {km}以内的人都算已服务，新建的只管其余的人。曲线不计容量。"
    ).format(km=kilometres(frame.settings.radius_m, frame.translate))


# ---- settings ----


def parameters(result: Result, frame: Frame) -> tuple[Parameter, ...]:
    """Return the settings that matter for the question, in words, and the method."""
    _, held = frame.translate, frame.settings
    ask = held.ask
    found = [
        Parameter("ask", _("求什么"), siting_words.question(ask, _)),
        Parameter("area", _("范围"), frame.area),
        Parameter("build", _("建什么"), frame.building),
        Parameter("km", _("服务距离"), kilometres(held.radius_m, _)),
        Parameter("sites", _("候选点"), _sites_words(frame, result.ground.candidates)),
        Parameter("kept", _("已有设施"), siting_words.kept(held.kept, _)),
        Parameter("people", _("为谁选"), _people_words(frame)),
        Parameter(
            "roads",
            _("路程"),
            frame.layer(held.roads) if held.roads else _("直线 × {x}").format(x=text_of(held.detour)),
        ),
    ]
    if ask in (Question.COVERAGE, Question.CAPACITY, Question.MEDIAN, Question.CENTER):
        found.append(Parameter("n", _("新建数量"), _("{n} 处").format(n=held.n)))
    if ask is Question.BUDGET:
        found.append(Parameter("money", _("总预算"), siting_words.money(held.money, _)))
    if held.each:
        found.append(Parameter("each", _("每处造价"), siting_words.money(held.each, _)))
    if ask is Question.CAPACITY and held.room:
        found.append(Parameter("room", _("每处容量"), amount(held.room, held.count, _)))
    if held.apart:
        found.append(Parameter("apart", _("最小间距"), kilometres(held.apart * 1000, _)))
    if held.ban:
        found.append(Parameter("ban", _("禁建范围"), frame.layer(held.ban)))
    return (*found, Parameter("method", _("方法"), siting_words.method(result.method, frame.language, _)))


def _sites_words(frame: Frame, usable: int) -> str:
    _, held = frame.translate, frame.settings
    name = {
        TOWNSHIPS: _("乡镇驻地"),
        GRID: _("网格，每 {km}一个点").format(km=kilometres(held.grid * 1000, _)),
    }.get(held.sites, frame.layer(held.sites))
    return _("{name}（可选 {n} 个）").format(name=name, n=f"{usable:,}")


def _people_words(frame: Frame) -> str:
    _, held = frame.translate, frame.settings
    name = _("乡镇驻地") if held.people == TOWNSHIPS else frame.layer(held.people)
    return _("{name}，数{what}").format(name=name, what=siting_words.counted(held.count, _))
