"""Small pieces of a finding that list, detail and card share: its tags, what it is about, its facts."""

from decimal import Decimal

from layers.html import element, escape
from projects.evaluation import RATING_ZH, Fault, Finding, FindingState, Problem, Rating, longest
from views import marks, values, ways
from views.i18n import Translate
from views.shell import Shell

_TONE = {Rating.GOOD: "accepted", Rating.FAIR: "notice", Rating.POOR: "error", Rating.UNKNOWN: ""}


def tags(finding: Finding, _: Translate) -> str:
    """Return grade and state of a finding as small words on a ground."""
    rating = finding.draft.rating
    found = [marks.tag(_(RATING_ZH[rating]), _TONE[rating])]
    if finding.state is FindingState.DRAFT:
        found.append(marks.tag(_("草稿，只有您能看到"), "submitted"))
    if finding.replaced_by is not None:
        found.append(marks.tag(_("已有更正"), "held"))
    return " ".join(found)


def score(value: Decimal | None) -> str:
    """Return a score without idle zeros, empty when there is none.

    >>> score(Decimal("61.50")), score(Decimal(100)), score(None)
    ('61.5', '100', '')
    """
    return "" if value is None else f"{value.normalize():f}"


def text(finding: Finding) -> str:
    """Return what a finding says as HTML, line by line as it was typed."""
    lines = finding.draft.text.splitlines()
    return element("div", *(element("p", escape(line)) for line in lines if line.strip()), class_="atlas-sum")


def about(shell: Shell, finding: Finding) -> str:
    """Return what a finding is about as HTML: a link to the record, or the name of an area."""
    draft = finding.draft
    if draft.project_id:
        label = f"{draft.project_id} {finding.project_name}".strip()
        return ways.anchor(shell, label, ways.MAP, id=draft.project_id)
    return escape(finding.area_name or values.area_name(shell, draft.area_code))


def facts(shell: Shell, finding: Finding) -> str:
    """Return a finding's facts as a table; what is not known is said."""
    _ = shell.translate
    draft = finding.draft
    rows = [
        (_("评价对象"), about(shell, finding)),
        (_("评价机构"), escape(finding.organisation)),
        (_("评分（0–100）"), escape(score(draft.score) or _("未评分"))),
        (_("查看日期"), escape(str(draft.seen_on or _("未知")))),
        (_("方法"), escape(draft.method or _("未写"))),
        (_("提交时间"), escape(marks.when(finding.handed_in_at) if finding.handed_in_at else _("未提交"))),
    ]
    if draft.replaces_id is not None:
        rows.append((_("更正"), finding_link(shell, draft.replaces_id)))
    if finding.replaced_by is not None:
        rows.append((_("已由此更正"), finding_link(shell, finding.replaced_by)))
    cells = (
        element("tr", element("th", escape(name), scope="row"), element("td", shown)) for name, shown in rows
    )
    return element("table", *cells, class_="atlas-facts")


def finding_link(shell: Shell, key: int) -> str:
    """Return a link to a finding by its number."""
    label = shell.translate("{n} 号评价").format(n=key)
    return ways.anchor(shell, label, "evaluation", finding=key)


def problem_words(problem: Problem, _: Translate) -> str:
    """Return what is wrong with a finding, with the value and what to do."""
    field = {"title": _("标题"), "text": _("评价意见"), "method": _("方法")}.get(problem.field, "")
    most = longest(problem.field) if field else 0
    return {
        Fault.ABOUT_NOTHING: _("请填项目编号，或选一个地区。"),
        Fault.ABOUT_TWO_THINGS: _("一条评价只写一个项目或一个地区，请分开写。"),
        Fault.EMPTY: _("“{field}”还没有写。"),
        Fault.TEXT_TOO_LONG: _("“{field}”有 {value} 个字，最多 {most} 个：请写短一些。"),
        Fault.INVALID_SCORE: _("评分看不懂：{value}。请写 0–100 的数，最多两位小数；没有评分就空着。"),
        Fault.IN_THE_FUTURE: _("查看日期 {value} 在今天以后，请核对。"),
        Fault.INVALID_DATE: _("查看日期看不懂：{value}。请写成 2026-05-01 这样；不知道就空着。"),
    }[problem.fault].format(field=field, value=problem.value, most=most)
