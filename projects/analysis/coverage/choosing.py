"""What the coverage page is asked: its settings as parameters of a link, and the areas it speaks of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from gis.errors import BadInput
from gis.geojson import geometry_member
from projects.analysis.demand import Weight
from projects.analysis.exhibit import GeoJson
from projects.analysis.inputs import Areas, Townships
from projects.codes import Category, Kind, Stage
from projects.filters import ParamIssue, ProjectFilter

LONGEST: Final = 60
"""Characters of a bad parameter that are quoted."""
MOST_AREAS: Final = 12
"""So many prefectures are taken together when the filter names none."""


class Show(StrEnum):
    """The parts of the page."""

    PEOPLE = "people"
    """Services and beds for so many people."""
    MATRIX = "matrix"
    """Category by county."""
    CLINICS = "clinics"
    """Village clinics beside villages."""
    REACH = "reach"
    """Distances."""


class See(StrEnum):
    """The parts of the part on distances."""

    BANDS = "bands"
    FACILITIES = "facilities"
    ACCESS = "access"
    CIRCLES = "circles"
    CARE = "care"


class Shaded(StrEnum):
    """What shades the counties."""

    PER_10K = "per10k"
    BEDS_60 = "beds60"
    BEDS_65 = "beds65"


class Decay(StrEnum):
    """How a floating catchment counts what lies farther away."""

    GAUSSIAN = "gaussian"
    STEP = "step"


class Supply(StrEnum):
    """What a facility offers in a floating catchment."""

    BEDS = "beds"
    ONE = "one"


class By(StrEnum):
    """What a way along roads is measured in."""

    METRES = "metres"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True)
class CoverageSettings:
    """All settings of the page; a link holds those that are not the usual ones."""

    show: Show = Show.PEOPLE
    see: See = See.BANDS
    shaded: Shaded = Shaded.PER_10K
    beds: Category = Category.ELDERLY_CARE
    of: tuple[Category, ...] = (Category.HOSPITAL,)
    """Categories of the facilities, where the filter names none."""
    demand: int = 0
    """Number of the layer people live in, 0 for township seats."""
    count: Weight = Weight.PEOPLE
    limit: float = 5.0
    """km within which a place counts as covered."""
    catch: float = 10.0
    """km of the floating catchment (d0)."""
    decay: Decay = Decay.GAUSSIAN
    supply: Supply = Supply.BEDS
    roads: int = 0
    """Number of the layer of roads, 0 for straight lines."""
    by: By = By.METRES
    minutes: float = 15.0
    """Minutes of the circles; with ``By.MINUTES`` also the limit (the catchment is twice that)."""
    walk: float = 5.0
    """km/h."""
    bicycle: float = 15.0
    car: float = 40.0
    detour: float = 1.4
    """Of the circles: ways are so many times the straight line."""
    pace: float = 20.0
    """km/h from a place to its road, and on roads whose speed nobody wrote down."""
    edge: bool = True
    """Whether facilities and people of the counties around take part, so that a border is no wall."""

    def params(self) -> dict[str, str]:
        """Return the parameters that reproduce these settings; usual values are left out.

        >>> CoverageSettings(show=Show.REACH, limit=2.5).params()
        {'show': 'reach', 'limit': '2.5'}
        """
        return {name: text for name, text in texts(self).items() if text != USUAL[name]}


def texts(settings: CoverageSettings) -> dict[str, str]:
    """Return all settings as texts of a link."""
    return {one.name: _text(getattr(settings, one.name)) for one in fields(settings)}


def settings_of(params: Mapping[str, str]) -> tuple[CoverageSettings, list[ParamIssue]]:
    """Read settings from link parameters; what cannot be read keeps its usual value and is reported.

    >>> settings, issues = settings_of({"limit": "2.5", "show": "<b>", "lang": "en"})
    >>> settings.limit, settings.show.value, issues
    (2.5, 'people', [ParamIssue(name='show', value='<b>', reason='not_in_list')])
    """
    found: dict[str, Any] = {}
    issues: list[ParamIssue] = []
    for name, read in _READ.items():
        raw = params.get(name, "").strip()
        if not raw:
            continue
        value = read(raw)
        if value is None:
            issues.append(ParamIssue(name, raw[:LONGEST], "not_in_list"))
        else:
            found[name] = value
    return CoverageSettings(**found), issues


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, tuple):
        return ",".join(str(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _one_of(kind: type[StrEnum], among: Sequence[str] = ()) -> Callable[[str], StrEnum | None]:
    known = set(among or kind)
    return lambda text: kind(text) if text in known else None


def _number(low: float, high: float) -> Callable[[str], float | None]:
    def read(text: str) -> float | None:
        plain = text.isascii() and text.replace(".", "", 1).isdecimal() and len(text) < LONGEST
        return float(text) if plain and low <= float(text) <= high else None

    return read


def _layer(text: str) -> int | None:
    plain = text.isascii() and text.isdecimal() and len(text) < 10
    return int(text) if plain else None


def _categories(text: str) -> tuple[Category, ...] | None:
    parts = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    return tuple(Category(one) for one in parts) if parts and set(parts) <= set(Category) else None


DETOURS: Final = (1.0, 1.2, 1.4, 2.0)
"""What the radius of a circle can be divided by."""
BED_CHOICES: Final = (Category.ELDERLY_CARE, Category.HOSPITAL)
_READ: Final[Mapping[str, Callable[[str], Any]]] = MappingProxyType(
    {
        "show": _one_of(Show),
        "see": _one_of(See),
        "shaded": _one_of(Shaded),
        "beds": _one_of(Category, BED_CHOICES),
        "of": _categories,
        "demand": _layer,
        "count": _one_of(Weight, (Weight.PEOPLE, Weight.VILLAGES)),
        "limit": _number(0.1, 300),
        "catch": _number(0.1, 300),
        "decay": _one_of(Decay),
        "supply": _one_of(Supply),
        "roads": _layer,
        "by": _one_of(By),
        "minutes": _number(1, 240),
        "walk": _number(1, 20),
        "bicycle": _number(3, 60),
        "car": _number(5, 150),
        "detour": {f"{one:g}": one for one in DETOURS}.get,
        "pace": _number(1, 120),
        "edge": {"0": False, "1": True}.get,
    }
)
USUAL: Final[Mapping[str, str]] = MappingProxyType(texts(CoverageSettings()))
"""Every parameter of the page with its usual value."""


def area_codes(chosen: ProjectFilter) -> tuple[str, ...]:
    """Return the areas a filter names, the finest level it names, empty when it names none."""
    return chosen.county or chosen.prefecture or chosen.province


def places_only(chosen: ProjectFilter) -> ProjectFilter:
    """Return a filter without plans (programmes, platforms) and withdrawn records, unless it asks for them.

    A programme is a promise of many places and no place itself.
    """
    kinds = chosen.kind or (Kind.SITE, Kind.ENTERPRISE)
    stages = chosen.stage or tuple(one for one in Stage if one is not Stage.WITHDRAWN)
    return chosen.with_(kind=kinds, stage=stages)


def gathered(parts: Sequence[Areas]) -> Areas:
    """Return several sets of areas as one in code order; inside any of them is inside.

    Raises BadInput ``no_area`` when there is none.
    """
    rows: dict[str, tuple[Areas, int, bool]] = {}
    for part in parts:
        for row, code in enumerate(part.codes):
            inside = bool(part.inside[row]) or (code in rows and rows[code][2])
            rows[code] = (part, row, inside)
    if not rows:
        raise BadInput("no county lies in the chosen area; choose another", code="no_area")
    held = [rows[code] for code in sorted(rows)]
    years = [part.census_year for part in parts if part.census_year is not None]
    return Areas(
        codes=tuple(sorted(rows)),
        names=tuple(part.names[row] for part, row, _ in held),
        prefectures=tuple(part.prefectures[row] for part, row, _ in held),
        polygons=np.array([part.polygons[row] for part, row, _ in held], dtype=object),
        label=np.array([part.label[row] for part, row, _ in held], dtype=np.float64).reshape(-1, 2),
        population=np.array([part.population[row] for part, row, _ in held], dtype=np.float64),
        aged_60_plus=np.array([part.aged_60_plus[row] for part, row, _ in held], dtype=np.float64),
        aged_65_plus=np.array([part.aged_65_plus[row] for part, row, _ in held], dtype=np.float64),
        inside=np.array([inside for _, _, inside in held], dtype=bool),
        census_year=max(years, default=None),
    )


def gathered_townships(parts: Sequence[Townships]) -> Townships:
    """Return several sets of townships as one in code order, each once."""
    rows = {code: (part, row) for part in parts for row, code in enumerate(part.codes)}
    held = [rows[code] for code in sorted(rows)]
    return Townships(
        tuple(sorted(rows)),
        tuple(part.names[row] for part, row in held),
        tuple(part.county[row] for part, row in held),
        np.array([part.villages[row] for part, row in held], dtype=np.int64),
        np.array([part.communities[row] for part, row in held], dtype=np.int64),
        np.array([part.lonlat[row] for part, row in held], dtype=np.float64).reshape(-1, 2),
        tuple(part.point_source[row] for part, row in held),
    )


def outlines(areas: Areas) -> tuple[GeoJson | None, ...]:
    """Return the display boundaries as GeoJSON geometries, in the order of ``areas``."""
    return tuple(geometry_member(one) for one in areas.polygons)
