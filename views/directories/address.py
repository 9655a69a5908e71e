"""The page's address: directory, edition, section, conditions on lines; a link reproduces the page.

The filter of the map has no part in it: a directory has an area of its own.
"""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from views import ways
from views.own_address import LONGEST, OwnAddress
from views.shell import Shell

OWN: Final[Mapping[str, str]] = {
    "dir": "",
    "edition": "",
    "show": "table",
    "q": "",
    "in": "",
    "pick": "",
    "flag": "",
    "against": "",
    "p": "1",
}
"""Own parameter → what it means when it is not there; such a value is not written."""


class DirectoryAddress(OwnAddress):
    """Own parameters without the filter that other pages share; that one stays as it was kept."""

    def open(self) -> None:
        """Take the address over when it is new: from a link, or by the browser's buttons."""
        given = st.query_params.to_dict()
        fresh = bool(given) and given != st.session_state.get("address")
        if fresh or self._held not in st.session_state:
            self._begin({name: ways.asked(name, LONGEST) or usual for name, usual in OWN.items()})

    def go(self, **values: str) -> None:
        """Open something else of the page, everything unsaid as usual; in a callback or before a rerun."""
        self._begin({**OWN, **values})

    def keep(self, shell: Shell) -> None:
        """Put what differs from the usual into the address bar."""
        held = self.held()
        said = {name: value for name, value in held.items() if value != OWN[name]}
        if held["show"] != "compare":
            said.pop("against", None)
        ways.keep_address(shell, **said)

    def _begin(self, held: Mapping[str, str]) -> None:
        st.session_state[self._held] = dict(held)
        for key in [key for key in st.session_state if str(key).startswith(self._widget)]:
            del st.session_state[key]


ADDRESS: Final = DirectoryAddress("directories", OWN)


def first_page() -> None:
    """Begin at the first page: after another condition or another edition, in a callback."""
    ADDRESS.replace(p="")
