"""Phases (一期、二期) and the whole they belong to: no record is a part of itself."""

from collections.abc import Mapping


def ring(start: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """Return the records from ``start`` upwards back to one of them; empty when the chain ends.

    ``parents`` is record → the whole it belongs to; a record that is not in it is no part of anything.

    >>> ring("A", {"A": "B", "B": "C", "C": "A"}), ring("A", {"A": "B", "B": None})
    (('A', 'B', 'C', 'A'), ())
    """
    way = [start]
    above = parents.get(start)
    while above is not None and above not in way:
        way.append(above)
        above = parents.get(above)
    return (*way[way.index(above) :], above) if above is not None else ()


def ring_words(way: tuple[str, ...]) -> str:
    """Return a ring for a sentence.

    >>> ring_words(("A", "B", "A"))
    'A → B → A'
    """
    return " → ".join(way)
