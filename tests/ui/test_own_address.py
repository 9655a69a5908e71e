"""A page's own part of the address: taken over when new, written when left, gone with a bare address."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from tests.ui.office import address, desk, shell


def draw() -> None:
    """Draw one page with a switch, a list and a page number."""
    import streamlit as st

    from projects.filters import ProjectFilter
    from views.own_address import OwnAddress

    own = OwnAddress("sample", {"tab": "one", "pick": "", "p": "1"})
    held: Any = st.session_state["shell"]
    st.session_state["issues"] = own.take_over(held)
    own.widget(
        "tab", own.one_of("tab", ("one", "two")), lambda key: st.selectbox("tab", ["one", "two"], key=key)
    )
    st.session_state["seen"] = (own.held()["tab"], own.listed("pick"), own.page_number(3))
    own.write(held, ProjectFilter(county=("440232",)) if st.session_state.get("narrow") else ProjectFilter())


def opened(**params: str) -> AppTest:
    at = AppTest.from_function(draw, default_timeout=30)
    at.session_state["shell"] = shell(desk())
    for name, value in params.items():
        at.query_params[name] = value
    return at.run()


def test_the_address_says_what_is_shown_and_the_usual_is_not_written() -> None:
    at = opened(tab="two", pick="b,a,b,", p="2")
    assert at.session_state["seen"] == ("two", ("b", "a"), 2)
    assert address(at) == {"tab": "two", "pick": "b,a,b,", "p": "2"}
    assert address(opened()) == {}


def test_what_no_page_knows_means_the_usual() -> None:
    assert opened(tab="three", p="99").session_state["seen"] == ("one", (), 1)
    assert opened(p="²").session_state["seen"][2] == 1


def test_a_widget_is_newer_than_the_address_and_a_moved_address_newer_than_the_widget() -> None:
    at = opened(tab="two")
    at.selectbox(key="sample-w-tab").set_value("one").run()
    assert address(at) == {}
    at.query_params["tab"] = "two"
    at.run()
    assert at.selectbox(key="sample-w-tab").value == "two" and address(at) == {"tab": "two"}


def test_another_filter_begins_at_the_first_page() -> None:
    at = opened(p="3")
    at.session_state["narrow"] = True
    at.run()
    assert address(at) == {"county": "440232"}
