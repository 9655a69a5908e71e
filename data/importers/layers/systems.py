"""Coordinate systems of map files and rasters: what their label says against what the person says.

A label EPSG:4326 proves nothing (numbers read off a web map carry it as well), one of CGCS2000 was chosen on
purpose. Without any label nothing is read; the datum is always the person's word.
"""

from typing import Final

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from data.importers.office.map_file import datum_of
from gis.datum import transform_geometry
from projects.analysis.layer_reading import LayerRefused
from projects.codes import DATUM_ZH, Datum

SHIFTED: Final = (Datum.GCJ02, Datum.BD09)
FloatArray = NDArray[np.float64]


def check_system(file_name: str, label: str, proven: str | None, datum: Datum) -> None:
    """Refuse a file without a label, with one of an old datum, or with one that denies the stated datum.

    ``label`` is the name of its system, ``proven`` what ``datum_of`` says of it; raises ``LayerRefused``.
    """
    if not label:
        raise LayerRefused("no_crs", file_name)
    if proven is None:
        raise LayerRefused("old_datum", file_name, label)
    if proven and datum in SHIFTED:
        raise LayerRefused("datum_contradicts", file_name, label, DATUM_ZH[datum])


def check_crs(file_name: str, crs: str, datum: Datum) -> None:
    """Refuse a system as ``check_system`` does; ``crs`` is anything pyproj reads, empty for none."""
    check_system(file_name, label_of(crs), datum_of(crs), datum)


def label_of(crs: str) -> str:
    """Return the name of a coordinate system as it is quoted: ``EPSG:4547``, or what the file calls it."""
    if not crs:
        return ""
    try:
        found = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        return crs[:60]
    code = found.to_authority()
    return ":".join(code) if code else str(found.name)


def to_degrees(crs: str) -> pyproj.Transformer:
    """Return what turns numbers of a system into degrees of its own datum, longitude first."""
    found = pyproj.CRS.from_user_input(crs)
    return pyproj.Transformer.from_crs(found, found.geodetic_crs, always_xy=True)


def from_degrees(crs: str) -> pyproj.Transformer:
    """Return what turns degrees of the system's own datum, longitude first, into its numbers."""
    found = pyproj.CRS.from_user_input(crs)
    return pyproj.Transformer.from_crs(found.geodetic_crs, found, always_xy=True)


def moved(shapes: NDArray[np.object_], turn: pyproj.Transformer) -> NDArray[np.object_]:
    """Return geometries with their coordinates (n, 2) turned."""
    result: NDArray[np.object_] = shapely.transform(
        shapes, lambda c: np.column_stack(turn.transform(c[:, 0], c[:, 1]))
    )
    return result


def shapes_in_wgs84(shapes: NDArray[np.object_], crs: str, datum: Datum) -> NDArray[np.object_]:
    """Return geometries of a projected or geographic system in WGS84, the stated datum undone."""
    system = pyproj.CRS.from_user_input(crs)
    degrees = shapes if system.is_geographic else moved(shapes, to_degrees(crs))
    result: NDArray[np.object_] = transform_geometry(degrees, str(datum))
    return result
