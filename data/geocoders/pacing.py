"""Keeping to so many questions a second, and slowing down when the service asks for it."""

import time
from collections.abc import Callable
from typing import Final

from data.geocoders.base import Answer, Fault

RETRIES: Final = 4
FIRST_PAUSE_S: Final = 2.0
"""Doubled each time: 2, 4, 8, 16 seconds, 30 in all; a block of one minute ends the run as *failed: rate*."""


class Pace:
    """Spaces questions evenly; clock and sleep are arguments, so that a test needs no time."""

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gap, self._clock, self._sleep = 1.0 / per_second, clock, sleep
        self._next = clock()

    def wait(self) -> None:
        """Wait until the next question may be asked."""
        pause = self._next - self._clock()
        if pause > 0:
            self._sleep(pause)
        self._next = max(self._next, self._clock()) + self._gap

    def patiently(self, ask: Callable[[], Answer], check: Callable[[], None]) -> Answer:
        """Ask at the pace, again after a longer pause while the service says *too fast*.

        ``check`` is called before each pause and may raise to end it all.
        """
        pause = FIRST_PAUSE_S
        for _ in range(RETRIES):
            self.wait()
            answer = ask()
            if answer.fault is not Fault.RATE:
                return answer
            check()
            self._sleep(pause)
            pause *= 2
        self.wait()
        return ask()
