"""The rows of 资金, 里程碑 and 审批手续: each goes to one row of 项目, or is set aside with its reason."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from data.importers.office.cells import Finding, Reader, error, notice, reader, stripped, warning
from data.importers.office.draft import Draft, issue
from data.importers.office.grid import Cell
from data.importers.office.headings import Column
from data.importers.office.rows import check_dates
from data.importers.office.sheet import Rows, Sheet
from data.importers.office.words import APPROVAL, FINANCE, LINE_FIELDS, MILESTONE, thresholds
from projects.fields import JsonValue
from projects.intake.cells import SourceCell
from projects.intake.importing import LeftOut, Line
from projects.intake.issues import IssueCode, Severity
from projects.names import normalised
from projects.values import plain

_KINDS = {FINANCE: "finance", MILESTONE: "milestone", APPROVAL: "approval"}
_REFERENCES = ("id", "project_code", "name")
_COUNTED = ("批复", "到位", "支付")


class Register:
    """The drafts of a file by id, code and name, for their lines to find them."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self._by: dict[str, dict[str, list[Draft]]] = {path: defaultdict(list) for path in _REFERENCES}
        for draft in drafts:
            for path, key in zip(_REFERENCES, _keys(draft), strict=True):
                if key:
                    self._by[path][key].append(draft)

    def find(self, texts: dict[str, str]) -> list[Draft]:
        """Return the drafts that a line means: by id, else by code, else by name."""
        keys = texts["id"].upper(), texts["project_code"], normalised(texts["name"])
        for path, key in zip(_REFERENCES, keys, strict=True):
            found = self._by[path].get(key, []) if key else []
            if found:
                return self._one_name(found, texts["name"])
            if key and path == "id":
                return []  # an id that is not there is not made good by a name
        return []

    def _one_name(self, found: list[Draft], name: str) -> list[Draft]:
        same = [draft for draft in found if name and draft.name == name]
        return same or found


def _keys(draft: Draft) -> tuple[str, str, str]:
    return draft.project_id, draft.project_code, normalised(draft.name)


class LineRows:
    """Reads the lines of one sheet into the drafts they belong to."""

    def __init__(self, sheet: Sheet, columns: Sequence[Column], register: Register) -> None:
        self.rows = Rows(sheet)
        self.count = 0
        self._sheet, self._register = sheet, register
        self._kind = _KINDS[sheet.layout.sheet]
        self._fields = {field.name: field for field in LINE_FIELDS[sheet.layout.sheet]}
        self._plan: list[tuple[Column, Reader]] = [(c, reader(c)) for c in columns if c.path in self._fields]
        self._by_path = {column.path: column for column in columns}

    def read(self) -> list[LeftOut]:
        """Read all lines; return those that belong nowhere together with the rows that are no lines."""
        orphans = []
        for number in self.rows:
            self.count += 1
            row = self._sheet.grid.rows[number]
            texts = {path: self._text(row, path) for path in _REFERENCES}
            found = self._register.find(texts)
            if len(found) == 1:
                self._add(found[0], number, row)
            else:
                orphans.append(self._orphan(number, texts, bool(found)))
        return [*orphans, *self.rows.left_out]

    def _text(self, row: Sequence[Cell], path: str) -> str:
        column = self._by_path.get(path)
        return stripped(row[column.index]) if column and column.index < len(row) else ""

    def _cell(self, number: int, path: str) -> SourceCell:
        column = self._by_path.get(path)
        if column is None or column.index >= len(self._sheet.grid.rows[number]):
            return SourceCell(self._sheet.grid.name, f"A{number + 1}", "", "")
        return self._sheet.grid.cell(number, column.index, column.heading)

    def _orphan(self, number: int, texts: dict[str, str], several: bool) -> LeftOut:
        said = next((path for path in _REFERENCES if texts[path]), "")
        key = ("ambiguous_project" if several else "orphan") if said else "orphan_unnamed"
        finding = error(key, IssueCode.ORPHANED_LINE, *([texts[said]] if said else []))
        cells = tuple(self._cell(number, path) for path in self._by_path)
        found = issue(finding, self._cell(number, said or "name"), said)
        return LeftOut(self._sheet.grid.name, number + 1, found, cells)

    def _add(self, draft: Draft, number: int, row: Sequence[Cell]) -> None:
        """Read a line and put it into its draft; an error in it keeps the draft's row out."""
        values: dict[str, JsonValue] = {}
        findings: list[tuple[str, Finding]] = []
        for column, read in self._plan:
            typed = read(row[column.index]) if column.index < len(row) else None
            if typed is None:
                continue
            findings += [(column.path, finding) for finding in typed.findings]
            if typed.cleared or typed.value is not None:
                values[column.path] = typed.value
            self._formula(findings, number, column, row)
        path = self._path(draft, row, values, findings)
        for part, finding in findings:
            draft.say(finding, self._cell(number, part), f"{path}/{part}" if path else part)
        draft.lines.append(Line(self._sheet.grid.name, number + 1, path))
        for part in self._by_path if path else ():
            draft.cells.add(f"{path}/{part}", self._cell(number, part))

    def _formula(
        self, findings: list[tuple[str, Finding]], number: int, column: Column, row: Sequence[Cell]
    ) -> None:
        formula = self._sheet.grid.formulas.get((number, column.index))
        if formula is not None:
            shown = stripped(row[column.index])
            finding = notice("formula", IssueCode.FORMULA_CELL, formula, shown)
            if not shown:
                finding = warning("formula_empty", IssueCode.FORMULA_CELL, formula)
            findings.append((column.path, finding))

    def _path(
        self,
        draft: Draft,
        row: Sequence[Cell],
        values: dict[str, JsonValue],
        findings: list[tuple[str, Finding]],
    ) -> str:
        """Put the values into the document and return under which path; empty when they stay out."""
        wrong = any(finding.severity is Severity.ERROR for _, finding in findings)
        if self._kind == "finance":
            return self._finance(draft, row, values, findings, wrong)
        return self._step(draft, values, findings, wrong)

    def _step(
        self,
        draft: Draft,
        values: dict[str, JsonValue],
        findings: list[tuple[str, Finding]],
        wrong: bool,
    ) -> str:
        code = values.pop("code", None)
        if code is None:
            if not wrong:
                findings.append(("code", _missing(self._fields["code"].zh)))
            return ""
        path = f"{self._kind}/{code}"
        earlier = next((line for line in draft.lines if line.path == path), None)
        if earlier is not None:
            name = self._fields["code"].choices[str(code)]
            findings.append(
                ("code", error("line_twice", IssueCode.DUPLICATE_IN_FILE, name, str(earlier.number)))
            )
            return ""
        if wrong or not values:
            return "" if wrong else path
        line = draft.document.setdefault(path, {})
        draft.dated = draft.dated or self._kind == "milestone"
        if isinstance(line, dict):
            line.update(values)
        return path

    def _finance(
        self,
        draft: Draft,
        row: Sequence[Cell],
        values: dict[str, JsonValue],
        findings: list[tuple[str, Finding]],
        wrong: bool,
    ) -> str:
        known = self._text(row, "line")
        if known and not known.isdecimal():
            findings.append(("line", error("not_a_number", IssueCode.INVALID_NUMBER, known)))
            return ""
        path = f"finance/{known}" if known else _new_path(draft)
        if known and "amount" in values and values["amount"] is None:
            draft.cleared.append(path)
            return path
        if not known and not wrong:
            wrong = self._incomplete(values, findings)
        if wrong:
            return ""
        draft.document[path] = values
        return path

    def _incomplete(self, values: dict[str, JsonValue], findings: list[tuple[str, Finding]]) -> bool:
        """Tell whether a new line lacks what every line needs; an amount said to be unknown is no error."""
        if values.get("amount") is None and any(
            f.key == "unknown_word" for part, f in findings if part == "amount"
        ):
            findings.append(("amount", warning("line_unknown", IssueCode.UNKNOWN_VALUE)))
            return True
        lacking = [
            name for name, field in self._fields.items() if field.required and values.get(name) is None
        ]
        findings += [(name, _missing(self._fields[name].zh)) for name in lacking]
        return bool(lacking)


def _missing(heading: str) -> Finding:
    return error("line_missing", IssueCode.MISSING_VALUE, heading)


def _new_path(draft: Draft) -> str:
    taken = sum(1 for path in draft.document if path.startswith("finance/new-"))
    return f"finance/new-{taken + 1}"


def check_lines(draft: Draft, today: date) -> None:
    """Hold a project's lines against its total, and its dates against each other, once all lines are in."""
    check_dates(draft, today)
    if not draft.lines:
        return
    lines = [v for p, v in draft.document.items() if p.startswith("finance/") and isinstance(v, dict)]
    total = draft.document.get("total_investment")
    amounts = [Decimal(str(v["amount"])) for v in lines if v.get("amount")]
    if not amounts or not isinstance(total, str) or Decimal(total) == 0:
        return
    whole, granted = sum(amounts), sum(Decimal(str(v["amount"])) for v in lines if _granted(v))
    low, high = thresholds("sum_ratio")
    ratio = max(Decimal(total) / whole, whole / Decimal(total)) if whole else Decimal(0)
    cell = draft.cells["total_investment"]
    if low <= ratio <= high:
        finding = warning("money_sum", IssueCode.UNIT_SUSPECT, total, plain(Decimal(whole)))
        draft.say(finding, cell, "total_investment")
    elif granted > Decimal(total):
        finding = warning("money_over", IssueCode.OUT_OF_RANGE, total, plain(Decimal(granted)))
        draft.say(finding, cell, "total_investment")


def _granted(line: dict[str, JsonValue]) -> bool:
    return line.get("status") in _COUNTED and bool(line.get("amount"))
