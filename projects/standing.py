"""Where a unit stands: how many records it owns, how well they are placed, what nobody has reported yet."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from projects.codes import Precision
from projects.counts import PrecisionCount
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


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts of one unit's records; ``missing`` is (path, records that lack it), most first."""

    precision: PrecisionCount
    money_reported: int
    missing: tuple[tuple[str, int], ...]

    @property
    def records(self) -> int:
        """All records of the unit."""
        return self.precision.matched


def standing(held: Sequence[Held]) -> Standing:
    """Count a unit's records; a record is counted once and in exactly one precision."""
    documents = [one.document for one in held]
    lacking = Counter(path for document in documents for path in WANTED if not knows(document, path))
    return Standing(
        PrecisionCount.of(Counter(precision_of(document) for document in documents)),
        sum(knows(document, "total_investment") or knows(document, "finance/") for document in documents),
        tuple(
            (path, lacking[path]) for path in sorted(lacking, key=lambda p: (-lacking[p], WANTED.index(p)))
        ),
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
