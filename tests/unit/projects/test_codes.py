"""Our code lists and their crosswalk to OC4IDS, IATI and AidData."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Any

import pytest

from data.importers.tables import REFERENCE, Row, read
from projects import codes
from projects.codes import (
    DRAWN_AS_POINT,
    Category,
    FinanceSource,
    FinanceStatus,
    PartyRole,
    Precision,
    Stage,
)
from projects.intake.issues import IssueCode
from tests.paths import shared

LISTS: dict[str, set[str]] = {
    "stage": {s.value for s in Stage},
    "finance_source": {s.value for s in FinanceSource},
    "finance_status": {s.value for s in FinanceStatus},
    "precision": {str(int(p)) for p in Precision},
    "party_role": {r.value for r in PartyRole},
    "category": {c.value for c in Category},
}
OPEN = ("projectSector", "partyRole")
"""Lists of OC4IDS that anybody may extend: the schema does not enumerate them."""


@cache
def crosswalk() -> list[Row]:
    return read(REFERENCE / "codelists" / "crosswalk.csv")


@cache
def mapped(own_list: str, standard_list: str) -> dict[str, set[str | None]]:
    found: dict[str, set[str | None]] = defaultdict(set)
    for row in crosswalk():
        if (row["list"], row["standard_list"]) == (own_list, standard_list):
            found[str(row["own_code"])].add(row["standard_code"])
    return found


def test_every_code_has_its_line_and_every_line_a_source() -> None:
    for name, own in LISTS.items():
        assert {row["own_code"] for row in crosswalk() if row["list"] == name} == own
    assert all(row["source"] and row["standard"] in ("OC4IDS", "IATI", "AidData") for row in crosswalk())
    keys = [
        tuple(row[k] for k in ("list", "own_code", "standard_list", "standard_code")) for row in crosswalk()
    ]
    assert len(keys) == len(set(keys))


def test_a_code_without_counterpart_says_so_in_every_standard() -> None:
    for standard_list in ("projectStatus", "ActivityStatus"):
        assert set(mapped("stage", standard_list)) == LISTS["stage"]
    for standard_list in ("financingArrangementType", "FinanceType"):
        assert set(mapped("finance_source", standard_list)) == LISTS["finance_source"]


@pytest.mark.parametrize(
    ("stage", "oc4ids", "iati"),
    [
        ("储备", "identification", "1"),
        ("前期", "preparation", "1"),
        ("新开工", "implementation", "2"),
        ("在建", "implementation", "2"),
        ("竣工", "completion", "3"),
        ("投产", "maintenance", "4"),
        ("停缓建", None, "6"),
        ("退库", "cancelled", "5"),
        ("未明确", None, None),
    ],
)
def test_stage(stage: str, oc4ids: str | None, iati: str | None) -> None:
    assert mapped("stage", "projectStatus")[stage] == {oc4ids}
    assert mapped("stage", "ActivityStatus")[stage] == {iati}


@pytest.mark.parametrize(
    ("precision", "aiddata", "exactness", "location_class"),
    [
        (Precision.BUILDING, {"1"}, "1", "3"),
        (Precision.VILLAGE, {"1"}, "1", "2"),
        (Precision.TOWNSHIP, {"8"}, "2", "2"),
        (Precision.COUNTY, {"3"}, "2", "1"),
        (Precision.REGION, {"3", "4"}, "2", "1"),
        (Precision.UNLOCATED, {None}, None, None),
    ],
)
def test_precision_leads_to_aiddata_and_iati(
    precision: Precision, aiddata: set[str | None], exactness: str | None, location_class: str | None
) -> None:
    own = str(int(precision))
    assert mapped("precision", "precision")[own] == aiddata
    assert mapped("precision", "GeographicExactness")[own] == {exactness}
    assert mapped("precision", "GeographicLocationClass")[own] == {location_class}


@pytest.mark.parametrize(
    ("source", "oc4ids", "iati"),
    [
        ("彩票公益金", "grant", "110"),
        ("专项债", "bond", "423"),
        ("资产证券化", "bond", "424"),
        ("银行贷款", "loan", "421"),
        ("社会资本", "shares.unlisted", "510"),
        ("保险资金", "shares.unlisted", "520"),
        ("上市挂牌", "shares.listed", "510"),
        ("其他", None, None),
        ("未明确", None, None),
    ],
)
def test_finance_source(source: str, oc4ids: str | None, iati: str | None) -> None:
    assert mapped("finance_source", "financingArrangementType")[source] == {oc4ids}
    assert mapped("finance_source", "FinanceType")[source] == {iati}


def enumerations(node: Any) -> Iterable[tuple[str, list[str]]]:
    """Yield (code list file, its values) of every closed list in the OC4IDS schema."""
    if isinstance(node, dict):
        if "codelist" in node and "enum" in node:
            yield node["codelist"], [value for value in node["enum"] if value]
        for inside in node.values():
            yield from enumerations(inside)


def test_oc4ids_codes_stand_in_the_published_schema() -> None:
    schema = json.loads(shared("schemas", "oc4ids", "project-schema.json").read_text(encoding="utf-8"))
    published = dict(enumerations(schema))
    checked = 0
    for row in crosswalk():
        if row["standard"] == "OC4IDS" and row["standard_code"] and row["standard_list"] not in OPEN:
            assert row["standard_code"] in published[f"{row['standard_list']}.csv"], row
            checked += 1
    assert checked > 20


def test_our_lists_are_those_of_the_standards() -> None:
    written = shared("standards.md").read_text(encoding="utf-8")
    assert [c for c in Category if f"| {c.value} | {codes.CATEGORY_ZH[c]} |" not in written] == []
    section = written.split("Codes at least:")[1].split("\n\n")[0]
    demanded = set(re.findall(r"[a-z]+(?:_[a-z]+)+", section)) - {"own"}
    assert demanded <= {c.value for c in IssueCode}


def test_every_code_has_its_words() -> None:
    assert set(codes.CATEGORY_ZH) == set(Category)
    assert set(codes.KIND_ZH) == set(codes.Kind)
    assert set(codes.PRECISION_ZH) == set(Precision)
    assert set(codes.BASIS_ZH) == set(codes.Basis)
    assert set(codes.ROLE_ZH) == set(PartyRole)
    for table in (codes.CATEGORY_ZH, codes.KIND_ZH, codes.PRECISION_ZH, codes.BASIS_ZH, codes.ROLE_ZH):
        assert len(set(table.values())) == len(table)


def test_points_are_drawn_up_to_the_township() -> None:
    assert {int(p) for p in DRAWN_AS_POINT} == {1, 2, 3}


@pytest.mark.parametrize(
    "listed", [v for v in vars(codes).values() if isinstance(v, type) and issubclass(v, StrEnum)]
)
def test_no_code_stands_twice(listed: type[StrEnum]) -> None:
    if listed is not StrEnum:
        assert len(listed) == len(listed.__members__)
