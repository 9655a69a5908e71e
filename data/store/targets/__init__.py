"""Targets and indicators in PostGIS: the registry loaded, the facts read, reports filed and decided on."""

from data.store.targets.adapter import PostgisTargets

__all__ = ["PostgisTargets"]
