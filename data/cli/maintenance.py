"""``init``, ``stop``, ``backup`` and ``restore``."""

import argparse
import time
from pathlib import Path
from typing import Any

from data import backup, settings, setup, wiring
from data.cluster import Cluster
from projects.errors import BadValue


def add_to(commands: Any) -> None:
    """Add the commands of this module."""
    init = commands.add_parser(
        "init", help="create the database and fill what is missing; quick when nothing is"
    )
    init.set_defaults(run=_init)
    stop = commands.add_parser("stop", help="stop the private database server")
    stop.set_defaults(run=_stop)
    save = commands.add_parser("backup", help="write the whole library to one file")
    save.add_argument("--out", type=Path, required=True, metavar="FILE", help="an existing file is replaced")
    save.set_defaults(run=_backup)
    put_back = commands.add_parser("restore", help="put a backup back in place of what is there")
    put_back.add_argument("file", type=Path, metavar="FILE")
    put_back.add_argument("--yes", action="store_true", help="really replace the present library")
    put_back.set_defaults(run=_restore)


def _init(options: argparse.Namespace) -> None:
    del options
    started = time.monotonic()

    def report(line: str) -> None:
        print(f"[{time.monotonic() - started:5.1f} s] {line}", flush=True)

    setup.initialise(wiring.open_database(settings.load(), report), report)
    report("ready")


def _stop(options: argparse.Namespace) -> None:
    del options
    chosen = settings.load()
    if chosen.database_url:
        raise BadValue("DATABASE_URL is set: this server is not the program's own, stop it where it runs")
    Cluster(chosen.data_dir).stop()


def _backup(options: argparse.Namespace) -> None:
    database = wiring.open_database(settings.load())
    size = backup.save(database, options.out)
    print(f"{options.out}: {size / 1e6:.1f} MB")


def _restore(options: argparse.Namespace) -> None:
    if not options.yes:
        raise BadValue(
            f"restoring {options.file} replaces the present library: say --yes, and make a backup first"
        )
    database = wiring.open_database(settings.load())
    backup.put_back(database, options.file)
    print(f"restored from {options.file}")
