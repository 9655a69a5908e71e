"""The settings of the siting page and their link: there and back, and nothing that breaks a page."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.analysis.demand import Weight
from projects.analysis.siting.settings import DETOURS, Kept, Question, Settings, read, text_of, usual
from projects.codes import Category
from projects.filters import FIELDS

LAYERS = st.integers(1, 999_999_999).map(str)
SETTINGS = st.builds(
    Settings,
    ask=st.sampled_from(Question),
    build=st.sampled_from(Category),
    n=st.integers(1, 200),
    km=st.integers(1, 5000).map(lambda n: n / 10),
    sites=st.one_of(st.sampled_from(["townships", "grid"]), LAYERS),
    grid=st.integers(2, 1000).map(lambda n: n / 10),
    apart=st.integers(0, 1000).map(lambda n: n / 10),
    ban=st.one_of(st.just(""), LAYERS),
    kept=st.sampled_from(Kept),
    room=st.integers(0, 10**8),
    money=st.decimals(0, 10**8, places=6),
    each=st.decimals(0, 10**8, places=6),
    people=st.one_of(st.just("townships"), LAYERS),
    count=st.sampled_from(Weight),
    roads=st.one_of(st.just(""), LAYERS),
    detour=st.sampled_from(DETOURS),
)


@given(SETTINGS)
def test_a_link_gives_the_same_settings_again(settings: Settings) -> None:
    again, issues = read(settings.params())
    assert again == settings and not issues


@given(st.dictionaries(st.sampled_from(list(usual())), st.text(max_size=30)))
def test_no_link_breaks_it(params: dict[str, str]) -> None:
    settings, issues = read(params)
    assert {one.name for one in issues} <= set(params)
    assert settings.km > 0 and settings.n >= 1 and settings.money >= 0


@pytest.mark.parametrize("text", ["nan", "inf", "-1", "1e400", "0", "x", "501"])
def test_a_distance_is_a_sensible_number(text: str) -> None:
    settings, issues = read({"km": text})
    assert settings.km == Settings().km and [one.name for one in issues] == ["km"]


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-5", "1e30", "十万"])
def test_money_is_an_amount(text: str) -> None:
    settings, issues = read({"money": text})
    assert settings.money == Decimal(0) and len(issues) == 1


def test_no_setting_is_called_as_a_part_of_the_filter() -> None:
    names = {one.name for one in fields(Settings)}
    assert not names & {*FIELDS, "lang", "job", "unit", "id"} and set(usual()) == names


def test_the_layers_of_a_link() -> None:
    assert Settings(people="7", sites="grid", roads="9").layers() == (7, 9)
    assert text_of(Decimal("1200.50")) == "1200.5" and text_of(0.2) == "0.2"
