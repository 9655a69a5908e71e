"""Matters (事项): what is to be settled, by whom, until when, and the meetings that settle it."""
