"""Measurements: each module runs alone (``python -m bench.datum``) and prints a table and JSON lines."""
