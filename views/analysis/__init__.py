"""The analysis pages: clusters, coverage, where to build next."""
