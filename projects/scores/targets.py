"""How the targets of each area stand, taken from the targets board: met, can be judged, all of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from projects.scores.model import TargetsMet
from projects.targets.board import Row
from projects.targets.model import Status

_JUDGED: Final = (Status.MET, Status.NOT_MET)


def met_by_area(rows: Iterable[Row]) -> Mapping[str, TargetsMet]:
    """Return area code → its targets; a number that every county must reach is each county's own target.

    Rules (an age, a threshold) are nobody's target. An area without a target is left out.
    """
    found: dict[str, list[Status]] = defaultdict(list)
    for row in rows:
        for code, status in _answerable(row):
            found[code].append(status)
    return {
        code: TargetsMet(
            met=statuses.count(Status.MET),
            judged=sum(status in _JUDGED for status in statuses),
            total=len(statuses),
        )
        for code, statuses in found.items()
    }


def _answerable(row: Row) -> Iterator[tuple[str, Status]]:
    """Yield the areas that answer for a target, with how it stands there."""
    if row.status is Status.RULE:
        return
    parts = [(part.code, part.status) for part in row.parts if part.status is not None]
    if row.target.each and parts:
        yield from parts
    else:
        yield row.target.area_code, row.status
