"""What a layer holds comes back from its file as it went in, or a sentence says why not."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from data.store.analysis import content
from projects.analysis.inputs import PointLayer, ShapeLayer
from projects.errors import BadValue

NAMES = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
NUMBERS = st.one_of(st.just(float("nan")), st.floats(0, 1e7))
ROWS = st.lists(
    st.tuples(NAMES, NAMES, st.floats(-180, 180), st.floats(-90, 90), NUMBERS, NUMBERS, NUMBERS), max_size=20
)
SHAPES = (
    "POLYGON((0 0,1 0,1 1,0 0))",
    "LINESTRING(0 0,1 1)",
    "MULTILINESTRING((0 0,1 1),(2 2,3 3))",
    "POINT(1 2)",
)


def points(rows) -> PointLayer:
    ids, names, lon, lat, *numbers = list(zip(*rows, strict=True)) or [()] * 7
    people, cost, capacity = (np.array(one, dtype=float) for one in numbers)
    return PointLayer(ids, names, np.column_stack((lon, lat)).reshape(-1, 2), people, cost, capacity)


@given(ROWS)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_points_come_back_as_they_were(tmp_path: Path, rows) -> None:
    given_layer, path = points(rows), tmp_path / "a.npz"
    assert content.write(given_layer, path) == path.stat().st_size
    found = content.read_points(path)
    assert (found.ids, found.names) == (given_layer.ids, given_layer.names)
    for name in ("lonlat", "people", "cost", "capacity"):
        assert_array_equal(getattr(found, name), getattr(given_layer, name))
        assert getattr(found, name).dtype == np.float64
    assert found.lonlat.shape == (len(rows), 2)


@given(st.lists(st.tuples(st.sampled_from(SHAPES), NAMES, NUMBERS), max_size=10))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_shapes_come_back_as_they_were(tmp_path: Path, rows) -> None:
    wkt, names, speeds = list(zip(*rows, strict=True)) or [()] * 3
    shapes = np.array([shapely.from_wkt(one) for one in wkt], dtype=object)
    content.write(ShapeLayer(shapes, names, np.array(speeds, dtype=float)), tmp_path / "b.npz")
    found = content.read_shapes(tmp_path / "b.npz")
    assert found.names == names
    assert_array_equal(found.speed_kmh, np.array(speeds, dtype=float))
    assert len(found.geometries) == len(rows) and shapely.equals_identical(found.geometries, shapes).all()


def test_a_name_with_a_nul_does_not_shift_the_others(tmp_path: Path) -> None:
    layer = points([("a\0b", "x", 1, 2, 3, 4, 5), ("c", "y\0", 1, 2, 3, 4, 5)])
    content.write(layer, tmp_path / "a.npz")
    found = content.read_points(tmp_path / "a.npz")
    assert (found.ids, found.names) == (("ab", "c"), ("x", "y"))


def test_a_name_that_is_no_text_of_unicode_is_kept_readable(tmp_path: Path) -> None:
    content.write(points([("\ud800", "好", 1, 2, 3, 4, 5)]), tmp_path / "a.npz")
    assert content.read_points(tmp_path / "a.npz").names == ("好",)


def test_the_folder_is_made_and_closed_to_others(tmp_path: Path) -> None:
    content.write(points([]), tmp_path / "layers" / "a.npz")
    assert (tmp_path / "layers").stat().st_mode & 0o077 == 0


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    for read in (content.read_points, content.read_shapes):
        with pytest.raises(BadValue, match="不在服务器的数据文件夹里"):
            read(tmp_path / "gone.npz")


@pytest.mark.parametrize("kind", ["empty", "cut", "text", "other", "short", "object", "flipped", "bare"])
def test_a_damaged_file_says_so(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.npz"
    content.write(points([("a", "x", 1, 2, 3, 4, 5)] * 50), path)
    whole = path.read_bytes()
    middle = len(whole) // 3
    path.write_bytes(
        {
            "empty": b"",
            "cut": whole[: len(whole) // 2],
            "text": b"hello",
            "other": saved(x=np.zeros(2)),
            "short": saved(lonlat=np.zeros((2, 2)), ids=np.zeros(0, np.uint8), names=np.zeros(0, np.uint8)),
            "object": pickled(),
            "bare": bare(np.zeros(3)),
            "flipped": whole[:middle]
            + bytes(b ^ 0xFF for b in whole[middle : middle + 40])
            + whole[middle + 40 :],
        }[kind]
    )
    with pytest.raises(BadValue, match="已损坏，读不出来"):
        content.read_points(path)


def saved(**arrays) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def bare(array) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


class Trap:
    """Says when it is brought to life."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was opened",))


def pickled() -> bytes:
    buffer, inner = io.BytesIO(), io.BytesIO()
    np.save(inner, np.array([Trap()], dtype=object), allow_pickle=True)
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("lonlat.npy", inner.getvalue())
    return buffer.getvalue()
