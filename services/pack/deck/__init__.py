"""The slides: native tables and charts, a map per county."""
