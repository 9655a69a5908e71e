"""Where things are: CRS and datum, coordinates, geocoding, joins, distance.

Pure functions over geometry and arrays; imports nothing else of this project.
"""
