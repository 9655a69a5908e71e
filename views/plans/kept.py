"""What a page keeps between its runs: the page of a list, and answers that cannot change."""

from collections.abc import Callable, Hashable
from typing import Final, TypeVar, cast

import streamlit as st

from projects.plans.ports import Window
from views.shell import Shell

PAGE: Final = 50
T = TypeVar("T")


class Paging:
    """Which page of a list is shown; ``about`` is what is listed: another question begins at the first."""

    def __init__(self, key: str, about: Hashable) -> None:
        self._key = key
        if st.session_state.get(f"{key}-about") != about:
            st.session_state[f"{key}-about"] = about
            st.session_state[key] = 1

    @property
    def number(self) -> int:
        """The page that is shown, from 1."""
        return int(st.session_state.get(self._key) or 1)

    @property
    def window(self) -> Window:
        """The part of the list that the page holds."""
        return Window(PAGE, (self.number - 1) * PAGE)

    def draw(self, shell: Shell, matched: int) -> None:
        """Draw the choice of page below the list; a list that has become shorter is shown from its end."""
        pages = max(1, -(-matched // PAGE))
        if self.number > pages:
            st.session_state[self._key] = pages
            st.rerun()
        if pages > 1:
            label = shell.translate("第几页（共 {n} 页）").format(n=f"{pages:,}")
            st.number_input(label, 1, pages, key=self._key, width=170)


def once(key: str, about: Hashable, ask: Callable[[], T]) -> T:
    """Return an answer that holds as long as it is about the same thing, asked for once."""
    held = st.session_state.get(key)
    if held is None or held[0] != about:
        held = st.session_state[key] = (about, ask())
    return cast(T, held[1])
