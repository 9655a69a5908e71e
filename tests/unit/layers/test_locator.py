"""The small map of a sheet: its own area filled, a disc for an exact place, a ring for a township's seat."""

import io

import numpy as np
from PIL import Image

from layers.locator import DOT, HERE, Sketch, Spot

WEST = [(113.0, 24.0), (114.0, 24.0), (114.0, 25.0), (113.0, 25.0), (113.0, 24.0)]
EAST = [(114.0, 24.0), (115.0, 24.0), (115.0, 25.0), (114.0, 25.0), (114.0, 24.0)]
AREAS = {"440232": [WEST], "440281": [EAST]}


def pixels(png: bytes) -> np.ndarray:
    """Return a picture as rows of red, green, blue."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def close(picture: np.ndarray, colour: str) -> np.ndarray:
    """Return where a picture has a colour."""
    wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return np.asarray(np.abs(picture - wanted).sum(axis=2) < 12)


def test_one_area_is_filled_and_nothing_else() -> None:
    sketch = Sketch(AREAS, 46, 40)
    filled = close(pixels(sketch.png("440232")), HERE)
    middle = filled.shape[1] // 2
    assert filled[:, : middle - 4].mean() > 0.7
    assert not filled[:, middle + 4 :].any()
    assert not close(pixels(sketch.png(None)), HERE).any()


def test_a_place_is_marked_where_it_is() -> None:
    at = close(pixels(Sketch(AREAS, 46, 40).png("440232", Spot(114.5, 24.75, True))), DOT)
    rows, columns = np.nonzero(at)
    assert abs(columns.mean() / at.shape[1] - 0.75) < 0.03
    assert abs(rows.mean() / at.shape[0] - 0.26) < 0.04, "north is up"


def test_a_seat_is_a_ring_and_an_exact_place_a_disc() -> None:
    sketch = Sketch(AREAS, 46, 40)
    exact, seat = (close(pixels(sketch.png("440232", Spot(113.5, 24.5, e))), DOT) for e in (True, False))
    row, column = (int(np.nonzero(exact)[axis].mean()) for axis in (0, 1))
    assert exact[row, column] and not seat[row, column]
    assert seat.any()


def test_no_place_of_one_record_stays_for_the_next() -> None:
    sketch = Sketch(AREAS, 46, 40)
    bare = sketch.png("440232")
    sketch.png("440281", Spot(114.5, 24.5, True))
    assert sketch.png("440232") == bare


def test_the_picture_fits_its_box() -> None:
    assert Sketch(AREAS, 46, 40).size_mm[0] == 46
    tall = Sketch({"a": [[(113.0, 20.0), (113.1, 20.0), (113.1, 25.0), (113.0, 20.0)]]}, 46, 40)
    assert tall.size_mm[1] == 40 and tall.size_mm[0] < 2
