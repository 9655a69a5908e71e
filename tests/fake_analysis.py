"""``projects.analysis.ports.Analysis`` over a small made prefecture, for pages, compositions and files.

Three counties are half-degree squares (乳源, 仁化 side by side, 乐昌 above 乳源), 宜章 touches from outside.
乐昌's census figures are unknown. Thirty townships stand in rows; two of them without a point. Sixty records
have a place of precision 1–2: two knots of fifteen (care homes and clinics near 乳城镇, tourism in 仁化), the
others scattered; eight more are known to the township, seven vaguer or nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import numpy as np
import shapely

from projects.analysis.inputs import (
    Areas,
    ClinicCover,
    LayerInfo,
    LayerKind,
    Placed,
    PointLayer,
    ShapeLayer,
    Townships,
)
from projects.analysis.land_use import PlanOver
from projects.errors import BadValue, NotAllowed, UnknownRecord
from projects.filters import ProjectFilter

PREFECTURE: Final = "440200"
SQUARES: Final[Mapping[str, tuple[str, float, float]]] = {
    "440224": ("仁化县", 113.5, 24.5),
    "440232": ("乳源瑶族自治县", 113.0, 24.5),
    "440281": ("乐昌市", 113.0, 25.0),
    "431022": ("宜章县", 112.5, 25.0),
}
"""Code → name, west, south; each half a degree wide and high. The last one is the neighbour outside."""
OUTSIDE: Final = "431022"
RESIDENTS: Final[Mapping[str, tuple[float, float, float]]] = {
    "440224": (185_000, 38_000, 28_000),
    "440232": (188_000, 33_000, 24_000),
    "431022": (570_000, 98_000, 75_000),
}
"""All residents, aged 60+, aged 65+; nobody knows those of 440281."""
WITHOUT_POINT: Final = ("440232109", "440281109")
NEWEST: Final = date(2026, 5, 6)
SCATTERED: Final = ("hospital", "elderly_care", "village_clinic", "tcm", "food_health", "sports")
STAGES: Final = ("投产", "在建", "储备", "未明确")


@dataclass(frozen=True, slots=True)
class Row:
    """One record of the made prefecture; precision 4, 5 and 0 have no position."""

    id: str
    name: str
    category: str
    stage: str
    precision: int
    lon: float = np.nan
    lat: float = np.nan
    county: str | None = None
    township: str | None = None
    beds: float = np.nan
    investment: Decimal | None = None
    basis: str = "documented"


def county_of(lon: float, lat: float) -> str | None:
    """Return the square a position lies in."""
    return next((c for c, (_, w, s) in SQUARES.items() if w <= lon < w + 0.5 and s <= lat < s + 0.5), None)


def seat(code: str) -> tuple[float, float]:
    """Return the seat of a township: two rows of five in its county's square; NaN without a point."""
    if code in WITHOUT_POINT:
        return np.nan, np.nan
    _, west, south = SQUARES[code[:6]]
    number = int(code[6:]) - 100
    return west + 0.05 + 0.1 * (number % 5), south + (0.15 if number < 5 else 0.35)


def _record(number: int, lon: float, lat: float, category: str) -> Row:
    beds = 30.0 + number if category in ("hospital", "elderly_care") and number % 3 else np.nan
    money = Decimal(500 + 10 * number) if number % 4 else None
    return Row(
        f"SG-{number:04d}",
        f"项目{number}",
        category,
        STAGES[number % 4],
        1 + number % 2,
        round(lon, 6),
        round(lat, 6),
        county_of(lon, lat),
        None,
        beds,
        money,
        "modelled" if number == 60 else "documented",
    )


def made() -> tuple[Row, ...]:
    """Return the 75 records: 60 of precision 1–2, 8 of precision 3, 7 vaguer or nowhere."""
    chance = np.random.default_rng(5)
    knots = [(113.05, 24.65, "elderly_care"), (113.72, 24.78, "hot_spring_town")]
    rows = []
    for number in range(1, 61):
        if number <= 30:
            lon, lat, kind = knots[number > 15]
            lon, lat = lon + chance.normal(0, 0.004), lat + chance.normal(0, 0.004)
            category = kind if number % 5 else "village_clinic"
        else:
            _, west, south = list(SQUARES.values())[number % 3]
            lon, lat = west + chance.uniform(0.02, 0.48), south + chance.uniform(0.02, 0.48)
            category = SCATTERED[number % len(SCATTERED)]
        rows.append(_record(number, float(lon), float(lat), category))
    for number in range(61, 69):
        county = list(SQUARES)[number % 3]
        code = f"{county}10{number % 5}"
        lon, lat = seat(code)
        row = Row(f"SG-{number:04d}", f"乡镇项目{number}", "tcm", "储备", 3, lon, lat, county, code)
        rows.append(row)
    for number, precision in zip(range(69, 76), (4, 4, 4, 4, 5, 0, 0), strict=True):
        known = "440232" if precision == 4 else None
        rows.append(Row(f"SG-{number:04d}", f"未落点{number}", "other", "未明确", precision, county=known))
    return tuple(rows)


def matches(row: Row, chosen: ProjectFilter) -> bool:
    """Return whether a record fits the few fields of a filter that these tests use."""
    wanted = (
        (chosen.county, row.county),
        (chosen.category, row.category),
        (chosen.stage, row.stage),
        (chosen.precision, row.precision),
        (chosen.ids, row.id),
        (chosen.township, row.township),
    )
    return all(not values or value in values for values, value in wanted)


def placed_of(rows: Sequence[Row], *, townships: bool = False) -> Placed:
    """Return records as an analysis reads them; what has no place that may be measured is counted."""
    usable = (1, 2, 3) if townships else (1, 2)
    inside = sorted((row for row in rows if row.precision in usable), key=lambda row: row.id)
    left = Counter(row.precision for row in rows if row.precision not in usable)
    return Placed(
        ids=tuple(row.id for row in inside),
        names=tuple(row.name for row in inside),
        lonlat=np.array([(row.lon, row.lat) for row in inside], dtype=float).reshape(-1, 2),
        precision=np.array([row.precision for row in inside], dtype=np.int64),
        category=tuple(row.category for row in inside),
        stage=tuple(row.stage for row in inside),
        county=tuple(row.county for row in inside),
        township=tuple(row.township for row in inside),
        beds=np.array([row.beds for row in inside], dtype=float),
        investment=tuple(row.investment for row in inside),
        basis=tuple(row.basis for row in inside),
        matched=len(rows),
        left_out=dict(sorted(left.items())),
    )


def areas_of(codes: Sequence[str], *, inside: Sequence[str]) -> Areas:
    """Return counties in code order; unknown residents are NaN."""
    codes = sorted(codes)
    residents = np.array([RESIDENTS.get(code, (np.nan,) * 3) for code in codes], dtype=float).reshape(-1, 3)
    corners = [SQUARES[code][1:] for code in codes]
    boxes = [shapely.box(w, s, w + 0.5, s + 0.5) for w, s in corners]
    return Areas(
        codes=tuple(codes),
        names=tuple(SQUARES[code][0] for code in codes),
        prefectures=tuple(PREFECTURE if code != OUTSIDE else "431000" for code in codes),
        polygons=np.array(boxes, dtype=object),
        label=np.array([(w + 0.25, s + 0.25) for w, s in corners], dtype=float).reshape(-1, 2),
        population=residents[:, 0],
        aged_60_plus=residents[:, 1],
        aged_65_plus=residents[:, 2],
        inside=np.array([code in inside for code in codes], dtype=bool),
        census_year=2020,
    )


def townships_of(counties: Sequence[str]) -> Townships:
    """Return ten townships of each county: three towns with residents' committees, the others villages."""
    codes = [f"{county}{100 + n}" for county in sorted(counties) for n in range(10)]
    numbers = np.array([int(code[6:]) - 100 for code in codes], dtype=np.int64)
    return Townships(
        codes=tuple(codes),
        names=tuple(f"{SQUARES[code[:6]][0][:2]}{code[6:]}镇" for code in codes),
        county=tuple(code[:6] for code in codes),
        villages=6 + numbers,
        communities=np.where(numbers < 3, 2, 0).astype(np.int64),
        lonlat=np.array([seat(code) for code in codes], dtype=float).reshape(-1, 2),
        point_source=tuple(None if code in WITHOUT_POINT else "gazetteer" for code in codes),
    )


@dataclass
class FakeAnalysis:
    """The port; ``asks`` keeps the filters it was asked for. Everything in it is open to the test."""

    rows: tuple[Row, ...] = field(default_factory=made)
    counties: tuple[str, ...] = ("440224", "440232", "440281")
    infos: dict[int, LayerInfo] = field(default_factory=dict)
    contents: dict[int, PointLayer | ShapeLayer] = field(default_factory=dict)
    asks: list[ProjectFilter] = field(default_factory=list)
    over: tuple[PlanOver, ...] = ()
    places: list[Mapping[str, Any]] = field(default_factory=list)

    def placed(self, chosen: ProjectFilter, *, townships: bool = False) -> Placed:
        self.asks.append(chosen)
        return placed_of([row for row in self.rows if matches(row, chosen)], townships=townships)

    def areas(self, within: str | None, *, ring: bool = False) -> Areas:
        inside = self._within(within)
        return areas_of([*inside, *((OUTSIDE,) if ring and inside else ())], inside=inside)

    def townships(self, within: str | None) -> Townships:
        return townships_of(self._within(within))

    def clinic_cover(self, within: str) -> tuple[ClinicCover, ...]:
        found = townships_of(self._within(within))
        rows = [
            ClinicCover(county, SQUARES[county][0], code, name, int(villages), int(villages) % 4, 0)
            for code, name, county, villages in zip(
                found.codes, found.names, found.county, found.villages, strict=True
            )
        ]
        whole = [ClinicCover(c, SQUARES[c][0], None, "", 0, 0, 2, slots=12) for c in self._within(within)]
        return (*rows, *whole)

    def newest(self, chosen: ProjectFilter) -> date | None:
        return NEWEST if any(matches(row, chosen) for row in self.rows) else None

    def layers(self, kinds: Sequence[LayerKind] = ()) -> tuple[LayerInfo, ...]:
        wanted = (info for info in self.infos.values() if not kinds or info.kind in kinds)
        return tuple(sorted(wanted, key=lambda info: -info.id))

    def layer(self, key: int) -> LayerInfo:
        if key not in self.infos:
            raise UnknownRecord(f"layer {key}")
        return self.infos[key]

    def points(self, key: int) -> PointLayer:
        content = self.contents[self.layer(key).id]
        if not isinstance(content, PointLayer):
            raise BadValue(f"layer {key} holds no points")
        return content

    def shapes(self, key: int) -> ShapeLayer:
        content = self.contents[self.layer(key).id]
        if not isinstance(content, ShapeLayer):
            raise BadValue(f"layer {key} holds no shapes")
        return content

    def plans_over(self, geometry: Mapping[str, Any]) -> tuple[PlanOver, ...]:
        self.places.append(geometry)
        return self.over

    def share(self, key: int, shared: bool) -> None:
        self._own(key)
        self.infos[key] = replace(self.infos[key], shared=shared)

    def remove(self, key: int) -> None:
        self._own(key)
        del self.infos[key], self.contents[key]

    # ---- for the test ----

    def load(
        self, kind: LayerKind, content: PointLayer | ShapeLayer, name: str = "", **values: object
    ) -> int:
        """Put a layer there, as if somebody had loaded it, and return its number."""
        key = max(self.infos, default=0) + 1
        points = isinstance(content, PointLayer)
        number = len(content.lonlat) if isinstance(content, PointLayer) else len(content.geometries)
        known = content.people[~np.isnan(content.people)] if isinstance(content, PointLayer) else np.array([])
        info = LayerInfo(
            id=key,
            kind=kind,
            name=name or f"图层{key}",
            source="县统计局",
            data_date=date(2024, 12, 31),
            datum="wgs84",
            rows=number,
            used=number,
            left_out={},
            people=float(known.sum()) if points and len(known) else None,
            bounds=(113.0, 24.5, 114.0, 25.5),
            loaded_by="ruyuan",
            loaded_at=datetime(2026, 5, 6, 7, 8, tzinfo=UTC),
            shared=False,
            own=True,
        )
        self.infos[key], self.contents[key] = replace(info, **values), content  # type: ignore[arg-type]
        return key

    def _own(self, key: int) -> None:
        if not self.layer(key).own:
            raise NotAllowed(f"layer {key} is somebody else's")

    def _within(self, code: str | None) -> list[str]:
        stem = (code or "").rstrip("0")
        return [c for c in self.counties if not code or c == code or (len(stem) <= 4 and c.startswith(stem))]


def settlements(count: int = 40, *, people: bool = True) -> PointLayer:
    """Return villages on a lattice over the three counties, with people unless told otherwise."""
    steps = np.arange(count)
    lonlat = np.column_stack([113.02 + 0.96 * ((steps * 7) % count) / count, 24.52 + 0.46 * steps / count])
    known = (200.0 + 10 * steps if people else np.full(count, np.nan)).astype(np.float64)
    none = np.full(count, np.nan)
    names = tuple(f"村{n}" for n in steps.tolist())
    return PointLayer(tuple(f"v{n}" for n in steps.tolist()), names, lonlat, known, none, none.copy())
