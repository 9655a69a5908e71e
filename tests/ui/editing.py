"""The pages of editing without the rest of the app: a library of one square county, files in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from projects.attachments import AttachedFile
from projects.codes import Level
from projects.errors import BadValue
from tests.fake_desk import FakeDesk
from tests.ui.office import SQUARE, FakeLibrary, OfficeShell

EAST = SQUARE.replace("113.5", "114.0").replace("113.0", "113.5")


class Library(FakeLibrary):
    """What the form wants of the library besides."""

    def version(self) -> str:
        return "1"

    def townships(self, county: str) -> dict[str, str]:
        return {"440232100": "乳城镇"} if county == "440232" else {}

    def sources(self) -> list[dict[str, Any]]:
        return [{"id": "sg2016", "number": "韶府〔2016〕1号", "title": "规划"}]

    def page(self, chosen: Any, *, limit: int, offset: int = 0) -> Any:
        return SimpleNamespace(items=())

    def polygons(
        self, level: Level, within: str | None = None, *, overview: bool = False
    ) -> list[dict[str, Any]]:
        return [
            {"code": "440232", "name": "乳源瑶族自治县", "geometry": SQUARE},
            {"code": "440281", "name": "<b>乐昌市</b>", "geometry": EAST},
        ]


@dataclass
class Files:
    """Attachments in memory."""

    held: list[AttachedFile] = field(default_factory=list)
    refuse: str = ""

    def listed(self, subject: str) -> tuple[AttachedFile, ...]:
        return tuple(f for f in self.held if f.subject == subject)

    def add(self, subject: str, file_name: str, content: bytes) -> AttachedFile:
        if self.refuse:
            raise BadValue(self.refuse)
        about = ("application/pdf", len(content), "0" * 64, "ruyuan", datetime.now(UTC))
        file = AttachedFile(len(self.held) + 1, subject, file_name, *about)
        self.held.append(file)
        return file

    def remove(self, key: int) -> None:
        self.held = [f for f in self.held if f.id != key]

    def opened(self, key: int) -> tuple[AttachedFile, Path]:
        raise NotImplementedError


@dataclass
class EditShell(OfficeShell):
    """A shell with files."""

    attachments: Files = field(default_factory=Files)


def shell(desk: FakeDesk, **values: Any) -> EditShell:
    return EditShell(desk, library=Library(), **values)
