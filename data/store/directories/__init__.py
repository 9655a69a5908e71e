"""Directories in PostGIS: editions, lines, what a file brings, and what changed between two editions."""
