"""Queries that take long: counted and logged with their text, never with the values they were given."""

import logging
import time
from threading import Lock
from typing import Any, Final

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

_log = logging.getLogger(__name__)

SHOWN: Final = 1_500
"""Characters of a statement that are kept."""
_BEGAN: Final = "_atlas_began"


class Tally:
    """How many queries this process has asked, how many were slow, how long all took (seconds)."""

    def __init__(self) -> None:
        self.threshold_s = 0.0
        self.asked, self.slow, self.seconds = 0, 0, 0.0
        self._lock = Lock()

    def add(self, seconds: float) -> bool:
        """Count a query; return whether it was slow."""
        slow = 0 < self.threshold_s <= seconds
        with self._lock:
            self.asked += 1
            self.seconds += seconds
            self.slow += slow
        return slow


TALLY: Final = Tally()


def threshold(milliseconds: int) -> None:
    """Say from when on a query is slow; 0: none is."""
    TALLY.threshold_s = milliseconds / 1000


def listen(engine: Engine) -> None:
    """Measure every statement of an engine, also those that end in an error or a timeout."""
    event.listen(engine, "before_cursor_execute", _begin)
    event.listen(engine, "after_cursor_execute", _end)
    event.listen(engine, "handle_error", _broken)


def _begin(connection: Any, *given: Any) -> None:
    del given
    connection.info[_BEGAN] = time.perf_counter()


def _end(connection: Any, cursor: Any, statement: str, *given: Any) -> None:
    del cursor, given
    _measure(connection, statement)


def _broken(context: ExceptionContext) -> None:
    if context.connection is not None and context.statement:
        _measure(context.connection, context.statement)


def _measure(connection: Any, statement: str) -> None:
    try:
        began = connection.info.pop(_BEGAN, None)
    except Exception:  # noqa: BLE001 - a connection that broke keeps no notes; nothing may come of measuring
        return
    if began is None:
        return
    seconds = time.perf_counter() - began
    if TALLY.add(seconds):
        text, took = " ".join(statement.split())[:SHOWN], round(seconds * 1000)
        _log.warning("slow query, %d ms: %s", took, text, extra={"fields": {"kind": "slow", "ms": took}})
