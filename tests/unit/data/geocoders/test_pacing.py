"""Questions are spaced, and a service that says *too fast* is believed."""

from data.geocoders.base import Answer, Fault, Outcome
from data.geocoders.pacing import FIRST_PAUSE_S, RETRIES, Pace

GOOD = Answer(Outcome.NOT_FOUND)
FAST = Answer(Outcome.FAILED, fault=Fault.RATE)


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now, self.slept = 100.0, list[float]()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def paced(per_second: float) -> tuple[Pace, Clock]:
    clock = Clock()
    return Pace(per_second, lambda: clock.now, clock.sleep), clock


def test_so_many_questions_a_second_and_no_more() -> None:
    pace, clock = paced(4.0)
    for _ in range(9):
        pace.patiently(lambda: GOOD, lambda: None)
    assert clock.now - 100.0 == 2.0, "the first goes at once, eight gaps of a quarter second follow"


def test_time_spent_waiting_for_an_answer_is_not_waited_again_nor_saved_up() -> None:
    pace, clock = paced(2.0)

    def slow() -> Answer:
        clock.now += 3.0
        return GOOD

    for _ in range(3):
        pace.patiently(slow, lambda: None)
    assert clock.slept == []
    pace.wait()
    pace.wait()
    assert clock.slept == [0.5], "no burst makes up for the slow ones"


def test_too_fast_is_asked_again_after_longer_and_longer_pauses() -> None:
    pace, clock = paced(1000.0)
    answers = iter([FAST, FAST, GOOD])
    assert pace.patiently(lambda: next(answers), lambda: None) is GOOD
    assert [s for s in clock.slept if s >= 1] == [FIRST_PAUSE_S, 2 * FIRST_PAUSE_S]


def test_a_service_that_stays_so_is_given_up_and_the_run_can_be_stopped_between_pauses() -> None:
    pace, clock = paced(1000.0)
    checks: list[int] = []
    assert pace.patiently(lambda: FAST, lambda: checks.append(1)).fault is Fault.RATE
    assert len(checks) == RETRIES
    assert sum(clock.slept) >= FIRST_PAUSE_S * (2**RETRIES - 1)
