"""Hostile text must come out as text, whoever reads it."""

from __future__ import annotations

import html
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Template

from layers.html import clean_text, element, escape, script_json, to_json

NASTY = [
    "${alert(1)}",
    "`",
    "</script>",
    "'\"\\",
    "{{ 7*7 }}",
    "{% raw %}",
    "{# x #}",
    "{{'map_div'}}",
    "&lt;",
]


@pytest.mark.parametrize("text", NASTY)
def test_escape_lets_no_active_character_through(text: str) -> None:
    made = escape(text)
    assert not set("<>\"'`$\\{}") & set(made)
    assert html.unescape(made) == text


@given(st.text())
def test_escape_shows_what_clean_text_says(text: str) -> None:
    assert html.unescape(escape(text)) == clean_text(text)


@given(st.text())
def test_clean_text_leaves_nothing_that_steers(text: str) -> None:
    made = clean_text(text)
    made.encode("utf-8")
    assert all(ord(c) >= 32 and not 0x7F <= ord(c) <= 0x9F for c in made)
    assert not set(made) & set(
        "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029"
    )


def test_control_characters_stay_visible_and_ordinary_text_stays_itself() -> None:
    assert clean_text("a\x00\x1fb\x7f") == "a␀␟b␡"
    assert clean_text("乳源瑶族自治县（二期）“康养”") == "乳源瑶族自治县（二期）“康养”"
    assert clean_text("\ud800x") == "\ufffdx"


def test_element_escapes_attributes_and_names() -> None:
    made = element("a", "x", class_="n", data_id='"><script>')
    assert made == '<a class="n" data-id="&#34;&#62;&#60;script&#62;">x</a>'


json_trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(json_trees)
def test_script_json_keeps_the_value(tree: object) -> None:
    text = to_json(tree)
    assert json.loads(script_json(text)) == json.loads(text)


@given(st.text(alphabet="{}%#'\"<>/`$ ()_;a1"))
def test_script_json_is_inert_for_jinja_and_for_the_html_parser(text: str) -> None:
    made = script_json(to_json({"name": text, "deep": {"x": {"y": text}}}))
    assert Template(made).render() == made.rstrip("\n")
    assert not set("<>`$'();_") & set(made)


def test_the_second_rendering_of_branca_would_execute_an_unescaped_name() -> None:
    """The attack that script_json is there for really works without it."""
    assert "49" in Template(json.dumps({"name": "{{ 7*7 }}"})).render()
