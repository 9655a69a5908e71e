"""The nearest of 30,000 facilities for 600,000 demand points, beside scikit-learn's BallTree with haversine.

Both run on one core, build their tree and answer in metres; the distances are compared.
"""

import numpy as np
from sklearn.neighbors import BallTree

from bench.calibration import calibrate, report, timed
from bench.places import Positions, crowded
from gis.access import nearest
from gis.geodesy import EARTH_RADIUS_M

DEMAND, FACILITIES, ROUNDS = 600_000, 30_000, 3


def main() -> None:
    """Measure and print."""
    demand, facilities = crowded(DEMAND, 2), crowded(FACILITIES, 3)
    unit = calibrate().cpu_s
    answers: dict[str, object] = {}
    ours = [timed(lambda: answers.update(ours=nearest(demand, facilities).metres)) for _ in range(ROUNDS)]
    peer = timed(lambda: answers.update(peer=_ball_tree(demand, facilities)))
    own = float(np.median([one.cpu_s for one in ours]))
    apart = float(np.abs(np.asarray(answers["ours"]) - np.asarray(answers["peer"])).max())
    row: dict[str, object] = {
        "demand": DEMAND, "facilities": FACILITIES, "cpu_s": own, "balltree_cpu_s": peer.cpu_s,
        "times_faster": peer.cpu_s / own, "calibration_loops": own / unit, "largest_difference_m": apart,
    }  # fmt: skip
    report("nearest facility", [row])


def _ball_tree(demand: Positions, facilities: Positions) -> object:
    tree = BallTree(np.radians(facilities[:, ::-1]), metric="haversine")
    return tree.query(np.radians(demand[:, ::-1]), k=1)[0][:, 0] * EARTH_RADIUS_M


if __name__ == "__main__":
    main()
