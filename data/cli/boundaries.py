"""``boundaries``: an office's official polygons in place of the package's, or back; records re-assigned."""

import argparse
import hashlib
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from data import migrate, settings, setup, wiring
from data.importers.boundaries import BoundarySet, read_package
from data.importers.boundary_files import read_office_file
from data.importers.boundary_replace import Replacement
from data.store import boundaries, loaded
from projects.codes import Datum
from projects.errors import BadValue

Report = Callable[[str], None]


def add_to(commands: Any) -> None:
    """Add the command of this module."""
    load = commands.add_parser(
        "boundaries", help="load an office's official polygons and re-assign every record"
    )
    what = load.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "file",
        type=Path,
        nargs="?",
        help="zipped Shapefile, GeoPackage or GeoJSON with county-level polygons",
    )
    what.add_argument("--package", action="store_true", help="go back to the boundaries of the package")
    load.add_argument("--datum", metavar="|".join(Datum), help="what the file's numbers are; never assumed")
    load.add_argument("--level", default="county", help="only county: the levels above are dissolved from it")
    load.add_argument(
        "--recode",
        metavar="OLD=NEW",
        type=_pair,
        action="append",
        default=[],
        help="a code of the file and the code in use for the same unit; may be repeated",
    )
    load.add_argument("--code-field", help="column with the six-digit codes, when it is not recognised")
    load.add_argument("--name-field", help="column with the names, when it is not recognised")
    load.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    report = _stopwatch()
    print("\n".join(_restore(report) if options.package else _load(options, report)))


def _load(options: argparse.Namespace, report: Report) -> list[str]:
    """Read the file first, then change everything in one transaction: a file that fails changes nothing."""
    found = read_office_file(
        options.file,
        options.datum,
        level=options.level,
        code_field=options.code_field,
        name_field=options.name_field,
    )
    recode = _recoding(options.recode, found)
    source = replace(found.source, version=f"sha256:{_digest(options.file)}")
    report(f"{options.file.name}: {len(found.areas)} units read as {source.datum}")
    with wiring.open_database(settings.load()).owning() as connection:
        _alone(connection)
        key = setup.store_source(connection, source, kind="office")
        done, places = boundaries.replace_units_of(connection, found, key, recode, report)
        loaded.mark(
            connection,
            "boundaries",
            f"office:{source.name} {source.version}",
            {
                "areas": len(done.boundaries.areas),
                "replaced": len(done.replaced),
                "neighbours": len(done.neighbours),
                "overlap_km2": done.overlap_km2,
                "gap_km2": done.gap_km2,
                "records_moved": _records(places.moved),
            },
        )
        names = _county_names(connection)
    return [*_fitted(done, names), f"{places.places} places re-assigned", *_told(places.moved, names)]


def _restore(report: Report) -> list[str]:
    with wiring.open_database(settings.load()).owning() as connection:
        _alone(connection)
        found = read_package(report)
        report(f"storing {len(found.areas)} areas and giving every place its county again")
        moved = boundaries.replace_all(connection, found, setup.store_source(connection, found.source))
        loaded.mark(
            connection,
            "boundaries",
            setup.boundary_version(),
            {"areas": len(found.areas), "records_moved": _records(moved)},
        )
        told = _told(moved, _county_names(connection))
    return ["the boundaries of the package are back", *found.notes, *told]


def _alone(connection: Connection) -> None:
    """Wait until no other set-up runs: boundaries are read, fitted and written back as one step."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": migrate.LOCK})


def _pair(given: str) -> tuple[str, str]:
    """Read OLD=NEW, two six-digit codes."""
    match = re.fullmatch(r"(\d{6})=(\d{6})", given.strip())
    if match is None:
        raise argparse.ArgumentTypeError(f"{given!r} is not OLD=NEW with six-digit codes, e.g. 450181=450127")
    return match[1], match[2]


def _recoding(pairs: Sequence[tuple[str, str]], found: BoundarySet) -> dict[str, str]:
    """Return old → new; a code given twice or not in the file is a slip of the pen, so nothing is loaded."""
    recode = dict(pairs)
    missing = sorted(set(recode) - {area.code for area in found.areas})
    if missing:
        raise BadValue(f"--recode names {', '.join(missing)}, which the file does not hold: correct it")
    if len(recode) != len(set(pairs)):
        raise BadValue("--recode gives one code of the file two new ones: give each once")
    return recode


def _digest(path: Path) -> str:
    """Return the start of the file's SHA-256: two editions of one file name are two sources."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()[:12]


def _county_names(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text("SELECT code, name FROM area WHERE level = 'county'"))
    return {row.code: row.name for row in rows}


def _fitted(done: Replacement, names: dict[str, str]) -> list[str]:
    return [
        f"{len(done.replaced)} units replaced: {_listed(done.replaced, names)}",
        f"{len(done.neighbours)} neighbours fitted: {_listed(done.neighbours, names)}",
        f"{done.overlap_km2:.3f} km² taken from neighbours,"
        f" {done.gap_km2:.3f} km² claimed by none and given to a neighbour",
        *done.boundaries.notes,
    ]


def _told(moved: Sequence[boundaries.Moved], names: dict[str, str]) -> list[str]:
    return [
        f"{_records(moved)} records changed county",
        *(
            f"  {m.project_id} {m.name}: {_listed(m.before, names)} → {_listed(m.after, names)}"
            for m in moved
        ),
    ]


def _records(moved: Iterable[boundaries.Moved]) -> int:
    return len({m.project_id for m in moved})


def _listed(codes: Sequence[str], names: dict[str, str]) -> str:
    return ", ".join(f"{code} {names.get(code, '')}".strip() for code in codes) or "none"


def _stopwatch() -> Report:
    """Return a printer of progress lines with the seconds since the start."""
    started = time.monotonic()
    return lambda line: print(f"[{time.monotonic() - started:5.1f} s] {line}", flush=True)
