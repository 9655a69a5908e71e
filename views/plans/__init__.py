"""Pages of editions: the three-year rolling plan and the investment catalogue."""
