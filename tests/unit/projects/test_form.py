"""A document as a form and back: nothing changes by itself, nothing typed is lost, nothing wrong is filed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.codes import FinanceSource, FinanceStatus, MilestoneCode
from projects.fields import BY_NAME, Document, JsonValue
from projects.filing.changes import difference
from projects.filing.form import Problem, clashes, fill, read, rebase, ungrouped
from projects.intake.issues import IssueCode

WHOLE: Document = {
    "name": "示例",
    "kind": "site",
    "category": "tcm",
    "county_code": "440232",
    "beds": 120,
    "total_investment": "36000.5",
    "published": True,
    "alias/甲": True,
    "area/440281": True,
    "party/owner": ["甲公司", "乙公司"],
    "party/lead": ["县卫健局"],
    "finance/9": {
        "source": "专项债",
        "status": "批复",
        "amount": "8000",
        "year": 2025,
        "subsidy": False,
        "note": None,
    },
    "finance/11": {
        "source": "其他",
        "status": "申请",
        "amount": "1.5",
        "year": None,
        "subsidy": True,
        "note": "x",
    },
    "annual_plan/2026": "5000",
    "milestone/commencement": {"planned_on": "2025-03-01", "actual_on": None, "title": None, "note": None},
    "place/0": {"geometry": {"type": "Point", "coordinates": [113.2, 24.7]}, "precision": 1},
}


def problems_of(form: dict[str, JsonValue], base: Document = WHOLE) -> dict[str, IssueCode]:
    return {f"{p.list}:{p.row}:{p.field.name}": p.code for p in read(form, base).problems}


def test_an_untouched_form_changes_nothing() -> None:
    reading = read(fill(WHOLE), WHOLE)
    assert reading.problems == () and difference(WHOLE, reading.document) == ()


amounts = st.decimals(Decimal(0), Decimal(10**7), places=2).map(lambda d: f"{d:f}".rstrip("0").rstrip("."))
lines = st.fixed_dictionaries(
    {
        "source": st.sampled_from([str(s) for s in FinanceSource]),
        "status": st.sampled_from([str(s) for s in FinanceStatus]),
        "amount": amounts,
        "year": st.none() | st.integers(1990, 2100),
        "subsidy": st.booleans(),
        "note": st.none() | st.just("说明"),
    }
)
documents = st.fixed_dictionaries(
    {"name": st.just("示例"), "kind": st.just("site"), "category": st.just("tcm")},
    optional={
        "beds": st.integers(0, 100_000),
        "total_investment": amounts,
        "stage": st.sampled_from(["储备", "在建"]),
        "finance/3": lines,
        "finance/20": lines,
        "annual_plan/2025": amounts,
        "alias/别名": st.just(True),
        "milestone/completion": st.fixed_dictionaries(
            {
                "planned_on": st.just("2027-01-31"),
                "actual_on": st.none(),
                "title": st.none(),
                "note": st.none(),
            }
        ),
    },
)


@given(documents)
def test_every_document_survives_the_form(document: dict[str, Any]) -> None:
    assert read(fill(document), document).document == document
    assert read(fill(document), {}).problems == ()


@given(documents)
def test_a_form_over_an_empty_record_asks_for_the_same_document(document: dict[str, Any]) -> None:
    assert read(fill(document), {}).document == document


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("beds", "约120", IssueCode.INVALID_NUMBER),
        ("beds", "1.5", IssueCode.INVALID_NUMBER),
        ("beds", "-1", IssueCode.OUT_OF_RANGE),
        ("total_investment", "3亿", IssueCode.INVALID_NUMBER),
        ("name", "  ", IssueCode.MISSING_VALUE),
        ("category", "", IssueCode.MISSING_VALUE),
        ("project_code", "12-34", IssueCode.INVALID_NUMBER),
        ("note", "长" * 2001, IssueCode.TEXT_TOO_LONG),
    ],
)
def test_a_wrong_value_is_named_and_the_old_one_stays(name: str, raw: str, code: IssueCode) -> None:
    reading = read({**fill(WHOLE), name: raw}, WHOLE)
    assert [(p.field.name, p.raw, p.code) for p in reading.problems] == [(name, raw, code)]
    assert reading.document == WHOLE


@pytest.mark.parametrize(("raw", "value"), [("1,200", 1200), ("１２０", 120), ("0", 0), ("", None)])
def test_numbers_as_people_type_them(raw: str, value: int | None) -> None:
    reading = read({**fill(WHOLE), "beds": raw}, WHOLE)
    assert reading.problems == () and reading.document.get("beds") == value


def test_thousands_are_taken_apart_in_whole_groups_only() -> None:
    assert ungrouped(BY_NAME["beds"], "1,20") == "1,20"
    assert ungrouped(BY_NAME["total_investment"], "12,000.5") == "12000.5"


def test_blank_is_unknown_and_never_zero() -> None:
    document = read({**fill(WHOLE), "total_investment": "", "beds": ""}, WHOLE).document
    assert "total_investment" not in document and "beds" not in document


def test_rows_are_added_changed_and_taken_away() -> None:
    form = fill(WHOLE)
    form["finance"] = [
        {"id": "9", "source": "专项债", "status": "到位", "amount": "8000", "year": "2025", "subsidy": False},
        {"source": "省级财政", "status": "批复", "amount": "300", "year": "", "subsidy": False, "note": ""},
        {"source": "", "status": "", "amount": "", "year": "", "subsidy": False, "note": ""},
    ]
    form["annual_plan"] = []
    changes = {c.path: (c.old, c.new) for c in difference(WHOLE, read(form, WHOLE).document)}
    assert set(changes) == {"finance/9", "finance/11", "finance/new-1", "annual_plan/2026"}
    assert changes["finance/11"][1] is None and changes["annual_plan/2026"][1] is None
    assert changes["finance/9"][1]["status"] == "到位"  # type: ignore[index,call-overload]


def test_a_wrong_cell_keeps_the_whole_list_and_says_which() -> None:
    form: dict[str, Any] = fill(WHOLE)
    form["finance"] = [{"source": "专项债", "status": "批复", "amount": "约八千"}, {"source": "其他"}]
    assert problems_of(form) == {
        "finance:1:amount": IssueCode.INVALID_NUMBER,
        "finance:2:status": IssueCode.MISSING_VALUE,
        "finance:2:amount": IssueCode.MISSING_VALUE,
    }
    assert read(form, WHOLE).document == WHOLE


@pytest.mark.parametrize(
    ("kind", "rows", "problem"),
    [
        (
            "annual_plan",
            [{"year": "2026", "amount": "1"}, {"year": "2026", "amount": "2"}],
            "annual_plan:2:year",
        ),
        ("alias", [{"name": "乙"}, {"name": "乙"}], "alias:2:name"),
        (
            "milestone",
            [{"code": str(MilestoneCode.COMPLETION), "planned_on": "2026-01-01"}] * 2,
            "milestone:2:code",
        ),
    ],
)
def test_one_thing_stands_in_one_row(kind: str, rows: list[JsonValue], problem: str) -> None:
    assert problems_of({**fill(WHOLE), kind: rows}) == {problem: IssueCode.DUPLICATE_IN_FILE}


def test_a_milestone_needs_a_date_or_a_word() -> None:
    undated = {"code": "completion", "planned_on": "", "actual_on": ""}
    form: dict[str, Any] = {**fill(WHOLE), "milestone": [undated]}
    assert problems_of(form) == {"milestone:1:planned_on": IssueCode.MISSING_VALUE}


def test_an_approval_needs_anything_at_all_and_stands_once() -> None:
    bare: dict[str, Any] = {**fill(WHOLE), "approval": [{"code": "fireDesign", "number": " "}]}
    assert problems_of(bare) == {"approval:1:planned_on": IssueCode.MISSING_VALUE}
    row: dict[str, Any] = {"code": "fireDesign", "number": "3号"}
    assert problems_of({**bare, "approval": [row, row]}) == {"approval:2:code": IssueCode.DUPLICATE_IN_FILE}
    document = read({**bare, "approval": [row]}, WHOLE).document
    held = {"planned_on": None, "actual_on": None, "number": "3号", "authority": None, "note": None}
    assert document["approval/fireDesign"] == held
    assert read(fill(document), document).document == document
    emptied = read({**fill(document), "approval": []}, document).document
    assert "approval/fireDesign" not in emptied


def test_units_by_role_leave_the_roles_of_the_plan_alone() -> None:
    form: dict[str, Any] = {**fill(WHOLE), "party": [{"role": "investor", "unit": "丙基金"}]}
    document = read(form, WHOLE).document
    assert document["party/lead"] == ["县卫健局"] and document["party/investor"] == ["丙基金"]
    assert "party/owner" not in document


def test_a_place_taken_off_the_map_leaves_the_document() -> None:
    form = {k: v for k, v in fill(WHOLE).items() if k != "place/0"}
    assert "place/0" not in read(form, WHOLE).document


# ---- two people at once ----

values_ = st.none() | st.integers(0, 3)
small = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 3))


@given(small, small, small)
def test_rebasing_loses_nothing_of_either(base: Document, mine: Document, theirs: Document) -> None:
    both = {c.path for c in clashes(base, mine, theirs)}
    for keep in (set[str](), both):
        result = rebase(base, mine, theirs, keep)
        for path in {*base, *mine, *theirs}:
            changed_by_me = mine.get(path) != base.get(path)
            expected = mine if changed_by_me and (path not in both or path in keep) else theirs
            assert result.get(path) == expected.get(path)


@given(small, small)
def test_alone_nobody_clashes(base: Document, mine: Document) -> None:
    assert clashes(base, mine, base) == () and clashes(base, base, mine) == ()
    assert rebase(base, mine, base, ()) == dict(mine)


def test_the_same_change_twice_is_no_clash() -> None:
    assert clashes({"beds": 1}, {"beds": 2}, {"beds": 2}) == ()


def test_a_problem_knows_its_place() -> None:
    found = read({**fill({}), "finance": [{"source": "x"}]}, {}).problems
    assert Problem(found[3].field, "x", IssueCode.NOT_IN_LIST, "finance", 1) in found
