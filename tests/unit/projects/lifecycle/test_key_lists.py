"""Lists of key projects: free writing in one form, and nothing guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.fields import BY_NAME
from projects.intake.issues import IssueCode
from projects.lifecycle.key_lists import YEARS, KeyList, ListLevel, normalised, parse, written
from projects.paths import check_path
from projects.values import check


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("2026省重点；2027市重点", "2026省重点；2027市重点"),
        ("2027市重点;2026省重点", "2026省重点；2027市重点"),
        ("2026年省重点项目", "2026省重点"),
        ("２０２６省重点", "2026省重点"),
        ("2026 年 市级重点建设项目名单", "2026市重点"),
        ("省重点（2026）", "2026省重点"),
        ("县级重点2026年", "2026县重点"),
        ("2026区重点", "2026县重点"),
        ("2026-2028省重点", "2026省重点；2027省重点；2028省重点"),
        ("2026省重点、2026省重点", "2026省重点"),
        ("2026国家级重点项目", "2026国家重点"),
    ],
)
def test_what_is_understood(text: str, stored: str) -> None:
    assert normalised(text) == stored == normalised(stored)
    assert check(BY_NAME["key_lists"], text) == (stored, None)


@pytest.mark.parametrize(
    "text",
    [
        "省重点",
        "2026重点",
        "重大项目",
        "20217省重点",
        "1026省重点",
        "2026省重点；重大项目",
        "2030-2026省重点",
        "2026省重点2027",
        "2026-2090市重点",
        "省重点（待定）",
    ],
)
def test_what_is_not_understood_is_told_and_not_stored(text: str) -> None:
    assert normalised(text) is None
    assert check(BY_NAME["key_lists"], text) == (None, IssueCode.NOT_IN_LIST)
    wrong = check_path("key_lists", text)[1]
    assert wrong is not None and wrong.code is IssueCode.NOT_IN_LIST


def test_the_parts_that_nobody_understands_are_named() -> None:
    read = parse("2026省重点；重大项目、十大工程")
    assert read.found == (KeyList(2026, ListLevel.PROVINCIAL),)
    assert read.unread == ("重大项目", "十大工程")


LISTS = st.builds(KeyList, st.sampled_from(YEARS), st.sampled_from(list(ListLevel)))


@given(st.lists(LISTS, min_size=1, max_size=6))
def test_what_is_written_is_read_again(lists: list[KeyList]) -> None:
    read = parse(written(lists))
    assert set(read.found) == set(lists) and not read.unread
    assert normalised(written(lists)) == written(read.found)


@given(st.text(max_size=60))
def test_nothing_is_lost_without_a_word(text: str) -> None:
    read = parse(text)
    assert (
        read.found
        or read.unread
        or not text.strip(" ；;、，,/\n\t\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029\u3000")
    )
