"""One layer of a map file written through GDAL, batch by batch, and its failures as ``OSError``."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from data.exports.columns import Columns

MEMORY: Final = 2_000
"""Records that are held at once."""


def append(  # noqa: PLR0913 - the facts of one layer
    path: Path,
    layer: str,
    made: Columns,
    fields: list[str],
    *,
    driver: str,
    kind: str = "Unknown",
    new: bool = True,
    **options: Any,
) -> None:
    """Write a batch of rows to a layer in WGS84 (EPSG:4326), a new one or one that is there.

    ``kind`` is the geometry type of the layer, ``Unknown`` for several. Raises ``OSError`` for a full disk
    and whatever else keeps GDAL from writing: it says no more than that.
    """
    import pyogrio  # a hundred megabytes that other exports do not need

    with failing_as_oserror():
        pyogrio.raw.write(
            str(path),
            made.geometry,
            made.values,
            [str(field) for field in fields],
            made.unknown,
            layer=layer,
            driver=driver,
            geometry_type=kind,
            crs="EPSG:4326",
            append=not new,
            **options,
        )


@contextmanager
def failing_as_oserror() -> Iterator[None]:
    """Turn what GDAL and SQLite say of a disk into ``OSError``."""
    import pyogrio

    told = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError)
    try:
        yield
    except (*told, sqlite3.OperationalError) as error:
        raise OSError(errno.EIO, f"the map file was not written: {str(error)[:200]}") from error


def counted(path: Path, layer: str, wanted: int) -> None:
    """Hold what stands on the disk against what was written: GDAL does not say so of every lost row.

    Raises ``OSError`` when rows are missing.
    """
    import pyogrio

    with failing_as_oserror():
        found = pyogrio.read_info(str(path), layer=layer, force_feature_count=True)["features"]
    if found != wanted:
        raise OSError(errno.EIO, f"the map file holds {found} of {wanted} records of {layer}")
