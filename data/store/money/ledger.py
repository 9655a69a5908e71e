"""``Ledger`` over PostGIS: the money of the published records, as the holder of a session may see them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, text

from data.database import Database
from data.store.answers import answers
from data.store.filtering import Clause, where
from data.store.money import questions
from data.store.money.tallies import line_sums, with_holders
from projects.codes import CATEGORY_ZH, Basis, FinanceStatus, FundingStatus
from projects.filters import ProjectFilter
from projects.money.lines import FundingSummary
from projects.money.need import Residents
from projects.money.ports import Order, Paging, ProjectList, ProjectMoney
from projects.money.sums import (
    EVERY_DIVISION,
    Division,
    LineSums,
    Overview,
    Part,
    Sums,
    YearPlan,
    together,
)

T = TypeVar("T")

CHUNK: Final = 2000
_SUM_FIELDS: Final = tuple(Sums.__dataclass_fields__)
_STATUSES: Final = [str(status) for status in FinanceStatus]


class PostgisLedger:
    """Answers about money; every call is one read-only transaction."""

    def __init__(self, database: Database, token: str = "") -> None:
        self._database = database
        self._token = token

    def overview(self, chosen: ProjectFilter, divisions: Collection[Division] = EVERY_DIVISION) -> Overview:
        """Return the projects of a filter by area and funding status, and in the divisions asked for."""
        asked = frozenset(divisions)
        return self._kept(("overview", chosen, asked), lambda connection: _read(connection, chosen, asked))

    def lines(self, chosen: ProjectFilter, *, projects: bool = False) -> LineSums:
        """Return the lines as source × status, by year, and what of them is subsidy."""
        held = self._held(chosen)
        return self._kept(("lines", chosen, projects), lambda connection: _lines(connection, held, projects))

    def _held(self, chosen: ProjectFilter) -> Clause:
        """Return what keeps the rows of a filter's records, nothing where the reader sees no others."""
        if chosen.is_empty and not self._token:
            return "", {}
        condition, values = where(chosen)
        return questions.HELD.format(where=condition), values

    def plans(self, chosen: ProjectFilter) -> tuple[YearPlan, ...]:
        """Return the annual plans by year."""
        held = self._held(chosen)
        return self._kept(("plans", chosen), lambda connection: _plans(connection, held))

    def residents(self) -> Mapping[str, Residents]:
        """Return the newest census figures by county code."""
        with self._database.reading(self._token) as connection:
            return {row[0]: Residents(*row) for row in connection.execute(text(questions.RESIDENTS))}

    def projects(
        self, chosen: ProjectFilter, paging: Paging, order: Order = Order.GAP, *, flagged: bool = False
    ) -> ProjectList:
        """Return a page of the projects with their money, or of those whose lines exceed their total."""
        condition, values = where(chosen)
        query = questions.PROJECTS.format(
            where=condition,
            flagged=questions.FLAGGED if flagged else "",
            order=questions.ORDERS["over" if flagged else order],
        )
        asked = {"limit": paging.limit, "offset": paging.offset}
        if order is Order.STATUS and not flagged:
            asked["statuses"] = [str(status) for status in FundingStatus]  # type: ignore[assignment]
        with self._database.reading(self._token) as connection:
            found = connection.execute(text(query), values | asked).all()
            keys = [row.id for row in found]
            rows = connection.execute(text(questions.PAGE), {"keys": keys}).all() if keys else []
        by_key = {row.id: _project(row) for row in rows}
        return ProjectList(tuple(by_key[key] for key in keys), found[0].matched if found else 0)

    def every_project(self, chosen: ProjectFilter) -> Iterator[ProjectMoney]:
        """Yield all projects with their money in id order, without holding them in memory."""
        condition, values = where(chosen)
        with self._database.reading(self._token) as connection:
            query = text(questions.EVERY_PROJECT.format(where=condition))
            for row in connection.execute(query, values, execution_options={"yield_per": CHUNK}):
                yield _project(row)

    def _kept(self, question: Hashable, ask: Callable[[Connection], T]) -> T:
        """Return a sum over the published records, kept until something changes."""
        return answers(self._database).of(self._database, self._token, ("money", question), ask)


def _read(connection: Connection, chosen: ProjectFilter, divisions: Collection[Division]) -> Overview:
    condition, values = where(chosen)
    rows = connection.execute(text(questions.overview(divisions).format(where=condition)), values).all()
    nested = connection.scalar(text(questions.NESTED.format(where=condition)), values)
    names = _names(connection, {c for r in rows for c in (r.code, r.prefecture, r.province) if c})
    units = _units(connection, [row.owner for row in rows if row.part == Division.UNIT and row.owner])
    return _overview(rows, names, units, int(nested or 0))


def _lines(connection: Connection, held: Clause, projects: bool) -> LineSums:
    joined, values = held
    connection.exec_driver_sql(questions.HASHED)
    found = line_sums(connection.execute(text(questions.LINES.format(held=joined)), values))
    if not projects:
        return found
    counts = ", ".join(f"count(*) FILTER (WHERE mask & {2 << i} > 0)" for i in range(len(_STATUSES)))
    query = questions.HOLDERS.format(held=joined, counts=f"count(*), {counts}")
    rows = connection.execute(text(query), values | {"statuses": _STATUSES})
    return with_holders(found, {row[0]: tuple(row[1:]) for row in rows})


def _plans(connection: Connection, held: Clause) -> tuple[YearPlan, ...]:
    joined, values = held
    connection.exec_driver_sql(questions.HASHED)
    rows = connection.execute(text(questions.PLANS.format(held=joined)), values)
    return tuple(sorted(YearPlan(row.year, row.amount, row.projects) for row in rows))


def _names(connection: Connection, codes: Iterable[str]) -> dict[str, str]:
    rows = connection.execute(text(questions.NAMES), {"codes": sorted(codes)})
    return {row.code: row.name for row in rows}


def _units(connection: Connection, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
    rows = connection.execute(text(questions.UNITS), {"units": sorted(set(keys))})
    return {row.id: (row.name, row.kind) for row in rows}


def _overview(
    rows: Sequence[Any], names: Mapping[str, str], units: Mapping[str, tuple[str, str]], nested: int
) -> Overview:
    parts: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        parts[row.part].append(row)
    by_area = tuple(_areas(parts[questions.AREA], names))
    by_status = {
        status: together(_sums(row) for row in parts[questions.AREA] if row.status == status)
        for status in FundingStatus
    }
    return Overview(
        whole=together(part.sums for part in by_area),
        by_area=by_area,
        by_category=_parts(parts[Division.CATEGORY], "category", CATEGORY_ZH),
        by_mode=_parts(parts[Division.MODE], "mode", {}),
        by_unit=tuple(_unit(row, units) for row in parts[Division.UNIT]),
        by_status=by_status,
        names=names,
        basis=_made_up(parts[questions.AREA]),
        nested=nested,
    )


def _made_up(rows: Sequence[Any]) -> dict[str, int]:
    found = {str(basis): sum(getattr(row, basis) for row in rows) for basis in (Basis.MODELLED, Basis.DEMO)}
    return {basis: count for basis, count in found.items() if count}


def _areas(rows: Iterable[Any], names: Mapping[str, str]) -> Iterator[Part]:
    """Yield the areas in code order, those without any last; the statuses of one are gathered."""
    gathered: dict[tuple[str, str | None], list[Any]] = defaultdict(list)
    for row in rows:
        gathered[row.level, row.code].append(row)
    for (level, code), held in sorted(gathered.items(), key=lambda item: (not item[0][1], str(item[0][1]))):
        statuses = Counter[FundingStatus]()
        for row in held:
            statuses[FundingStatus(row.status)] += row.projects
        first = held[0]
        sums, name = together(map(_sums, held)), names.get(code or "", code or "")
        yield Part(code, name, sums, level, first.prefecture, first.province, dict(statuses))


def _parts(rows: Iterable[Any], column: str, labels: Mapping[Any, str]) -> tuple[Part, ...]:
    """Return a division in the order of its code list, or of what comes up."""
    order = [str(code) for code in labels]
    held = sorted(
        rows, key=lambda row: (order.index(getattr(row, column)) if order else 0, str(getattr(row, column)))
    )
    return tuple(
        Part(code, labels.get(code, code), _sums(row)) for row in held for code in [getattr(row, column)]
    )


def _unit(row: Any, units: Mapping[str, tuple[str, str]]) -> Part:
    name, kind = units.get(row.owner or "", (row.owner or "", ""))
    return Part(row.owner, name, _sums(row), kind)


def _sums(row: Any) -> Sums:
    return Sums(*(getattr(row, name) for name in _SUM_FIELDS))


def _project(row: Any) -> ProjectMoney:
    money = FundingSummary(row.total_investment, row.line_count, row.line_sum, row.committed, row.received)
    return ProjectMoney(
        id=row.id,
        name=row.name,
        category=row.category,
        county=row.county or "",
        owner_unit_id=row.owner_unit_id,
        unit=row.unit or "",
        stage=row.stage,
        delivery_mode=row.delivery_mode,
        basis=row.basis,
        money=money,
    )
