"""Lists of key projects (重点项目名单): ``2026省重点；2027市重点`` as pairs of year and list.

Written freely and stored in one form, so that a list of a year can be drawn up; what is not understood is
told and never guessed.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

YEARS: Final = range(1990, 2101)


class ListLevel(StrEnum):
    """Whose list it is."""

    NATIONAL = "国家重点"
    PROVINCIAL = "省重点"
    MUNICIPAL = "市重点"
    COUNTY = "县重点"


class KeyList(NamedTuple):
    """One naming: the year and the level of the list."""

    year: int
    level: ListLevel


class KeyLists(NamedTuple):
    """The namings in order, each once, and the parts of the text that nobody understands."""

    found: tuple[KeyList, ...]
    unread: tuple[str, ...]


_PARTS: Final = re.compile(r"[；;、，,/\n]+")
_PAIR: Final = re.compile(
    r"(?P<first>(?:\d{4}(?:年度?)?(?:[-—~至到]\d{4}(?:年度?)?)?)?)"
    r"(?:列入|纳入)?(?P<level>国家级?|省级?|市级?|县级?|区级?|县区级?|县（市、区）级?)重点(?:建设)?(?:项目)?(?:名单|库)?"
    r"(?P<last>(?:[（(]?\d{4}(?:年度?)?[)）]?)?)"
)
_LEVELS: Final = {
    "国": ListLevel.NATIONAL,
    "省": ListLevel.PROVINCIAL,
    "市": ListLevel.MUNICIPAL,
    "县": ListLevel.COUNTY,
    "区": ListLevel.COUNTY,
}


@lru_cache(maxsize=4096)
def parse(text: str) -> KeyLists:
    """Return what a text says, by year and level; a range of years names each of them.

    >>> parse("2026年省重点项目；2027 市重点").found == ((2026, "省重点"), (2027, "市重点"))
    True
    >>> parse("2026-2027省重点、重大项目").unread
    ('重大项目',)
    """
    found: list[KeyList] = []
    unread: list[str] = []
    for part in _PARTS.split(text):
        bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", part))
        if not bare:
            continue
        named = _named(bare)
        found += named
        if not named:
            unread.append(part.strip())
    return KeyLists(tuple(sorted(set(found), key=_order)), tuple(unread))


def _order(one: KeyList) -> tuple[int, int]:
    return one.year, list(ListLevel).index(one.level)


def _named(part: str) -> list[KeyList]:
    """Return what one part names, nothing when it is not understood: no year, an odd one, two that differ."""
    match = _PAIR.fullmatch(part)
    if match is None:
        return []
    years = [int(year) for year in re.findall(r"\d{4}", match["first"] + match["last"])]
    if not years or (match["first"] and match["last"]) or any(year not in YEARS for year in years):
        return []
    first, last = years[0], years[-1]
    if not first <= last <= first + 10:
        return []
    return [KeyList(year, _LEVELS[match["level"][0]]) for year in range(first, last + 1)]


def written(lists: Iterable[KeyList]) -> str:
    """Return namings in the form in which they are stored.

    >>> written(parse("市重点（2027）;2026省级重点").found)
    '2026省重点；2027市重点'
    """
    return "；".join(f"{one.year}{one.level}" for one in lists)


def normalised(text: str) -> str | None:
    """Return the stored form of a text, None when a part of it is not understood."""
    read = parse(text)
    return None if read.unread or not read.found else written(read.found)
