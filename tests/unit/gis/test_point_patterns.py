"""K against settlement: counts against pointpats, the test against its own promise."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gis.errors import BadInput
from gis.geodesy import EARTH_RADIUS_M, distance_m
from gis.point_patterns import k_against_settlement

pointpats = pytest.importorskip("pointpats")

RADII = np.array([500.0, 1500.0, 4000.0, 9000.0])


def villages(count: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).uniform((113.0, 24.0), (113.4, 24.4), (count, 2))


def test_k_counts_as_pointpats_does() -> None:
    """Beside the equator degrees are as good as metres; pointpats divides by n², we by n (n - 1)."""
    random = np.random.default_rng(2)
    points = random.uniform(0, 0.2, (80, 2))
    metres = np.radians(points) * EARTH_RADIUS_M
    _, theirs = pointpats.k(metres, support=RADII)
    box = float(np.prod(np.ptp(metres, axis=0)))
    found = k_against_settlement(points, points, RADII, simulations=19, level=0.1, area_m2=box)
    assert_allclose(found.K * 79 / 80, theirs, rtol=1e-12)
    assert_allclose(found.L, np.sqrt(found.K / np.pi))


def test_the_area_is_that_of_the_hull_of_both() -> None:
    """Beside the equator a square degree is known; at 60° north it is half as wide."""
    degree = np.pi * EARTH_RADIUS_M / 180
    for south, width in ((-0.5, 1.0), (59.5, 0.5)):
        corners = [(10, south), (11, south), (10, south + 1)]
        found = k_against_settlement(corners, [(11, south + 1), (10.5, south + 0.5)], RADII, simulations=39)
        assert found.area_m2 == pytest.approx(degree**2 * width, rel=1e-3)


def test_distances_are_great_circles() -> None:
    points = villages(60) + np.array([0, 40])
    apart = distance_m(points[:, None], points[None])
    pairs = [(apart <= radius).sum() - 60 for radius in RADII]
    found = k_against_settlement(points, villages(50), RADII, simulations=19, level=0.1, area_m2=1e9)
    assert_allclose(found.K, np.array(pairs) * 1e9 / (60 * 59))


def test_projects_in_one_valley_lie_closer_than_settlement() -> None:
    places = villages(400)
    near = places[np.argsort(distance_m(places, (113.2, 24.2)))[:60]]
    found = k_against_settlement(near, places, RADII, simulations=199)
    assert found.p == 1 / 200
    assert found.closer
    assert (found.high < found.L)[1:].any()
    assert found.n == 60


def test_projects_kept_apart_lie_farther_than_settlement() -> None:
    lattice = np.stack(np.meshgrid(np.linspace(113, 113.4, 8), np.linspace(24, 24.4, 8)), axis=-1).reshape(
        -1, 2
    )
    found = k_against_settlement(lattice, villages(400), RADII, simulations=199)
    assert found.p <= 0.05
    assert not found.closer
    assert (found.low > found.L).any()


def test_projects_where_people_live_are_not_called_clustered() -> None:
    """One town holds nearly everybody: against even villages its projects cluster, against people not."""
    places = villages(300)
    people = np.where(distance_m(places, (113.1, 24.1)) < 8000, 5000.0, 20.0)
    chosen = places[np.random.default_rng(3).choice(300, size=50, p=people / people.sum())]
    assert k_against_settlement(chosen, places, RADII, simulations=199).p <= 0.05
    weighted = k_against_settlement(chosen, places, RADII, population=people, simulations=199)
    assert weighted.p > 0.05
    assert ((weighted.low <= weighted.L) & (weighted.high >= weighted.L)).all()


def test_the_level_is_kept() -> None:
    """Of patterns drawn from the settlements, about one in ten leaves the envelope at level .1."""
    places, random = villages(150), np.random.default_rng(4)
    outside, small = 0, 0
    for run in range(120):
        drawn = places[random.integers(150, size=25)]
        found = k_against_settlement(drawn, places, RADII, simulations=39, level=0.1, seed=run)
        left = bool(((found.low - 1e-9 > found.L) | (found.high + 1e-9 < found.L)).any())
        outside += left
        small += found.p <= 0.1
        assert left == (found.p <= 0.1)
    assert 3 <= outside == small <= 24


def test_the_same_today_and_tomorrow() -> None:
    first, second = (k_against_settlement(villages(20, 5), villages(90), RADII, simulations=39) for _ in "ab")
    assert first.p == second.p
    assert_array_equal(first.high, second.high)
    assert (
        k_against_settlement(villages(20, 5), villages(90), RADII, simulations=39, seed=1).high[0]
        != first.high[0]
    )


def test_long_work_tells_how_far_it_is_and_can_be_ended() -> None:
    seen = []
    k_against_settlement(villages(9), villages(30), RADII, simulations=39, step=lambda *at: seen.append(at))
    assert seen == [(done, 39) for done in range(1, 40)]

    def stop(done: int, wanted: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        k_against_settlement(villages(9), villages(30), RADII, simulations=39, step=stop)


def test_how_far_apart_settlements_lie() -> None:
    row = [(113.0, 24.0), (113.0, 24.01), (113.0, 24.02), (113.0, 24.02)]
    found = k_against_settlement(row, row, RADII, simulations=19, level=0.1, area_m2=1.0)
    assert found.spacing_m == pytest.approx(distance_m(row[0], row[1]), rel=1e-9)


def test_all_projects_on_one_spot_are_as_close_as_can_be() -> None:
    found = k_against_settlement([(113.2, 24.2)] * 30, villages(200), RADII, simulations=99, area_m2=2e9)
    assert_allclose(found.K, 2e9)
    assert found.p == 0.01
    assert found.closer


POINTS, PLACES = villages(5), villages(9)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"points": POINTS[:1]}, "few"),
        ({"points": []}, "few"),
        ({"points": [(24, 113), (24, 114)]}, "positions"),
        ({"settlements": [(113, 24)] * 4}, "settlements"),
        ({"settlements": []}, "settlements"),
        ({"settlements": [(113, np.nan), (113, 24)]}, "positions"),
        ({"distances_m": []}, "distances"),
        ({"distances_m": [0.0, 100.0]}, "distances"),
        ({"distances_m": [200.0, 100.0]}, "distances"),
        ({"distances_m": [np.nan]}, "distances"),
        ({"population": [1.0] * 8}, "length"),
        ({"population": [0.0] * 9}, "population"),
        ({"population": [-1.0] + [1.0] * 8}, "population"),
        ({"population": [np.nan] + [1.0] * 8}, "population"),
        ({"simulations": 10}, "simulations"),
        ({"level": 0.0}, "simulations"),
        ({"area_m2": 0.0}, "area"),
        ({"points": [(113, 24)] * 2, "settlements": [(113, 24), (113, 25)]}, "area"),
    ],
)
def test_input_without_an_answer_is_refused(change, code) -> None:
    given = {"points": POINTS, "settlements": PLACES, "distances_m": RADII, "simulations": 39} | change
    with pytest.raises(BadInput) as refused:
        k_against_settlement(given.pop("points"), given.pop("settlements"), given.pop("distances_m"), **given)
    assert refused.value.code == code
