"""My account, and everybody's for the administrator."""
