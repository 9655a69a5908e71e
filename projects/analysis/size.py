"""How many records an analysis reads at a time: it holds them all in memory, a nation's do not go there."""

from typing import Final

from gis.errors import BadInput

MOST_RECORDS: Final = 30_000
"""A few seconds and some hundred MB; a prefecture's records, clinics included, are fewer."""


def check_size(matched: int) -> None:
    """Raise BadInput ``too_many_records`` for more records than are read at a time.

    >>> check_size(MOST_RECORDS)
    """
    if matched > MOST_RECORDS:
        raise BadInput(
            f"{matched} records match, {MOST_RECORDS} are read at a time: choose a prefecture",
            code="too_many_records",
            matched=matched,
            most=MOST_RECORDS,
        )
