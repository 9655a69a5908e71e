"""``work``: the worker process, which does the long work that pages ask for."""

import argparse
from typing import Any

from data.jobs import process


def add_to(commands: Any) -> None:
    """Add the command of this module."""
    work = commands.add_parser(
        "work", help="do the long work that pages ask for (imports, geocoding), until stopped"
    )
    work.add_argument("--once", action="store_true", help="do what waits now and end")
    work.set_defaults(run=_work)


def _work(options: argparse.Namespace) -> None:
    if options.once:
        print(f"{process.work_off()} jobs done")
    else:
        process.serve()
