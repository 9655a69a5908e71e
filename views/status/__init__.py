"""How the installation stands, for administrators."""
