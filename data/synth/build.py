"""Filling a database with a library of the nation's size: clinics and projects, in one transaction."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, text

from data.database import Database
from data.demo.build import mark, write_around
from data.demo.words import SOURCE
from data.synth import projects
from data.synth.clinics import COLUMNS, PLACED, Clinics
from data.synth.land import FloatArray, IntArray, Land, scatter, survey
from data.synth.loading import copy, counties_of, point, quiet
from projects.codes import Basis, Datum, Method
from projects.errors import BadValue

Report = Callable[[str], None]

PLACE_COLUMNS: Final = (
    "project_id", "geom", "precision", "method", "basis", "datum_entered", "source", "note", "county_code",
    "county_codes", "near_line",
)  # fmt: skip
_NOTE: Final = "示例位置"


@dataclass(frozen=True, slots=True)
class Size:
    """How many records are wanted."""

    clinics: int = 600_000
    projects: int = 50_000


@dataclass(frozen=True, slots=True)
class Filled:
    """What was written."""

    clinics: int
    projects: int
    places: int
    finance_lines: int
    milestones: int


def fill(
    database: Database,
    size: Size | None = None,
    *,
    seed: int = 1,
    today: date | None = None,
    report: Report = lambda _: None,
) -> Filled:
    """Fill a migrated database that has boundaries, and no record yet; mark it as one of practice.

    Same seed, sizes and day, same rows. One transaction: nothing is seen before all is there. Raises
    ``BadValue`` when a record is there already, or no boundaries.
    """
    wanted = size or Size()
    with database.owning() as connection:
        if connection.scalar(text("SELECT EXISTS (SELECT FROM project)")):
            raise BadValue("this database holds records: synthetic ones go into an empty one of their own")
        mark(connection, seed)
        day = today or connection.execute(text("SELECT current_date")).scalar_one()
        land = survey(connection)
        with quiet(connection):
            placed = _clinics(connection, Clinics(land, wanted.clinics, seed, day), seed, report)
            others = _projects(connection, land, wanted.projects, seed, day, report)
            report("synth: indexes, facets")
    report("synth: done")
    return Filled(wanted.clinics, wanted.projects, placed + others[1], others[2], others[3])


def _clinics(connection: Connection, clinics: Clinics, seed: int, report: Report) -> int:
    report(f"synth: {clinics.count} clinics")
    copy(connection, "project", COLUMNS, clinics.rows())
    chosen = np.flatnonzero((clinics.precision > 0) & (clinics.precision <= PLACED))
    report(f"synth: {len(chosen)} points of clinics")
    points = scatter(clinics.land, clinics.county[chosen], seed)
    report("synth: their counties")
    ids = clinics.ids()
    keys = [ids[index] for index in chosen]
    rows = place_rows(connection, clinics.land, keys, points, clinics.precision[chosen])
    copy(connection, "project_place", PLACE_COLUMNS, rows)
    return len(chosen)


def place_rows(
    connection: Connection, land: Land, keys: Sequence[str], points: FloatArray, precisions: IntArray
) -> Iterator[tuple[Any, ...]]:
    """Return the rows of ``project_place`` with their counties, columns as COPY is told.

    The counties are known when this returns: a connection that copies answers no question.
    """
    named, near = counties_of(connection, land, points)
    return (
        (
            key, point(lon, lat), precision, Method.GAZETTEER if precision == PLACED else Method.MAP_CLICK,
            Basis.DEMO, Datum.WGS84, SOURCE, _NOTE, county, [county] if county else [], close,
        )
        for key, (lon, lat), precision, county, close
        in zip(keys, points.tolist(), precisions.tolist(), named, near, strict=True)
    )  # fmt: skip


def _projects(  # noqa: PLR0913, PLR0917
    connection: Connection, land: Land, count: int, seed: int, day: date, report: Report
) -> tuple[int, int, int, int]:
    """Write the projects with places, money and steps; return how many rows of each."""
    written = [0, 0, 0, 0]
    for number, made in enumerate(projects.chunks(land, count, seed, day)):
        columns = list(made[0].columns)
        copy(connection, "project", columns, ([one.columns[c] for c in columns] for one in made))
        spots = projects.placed(land, made, seed + number + 1)
        points = np.array([(spot.lon, spot.lat) for _, spot in spots]).reshape(-1, 2)
        precisions = np.array([one.precision for one, _ in spots], dtype=np.int64)
        keys = [str(one.columns["id"]) for one, _ in spots]
        places = place_rows(connection, land, keys, points, precisions)
        copy(connection, "project_place", PLACE_COLUMNS, places)
        around = write_around(connection, made)
        for at, rows in enumerate((len(made), len(spots), *around[:2])):
            written[at] += rows
        report(f"synth: {written[0]} of {count} projects")
    return written[0], written[1], written[2], written[3]
