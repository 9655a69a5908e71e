"""What every maker of a pack is given, and what it answers: the contract between the pack and its parts.

A pack is a folder of files about the same records. Each part (``Part``) writes one file and says how many
records that file accounts for; the pack compares the answers before anybody sees a file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from data.exports.request import ExportRequest
from data.store.library import PostgisLibrary
from projects.lifecycle.ports import Schedule
from projects.money.ports import Ledger
from projects.promotion.ports import Promotion
from services.map_scene import MapScenes
from services.pack.template import Template

Words = Callable[[str], str]
"""Puts a Chinese sentence or code into the language of the pack (gettext)."""

PAPERS: Final = {"A4": (297.0, 210.0), "A3": (420.0, 297.0)}
"""Width and height of a sheet lying on its long side, in millimetres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The records, the means to read about them, and how the pack is to look.

    Everything is read with the rights of whoever asked for the pack. ``request`` holds filter, language,
    credit, 审图号, title and whether all of it is practice data; ``when`` is the day that "late" refers to.
    """

    library: PostgisLibrary
    ledger: Ledger
    schedule: Schedule
    scenes: MapScenes
    request: ExportRequest
    template: Template
    when: date
    words: Words = str
    paper: str = "A4"
    dispatch_day: int = 25
    """Day of the month until which offices report."""
    promotion: Promotion | None = None
    """Contacts of projects, for whoever may see them; without it the sheets have none."""
    step: Callable[[str], None] = field(default=lambda _message: None)
    """Called now and then with what is being done; raises when the pack was cancelled."""

    def pick(self, zh: str, en: str) -> str:
        """Return the sentence in the language of the pack."""
        return en if self.request.language == "en" else zh


@dataclass(frozen=True, slots=True)
class Held:
    """What a finished file says of itself: ``records`` accounted for (drawn or listed), further counts."""

    records: int
    detail: Mapping[str, int] = field(default_factory=dict)


Maker = Callable[[Bench, Path], Held]
"""Writes one whole file; raises ``projects.errors.AtlasError`` with a sentence, or ``OSError``."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a pack."""

    key: str
    """Stable name of the part in requests and manifests: ``map_pdf``, ``book_docx`` …"""
    zh: str
    en: str
    """File names without ending, date or practice mark."""
    extension: str
    media_type: str
    make: Maker

    def file_name(self, request: ExportRequest) -> str:
        """Return the name of the file in the pack, with the date, marked in a practice database."""
        stem = self.en if request.language == "en" else self.zh
        joined = "-" if request.language == "en" else "_"
        return request.file_name(f"{stem}{joined}{request.generated_at:%Y%m%d}.{self.extension}")
