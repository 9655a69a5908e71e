"""A directory (名录): its definition, its editions, its lines, and what is computed from a line.

A *definition* comes from a file and says which columns a list has; an *edition* is that list for one area on
one day, numbered 1, 2, 3 … per definition and area. A published edition never changes: what changes is a
further edition, which starts as a copy. An edition keeps the definition it was made with, so that an old one
still reads as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from projects.fields import JsonValue

MOST_ENTRIES: Final = 20_000
"""Lines of one edition."""


class ColumnType(StrEnum):
    """How a cell of a directory is read, checked and shown."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    """万元, as decimal text."""
    AREA_M2 = "area_m2"
    DATE = "date"
    YEAR = "year"
    URL = "url"
    """An address that starts with http:// or https://."""
    COUNTY = "county"
    """A county-level unit, by code or name; stored as code."""
    UNIT = "unit"
    """A unit by name; old names are told."""
    PROJECT = "project"
    """A record of the library, by id."""


MEASURED: Final = frozenset(
    {ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.MONEY, ColumnType.AREA_M2, ColumnType.YEAR}
)
"""Types that are numbers."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a directory."""

    name: str
    type: ColumnType
    zh: str
    en: str
    required: bool = False
    choices: tuple[str, ...] = ()
    lowest: Decimal | None = None
    highest: Decimal | None = None
    longest: int = 200
    help_zh: str = ""
    help_en: str = ""
    contact: bool = False
    """A person or telephone number: read by signed-in people only; the database keeps it from others."""


class Test(StrEnum):
    """How a condition of a computed column compares."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EQUALS = "equals"
    ONE_OF = "one_of"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on one column; a cell that nobody filled in makes it unknown."""

    column: str
    test: Test
    value: str | Decimal | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Computed:
    """A flag that is never typed: yes when all conditions hold, no when one fails, else unknown.

    ``source`` cites the rule (document and section).
    """

    name: str
    zh: str
    en: str
    conditions: tuple[Condition, ...]
    source: str


class Verdict(StrEnum):
    """What a computed flag says of one line."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Definition:
    """What a directory is: read from a TOML file, checked, known by ``key`` (the file's stem)."""

    key: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    purpose_zh: str = ""
    purpose_en: str = ""
    source: str = ""
    """The document and section that ask for the list; "" for an office's own."""
    computed: tuple[Computed, ...] = ()
    mapped: bool = False
    """Whether its lines have a place (lon, lat, datum, county) and stand on a map."""
    title_column: str = ""
    """The column that names a line; the first one when empty."""
    own: bool = False
    """Made by this office, from its own folder."""
    digest: str = ""
    """SHA-256 of the file."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a definition's file: where, what, and what to do; in the reader's language."""

    file: str
    where: str
    what_zh: str
    what_en: str


@dataclass(frozen=True, slots=True)
class Definitions:
    """All definitions that can be used, and what keeps the others out; a bad file harms no other."""

    usable: tuple[Definition, ...]
    mistakes: tuple[Mistake, ...]


class EditionState(StrEnum):
    """Where an edition stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class EditionHead:
    """One edition in a list; ``number`` counts the published ones of a list and area, None for a draft."""

    id: int
    definition: str
    title: str
    area_code: str
    area_name: str
    unit_id: str
    unit_name: str
    number: int | None
    valid_on: date
    state: EditionState
    entries: int
    files: int
    version: int
    created_by: str
    published_at: datetime | None
    may_edit: bool
    may_publish: bool = False
    """Whether the acting account may publish this draft, or withdraw it once it is published."""
    reason: str = ""
    """Why it was withdrawn."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line lies: WGS84 degrees, and as it was entered; precision as of a record (0: nowhere)."""

    lon: float | None = None
    lat: float | None = None
    precision: int = 0
    datum_entered: str = ""
    coordinates_entered: str = ""
    county_code: str = ""
    doubt: str = ""
    """Why the coordinates were not taken (outside the county, unknown datum …); "" when they were."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a stable key within its directory (kept from edition to edition), cells, place, flags."""

    key: int
    position: int
    cells: Mapping[str, JsonValue]
    place: Place = Place()
    flags: Mapping[str, Verdict] = field(default_factory=dict)
    project_name: str = ""
    note: str = ""
    """What has to be told of a cell today: a unit that was renamed, a record that was merged."""


@dataclass(frozen=True, slots=True)
class CellFault:
    """One cell that breaks a rule; the value stays as typed and is not stored."""

    row: int
    column: str
    raw: str
    what_zh: str
    what_en: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would bring: every row is in exactly one of the counts, ``rows == sum of them``."""

    rows: int
    fresh: tuple[Entry, ...]
    changed: tuple[tuple[Entry, Entry], ...]
    """(as it is, as it would be)."""
    same: int
    refused: tuple[int, ...]
    """Row numbers in the file that are not taken, each with a fault."""
    faults: tuple[CellFault, ...]
    left_out: tuple[Entry, ...]
    """Lines of the edition that the file does not name: kept unless asked to remove them."""
    remarks: tuple[CellFault, ...] = ()
    """Cells that are taken, or coordinates that are not, with something to say about them."""
    ignored: tuple[str, ...] = ()
    """Headings of the file that no column has."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two editions, by stable key."""

    entered: tuple[Entry, ...]
    left: tuple[Entry, ...]
    changed: tuple[tuple[Entry, Entry], ...]
    same: int
