"""Handing a view on: the link says what is shown, the interface is named, a token where one is needed."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.exports import formats
from data.settings import Settings
from projects.filters import ProjectFilter
from tests.ui.office import OfficeShell, desk
from views.packs import links, words


def shared(chosen: ProjectFilter, language: str = "zh", **settings: Any) -> AppTest:
    """Draw the popover on a page of its own."""

    def script(shell: "Any", chosen: "Any") -> None:
        from views.map import share

        share.draw(shell, chosen)

    office = OfficeShell(desk(), settings=Settings(**settings), language=language)
    at = AppTest.from_function(script, args=(office, chosen), default_timeout=30)
    at.session_state["language"] = language
    at.session_state["shading"] = "none"
    at.run()
    assert not at.exception
    return at


def test_the_link_reproduces_filter_language_and_shading() -> None:
    chosen = ProjectFilter(county=("440232", "440281"), q="a&b=c 温泉")
    view, api = (code.value for code in shared(chosen, "en").code)
    assert view.endswith("/?county=440232,440281&q=a%26b%3Dc+%E6%B8%A9%E6%B3%89&lang=en&shade=none"), (
        "nothing of a search can become a parameter"
    )
    assert api.endswith("/ogc")


@pytest.mark.parametrize("open_to_all", [True, False])
def test_a_token_is_asked_for_where_nobody_reads_unseen(open_to_all: bool) -> None:
    said = " ".join(c.value for c in shared(ProjectFilter(), anonymous_reads=open_to_all).caption)
    assert ("接口令牌" in said) is not open_to_all and "QGIS" in said


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("http://10.0.0.8:8501/", "http://10.0.0.8:8501/ogc"),
        ("http://10.0.0.8:8501/?county=1", "http://10.0.0.8:8501/ogc"),
        ("https://a.example/atlas/packs?pack=1", "https://a.example/atlas/ogc"),
    ],
)
def test_addresses_are_those_of_the_readers_browser(
    url: str, whole: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "here", lambda: url)
    assert links.absolute("/ogc") == whole


def test_every_format_of_the_library_is_offered_by_a_name_of_its_own() -> None:
    names = words.export_names(str)
    assert set(formats.FORMATS) == set(names)
    assert len(set(names.values())) == len(names)
