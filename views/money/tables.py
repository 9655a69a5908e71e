"""The tables of the money page as HTML: sums by part, source × status, years; each ends with its whole."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Final

from layers.html import element, escape
from projects.codes import FinanceSource, FinanceStatus
from projects.money.lines import ZERO
from projects.money.sums import Cell, LineSums, Part, Sums, Tally, YearPlan
from views.i18n import Translate
from views.money.figures import LINE_COLOURS, UNKNOWN, bar, percent, wan

STATUSES: Final = tuple(FinanceStatus)
Shown = Callable[[Cell], str]


def table(heads: Sequence[str], rows: Iterable[str], label: str) -> str:
    """Return a table that scrolls in its own frame; heads are plain words."""
    first, *rest = (element("th", escape(text), scope="col") for text in heads)
    inner = element("table", element("thead", element("tr", first, *rest)), element("tbody", *rows))
    return element("div", inner, class_="atlas-money", tabindex="0", role="region", aria_label=label)


def row(title: str, cells: Iterable[str], *, whole: bool = False) -> str:
    """Return one row; ``title`` and cells are HTML."""
    body = [element("th", title, scope="row"), *(_td(cell) for cell in cells)]
    return element("tr", *body, class_="atlas-sum") if whole else element("tr", *body)


def _td(text: str) -> str:
    return element("td", text, class_="atlas-empty") if text in ("", UNKNOWN, "0") else element("td", text)


def sums_table(parts: Sequence[tuple[str, Part]], whole: Sums, first: str, _: Translate) -> str:
    """Return known money, gap and what is unknown by part; ``parts`` are (title as HTML, part)."""
    heads = (
        first,
        _("项目"),
        _("已报资金"),
        _("总投资已知"),
        _("总投资（万元）"),
        _("批复+到位+支付"),
        _("到位+支付"),
        _("到位率"),
        _("缺口（已知）"),
        _("缺口未知（个）"),
        _("超出总投资"),
    )
    rows = [row(title, _sums_cells(part.sums)) for title, part in parts]
    return table(heads, [*rows, row(escape(_("合计")), _sums_cells(whole), whole=True)], first)


def _sums_cells(sums: Sums) -> list[str]:
    known = sums.known > 0
    return [
        f"{sums.projects:,}",
        f"{sums.reported:,}",
        f"{sums.known:,}",
        wan(sums.total if known else None),
        wan(sums.committed if sums.reported else None),
        wan(sums.received if sums.reported else None),
        percent(sums.receipt_rate.share),
        wan(sums.gap if known else None),
        f"{sums.unknown:,}",
        wan(sums.over) if sums.over else "",
    ]


def amounts(cell: Cell) -> str:
    """Return the amount of a cell, exact to the last digit."""
    return wan(cell.amount)


def line_counts(cell: Cell) -> str:
    """Return the lines of a cell."""
    return f"{cell.lines:,}"


def project_counts(cell: Cell) -> str:
    """Return the projects behind a cell."""
    return UNKNOWN if cell.projects is None else f"{cell.projects:,}"


def matrix_table(sums: LineSums, shown: Shown, _: Translate) -> str:
    """Return source × status with the sums of rows and columns; an empty cell holds no line."""
    matrix = sums.matrix
    heads = (_("资金来源"), *(_(str(s)) for s in STATUSES), _("合计"))
    rows = [
        row(escape(_(str(source))), [*_cells(_of_source(matrix, source).get, shown), shown(cell)])
        for source, cell in matrix.rows.items()
    ]
    last = row(escape(_("合计")), [*_cells(matrix.columns.get, shown), shown(matrix.whole)], whole=True)
    return table(heads, [*rows, last], _("来源 × 状态"))


def _of_source(matrix: Tally, source: FinanceSource) -> dict[FinanceStatus, Cell]:
    return {status: cell for (held, status), cell in matrix.cells.items() if held == source}


def _cells(held: Callable[[FinanceStatus], Cell | None], shown: Shown) -> list[str]:
    return [shown(cell) if cell else "" for cell in map(held, STATUSES)]


def special_table(sums: LineSums, shown: Shown, _: Translate) -> str:
    """Return subsidies and guidance-fund money by status; both are parts of the matrix above, not more."""
    heads = (_("其中"), *(_(str(s)) for s in STATUSES), _("合计"))
    rows = []
    for title, held in ((_("补助资金"), sums.subsidies), (_("产业基金"), sums.guidance_funds)):
        whole = Cell(sum((c.amount for c in held.values()), ZERO), sum(c.lines for c in held.values()))
        rows.append(row(escape(title), [*_cells(held.get, shown), shown(whole)]))
    return table(heads, rows, _("其中"))


def years_table(sums: LineSums, plans: Sequence[YearPlan], _: Translate) -> str:
    """Return amounts by year and status beside the annual plans; what has no year stands last."""
    held = {(cell.year, cell.status): cell for cell in sums.years}
    planned = {plan.year: plan for plan in plans}
    years: list[int | None] = [*sorted({c.year for c in sums.years if c.year} | planned.keys())]
    years += [None] if any(c.year is None for c in sums.years) else []
    largest = max((_of_year(held.get((y, s)) for s in STATUSES) for y in years), default=ZERO)
    heads = (_("年度"), *(_(str(s)) for s in STATUSES), _("合计"), _("年度计划"), _("计划项目"), "")
    rows = []
    for year in years:
        cells = [held.get((year, status)) for status in STATUSES]
        plan = planned.get(year) if year else None
        shown = [wan(c.amount) if c else "" for c in cells]
        rows.append(
            row(
                escape(year or _("未注明年度")),
                [
                    *shown,
                    wan(_of_year(cells)),
                    wan(plan.amount) if plan else UNKNOWN,
                    f"{plan.projects:,}" if plan else UNKNOWN,
                    _year_bar([c.amount if c else ZERO for c in cells], largest, _),
                ],
            )
        )
    return table(heads, [*rows, _years_sum(sums, plans, _)], _("年度"))


def _of_year(cells: Iterable[object]) -> Decimal:
    return sum((getattr(cell, "amount", ZERO) for cell in cells if cell), ZERO)


def _years_sum(sums: LineSums, plans: Sequence[YearPlan], _: Translate) -> str:
    columns = [sums.matrix.columns.get(status) for status in STATUSES]
    planned = sum((plan.amount for plan in plans), ZERO)
    cells = [*(wan(c.amount) if c else "" for c in columns), wan(sums.matrix.whole.amount)]
    return row(escape(_("合计")), [*cells, wan(planned) if plans else UNKNOWN, "", ""], whole=True)


def _year_bar(held: Sequence[Decimal], largest: Decimal, _: Translate) -> str:
    if not largest:
        return ""
    return bar(
        [
            (LINE_COLOURS[status], float(amount / largest), f"{_(str(status))} {wan(amount)}")
            for status, amount in zip(STATUSES, held, strict=True)
        ]
    )
