"""The page *Where next*."""
