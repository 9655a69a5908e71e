"""The project book: one page per project, as PDF and as Word."""
