"""The printed maps of a pack."""
