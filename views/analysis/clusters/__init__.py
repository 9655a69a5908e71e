"""The page *Clusters*."""
