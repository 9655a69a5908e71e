"""Everything that touches a disk, a database or a file format.

May import ``projects`` and ``gis``; never ``layers``, ``services`` or ``views``.
"""

import os
from typing import Final

FOREIGN_DRIVERS: Final = (
    "OGR_VRT,GDALG,WFS,CSW,HTTP,GPSBabel,ADBC,EEDA,Elasticsearch,NGW,PLSCENES,Carto,AmigoCloud"
)
"""Drivers of GDAL that follow a file to other files, addresses or programs; no office's file needs them."""
# Read by GDAL when it is first loaded; a file that was uploaded must never choose what the server opens.
os.environ.setdefault("OGR_SKIP", FOREIGN_DRIVERS)
