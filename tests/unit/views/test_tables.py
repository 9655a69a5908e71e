"""The pure parts of matrix and list: sums, shades, parts of the count."""

import pytest

from projects.codes import Precision
from projects.counts import PrecisionCount
from projects.intake.issues import IssueCode
from views import words
from views.map.listing import PARTS, SHOWN, WIDTHS, part_numbers, part_of
from views.map.matrix import Matrix, shade


def test_the_sum_row_adds_up_columns_and_never_the_programmes_besides() -> None:
    matrix = Matrix(("tcm", "sports"), (("甲", {"tcm": 2}, 5), ("乙", {"tcm": 1, "sports": 4}, 0)), True, 0)
    assert matrix.sums == {"tcm": 3, "sports": 4}


def test_shades_grow_with_the_number() -> None:
    strengths = [shade(n) for n in range(30)]
    assert strengths == sorted(strengths) and strengths[0] == 0 and strengths[-1] < 0.5


def test_the_parts_cover_every_precision_once() -> None:
    covered = [p for part in PARTS.values() for p in part]
    assert sorted(covered) == sorted(Precision)


def test_part_numbers_add_up() -> None:
    numbers = part_numbers(PrecisionCount(1, 2, 3, 4, 5))
    assert numbers["all"] == sum(n for key, n in numbers.items() if key != "all") == 15
    assert list(numbers) == list(PARTS)


@pytest.mark.parametrize(
    ("precision", "part"), [((), "all"), ((2, 1), "points"), ((4,), "county"), ((1,), None), ((3, 4), None)]
)
def test_a_precision_filter_is_a_part_or_a_mixture(precision: tuple[int, ...], part: str | None) -> None:
    assert part_of([Precision(p) for p in precision]) == part


def test_every_shown_column_has_a_width() -> None:
    assert set(SHOWN) == set(WIDTHS)


def test_every_issue_has_a_sentence() -> None:
    for code in IssueCode:
        assert words.issue(code, str) and not words.issue(code, str).isascii()
