"""A list of names in one cell: whatever they are, they come apart again as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.values import cleaned, joined, names_of

NAMES = st.lists(st.text(alphabet='ab"；;、 \n甲').map(cleaned).filter(bool), unique=True)


@given(NAMES)
def test_joined_names_come_apart_as_they_were(names: list[str]) -> None:
    assert names_of(joined(names)) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("甲；乙、丙;丁", ["甲", "乙", "丙", "丁"]),
        ('"健康中国"', ['"健康中国"']),
        ('"健康中国"示范、乙', ['"健康中国"示范', "乙"]),
        ('"甲、乙"；丙', ["甲、乙", "丙"]),
        ('"没有关上、乙', ['"没有关上', "乙"]),
        ('"一""二"', ['一"二']),
        ("；、 ；", []),
    ],
)
def test_what_offices_write_is_read_as_they_mean_it(text: str, names: list[str]) -> None:
    assert names_of(text) == names
