"""Look at something that may hang, the database or a disk, without hanging with it."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Final, Generic, TypeVar

Seen = TypeVar("Seen")
_log = logging.getLogger(__name__)

WAIT_S: Final = 2.0
FRESH_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Answer(Generic[Seen]):
    """What a look has shown; ``error`` when it ended in one, both None when it has not ended in time."""

    value: Seen | None = None
    error: Exception | None = None


class Glance(Generic[Seen]):
    """Runs one look at a time in a thread of its own; whoever asks waits ``wait_s`` at most.

    A look that hangs is not started a second time: those who ask meanwhile are answered at once.
    """

    def __init__(self, look: Callable[[], Seen], wait_s: float = WAIT_S, fresh_s: float = FRESH_S) -> None:
        self._look, self._wait_s, self._fresh_s = look, wait_s, fresh_s
        self._changed = Condition()
        self._began: float | None = None
        self._ended = float("-inf")
        self._last: Answer[Seen] = Answer()

    def ask(self) -> Answer[Seen]:
        """Return what is seen now, or an empty answer after ``wait_s``."""
        with self._changed:
            now = time.monotonic()
            if self._began is None:
                if now - self._ended < self._fresh_s:
                    return self._last
                self._began = now
                Thread(target=self._run, name="glance", daemon=True).start()
            left = self._began + self._wait_s - now
            if left > 0 and self._changed.wait_for(lambda: self._began is None, left):
                return self._last
            return Answer()

    def _run(self) -> None:
        try:
            answer: Answer[Seen] = Answer(self._look())
        except Exception as error:  # noqa: BLE001 - told to whoever asked
            answer = Answer(error=error)
        with self._changed:
            self._last, self._began, self._ended = answer, None, time.monotonic()
            self._changed.notify_all()
