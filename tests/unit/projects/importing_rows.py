"""Made-up rows, records and rules for the tests of matching and planning."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from projects.fields import JsonValue
from projects.filing.desk import Held
from projects.identity import OwnerUnit, UnitKind
from projects.intake.cells import SourceCell
from projects.intake.importing import FileReading, ImportPlan, TypedRow
from projects.intake.matching import Index, Known, Rules, match
from projects.intake.planning import Since, plan

COUNTY = OwnerUnit("440203", UnitKind.COUNTY, "武江区", "440203", "440200", "440000", reviewed=False)
OTHER = OwnerUnit("440204", UnitKind.COUNTY, "浈江区", "440204", "440200", "440000", reviewed=False)
RULES = Rules(COUNTY, {COUNTY.id: COUNTY})
NEEDED: Mapping[str, JsonValue] = {"name": "甲医院", "kind": "site", "category": "hospital"}


def typed(number: int = 2, **given: Any) -> TypedRow:
    """Return a row; ``document`` gains the name, code and county given."""
    document = {**given.pop("document", {})}
    name, code = given.pop("name", ""), given.pop("project_code", "")
    county = given.pop("county_code", "440203")
    marks = {"name": name, "project_code": code, "county_code": county}
    document |= {path: value for path, value in marks.items() if value}
    cells = {
        path: SourceCell("项目", f"{letter}{number}", path, str(value))
        for letter, (path, value) in zip(itertools.cycle("BCDEFG"), document.items(), strict=False)
    }
    return TypedRow(
        "项目",
        number,
        given.pop("project_id", ""),
        code,
        name,
        county,
        document,
        given.pop("cleared", ()),
        cells,
        given.pop("issues", ()),
        **given,
    )


def new_row(number: int = 2, **given: Any) -> TypedRow:
    """Return a row that has all a new record needs."""
    given.setdefault("name", "甲医院")
    given["document"] = {**NEEDED, **given.get("document", {})}
    return typed(number, **given)


def file_of(rows: Sequence[TypedRow]) -> FileReading:
    """Return the reading of a file with these rows."""
    lines = sum(len(row.lines) for row in rows)
    counts = {"项目": len(rows), "资金": lines}
    return FileReading("表.xlsx", "ab" * 32, "xlsx", "", tuple(rows), (), (), len(rows) + lines, counts)


def record(
    project_id: str = "SG-0001", owner: str = "440203", version: int = 1, **document: JsonValue
) -> Held:
    """Return a record of the library."""
    return Held(project_id, {"county_code": owner, **NEEDED, **document}, version, owner, {})


def known(held: Held) -> Known:
    """Return what matching sees of a record."""
    d = held.document
    code = d.get("project_code")
    return Known(
        held.project_id,
        str(d["name"]),
        d.get("county_code"),  # type: ignore[arg-type]
        str(code) if code else None,
        held.owner_unit_id,
    )


def planned(
    rows: Sequence[TypedRow],
    library: Sequence[Held] = (),
    rules: Rules = RULES,
    since: Since | None = None,
    **changed: Any,
) -> ImportPlan:
    """Match and plan rows against records."""
    used = replace(rules, **changed)
    matches = match(rows, Index(known(held) for held in library), used)
    return plan(file_of(rows), matches, {held.project_id: held for held in library}, since or {}, used)
