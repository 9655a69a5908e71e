"""A bench over records in memory, for the tests of deck and offline map."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from data.exports.request import ExportRequest
from data.store.library import PostgisLibrary
from projects.codes import Level
from projects.errors import UnknownRecord
from projects.filters import ProjectFilter
from projects.ports import AreaName, ZoneName
from projects.summary import Summary
from services.map_scene import MapScenes
from services.pack.bench import Bench
from services.pack.template import Template
from tests.fake_ledger import FakeLedger, Kept
from tests.fake_schedule import FakeSchedule
from tests.unit.data.exports_fake import WHEN, FakeLibrary

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060"
    "00000005000165a5c2a80000000049454e44ae426082"
)
"""One dot, in place of a map."""
RTL = "甲\u202e乙\u2066丙\u200f"
EMOJI = "🏥 康养\U0001f468\u200d⚕️/\\:*?"


class PackLibrary(FakeLibrary):
    """The records in memory with what maps ask besides; ``gone`` are deleted after they were streamed."""

    gone: frozenset[str] = frozenset()

    def record(self, project_id: str) -> Any:
        if project_id in self.gone:
            raise UnknownRecord(project_id)
        link = SimpleNamespace(
            number="韶府〔2016〕9号",
            document="实施方案",
            as_of_year=2016,
            section="一、任务",
            quote="</script>",
        )
        value = SimpleNamespace(field="county_code", basis="derived", source="公共知识", note="")
        return SimpleNamespace(links=(link,), provenance=(value,))

    def areas(self, level: Level, parent: str | None = None) -> tuple[AreaName, ...]:
        codes = {Level.PROVINCE: ("440000",), Level.PREFECTURE: ("440200",)}.get(level)
        return tuple(map(self._area, codes)) if codes else super().areas(level, parent)

    def zones(self) -> tuple[ZoneName, ...]:
        return (ZoneName("zone-a", "丹霞山管委会", "440200", ("440224", "440232")),)

    def bounds(self, codes: Sequence[str]) -> tuple[float, float, float, float] | None:
        return (113.0, 24.0, 114.0, 25.0) if codes else None

    def maritime_lines(self) -> list[str]:
        return ['{"type":"MultiLineString","coordinates":[[[109.5,16.2],[110.1,14.9]]]}']


def bench(
    records: Sequence[Summary] | None = None,
    *,
    chosen: ProjectFilter | None = None,
    kept: Sequence[Kept] = (),
    template: Template | None = None,
    **request: Any,
) -> Bench:
    """Return a bench; ``request`` are further fields of the export request."""
    library = cast(PostgisLibrary, PackLibrary(records))
    return Bench(
        library=library,
        ledger=FakeLedger(kept),
        schedule=FakeSchedule(),
        scenes=MapScenes(library),
        request=ExportRequest(chosen=chosen or ProjectFilter(), generated_at=WHEN, **request),
        template=template or Template(),
        when=date(2026, 11, 22),
    )


@pytest.fixture
def one_dot(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let every county map be a dot; return the codes that maps were asked for."""
    asked: list[str] = []

    def county_map_png(bench: Bench, county_code: str, width_px: int) -> bytes:
        del bench, width_px
        asked.append(county_code)
        return PNG

    monkeypatch.setattr("services.pack.maps.maps.county_map_png", county_map_png)
    return asked


def words_of(file: Path) -> list[str]:
    """Return every text of a deck, table cells included."""
    from pptx import Presentation

    found: list[str] = []
    for slide in Presentation(str(file)).slides:
        for shape in slide.shapes:
            holder: Any = shape
            if holder.has_text_frame:
                found.append(holder.text_frame.text)
            elif getattr(holder, "has_table", False) and holder.has_table:
                found += [cell.text for row in holder.table.rows for cell in row.cells]
    return found
