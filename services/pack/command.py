"""A pack from the command line: into a folder that somebody names, as everybody may see it, without a job."""

import os
from collections.abc import Callable
from pathlib import Path

from data.database import Database
from data.settings import Settings
from projects.errors import BadValue
from projects.packs import Order
from services.pack import making, parts
from services.pack.benches import bench_of
from services.pack.making import Made


def write(
    database: Database, settings: Settings, order: Order, out: Path, tell: Callable[[str], None]
) -> Made:
    """Write a pack to the folder ``out``, which appears whole or not at all.

    ``tell`` hears what is being made. Raises ``BadValue`` for a folder that holds something or has no parent,
    and what ``making.make`` raises.
    """
    if not out.parent.is_dir() or (out.exists() and (not out.is_dir() or any(out.iterdir()))):
        raise BadValue(f"{out} must be a new or empty folder in a folder that exists")
    wanted = parts.chosen(order.parts)
    bench = bench_of(database, "", settings, order)

    def step(number: int, _of: int, words: str) -> None:
        tell(f"{number + 1}/{len(wanted) + 1} {words}")

    with making.scratch(out.resolve().parent, f"command{os.getpid()}") as folder:
        made = making.make(bench, making.Wanted(wanted), folder, step, {"public": True})
        folder.chmod(0o755)
        folder.rename(out)
    return made
