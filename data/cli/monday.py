"""``monday``: make the Monday list now, recorded like one that was ordered on the pages."""

import argparse
import shutil
from datetime import date
from pathlib import Path
from typing import Any, Final

from data import settings, wiring
from data.cli.importing import acting_as
from data.jobs.sessions import opened
from data.rounds.making import Maker, Round, Wish
from data.store.rounds import PLACE, PostgisRounds
from projects.errors import BadValue

SOME_FAILED: Final = 1
"""Exit code when a unit has no workbook."""


def add_to(commands: Any) -> None:
    """Add the command of this module."""
    monday = commands.add_parser(
        "monday", help="make the Monday list: a workbook per unit of what is missing, late, contradictory"
    )
    which = monday.add_mutually_exclusive_group(required=True)
    which.add_argument("--unit", action="append", default=[], metavar="ID", help="owner unit; repeatable")
    which.add_argument("--all", action="store_true", help="every unit that is asked for something")
    monday.add_argument("--out", type=Path, metavar="FOLDER", help="also copy the workbooks there")
    monday.add_argument(
        "--due", type=date.fromisoformat, metavar="DATE", help="to be returned by, 2026-11-27"
    )
    monday.add_argument("--note", default="", help="a sentence for all of them")
    monday.add_argument("--as", dest="account", default="", metavar="NAME", help="the account that acts")
    monday.set_defaults(run=_monday)


def _monday(options: argparse.Namespace) -> int:
    configured = settings.load()
    if options.out is not None:
        _refuse_used(options.out)
    database = wiring.open_database(configured)
    wish = Wish(unit_ids=tuple(options.unit), due_on=options.due, note=options.note)
    with opened(database, acting_as(database, options.account).id, "command") as token:
        made = Maker(database, token, configured).make(wish, _tell)
        if options.out is not None and made.key is not None:
            _copy(PostgisRounds(database, token, configured.files_dir / PLACE), made.key, options.out)
    return _report(made)


def _tell(done: int, of: int, message: str) -> None:
    if message:
        print(f"… {done}/{of} {message}", flush=True)


def _refuse_used(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise BadValue(
            f"{folder} is not empty: name a new folder, so that no list of another week stays in it"
        )


def _copy(kept: PostgisRounds, key: int, folder: Path) -> None:
    """Copy the workbooks of a round under their own names."""
    folder.mkdir(parents=True, exist_ok=True)
    for sheet in kept.sheets(key):
        name = folder / sheet.file_name
        unique = name if not name.exists() else name.with_stem(f"{name.stem}_{sheet.unit_id}")
        shutil.copyfile(kept.opened(sheet.id)[1], unique)
    print(f"{folder}: {len(list(folder.iterdir()))} workbooks")


def _report(made: Round) -> int:
    print(
        f"round {made.key}: {len(made.sheets) - len(made.failed)} workbooks, {len(made.failed)} failed,"
        f" {made.not_asked} units are asked for nothing"
    )
    for sheet in made.failed:
        print(f"  {sheet.unit_id} {sheet.unit_name}: {sheet.failure}")
    return SOME_FAILED if made.failed else 0
