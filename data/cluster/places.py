"""Where the server's data lie: in the given folder, or, when the server's user cannot reach it, elsewhere.

A folder below `/root` is closed to every other user, so for root the data then go to FALLBACK and the given
folder keeps a note of where they are. The note, not a guess, decides from then on.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from data.cluster.account import is_root, may_enter, service_account
from data.cluster.model import ClusterError

FALLBACK = Path("/var/lib/atlas")
NOTE = "pgdata.location"


@dataclass(frozen=True)
class Place:
    """`folder` as given (log, note) and `base`, the folder that holds the data."""

    folder: Path
    base: Path

    @property
    def data(self) -> Path:
        """The server's data folder (PGDATA)."""
        return self.base / "pgdata"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "server.log"

    @property
    def relocated(self) -> bool:
        """Whether the data lie outside the given folder."""
        return self.base != self.folder

    def initialised(self) -> bool:
        """Whether there is a server's data folder already."""
        return (self.data / "PG_VERSION").exists()

    def major(self) -> int | None:
        """PostgreSQL's major version that made the data; None when there are none."""
        if not self.initialised():
            return None
        text = (self.data / "PG_VERSION").read_text().strip()
        if not text.isdigit():
            msg = f"{self.data}/PG_VERSION says {text!r}, not a version: restore a backup into a new folder"
            raise ClusterError(msg)
        return int(text)


def short_hash(path: Path) -> str:
    """Twelve hexadecimal digits that stand for a path."""
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def make_folder(folder: Path) -> Path:
    """Create the folder (root's may be passed through by the server's user) and return its real path."""
    folder = folder.absolute()
    folder.mkdir(mode=0o755 if is_root() else 0o700, parents=True, exist_ok=True)
    return folder.resolve()


def known_place(folder: Path) -> Place:
    """Return where the data are by what is on disk, without creating anything."""
    folder = folder.resolve()
    note = folder / NOTE
    if not note.exists():
        fallback = Place(folder, FALLBACK / short_hash(folder))
        inside = Place(folder, folder)
        return fallback if is_root() and not inside.initialised() and fallback.initialised() else inside
    place = Place(folder, Path(note.read_text(encoding="utf-8").strip()))
    if not place.initialised():
        msg = (
            f"the database should be in {place.data} (noted in {note}) but is not: put it back, "
            "or delete that note to begin with an empty database"
        )
        raise ClusterError(msg)
    return place


def choose_place(folder: Path) -> Place:
    """Return where the data are or shall be, creating the folders that lead there (not the data folder)."""
    place = known_place(make_folder(folder))
    if place.initialised() or not is_root() or may_enter(service_account(), place.base):
        return place
    base = FALLBACK / short_hash(place.folder)
    make_folder(base)
    base.chmod(0o755)
    if not may_enter(service_account(), base):
        name = service_account().name
        msg = f"user {name} cannot reach {base}: chmod o+x its parent folders, or set DATABASE_URL"
        raise ClusterError(msg)
    return Place(place.folder, base)


def write_note(place: Place) -> None:
    """Keep the note that says where relocated data are."""
    note = place.folder / NOTE
    if place.relocated and not note.exists():
        note.write_text(f"{place.base}\n", encoding="utf-8")
