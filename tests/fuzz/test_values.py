"""Values as people write them: whatever stands in a cell is read, or said to be unreadable."""

import math
from datetime import date
from decimal import Decimal
from typing import Any

from data.importers.office.coordinates import Position, place_all
from data.importers.office.dates import read_day
from data.importers.office.numbers import read_amount
from gis.addresses import normalise
from gis.projected import named_plane, plane_of
from gis.sexagesimal import parse, parse_pair
from projects.errors import BadValue
from projects.intake.cells import SourceCell
from projects.money.typed import amount_of
from projects.rounds import Weekly
from projects.values import cleaned, names_of
from tests.fuzz.harness import Case, both, run
from tests.fuzz.inputs import Fuel
from tests.unit.data.importers.office.world import CONTEXT


def amount(found: tuple[Any, str, Decimal]) -> None:
    """A number is finite and exact to six places, or there is a reason why it is none."""
    read = read_amount(*found)
    if read.value is None:
        assert read.problem
        return
    exponent = read.value.as_tuple().exponent
    assert read.value.is_finite()
    assert isinstance(exponent, int) and exponent >= -6


def day(cell: Any) -> None:
    """A day exists in the calendar, or there is a reason why it is none."""
    read = read_day(cell)
    assert bool(read.value) != bool(read.problem)
    if read.value:
        assert date.fromisoformat(read.value).isoformat() == read.value


def angle(text: str) -> None:
    """An angle is a finite number of degrees."""
    for found in (parse(text), *(parse_pair(text) or ())):
        assert found is None or math.isfinite(found.value)


def plane(texts: tuple[str, str]) -> None:
    """Plane coordinates are finite and of a zone that exists."""
    named_plane(texts[0])
    found = plane_of(*texts)
    assert found is None or (math.isfinite(found[0]) and math.isfinite(found[1]))


def position(cells: tuple[str, str, str, str, str]) -> None:
    """A row's place lies in its county, or in none; without one there is a finding that says why."""
    east, north, pair, datum, county = cells
    row = Position(
        lon=_cell(east),
        lat=_cell(north),
        pair=_cell(pair),
        datum_cell=_cell(datum),
        county_code=county or None,
    )
    place_all([row], CONTEXT)
    if row.place is None:
        assert row.findings
        return
    lon, lat = row.place["geometry"]["coordinates"]  # type: ignore[call-overload, index]
    assert abs(lon) <= 180 and abs(lat) <= 90


def _cell(text: str) -> SourceCell | None:
    return SourceCell("项目", "A2", "列", text) if text else None


def typed_amount(text: str) -> None:
    """What is typed into a form is an exact amount, or refused in a sentence."""
    try:
        assert amount_of(text).is_finite()
    except BadValue as refused:
        assert str(refused)


def weekly(text: str) -> None:
    """A day and a time of the week, or refused."""
    try:
        Weekly.parse(text)
    except ValueError as refused:
        assert str(refused)


def words(text: str) -> None:
    """Cleaning a text twice changes nothing more."""
    once = cleaned(text)
    assert cleaned(once) == once
    assert all(names_of(text))
    assert normalise(normalise(text)) == normalise(text)


def _number(fuel: Fuel) -> str:
    return (
        fuel.text(6) if fuel.byte() % 2 else repr(fuel.of((113.2, 25.1, -200.0, 1e-9)) + fuel.number(999) / 7)
    )


COUNTIES = ("", "440281", "440232", "999999")
FACTORS = (Decimal(1), Decimal("0.0001"), Decimal(10_000))
CASES = (
    Case("amounts", lambda f: (f.cell(), f.of(("money", "area", "beds", "")), f.of(FACTORS)), amount),
    Case("dates", Fuel.cell, day),
    Case("angles", Fuel.text, angle),
    Case("plane-coordinates", lambda f: (_number(f), _number(f)), plane),
    Case(
        "positions",
        lambda f: (_number(f), _number(f), f.text(4), f.text(3), f.of(COUNTIES)),
        position,
    ),
    Case("typed-amounts", Fuel.text, typed_amount),
    Case("times-of-the-week", lambda f: f.text(4), weekly),
    Case("words", Fuel.text, words),
)


@both(CASES)
def test_a_value_is_read_or_said_to_be_unreadable(case: Case, examples: int) -> None:
    run(case, examples)
