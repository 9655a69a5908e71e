"""Density clusters of records: who takes part, what a cluster holds, what another ε gives."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import BadInput
from projects.analysis.clusters.density import Density, Group, cluster, read
from tests.unit.projects.analysis.placed_rows import One, placed, records

KNOT = [One(f"SG-{n:04d}", 113.0 + 0.001 * n, investment=Decimal("10.5")) for n in range(6)]


def knots() -> tuple[One, ...]:
    """Six records near each other, four thirty km away, one alone."""
    east = [One(f"CZ-{n:04d}", 113.3, 24.5 + 0.001 * n, category="sports") for n in range(4)]
    return (*KNOT, *east, One("QH-0001", 119.5, 39.9))


def test_clusters_are_numbered_by_size_with_hulls_money_and_members() -> None:
    found = cluster(placed(*knots()), Density(2, 3))
    first, second = found.groups
    assert (first.number, first.count, second.number, second.count) == (1, 6, 2, 4)
    assert first.ids == tuple(one.id for one in KNOT)
    assert (first.money.total, first.money.known, first.money.of) == (Decimal(63), 6, 6)
    assert (second.money.total, second.money.known, second.money.of) == (None, 0, 4)
    assert second.leading == ("sports",) and first.hull["type"] == "LineString"
    assert found.noise == ("QH-0001",) and found.chosen.noise == 1


def test_a_partly_known_sum_says_of_how_many() -> None:
    rows = [One("A-1", investment=Decimal("0.000001")), One("A-2"), One("A-3", investment=Decimal(0))]
    money = cluster(placed(*rows), Density(1, 2)).groups[0].money
    assert (money.total, money.known, money.of) == (Decimal("0.000001"), 2, 3)


def test_half_and_double_are_computed_anew() -> None:
    found = cluster(placed(*knots()), Density(20, 3))
    assert [one.eps_km for one in found.trials] == [10, 20, 40]
    assert [one.clusters for one in found.trials] == [2, 2, 1]
    assert [one.largest for one in found.trials] == [6, 6, 10]


def test_township_records_take_part_above_ten_km_only() -> None:
    rows = [One(f"A-{n}", 113 + 0.001 * n, precision=3) for n in range(4)]
    near = [One("B-1"), One("B-2")]
    assert cluster(placed(*rows, *near, townships=True), Density(10, 2)).townships == 0
    wide = cluster(placed(*rows, *near, townships=True), Density(12, 2))
    assert wide.townships == 4 and wide.chosen.points == 6
    assert wide.trials[0].points == 2, "half of twelve is too close for a township's reference point"
    assert wide.trials[2].points == 6


def test_coincident_records_are_counted_and_one_spot_is_seen() -> None:
    found = cluster(placed(*(One(f"A-{n}") for n in range(5))), Density(1, 3))
    assert (found.spots, found.coincident, found.groups[0].spots) == (1, 5, 1)
    assert found.groups[0].hull == {"type": "Point", "coordinates": [113.0, 24.5]}
    apart = cluster(placed(One("A-1"), One("A-2"), One("A-3", 114)), Density(1, 2))
    assert (apart.spots, apart.coincident) == (2, 2)


@pytest.mark.parametrize(("rows", "code"), [((), "no_places"), ((One("A-1"),), "one_place")])
def test_too_few_are_refused_with_how_many_matched(rows: tuple[One, ...], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        cluster(placed(*rows, left=7), Density())
    assert refused.value.code == code and refused.value.values["matched"] == 7 + len(rows)


@given(records(), st.sampled_from([0.5, 2.0, 12.0]), st.integers(2, 5), st.randoms())
def test_every_record_is_in_one_cluster_or_noise_and_money_adds_up(
    rows: list[One], eps: float, least: int, chance: object
) -> None:
    settings = Density(eps, least)
    part = [row for row in rows if row.precision < 3 or settings.townships]
    if len(part) < 2:
        return
    found = cluster(placed(*rows, townships=settings.townships), settings)
    members = [key for group in found.groups for key in group.ids]
    assert sorted((*members, *found.noise)) == sorted(row.id for row in part)
    assert len(members) == len(set(members))
    amount = {row.id: row.investment for row in part}
    for group in found.groups:
        known = [money for key in group.ids if (money := amount[key]) is not None]
        assert group.money.known == len(known) and group.money.of == group.count
        assert group.money.total == (sum(known, Decimal(0)) if known else None)
        assert sum(n for _code, n in group.categories) == group.count
    assert found.chosen.points == len(part) and found.chosen.clusters == len(found.groups)


@given(records(), st.randoms(use_true_random=False))
def test_another_order_of_the_rows_changes_nothing(rows: list[One], chance: object) -> None:
    mixed = list(rows)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    if sum(row.precision < 3 for row in rows) < 2:
        return
    one, other = (cluster(placed(*order), Density(1.5, 3)) for order in (rows, mixed))
    assert one == other


def test_the_leading_categories_are_all_of_the_equal_ones() -> None:
    rows = [One("A-1"), One("A-2", category="sports"), One("A-3", category="other"), One("A-4")]
    group: Group = cluster(placed(*rows, One("A-5", category="sports")), Density(1, 2)).groups[0]
    assert group.leading == ("sports", "tcm") and group.categories[-1] == ("other", 1)


@pytest.mark.parametrize("text", ["nan", "-5", "1e3", "99", "<b>", "0"])
def test_bad_parameters_fall_back_and_are_reported(text: str) -> None:
    found, issues = read({"eps": text, "min": "5"})
    assert found == Density() and [(one.name, one.value) for one in issues] == [("eps", text)]


@given(st.floats(0.1, 50).map(lambda km: round(km, 3)), st.integers(2, 100))
def test_settings_go_through_the_link(eps: float, least: int) -> None:
    settings = Density(eps, least)
    found, issues = read(settings.params)
    assert found == settings and not issues
