"""Mixed-integer programs through HiGHS: arrays in, a solution with its proved bound out."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gis.costs import BoolArray, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Minimise cost · x subject to low ≤ matrix · x ≤ high, least ≤ x ≤ upper; ``whole`` flags integers."""

    cost: FloatArray
    matrix: Any
    low: FloatArray
    high: FloatArray
    upper: FloatArray
    whole: BoolArray
    least: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What was found: values (None when nothing feasible was), a proved lower bound, and the state.

    ``infeasible`` is only set when it is proved. ``bound`` is minus infinity when nothing is proved.
    """

    values: FloatArray | None
    bound: float
    optimal: bool
    infeasible: bool


def solve(
    program: Program,
    seconds: float,
    *,
    start: FloatArray | None = None,
    stop_below: float | None = None,
    seed: int = 0,
) -> Answer:
    """Solve within so many seconds of wall time, one thread.

    ``start`` is a feasible solution to begin from. ``stop_below`` ends the search once a solution costs no
    more than this.
    """
    import highspy

    model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    options: dict[str, Any] = {
        "output_flag": False, "threads": 1, "random_seed": seed, "time_limit": max(seconds, 0.0),
        "mip_rel_gap": 0.0, "mip_abs_gap": 1e-6,
    }  # fmt: skip
    if stop_below is not None:
        options["objective_target"] = stop_below
    for name, value in options.items():
        model.setOptionValue(name, value)
    model.passModel(_model(highspy, program))
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        model.setSolution(solution)
    model.run()
    return _answer(highspy, model, bool(program.whole.any()))


def _model(highspy: Any, program: Program) -> Any:
    rows = sparse.csr_array(program.matrix)
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = rows.shape
    lp.col_cost_ = program.cost
    lp.col_lower_, lp.col_upper_ = program.least, program.upper
    lp.row_lower_, lp.row_upper_ = program.low, program.high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = rows.indptr.astype(np.int32)
    lp.a_matrix_.index_ = rows.indices.astype(np.int32)
    lp.a_matrix_.value_ = rows.data.astype(np.float64)
    if program.whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(one)] for one in program.whole]
    return lp


def _answer(highspy: Any, model: Any, whole: bool) -> Answer:
    status, info = model.getModelStatus(), model.getInfo()
    optimal = status == highspy.HighsModelStatus.kOptimal
    infeasible = status == highspy.HighsModelStatus.kInfeasible
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values: NDArray[np.float64] | None = np.asarray(model.getSolution().col_value) if feasible else None
    bound = info.mip_dual_bound if whole else (info.objective_function_value if optimal else -math.inf)
    return Answer(values, float(bound) if math.isfinite(bound) else -math.inf, optimal, infeasible)
