"""Where to build next: choose sites among candidates, with what is proved about the choice.

Arrays in, small frozen results out. Costs are demand × candidate, dense (infinity = out of reach) or sparse
(absent = out of reach, a stored 0 is a cost of 0). Rows and columns mean what the caller says they mean:
align them by id first (``align``).
"""

from gis.alignment import align
from gis.siting.budget import max_coverage_for_budget
from gis.siting.candidates import check_grid, excluded, grid_candidates, spacing_conflicts
from gis.siting.capacity import Assignment, assign_with_capacity, max_coverage_with_capacity
from gis.siting.center import p_center
from gis.siting.cover import set_cover
from gis.siting.coverage import max_coverage
from gis.siting.median import p_median
from gis.siting.results import Siting
from gis.siting.sensitivity import (
    Alternative,
    CurvePoint,
    Decile,
    ThresholdChange,
    alternatives,
    coverage_curve,
    threshold_changes,
    worst_served,
)
from gis.siting.service import nearest_chosen

__all__ = [
    "Alternative",
    "Assignment",
    "CurvePoint",
    "Decile",
    "Siting",
    "ThresholdChange",
    "align",
    "alternatives",
    "assign_with_capacity",
    "check_grid",
    "coverage_curve",
    "excluded",
    "grid_candidates",
    "max_coverage",
    "max_coverage_for_budget",
    "max_coverage_with_capacity",
    "nearest_chosen",
    "p_center",
    "p_median",
    "set_cover",
    "spacing_conflicts",
    "threshold_changes",
    "worst_served",
]
