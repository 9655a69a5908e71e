"""Which sheet has a small map: nobody's place is ever drawn at the middle of an area."""

from typing import cast

import pytest

from layers.locator import Spot
from projects.summary import Summary
from services.pack.book.locator import Locator, spot
from tests.unit.data.exports_fake import point, record
from tests.unit.services.pack.paper_world import PaperLibrary, World

PLACE = {"prefecture_code": "440200", "county_code": "440232"}
RING = '{"type":"Polygon","coordinates":[[[113.2,24.2],[113.4,24.2],[113.4,24.4],[113.2,24.4],[113.2,24.2]]]}'


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        (point(1, 113.5, 24.5), Spot(113.5, 24.5, True)),
        (point(1, 113.5, 24.5)._replace(precision=3), Spot(113.5, 24.5, False)),
        (point(1, 113.5, 24.5)._replace(precision=4), None),
        (record(1, precision=4, **PLACE), None),
        (record(1), None),
    ],
)
def test_a_place_is_marked_only_where_one_is_known(summary: Summary, expected: Spot | None) -> None:
    assert spot(summary) == expected


def test_an_area_or_a_route_is_marked_inside_itself() -> None:
    found = spot(record(1, precision=1, geometry=RING))
    assert found is not None and 113.2 < found.lon < 113.4 and 24.2 < found.lat < 24.4


def test_maps_of_one_prefecture_read_its_outlines_once() -> None:
    bench = World([]).bench()
    locator = Locator(bench)
    first = locator.png(record(1, precision=4, **PLACE))
    assert first is not None and first.startswith(b"\x89PNG")
    assert locator.png(record(2, precision=5, **PLACE)) is first, "the same area, drawn once"
    assert locator.png(point(3, 113.5, 24.5, **PLACE)) != first
    assert cast(PaperLibrary, bench.library).outlines == 1


def test_without_a_known_area_there_is_no_map() -> None:
    locator = Locator(World([]).bench())
    assert locator.png(record(1)) is None
    assert locator.png(record(1, prefecture_code="440200")) is None, "nobody has located it"
    assert locator.png(record(1, precision=5, prefecture_code="999900")) is None, "no outlines"
