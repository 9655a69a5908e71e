"""The page of the Monday list."""
