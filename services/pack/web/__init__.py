"""Packs over HTTP: files of a session, shared links, permanent addresses of editions."""
