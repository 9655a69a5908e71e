"""Money of projects: lines, derived status, received share, gap; unknown apart, sums exact."""
