"""The page of dated directories."""
