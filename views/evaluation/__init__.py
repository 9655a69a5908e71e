"""The page of third-party evaluation."""
