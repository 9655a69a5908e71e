"""Hostile texts in everything that holds a text, and what the whole app makes of them."""
