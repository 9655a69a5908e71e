"""The own part of the page's address: which round is open, which job is watched, whose sheets are listed."""

from collections.abc import Mapping
from typing import Final

from views.own_address import OwnAddress

OWN: Final[Mapping[str, str]] = {"round": "", "job": "", "show": "all", "p": ""}
"""Own parameter → what it means when it is not there; no round named is the newest."""
ADDRESS: Final = OwnAddress("rounds", OWN)


def number(name: str) -> int | None:
    """Return an own parameter that can be the number of a round or job, None for anything else."""
    text = ADDRESS.held()[name]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def open_round(key: int) -> None:
    """Open a round; in a callback."""
    ADDRESS.put(round=str(key), job="")
