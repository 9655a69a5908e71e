"""The parts of a pack that are exports: written whole, then counted in the file that stands on the disk."""

from pathlib import Path

from data.exports import formats, reading_back
from services.pack.bench import Bench, Held


def export(name: str, bench: Bench, path: Path) -> Held:
    """Write one of ``data.exports.formats`` to ``path`` and return what the file itself holds.

    Raises ``BadValue`` for a format that is none, ``StorageUnavailable``, ``OSError``.
    """
    formats.write(name, bench.library, bench.request, path)
    return Held(reading_back.records(name, path))
