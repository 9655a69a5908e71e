"""One record or many under change: form, bulk table, places, files, history, merging."""
