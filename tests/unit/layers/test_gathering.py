"""On paper no sign hides another, and every record is in exactly one of them."""

from collections import Counter
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from layers.picture.gathering import CLOSE, disc, gathered, number_of
from layers.scene import ClusterMark, PointMark, Scene, StackMark

PER_DEGREE = (100.0, 110.0)
PLACES = st.tuples(st.floats(110, 112), st.floats(24, 25))


def _point(key: int, at: tuple[float, float], category: str = "tcm") -> PointMark:
    return PointMark(f"SG-{key}", *at, category, 1, "reported", f"项目 {key}")


def _marks(scene: Scene) -> list[PointMark | StackMark | ClusterMark]:
    return [*scene.points, *scene.stacks, *scene.clusters]


def _radius(mark: PointMark | StackMark | ClusterMark) -> float:
    return 6.0 if isinstance(mark, PointMark) else disc(number_of(mark))


@given(st.lists(PLACES, max_size=30), st.lists(PLACES, max_size=4))
def test_nothing_is_lost_and_nothing_touches(
    points: list[tuple[float, float]], stacks: list[tuple[float, float]]
) -> None:
    scene = Scene(
        points=tuple(_point(k, at) for k, at in enumerate(points)),
        stacks=tuple(
            StackMark(f"s{k}", *at, "镇", (f"GX-{k}a", f"GX-{k}b"), {"sports": 2})
            for k, at in enumerate(stacks)
        ),
    )
    made = _marks(gathered(scene, PER_DEGREE))
    ids = Counter(key for m in made for key in ((m.id,) if isinstance(m, PointMark) else m.ids))
    assert set(ids.values()) <= {1} and len(ids) == len(points) + 2 * len(stacks)
    assert sum(map(number_of, made)) == len(ids)
    for one, other in combinations(made, 2):
        across, up = (one.lon - other.lon) * PER_DEGREE[0], (one.lat - other.lat) * PER_DEGREE[1]
        assert (across**2 + up**2) ** 0.5 >= CLOSE * (_radius(one) + _radius(other)) * 0.999


def test_what_stands_apart_stays_what_it_is() -> None:
    scene = Scene(points=(_point(1, (110, 24)), _point(2, (111, 24))))
    assert gathered(scene, PER_DEGREE) == scene


def test_neighbours_become_one_with_their_categories() -> None:
    scene = Scene(points=(_point(1, (110, 24)), _point(2, (110.01, 24), "sports")))
    made = gathered(scene, PER_DEGREE)
    assert made.points == () and made.clusters[0].count == 2
    assert dict(made.clusters[0].by_category) == {"tcm": 1, "sports": 1}
    assert 110 < made.clusters[0].lon < 110.01


def test_two_thousand_points_on_one_spot_are_one() -> None:
    scene = Scene(points=tuple(_point(k, (110, 24)) for k in range(2000)))
    (only,) = _marks(gathered(scene, PER_DEGREE))
    assert number_of(only) == 2000
