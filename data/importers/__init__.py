"""Readers that bring boundaries, gazetteers and the project library into the database."""
