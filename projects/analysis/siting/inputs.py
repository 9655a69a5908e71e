"""Reading what a choice of sites needs through the port, for the page and the job alike."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import numpy as np

from gis.errors import BadInput
from projects.analysis.demand import Demand, from_layer, from_townships
from projects.analysis.inputs import Areas, FloatArray, LayerInfo, LayerKind, Placed, ShapeLayer
from projects.analysis.ports import Analysis
from projects.analysis.siting import candidates as places
from projects.analysis.siting.candidates import Candidates
from projects.analysis.siting.settings import GRID, TOWNSHIPS, Kept, Settings
from projects.codes import Stage
from projects.errors import AtlasError
from projects.filters import ProjectFilter

FEW: Final = 5
"""Places of demand that any area has: a grid of more than a fifth of the pairs is no small question."""
EXISTING: Final = (Stage.COMPLETED, Stage.OPERATING)
"""Stages of a record that is a service one can go to."""


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """All that is read, in rows with ids; ``kept`` are existing facilities of precision 1–2."""

    settings: Settings
    areas: Areas
    demand: Demand
    candidates: Candidates
    kept: Placed
    kept_stage_out: int = 0
    exclusions: tuple[Any, ...] = ()
    roads: ShapeLayer | None = None
    layers: tuple[LayerInfo, ...] = ()
    newest: date | None = None
    county_names: dict[str, str] = field(default_factory=dict)

    @property
    def pairs(self) -> int:
        """Places of demand × sites, the size of the problem."""
        return len(self.demand) * (len(self.candidates) + len(self.kept))


def light(analysis: Analysis, chosen: ProjectFilter, settings: Settings, most: int) -> bool:
    """Whether a question can be few pairs at all, before its layers are read and its grid is laid.

    Roads, rasters and fine grids over wide areas are not. Raises BadInput ``grid_too_fine`` for a grid that
    no job would lay either, and as ``areas_of`` does.
    """
    if settings.roads:
        return False
    sizes = [layer_of(analysis, key).used for key in settings.layers()]
    if max(sizes, default=0) > most:
        return False
    return settings.sites != GRID or _grid_points(areas_of(analysis, chosen), settings.grid) <= most / FEW


def _grid_points(areas: Areas, spacing_km: float) -> float:
    """Return about how many points a grid has, from the areas alone; raises BadInput ``grid_too_fine``."""
    from gis.boundaries import area_km2
    from gis.siting import check_grid

    points = float(area_km2(areas.polygons[areas.inside]).sum()) / spacing_km**2
    check_grid(points, spacing_km * 1000.0)
    return points


def within_of(chosen: ProjectFilter) -> str:
    """Return the one area that a filter lies in, "" when it names none or several that share none.

    >>> within_of(ProjectFilter(county=("440232",))), within_of(ProjectFilter(county=("440232", "440281")))
    ('440232', '440200')
    """
    for codes, stem in ((chosen.county, 4), (chosen.prefecture, 2), (chosen.province, 0)):
        if len(codes) == 1:
            return codes[0]
        if codes:
            stems = {code[:stem] for code in codes}
            return stems.pop().ljust(6, "0") if stem and len(stems) == 1 else ""
    return ""


def gather(analysis: Analysis, chosen: ProjectFilter, settings: Settings) -> Inputs:
    """Read areas, demand, candidates, existing facilities and layers.

    Raises BadInput ``siting_no_area`` without an area, ``siting_layer_gone`` for a layer that is not there,
    and what demand, candidates and grid raise.
    """
    areas = areas_of(analysis, chosen)
    used = {key: layer_of(analysis, key) for key in dict.fromkeys(settings.layers())}
    demand = _demand(analysis, chosen, settings, areas, used)
    candidates = _candidates(analysis, chosen, settings, areas, used)
    exclusions = _shapes(analysis, settings.ban)
    kept, stage_out = _kept(analysis, chosen, settings)
    return Inputs(
        settings,
        areas,
        demand,
        places.remaining(candidates, exclusions),
        kept,
        stage_out,
        exclusions,
        analysis.shapes(int(settings.roads)) if settings.roads else None,
        tuple(used.values()),
        _newest(analysis.newest(existing(chosen, replace(settings, kept=Kept.ALL))), used.values()),
        dict(zip(areas.codes, areas.names, strict=True)),
    )


def areas_of(analysis: Analysis, chosen: ProjectFilter) -> Areas:
    """Return the county units of a filter; those of its area that it does not name are not inside."""
    within = within_of(chosen)
    if not within:
        raise BadInput("choose a county or a prefecture", code="siting_no_area")
    areas = analysis.areas(within)
    if chosen.county:
        named = np.array([code in chosen.county for code in areas.codes], dtype=bool)
        areas = replace(areas, inside=areas.inside & named)
    if not areas.inside.any():
        raise BadInput(f"the area {within} holds no county", code="siting_no_area")
    return areas


def layer_of(analysis: Analysis, key: int) -> LayerInfo:
    """Return a layer; raises BadInput ``siting_layer_gone`` for one that cannot be used."""
    try:
        return analysis.layer(key)
    except AtlasError as error:
        raise BadInput(f"layer {key} is not there: {error}", code="siting_layer_gone", layer=key) from error


def _demand(
    analysis: Analysis, chosen: ProjectFilter, settings: Settings, areas: Areas, used: dict[int, LayerInfo]
) -> Demand:
    if settings.people == TOWNSHIPS:
        return from_townships(analysis.townships(within_of(chosen)), areas, settings.count)
    key = int(settings.people)
    return from_layer(used[key], analysis.points(key), areas, settings.count)


def _candidates(
    analysis: Analysis, chosen: ProjectFilter, settings: Settings, areas: Areas, used: dict[int, LayerInfo]
) -> Candidates:
    if settings.sites == TOWNSHIPS:
        return places.of_townships(analysis.townships(within_of(chosen)), areas)
    if settings.sites == GRID:
        return places.of_grid(areas, settings.grid * 1000.0)
    info = used[int(settings.sites)]
    if info.kind not in (LayerKind.CANDIDATES, LayerKind.SETTLEMENTS):
        raise BadInput(
            f"layer {info.id} holds no points to build at", code="siting_layer_kind", name=info.name
        )
    return places.of_layer(info, analysis.points(info.id), areas)


def _shapes(analysis: Analysis, layer: str) -> tuple[Any, ...]:
    return tuple(analysis.shapes(int(layer)).geometries) if layer else ()


def existing(chosen: ProjectFilter, settings: Settings) -> ProjectFilter:
    """Return the filter of existing facilities: the category, in a stage of service unless all count."""
    every = chosen.with_(category=(settings.build,), precision=())
    if settings.kept is not Kept.OPERATING:
        return every
    stages = tuple(one for one in EXISTING if not chosen.stage or one in chosen.stage)
    return every.with_(stage=stages) if stages else every


def _kept(analysis: Analysis, chosen: ProjectFilter, settings: Settings) -> tuple[Placed, int]:
    """Return the existing facilities, and how many records of the category are none by their stage."""
    if settings.kept is Kept.NONE:
        return _nobody(), 0
    if settings.kept is Kept.ALL:
        return analysis.placed(existing(chosen, settings)), 0
    total = analysis.placed(existing(chosen, replace(settings, kept=Kept.ALL))).matched
    wanted = existing(chosen, settings)
    found = analysis.placed(wanted) if set(wanted.stage) <= {*EXISTING} and wanted.stage else _nobody()
    return found, total - found.matched


def _nobody() -> Placed:
    none: FloatArray = np.empty((0, 2))
    whole = np.empty(0, dtype=np.int64)
    return Placed((), (), none, whole, (), (), (), (), np.empty(0), (), (), 0, {})


def _newest(records: date | None, layers: Any) -> date | None:
    """Return the newest day of what went in."""
    days = [day for day in (records, *(info.data_date for info in layers)) if day is not None]
    return max(days, default=None)
