"""The page's own part of the address: tab, sites to compare, period …, beside the filter of all pages."""

from collections.abc import Mapping
from typing import Final

from projects.filters import ProjectFilter
from views.own_address import OwnAddress
from views.shell import Shell

OWN: Final[Mapping[str, str]] = {
    "tab": "opportunities",
    "compare": "",
    "sort": "id",
    "p": "1",
    "from": "",
    "to": "",
    "asof": "",
    "split": "year",
    "event": "",
    "about": "",
    "open": "",
    "back": "",
    "entry": "",
}
"""Own parameter → what it means when it is not there; such a value is not written."""
WRITTEN: Final[Mapping[str, tuple[str, ...]]] = {
    "opportunities": ("tab", "compare", "sort", "p"),
    "compare": ("tab", "compare"),
    "events": ("tab", "compare", "event", "about", "open", "back", "entry", "p"),
    "funnel": ("tab", "compare", "from", "to", "asof", "split"),
}
"""Tab → the parameters that its address has; what the other tabs hold stays in the session."""
_own: Final = OwnAddress("promotion", OWN)
take_over, held, widget, key = _own.take_over, _own.held, _own.widget, _own.key
listed, page_number = _own.listed, _own.page_number


def write(shell: Shell, chosen: ProjectFilter) -> None:
    """Put filter and the own parameters of the tab into the address bar, leaving out what is usual."""
    _own.write(shell, chosen, WRITTEN.get(held()["tab"], tuple(OWN)))


def put(name: str, value: str) -> None:
    """Set an own parameter in a callback, before its widget is drawn."""
    _own.replace(**{name: value})
