"""The backups there are, and which ones go: the newest stay, and always the newest that was proved."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.backups import manifest
from data.backups.manifest import Manifest, Proof
from projects.errors import BadValue

MAKING: Final = ".making-"
GONE: Final = ".gone-"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup on the disk."""

    folder: Path
    manifest: Manifest | None
    """None for one whose manifest cannot be read."""
    proof: Proof | None

    @property
    def sound(self) -> bool:
        """Whether it was proved, the last time that was tried."""
        return self.manifest is not None and self.proof is not None and self.proof.sound


def listed(place: Path) -> list[Backup]:
    """Return the backups of a folder, the newest first by the order in which they were made."""
    folders = [f for f in place.glob("*") if f.is_dir() and (f / manifest.MANIFEST).is_file()]
    return [_opened(folder) for folder in sorted(folders, key=lambda f: f.name, reverse=True)]


def clear_drafts(place: Path) -> int:
    """Remove what was not finished or not wholly removed; call it holding the lock of backups."""
    drafts = [f for word in (MAKING, GONE) for f in place.glob(f"{word}*")]
    for folder in drafts:
        shutil.rmtree(folder)
    return len(drafts)


def clear_away(place: Path, keep: int) -> list[Path]:
    """Remove what is beyond the newest ``keep`` and return the folders; the last proved one always stays."""
    found = listed(place)
    proved = next((one for one in found if one.sound), None)
    gone = [one.folder for one in found[keep:] if one is not proved]
    for folder in gone:
        aside = folder.with_name(GONE + folder.name)
        folder.rename(aside)  # in one step: half a backup never looks like one
        shutil.rmtree(aside)
    return gone


def _opened(folder: Path) -> Backup:
    try:
        found = manifest.read(folder)
    except BadValue:
        return Backup(folder, None, None)
    return Backup(folder, found, manifest.read_proof(folder))
