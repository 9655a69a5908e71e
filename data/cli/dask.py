"""``dask``: the national join and coverage on an existing Dask cluster; the libraries are optional."""

import argparse
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from data import settings, wiring
from data.national import tables
from data.store.assign import counties
from projects.errors import BadValue

PARTITIONS: Final = 32
_TABLE: Final = "CSV with the columns id, lon_wgs84, lat_wgs84"


def add_to(commands: Any) -> None:
    """Add the command of this module."""
    dask = commands.add_parser("dask", help="national join and coverage on an existing Dask cluster")
    kinds = dask.add_subparsers(required=True, metavar="JOB")
    join = _job(kinds, "join", "which county holds each point", _join)
    join.add_argument("--points", type=Path, required=True, help=_TABLE)
    coverage = _job(kinds, "coverage", "share of people near a facility", _coverage)
    coverage.add_argument("--demand", type=Path, required=True, help=f"{_TABLE}, people")
    coverage.add_argument("--facilities", type=Path, required=True, help=_TABLE)
    coverage.add_argument("--metres", type=float, required=True, help="the limit, by road")


def _job(kinds: Any, name: str, words: str, run: Any) -> Any:
    job = kinds.add_parser(name, help=words)
    job.add_argument("--scheduler", required=True, metavar="tcp://HOST:PORT", help="of the cluster in use")
    job.add_argument("--output", type=Path, required=True, help="new CSV file")
    job.add_argument("--partitions", type=int, default=PARTITIONS, metavar="N", help=f"default {PARTITIONS}")
    job.set_defaults(run=run)
    return job


def _join(options: argparse.Namespace) -> None:
    jobs, points = _ready(options), tables.read(options.points)
    database = wiring.open_database(settings.load())
    try:
        with database.owning() as connection:
            codes, polygons = counties(connection)
    finally:
        database.dispose()
    with jobs.cluster(options.scheduler) as client:
        found = jobs.join(client, points.positions, polygons, options.partitions)
    named = [codes[index] if index >= 0 else "" for index in found.tolist()]
    tables.write(options.output, ("id", "county_code"), zip(points.ids, named, strict=True))
    outside = named.count("")
    print(f"{len(named)} points: {len(named) - outside} in a county, {outside} in none -> {options.output}")


def _coverage(options: argparse.Namespace) -> None:
    jobs, demand = _ready(options), tables.read(options.demand, people=True)
    facilities = tables.read(options.facilities)
    with jobs.cluster(options.scheduler) as client:
        bands, metres = jobs.coverage(
            client, demand.positions, demand.people, facilities.positions, options.metres,
            partitions=options.partitions,
        )  # fmt: skip
    said = [
        "covered" if one else "gap" if other else "depends"
        for one, other in zip(bands.sure, bands.gap, strict=True)
    ]
    rows = zip(demand.ids, (round(length, 1) for length in metres.tolist()), said, strict=True)
    tables.write(options.output, ("id", "metres_straight", "answer"), rows)
    for factor, covered in zip(bands.factors, bands.covered, strict=True):
        share = f"{covered / bands.people:.2%}" if bands.people else "-"
        print(f"ways {factor} x the straight line: {covered:.0f} of {bands.people:.0f} people ({share})")


def _ready(options: argparse.Namespace) -> Any:
    """Return the module of the jobs; raises ``BadValue`` where its libraries are not installed."""
    if options.output.exists():
        raise BadValue(f"{options.output} exists already: name another file")
    if options.partitions < 1:
        raise BadValue("--partitions must be 1 or more")
    try:
        return import_module("data.national.jobs")
    except ModuleNotFoundError as error:
        raise BadValue(
            f"the library {error.name} is not installed: pip install -r requirements-dask.txt"
        ) from error
