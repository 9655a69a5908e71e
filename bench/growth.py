"""How the cost of the map's questions grows from 10,000 to 600,000 points, beside a line of n log n.

``python -m bench.growth FOLDER`` makes a database of each size in the private server of a folder (with
``data.synth``; dropped again), asks each question a few times and takes the fastest, prints the table and
writes docs/images/growth.svg. The limit of the project: no worse than n log n, from the smallest size on.
"""

import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from matplotlib.figure import Figure
from sqlalchemy import text

from bench.calibration import report
from data.cluster import Cluster
from data.database import Database
from data.demo import prepare
from data.store.aggregates import _COLUMNS
from data.store.library import PostgisLibrary
from data.synth import Size, fill
from projects.filters import ProjectFilter
from tests.conftest import FAST

SIZES: Final = (10_000, 30_000, 100_000, 300_000, 600_000)
ROUNDS: Final = 7
BASE: Final = "bench_growth"
PICTURE: Final = Path(__file__).resolve().parents[1] / "docs" / "images" / "growth.svg"
CHOSEN: Final = ProjectFilter(category=("village_clinic", "hospital"))
FIELDS: Final = tuple(field for field in _COLUMNS if field not in ("township", "task"))
Question = Callable[[PostgisLibrary], object]

FILLING: Final = "filling, counties assigned"
QUESTIONS: Final[dict[str, Question]] = {
    "count": lambda library: library.count(CHOSEN),
    "choices of the filters": lambda library: library.choices(FIELDS, CHOSEN),
    "counts by area": lambda library: library.area_counts(CHOSEN),
    "cells of the nation": lambda library: library.clusters(CHOSEN, (73.5, 17.8, 135.1, 53.6)),
    "cells of a view of 6°": lambda library: library.clusters(CHOSEN, (111.0, 22.0, 117.0, 26.0)),
    "cells of a view of 1°": lambda library: library.clusters(CHOSEN, (113.0, 24.0, 114.0, 24.7)),
    "a page of the table": lambda library: library.page(CHOSEN, limit=100),
}


def measure(cluster: Cluster, size: int) -> dict[str, float]:
    """Fill a database with some clinics and return the seconds of each question."""
    name = f"{BASE}_{size}"
    cluster.drop_database(name)
    urls = cluster.create_database(name, BASE)
    database = Database(urls.app, urls.owner)
    began = time.perf_counter()
    fill(database, Size(size, 0))
    found = {FILLING: time.perf_counter() - began}
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    library = PostgisLibrary(database)
    for what, question in QUESTIONS.items():
        found[what] = min(_seconds(library, question) for _ in range(ROUNDS))
    database.dispose()
    cluster.drop_database(name)
    return found


def _seconds(library: PostgisLibrary, question: Question) -> float:
    began = time.perf_counter()
    question(library)
    return time.perf_counter() - began


def allowed(size: int, first: float) -> float:
    """Return what n log n allows at a size for a cost at the smallest one."""
    return first * (size * math.log(size)) / (SIZES[0] * math.log(SIZES[0]))


def draw(found: dict[int, dict[str, float]]) -> None:
    """Write the picture: a line per question on logarithmic axes, and the line of n log n."""
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.add_subplot()
    for what in (FILLING, *QUESTIONS):
        axes.plot(SIZES, [found[size][what] for size in SIZES], marker="o", markersize=4, label=what)
    lowest = min(found[SIZES[0]].values())
    axes.plot(SIZES, [allowed(size, lowest) for size in SIZES], color="grey", linestyle="--", label="n log n")
    axes.set(xscale="log", yscale="log", xlabel="points", ylabel="seconds")
    axes.set_xticks(SIZES, [f"{size:,}" for size in SIZES])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=8)
    figure.savefig(PICTURE, metadata={"Date": None})


def main(folder: str) -> None:
    """Measure every size in the private server of a folder."""
    cluster = Cluster(Path(folder).resolve(), settings=FAST)
    cluster.ensure()
    cluster.drop_database(BASE)
    urls = cluster.create_database(BASE)
    base = Database(urls.app, urls.owner)
    prepare(base, 1, lambda line: print(line, file=sys.stderr))
    base.dispose()
    found = {size: measure(cluster, size) for size in SIZES}
    cluster.drop_database(BASE)
    rows = [
        {
            "what": what,
            **{f"{size:,}": found[size][what] for size in SIZES},
            "limit at the end": allowed(SIZES[-1], found[SIZES[0]][what]),
            "within": found[SIZES[-1]][what] <= allowed(SIZES[-1], found[SIZES[0]][what]),
        }
        for what in (FILLING, *QUESTIONS)
    ]
    report("growth from 10,000 to 600,000 points, seconds", rows)
    draw(found)


if __name__ == "__main__":
    main(*sys.argv[1:])
