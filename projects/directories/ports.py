"""What the pages of directories need from storage; ``data.wiring.directories(token)`` is the adapter.

Published editions are read by everybody who may read the library; drafts by their unit, those above it and
administrators. Columns marked as contacts are read by signed-in people only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from projects.directories.model import (
    Definition,
    Definitions,
    Difference,
    EditionHead,
    Entry,
    Preview,
    Verdict,
)
from projects.fields import JsonValue


@dataclass(frozen=True, slots=True)
class EntriesAsked:
    """Which lines of an edition; an empty condition restricts nothing."""

    words: str = ""
    counties: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] | None = None
    """Column of type choice → values."""
    flags: Mapping[str, Verdict] | None = None
    placed: bool | None = None
    """Only lines with a place, or only those without one."""


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One page of lines; ``located`` of the matched ones have a place."""

    items: tuple[Entry, ...]
    matched: int
    located: int


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A line of a published edition that names a record."""

    head: EditionHead
    definition: Definition
    entry: Entry


class Directories(Protocol):
    """Directories as one person may see and keep them."""

    def definitions(self) -> Definitions:
        """Return the built-in definitions and the office's own, with the mistakes found in files."""
        ...

    def editions(self, definition: str = "", area_code: str = "") -> tuple[EditionHead, ...]:
        """Return the editions one may see, newest first, of one directory and area if given."""
        ...

    def edition(self, key: int) -> tuple[EditionHead, Definition]:
        """Return an edition and the definition it was made with; ``UnknownRecord``."""
        ...

    def entries(self, key: int, asked: EntriesAsked, *, limit: int | None = 50, offset: int = 0) -> EntryPage:
        """Return a page of lines in their order."""
        ...

    def lines_of(self, project_id: str) -> tuple[NamedLine, ...]:
        """Return the lines of the newest published editions that name a record, for its card."""
        ...

    def start(
        self, definition: str, unit_id: str, title: str, valid_on: date, copy_of: int | None = None
    ) -> int:
        """Open a draft edition for a unit's area, empty or as a copy; return its id.

        ``BadValue``, ``NotAllowed``; one draft per directory and unit: ``BadValue`` names the open one.
        """
        ...

    def rename(self, key: int, version: int, title: str, valid_on: date) -> None:
        """Change title and day of a draft; ``Conflict``."""
        ...

    def put(
        self, key: int, entry_key: int | None, cells: Mapping[str, JsonValue], *, seen: Entry | None = None
    ) -> Entry:
        """Add a line (``entry_key`` None) or replace one; cells as typed, with lon, lat, datum when mapped.

        ``seen`` is the line as it was read: ``Conflict`` tells what somebody else wrote into it since.
        ``BadValue`` names the cell, the value and the rule.
        """
        ...

    def remove(self, key: int, entry_keys: Sequence[int], *, seen: Sequence[Entry] = ()) -> None:
        """Take lines out of a draft; ``Conflict`` when one of ``seen`` was changed since it was read."""
        ...

    def preview(self, key: int, content: bytes, file_name: str) -> Preview:
        """Return what an xlsx or csv would bring into a draft; ``BadValue`` for a file without a table."""
        ...

    def take(
        self,
        key: int,
        content: bytes,
        file_name: str,
        *,
        remove_left_out: bool = False,
        seen: int | None = None,
    ) -> Preview:
        """Store what ``preview`` said and return it; ``Conflict`` when the draft left version ``seen``."""
        ...

    def publish(self, key: int) -> int:
        """Publish a draft for good and return its number; ``NotAllowed`` for who may not publish there."""
        ...

    def withdraw(self, key: int, reason: str) -> None:
        """Take a draft or a published edition back; it stays readable for its unit, marked."""
        ...

    def compare(self, older: int, newer: int) -> Difference:
        """Return what changed between two editions of one directory and area."""
        ...

    def workbook(self, key: int | None, definition: str, language: str) -> tuple[bytes, str]:
        """Return an edition (or a blank one) as xlsx that can be read back, and its file name."""
        ...

    def geojson(self, key: int, language: str) -> tuple[bytes, str]:
        """Return an edition as GeoJSON, lines without a place with null geometry, and its file name."""
        ...
