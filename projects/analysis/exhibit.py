"""What an analysis shows: one value that the page draws and every file (GeoJSON, xlsx, PNG) is written from.

Words are already in the reader's language; keys are English and stable. Geometry is GeoJSON in WGS84
(lon, lat). Nothing here computes: whoever builds an exhibit has the numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from projects.codes import Basis

Cell = str | int | float | Decimal | None
"""A value of a table; ``None`` is unknown (never 0, never an empty text)."""

GeoJson = Mapping[str, Any]
"""A GeoJSON geometry, WGS84, longitude first."""

LookKind = Literal["fill", "outline", "point", "site", "line", "heat"]
"""How rows are drawn: shaded polygons, hulls and circles without a filling, dots, chosen places (a larger
sign with its number), lines, a heat surface."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in files, its heading, its unit, how many decimals are shown (None: as it is)."""

    key: str
    title: str
    unit: str = ""
    digits: int | None = None
    basis: Basis | None = None
    """Set when the whole column is modelled or demo: page and files mark it."""
    secondary: bool = False
    """Left out of the table on a phone, never out of a file."""


@dataclass(frozen=True, slots=True)
class ClassSign:
    """One class of a legend: its words and its colour (``#rrggbb``)."""

    title: str
    colour: str


@dataclass(frozen=True, slots=True)
class Look:
    """How the rows of a table stand on the map, where they have a geometry.

    ``of_row`` gives each row's class; None means unknown or not judged: hatched grey, never a class.
    ``label`` is the column whose value names a row in the tooltip (with ``value``'s beside it, if given).
    """

    kind: LookKind
    classes: tuple[ClassSign, ...]
    of_row: tuple[int | None, ...]
    label: str
    value: str = ""
    title: str = ""
    """Heading of its legend."""
    modelled: bool = False
    """Drawn with a dashed outline, as all that is modelled."""
    unknown: str = ""
    """What the class None means, for the legend."""
    link: str = ""
    """Column holding project ids: a click on a row opens the card."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with headings, with a geometry each or without any.

    Raises ``ValueError`` when rows, geometries or classes do not belong together: map, table and files are
    one mapping.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    geometries: tuple[GeoJson | None, ...] = ()
    look: Look | None = None
    note: str = ""
    """The sentence under the table."""
    folded: bool = False
    """Shown on demand (long lists)."""
    shown: bool = True
    """Whether the page lists it at all; the files always hold it (hexagons, cells of a heat map)."""

    def __post_init__(self) -> None:
        """Hold rows, columns, geometries and classes together."""
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"table {self.key!r}: every row needs {len(self.columns)} cells")
        if self.geometries and len(self.geometries) != len(self.rows):
            raise ValueError(f"table {self.key!r}: {len(self.rows)} rows, {len(self.geometries)} geometries")
        if self.look is not None:
            self._check_look(self.look)

    def _check_look(self, look: Look) -> None:
        keys = {column.key for column in self.columns}
        if len(look.of_row) != len(self.rows) or len(self.geometries) != len(self.rows):
            raise ValueError(f"table {self.key!r}: what is drawn has a geometry and a class for each row")
        if look.label not in keys or (look.value and look.value not in keys):
            raise ValueError(f"table {self.key!r}: the look names a column that is not there")
        if any(one is not None and not 0 <= one < len(look.classes) for one in look.of_row):
            raise ValueError(f"table {self.key!r}: a row has a class that the legend does not hold")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One setting of an analysis: its key in files and links, its name, its value in words."""

    key: str
    title: str
    value: str


@dataclass(frozen=True, slots=True)
class Curve:
    """Numbers against numbers: a line, with a band (low, high) around what is expected where there is one."""

    key: str
    title: str
    x_title: str
    y_title: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    name: str = ""
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    band: str = ""
    """What the band is."""
    other: tuple[float, ...] = ()
    """A second line (a bound, an expectation), dashed."""
    other_name: str = ""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One result: sentences first, then tables and curves, with the parameters and caveats that belong to it.

    ``says`` are the plain sentences under the result, the most important one first; ``caveats`` what a
    reader must know before using it (records left out, what the distance is, what is modelled).
    ``data_date`` is the newest date of what went in, ``sources`` says of which data. ``left_out`` of the
    records that could not take part stands in a caveat *and* in a table when they can be named.
    """

    key: str
    title: str
    says: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    caveats: tuple[str, ...]
    tables: tuple[Table, ...] = ()
    curves: tuple[Curve, ...] = ()
    data_date: date | None = None
    sources: tuple[str, ...] = ()
    basis: Basis = Basis.DERIVED
    link: Mapping[str, str] = field(default_factory=dict)
    """The address parameters that make this result again."""

    @property
    def modelled(self) -> bool:
        """Whether any part of it is modelled, which page and files say in their first lines."""
        columns = (column for table in self.tables for column in table.columns)
        return self.basis is Basis.MODELLED or any(one.basis is Basis.MODELLED for one in columns)
