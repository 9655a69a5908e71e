"""Cells of a directory in words and as HTML: unknown is a dash, flags are said, cell text is hostile."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from layers.html import element, escape
from projects.directories.model import (
    Column,
    ColumnType,
    Computed,
    Condition,
    Definition,
    Entry,
    Test,
    Verdict,
)
from projects.fields import JsonValue
from views import marks, values, ways
from views import words as code_words
from views.shell import Shell

UNKNOWN: Final = "—"
NUMBERS: Final = frozenset(
    (ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.MONEY, ColumnType.AREA_M2, ColumnType.YEAR)
)
SHORT: Final = 160
"""Characters of a text that a list of lines shows."""
_TAGS: Final = {Verdict.YES: "accepted", Verdict.NO: "", Verdict.UNKNOWN: "notice"}
_SAFE: Final = ("http://", "https://")


def name_of(definition: Definition, language: str) -> str:
    """Return what a directory is called."""
    return definition.en if language == "en" and definition.en else definition.zh


def purpose_of(definition: Definition, language: str) -> str:
    """Return what a directory is for, "" where nobody has said."""
    given = definition.purpose_en if language == "en" else ""
    return given or definition.purpose_zh


def heading(shell: Shell, column: Column) -> str:
    """Return the heading of a column with its unit."""
    _ = shell.translate
    units = {ColumnType.MONEY: _("万元"), ColumnType.AREA_M2: _("平方米")}
    title = column.en if shell.language == "en" and column.en else column.zh
    unit = units.get(column.type, "")
    return f"{title}（{unit}）" if unit and unit not in title else title


def readable(shell: Shell, definition: Definition) -> Definition:
    """Return a definition without its contact columns for whoever has not signed in.

    The database keeps what stands in them from such a reader; a column of dashes would say that nobody knows.
    """
    if shell.identity.signed_in:
        return definition
    return replace(definition, columns=tuple(one for one in definition.columns if not one.contact))


def title_column(definition: Definition) -> Column:
    """Return the column that names a line."""
    named = (column for column in definition.columns if column.name == definition.title_column)
    return next(named, definition.columns[0])


def title_of(shell: Shell, definition: Definition, entry: Entry) -> str:
    """Return what a line is called; one without a name goes by its key."""
    column = title_column(definition)
    found = text(shell, column, entry.cells.get(column.name))
    return found if found != UNKNOWN else shell.translate("第 {n} 号").format(n=entry.key)


def text(shell: Shell, column: Column, value: JsonValue) -> str:
    """Return a cell as plain text in the page's language; what nobody filled in is a dash."""
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, bool):
        return shell.translate("是") if value else shell.translate("否")
    if column.type is ColumnType.COUNTY:
        return values.area_name(shell, str(value))
    if column.type in NUMBERS and column.type is not ColumnType.YEAR:
        return values.number(value)
    return str(value)


def html(shell: Shell, column: Column, entry: Entry, longest: int = SHORT) -> str:
    """Return a cell as HTML: addresses and records are links, a long text is cut, its tooltip is whole."""
    shown = text(shell, column, entry.cells.get(column.name))
    if shown == UNKNOWN:
        return escape(shown)
    if column.type is ColumnType.PROJECT:
        known = f"{shown} {entry.project_name}".strip()
        return ways.anchor(shell, known, ways.MAP, id=shown)
    if column.type is ColumnType.URL and shown.startswith(_SAFE):
        return element("a", escape(shown), href=shown, rel="noopener noreferrer", class_="atlas-link")
    return cut(shown, longest)


def cut(words: str, longest: int) -> str:
    """Return a text as HTML, a long one cut and whole in its tooltip."""
    if len(words) <= longest:
        return escape(words)
    return element("span", escape(words[:longest] + "…"), title=words)


def css_class(column: Column, shown: str) -> str:
    """Return the class of a cell: numbers to the right, unknown grey, long texts wide."""
    if shown == escape(UNKNOWN):
        return "atlas-right atlas-none" if column.type in NUMBERS else "atlas-none"
    if column.type in NUMBERS:
        return "atlas-right"
    if column.type is ColumnType.DATE:
        return "atlas-day"
    return "atlas-long" if column.type is ColumnType.LONG_TEXT else ""


def verdict_words(shell: Shell, verdict: Verdict) -> str:
    """Return what a flag says."""
    _ = shell.translate
    return {Verdict.YES: _("是"), Verdict.NO: _("否"), Verdict.UNKNOWN: _("未知")}[verdict]


def flag_title(shell: Shell, computed: Computed) -> str:
    """Return what a computed flag is called."""
    return computed.en if shell.language == "en" and computed.en else computed.zh


def flag_tag(shell: Shell, entry: Entry, computed: Computed) -> str:
    """Return a flag of a line as HTML; one that was not computed is unknown."""
    verdict = entry.flags.get(computed.name, Verdict.UNKNOWN)
    return marks.tag(verdict_words(shell, verdict), _TAGS[verdict])


def place_words(shell: Shell, entry: Entry) -> str:
    """Return where a line lies, in words: its point, or only its county, or why there is none."""
    _ = shell.translate
    place = entry.place
    if place.doubt:
        return place.doubt
    if place.lon is None or place.lat is None:
        return _("没有坐标")
    return code_words.option_name("precision", str(place.precision), "", _)


def county_words(shell: Shell, entry: Entry) -> str:
    """Return the county of a line's place, a dash where none is known."""
    code = entry.place.county_code
    return values.area_name(shell, code) if code else UNKNOWN


# ---- rules ----


def rules(shell: Shell, definition: Definition) -> str:
    """Return what the computed flags mean and who says so, as an HTML list; "" without any."""
    if not definition.computed:
        return ""
    _ = shell.translate
    lines = (
        element(
            "li",
            escape(
                _("“{name}”由程序算出：{rule}为“是”；条件中有未填的为“未知”。依据：{source}").format(
                    name=flag_title(shell, one), rule=rule_words(shell, definition, one), source=one.source
                )
            ),
        )
        for one in definition.computed
    )
    return element("ul", *lines, class_="atlas-rules")


def rule_words(shell: Shell, definition: Definition, computed: Computed) -> str:
    """Return the conditions of a flag in words."""
    columns = {column.name: column for column in definition.columns}
    said = (_condition_words(shell, columns, one) for one in computed.conditions)
    return shell.translate(" 且 ").join(said)


def _condition_words(shell: Shell, columns: Mapping[str, Column], condition: Condition) -> str:
    column = columns.get(condition.column)
    title = heading(shell, column) if column else condition.column
    given = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    shown = shell.translate("或").join(_value_words(shell, column, one) for one in given)
    sign = {Test.AT_LEAST: "≥", Test.AT_MOST: "≤"}.get(condition.test, "=")
    return f"{title} {sign} {shown}"


def _value_words(shell: Shell, column: Column | None, value: str | Decimal) -> str:
    if isinstance(value, Decimal):
        return values.number(f"{value:f}")
    if value in ("true", "false"):
        return shell.translate("是") if value == "true" else shell.translate("否")
    return value if column is None else text(shell, column, value)


# ---- tables ----


def table(label: str, heads: Iterable[tuple[str, str]], rows: Iterable[str], *, whole: bool = False) -> str:
    """Return a table in its own frame, ``whole`` as high as it is; heads are words with their class."""
    top = element("tr", *(element("th", escape(title), scope="col", class_=kind) for title, kind in heads))
    inner = element("table", element("thead", top), element("tbody", *rows))
    kind = "atlas-grid atlas-lines atlas-whole" if whole else "atlas-grid atlas-lines"
    return element("div", inner, class_=kind, tabindex="0", role="region", aria_label=label)


def row(first: str, cells: Iterable[tuple[str, str]]) -> str:
    """Return a row: the HTML that names it, then HTML with its class."""
    rest = (element("td", inner, class_=kind) if kind else element("td", inner) for inner, kind in cells)
    return element("tr", element("th", first, scope="row"), *rest)


Extra = tuple[str, Callable[[Entry], str]]
"""A further column: its heading, and a line's cell as HTML."""


def lines_table(
    shell: Shell, definition: Definition, entries: Sequence[Entry], extra: Sequence[Extra] = ()
) -> str:
    """Return lines as a table: what names them, their cells, county and place, flags, then ``extra``."""
    named = title_column(definition)
    others = [column for column in definition.columns if column is not named]
    heads = [(heading(shell, named), ""), *((heading(shell, one), _head_class(one)) for one in others)]
    further = [*_place_columns(shell, definition), *_flag_columns(shell, definition), *extra]
    heads += [(title, "") for title, _cell in further]
    rows = (
        row(
            _name_cell(shell, definition, named, entry),
            [
                *_typed_cells(shell, others, entry),
                *((cell(entry), "atlas-wrap") for _title, cell in further),
            ],
        )
        for entry in entries
    )
    return table(name_of(definition, shell.language), heads, rows)


def _head_class(column: Column) -> str:
    return "atlas-right" if column.type in NUMBERS else ""


def _typed_cells(shell: Shell, columns: Sequence[Column], entry: Entry) -> list[tuple[str, str]]:
    shown = ((column, html(shell, column, entry)) for column in columns)
    return [(inner, css_class(column, inner)) for column, inner in shown]


def _name_cell(shell: Shell, definition: Definition, named: Column, entry: Entry) -> str:
    shown = html(shell, named, entry)
    first = escape(title_of(shell, definition, entry)) if shown == escape(UNKNOWN) else shown
    return first + (element("small", escape(entry.note)) if entry.note else "")


def _place_columns(shell: Shell, definition: Definition) -> list[Extra]:
    if not definition.mapped:
        return []
    _ = shell.translate
    return [
        (_("县（市、区）"), lambda entry: escape(county_words(shell, entry))),
        (_("位置"), lambda entry: element("div", escape(place_words(shell, entry)), class_=_why(entry))),
    ]


def _why(entry: Entry) -> str:
    """Return the class of a place: a reason is a sentence and wants room."""
    return "atlas-why" if entry.place.doubt else "atlas-where"


def _flag_columns(shell: Shell, definition: Definition) -> list[Extra]:
    def column(one: Computed) -> Extra:
        return flag_title(shell, one), lambda entry: flag_tag(shell, entry, one)

    return [column(one) for one in definition.computed]
