"""Investment promotion answered from PostGIS."""
