"""Files of a record or of office work: what is kept of them, and the protocol by which pages reach them.

``data.wiring`` gives the adapters, opened with a session token as ``projects.filing.desk`` is:
``attachments(token)`` for records, ``office_files(token)`` for matters, directories and evaluations.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

MOST_PER_RECORD: Final = 20
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES: Final = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    DOCX: ".docx",
    XLSX: ".xlsx",
}
"""Media type → suffix of what may be attached."""


class SubjectKind(StrEnum):
    """What a file of office work belongs to."""

    MATTER = "matter"
    DIRECTORY = "directory"
    EVALUATION = "evaluation"


def subject(kind: SubjectKind, key: int) -> str:
    """Return the subject of files of office work.

    >>> subject(SubjectKind.MATTER, 12)
    'matter/12'
    """
    return f"{kind}/{key}"


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """One file; its bytes lie under their SHA-256, once, whoever attached them."""

    id: int
    subject: str
    """A record's id, or ``matter/12``."""
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    uploaded_by: str
    uploaded_at: datetime


class Attachments(Protocol):
    """Files of what one may see; the database decides which, ``SignInNeeded`` without a session."""

    def listed(self, subject: str) -> tuple[AttachedFile, ...]:
        """Return the files of a subject, newest first."""
        ...

    def add(self, subject: str, file_name: str, content: bytes) -> AttachedFile:
        """Keep a file; ``BadValue`` for one that is too large, of another kind, or there already."""
        ...

    def remove(self, key: int) -> None:
        """Take a file off its subject; the bytes and the row stay for the history."""
        ...

    def opened(self, key: int) -> tuple[AttachedFile, Path]:
        """Return a file and where its bytes lie; ``UnknownRecord`` for none that this person may see."""
        ...


OpenAttachments = Callable[[str], Attachments]
"""Session token → the files with that person's rights."""
