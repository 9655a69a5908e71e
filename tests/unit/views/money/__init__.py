"""Tests of the money page's parts."""
