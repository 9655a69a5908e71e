"""Moran's I, local Moran and local G: held against esda and against the exact distribution."""

import itertools
import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from gis import permutations
from gis.errors import BadInput
from gis.statistics import Power, Quadrant, local_g, local_moran, moran, power
from gis.weights import nearest_neighbours, row_standardised

esda = pytest.importorskip("esda")
libpysal = pytest.importorskip("libpysal")


def lattice(side: int) -> sparse.csr_array:
    return sparse.csr_array(libpysal.weights.lat2W(side, side, rook=False).sparse, dtype=float)


def as_pysal(weights) -> "libpysal.weights.W":
    return libpysal.weights.WSP(sparse.csr_matrix(weights)).to_W(silence_warnings=True)


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def example(name: str):
    """Values and weights: skewed rates, one-way neighbours, a planted cluster."""
    random = np.random.default_rng(7)
    if name == "one way":
        return random.lognormal(size=60), nearest_neighbours(random.uniform((110, 20), (115, 25), (60, 2)), 4)
    values = random.gamma(2.0, size=100)
    values[[44, 45, 54, 55]] += 8.0 if name == "cluster" else 0.0
    return values, lattice(10)


EXAMPLES = ("plain", "cluster", "one way")
TRANSFORMS = {"b": lambda weights: weights, "r": row_standardised}


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_moran_agrees_with_esda(name, transform) -> None:
    values, weights = example(name)
    ours = moran(values, TRANSFORMS[transform](weights))
    np.random.seed(1)
    theirs = esda.Moran(values, as_pysal(weights), transformation=transform, permutations=4999)
    for field in ("I", "EI", "VI_norm", "VI_rand", "z_norm", "z_rand", "p_norm", "p_rand"):
        assert_allclose(getattr(ours, field), getattr(theirs, field), rtol=1e-9, err_msg=field)
    assert ours.p_sim == pytest.approx(min(1.0, 2 * theirs.p_sim), abs=0.08)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_local_moran_agrees_with_esda(name, transform) -> None:
    values, weights = example(name)
    ours = local_moran(values, TRANSFORMS[transform](weights))
    theirs = esda.Moran_Local(
        values, as_pysal(weights), transformation=transform, permutations=9999, seed=1, keep_simulations=False
    )
    assert_allclose(ours.Is, theirs.Is, rtol=1e-9)
    assert_array_equal(ours.q, theirs.q)
    assert_allclose(ours.p_sim, np.minimum(1, 2 * theirs.p_sim), atol=0.05)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("star", [False, True])
def test_local_g_agrees_with_esda(name, transform, star) -> None:
    values, weights = example(name)
    weights = TRANSFORMS[transform](weights)
    ours = local_g(values, weights, star, permutations=9999)
    theirs = esda.G_Local(
        values, as_pysal(weights), transform=transform, star=star, permutations=9999, seed=1, n_jobs=1
    )
    assert_allclose(ours.Gs, theirs.Gs, rtol=1e-9)
    assert_allclose(ours.EGs, theirs.EGs, rtol=1e-9)
    assert_allclose(ours.Zs, theirs.Zs, rtol=1e-9)
    assert_allclose(ours.p_sim, np.minimum(1, 2 * theirs.p_sim), atol=0.05)
    if transform == "b":
        assert_allclose(ours.z, theirs.Zs, rtol=1e-9)
        assert_allclose(ours.p_norm, 2 * theirs.p_norm, rtol=1e-9)


def test_published_local_g() -> None:
    """Six points and a band of 15, the example that esda's documentation prints."""
    points = [(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)]
    weights = sparse.csr_array(libpysal.weights.DistanceBand(points, threshold=15).sparse, dtype=float)
    values = [2, 3, 3.2, 5, 8, 7]
    plain, star = local_g(values, weights), local_g(values, weights, star=True)
    printed = [-1.0136729, -0.04361589, 1.31558703, -0.31412676, 1.15373986, 1.77833941]
    printed_star = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
    assert_allclose(plain.z, printed, atol=5e-9)
    assert_allclose(star.z, printed_star, atol=5e-9)


@pytest.mark.parametrize(("table", "printed"), [("sids2", 0.248), ("stl", 0.244)])
def test_published_moran(table, printed) -> None:
    """Sudden infant deaths in North Carolina 1974, and homicide around St. Louis 1988 to 1993."""
    if table == "sids2":
        values = libpysal.io.open(libpysal.examples.get_path("sids2.dbf")).by_col("SIDR74")
        links = libpysal.io.open(libpysal.examples.get_path("sids2.gal")).read()
    else:
        values = libpysal.io.open(libpysal.examples.get_path("stl_hom.txt")).by_col["HR8893"]
        links = libpysal.io.open(libpysal.examples.get_path("stl.gal")).read()
    found = moran(values, row_standardised(links.sparse))
    assert round(found.I, 3) == printed
    assert found.p_sim < 0.01


def test_the_score_of_ord_and_getis_does_not_change_with_the_size_of_the_weights() -> None:
    values, weights = example("cluster")
    plain = local_g(values, weights, permutations=99)
    for other in (row_standardised(weights), sparse.csr_array(weights * 7.0)):
        assert_allclose(local_g(values, other, permutations=99).z, plain.z, rtol=1e-9)
    assert not np.allclose(local_g(values, row_standardised(weights), permutations=99).Zs, plain.z)


def test_values_below_zero_do_not_turn_hot_into_cold() -> None:
    values, weights = example("cluster")
    for shifted in (values - 50.0, -50.0 + values * 1e-3):
        found = local_g(shifted, weights, permutations=99)
        assert_allclose(found.z, local_g(values, weights, permutations=99).z, rtol=1e-8)
        assert_allclose(found.Zs, found.z, rtol=1e-8)


def test_the_diagonal_is_taken_as_given_in_g_star_and_left_out_of_g() -> None:
    values, weights = example("cluster")
    own = np.linspace(0.5, 2.0, 100)
    full = sparse.csr_array(weights + sparse.diags_array(own))
    assert_allclose(local_g(values, full, permutations=99).z, local_g(values, weights, permutations=99).z)
    star = local_g(values, full, star=True, permutations=99)
    assert_allclose(star.Gs, (weights @ values + own * values) / values.sum())
    ones = sparse.csr_array(weights + sparse.eye_array(100))
    assert_allclose(
        local_g(values, ones, star=True, permutations=99).z,
        local_g(values, weights, star=True, permutations=99).z,
    )


def test_weights_with_a_diagonal_agree_with_esda_in_moran_too() -> None:
    values, weights = example("plain")
    full = row_standardised(sparse.csr_array(weights + sparse.eye_array(100)))
    links = as_pysal(full)
    theirs = esda.Moran(values, links, transformation="r", permutations=0)
    ours = moran(values, full, permutations=0)
    assert_allclose(
        (ours.I, ours.VI_norm, ours.VI_rand), (theirs.I, theirs.VI_norm, theirs.VI_rand), rtol=1e-9
    )
    assert math.isnan(ours.p_sim)
    local = esda.Moran_Local(values, links, permutations=9999, seed=2, keep_simulations=False)
    found = local_moran(values, full)
    assert_allclose(found.Is, local.Is, rtol=1e-9)
    assert_allclose(found.p_sim, np.minimum(1, 2 * local.p_sim), atol=0.05)


def test_weights_are_used_as_given() -> None:
    values, weights = example("cluster")
    plain, tripled = (
        local_moran(values, weights, 99),
        local_moran(values, sparse.csr_array(3.0 * weights), 99),
    )
    assert_allclose(tripled.Is, 3.0 * plain.Is)
    assert_array_equal(tripled.p_sim, plain.p_sim)
    assert pytest.approx(moran(values, sparse.csr_array(3.0 * weights), 99).I) == moran(values, weights, 99).I


UNEQUAL = sparse.csr_array(
    np.array(
        [
            [0, 2, 1, 0, 0, 0],
            [1, 0, 1, 1, 0, 0],
            [1, 1, 0, 1, 1, 0.5],
            [0, 1, 1, 0, 1, 1],
            [0, 0, 3, 1, 0, 1],
            [1, 1, 1, 1, 1, 0],
        ]
    )
)
SIX = np.array([1.0, 5.0, 2.0, 9.0, 4.0, 4.0])


def exact_tails(area: int) -> tuple[float, float]:
    """Chances that a random order of the other values gives at least, and at most, the observed sum."""
    others = np.delete(SIX, area)
    links = np.delete(UNEQUAL.toarray()[area], area)
    sums = np.array([np.dot(links, order) for order in itertools.permutations(others)])
    observed = np.dot(links, others)
    return float(np.mean(sums >= observed - 1e-9)), float(np.mean(sums <= observed + 1e-9))


@pytest.mark.parametrize("wide", [True, False])
def test_draws_follow_the_exact_distribution(wide, monkeypatch) -> None:
    monkeypatch.setattr(permutations, "_is_wide", lambda n, width: wide)
    monkeypatch.setattr(permutations, "_PORTION", 20_000)
    found = permutations.conditional_tails(SIX, UNEQUAL, 40_000, seed=3)
    for area in range(6):
        larger, smaller = exact_tails(area)
        assert found.larger[area] / 40_000 == pytest.approx(larger, abs=0.01)
        assert found.smaller[area] / 40_000 == pytest.approx(smaller, abs=0.01)


def test_two_sided_p_doubles_the_smaller_tail() -> None:
    tails = permutations.Tails(np.array([0, 9, 500, 999]), np.array([999, 991, 500, 999]))
    assert_allclose(permutations.two_sided(tails, 999), [0.002, 0.02, 1.0, 1.0])


def test_equal_draws_count_on_both_sides() -> None:
    """One case in a hundred areas: most areas see only zeros, as nearly always by chance."""
    values = np.zeros(100)
    values[0] = 1.0
    found = local_moran(values, lattice(10), 999)
    assert found.p_sim[55] == 1.0
    assert not found.discoveries.significant[11:].any()


def test_rounding_does_not_part_what_is_equal() -> None:
    """The same draws, once in whole numbers and once in fractions: the same counts."""
    values, weights = np.random.default_rng(8).integers(0, 4, 100).astype(float), lattice(10)
    whole = permutations.conditional_tails(values, weights, 999, seed=1)
    fractions = permutations.conditional_tails((values - 1.37) / 0.93, row_standardised(weights), 999, seed=1)
    assert_array_equal(whole.larger, fractions.larger)
    assert_array_equal(whole.smaller, fractions.smaller)


def test_an_area_at_the_mean_is_never_significant() -> None:
    """Its statistic is zero whatever its neighbours are."""
    values = np.array([0.0, 9.0, -9.0, 9.0, 8.0, -8.0, -1.0, -8.0, 0.0])
    found = local_moran(values, lattice(3), 999)
    assert found.Is[[0, 8]].tolist() == [0, 0]
    assert found.p_sim[[0, 8]].tolist() == [1, 1]
    assert local_g(values, lattice(3), permutations=999).p_sim[0] < 1


def test_a_planted_cluster_is_found_and_noise_is_not() -> None:
    values, weights = example("cluster")
    found = local_moran(values, row_standardised(weights))
    hot = np.flatnonzero(found.discoveries.significant)
    assert {44, 45, 54, 55} <= {*hot.tolist()}
    assert found.q[44] == Quadrant.HH.value
    assert local_g(values, weights, star=True).discoveries.significant[[44, 45, 54, 55]].all()
    assert moran(values, weights).p_sim < 0.01
    noise = local_moran(np.random.default_rng(1).normal(size=100), weights)
    assert not noise.discoveries.significant.any()


def test_the_same_today_and_tomorrow() -> None:
    values, weights = example("plain")
    assert_array_equal(local_moran(values, weights).p_sim, local_moran(values, weights).p_sim)
    assert moran(values, weights) == moran(values, weights)
    assert (local_moran(values, weights, seed=5).p_sim != local_moran(values, weights).p_sim).any()


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(range(25)), scale=st.sampled_from([1e-200, 0.001, 3.0, 1e200]))
def test_neither_the_order_of_areas_nor_the_unit_matters(order, scale) -> None:
    values = np.random.default_rng(2).gamma(2.0, size=25)
    weights = row_standardised(lattice(5))
    turned = sparse.csr_array(weights[order][:, order])
    one, other = moran(values, weights, 0), moran(scale * values[order], turned, 0)
    assert_allclose((one.I, one.z_rand), (other.I, other.z_rand), rtol=1e-9)
    assert_allclose(
        local_moran(scale * values[order], turned, 9).Is, local_moran(values, weights, 9).Is[order]
    )
    plain, moved = (
        local_g(values, weights, True, permutations=9),
        local_g(scale * values[order], turned, True, permutations=9),
    )
    assert_allclose(moved.z, plain.z[order], rtol=1e-7)


def test_local_moran_adds_up_to_the_global_one() -> None:
    values, weights = example("one way")
    local = local_moran(values, weights, 9)
    assert local.Is.sum() * len(values) / (len(values) - 1) / weights.sum() == pytest.approx(
        moran(values, weights, 0).I
    )


def test_an_island_has_no_number_and_no_colour() -> None:
    weights = sparse.block_diag([lattice(4), [[0.0]], [[1.0]]], format="csr")
    values = np.arange(18.0) ** 2
    found = local_moran(values, weights, 99)
    assert found.islands.tolist() == [16, 17]
    assert np.isnan(found.Is[16:]).all()
    assert np.isnan(found.p_sim[16:]).all()
    assert found.q[16:].tolist() == [Quadrant.NONE.value] * 2
    assert found.discoveries.tests == 16
    hot = local_g(values, weights, star=True, permutations=99)
    assert np.isnan(np.array([hot.z[16:], hot.Gs[16:], hot.p_sim[16:], hot.p_norm[16:]])).all()
    assert np.isfinite(hot.z[:16]).all()
    assert moran(values, sparse.csr_array(weights), 9).islands == 2


def test_a_neighbourhood_of_all_others_has_no_score() -> None:
    values = np.array([1.0, 2.0, 4.0, 8.0])
    everybody = sparse.csr_array(np.ones((4, 4)) - np.eye(4))
    found = local_g(values, everybody, permutations=99)
    assert np.isnan(found.z).all()
    assert found.p_sim.tolist() == [1.0] * 4
    assert_allclose(found.Gs, 1.0)


def test_others_that_are_all_equal_have_no_score() -> None:
    values = np.array([5.0, 1.0, 1.0, 1.0, 1.0])
    path = sparse.csr_array(np.eye(5, k=1) + np.eye(5, k=-1))
    found = local_g(values, path, permutations=99)
    assert np.isnan(found.z[0])
    assert np.isfinite(found.z[1:]).all()


def test_two_areas_are_the_least() -> None:
    pair = sparse.csr_array([[0.0, 1.0], [1.0, 0.0]])
    found = moran([1.0, 3.0], pair, 99)
    assert pytest.approx(-1.0) == found.I
    assert found.p_sim == 1.0
    assert math.isnan(found.VI_rand)
    with pytest.raises(BadInput, match="1 areas cannot be compared"):
        moran([1.0], sparse.csr_array((1, 1)))
    with pytest.raises(BadInput, match="0 areas cannot be compared"):
        local_moran([], sparse.csr_array((0, 0)))


LINE = sparse.csr_array(np.eye(4, k=1) + np.eye(4, k=-1))


@pytest.mark.parametrize("statistic", [moran, local_moran, local_g])
@pytest.mark.parametrize(
    ("values", "weights", "code"),
    [
        ([1, 2, np.nan, 4], LINE, "missing"),
        ([1, 2, np.inf, 4], LINE, "missing"),
        ([1, None, 3, 4], LINE, "missing"),
        (np.ma.masked_equal([1, 2, 0, 4], 0), LINE, "missing"),
        ([3, 3, 3, 3], LINE, "no_variation"),
        ([0.1 + 0.2, 0.3, 0.3, 0.3], LINE, "no_variation"),
        ([1, 2, 3], LINE, "length"),
        ([1, 2, 3, 4], sparse.csr_array((4, 3)), "weights"),
        ([1, 2, 3, 4], np.eye(4), "weights"),
        ([1, 2, 3, 4], -LINE, "weights"),
        ([1, 2, 3, 4], LINE * np.nan, "weights"),
    ],
)
def test_input_without_an_answer_is_refused(statistic, values, weights, code) -> None:
    with pytest.raises(BadInput) as refused:
        statistic(values, weights)
    assert refused.value.code == code


def test_a_map_of_islands_is_refused_by_the_global_statistic_only() -> None:
    nobody = sparse.csr_array((4, 4))
    with pytest.raises(BadInput, match="no area has a neighbour") as refused:
        moran([1, 2, 3, 4], nobody)
    assert refused.value.code == "no_links"
    assert np.isnan(local_moran([1, 2, 3, 4], nobody, 99).Is).all()
    assert local_g([1, 2, 3, 4], nobody, star=True, permutations=99).discoveries.tests == 0


def test_permutations_too_few_are_refused() -> None:
    with pytest.raises(BadInput, match="permutations"):
        local_moran([1, 2, 3, 4], LINE, 0)
    with pytest.raises(BadInput, match="permutations"):
        moran([1, 2, 3, 4], LINE, -1)


@pytest.mark.parametrize(
    ("n", "expected"),
    [(0, Power.RANKED), (29, Power.RANKED), (30, Power.LOW), (99, Power.LOW), (100, Power.FULL)],
)
def test_what_a_number_of_areas_can_carry(n, expected) -> None:
    assert power(n) is expected


def test_ten_areas_can_never_pass() -> None:
    """Why ``power`` says "ranked": with three neighbours the smallest p is too large for ten tests."""
    ring_of_ten = sparse.csr_array(
        sum(np.roll(np.eye(10), k, axis=1) for k in (1, -1)) + np.roll(np.eye(10), 5, axis=1)
    )
    values = np.zeros(10)
    values[[0, 1, 5, 9]] = [100.0, 90.0, 80.0, 70.0]
    found = local_moran(values + np.arange(10) * 0.01, ring_of_ten)
    assert found.p_sim.min() < 0.05
    assert not found.discoveries.significant.any()
