"""A bench over a handful of records in memory, for the printed parts of a pack."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from pypdf import PdfReader

from data.exports.request import ExportRequest
from data.store.library import PostgisLibrary
from projects.codes import Level, MilestoneCode
from projects.errors import UnknownRecord
from projects.filters import ProjectFilter
from projects.lifecycle.steps import Dates
from projects.ports import Option
from projects.promotion.opportunities import Contact
from projects.promotion.ports import Promotion
from projects.record import Party, Provenance, Record, Slots, TaskLink
from projects.summary import Summary
from services.map_scene import MapScenes
from services.pack.bench import Bench
from services.pack.template import Template
from tests import fake_ledger, fake_schedule
from tests.unit.data.exports_fake import FakeLibrary, record, sample

TODAY = date(2026, 11, 22)
SQUARE = '{"type":"Polygon","coordinates":[[[113,24],[114,24],[114,25],[113,25],[113,24]]]}'
EAST = '{"type":"MultiPolygon","coordinates":[[[[114,24],[115,24],[115,25],[114,25],[114,24]]]]}'
LINK = TaskLink(
    document_id="sg2016",
    document="韶关市促进健康服务业发展实施方案",
    number="韶府〔2016〕9号",
    as_of_year=2016,
    task_id="sg-1",
    section="附件 / 一、医疗卫生服务体系",
    title="基层医疗",
    category_of_document="",
    printed_name="乳源县人民医院",
    status_words="",
    quote="乳源县人民医院",
)
PARTIES = (
    Party("lead", "wjw", "市卫生健康局", "市卫计局", "sg-1"),
    Party("support", "czj", "市财政局", "", "sg-1"),
    Party("owner", "ry", "乳源县人民医院", "", ""),
)


class PaperLibrary(FakeLibrary):
    """Adds whole records, outlines and options to the library of hostile records."""

    def __init__(self, records: Sequence[Summary] | None = None, **parts: Any) -> None:
        super().__init__(records)
        self.parts: Mapping[str, Any] = {"links": (LINK,), "parties": PARTIES} | parts
        self.outlines = 0

    def record(self, project_id: str) -> Record:
        summary = next((one for one in self.records if one.id == project_id), None)
        if summary is None:
            raise UnknownRecord(project_id)
        values: dict[str, Any] = dict.fromkeys(
            ("links", "parties", "places", "children", "candidates", "provenance", "issues"), ()
        )
        return Record(**(values | {"summary": summary, "parent": None, "slots": None} | dict(self.parts)))

    def polygons(
        self, level: Level, within: str | None = None, *, overview: bool = False
    ) -> list[dict[str, Any]]:
        self.outlines += 1
        known = [
            {"code": "440232", "name": "乳源", "geometry": SQUARE},
            {"code": "440281", "name": "乐昌", "geometry": EAST},
        ]
        return known if within == "440200" else []

    def options(self, field: str, chosen: Any) -> tuple[Option, ...]:
        if field != "category":
            return super().options(field, chosen)
        held = [one.category for one in self.matching(chosen)]
        return tuple(Option(code, code, held.count(code)) for code in sorted(set(held)))


class Contacts:
    """Tells the contacts it was given, as ``Promotion.sites`` does; of the others None."""

    def __init__(self, known: Mapping[str, Contact]) -> None:
        self.known = known

    def sites(self, ids: Sequence[str]) -> list[Any]:
        return [SimpleNamespace(facts=SimpleNamespace(id=i, contact=self.known.get(i))) for i in ids]


@dataclass
class World:
    """What a bench is made of; change a part and ask for the bench."""

    records: Sequence[Summary] | None = None
    parts: dict[str, Any] = field(default_factory=dict)
    money: Sequence[fake_ledger.Kept] = ()
    steps: Sequence[fake_schedule.Kept] = ()
    contacts: Mapping[str, Contact] | None = None
    template: Template = field(default_factory=Template)
    step: Callable[[str], None] = field(default=lambda _message: None)

    def bench(self, **request: Any) -> Bench:
        """Return the bench; ``request`` goes into the export request."""
        library = cast(PostgisLibrary, PaperLibrary(self.records, **self.parts))
        usual = {"chosen": ProjectFilter(), "generated_at": datetime(2026, 11, 22, 9, 30, tzinfo=UTC)}
        return Bench(
            library=library,
            ledger=fake_ledger.FakeLedger(self.money),
            schedule=fake_schedule.FakeSchedule(*self.steps),
            scenes=MapScenes(library),
            request=ExportRequest(**cast(Any, usual | request)),
            template=self.template,
            when=TODAY,
            promotion=cast(Promotion, Contacts(self.contacts)) if self.contacts is not None else None,
            step=self.step,
        )


def late(number: int, days: int = 40, **changes: Any) -> fake_schedule.Kept:
    """A record of the schedule with one step so many days overdue."""
    planned = date.fromordinal(TODAY.toordinal() - days)
    return fake_schedule.Kept(
        f"SG-{number:04}",
        milestones={MilestoneCode.COMMENCEMENT: Dates(planned)},
        **({"name": f"第{number}项目"} | changes),
    )


def provenance(**basis: str) -> tuple[Provenance, ...]:
    """How some fields are known."""
    return tuple(Provenance(name, value, "来源") for name, value in basis.items())


def texts(file: Path) -> list[str]:
    """Return the text of each page of a PDF, without the blanks that a layout puts between letters."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(file.read_bytes())).pages]


FULL = record(
    9,
    name="乳源县人民医院",
    county_code="440232",
    county="乳源瑶族自治县",
    prefecture_code="440200",
    prefecture="韶关市",
    precision=4,
    precision_zh="县",
    stage="在建",
    open_to_capital="是",
    capital_sought_wan=Decimal("12000.50"),
    total_investment_wan=Decimal(30000),
    cooperation="寻求战略合作",
    beds=500,
    near_county_line=True,
    county_basis="documented",
    reported=("beds",),
)
SLOTS = Slots(5, 3, 2)
SAMPLE = sample()
