"""Where to build next: candidates, costs, objectives, and what a choice of sites is worth."""
