"""What the pages ask about editions; ``data.store.plans`` answers from PostGIS.

The database decides who may propose and publish and what is frozen; what it refuses comes back as
``NotAllowed``, a rule that is broken as ``BadValue`` with the records, a newer edition as ``Conflict``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, Protocol, TypeVar

from projects.filters import ProjectFilter
from projects.plans.editions import (
    Change,
    Comparison,
    Difference,
    Edition,
    EditionKind,
    Plan,
    PlanEntry,
    Totals,
)

Row = TypeVar("Row")


class Window(NamedTuple):
    """Which part of a long list is wanted."""

    limit: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """One page of rows, and how many there are in all."""

    rows: tuple[Row, ...]
    matched: int


@dataclass(frozen=True, slots=True)
class Rights:
    """What this identity may do for one area; a hint for the page, the database decides."""

    propose: bool = False
    decide: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries of an edition are listed."""

    change: tuple[Change, ...] = (Change.KEPT, Change.ENTERED)
    year: int | None = None
    """Only those planned for that year; 0: those of which nobody knows the year."""
    text: str = ""
    chosen: ProjectFilter = field(default_factory=ProjectFilter)
    """Conditions on the records as they are *now*; an empty filter leaves nothing out."""


class Lines(NamedTuple):
    """Which lines of a comparison are wanted: of one fate, only those of which a value moved."""

    change: Change | None = None
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record as it is now, which may come into an edition, or a member that may stay or leave."""

    project_id: str
    name: str
    county: str
    category: str
    stage: str
    total_investment: str | None
    plan: Plan
    """Years that its annual plan names, with their amounts."""
    basis: str = "documented"
    reason: str = ""
    """Why it is suggested to leave, "" for one that may stay or come in."""
    public: bool = True
    """False for a member that is no longer public: it has to leave."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Why a project comes in or leaves; ``years`` set by hand, None for what its annual plan says."""

    reason: str = ""
    years: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """An edition as somebody proposes it: of the base everything stays that is not said to leave.

    ``entering`` are hand-picked; with ``matching`` every record under that filter that may come in does, with
    ``matching_reason``. In a catalogue what is not chosen again leaves.
    """

    kind: EditionKind
    area_code: str
    year: int
    title: str
    base_id: int | None = None
    note: str = ""
    entering: Mapping[str, Wish] = field(default_factory=dict)
    leaving: Mapping[str, str] = field(default_factory=dict)
    years: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Years set by hand for members that stay."""
    matching: ProjectFilter | None = None
    matching_reason: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """How the records of a proposal moved on since it was made."""

    changed: int
    hidden: tuple[str, ...]
    """Members that are no longer public; with one of them it cannot be published."""


@dataclass(frozen=True, slots=True)
class Silence:
    """What the records of one owner unit leave unknown in an edition; that unit has to report it."""

    unit_id: str
    """"" for records that belong to nobody, or that are no longer public."""
    unit: str
    members: int
    undated: int
    """Members of a rolling plan of which nobody knows the year."""
    unpriced: int
    """Members that are in the plan in some year without an amount."""
    untotalled: int
    """Members without a total investment."""


class Editions(Protocol):
    """Editions for one session token; reading needs no account where the library is open."""

    def editions(self, kind: EditionKind, area_code: str = "") -> tuple[Edition, ...]:
        """Return the editions one may see, newest first; of one area or of all."""
        ...

    def edition(self, key: int) -> Edition:
        """Return one edition; raises ``UnknownRecord``."""
        ...

    def rights(self, area_code: str) -> Rights:
        """Return what this identity may do for an area."""
        ...

    def waiting(self, kind: EditionKind | None = None) -> int:
        """Return how many proposals wait that this identity may decide on."""
        ...

    def entries(self, key: int, wanted: Wanted, window: Window) -> Listing[PlanEntry]:
        """Return entries of an edition in order of county and number."""
        ...

    def totals(self, key: int, wanted: Wanted | None = None) -> Totals:
        """Return what the entries that ``wanted`` names add up to (all members unless told otherwise)."""
        ...

    def silences(self, key: int) -> tuple[Silence, ...]:
        """Return by the owner units of today what the members of an edition leave unknown, most first."""
        ...

    def moved(self, key: int) -> Moved:
        """Return what happened to the records of an edition since it was proposed."""
        ...

    def candidates(
        self, kind: EditionKind, area_code: str, year: int, chosen: ProjectFilter, window: Window
    ) -> Listing[Candidate]:
        """Return public records of an area that match and may come into its next edition.

        Members of the newest edition are left out of a rolling plan's candidates; a catalogue's are all
        records open to capital.
        """
        ...

    def leavers(self, key: int) -> tuple[Candidate, ...]:
        """Return the members of an edition that should or have to leave, as they are now, with a reason."""
        ...

    def compare(self, old: int, new: int) -> Comparison:
        """Compare two editions of one kind."""
        ...

    def differences(self, old: int, new: int, lines: Lines, window: Window) -> Listing[Difference]:
        """Return lines of a comparison: entered, left, kept, merged, each in order of their numbers."""
        ...

    def propose(self, proposal: Proposal) -> int:
        """File a proposal, whole or not at all; returns its number."""
        ...

    def decide(self, key: int, *, publish: bool, remark: str = "") -> Edition:
        """Publish a proposal as a whole, or reject it with a remark."""
        ...

    def withdraw(self, key: int) -> None:
        """Take back a proposal of one's own unit that nobody has decided on."""
        ...
