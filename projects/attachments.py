"""Files of a record: what is kept of them, and the protocol ``Attachments`` by which pages reach them.

``data.wiring`` gives the adapter, opened with a session token as ``projects.filing.desk`` is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

MOST_PER_RECORD: Final = 20
TYPES: Final = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}
"""Media type → suffix of what may be attached."""


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """One file of a record; its bytes lie under their SHA-256, once, whoever attached them."""

    id: int
    project_id: str
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    uploaded_by: str
    uploaded_at: datetime


class Attachments(Protocol):
    """Files of the records one may see; the database decides which, ``SignInNeeded`` without a session."""

    def listed(self, project_id: str) -> tuple[AttachedFile, ...]:
        """Return the files of a record, newest first."""
        ...

    def add(self, project_id: str, file_name: str, content: bytes) -> AttachedFile:
        """Keep a file; ``BadValue`` for one that is too large, of another kind, or there already."""
        ...

    def remove(self, key: int) -> None:
        """Take a file off its record; the bytes and the row stay for the history."""
        ...

    def opened(self, key: int) -> tuple[AttachedFile, Path]:
        """Return a file and where its bytes lie; ``UnknownRecord`` for none that this person may see."""
        ...


OpenAttachments = Callable[[str], Attachments]
"""Session token → the files with that person's rights."""
