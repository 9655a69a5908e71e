"""What the page on funding asks of storage, as a protocol; ``data.wiring.ledger(token)`` is the adapter.

Every answer is about the published records of one filter; sums are made in the database, and the parts of
each division add up to the whole.
"""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol

from projects.codes import FundingStatus
from projects.filters import ProjectFilter
from projects.money.lines import FundingSummary
from projects.money.need import Residents
from projects.money.sums import EVERY_DIVISION, Division, LineSums, Overview, YearPlan


class Paging(NamedTuple):
    """Which rows of a list are wanted."""

    limit: int
    offset: int = 0


class Order(StrEnum):
    """How the list of projects is sorted; unknown comes last."""

    ID = "id"
    TOTAL = "total"
    LINES = "lines"
    COMMITTED = "committed"
    RECEIVED = "received"
    GAP = "gap"
    STATUS = "status"


class ProjectMoney(NamedTuple):
    """One project of the list: who and where it is, what is known of its money."""

    id: str
    name: str
    category: str
    county: str
    owner_unit_id: str | None
    unit: str
    stage: str
    delivery_mode: str
    basis: str
    money: FundingSummary

    @property
    def gap(self) -> Decimal | None:
        """Total less promised money; None where the total is unknown."""
        return self.money.gap

    @property
    def status(self) -> FundingStatus:
        """The derived status."""
        return self.money.status


class ProjectList(NamedTuple):
    """A page of projects, and how many there are."""

    items: tuple[ProjectMoney, ...]
    matched: int


class Ledger(Protocol):
    """Reading the money of the library."""

    def overview(self, chosen: ProjectFilter, divisions: Collection[Division] = EVERY_DIVISION) -> Overview:
        """Return the projects of a filter by area and funding status, and in the divisions asked for."""
        ...

    def lines(self, chosen: ProjectFilter, *, projects: bool = False) -> LineSums:
        """Return the lines as source × status, by year, and what of them is subsidy.

        ``projects`` asks for the projects behind each cell too, which takes as long again.
        """
        ...

    def plans(self, chosen: ProjectFilter) -> tuple[YearPlan, ...]:
        """Return the annual plans by year."""
        ...

    def residents(self) -> Mapping[str, Residents]:
        """Return the newest census figures by county code."""
        ...

    def projects(
        self, chosen: ProjectFilter, paging: Paging, order: Order = Order.GAP, *, flagged: bool = False
    ) -> ProjectList:
        """Return a page of the projects with their money.

        ``flagged`` keeps those whose lines together exceed their total, by how much, most first.
        """
        ...

    def every_project(self, chosen: ProjectFilter) -> Iterator[ProjectMoney]:
        """Yield all projects with their money in id order, without holding them in memory."""
        ...
