"""Queries and writes against PostGIS, one module per subject."""
