"""The pages around filing without the rest of the app: a shell of fakes, and a script that draws one page."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from streamlit.testing.v1 import AppTest

from data.settings import Settings
from projects.codes import Level
from projects.counts import PrecisionCount
from projects.filing.changes import Entry, FieldChange, Kind, Operation, Request
from projects.filters import ProjectFilter
from projects.identity import Identity
from projects.ports import AreaName, ZoneName
from tests.fake_desk import FakeDesk, held
from tests.fake_jobs import FakeClinics, FakeJobs
from tests.fake_matters import FakeMatters
from tests.fake_packs import FakePacks
from tests.fake_rounds import FakeRounds
from views.i18n import Translate, translator
from views.state import Defaults

NAMES = {"440232": "乳源瑶族自治县", "440281": "乐昌市", "440200": "韶关市", "440000": "广东省"}
SQUARE = (
    '{"type":"Polygon","coordinates":[[[113.0,24.5],[113.5,24.5],[113.5,25.0],[113.0,25.0],[113.0,24.5]]]}'
)


class FakeLibrary:
    """The few answers that these pages want of the library."""

    def __init__(self) -> None:
        self.items: tuple[Any, ...] = ()
        self.asked: list[str] = []

    def count(self, chosen: ProjectFilter) -> PrecisionCount:
        return PrecisionCount(3, 2, 1, 1, 0)

    def page(self, chosen: ProjectFilter, *, limit: int, offset: int = 0) -> Any:
        self.asked.append(chosen.q)
        return SimpleNamespace(items=self.items[:limit], matched=len(self.items))

    def areas(self, level: Level, parent: str | None = None) -> tuple[AreaName, ...]:
        return tuple(a for c in NAMES if (a := self.area(c)) and a.level is level)

    def area(self, code: str) -> AreaName | None:
        if code not in NAMES:
            return None
        level = (
            Level.PROVINCE
            if code.endswith("0000")
            else Level.PREFECTURE
            if code.endswith("00")
            else Level.COUNTY
        )
        return AreaName(
            code, level, NAMES[code], None, "440000", "440200", 113.2, 24.8, (113.0, 24.5, 113.5, 25.0)
        )

    def zones(self) -> tuple[ZoneName, ...]:
        return (ZoneName("gs", "莞韶园", "440200", ("440232",)),)

    def townships(self, county: str) -> dict[str, str]:
        return {"440232100": "乳城镇"} if county == "440232" else {}

    def polygons(self, level: Level, within: str | None = None) -> list[dict[str, Any]]:
        return [{"code": within, "name": "", "geometry": SQUARE}]


@dataclass
class Waits:
    """What waits for a reviewer on another page, by sort ("" for figures)."""

    numbers: dict[str, int] = field(default_factory=dict)

    def waiting(self, kind: str = "") -> int:
        return self.numbers.get(str(kind), 0)


@dataclass
class OfficeShell:
    """What the pages read of ``views.shell.Shell``."""

    desk: FakeDesk
    jobs: FakeJobs = field(default_factory=FakeJobs)
    clinics: FakeClinics = field(default_factory=FakeClinics)
    editions: Waits = field(default_factory=Waits)
    targets: Waits = field(default_factory=Waits)
    matters: FakeMatters = field(default_factory=FakeMatters)
    packs: FakePacks = field(default_factory=FakePacks)
    rounds: FakeRounds = field(default_factory=FakeRounds)
    settings: Settings = field(default_factory=Settings)
    language: str = "zh"
    library: FakeLibrary = field(default_factory=FakeLibrary)
    version: str = "1"
    token: str = "t"
    defaults: Defaults = field(default_factory=lambda: Defaults("zh", False))

    @property
    def identity(self) -> Identity:
        return self.desk.identity()

    @property
    def translate(self) -> Translate:
        return translator(self.language)


def shell(desk: FakeDesk, folder: Path | None = None, **values: Any) -> OfficeShell:
    """Return a shell whose uploads lie in ``folder``."""
    settings = Settings(data_dir=folder) if folder else Settings()
    return OfficeShell(desk, settings=settings, **values)


def draw_page() -> None:
    """Draw the page that the session names, with the shell that lies there; for ``AppTest.from_function``."""
    import importlib

    import streamlit as st

    from views.shell import guarded

    module = importlib.import_module(f"views.{st.session_state['page']}")
    shell = st.session_state["shell"]
    guarded(lambda: module.draw(shell), shell.translate)


POINT: dict[str, Any] = {"type": "Point", "coordinates": [113.2, 24.77]}
PLACE: dict[str, Any] = {"geometry": POINT, "precision": 2, "method": "gps", "datum_entered": "wgs84"}


def at_place(place: dict[str, Any]) -> dict[str, Any]:
    """Return a primary place as a keyword of ``held``."""
    return {"place/0": place}


def desk(*records: Any, **values: Any) -> FakeDesk:
    """Return 乳源's desk with three records, unless told otherwise."""
    plain = (
        held("SG-0001", "县人民医院", beds=300, **at_place(PLACE)),
        held("SG-0002", "瑶医馆", total_investment="1200"),
        held("SG-0003", "温泉小镇"),
    )
    return FakeDesk(*(records or plain), **values)


def opened(page: str, office: OfficeShell, **params: str | int) -> AppTest:
    """Open a page with a shell and address parameters."""
    at = AppTest.from_function(draw_page, default_timeout=30)
    at.session_state["page"], at.session_state["shell"] = page, office
    at.session_state["language"] = office.language
    for name, value in params.items():
        at.query_params[name] = str(value)
    at.run()
    assert not at.exception
    return at


def html(at: AppTest) -> str:
    """Return everything the page wrote as HTML, without the style sheet."""
    return "".join(str(b.proto.body) for b in at.get("html") if "<style>" not in str(b.proto.body))


def press(at: AppTest, key: str) -> AppTest:
    """Press a button and run the page."""
    at.button(key=key).click().run()
    assert not at.exception
    return at


def address(at: AppTest) -> dict[str, str]:
    """Return the address parameters, however the test tool keeps them."""
    return {k: v if isinstance(v, str) else v[0] for k, v in at.query_params.items()}


def request(*entries: Entry, kind: Kind = Kind.FORM, unit: str = "440232", **values: Any) -> Request:
    return Request(kind, values.pop("title", "修改"), unit, values.pop("reason", "台账"), entries)


def update(key: str, version: int, label: str = "", **fields: Any) -> Entry:
    """Return an update entry; a field is given as (old, new)."""
    changes = tuple(FieldChange(path.replace("__", "/"), old, new) for path, (old, new) in fields.items())
    return Entry(Operation.UPDATE, key, version, changes, label or key)
