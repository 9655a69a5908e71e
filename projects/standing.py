"""Where a unit stands: how many records it owns, how well they are placed, what nobody has reported yet.

Counted here over documents; ``Desk.standing`` counts the same in the database, for units with thousands.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from projects.codes import Precision
from projects.counts import PrecisionCount, Standing
from projects.fields import Document
from projects.filing.desk import Held

WANTED: Final = (
    "place/0",
    "stage",
    "total_investment",
    "township_code",
    "address",
    "project_code",
    "delivery_mode",
    "party/owner",
    "contact_phone",
    "floor_area_m2",
    "land_mu",
    "finance/",
    "milestone/",
)
"""What an office is asked for first; a path that ends in ``/`` is met by any of its rows."""
UNSTATED: Final = ("", "未明确", None)


def standing(held: Sequence[Held]) -> Standing:
    """Count a unit's records; a record is counted once and in exactly one precision."""
    documents = [one.document for one in held]
    lacking = Counter(path for document in documents for path in WANTED if not knows(document, path))
    return Standing(
        PrecisionCount.of(Counter(precision_of(document) for document in documents)),
        sum(knows(document, "total_investment") or knows(document, "finance/") for document in documents),
        most_first(lacking),
    )


def most_first(lacking: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return what is lacking with its count, most first, without what nothing lacks.

    >>> most_first({"stage": 0, "address": 2, "place/0": 2, "finance/": 9})
    (('finance/', 9), ('place/0', 2), ('address', 2))
    """
    found = (path for path in lacking if lacking[path])
    return tuple(
        (path, lacking[path]) for path in sorted(found, key=lambda p: (-lacking[p], WANTED.index(p)))
    )


def knows(document: Document, path: str) -> bool:
    """Return whether a document states a value; for the place, a point of a township or better.

    >>> knows({"stage": "未明确", "finance/3": {"amount": "5"}}, "stage")
    False
    """
    if path == "place/0":
        return precision_of(document) in (Precision.BUILDING, Precision.VILLAGE)
    if path.endswith("/"):
        return any(key.startswith(path) and value is not None for key, value in document.items())
    return document.get(path) not in UNSTATED


def precision_of(document: Document) -> Precision:
    """Return how well a document's place is known: that of its primary place, else of its area.

    A unit's record lies in the unit's area at least, so nothing here is without any place.
    """
    place = document.get("place/0")
    if isinstance(place, Mapping) and place.get("precision") is not None:
        return Precision(int(str(place["precision"])))
    return Precision.COUNTY if document.get("county_code") else Precision.REGION
