"""What the targets pages say: promises, actual values, statuses, what is missing and who reports it."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from layers.html import element, escape
from projects.targets.board import Row
from projects.targets.judging import Actual, Need, NeedKind
from projects.targets.model import Indicator, Method, ReportState, Status, Target
from views import marks, ways, words
from views.i18n import Translate
from views.shell import Shell

NAMES_SHOWN = 6
UNITS: Final = (
    *("%", "个", "所", "家", "项", "张", "岁", "分钟", "平方米", "亿元", "亿元/年", "万元/年", "吨/年"),
    *("项/年", "张/千人", "张/千名老人"),
)
"""The units of the targets and of the registry of indicators."""
UNIT_MSGID: Final = "（单位）"
"""Stands before a unit in the catalogue: 项 is also what projects are counted in."""


def unit_words(unit: str, _: Translate) -> str:
    """Return a unit in the reader's language; one that the catalogue does not know stays as it is.

    >>> unit_words("亿元", lambda text: text), unit_words("", lambda text: text)
    ('亿元', '')
    """
    return _(f"{UNIT_MSGID}{unit}").removeprefix(UNIT_MSGID) if unit else ""


def number(value: Decimal | None) -> str:
    """Return a number with separators and at most two decimals; an unknown one as a dash.

    >>> number(Decimal("12345.678")), number(Decimal("3.00")), number(None)
    ('12,345.68', '3', '—')
    """
    if value is None:
        return "—"
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def operator_words(target: Target, _: Translate) -> str:
    """Return the promise: operator, value and unit."""
    value = number(target.value)
    known = {
        ">=": _("≥ {value}"),
        "<=": _("≤ {value}"),
        "=": _("= {value}"),
        "approx": _("约 {value}"),
        "increase_by": _("增加 {value}"),
        "range": _("{value}–{high}"),
    }
    text = known[target.operator].format(value=value, high=number(target.value_high))
    return f"{text} {unit_words(target.unit, _)}"


def year_words(target: Target, _: Translate) -> str:
    """Return the promised year, or that the text names none."""
    return str(target.year) if target.year else _("未写年份")


def status_words(status: Status, _: Translate) -> str:
    """Return what can be said of a target."""
    return {
        Status.MET: _("达成"),
        Status.NOT_MET: _("未达成"),
        Status.UNKNOWN: _("无法计算"),
        Status.RULE: _("规定（非量化结果）"),
    }[status]


_TAGS = {Status.MET: "accepted", Status.NOT_MET: "error", Status.UNKNOWN: "notice", Status.RULE: ""}


def status_tag(row: Row, _: Translate) -> str:
    """Return the status as coloured words, with a mark where the promised year is over."""
    text = marks.tag(status_words(row.status, _), _TAGS[row.status])
    return f"{text} {marks.tag(_('已过承诺年份'), 'warning')}" if row.overdue else text


def part_tag(status: Status | None, _: Translate) -> str:
    """Return the status of one area, nothing where the number is not each area's to reach."""
    return "" if status is None else marks.tag(status_words(status, _), _TAGS[status])


def actual_words(actual: Actual, unit: str, _: Translate) -> str:
    """Return what is known of a value; a bound is called a bound, and nothing is never 0."""
    unit = unit_words(unit, _)
    if actual.nothing:
        return _("未知")
    if actual.exact:
        return f"{number(actual.low)} {unit}"
    if actual.high is None:
        return _("至少 {value}").format(value=f"{number(actual.low)} {unit}")
    if actual.low is None:
        return _("至多 {value}").format(value=f"{number(actual.high)} {unit}")
    return _("{low} 至 {high}").format(low=number(actual.low), high=f"{number(actual.high)} {unit}")


def row_actual(row: Row, _: Translate) -> str:
    """Return the actual value of a board row; of a number that each county must reach, how many do."""
    if row.status is Status.RULE:
        return "—"
    if not row.target.each:
        return actual_words(row.actual, row.target.unit, _)
    tally = row.tally
    return _("{met} / {all} 个县达成，{unknown} 个未知").format(
        met=tally.get(Status.MET, 0), all=len(row.parts), unknown=tally.get(Status.UNKNOWN, 0)
    )


def coverage_words(actual: Actual, _: Translate) -> str:
    """Return over how many of how many a value is known."""
    one_area = actual.covers == "areas" and actual.of == 1
    if not actual.covers or not actual.of or (one_area and actual.nothing):
        return _("没有数据") if actual.nothing else ""
    text = {
        "slots": _("已确认 {known} / {of} 个名额"),
        "records": _("阶段已知 {known} / {of} 条"),
        "beds": _("床位已知 {known} / {of} 家"),
        "areas": _("已有数 {known} / {of} 个地区"),
    }[actual.covers]
    return text.format(known=actual.known, of=actual.of)


def basis_words(basis: str, _: Translate) -> str:
    """Return where a value comes from."""
    first, _plus, second = basis.partition("+")
    known = {
        "": "",
        "reported": _("单位填报"),
        "library": _("项目库统计"),
        "demo": _("演示数据"),
        "census": _("2020年人口普查"),
    }
    return " + ".join(known.get(part, part) for part in (first, second) if part)


def missing_words(row: Row, _: Translate) -> str:
    """Return how far it still is to the promise."""
    if row.missing is None or row.status is Status.RULE:
        return "—"
    if not row.missing:
        return _("无")
    text = f"{number(row.missing)} {unit_words(row.target.unit, _)}"
    return text if row.actual.exact else _("至多 {value}").format(value=text)


def leads_words(target: Target, _: Translate, language: str) -> str:
    """Return who is responsible by the document's words."""
    names = [name for _key, name in target.leads]
    return words.joined(names, language) if names else _("原文没有写牵头单位")


def reporter_words(target: Target, _: Translate, language: str) -> str:
    """Return who reports: the lead units, or whoever the area names where the text names nobody."""
    if target.leads:
        return leads_words(target, _, language)
    return _("原文没有写牵头单位，由本级明确")


def method_words(target: Target, _: Translate, language: str) -> str:
    """Return how the actual value is obtained."""
    recipe = target.recipe
    known = {
        Method.RULE: _("规定，不是要达到的数量"),
        Method.REPORT: _("由牵头单位填报指标"),
        Method.SLOTS: _("数已确认的名额"),
        Method.CHILDREN: _("数项目库里的下级项目，或由单位填报"),
        Method.CHILDREN_BEDS: _("合计下级项目的床位，或由单位填报"),
        Method.NAMED: _("数点名的几条记录，或由单位填报"),
        Method.RATE: _("床位（项目库或填报）除以普查人口"),
        Method.GROWTH: _("由基期和报告期的数计算，或由单位填报"),
        Method.INCREASE: _("期间的增量，必须有基期"),
    }
    why = recipe.why(language)
    how = known[recipe.method]
    return _("{how}。{why}").format(how=how, why=why) if why else how


def rule_words(target: Target, _: Translate) -> str:
    """Return the rule by which the target is judged."""
    return {
        ">=": _("不少于承诺数即达成"),
        "<=": _("不多于承诺数即达成"),
        "=": _("不少于承诺数即达成；多于承诺不算违背"),
        "approx": _("“左右”按承诺数的 95 % 及以上判定（本系统的规则，原文没有说）"),
        "increase_by": _("自基期以来的增量不少于承诺数即达成"),
        "range": _("不少于范围的下限即达成"),
    }[target.operator]


# ---- what is missing ----


def needs_html(
    shell: Shell, row: Row, indicators: Mapping[str, Indicator], names: Mapping[str, str]
) -> list[str]:
    """Return one HTML sentence for each kind of thing that is missing, with a link to where it is entered."""
    grouped: dict[tuple[NeedKind, str, str], list[Need]] = {}
    for need in row.actual.needs:
        grouped.setdefault((need.kind, need.indicator, need.programme), []).append(need)
    return [_need(shell, row, needs, indicators, names) for needs in grouped.values()]


def _need(
    shell: Shell,
    row: Row,
    needs: Sequence[Need],
    indicators: Mapping[str, Indicator],
    names: Mapping[str, str],
) -> str:
    _, first = shell.translate, needs[0]
    found = indicators.get(first.indicator)
    what = found.name(shell.language) if found else row.target.name(shell.language)
    where = area_list([code for need in needs for code in need.areas], names, shell.language)
    ids = sorted({key for need in needs for key in need.ids})
    values = {
        "where": where,
        "what": what,
        "programme": first.programme,
        "n": len(ids),
        "year": first.year or "",
        "who": reporter_words(row.target, _, shell.language),
    }
    sentence = _sentences(first, _).format(**values)
    link = _way(shell, first, ids)
    return element("li", escape(sentence), " ", link) if link else element("li", escape(sentence))


def _sentences(need: Need, _: Translate) -> str:
    report = (
        _("需要{where} {year} 年“{what}”的数。填报：{who}。")
        if need.year
        else _("需要{where}“{what}”的数。填报：{who}。")
    )
    records = (
        _("项目库里没有列全“{what}”：建成的请登记为 {programme} 的下级项目并填阶段（{where}）。")
        if need.programme
        else _("项目库只含点名的机构，{where}其余机构的床位不在库里：请填报全部床位数。")
    )
    return {
        NeedKind.REPORT: report,
        NeedKind.BASE: _("需要基期：没有基期年份或基期数，算不出“{what}”；填报时请写明期间开始。"),
        NeedKind.SLOTS: _("需要{where}认领名额，并逐个确认建成的村卫生室。"),
        NeedKind.RECORDS: records,
        NeedKind.READING: _("60岁以上和65岁以上得出的结论不同，原文没有说明是哪一个：请{who}明确。"),
        NeedKind.STAGE: _("{n} 条记录没有填阶段，由归属单位补填。"),
        NeedKind.BEDS: _("{n} 条记录没有填床位或阶段，由归属单位补填。"),
    }[need.kind]


def _way(shell: Shell, need: Need, ids: Sequence[str]) -> str:
    """Return the link to where the missing thing is entered."""
    _ = shell.translate
    if need.kind in (NeedKind.REPORT, NeedKind.BASE):
        area = need.areas[0] if len(need.areas) == 1 else ""
        return ways.anchor(
            shell, _("去填报"), "indicators", indicator=need.indicator, area=area, year=need.year or ""
        )
    if need.kind is NeedKind.SLOTS:
        return ways.anchor(shell, _("去认领和确认"), "clinics")
    if need.kind in (NeedKind.STAGE, NeedKind.BEDS) and ids:
        return ways.anchor(shell, _("看这些记录"), ways.MAP, ids=",".join(ids))
    if need.kind is NeedKind.RECORDS and need.programme:
        return ways.anchor(shell, _("看 {id}").format(id=need.programme), ways.MAP, id=need.programme)
    return ""


def area_list(codes: Iterable[str], names: Mapping[str, str], language: str) -> str:
    """Return the names of areas, each once, long lists cut and counted."""
    listed = list(dict.fromkeys(names.get(code, code) for code in codes))
    more = f" … +{len(listed) - NAMES_SHOWN}" if len(listed) > NAMES_SHOWN else ""
    return words.joined(listed[:NAMES_SHOWN], language) + more


# ---- reports ----


def unit_named(indicator: Indicator, shell: Shell) -> str:
    """Return an indicator's name with its unit."""
    return shell.translate("{name}（{unit}）").format(
        name=indicator.name(shell.language), unit=unit_words(indicator.unit, shell.translate)
    )


def report_state_words(state: ReportState, _: Translate) -> str:
    """Return where a reported figure stands."""
    return {
        ReportState.SUBMITTED: _("待审核"),
        ReportState.ACCEPTED: _("已通过"),
        ReportState.REJECTED: _("已退回"),
        ReportState.REPLACED: _("已被更正"),
    }[state]
