"""How many wrong attempts one address may make: a sliding window in memory, bounded."""

import ipaddress
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from threading import Lock
from typing import Final

ATTEMPTS: Final = 30
WINDOW_S: Final = 600
"""Thirty wrong attempts in ten minutes: a whole office sits behind one address."""
ADDRESSES: Final = 4096
"""Addresses remembered; the one that was quiet longest is forgotten first."""
FEWEST: Final = 5
"""Wrong attempts that every process allows, however many there are."""


class Limiter:
    """Counts wrong attempts per address; what is right costs nothing.

    Each of several processes counts for itself and allows its share, so that an address that knocks at all of
    them gets no more than at one.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, processes: int = 1) -> None:
        self._clock = clock
        self._processes = processes
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    @property
    def _attempts(self) -> int:
        return max(FEWEST, ATTEMPTS // self._processes)

    def wait_s(self, address: str) -> int:
        """Return the seconds until this address may try again, 0 when it may now."""
        with self._lock:
            times = self._recent(network(address))
            if len(times) < self._attempts:
                return 0
            return max(1, int(times[0] + WINDOW_S - self._clock()) + 1)

    def wrong(self, address: str) -> None:
        """Remember a wrong attempt."""
        with self._lock:
            key = network(address)
            times = self._recent(key)
            times.append(self._clock())
            self._wrong[key] = times
            self._wrong.move_to_end(key)
            while len(self._wrong) > ADDRESSES:
                self._wrong.popitem(last=False)

    def _recent(self, key: str) -> deque[float]:
        times = self._wrong.get(key, deque(maxlen=self._attempts))
        while times and times[0] <= self._clock() - WINDOW_S:
            times.popleft()
        return times


def network(address: str) -> str:
    """Return what counts as one address: an IPv6 customer has a whole /64.

    >>> network("2001:db8::1:2"), network("192.0.2.7"), network("::ffff:192.0.2.7")
    ('2001:db8::/64', '192.0.2.7', '192.0.2.7')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "?"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
