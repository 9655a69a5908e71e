"""The leaders' page as data, as a picture and as one A4."""
