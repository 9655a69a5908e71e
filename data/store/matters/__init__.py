"""Matters and meetings in PostGIS."""
