"""Fictional projects: never a real name, decimal money, steps in order, one seed one library."""

from __future__ import annotations

import itertools
import json
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.demo import money, steps
from data.demo.ground import County, Ground, Spot, Township
from data.demo.inventing import Invented, Wanted, invent
from data.demo.preparing import without_records
from data.demo.words import (
    BRANDS,
    CATEGORY_WEIGHTS,
    FIRMS,
    NOUNS,
    REGIONS,
    firm,
    project_id,
    project_name,
)
from data.importers.library import read_library
from projects import names
from projects.codes import Basis, Category, FinanceStatus, MilestoneCode, Stage
from projects.fields import BY_NAME

TODAY = date(2026, 11, 21)
RUYUAN = County(
    "440232",
    "乳源瑶族自治县",
    "440200",
    "440000",
    "440200",
    (Township("440232100", "乳城镇", Spot(113.2, 24.7)),),
)
GROUND = Ground({"440200": (RUYUAN,)}, {"440200": ("gs",)})


def made(number: int, seed: int = 1, lines: int = 5, milestones: int = 5) -> Invented:
    return invent(GROUND, Wanted(number, lines, milestones), seed, TODAY)


MANY = [made(n, lines=n % 12, milestones=n % 14) for n in range(1, 400)]


def test_no_invented_name_holds_a_real_one_or_is_part_of_one() -> None:
    tables = read_library()
    real = {names.normalised(str(r[c])) for r, c in itertools.chain(
        ((p, "name") for p in tables.projects),
        ((a, "alias") for a in tables.aliases),
        ((m, "printed_name") for m in tables.mentions),
        ((u, "name") for u in tables.units),
        ((a, "alias") for a in tables.unit_aliases),
    )}  # fmt: skip
    firms = {firm(n)[1] for n in range(1, FIRMS + 1)}
    assert not firms & {str(u["name"]) for u in tables.units} and all("演示" in name for name in firms)
    invented = [(brand, brand + noun) for brand in BRANDS for noun in itertools.chain(*NOUNS.values())]
    for brand, name in invented:
        plain = names.normalised(name)
        assert not [one for one in real if one in plain or plain in one], name
        assert not [one for one in real if names.normalised(brand) in one], brand


def test_every_name_and_id_says_that_it_is_practice() -> None:
    assert project_name("云杉", "国医堂", 3) == "云杉国医堂（演示0003）"
    assert all(names.invented(one.columns["name"]) for one in MANY), "an import knows them by this"
    assert all("演示" in one.columns["name"] and one.columns["id"].startswith("YS-") for one in MANY)
    assert len({one.columns["name"] for one in MANY}) == len(MANY)
    assert project_id(99999) == "YS-99999"


def test_the_same_seed_gives_the_same_project_and_another_seed_another() -> None:
    assert made(7) == made(7)
    assert made(7).columns != made(7, seed=2).columns


def test_every_value_names_its_basis_and_no_contact_is_anybodys() -> None:
    for one in MANY:
        provenance = json.loads(one.columns["provenance"])
        filled = {k for k, v in one.columns.items() if v not in (None, "未明确") and k in BY_NAME}
        assert filled - {"owner_unit_id", "published"} <= provenance.keys()
        assert {entry["basis"] for entry in provenance.values()} == {Basis.DEMO}
        assert one.columns["basis"] == Basis.DEMO and one.columns["county_basis"] in {None, Basis.DEMO}
        assert json.loads(one.columns["contact"])["phone"] == "000-00000000"


def test_money_is_decimal_and_beds_stand_where_there_are_beds() -> None:
    amounts = [line.amount for one in MANY for line in one.finance]
    assert all(isinstance(a, Decimal) and a > 0 and a == a.quantize(Decimal("0.01")) for a in amounts)
    assert {line.status for one in MANY for line in one.finance} == set(FinanceStatus)
    with_beds = {one.columns["category"] for one in MANY if one.columns["beds"]}
    assert with_beds == {Category.HOSPITAL, Category.ELDERLY_CARE, Category.TCM}
    assert {one.columns["total_investment"] is None for one in MANY} == {True, False}


@given(st.integers(0, 10_000), st.decimals("0.05", "900000", places=2), st.integers(1, 12))
def test_parts_of_an_amount_add_up_to_it(seed: int, whole: Decimal, parts: int) -> None:
    found = money._divided(Random(seed), whole, parts)
    assert sum(found) == whole and len(found) == parts and min(found) >= 0


def test_some_lines_cover_the_total_exactly_some_exceed_it_and_a_split_has_its_parent() -> None:
    sums = [
        (sum(line.amount for line in one.finance), one.columns["total_investment"])
        for one in MANY
        if one.finance and one.columns["total_investment"]
    ]
    assert any(a == b for a, b in sums) and any(a > b for a, b in sums) and any(a < b for a, b in sums)
    split = [(one, line) for one in MANY for line in one.finance if line.splits is not None]
    assert split
    for one, line in split:
        assert line.splits is not None
        parent = one.finance[line.splits]
        assert (parent.source, parent.status) == (line.source, FinanceStatus.APPROVED)
        assert line.status is FinanceStatus.RECEIVED


@given(st.integers(0, 5000), st.sampled_from(list(Stage)), st.integers(0, 13))
def test_as_many_steps_as_wanted_none_twice_none_done_tomorrow(seed: int, stage: Stage, n: int) -> None:
    found = steps.steps(Random(seed), stage, TODAY, n)
    assert len({step.code for step in found}) == len(found) == n
    assert [s.code for s in found] == [c for c in MilestoneCode if c in {s.code for s in found}]
    assert all(step.actual_on is None or step.actual_on <= TODAY for step in found)
    assert all(step.planned_on or step.actual_on for step in found)


def test_the_library_is_late_here_and_there_and_contradicts_itself() -> None:
    late = [s for one in MANY for s in one.steps if s.planned_on and s.planned_on < TODAY and not s.actual_on]
    assert late

    def dates(one: Invented) -> list[date]:
        return [s.actual_on for s in one.steps if s.actual_on]

    assert any(sorted(dates(one)) != dates(one) for one in MANY), "steps out of order"


@pytest.mark.parametrize("precision", [0, 1, 2, 3, 4, 5])
def test_every_precision_comes_up_with_the_areas_it_knows(precision: int) -> None:
    found = [one for one in MANY if one.precision == precision]
    assert found
    for one in found:
        assert (one.columns["county_code"] is not None) == (precision in (1, 2, 3, 4))
        assert (one.columns["owner_unit_id"] is None) == (precision == 0)
        assert (one.columns["township_code"] is not None) == (precision == 3)


def test_without_townships_nothing_is_known_to_a_township() -> None:
    bare = Ground({"440200": (County("440232", "乳源", "440200", "440000", "440200", ()),)}, {})
    found = [invent(bare, Wanted(n, 0, 0), 1, TODAY) for n in range(1, 200)]
    assert 3 not in {one.precision for one in found} and not any(one.finance or one.steps for one in found)


def test_the_tables_for_practice_keep_documents_and_lose_every_record() -> None:
    whole = read_library()
    bare = without_records(whole)
    assert (bare.projects, bare.mentions, bare.aliases, bare.places) == ([], [], [], [])
    assert bare.targets == whole.targets and bare.tasks and bare.units


def test_every_category_has_words_and_a_weight() -> None:
    assert set(NOUNS) == set(CATEGORY_WEIGHTS) == set(Category)
    assert sum(REGIONS.values()) == 100
