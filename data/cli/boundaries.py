"""``boundaries FILE``: an office's official polygons in place of the package's, every record re-assigned."""

import argparse
from pathlib import Path
from typing import Any

from data import settings, setup, wiring
from data.importers.boundaries import BoundarySet
from data.importers.boundary_files import read_office_file
from data.store import boundaries, loaded
from projects.codes import Datum


def add_to(commands: Any) -> None:
    """Add the command of this module."""
    load = commands.add_parser("boundaries", help="load an office's official polygons and re-assign every record")
    load.add_argument("file", type=Path, help="zipped Shapefile, GeoPackage or GeoJSON")
    load.add_argument("--datum", choices=[str(d) for d in Datum], help="what the file's numbers are; never assumed")
    load.add_argument("--level", choices=["county", "prefecture", "province"], default="county")
    load.add_argument("--code-field", help="column with the six-digit codes, when it is not recognised")
    load.add_argument("--name-field", help="column with the names, when it is not recognised")
    load.set_defaults(run=_load)


def _load(options: argparse.Namespace) -> None:
    found = read_office_file(options.file, options.datum, level=options.level, code_field=options.code_field,
                             name_field=options.name_field)
    database = wiring.open_database(settings.load())
    with database.owning() as connection:
        moved = boundaries.replace_some(connection, found, setup.store_source(connection, found.source))
        loaded.mark(connection, "boundaries", f"office:{found.source.name}",
                    {"areas": len(found.areas), "records_moved": len(moved)})
    print(_told(found, moved))


def _told(found: BoundarySet, moved: list[boundaries.Moved]) -> str:
    lines = [f"{len(found.areas)} units stored: " + ", ".join(f"{a.name} {a.code}" for a in found.areas[:12]),
             *found.notes, f"{len(moved)} records changed county"]
    lines += [f"  {m.project_id} {m.name}: {m.before or 'none'} → {m.after or 'none'}" for m in moved]
    return "\n".join(lines)
