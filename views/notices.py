"""One sentence to the reader, in a frame."""

import streamlit as st

from layers.html import element, escape


def notice(text: str, kind: str = "warning") -> None:
    """Show a sentence that may hold names and values: nothing in it is read as Markdown or HTML."""
    st.html(element("div", escape(text), class_=f"atlas-notice atlas-{kind}", role="alert"))
