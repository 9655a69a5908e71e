"""The reach of a sheet that is not written as common programs write it, by a real XML parser.

Slow (some 2 MB a second), exact about quotes, prefixes and blanks, and without positions as well: a cell
that does not say where it is stands right of the one before.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final
from xml.parsers import expat

from data.importers.office.grid import column_number
from projects.intake.importing import FileRefused

_POSITION: Final = re.compile(r"\s*\$?([A-Za-z]{1,7})\$?(\d{1,10})\s*")
_HOLDS: Final = ("v", "is", "f", "t")

Reach = tuple[tuple[int, int], int]
"""Last row and column (counted from 0), and the bytes of long shared texts referred to so far."""


class _Walker:
    """Follows rows and cells; a cell counts once something stands in it."""

    def __init__(self, long: Mapping[bytes, int]) -> None:
        self.last_row, self.last_column, self.quoted = -1, -1, 0
        self._row, self._column, self._long = -1, -1, long
        self._shared, self._text = False, ""
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _refuse(self, *_: object) -> None:
        raise FileRefused("truncated")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            number = attributes.get("r", "").strip()
            self._row = int(number) - 1 if number.isdecimal() and len(number) < 11 else self._row + 1
            self._column = -1
        elif name == "c":
            self._shared = attributes.get("t") == "s"
            self._step(attributes.get("r", ""))
        elif name in _HOLDS and self._column >= 0:
            self.last_row = max(self.last_row, self._row)
            self.last_column = max(self.last_column, self._column)
        self._text = ""

    def _step(self, position: str) -> None:
        match = _POSITION.fullmatch(position)
        if match:
            self._row, self._column = int(match[2]) - 1, column_number(match[1].upper())
        else:
            self._row, self._column = max(self._row, 0), self._column + 1

    def _characters(self, text: str) -> None:
        if self._shared and len(self._text) < 20:
            self._text += text

    def _end(self, tag: str) -> None:
        if self._shared and tag.rpartition(":")[2] == "v":
            self.quoted += self._long.get(self._text.strip().encode(), 0)


def walk(parts: Iterator[bytes], long: Mapping[bytes, int]) -> Iterator[Reach]:
    """Yield after each piece of a sheet how far it reaches; raises ``FileRefused`` for broken XML."""
    walker = _Walker(long)
    try:
        for piece in parts:
            walker.parser.Parse(piece, False)
            yield (walker.last_row, walker.last_column), walker.quoted
        walker.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise FileRefused("truncated") from error
    yield (walker.last_row, walker.last_column), walker.quoted
