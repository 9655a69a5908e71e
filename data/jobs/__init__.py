"""Long work outside page requests (filled by the import issue)."""
