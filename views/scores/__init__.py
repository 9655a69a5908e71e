"""The page of scorecards."""
