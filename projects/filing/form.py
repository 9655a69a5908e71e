"""The form of one record: a document as a person types it, and back, without losing a keystroke.

A *form* is plain JSON, so that it can be kept as a draft: single fields as the text that was typed (a code
for a choice, a boolean for a switch), lists as rows of text:

    beds, name …       "120"
    alias              [{"name": …}]
    area               ["440203", …]
    party              [{"role": …, "unit": …}]
    finance            [{"id", "source", "status", "amount", "year", "subsidy", "note"}]
    annual_plan        [{"year", "amount"}]
    milestone          [{"code", "planned_on", "actual_on", "title", "note"}]
    approval           [{"code", "planned_on", "actual_on", "number", "authority", "note"}]
    place/0 …          as in the document

``read`` turns a form into a document and a list of problems; a value that breaks a rule stays in the form as
it was typed and keeps the record's old value in the document, so that nothing wrong is ever filed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from projects import values
from projects.codes import ROLE_ZH
from projects.fields import (
    APPROVAL_FIELDS,
    BY_NAME,
    FIELDS,
    FINANCE_FIELDS,
    MILESTONE_FIELDS,
    Document,
    Field,
    FieldType,
    Group,
    JsonValue,
)
from projects.intake.issues import IssueCode
from projects.ordering import order

Form = Mapping[str, JsonValue]
Row = Mapping[str, JsonValue]

PARTY_ROLES: Final = tuple(f.name.partition("/")[2] for f in FIELDS if f.name.startswith("party/"))
SINGLE: Final = tuple(f for f in FIELDS if f.name not in ("aliases", "areas") and "/" not in f.name)
"""Fields with one value of their own; names, units and counties touched are lists of the form."""

ALIAS_FIELDS: Final = (replace(BY_NAME["aliases"], name="name", type=FieldType.TEXT),)
PARTY_FIELDS: Final = (
    Field(
        "role",
        Group.PARTIES,
        FieldType.CHOICE,
        "角色",
        "Role",
        {str(r): ROLE_ZH[r] for r in ROLE_ZH if str(r) in PARTY_ROLES},
        required=True,
    ),
    Field("unit", Group.PARTIES, FieldType.TEXT, "单位名称", "Unit", required=True),
)
_BY_FINANCE: Final = {f.name: f for f in FINANCE_FIELDS}
PLAN_FIELDS: Final = (
    replace(_BY_FINANCE["year"], required=True),
    replace(_BY_FINANCE["amount"], zh="计划投资（万元）", en="Planned investment (10,000 CNY)"),
)
LIST_FIELDS: Final[Mapping[str, tuple[Field, ...]]] = {
    "alias": ALIAS_FIELDS,
    "party": PARTY_FIELDS,
    "finance": FINANCE_FIELDS,
    "annual_plan": PLAN_FIELDS,
    "milestone": MILESTONE_FIELDS,
    "approval": APPROVAL_FIELDS,
}
"""List of the form → the columns of its rows."""
STEPS: Final = ("milestone", "approval")
"""Lists whose rows are dated steps, named by their code."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One value that breaks a rule: where it stands, what was typed, which rule.

    ``row`` counts from 1 and is 0 for a single field; ``list`` is the list of the form it stands in.
    """

    field: Field
    raw: str
    code: IssueCode
    list: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a form says: the document it asks for, and what is wrong."""

    document: Document
    problems: tuple[Problem, ...]


def fill(document: Document) -> dict[str, JsonValue]:
    """Return the form of a document; unknown values are empty text.

    >>> fill({"beds": 10, "alias/甲": True})["beds"], fill({"alias/甲": True})["alias"]
    ('10', [{'name': '甲'}])
    """
    form: dict[str, JsonValue] = {f.name: as_typed(f, document.get(f.name)) for f in SINGLE}
    form["alias"] = [{"name": name} for name in _rest(document, "alias")]
    form["area"] = list(_rest(document, "area"))
    form["party"] = [
        {"role": role, "unit": unit} for role in PARTY_ROLES for unit in _names(document.get(f"party/{role}"))
    ]
    form["finance"] = [_row(FINANCE_FIELDS, value, id=key) for key, value in _lines(document, "finance")]
    form["annual_plan"] = [
        {"year": year, "amount": str(document[f"annual_plan/{year}"])}
        for year in _rest(document, "annual_plan")
    ]
    for kind in STEPS:
        form[kind] = [_row(LIST_FIELDS[kind], value, code=key) for key, value in _lines(document, kind)]
    return form | {path: value for path, value in document.items() if path.startswith("place/")}


def read(form: Form, base: Document) -> Reading:
    """Return what a form asks for over the document it started from.

    What was not touched stays exactly as it stood, right or wrong: nobody is asked to mend another's value.
    """
    work = _Work(base)
    for field in SINGLE:
        work.single(field, form.get(field.name))
    for kind in ("alias", "finance", "annual_plan", *STEPS):
        work.rows(kind, rows_of(form, kind))
    work.parties(rows_of(form, "party"))
    areas = form.get("area")
    work.replace("area", {f"area/{code}": True for code in (areas if isinstance(areas, list) else ())})
    work.replace("place", {p: v for p, v in form.items() if p.startswith("place/")})
    kept = {path: value for path, value in work.document.items() if value is not None}
    return Reading(kept, tuple(work.problems))


class _Work:
    """A document being put together from a form."""

    def __init__(self, base: Document) -> None:
        self.before = fill(base)
        self.document: dict[str, JsonValue] = dict(base)
        self.problems: list[Problem] = []

    def single(self, field: Field, raw: JsonValue) -> None:
        """Take one field; a wrong value leaves the old one in the document."""
        if raw == self.before[field.name] and not (field.required and raw in (None, "")):
            return
        before = len(self.problems)
        value = self.checked(field, raw)
        if len(self.problems) == before:
            self.document[field.name] = value

    def checked(self, field: Field, raw: JsonValue, kind: str = "", row: int = 0) -> JsonValue:
        """Return a typed value; what is wrong with it is noted."""
        value, code = values.check(field, ungrouped(field, raw))
        if code is not None:
            self.problems.append(Problem(field, _shown(raw), code, kind, row))
        return value

    def replace(self, kind: str, lines: Mapping[str, JsonValue]) -> None:
        """Put new rows of one list in the place of the old ones."""
        for path in [p for p in self.document if p.startswith(kind + "/")]:
            del self.document[path]
        self.document.update(lines)

    def rows(self, kind: str, given: Sequence[Row]) -> None:
        """Take the rows of a list; one wrong cell keeps the whole list as it was."""
        if list(given) == self.before[kind]:
            return
        lines: dict[str, JsonValue] = {}
        before, fresh = len(self.problems), 0
        for number, row in enumerate(given, 1):
            typed = self.line(kind, number, row)
            if typed is None:
                continue
            fresh += kind == "finance" and not row.get("id")
            path = _path(kind, typed, str(row.get("id") or f"new-{fresh}"))
            if path in lines:
                self._twice(kind, number, typed)
            lines[path] = _value(kind, typed)
        if len(self.problems) == before:
            self.replace(kind, lines)

    def _twice(self, kind: str, number: int, typed: Row) -> None:
        key = LIST_FIELDS[kind][0]
        shown = _shown(typed.get(key.name))
        self.problems.append(Problem(key, shown, IssueCode.DUPLICATE_IN_FILE, kind, number))

    def line(self, kind: str, number: int, row: Row) -> dict[str, JsonValue] | None:
        """Return one row typed; None for an empty one."""
        columns = LIST_FIELDS[kind]
        if all(row.get(f.name) in (None, "", False) for f in columns):
            return None
        typed = {f.name: self.checked(f, row.get(f.name), kind, number) for f in columns}
        if kind in STEPS and all(v is None for name, v in typed.items() if name != "code"):
            planned = next(f for f in columns if f.name == "planned_on")
            self.problems.append(Problem(planned, "", IssueCode.MISSING_VALUE, kind, number))
        return typed

    def parties(self, given: Sequence[Row]) -> None:
        """Take the units by role, in the order of the rows; roles outside the form stay as they are."""
        if list(given) == self.before["party"]:
            return
        before, found = len(self.problems), dict[str, list[JsonValue]]()
        for number, row in enumerate(given, 1):
            typed = self.line("party", number, row)
            if typed is not None:
                found.setdefault(str(typed["role"]), []).append(typed["unit"])
        if len(self.problems) == before:
            for role in PARTY_ROLES:
                self.document[f"party/{role}"] = list(found[role]) if role in found else None


_GROUPED: Final = re.compile(r"\d{1,3}([,，]\d{3})+(\.\d+)?")
_NUMBERS: Final = (FieldType.MONEY, FieldType.DECIMAL, FieldType.INTEGER)


def ungrouped(field: Field, raw: JsonValue) -> JsonValue:
    """Return a number without its thousands separators; anything else as it is.

    >>> ungrouped(BY_NAME["beds"], "1,200"), ungrouped(BY_NAME["note"], "1,200")
    ('1200', '1,200')
    """
    if field.type in _NUMBERS and isinstance(raw, str) and _GROUPED.fullmatch(raw.strip()):
        return raw.replace(",", "").replace("，", "")
    return raw


def _path(kind: str, typed: Mapping[str, JsonValue], key: str) -> str:
    if kind == "finance":
        return f"finance/{key}"
    return f"{kind}/{typed[LIST_FIELDS[kind][0].name]}"


def _value(kind: str, typed: Mapping[str, JsonValue]) -> JsonValue:
    if kind == "alias":
        return True
    if kind == "annual_plan":
        return typed["amount"]
    row = {name: value for name, value in typed.items() if not (kind in STEPS and name == "code")}
    return row | {"subsidy": bool(row["subsidy"])} if kind == "finance" else row


def as_typed(field: Field, value: JsonValue) -> JsonValue:
    """Return a value as it stands in a widget: text, a boolean for a switch."""
    if field.type is FieldType.BOOLEAN:
        return value
    return "" if value is None else str(value)


def _row(columns: Sequence[Field], value: Mapping[str, JsonValue], **key: str) -> dict[str, JsonValue]:
    row = {f.name: as_typed(f, value.get(f.name)) for f in columns}
    return row | {f.name: bool(row[f.name]) for f in columns if f.type is FieldType.BOOLEAN} | dict(key)


def _rest(document: Document, kind: str) -> list[str]:
    """Return the second parts of the paths of one list."""
    head = kind + "/"
    found = (path[len(head) :] for path, value in document.items() if path.startswith(head) and value)
    return sorted(found, key=lambda key: (len(key) if key.isdecimal() else 0, key))


def _lines(document: Document, kind: str) -> Iterable[tuple[str, Mapping[str, JsonValue]]]:
    for key in _rest(document, kind):
        value = document[f"{kind}/{key}"]
        yield key, value if isinstance(value, dict) else {}


def _names(value: JsonValue) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else []


def rows_of(form: Form, kind: str) -> list[Row]:
    """Return the rows of one list of a form."""
    value = form.get(kind)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _shown(raw: JsonValue) -> str:
    return "" if raw is None else str(raw)


@dataclass(frozen=True, slots=True)
class Clash:
    """One path that both sides changed: what it was, what I ask for, what stands there now."""

    path: str
    old: JsonValue
    mine: JsonValue
    theirs: JsonValue


def clashes(base: Document, mine: Document, theirs: Document) -> tuple[Clash, ...]:
    """Return the paths that both sides changed to different values, in the form's order.

    >>> clashes({"beds": 1}, {"beds": 2}, {"beds": 3})
    (Clash(path='beds', old=1, mine=2, theirs=3),)
    """
    return tuple(
        Clash(path, base.get(path), mine.get(path), theirs.get(path))
        for path in sorted({*base, *mine, *theirs}, key=order)
        if mine.get(path) != base.get(path)
        and theirs.get(path) != base.get(path)
        and mine.get(path) != theirs.get(path)
    )


def rebase(
    base: Document, mine: Document, theirs: Document, keep_mine: Iterable[str]
) -> dict[str, JsonValue]:
    """Return my document over theirs: my changes where only I made one, and on the ``keep_mine`` paths."""
    kept = set(keep_mine)
    clashing = {clash.path for clash in clashes(base, mine, theirs)}
    result = dict(theirs)
    for path in {*base, *mine}:
        if mine.get(path) != base.get(path) and (path not in clashing or path in kept):
            result[path] = mine.get(path)
    return {path: value for path, value in result.items() if value is not None}
