"""Every failure of an analysis has words: held against the codes that the sources raise."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

import pytest

from gis.errors import BadInput
from tests.paths import ROOT
from views.analysis.refusals import said as bad_words
from views.analysis.refusals.said import MISALIGNED, fields, said

Raised = tuple[str, frozenset[str], str]


def raised() -> Iterator[Raised]:
    """Yield code, names of its values and place of every ``BadInput`` that names its code."""
    for room in ("gis", "projects/analysis"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("BadInput"):
                    given = {word.arg: word.value for word in node.keywords}
                    code = given.pop("code", None)
                    if isinstance(code, ast.Constant):
                        names = frozenset(name for name in given if name)
                        yield str(code.value), names, f"{path.name}:{node.lineno}"


def test_every_code_has_words_that_its_numbers_can_fill() -> None:
    known, lost = bad_words.words(str), defaultdict(list)
    for code, names, where in raised():
        sentences = known.get(code, ())
        if code not in MISALIGNED and not any(fields(one) <= names for one in sentences):
            lost[code].append(where)
    assert dict(lost) == {}, "code → where it is raised without words for these values"


def test_the_search_finds_codes_at_all() -> None:
    codes = {code for code, _, _ in raised()}
    assert {"eps", "no_facilities", "unreachable", "siting_nobody"} <= codes and len(codes) > 50


def test_the_numbers_stand_in_the_sentence() -> None:
    error = BadInput("x", code="unreachable", count=1200, total=30000)
    assert said(error, str) == (
        "30,000 个需求地点中有 1,200 个够不着任何候选点：请增加候选点、放宽距离，或去掉这些地点。"
    )
    assert "全都够不着" in said(BadInput("x", code="unreachable", count=1200), str)


def test_misaligned_rows_are_a_fault_to_report_with_the_original_words() -> None:
    text = said(BadInput("3 points but 2 labels", code="length", points=3, labels=2), str)
    assert "告诉管理员" in text and "3 points but 2 labels" in text


@pytest.mark.parametrize("code", ["nobody knows it", "bad_input"])
def test_an_unknown_code_keeps_the_original_text(code: str) -> None:
    assert said(BadInput("the {moon} is full", code=code), str).endswith("the {moon} is full")


def test_values_are_never_read_as_a_pattern() -> None:
    error = BadInput("x", code="siting_layer_kind", name="{0.__class__} {x}")
    assert "{0.__class__} {x}" in said(error, str)


def test_no_sentence_is_said_twice_and_all_say_what_to_do() -> None:
    every = [one for sentences in bad_words.words(str).values() for one in sentences]
    assert all(one.endswith("。") for one in every)
    assert [one for one in every if len(one) < 12] == []
