"""Directories from files: definitions (TOML), and lines (xlsx, csv) checked cell by cell."""
