"""The page's own part of the address: what goes into a pack, the job under way, the pack that is open."""

from collections.abc import Mapping
from typing import Final

from views.own_address import OwnAddress

OWN: Final[Mapping[str, str]] = {
    "scope": "filter",
    "parts": "",
    "paper": "A4",
    "in": "",
    "for": "public",
    "job": "",
    "pack": "",
}
"""Own parameter → what it means when it is not there.

``parts`` lists the files (none: all), ``in`` is the language of the files (none: the page's), ``job`` and
``pack`` are numbers, ``for`` says whether the files are to be passed on.
"""

ADDRESS: Final = OwnAddress("packs", OWN)


def number(name: str) -> int | None:
    """Return an own parameter that can be the number of a job or a pack, None for anything else."""
    text = ADDRESS.held()[name]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def close(name: str) -> None:
    """Take a job or a pack out of the address; in a callback."""
    ADDRESS.put(**{name: ""})


def open_pack(key: int) -> None:
    """Open a pack in place of what is open; in a callback."""
    ADDRESS.put(pack=str(key), job="")


def follow(key: int) -> None:
    """Show how far a job is; in a callback."""
    ADDRESS.put(job=str(key), pack="")
