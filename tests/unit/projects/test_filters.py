"""The one filter: every field survives the address bar, and no link, however broken, raises."""

from time import monotonic
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from data.store.filtering import where
from projects.codes import Category, Precision
from projects.filters import FIELDS as FILTER_FIELDS
from projects.filters import MAX_ISSUES, MAX_TEXT, MAX_VALUES, ProjectFilter, from_params
from tests.unit.projects.strategies import FIELDS, filters


def test_the_strategies_cover_every_field() -> None:
    assert set(FIELDS) == set(ProjectFilter.model_fields) == set(FILTER_FIELDS)


@given(filters)
def test_a_filter_comes_back_from_the_address_bar(chosen: ProjectFilter) -> None:
    query = urlencode(chosen.to_params())
    back, issues = from_params(dict(parse_qsl(query)))
    assert back == chosen
    assert issues == []


@given(st.sampled_from(FILTER_FIELDS), st.data())
def test_every_field_alone_comes_back(name: str, data: st.DataObject) -> None:
    chosen = ProjectFilter.model_validate({name: data.draw(FIELDS[name])})
    assert set(chosen.to_params()) <= {name}
    assert from_params(chosen.to_params()) == (chosen, [])
    assert chosen.is_empty is (getattr(chosen, name) in ((), ""))


@given(st.dictionaries(st.one_of(st.sampled_from(FILTER_FIELDS), st.text(max_size=8)), st.text(max_size=200)))
def test_no_parameter_raises(params: dict[str, str]) -> None:
    chosen, issues = from_params(params)
    assert from_params(chosen.to_params()) == (chosen, [])
    for issue in issues:
        assert issue.name in FILTER_FIELDS
        assert len(issue.value) <= MAX_TEXT
        assert issue.reason in ("not_in_list", "too_many")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("county", "44023"),
        ("county", "4402320"),
        ("county", "４４０２３２"),
        ("county", "٤٤٠٢٣٢"),
        ("county", "440232\n1"),
        ("county", "440232'; DROP TABLE project;--"),
        ("category", "TCM"),
        ("category", "<b>"),
        ("kind", "sites"),
        ("stage", "完工"),
        ("funding", "0"),
        ("mode", "BOT"),
        ("promotion", "signed"),
        ("owner", "440232;"),
        ("keylist", "2026重点"),
        ("keylist", "1850省重点"),
        ("precision", "6"),
        ("precision", "-1"),
        ("precision", "1.0"),
        ("precision", "٣"),
        ("township", "440232"),
        ("zone", "SG FURONG"),
        ("ids", "sg-0001"),
        ("ids", "SG-"),
        ("document", "a" * 21),
        ("task", "SG/A1"),
        ("lead", "市卫计局"),
        ("duty", "${7*7}"),
        ("support", "`"),
    ],
)
def test_a_bad_value_is_reported_and_left_out(name: str, value: str) -> None:
    chosen, issues = from_params({name: value, "kind": "site"} if name != "kind" else {name: value})
    assert getattr(chosen, name) == ()
    assert [i.name for i in issues] == [name] * len(issues)
    assert issues


def test_good_values_beside_a_bad_one_are_kept_in_order_and_once() -> None:
    chosen, issues = from_params({"county": " 440281 ,x,440232,,440281"})
    assert chosen.county == ("440281", "440232")
    assert [(i.name, i.value, i.reason) for i in issues] == [("county", "x", "not_in_list")]


def test_unknown_names_are_ignored() -> None:
    assert from_params({"lang": "en", "utm_source": "x", "model_config": "1"}) == (ProjectFilter(), [])


def test_a_megabyte_of_parameters_is_cut_quickly() -> None:
    started = monotonic()
    many = ",".join(f"{n:06d}" for n in range(150_000))
    chosen, issues = from_params({"county": many, "ids": "x," * 300_000, "q": "温" * 1_000_000})
    assert len(chosen.county) == MAX_VALUES
    assert ("county", "150000", "too_many") in issues
    assert len(chosen.q) == MAX_TEXT
    assert monotonic() - started < 3
    bad, complaints = from_params({"county": ",".join(f"bad{n}" for n in range(400))})
    assert bad.is_empty
    assert len(complaints) == MAX_ISSUES


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  丽宫   温泉 ", "丽宫 温泉"),
        ("a\x00b\x1fc", "abc"),
        ("\ud800温泉", "温泉"),
        ("\u202e温", "温"),
        ("\n\t", ""),
        ("100%_", "100%_"),
    ],
)
def test_free_text_is_cleaned(typed: str, kept: str) -> None:
    assert from_params({"q": typed})[0].q == kept


def test_a_filter_is_a_value() -> None:
    chosen = ProjectFilter(county=("440232",), category=(Category.TCM,))
    other = chosen.with_(precision=(4,), county=())
    assert other.precision == (Precision.COUNTY,)
    assert (chosen.county, other.county) == (("440232",), ())
    assert hash(chosen) == hash(ProjectFilter(county=("440232",), category=(Category.TCM,)))
    with pytest.raises(ValidationError):
        chosen.with_(colour="red")
    with pytest.raises(ValidationError):
        chosen.with_(category=("hotel",))


@given(filters)
def test_every_value_is_bound_and_none_stands_in_the_sql(chosen: ProjectFilter) -> None:
    condition, bound = where(chosen)
    assert set(bound) == set(chosen.to_params())
    bare, _ = where(ProjectFilter())
    assert bare == "f.published"
    for name in bound:
        assert f":{name}" in condition
        without, fewer = where(chosen, leave_out=name)
        assert f":{name}" not in without.replace(f":{name}_", "")
        assert set(fewer) == set(bound) - {name}
