"""One published record with everything that the open standards ask of it, read in bulk.

``Record`` is what a card shows of one project; this is what a register takes of thousands: the flat facts,
what the record itself declares, its places, namings in documents, parties, money and dated steps.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from projects.lifecycle.approval_steps import Approval
from projects.lifecycle.steps import Dates
from projects.money.lines import Line
from projects.record import Place
from projects.summary import Summary


@dataclass(frozen=True, slots=True)
class Declared:
    """Where the record itself says it lies; ``Summary`` has what follows from its place as well."""

    county_code: str = ""
    township_code: str = ""
    zone_id: str = ""
    touches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Naming:
    """One naming of the record in one task of one document, with what is known of the document."""

    document_id: str
    document: str
    number: str
    publisher: str
    issued_on: date | None
    as_of_year: int | None
    period_from: int | None
    period_to: int | None
    url: str
    task_id: str
    section: str
    title: str
    printed_name: str
    status_words: str
    quote: str


@dataclass(frozen=True, slots=True)
class Role:
    """A unit in one role; ``printed`` are the words of the document, empty when an office named it."""

    role: str
    unit_id: str
    unit: str
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """A line of money and how it is known; amounts in 万元."""

    line: Line
    basis: str


@dataclass(frozen=True, slots=True)
class PlannedYear:
    """The investment planned for one year, 万元."""

    year: int
    amount: Decimal
    basis: str


@dataclass(frozen=True, slots=True)
class Step:
    """A dated step, planned and actual apart; an absent day is unknown."""

    code: str
    dates: Dates
    title: str = ""
    note: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Relative:
    """The whole that a phase belongs to, or one of its phases."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published record as a register takes it; every tuple is in a fixed order."""

    summary: Summary
    updated_at: datetime
    declared: Declared = Declared()
    places: tuple[Place, ...] = ()
    namings: tuple[Naming, ...] = ()
    roles: tuple[Role, ...] = ()
    money: tuple[Money, ...] = ()
    plans: tuple[PlannedYear, ...] = ()
    steps: tuple[Step, ...] = ()
    approvals: tuple[Approval, ...] = ()
    parent: Relative | None = None
    phases: tuple[Relative, ...] = ()
