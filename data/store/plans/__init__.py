"""Editions of rolling plans and catalogues in PostGIS: the adapter of ``projects.plans.ports``."""

from data.store.plans.editions import PostgisEditions

__all__ = ["PostgisEditions"]
