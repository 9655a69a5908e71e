"""Tests of ``projects.matters``."""
