"""``init`` and ``stop``."""

import argparse
import time
from typing import Any

from data import settings, setup, wiring
from data.backups import instant, restoring
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


def _init(options: argparse.Namespace) -> None:
    del options
    started = time.monotonic()

    def report(line: str) -> None:
        print(f"[{time.monotonic() - started:5.1f} s] {line}", flush=True)

    chosen = settings.load()
    if not chosen.database_url:
        instant.private(chosen, report).take_up_archive()
    database = wiring.open_database(chosen, report)
    setup.initialise(database, report)
    restoring.settle(database, chosen)
    report("ready")


def _stop(options: argparse.Namespace) -> None:
    del options
    chosen = settings.load()
    if chosen.database_url:
        raise BadValue("DATABASE_URL is set: this server is not the program's own, stop it where it runs")
    Cluster(chosen.data_dir).stop()
