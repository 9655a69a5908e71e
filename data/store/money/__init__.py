"""Money asked of PostGIS."""
