"""The map and what stands beside it: filter, card, table, matrix, basket, downloads."""
