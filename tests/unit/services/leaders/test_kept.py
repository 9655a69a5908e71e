"""What is kept is made once, by one visitor at a time; failures and old answers are not kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from services.leaders.kept import Kept


def test_two_visitors_at_once_make_one_answer() -> None:
    kept, begun, calls = Kept[int](), Event(), []
    both = Barrier(2)

    def make() -> int:
        calls.append(1)
        begun.wait(5)
        return len(calls)

    def visit() -> int:
        both.wait(5)
        return kept.of("a", make)

    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(visit) for _ in range(2)]
        begun.set()
        assert [one.result(5) for one in asked] == [1, 1]
    assert len(calls) == 1


def test_a_failure_is_tried_again() -> None:
    kept = Kept[int]()
    with pytest.raises(ZeroDivisionError):
        kept.of("a", lambda: 1 // 0)
    assert kept.of("a", lambda: 7) == 7


def test_the_oldest_answer_goes_first() -> None:
    kept = Kept[int](2)
    for key in ("a", "b", "a", "c"):
        kept.of(key, lambda: 1)
    assert kept.of("a", lambda: 2) == 1, "it was looked at last before c came"
    assert kept.of("b", lambda: 2) == 2
