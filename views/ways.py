"""Ways from page to page: links that keep the session and the language, and pages that keep their address.

``views.main`` tells which pages there are (``remember``); a page that is not among them is linked by address.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import streamlit as st

from layers.html import element, escape
from views import state
from views.plain import plain
from views.shell import Shell

MAP: Final = "map"
LARGEST_NUMBER: Final = 2**31 - 1
"""Change sets and jobs are counted in four bytes."""
_PAGES: Final = "pages"


def remember(pages: Mapping[str, Any]) -> None:
    """Keep the pages of this run by their address (``home``, ``import``, ``edit`` …)."""
    st.session_state[_PAGES] = dict(pages)


def address(shell: Shell, page: str, **params: str | int) -> str:
    """Return the relative address of a page with its parameters, in the page's language."""
    asked = _params(shell, params)
    return ("./" if page == MAP else page) + (f"?{urlencode(asked)}" if asked else "")


def link(
    shell: Shell, label: str, page: str, icon: str | None = None, *, wide: bool = False, **params: str | int
) -> None:
    """Draw a link to another page; the label is a name, never Markdown."""
    known = st.session_state.get(_PAGES, {}).get(page)
    if known is None:
        st.html(anchor(shell, label, page, **params), width="content")
        return
    st.page_link(
        known,
        label=plain(label),
        icon=icon,
        query_params=_params(shell, params),
        width="stretch" if wide else "content",
    )


def anchor(shell: Shell, label: str, page: str, **params: str | int) -> str:
    """Return a link as HTML, for a table or a sentence."""
    return element(
        "a", escape(label), href=address(shell, page, **params), target="_self", class_="atlas-link"
    )


def go(shell: Shell, page: str, **params: str | int) -> None:
    """Open another page now; stays here where that page is not known."""
    known = st.session_state.get(_PAGES, {}).get(page)
    if known is not None:
        st.switch_page(known, query_params=_params(shell, params))


def keep_address(shell: Shell, **params: str | int) -> None:
    """Put a page's own parameters into the address bar, so that a reload finds the same view."""
    wanted = _params(shell, params)
    st.session_state.address, st.session_state.path = wanted, state.current_path()
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def asked(name: str, longest: int = 80) -> str:
    """Return a parameter of the address, "" when it is not there; a page checks what it says."""
    return str(st.query_params.get(name, "")).replace("\0", "")[:longest]


def asked_number(name: str) -> int | None:
    """Return a parameter of the address that can be the number of something, None for anything else."""
    text = asked(name, 12)
    return int(text) if text.isascii() and text.isdecimal() and int(text) <= LARGEST_NUMBER else None


def _params(shell: Shell, params: Mapping[str, str | int]) -> dict[str, str]:
    given = {name: str(value) for name, value in params.items() if value not in ("", None)}
    return given | ({"lang": shell.language} if shell.language != shell.defaults.language else {})
