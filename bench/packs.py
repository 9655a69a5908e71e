"""A whole pack of the default library: seconds of each part, against 60 s per 50 project sheets and 10 maps.

Both books hold a sheet per project; maps are the two sheets and one per county with projects in the slides.
``python -m bench.packs`` fills a scratch server with the library of this checkout.
"""

import tempfile
from pathlib import Path
from time import perf_counter, process_time
from typing import Final

from bench.calibration import report
from data import setup
from data.cluster import Cluster
from data.database import Database
from data.settings import Settings
from projects.filters import ProjectFilter
from projects.packs import Order
from services.pack import parts
from services.pack.command import write
from tests.conftest import FAST

PER_SHEETS_S: Final = 60.0
SHEETS: Final = 50
ROUNDS: Final = 2


def measure(database: Database, folder: Path) -> dict[str, object]:
    """Make one pack of everything; return its seconds by part and whether it is within the limit."""
    settings = Settings(data_dir=folder / "data")
    marks: list[tuple[str, float]] = []
    begun = perf_counter(), process_time()

    def tell(line: str) -> None:
        if line.split("/", maxsplit=1)[0] != str(
            len(marks)
        ):  # the first line of a part, not one of its steps
            marks.append((line, process_time()))

    made = write(database, settings, Order(chosen=ProjectFilter()), folder / "pack", tell)
    wall, cpu = perf_counter() - begun[0], process_time() - begun[1]
    ends = [at for _line, at in marks[1:]] + [begun[1] + cpu]
    keys = [*(part.key for part in parts.PARTS), "zip"]
    split = {key: round(end - at, 1) for key, (_line, at), end in zip(keys, marks, ends, strict=True)}
    limit = PER_SHEETS_S * made.records / SHEETS
    row: dict[str, object] = {"records": made.records, "wall_s": wall, "cpu_s": cpu, "limit_s": limit}
    return row | {"within": wall <= limit} | split


def main() -> None:
    """Fill a scratch server and measure."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder) / "cluster", settings=FAST)
        urls = cluster.ensure()
        database = Database(urls.app, urls.owner)
        setup.initialise(database, lambda _line: None)
        rows = []
        for number in range(ROUNDS):
            place = Path(folder) / str(number)
            place.mkdir()
            rows.append(measure(database, place))
        report("packs: everything of the default library", rows)
        database.dispose()
        cluster.stop()


if __name__ == "__main__":
    main()
