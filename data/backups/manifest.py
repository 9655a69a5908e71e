"""What a backup says of itself, in ``manifest.json``, and what came of proving it, in ``proof.json``.

A backup is a folder; it counts as one only when its manifest is there, and that is written last.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from data.backups.contents import TableSum
from projects.errors import BadValue

FORMAT: Final = 1
"""Raised when a folder is laid out in another way; a program refuses a higher one."""
MANIFEST: Final = "manifest.json"
PROOF: Final = "proof.json"
DUMP: Final = "library.dump"
FILES: Final = "files"


@dataclass(frozen=True, slots=True)
class SavedFile:
    """One file of a backup."""

    size: int
    modified_ns: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds, and of which version it is."""

    made_at: datetime
    """With its time zone: the moment whose state the dump holds."""
    program: str
    schema: str
    server: str
    practice: bool
    dump: SavedFile
    tables: Mapping[str, TableSum]
    files: Mapping[str, SavedFile]
    """Path below ``files/``, with ``/`` → the file."""
    format: int = FORMAT

    @property
    def size_bytes(self) -> int:
        """Bytes of all files; unchanged ones take no room of their own on the disk."""
        return self.dump.size + sum(file.size for file in self.files.values())

    def stored(self) -> dict[str, Any]:
        """Return the manifest as JSON."""
        return asdict(self) | {"made_at": self.made_at.isoformat()}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """Return a manifest from JSON; raises ``KeyError``, ``TypeError`` or ``ValueError`` for another."""
        values = dict(stored)
        values["made_at"] = datetime.fromisoformat(values["made_at"])
        values["dump"] = SavedFile(**values["dump"])
        values["tables"] = {name: TableSum(**one) for name, one in values["tables"].items()}
        values["files"] = {path: SavedFile(**one) for path, one in values["files"].items()}
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of putting a backup back into a scratch database."""

    at: datetime
    sound: bool
    words: str
    """What was found; for a sound one, what was compared."""
    seconds: float


def read(folder: Path) -> Manifest:
    """Return the manifest of a backup; ``BadValue`` for a folder that is none, or of a newer program."""
    stored = _stored(folder / MANIFEST)
    try:
        if int(stored["format"]) > FORMAT:
            raise BadValue(
                f"{folder} was made by a newer version ({stored.get('program')}): update the program first"
            )
        return Manifest.read(stored)
    except (KeyError, TypeError, ValueError) as error:
        raise BadValue(f"{folder / MANIFEST} is damaged ({error}): take another backup") from error


def read_proof(folder: Path) -> Proof | None:
    """Return what came of proving a backup, None where it was not tried or its note is damaged."""
    try:
        stored = json.loads((folder / PROOF).read_text(encoding="utf-8"))
        return Proof(
            datetime.fromisoformat(stored["at"]), bool(stored["sound"]), str(stored["words"]),
            float(stored["seconds"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, and see to it that it and all beside it is on the disk."""
    write_safely(folder / MANIFEST, json.dumps(manifest.stored(), ensure_ascii=False, indent=1))


def write_proof(folder: Path, proof: Proof) -> None:
    """Keep what came of proving a backup beside it."""
    stored = asdict(proof) | {"at": proof.at.isoformat()}
    write_safely(folder / PROOF, json.dumps(stored, ensure_ascii=False, indent=1))


def write_safely(path: Path, content: str) -> None:
    """Write a small file whole or not at all, through to the disk."""
    draft = path.with_name(path.name + ".part")
    try:
        with draft.open("w", encoding="utf-8") as handle:
            handle.write(content + "\n")
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Write the names in a folder through to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _stored(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise BadValue(f"{path.parent} is no complete backup: it holds no {path.name}")
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadValue(f"{path} is damaged ({error}): take another backup") from error
    if not isinstance(stored, dict):
        raise BadValue(f"{path} is damaged (no table of values): take another backup")
    return stored
