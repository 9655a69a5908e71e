"""Building the contents of a practice database: projects, places, money, steps; any number of them."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any, Final

from sqlalchemy import Connection, text

from data.database import Database
from data.demo import ground as grounds
from data.demo.around import add_reports, add_visits
from data.demo.directories import add_directories
from data.demo.ground import Spot
from data.demo.inventing import Invented, Wanted, invent
from data.demo.matters import add_matters, add_meeting
from data.demo.planning import add_editions
from data.demo.words import FIRMS, SOURCE, firm
from data.demo.writing import bulk, copy, reserve
from projects.codes import Basis, Datum, Method, PartyRole, Precision
from projects.errors import BadValue
from projects.lifecycle.approvals import RULES, ApprovalType

Report = Callable[[str], None]

CHUNK: Final = 10_000
"""So many projects are held in memory at a time."""

EDITIONS_UP_TO: Final = 5_000
"""A larger library is for measuring and gets no editions."""

PER_PROJECT: Final = (0, 3, 5, 6, 11)
"""Finance lines and milestones of five projects in a row: five each on average, none for every fifth."""


@dataclass(frozen=True, slots=True)
class Built:
    """What was written."""

    projects: int
    places: int
    finance_lines: int
    milestones: int
    annual_plans: int
    owners: int
    reports: int
    visits: int
    editions: int
    directories: int = 0
    matters: int = 0


def build(  # noqa: PLR0913
    database: Database,
    projects: int = 360,
    *,
    seed: int = 2026,
    today: date | None = None,
    history: bool = True,
    report: Report = lambda _: None,
) -> Built:
    """Fill a migrated database that has boundaries, and no project yet, with fictional projects; mark it.

    The same seed, number and day give the same library. Five finance lines and five milestones a project on
    average. The database is marked as one of practice. Raises ``BadValue`` when it holds a record already, or
    has no boundaries.
    """
    with database.owning() as connection:
        day = today or connection.execute(text("SELECT current_date")).scalar_one()
        if connection.scalar(text("SELECT EXISTS (SELECT FROM project)")):
            raise BadValue("this database holds records: practice data go into an empty one of their own")
        mark(connection, seed)
        land = grounds.survey(connection)
        written = [0, 0, 0, 0, 0, 0]
        with bulk(connection, history=history):
            for chunk in _chunks(projects):
                made = [invent(land, wanted, seed, day) for wanted in chunk]
                for position, n in enumerate(_write(connection, made, seed + chunk[0].number)):
                    written[position] += n
                report(f"practice: {chunk[-1].number} of {projects} projects")
            report("practice: deriving")
        editions = add_editions(connection, day) if projects <= EDITIONS_UP_TO else 0
        lists = add_directories(connection, day) if projects <= EDITIONS_UP_TO else 0
        asked = add_matters(connection, day)
        add_meeting(connection, day)
        around = add_reports(connection, day), add_visits(connection, day)
        return Built(*(*written, *around, editions, lists, asked))


def mark(connection: Connection, seed: int) -> None:
    """Say in the database that it is one of practice, and name the source of all its values."""
    connection.execute(
        text(
            "UPDATE installation SET practice = true, seed = :seed, built_at = now()"
            " WHERE NOT (practice AND EXISTS (SELECT FROM project))"
        ),
        {"seed": seed},
    )
    connection.execute(
        text(
            "INSERT INTO source (id, kind, title, note) VALUES (:id, 'project', '演示数据（虚构）',"
            " '由本程序随机生成，供练习使用；不代表任何真实项目') ON CONFLICT DO NOTHING"
        ),
        {"id": SOURCE},
    )
    connection.execute(
        text(
            "INSERT INTO unit (id, name, kind, note) VALUES (:id, :name, 'enterprise', '演示数据（虚构）')"
            " ON CONFLICT DO NOTHING"
        ),
        [{"id": key, "name": name} for key, name in map(firm, range(1, FIRMS + 1))],
    )


def _chunks(projects: int) -> Iterator[list[Wanted]]:
    numbers = range(1, projects + 1)
    for begin in range(0, projects, CHUNK):
        yield [Wanted(n, number_of(n, 0), number_of(n, 2)) for n in numbers[begin : begin + CHUNK]]


def number_of(number: int, turn: int) -> int:
    """Return how many rows a project gets, shuffled within its five, the same for every size of library."""
    block, place = divmod(number - 1, len(PER_PROJECT))
    shuffled = list(PER_PROJECT)
    Random(f"{block}-{turn}").shuffle(shuffled)  # noqa: S311 - invented data, no secret
    return shuffled[place]


def _write(connection: Connection, made: Sequence[Invented], seed: int) -> tuple[int, ...]:
    """Write a chunk and return how many rows went into each table, in the order of ``Built``."""
    return (
        copy(connection, "project", [one.columns for one in made]),
        copy(connection, "project_place", _places(connection, made, seed)),
        *write_around(connection, made),
    )


def write_around(connection: Connection, made: Sequence[Invented]) -> tuple[int, ...]:
    """Write what belongs to projects besides places; return how many lines, milestones, plans and parties."""
    written = (
        copy(connection, "finance_line", _lines(connection, made)),
        copy(connection, "milestone", _steps(made)),
        copy(connection, "annual_plan", _plans(made)),
        copy(connection, "project_party", _parties(made)),
    )
    copy(connection, "approval_step", _approvals(made))
    return written


def _places(connection: Connection, made: Sequence[Invented], seed: int) -> list[dict[str, Any]]:
    """Return the places: a random point of the county, or the seat of the township."""
    wanted = Counter(one.county.code for one in made if one.exact)
    spots = grounds.scatter(connection, dict(sorted(wanted.items())), seed)
    rows = []
    for one in made:
        if one.exact:
            rows.append(_place(one, spots[one.county.code].pop(), Method.MAP_CLICK))
        elif one.precision == Precision.TOWNSHIP and one.township:
            rows.append(_place(one, one.township.spot, Method.GAZETTEER))
    return rows


def _place(one: Invented, spot: Spot, method: Method) -> dict[str, Any]:
    return {
        "project_id": one.columns["id"],
        "geom": f"SRID=4326;POINT({spot.lon!r} {spot.lat!r})",
        "precision": one.precision,
        "method": method,
        "basis": Basis.DEMO,
        "datum_entered": Datum.WGS84,
        "source": SOURCE,
        "note": "演示位置",
    }


SAME: Final = {rule.milestone: code for code, rule in RULES.items() if rule.milestone}
"""Milestone → the approval step that is the same event (of 核准 and 备案 the latter)."""


def _approvals(made: Sequence[Invented]) -> list[dict[str, Any]]:
    """Return the documents of the steps that are done, with the days of their milestones."""
    return [
        {
            "project_id": one.columns["id"],
            "code": SAME[step.code],
            "actual_on": step.actual_on,
            "number": f"演示〔{step.actual_on.year}〕{position}号",
            "authority": "演示主管部门（虚构）",
            "basis": Basis.DEMO,
        }
        for one in made
        for position, step in enumerate(one.steps, 1)
        if step.code in SAME and step.actual_on and one.columns["approval_type"] == ApprovalType.FILING
    ]


def _lines(connection: Connection, made: Sequence[Invented]) -> list[dict[str, Any]]:
    number = reserve(connection, "finance_line", max(1, sum(len(one.finance) for one in made)))
    rows = []
    for one in made:
        for position, line in enumerate(one.finance):
            rows.append(
                {
                    "id": number + position,
                    "project_id": one.columns["id"],
                    "source": line.source,
                    "status": line.status,
                    "amount": line.amount,
                    "year": line.year,
                    "split_from_id": None if line.splits is None else number + line.splits,
                    "subsidy": line.subsidy,
                    "basis": Basis.DEMO,
                    "source_note": SOURCE,
                }
            )
        number += len(one.finance)
    return rows


def _steps(made: Sequence[Invented]) -> list[dict[str, Any]]:
    return [
        {
            "project_id": one.columns["id"],
            **step._asdict(),
            "basis": Basis.DEMO,
            "source_note": SOURCE,
        }
        for one in made
        for step in one.steps
    ]


def _parties(made: Sequence[Invented]) -> list[dict[str, Any]]:
    return [
        {
            "project_id": one.columns["id"],
            "role": PartyRole.OWNER,
            "unit_id": one.owner,
            "basis": Basis.DEMO,
            "source": SOURCE,
        }
        for one in made
        if one.owner
    ]


def _plans(made: Sequence[Invented]) -> list[dict[str, Any]]:
    return [
        {"project_id": one.columns["id"], "year": year, "amount": amount, "basis": Basis.DEMO}
        for one in made
        for year, amount in one.plans
    ]
