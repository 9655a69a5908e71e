"""The one mapping between record and GeoJSON feature.

Nothing lost on the way there and back, RFC 7946 in shape.
"""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.feature import NAMES, feature, feature_text, from_feature, properties
from projects.fields import BY_NAME
from projects.summary import COLUMNS, STORED_AS, Summary, heading
from tests.unit.projects.strategies import amounts, records


@given(records())
def test_a_record_comes_back_from_its_feature(record: Summary) -> None:
    text = json.dumps(feature(record), ensure_ascii=False, allow_nan=False)
    back = from_feature(json.loads(text))
    for name in NAMES:
        assert getattr(back, name) == getattr(record, name), name
    assert (json.loads(back.geometry) if back.geometry else None) == (
        json.loads(record.geometry) if record.geometry else None
    )


@given(records())
def test_the_streamed_text_is_the_same_feature(record: Summary) -> None:
    assert json.loads(feature_text(record)) == feature(record)


@given(records())
def test_a_feature_is_rfc_7946(record: Summary) -> None:
    made = json.loads(feature_text(record))
    assert list(made) == ["type", "id", "geometry", "properties"]
    assert made["type"] == "Feature"
    assert made["id"] == record.id == made["properties"]["id"]
    assert "crs" not in made
    assert (made["geometry"] is None) == (record.geometry is None)
    assert list(made["properties"]) == list(NAMES)


@given(amounts)
def test_no_digit_of_an_amount_is_lost(amount: Decimal | None) -> None:
    record = PLAIN._replace(total_investment_wan=amount)
    sent = json.loads(json.dumps(properties(record)))["total_investment_wan"]
    assert (None if sent is None else Decimal(str(sent))) == amount


def test_zero_is_not_unknown() -> None:
    assert properties(PLAIN._replace(total_investment_wan=Decimal(0), beds=0))["total_investment_wan"] == 0
    assert properties(PLAIN)["total_investment_wan"] is None
    assert from_feature(feature(PLAIN._replace(total_investment_wan=Decimal(0)))).total_investment_wan == 0


def test_a_strange_feature_is_refused() -> None:
    with pytest.raises(KeyError):
        from_feature({"type": "Feature", "geometry": None, "properties": {"id": "SG-0001"}})


def test_columns_are_the_fields_of_a_record() -> None:
    assert list(NAMES) == [name for name in Summary._fields if name != "geometry"]
    for column in COLUMNS:
        assert column.zh and column.en
        assert heading(column.name, "zh") == column.zh
        assert heading(column.name, "en") == column.en
    assert len({c.zh for c in COLUMNS}) == len({c.en for c in COLUMNS}) == len(COLUMNS)


def _plain() -> Summary:
    given_values = {"id": "SG-0001", "name": "甲", "precision": 0, "near_county_line": False}
    lists = {
        "aliases",
        "touches",
        "documents",
        "tasks",
        "lead_units",
        "support_units",
        "duty_units",
        "reported",
    }
    return Summary(
        **{name: given_values.get(name, () if name in lists else None) for name in Summary._fields}
    )  # type: ignore[arg-type]


PLAIN = _plain()


@given(st.sampled_from(NAMES))
def test_every_unknown_value_is_null_and_there(name: str) -> None:
    assert name in properties(PLAIN)


def test_what_is_kept_under_another_name_is_a_field_of_the_form() -> None:
    assert set(STORED_AS) <= set(NAMES)
    stored = BY_NAME.keys() | {"province_code", "prefecture_code"}
    assert set(STORED_AS.values()) <= stored, "areas above the county are derived from it"
