"""The dispatch page's own part of the address: what is shown, of whom, on which day, beside the filter."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import OFFICE_TIME
from projects.values import DATE_YEARS
from views.own_address import OwnAddress

OWN: Final[Mapping[str, str]] = {
    "show": "lights",
    "by": "unit",
    "day": "",
    "of": "",
    "list": "overdue",
    "code": "",
    "year": "",
    "class": "",
    "p": "1",
}
"""Own parameter → what it means when it is not there; such a value is not written."""
_own: Final = OwnAddress("dispatch", OWN)
take_over, write, held, put = _own.take_over, _own.write, _own.held, _own.put
key, one_of, page_number = _own.key, _own.one_of, _own.page_number
_NARROWING: Final = ("of", "code", "class", "p")


def switched() -> None:
    """Let go of what narrowed the part that was shown before."""
    put(**dict.fromkeys(_NARROWING, ""))


def params(chosen: ProjectFilter, **own: str) -> dict[str, str]:
    """Return the address parameters of another view of this page under the same filter and day."""
    kept = {name: held()[name] for name in ("day", "by", "year")} | own
    return chosen.to_params() | {n: v for n, v in kept.items() if v and v != OWN[n]}


def today() -> date:
    """Return today in the offices' time."""
    return datetime.now(OFFICE_TIME).date()


def day() -> date:
    """Return the reference day asked for, today for none or for what is no day."""
    try:
        found = date.fromisoformat(held()["day"])
    except ValueError:
        return today()
    return found if found.year in DATE_YEARS else today()


def year() -> int:
    """Return the year asked for, else that of the reference day."""
    text = held()["year"]
    number = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else 0
    return number if number in DATE_YEARS else day().year
