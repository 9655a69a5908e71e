"""Hexagons and heat: every record drawn once, money exact, township records only where cells are wide."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import BadInput
from projects.analysis.clusters.browsing import Amount, Browse, Sight, look, read
from tests.unit.projects.analysis.placed_rows import One, placed, records


@given(records(), st.sampled_from([3, 5, 6, 8]))
def test_every_record_lies_in_one_cell_and_money_adds_up(rows: list[One], resolution: int) -> None:
    settings = Browse(resolution=resolution)
    part = [row for row in rows if row.precision < 3 or settings.townships]
    if not part:
        return
    found = look(placed(*rows, townships=settings.townships), settings)
    assert sorted(key for cell in found.cells for key in cell.ids) == sorted(row.id for row in part)
    known = [row.investment for row in part if row.investment is not None]
    assert sum((cell.money.total or Decimal(0) for cell in found.cells), Decimal(0)) == sum(known, Decimal(0))
    assert sum(cell.money.known for cell in found.cells) == len(known) == found.money.known
    assert all(cell.polygon["type"] == "Polygon" for cell in found.cells)


def test_township_records_are_left_out_of_small_cells() -> None:
    rows = placed(One("A-1"), One("A-2", precision=3), townships=True)
    assert len(look(rows, Browse(resolution=5)).rows) == 2
    assert len(look(rows, Browse(resolution=6)).rows) == 1
    assert len(look(rows, Browse(Sight.HEAT, 8)).rows) == 2


def test_heat_has_points_and_no_cells() -> None:
    found = look(placed(One("A-2"), One("A-1")), Browse(Sight.HEAT))
    assert found.cells == () and found.rows == (1, 0), "in the order of the ids"


def test_nothing_placed_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        look(placed(left=3), Browse())
    assert refused.value.code == "no_places" and refused.value.values == {"matched": 3}


def test_settings_go_through_the_link_and_bad_ones_are_reported() -> None:
    settings = Browse(Sight.HEAT, 7, Amount.MONEY)
    assert read(settings.params) == (settings, [])
    found, issues = read({"sight": "x", "res": "99", "sum": "<b>"})
    assert found == Browse() and [one.name for one in issues] == ["sight", "res", "sum"]
