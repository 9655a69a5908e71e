"""Writing the library to files: GeoJSON, counties, CSV and xlsx, streamed, from one request and one mapping.

``formats`` is the table of what can be written and the way in. May import ``projects`` and ``gis``; it reads
the library through a protocol (``source``), so its tests need no database.
"""
