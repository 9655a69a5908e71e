"""The form in which two spellings of one name are equal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.names import normalised


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("乳源丽宫温泉（二期）", "乳源丽宫温泉 (二期)"),
        ("“治未病”基地", "治未病基地"),
        ("ＳＰＡ 度假村", "spa度假村"),
        ("乐昌—坪石", "乐昌-坪石"),
        ("《方案》", "方案"),
        ("甲·乙", "甲乙"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"), [("一期", "二期"), ("韶关市中医院", "韶关市第一人民医院"), ("A区", "B区")]
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@given(st.text())
def test_it_is_done_once(name: str) -> None:
    assert normalised(normalised(name)) == normalised(name)


def test_what_punctuation_kept_apart_is_put_together() -> None:
    assert normalised("a-\u0301") == normalised("\u00e1")
