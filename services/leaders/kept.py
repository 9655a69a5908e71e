"""What was read once and holds until the library changes: the first visitor fills it, the others look."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final, Generic, TypeVar

Held = TypeVar("Held")
MOST: Final = 64


class Kept(Generic[Held]):
    """Answers by key, the latest ``most`` of them; two visitors at once make one answer, not two.

    A key names everything that the answer depends on: whose rights, which version of the library, which day.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most, self._lock = most, Lock()
        self._held: OrderedDict[Hashable, Held] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}

    def of(self, key: Hashable, make: Callable[[], Held]) -> Held:
        """Return the answer for a key, made when it is first asked for; a failure is not kept.

        >>> kept = Kept[int]()
        >>> kept.of("a", lambda: 1), kept.of("a", lambda: 2)
        (1, 1)
        """
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
            turn = self._making.setdefault(key, Lock())
        with turn:
            return self._made(key, make)

    def _made(self, key: Hashable, make: Callable[[], Held]) -> Held:
        """Make an answer, unless whoever was before in the queue has."""
        with self._lock:
            if key in self._held:
                return self._held[key]
        try:
            found = make()
        finally:
            with self._lock:
                self._making.pop(key, None)
        with self._lock:
            self._held[key] = found
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return found
