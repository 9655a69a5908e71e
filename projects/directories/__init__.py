"""Directories (名录): dated, versioned lists whose columns a file defines."""
