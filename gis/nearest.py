"""The nearest facilities and all facilities within a distance, by great circle, from a k-d tree.

Positions are WGS84 degrees, shape (n, 2), lon first; distances are metres on the sphere of ``gis.geodesy``.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from gis.costs import check_limit
from gis.errors import BadInput
from gis.geodesy import EARTH_RADIUS_M
from gis.positions import checked_positions, chord, unit_vectors

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_CHUNK_PAIRS: Final = 500_000
_SAMPLE = 2_000
_CHUNK_ROWS: Final = 50_000
_SLACK: Final = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """``index`` of the facility and ``metres`` to it, per demand; shape (n,), or (n, k) nearest first."""

    index: IntArray
    metres: FloatArray


def nearest(demand: ArrayLike, facilities: ArrayLike, k: int | None = None) -> Nearest:
    """Return the nearest facility of each demand position, or the ``k`` nearest as columns.

    With fewer than ``k`` facilities there are as many columns as facilities. Raises BadInput when there is no
    facility, for a ``k`` below 1, and for missing or impossible positions. No demand gives empty arrays.

    >>> found = nearest([[113.0, 24.0]], [[113.0, 25.0], [113.0, 24.5]])
    >>> int(found.index[0]), round(float(found.metres[0]))
    (1, 55598)
    """
    start, targets = checked_positions(demand, "demand"), _facilities(facilities)
    if k is not None and k < 1:
        raise BadInput(f"{k} nearest facilities are wanted; ask for at least 1", code="number", k=k)
    tree = cKDTree(unit_vectors(targets))
    wanted = 1 if k is None else min(k, len(targets))
    index = np.empty((len(start), wanted), dtype=np.int64)
    metres = np.empty((len(start), wanted))
    # Neighbours in space one after the other keep the branches of the tree in the processor's cache.
    order = _along_a_curve(start)
    for first in range(0, len(start), _CHUNK_ROWS):
        rows = order[first : first + _CHUNK_ROWS]
        length, place = tree.query(unit_vectors(start[rows]), k=wanted)
        index[rows] = np.reshape(place, (-1, wanted))
        metres[rows] = _metres(np.reshape(length, (-1, wanted)))
    return Nearest(index[:, 0], metres[:, 0]) if k is None else Nearest(index, metres)


def pairs_within(demand: ArrayLike, facilities: ArrayLike, radius_m: float) -> Any:
    """Return the metres of all pairs at most ``radius_m`` apart as a CSR array, demand × facility.

    int32 columns in ascending order, float64 metres: 12 bytes a pair, and little more while it is built.
    Points on one spot are a stored zero. Errors as in ``nearest``, and for a negative radius.
    """
    check_limit(radius_m, "the radius")
    start, targets = checked_positions(demand, "demand"), _facilities(facilities)
    tree = cKDTree(unit_vectors(targets))
    grown = _Grown()
    counts = np.zeros(len(start) + 1, dtype=np.int64)
    rows = _rows_at_once(start, tree, radius_m)
    for first in range(0, len(start), rows):
        part = _pairs(start[first : first + rows], tree, radius_m)
        counts[first + 1 : first + 1 + part.shape[0]] = np.diff(part.indptr)
        grown.add(part.indices, part.data)
    columns, metres = grown.finished()
    pointers = np.cumsum(counts)
    if pointers[-1] < np.iinfo(np.int32).max:
        pointers = pointers.astype(np.int32)
    pairs = sparse.csr_array((metres, columns, pointers), shape=(len(start), len(targets)))
    pairs.has_sorted_indices = pairs.has_canonical_format = True
    return pairs


class _Grown:
    """Two arrays that grow in place: pages that nothing was written to take no memory."""

    def __init__(self) -> None:
        self.columns, self.metres, self.used = np.empty(0, np.int32), np.empty(0), 0

    def add(self, columns: NDArray[np.int32], metres: FloatArray) -> None:
        """Append one chunk."""
        end = self.used + len(columns)
        if end > len(self.columns):
            size = max(end, len(self.columns) * 3 // 2)
            self.columns.resize(size, refcheck=False)
            self.metres.resize(size, refcheck=False)
        self.columns[self.used : end], self.metres[self.used : end] = columns, metres
        self.used = end

    def finished(self) -> tuple[NDArray[np.int32], FloatArray]:
        """Return the arrays, cut to what is used."""
        self.columns.resize(self.used, refcheck=False)
        self.metres.resize(self.used, refcheck=False)
        return self.columns, self.metres


def _facilities(facilities: ArrayLike) -> FloatArray:
    targets = checked_positions(facilities, "facilities")
    if not len(targets):
        raise BadInput("there are no facilities: give at least one", code="no_facilities")
    return targets


def _metres(chords: FloatArray) -> FloatArray:
    return np.asarray(2.0 * EARTH_RADIUS_M * np.arcsin(np.clip(chords / 2.0, 0.0, 1.0)))


def _along_a_curve(points: FloatArray) -> IntArray:
    """Return an order in which neighbours are near each other: Morton codes of 16 bits per axis."""
    if not len(points):
        return np.empty(0, dtype=np.int64)
    low, high = points.min(axis=0), points.max(axis=0)
    cells = ((points - low) / np.maximum(high - low, 1e-12) * 65_535).astype(np.uint64)
    return np.argsort(_spread(cells[:, 0]) | (_spread(cells[:, 1]) << np.uint64(1)), kind="stable")


def _spread(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Put a zero between the 16 low bits of each number."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    return bits


def _rows_at_once(start: FloatArray, tree: Any, radius_m: float) -> int:
    """Guess from a sample how many demand rows make one chunk."""
    if not len(start):
        return 1
    sample = unit_vectors(start[:: max(1, len(start) // _SAMPLE)])
    mean = float(np.mean(tree.query_ball_point(sample, _reach(radius_m), return_length=True)))
    return int(np.clip(_CHUNK_PAIRS / max(mean, 1.0), 1, _CHUNK_ROWS))


def _pairs(start: FloatArray, tree: Any, radius_m: float) -> Any:
    part = cKDTree(unit_vectors(start), balanced_tree=False, compact_nodes=False)
    found = part.sparse_distance_matrix(tree, _reach(radius_m), output_type="ndarray")
    metres = _metres(found["v"])
    near = metres <= radius_m
    rows, columns = found["i"][near].astype(np.int32), found["j"][near].astype(np.int32)
    pairs = sparse.csr_array((metres[near], (rows, columns)), shape=(len(start), tree.n))
    pairs.sort_indices()
    return pairs


def _reach(radius_m: float) -> float:
    """Return a chord a hair longer than the radius, so that rounding loses no pair at the very edge."""
    return float(chord(radius_m)) * (1.0 + _SLACK) + _SLACK
