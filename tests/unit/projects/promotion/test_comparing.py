"""Sites side by side: what differs, what is unknown; what an investor asks and nobody has filled in."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.promotion.comparing import ATTRIBUTES, MOST, CountyContext, Near, Row, Step, picked, rows
from projects.promotion.opportunities import ASKED, Contact, missing
from tests.unit.projects.promotion.making import deal, site


def row(found: tuple[Row, ...], key: str) -> Row:
    return next(one for one in found if one.attribute.key == key)


def test_every_row_has_a_value_per_site_and_headings() -> None:
    found = rows([site(), site("SG-0002"), site("SG-0003")])
    assert len(found) == len(ATTRIBUTES)
    assert all(len(one.values) == 3 for one in found)
    assert all(one.attribute.zh and one.attribute.en for one in found)
    assert len({one.key for one in ATTRIBUTES}) == len(ATTRIBUTES)


def test_what_is_unknown_is_none_and_never_zero() -> None:
    found = rows([site(), site("SG-0002")])
    for key in ("total", "gap", "beds", "residents", "hospitals", "near_hospital", "stage", "mode", "ahead"):
        assert row(found, key).values == (None, None), key
        assert not row(found, key).differs


def test_unknown_is_unlike_zero() -> None:
    found = rows([site(beds=0), site("SG-0002")])
    assert row(found, "beds").differs


def test_an_amount_of_the_same_size_does_not_differ() -> None:
    found = rows([site(total=Decimal("1.50")), site("SG-0002", total=Decimal("1.5"))])
    assert not row(found, "total").differs


def test_gap_is_total_less_what_is_committed_and_unknown_without_a_total() -> None:
    assert deal(total=Decimal(100), committed=Decimal("30.5")).gap == Decimal("69.5")
    assert deal(committed=Decimal(30)).gap is None
    assert deal(total=Decimal(10), committed=Decimal(30)).gap == -20


def test_county_steps_and_neighbours_stand_in_their_rows() -> None:
    one = replace(
        site(),
        context=CountyContext(name="x", residents=5, residents_60=2, residents_65=1, hospitals=3),
        ahead=(Step("landed", date(2027, 1, 1)), Step("commencement", date(2027, 5, 1))),
        near_hospital=Near("医院", 1234.5),
    )
    found = rows([one, site("SG-0002")])
    assert row(found, "residents_60").values == (2, None)
    assert row(found, "hospitals").values == (3, None)
    assert row(found, "ahead_2").values == (Step("commencement", date(2027, 5, 1)), None)
    assert row(found, "near_hospital").values == (Near("医院", 1234.5), None)


@given(st.lists(st.sampled_from([f"SG-{n:04d}" for n in range(20)])))
def test_picked_sites_are_few_once_each_and_in_order(ids: list[str]) -> None:
    found = picked(ids)
    assert len(found) == min(MOST, len(set(ids)))
    assert list(found) == sorted(set(found), key=ids.index)


# ---- what is missing ----


def test_a_bare_record_lacks_everything_that_is_asked() -> None:
    assert missing(deal(contact=Contact())) == tuple(ASKED)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"total": Decimal(0)}, "total_investment"),
        ({"capital_sought": Decimal(0)}, "capital_sought"),
        ({"delivery_mode": "PPP"}, "delivery_mode"),
        ({"land_status": "未落实"}, "land_status"),
        ({"cooperation": "x"}, "cooperation"),
        ({"contact": Contact(phone="1")}, "contact"),
    ],
)
def test_what_is_filled_in_is_not_missing(values: dict[str, Any], field: str) -> None:
    assert field not in missing(deal(**values))


def test_whoever_may_not_see_contacts_is_not_told_that_one_is_missing() -> None:
    assert "contact" not in missing(deal(contact=None))


@pytest.mark.parametrize(("basis", "made_up"), [("demo", True), ("modelled", True), ("reported", False)])
def test_demo_and_modelled_records_are_made_up(basis: str, made_up: bool) -> None:
    assert deal(basis=basis).made_up is made_up
