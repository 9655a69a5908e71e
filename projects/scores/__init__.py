"""Scorecards: how complete, how punctual and how near its targets a county or a unit is, with every part."""
