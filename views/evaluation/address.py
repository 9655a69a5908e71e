"""The page's own part of the address: which finding, a new one, about what."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from projects.values import RECORD_ID
from views import ways
from views.marks import OFFICE_TIME
from views.own_address import OwnAddress

OWN: Final[Mapping[str, str]] = {"finding": "", "new": "", "about": "", "replaces": "", "p": "1"}
"""Own parameter → what it means when it is not there; such a value is not written."""
own: Final = OwnAddress("evaluation", OWN)
_CODE_DIGITS: Final = 6


def number(name: str) -> int:
    """Return a held parameter as the number of a finding, 0 for anything else."""
    text = own.held()[name]
    fits = text.isascii() and text.isdecimal() and len(text) < 11
    return int(text) if fits and 0 < int(text) <= ways.LARGEST_NUMBER else 0


def about() -> tuple[str, str]:
    """Return the record and the area that the list is narrowed to, one of them at most."""
    text = own.held()["about"].strip()
    if RECORD_ID.fullmatch(text.upper()):
        return text.upper(), ""
    code = text if text.isascii() and text.isdecimal() and len(text) == _CODE_DIGITS else ""
    return "", code


def show(**values: str) -> None:
    """Set what is shown, in a callback: a finding, a new one, or with nothing the list."""
    own.replace(**{"finding": "", "new": "", "replaces": ""} | values)


def today() -> date:
    """Return today in the offices' time."""
    return datetime.now(OFFICE_TIME).date()
