"""The page *Materials*: what leaves the building, ordered, fetched, shared, frozen."""
