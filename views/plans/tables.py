"""Tables of editions as HTML: sums by year, entries, differences; known, unknown and absent told apart."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from layers.html import element, escape
from projects.codes import Basis
from projects.fields import JsonValue
from projects.plans import words as plan_words
from projects.plans.editions import CHANGE_ZH, Change, Difference, EditionKind, Measure, PlanEntry
from projects.values import plain
from views import marks, values, ways, words
from views.shell import Shell

TAGS = {Change.ENTERED: "new", Change.LEFT: "rejected", Change.KEPT: "", Change.MERGED: "held"}
CATALOGUE_FACTS = ("promotion_stage", "delivery_mode", "total_investment", "capital_sought", "land_status")
PLAN_FACTS = ("stage", "total_investment")


def table(heads: Sequence[str], rows: Iterable[str], label: str, texts: Sequence[int] = ()) -> str:
    """Return a table that scrolls in its own frame; ``texts`` are columns of words besides the first."""
    cells = (
        element("th", escape(text), scope="col", class_="atlas-left" if at in texts else "")
        for at, text in enumerate(heads)
    )
    head = element("thead", element("tr", *cells))
    inner = element("table", head, element("tbody", *rows))
    return element("div", inner, class_="atlas-money", tabindex="0", role="region", aria_label=label)


def row(title: str, cells: Iterable[tuple[str, str]], *, whole: bool = False) -> str:
    """Return one row; ``title`` is HTML, a cell is HTML with its class."""
    body = [element("th", title, scope="row")]
    body += [element("td", text, class_=kind) if kind else element("td", text) for text, kind in cells]
    return element("tr", *body, class_="atlas-sum") if whole else element("tr", *body)


def money(amount: Decimal | None) -> str:
    """Return an amount exactly as it is, with separators; "" for none."""
    return "" if amount is None else values.number(plain(amount))


def measure_cells(shell: Shell, measure: Measure) -> list[tuple[str, str]]:
    """Return projects, sum, known and unknown as cells; nothing known is said, not summed to zero."""
    return [
        (f"{measure.count:,}", ""),
        sum_cell(shell, measure),
        (f"{measure.known:,}", ""),
        (f"{measure.unknown:,}", ""),
    ]


def sum_cell(shell: Shell, measure: Measure | None) -> tuple[str, str]:
    """Return a sum as a cell: 未知 where no amount is known, a dash where there is nothing to add up."""
    if measure is None or not measure.count:
        return "—", "atlas-empty"
    if not measure.known:
        return escape(shell.translate("未知")), "atlas-empty"
    return money(measure.amount), ""


def years_table(shell: Shell, years: Mapping[int, Measure], whole: Measure) -> str:
    """Return the plan by year; a project that is in two years counts in both."""
    _ = shell.translate
    heads = (_("年度"), _("项目"), _("计划投资（万元）"), _("金额已知（项）"), _("金额未知（项）"))
    rows = [row(str(year), measure_cells(shell, measure)) for year, measure in years.items()]
    last = row(escape(_("合计（项目按年度重复计）")), measure_cells(shell, whole), whole=True)
    return table(heads, [*rows, last], _("分年度计划投资"))


# ---- entries ----


def entries_table(shell: Shell, kind: EditionKind, years: Sequence[int], entries: Sequence[PlanEntry]) -> str:
    """Return entries as they were frozen."""
    facts = CATALOGUE_FACTS if kind is EditionKind.CATALOGUE else PLAN_FACTS
    _ = shell.translate
    heads = [
        _("项目名称"),
        _("县（市、区）"),
        *(plan_words.title(name, shell.language) for name in facts),
        *(_("{year}年（万元）").format(year=year) for year in years),
        _("变化与理由"),
    ]
    rows = [
        row(
            name_cell(shell, entry),
            [
                (
                    escape(entry.snapshot.get("county") or entry.snapshot.get("prefecture") or ""),
                    "atlas-left",
                ),
                *(_fact(shell, entry, name) for name in facts),
                *(_planned(shell, entry, year) for year in years),
                (_change(shell, entry.change, entry.reason), "atlas-left"),
            ],
        )
        for entry in entries
    ]
    texts = [1, len(heads) - 1, *(2 + at for at, name in enumerate(facts) if not plan_words.is_amount(name))]
    return table(heads, rows, _("项目"), texts)


def name_cell(shell: Shell, entry: PlanEntry) -> str:
    """Return the frozen name with a link to the record as it is now, and a mark for what is not real."""
    basis = str(entry.snapshot.get("basis", ""))
    mark = marks.tag(words.basis(basis, shell.translate), "notice") if basis in _UNREAL else ""
    link = ways.anchor(shell, entry.project_id, ways.MAP, id=entry.project_id)
    if shell.identity.edits:
        link += " · " + ways.anchor(shell, shell.translate("修改"), "edit", id=entry.project_id)
    return f"{escape(entry.name)} {mark}<br>{link}"


_UNREAL = (str(Basis.DEMO), str(Basis.MODELLED))


def _fact(shell: Shell, entry: PlanEntry, name: str) -> tuple[str, str]:
    held = entry.snapshot.get(name)
    if held is None:
        return escape(shell.translate("未知")), "atlas-empty"
    if plan_words.is_amount(name):
        return escape(values.number(str(held))), ""
    return escape(plan_words.value(name, held, shell.translate)), "atlas-left"


def _planned(shell: Shell, entry: PlanEntry, year: int) -> tuple[str, str]:
    """Return the plan of a year: blank when it is not in, 未知 when nobody knows the amount."""
    if year not in entry.plan:
        return "", "atlas-empty"
    amount = entry.plan[year]
    return (escape(shell.translate("未知")), "atlas-empty") if amount is None else (money(amount), "")


def _change(shell: Shell, change: Change, reason: str) -> str:
    tag = marks.tag(shell.translate(CHANGE_ZH[change]), TAGS[change])
    return f"{tag} {escape(reason)}" if reason else tag


# ---- differences ----


def differences_table(shell: Shell, lines: Sequence[Difference]) -> str:
    """Return the lines of a comparison: what happened, why, and which values moved."""
    _ = shell.translate
    heads = (_("项目名称"), _("县（市、区）"), _("变化与理由"), _("变动的内容（前版 → 本版）"))
    rows = [
        row(
            name_cell(shell, line.entry),
            [
                (escape(line.entry.snapshot.get("county", "")), "atlas-left"),
                (_change(shell, line.change, line.reason), "atlas-left"),
                (_moves(shell, line), "atlas-left"),
            ],
        )
        for line in lines
    ]
    return table(heads, rows, _("逐项比较"), (1, 2, 3))


def _moves(shell: Shell, line: Difference) -> str:
    if not line.moves:
        return escape(shell.translate("没有变动")) if line.change is Change.KEPT else ""
    parts = []
    for move in line.moves:
        old, new = (_value(shell, move.path, held) for held in (move.old, move.new))
        shown = element("span", escape(new), class_="atlas-asked")
        was = element("span", escape(old), class_="atlas-old atlas-none")
        parts.append(f"{escape(plan_words.title(move.path, shell.language))}：{was} → {shown}")
    return "<br>".join(parts)


def _value(shell: Shell, path: str, held: JsonValue) -> str:
    text = plan_words.value(path, held, shell.translate)
    return values.number(text) if plan_words.is_amount(path) else text
