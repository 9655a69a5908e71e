"""Alembic migrations; run by ``data.migrate.upgrade`` as the owner role."""
