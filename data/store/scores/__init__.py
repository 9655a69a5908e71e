"""Scorecards asked of PostGIS."""

from data.store.scores.cards import PostgisScorecards

__all__ = ["PostgisScorecards"]
