"""Files that a planner loads for analysis: settlements, candidates, exclusions, population rasters, roads."""
