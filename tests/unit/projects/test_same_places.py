"""When a geometry that comes back from a file is the one the library holds."""

from typing import Any

import pytest

from projects.fields import JsonValue
from projects.filing.comparing import changes_of, same
from projects.intake.importing import TypedRow

RING = [[113.0, 24.0], [114.0, 24.0], [114.0, 25.0], [113.0, 24.0]]


def place(kind: str, coordinates: Any) -> dict[str, JsonValue]:
    return {"geometry": {"type": kind, "coordinates": coordinates}, "precision": 2}


def row(document: dict[str, JsonValue]) -> TypedRow:
    return TypedRow("项目", 2, "SG-0001", "", "甲", None, document, (), {}, ())


@pytest.mark.parametrize(
    ("old", "new", "equal"),
    [
        (place("Point", [113.095632593, 25.787236517]), place("Point", [113.0956326, 25.7872365]), True),
        (place("Point", [113.0, 25.0]), place("Point", [113.000002, 25.0]), False),
        (place("Polygon", [RING]), place("Polygon", [RING[::-1]]), True),
        (place("Polygon", [RING]), place("MultiPolygon", [[RING]]), True),
        (place("Polygon", [RING]), place("Polygon", [RING, RING]), False),
        (place("Polygon", [RING]), place("Point", [113.0, 24.0]), False),
        (place("LineString", RING[:3]), place("LineString", RING[:2]), False),
    ],
)
def test_a_place_is_the_same_to_a_tenth_of_a_metre(old: Any, new: Any, equal: bool) -> None:
    assert same("place/0", old, new) is same("place/0", new, old) is equal


def test_all_places_of_a_record_together_are_no_change() -> None:
    held: dict[str, JsonValue] = {
        "place/0": place("Point", [113.0, 24.0]),
        "place/1": place("Polygon", [RING]),
        "place/2": place("Point", [113.5, 24.5]),
    }
    both = place("MultiPoint", [[113.0, 24.0], [113.5, 24.5]])
    assert changes_of(row({"place/0": both}), held) == ()
    collected: dict[str, JsonValue] = {
        "geometry": {
            "type": "GeometryCollection",
            "geometries": [place("Point", [113.0, 24.0])["geometry"], place("Polygon", [RING])["geometry"]],
        }
    }
    assert changes_of(row({"place/0": collected}), held) == ()
    moved = place("MultiPoint", [[113.0, 24.0], [113.6, 24.5]])
    assert [change[0] for change in changes_of(row({"place/0": moved}), held)] == ["place/0"]
