"""The queue of a reviewer and one change set, decided field by field."""
