"""Tests of the drawing rooms."""
