"""Siting: the choice of sites."""
