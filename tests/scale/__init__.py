"""Several processes behind nginx and PgBouncer: real ones, on loopback."""
