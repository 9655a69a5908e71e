"""A whole record as the project card shows it: the flat facts plus where each of them comes from."""

from dataclasses import dataclass
from typing import Any

from projects.intake.issues import Issue
from projects.summary import Summary


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where one value comes from.

    Its basis, the source in words, the place in the source, who confirmed it.
    """

    field: str
    basis: str
    source: str
    locator: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TaskLink:
    """One naming of the record in one task of one document."""

    document_id: str
    document: str
    number: str
    as_of_year: int | None
    task_id: str
    section: str
    title: str
    category_of_document: str
    printed_name: str
    status_words: str
    quote: str


@dataclass(frozen=True, slots=True)
class Party:
    """A unit's role in the record, with the words that were printed and where."""

    role: str
    unit_id: str
    unit: str
    printed: str
    task_id: str


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the record; ``geometry`` is a GeoJSON geometry in WGS84."""

    label: str
    geometry: dict[str, Any]
    precision: int
    method: str
    basis: str
    datum_entered: str
    coordinates_entered: str
    address: str
    confidence: str
    source: str
    source_url: str
    note: str
    county_code: str
    near_line: bool


@dataclass(frozen=True, slots=True)
class Slots:
    """How many planned units of a programme are in which state; they always add up to ``total``."""

    unassigned: int
    claimed: int
    placed: int

    @property
    def total(self) -> int:
        """All slots, whatever their state."""
        return self.unassigned + self.claimed + self.placed


@dataclass(frozen=True, slots=True)
class Record:
    """Everything the library knows of one project."""

    summary: Summary
    links: tuple[TaskLink, ...]
    parties: tuple[Party, ...]
    places: tuple[Place, ...]
    children: tuple[Summary, ...]
    parent: Summary | None
    candidates: tuple[str, ...]
    provenance: tuple[Provenance, ...]
    issues: tuple[Issue, ...]
    slots: Slots | None
