"""The page on funding."""
