"""The leaders' page: one screen and one A4 of the home area."""
