"""Labels never cover each other, never leave the map, and none disappears without a word."""

from hypothesis import given
from hypothesis import strategies as st

from layers.picture.placing import Rect, Wanted, place

FRAME = Rect(0, 0, 400, 300)
WISHES = st.lists(
    st.builds(
        Wanted,
        x=st.floats(0, 400),
        y=st.floats(0, 300),
        width=st.floats(4, 160),
        height=st.floats(6, 24),
        reach=st.floats(0, 80),
        beside=st.sampled_from((0.0, 7.5)),
    ),
    max_size=25,
)


@given(WISHES)
def test_no_label_covers_another_or_leaves_the_map(wishes: list[Wanted]) -> None:
    taken = [Rect(300, 0, 400, 80)]
    found = place(wishes, FRAME, taken)
    assert len(found) == len(wishes)
    shown = [spot for spot in found if spot is not None]
    for k, spot in enumerate(shown):
        assert spot.inside(FRAME)
        assert not any(spot.meets(other) for other in (*shown[:k], *taken))


def test_a_label_with_room_stands_on_its_anchor() -> None:
    assert place([Wanted(50, 50, 20, 10)], FRAME) == [Rect(40, 45, 60, 55)]


def test_the_second_of_two_steps_aside_and_stays_near() -> None:
    _, second = place([Wanted(200, 150, 60, 14), Wanted(200, 150, 60, 14)], FRAME)
    assert second is not None and second.middle != (200, 150)
    x, y = second.nearest(200, 150)
    assert abs(x - 200) + abs(y - 150) < 40


def test_a_label_prefers_a_free_place_to_covering_a_sign() -> None:
    sign = Rect.around(200, 150, 12, 12)
    (spot,) = place([Wanted(200, 150, 60, 14)], FRAME, better_free=[sign])
    assert spot is not None and not spot.meets(sign)


def test_it_covers_signs_where_nothing_else_is_near() -> None:
    signs = [Rect.around(x, y, 12, 12) for x in range(0, 401, 12) for y in range(0, 301, 12)]
    assert place([Wanted(200, 150, 60, 14)], FRAME, better_free=signs)[0] is not None


def test_one_without_room_is_told() -> None:
    assert place([Wanted(200, 150, 500, 14)], FRAME) == [None]
    assert place([Wanted(200, 150, 60, 14, reach=0)], FRAME, [Rect.around(200, 150, 2, 2)]) == [None]


def test_a_label_beside_its_sign_never_stands_on_it() -> None:
    (spot,) = place([Wanted(200, 150, 60, 10, reach=16, beside=8)], FRAME)
    assert spot is not None and not spot.meets(Rect.around(200, 150, 10, 10))
