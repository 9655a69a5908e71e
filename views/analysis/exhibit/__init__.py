"""Drawing an exhibit: sentences, map, curves, tables, downloads."""
