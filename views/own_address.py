"""A page's own part of the address (tab, period, page number …), beside the filter that all pages share.

What the address says is taken over when it is new; afterwards the widgets say it, and it is written again at
the end of a run, so that a link reproduces the page. A widget that is not drawn loses its key, so what it
said is held apart.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import streamlit as st

from projects.filters import ParamIssue, ProjectFilter
from views import state, ways
from views.shell import Shell, home_filter

LONGEST = 200
"""Characters that are read of one own parameter."""


class OwnAddress:
    """The own parameters of one page: name → its value when it is not there, which is not written either."""

    def __init__(self, page: str, usual: Mapping[str, str]) -> None:
        self._held, self._widget, self._usual = f"{page}-held", f"{page}-w-", usual

    def take_over(self, shell: Shell) -> list[ParamIssue]:
        """Set filter and own parameters from an address that is new; return what could not be used."""
        given = st.query_params.to_dict()
        fresh = bool(given) and given != st.session_state.get("address")
        if fresh and state.WIDGET + "q" in st.session_state:
            # Own parameters are no part of the filter: else the filter would seem changed by a widget.
            st.session_state.address = state.params_of(state.get_filter(), state.get_view(), shell.defaults)
        issues = state.open_filter(lambda: home_filter(shell), shell.defaults)
        if fresh or self._held not in st.session_state:
            st.session_state[self._held] = {n: ways.asked(n, LONGEST) or v for n, v in self._usual.items()}
            for key in [key for key in st.session_state if str(key).startswith(self._widget)]:
                del st.session_state[key]
        return issues

    def write(self, shell: Shell, chosen: ProjectFilter, names: Collection[str] | None = None) -> None:
        """Put filter and own parameters (``names`` of them) into the address.

        Another filter begins at the first page.
        """
        if "p" in self._usual and st.session_state.get("kept_for_pages") not in (None, chosen):
            self.put(p="")
        st.session_state.kept = st.session_state.kept_for_pages = chosen
        own = {n: v for n, v in self.held().items() if v != self._usual[n] and (names is None or n in names)}
        ways.keep_address(shell, **chosen.to_params(), **own)

    def held(self) -> dict[str, str]:
        """Return the own parameters of this session."""
        found: dict[str, str] = st.session_state[self._held]
        return found

    def put(self, **values: str) -> None:
        """Set own parameters; an empty value means the usual one. Drawn widgets keep what they say."""
        self.held().update({name: value or self._usual[name] for name, value in values.items()})

    def replace(self, **values: str) -> None:
        """Set own parameters and what their widgets say; in a callback, or before those are drawn."""
        self.put(**values)
        for name in values:
            st.session_state.pop(self._widget + name, None)

    def widget(
        self, name: str, value: Any, draw: Callable[[str], Any], text: Callable[[Any], str] = str
    ) -> Any:
        """Draw a widget that holds an own parameter, and return its value.

        ``value`` is what the held text means; ``draw`` is given the widget's key, ``text`` makes a text of
        what it returns.
        """
        key = self._widget + name
        if key not in st.session_state:
            st.session_state[key] = value
        found = draw(key)
        self.held()[name] = text(found)
        return found

    def key(self, name: str) -> str:
        """Return the session key of a widget of this page, let go of when the address is new."""
        return self._widget + name

    def one_of(self, name: str, known: Collection[str]) -> str:
        """Return a parameter that names one of some values, the usual value for anything else."""
        return self.held()[name] if self.held()[name] in known else self._usual[name]

    def listed(self, name: str) -> tuple[str, ...]:
        """Return the parts of a parameter that is a list, each once."""
        return tuple(dict.fromkeys(part.strip() for part in self.held()[name].split(",") if part.strip()))

    def page_number(self, pages: int) -> int:
        """Return the page asked for (``p``), the first one for anything else."""
        text = self.held()["p"]
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
        return number if 1 <= number <= pages else 1
