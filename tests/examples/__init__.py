"""Practice files as offices really send them, each with what must come of it."""
