"""What changed between two editions, by the stable key of their lines."""

from collections.abc import Sequence

from projects.directories.model import Difference, Entry


def difference(older: Sequence[Entry], newer: Sequence[Entry]) -> Difference:
    """Return what entered, left, changed and stayed the same; order is no change."""
    before = {entry.key: entry for entry in older}
    after = {entry.key: entry for entry in newer}
    both = [(before[key], entry) for key, entry in after.items() if key in before]
    changed = tuple(pair for pair in both if not alike(*pair))
    return Difference(
        entered=tuple(entry for key, entry in after.items() if key not in before),
        left=tuple(entry for key, entry in before.items() if key not in after),
        changed=changed,
        same=len(both) - len(changed),
    )


def alike(one: Entry, other: Entry) -> bool:
    """Return whether two lines say the same: cells, and the place as it was entered."""
    return dict(one.cells) == dict(other.cells) and _entered(one) == _entered(other)


def _entered(entry: Entry) -> tuple[str, str, str]:
    place = entry.place
    return place.coordinates_entered, place.datum_entered, place.county_code
