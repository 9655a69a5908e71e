"""The page of investment promotion."""
