"""Places by name, offline: townships by code and by name inside one county.

A township's point (WGS84) is good for precision 3 and never for a distance; many townships have none, and
then nothing is returned rather than something near.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TownshipPoint:
    """A township-level unit.

    Nine-digit code, name, county code, and a point (lon, lat) where one is known.
    """

    code: str
    name: str
    county_code: str
    lon: float | None
    lat: float | None
    point_source: str | None

    @property
    def point(self) -> tuple[float, float] | None:
        """The township's point as (lon, lat), None where no gazetteer knows one."""
        return None if self.lon is None or self.lat is None else (self.lon, self.lat)


class Gazetteer:
    """Townships to look up.

    Names repeat between counties, so a name is only ever sought inside one county.
    """

    def __init__(self, townships: Iterable[TownshipPoint]) -> None:
        self._by_code = {t.code: t for t in townships}
        self._by_county: dict[str, list[TownshipPoint]] = defaultdict(list)
        for township in self._by_code.values():
            self._by_county[township.county_code].append(township)

    def by_code(self, code: str) -> TownshipPoint | None:
        """Return the township of a nine-digit code."""
        return self._by_code.get(code)

    def in_text(self, text: str, county_code: str) -> TownshipPoint | None:
        """Return the one township of a county whose full name stands in the text, else None.

        Two townships named in one text are an ambiguity, and an ambiguity is no answer.

        >>> town = TownshipPoint("440281101", "坪石镇", "440281", 113.05, 25.28, "geonames")
        >>> Gazetteer([town]).in_text("乐昌市坪石镇区域性敬老院", "440281").code
        '440281101'
        """
        found = [t for t in self._by_county.get(county_code, ()) if t.name in text]
        longest = [t for t in found if not any(t.name in other.name and t is not other for other in found)]
        return longest[0] if len(longest) == 1 else None
