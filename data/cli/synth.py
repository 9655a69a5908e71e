"""``synth``: a fictional library of the nation's size beside the real one, made and removed again."""

import argparse
import shutil
import time
from typing import Any, Final

from sqlalchemy import text

from data import practice, settings
from data.database import Database
from data.demo import people, prepare
from data.settings import Settings
from data.synth import Size, fill
from projects.errors import BadValue

SEED: Final = 1
MOST: Final = 1_000_000


def add_to(commands: Any) -> None:
    """Add the command of this module."""
    usual = Size()
    synth = commands.add_parser("synth", help="make a fictional library of the nation's size, or remove it")
    synth.add_argument(
        "--clinics", type=int, default=usual.clinics, metavar="N", help=f"default {usual.clinics}"
    )
    synth.add_argument(
        "--projects", type=int, default=usual.projects, metavar="N", help=f"default {usual.projects}"
    )
    synth.add_argument("--seed", type=int, default=SEED, help="the same seed gives the same records")
    synth.add_argument("--remove", action="store_true", help="drop that database, and nothing else")
    synth.set_defaults(run=_synth)


def _synth(options: argparse.Namespace) -> None:
    chosen = settings.load().model_copy(update={"demo": True, "demo_library": "synth"})
    if options.remove:
        _remove(chosen)
    elif 0 <= options.clinics <= MOST and 0 <= options.projects <= MOST and 0 <= options.seed < 2**31:
        _make(chosen, options)
    else:
        raise BadValue(
            f"--clinics and --projects must lie between 0 and {MOST}, --seed between 0 and {2**31 - 1}"
        )


def _make(chosen: Settings, options: argparse.Namespace) -> None:
    started = time.monotonic()

    def report(line: str) -> None:
        print(f"[{time.monotonic() - started:5.1f} s] {line}", flush=True)

    database = practice.create(chosen, report)
    prepare(database, options.seed, report)
    held = _held(database)
    if held:
        print(f"database {database.owner.url.database}: present, {held} fictional records")
    else:
        filled = fill(database, Size(options.clinics, options.projects), seed=options.seed, report=report)
        report(str(filled))
        _accounts(database)
    print("serve it: DEMO=true DEMO_LIBRARY=synth python scripts/serve.py")
    print("remove it: python -m data synth --remove")


def _held(database: Database) -> int:
    with database.owning() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM project")) or 0)


def _accounts(database: Database) -> None:
    with database.owning() as connection:
        made = people.add_people(connection)
    print("practice accounts (one-time passwords, shown only now):")
    for person in made:
        print(f"  {person.name:12} {person.password}  {person.display}")


def _remove(chosen: Settings) -> None:
    name = practice.remove(chosen)
    shutil.rmtree(chosen.files_dir, ignore_errors=True)
    said = f"database {name} removed" if name else "there is no database of synthetic records"
    print(f"{said}; the real one was not touched")
