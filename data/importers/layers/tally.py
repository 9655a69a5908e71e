"""The account of a reading: why rows were left out, with examples, and what is said of those in use."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from projects.analysis.layer_reading import Note, Reason
from projects.values import cleaned

EXAMPLES: Final = 20
"""Rows that are named for each reason."""
_QUOTED: Final = 60


class Tally:
    """Counts rows left out by reason, naming the first twenty, and remarks on rows in use."""

    def __init__(self) -> None:
        self.left_out: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()
        self.examples: dict[str, list[tuple[str, str]]] = {}

    def leave(self, reason: Reason, row: str, quoted: str = "") -> None:
        """Leave one row out; ``row`` is where it stands, ``quoted`` what stands there."""
        self.left_out[str(reason)] += 1
        named = self.examples.setdefault(str(reason), [])
        if len(named) < EXAMPLES:
            text = cleaned(quoted)
            named.append((row, text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"))

    def leave_many(self, reason: Reason, count: int, named: Iterable[tuple[str, str]] = ()) -> None:
        """Leave rows out together, naming the first of them; none is no reason."""
        if count:
            self.left_out[str(reason)] += int(count)
            listed = self.examples.setdefault(str(reason), [])
            listed.extend(pair for pair, _ in zip(named, range(EXAMPLES - len(listed)), strict=False))

    def note(self, note: Note, count: int = 1) -> None:
        """Say something of rows that are in use."""
        if count:
            self.notes[str(note)] += int(count)

    def words(self) -> str:
        """Return the reasons with their numbers, the most frequent first."""
        return "，".join(f"{reason} {count}" for reason, count in self.left_out.most_common())


def unknown_numbers(count: int) -> NDArray[np.float64]:
    """Return numbers that nobody knows."""
    return np.full(count, np.nan)
