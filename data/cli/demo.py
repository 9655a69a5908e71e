"""``demo``: the practice database, made beside the real one and removed again."""

import argparse
import shutil
import time
from typing import Any, Final

from sqlalchemy import text

from data import practice, settings
from data.demo import build, people, prepare
from data.settings import Settings
from projects.errors import BadValue

PROJECTS: Final = 360
SEED: Final = 2026
MOST: Final = 1_000_000


def add_to(commands: Any) -> None:
    """Add the command of this module."""
    demo = commands.add_parser("demo", help="make the practice database (fictional projects), or remove it")
    demo.add_argument("--projects", type=int, default=PROJECTS, metavar="N", help=f"default {PROJECTS}")
    demo.add_argument("--seed", type=int, default=SEED, help="the same seed gives the same projects")
    demo.add_argument("--remove", action="store_true", help="drop the practice database, and nothing else")
    demo.set_defaults(run=_demo)


def _demo(options: argparse.Namespace) -> None:
    if options.remove:
        _remove(settings.load())
    elif 1 <= options.projects <= MOST and 0 <= options.seed < 2**31:
        _make(settings.load(), options)
    else:
        raise BadValue(f"--projects must lie between 1 and {MOST}, --seed between 0 and {2**31 - 1}")


def _make(chosen: Settings, options: argparse.Namespace) -> None:
    started = time.monotonic()

    def report(line: str) -> None:
        print(f"[{time.monotonic() - started:5.1f} s] {line}", flush=True)

    database = practice.create(chosen, report)
    prepare(database, options.seed, report)
    with database.owning() as connection:
        held = connection.scalar(text("SELECT count(*) FROM project"))
    if held:
        print(f"practice database {database.owner.url.database}: present, {held} fictional projects")
    else:
        report(str(build(database, options.projects, seed=options.seed, report=report)))
        with database.owning() as connection:
            made = people.add_people(connection)
        print("practice accounts (one-time passwords, shown only now):")
        for person in made:
            print(f"  {person.name:12} {person.password}  {person.display}")
    print("serve it: make demo (or DEMO=true python scripts/serve.py) · remove it: make demo-remove")


def _remove(chosen: Settings) -> None:
    name = practice.remove(chosen)
    shutil.rmtree(chosen.model_copy(update={"demo": True}).files_dir, ignore_errors=True)
    said = f"practice database {name} removed" if name else "there is no practice database"
    print(f"{said}; the real one was not touched")
