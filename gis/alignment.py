"""Bring values into the order of ids: rows that do not mean the same place give a plausible wrong answer."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from gis.errors import BadInput

_NAMED = 5


def align(ids: Sequence[Hashable], table: Mapping[Hashable, float | None]) -> NDArray[np.float64]:
    """Return the values of ``table`` in the order of ``ids``; further entries of the table are not used.

    Raises BadInput naming the ids that are missing from the table or have no value there, and ids that come
    twice. Nothing is filled in.

    >>> align(["b", "a"], {"a": 1, "b": 2, "c": 3})
    array([2., 1.])
    """
    twice = [one for one, times in Counter(ids).items() if times > 1]
    if twice:
        raise BadInput(f"{len(twice)} ids come twice: {_named(twice)}; keep one of each", code="ids_twice")
    missing = [one for one in ids if table.get(one) is None]
    if missing:
        raise BadInput(
            f"{len(missing)} of {len(ids)} ids have no value: {_named(missing)}; add them or leave them out",
            code="ids_missing", count=len(missing),
        )  # fmt: skip
    return np.asarray([table[one] for one in ids], dtype=np.float64)


def _named(ids: Sequence[Hashable]) -> str:
    return ", ".join(str(one) for one in ids[:_NAMED]) + (" …" if len(ids) > _NAMED else "")
