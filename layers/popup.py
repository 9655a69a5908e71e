"""The sentences of tooltips and popups, and how counts are put into them.

The browser puts these together from plain text (``textContent``), so a hostile name is only a name.
A card of a record reads: name · category (and stage) · place · how precisely the place is known · basis.
"""

from __future__ import annotations

from collections.abc import Iterable

from layers.labels import Labels
from layers.palette import SIGNS, ordered
from layers.scene import Counts

SIGN_INDEX = {code: i for i, code in enumerate(SIGNS)}
"""Code of a sign → its place in the palette table; payloads carry the number."""

BASES: tuple[str, ...] = ("documented", "reported", "derived", "modelled", "demo")


def category_index(code: str) -> int:
    """Return the table index of a category or status, of ``other`` when it is unknown.

    >>> category_index("hospital"), category_index("?") == category_index("other")
    (0, True)
    """
    return SIGN_INDEX.get(code, SIGN_INDEX["other"])


def count_pairs(counts: Counts) -> list[list[int]]:
    """Return ``[[sign index, number], …]`` in the order of the table, zeros left out.

    >>> count_pairs({"tcm": 2, "hospital": 1})
    [[0, 1], [3, 2]]
    """
    return [[SIGN_INDEX[code], n] for code, n in ordered(dict(counts))]


def sentence_tables(labels: Labels, places: Iterable[str]) -> dict[str, list[str]]:
    """Return the tables that marks point into: precision 0–5, bases, and the place and stage words."""
    return {
        "precision": [labels.precision[p] for p in range(6)],
        "basis": [labels.basis[b] for b in BASES],
        "text": list(places),
    }
