"""The national join and coverage on a Dask cluster: the answers of one machine, whatever the partitions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import shapely

from gis.access import coverage_bands
from gis.join import assign
from gis.nearest import nearest

distributed = pytest.importorskip("distributed", reason="the optional Dask libraries are not installed")
jobs = pytest.importorskip("data.national.jobs", reason="the optional Dask libraries are not installed")

SQUARES = [shapely.box(x, y, x + 1, y + 1) for x in range(100, 105) for y in range(20, 25)]


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with (
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=2,
            processes=False,
            dashboard_address=None,
            host="127.0.0.1",
            protocol="tcp",
        ) as local,
        jobs.cluster(local.scheduler_address) as found,
    ):
        yield found


def points_of(seed: int, count: int) -> np.ndarray:
    """Points inside, outside, on lines and on corners of the squares."""
    dice = np.random.default_rng(seed)
    free = dice.uniform((99, 19), (106, 26), (count, 2))
    lines = np.column_stack([dice.integers(100, 106, count), dice.uniform(19.5, 25.5, count)])
    corners = dice.integers((100, 20), (106, 26), (count, 2))
    mixed = np.concatenate([free, lines, corners]).astype(float)
    return dice.permutation(mixed)


@pytest.mark.parametrize(("seed", "partitions"), [(1, 1), (2, 3), (3, 7), (4, 64)])
def test_the_join_gives_every_point_the_county_that_one_machine_gives(
    client: Any, seed: int, partitions: int
) -> None:
    points = points_of(seed, 200)
    order = np.random.default_rng(seed).permutation(len(SQUARES))
    polygons = [SQUARES[index] for index in order]
    ours = assign(points, polygons)
    assert (ours == -1).any() and len(set(ours)) == len(SQUARES) + 1
    assert jobs.join(client, points, polygons, partitions).tolist() == ours.tolist()


@pytest.mark.parametrize(("seed", "partitions"), [(1, 1), (2, 5), (3, 40)])
def test_coverage_counts_the_same_people(client: Any, seed: int, partitions: int) -> None:
    dice = np.random.default_rng(seed)
    demand = dice.uniform((112, 23), (114, 25), (500, 2))
    facilities = np.concatenate([dice.uniform((112, 23), (114, 25), (20, 2)), demand[:1]])
    people = dice.integers(0, 900, 500)
    metres = nearest(demand, facilities).metres
    ours = coverage_bands(metres, people, 5_000)
    found, away = jobs.coverage(client, demand, people, facilities, 5_000, partitions=partitions)
    assert away.tolist() == metres.tolist()
    assert (found.people, found.covered, found.uncovered) == (ours.people, ours.covered, ours.uncovered)
    assert 0 < found.covered[-1] < found.covered[0] < found.people
    assert found.gap.tolist() == ours.gap.tolist()


def test_more_partitions_than_places_and_none_at_all(client: Any) -> None:
    assert jobs.join(client, [[100.5, 20.5]], SQUARES, 9).tolist() == [0]
    assert jobs.join(client, np.empty((0, 2)), SQUARES, 4).tolist() == []


def test_an_address_where_nobody_answers_is_said_at_once() -> None:
    with pytest.raises(OSError, match=r"127\.0\.0\.1:9"), jobs.cluster("tcp://127.0.0.1:9", timeout=0.5):
        pass
