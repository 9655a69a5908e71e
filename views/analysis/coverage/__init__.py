"""The page *Coverage*."""
