"""Looking at what may hang: nobody waits long, nothing is started twice."""

from threading import Event

import pytest

from services.watching.glance import Answer, Glance


def test_it_gives_what_was_seen_and_keeps_it_for_a_moment() -> None:
    looked: list[int] = []

    def look() -> int:
        looked.append(1)
        return len(looked)

    kept, anew = Glance(look, wait_s=30, fresh_s=3600), Glance(look, wait_s=30, fresh_s=0)
    assert [kept.ask(), kept.ask()] == [Answer(1), Answer(1)]
    assert [anew.ask(), anew.ask()] == [Answer(2), Answer(3)]


def test_an_error_is_told_and_the_next_look_may_succeed() -> None:
    answers = iter((OSError("away"), 7))

    def look() -> int:
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return int(found)

    glance = Glance(look, wait_s=30, fresh_s=0)
    assert isinstance(glance.ask().error, OSError)
    assert glance.ask() == Answer(7)


def test_what_hangs_is_asked_once_and_answered_without_waiting_for_it() -> None:
    free, begun = Event(), []

    def look() -> str:
        begun.append(1)
        free.wait(60)
        return "at last"

    glance = Glance(look, wait_s=0.02, fresh_s=3600)
    assert [glance.ask() for _ in range(5)] == [Answer()] * 5
    assert begun == [1]
    free.set()
    patient = glance
    patient._wait_s = 60
    assert patient.ask() == Answer("at last")


@pytest.mark.parametrize("error", [ValueError("x"), RuntimeError("y")])
def test_any_error_ends_a_look(error: Exception) -> None:
    def look() -> None:
        raise error

    assert Glance(look, wait_s=30).ask().error is error
