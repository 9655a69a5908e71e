"""The adapter behind the page of the monthly dispatch: ``projects.lifecycle.ports`` answered from PostGIS."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar

from sqlalchemy import Connection

from data.database import Database
from data.store.answers import answers
from data.store.lifecycle import clashes, details, tallies, years
from projects.filters import ProjectFilter
from projects.lifecycle.contradictions import Code
from projects.lifecycle.dispatch import Reference
from projects.lifecycle.ports import (
    By,
    Clashes,
    ClassCount,
    Item,
    Kind,
    Listed,
    Sheet,
    Summary,
    Timeline,
)
from projects.lifecycle.yearly import YearlyClass

T = TypeVar("T")


class PostgisSchedule:
    """``Schedule`` over one database, as nobody in particular or for one session token."""

    def __init__(self, database: Database, token: str = "") -> None:
        self._database = database
        self._token = token

    def _reading(self) -> AbstractContextManager[Connection]:
        return self._database.reading(self._token)

    def _kept(self, question: Hashable, ask: Callable[[Connection], T]) -> T:
        """Return counts over the published records, kept until something changes."""
        return answers(self._database).of(self._database, self._token, ("schedule", question), ask)

    def summary(self, chosen: ProjectFilter, when: Reference, by: By) -> Summary:
        """Return the counts by unit, county or department, in the order of their keys."""
        return self._kept(
            ("summary", chosen, when, by), lambda connection: tallies.summary(connection, chosen, when, by)
        )

    def details(  # noqa: PLR0913
        self,
        chosen: ProjectFilter,
        when: Reference,
        kind: Kind,
        *,
        within: tuple[By, str] | None = None,
        limit: int | None = 50,
        offset: int = 0,
    ) -> tuple[Item, ...]:
        """Return a page of steps or records, the most overdue (earliest) first."""
        with self._reading() as connection:
            return details.details(
                connection, chosen, when, kind, within, (limit, offset), signed_in=bool(self._token)
            )

    def contradictions(
        self,
        chosen: ProjectFilter,
        when: Reference,
        *,
        code: Code | None = None,
        limit: int | None = 50,
        offset: int = 0,
    ) -> Clashes:
        """Return counts by rule and a page of the records that clash, in id order."""
        by_code, records = self._kept(
            ("clashes", chosen, when.today),
            lambda connection: clashes.numbers(connection, chosen, when.today),
        )
        if limit == 0:
            return Clashes(by_code, records, ())
        with self._reading() as connection:
            found = clashes.page(connection, chosen, when.today, code, (limit, offset))
        return Clashes(by_code, records, found)

    def classes(self, chosen: ProjectFilter, year: int) -> tuple[ClassCount, ...]:
        """Return how the records divide by yearly class; they add up to all matches."""
        return self._kept(
            ("classes", chosen, year), lambda connection: years.classes(connection, chosen, year)
        )

    def of_class(
        self,
        chosen: ProjectFilter,
        year: int,
        yearly: YearlyClass | None,
        *,
        limit: int | None = 50,
        offset: int = 0,
    ) -> tuple[Listed, ...]:
        """Return a page of the records of a class in a year (None: unknown), in id order."""
        with self._reading() as connection:
            return years.of_class(connection, chosen, year, yearly, (limit, offset))

    def key_projects(self, chosen: ProjectFilter, year: int) -> tuple[Listed, ...]:
        """Return all records that name a list of key projects, in id order, with their class in a year."""
        with self._reading() as connection:
            return years.key_projects(connection, chosen, year)

    def sheets(self, chosen: ProjectFilter, when: Reference, *, shown: int = 8) -> tuple[Sheet, ...]:
        """Return the page of every owner unit that has records, in a fixed number of queries."""
        with self._reading() as connection:
            rows = tallies.summary(connection, chosen, when, By.UNIT).rows
            kinds = (Kind.OVERDUE, Kind.DUE_90, Kind.NEVER_REPORTED)
            first = [
                details.first_of_units(connection, chosen, when, kind, shown, signed_in=bool(self._token))
                for kind in kinds
            ]
            return tuple(Sheet(row, *(tuple(found.get(row.key, ())) for found in first)) for row in rows)

    def timelines(self, project_ids: Sequence[str]) -> Mapping[str, Timeline]:
        """Return the life cycle of records; what one may not see is not among them."""
        with self._reading() as connection:
            return years.timelines(connection, project_ids)
