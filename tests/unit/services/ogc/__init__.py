"""Tests of the open interface without a database."""
