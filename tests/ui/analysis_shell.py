"""A shell for the analysis pages: the fake analysis, and scenes that hold the three counties only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import shapely

from layers.scene import Scene, View, area_layer
from projects.codes import Level
from projects.filters import ProjectFilter
from projects.ports import Option
from services.map_parts import Scope, Wishes
from tests.fake_analysis import SQUARES, FakeAnalysis
from tests.ui.office import OfficeShell

BOUNDS = (112.5, 24.5, 114.0, 25.5)


class NoChoices:
    """No choices for any filter field."""

    def of(self, version: str, name: str, chosen: ProjectFilter) -> tuple[Option, ...]:
        return ()

    def ahead(self, version: str, chosen: ProjectFilter, fields: Any) -> None:
        pass


class FakeScenes:
    """``services.map_scene.MapScenes``: boundaries and a view, no record."""

    def scope(self, chosen: ProjectFilter) -> Scope:
        return Scope(Level.COUNTY, "440200", BOUNDS, Level.COUNTY)

    def ground(self, chosen: ProjectFilter, wishes: Wishes) -> Scene:
        boxes = {code: shapely.box(w, s, w + 0.5, s + 0.5) for code, (_, w, s) in SQUARES.items()}
        features = [
            {
                "type": "Feature",
                "properties": {"code": code, "name": SQUARES[code][0]},
                "geometry": shapely.geometry.mapping(box),
            }
            for code, box in boxes.items()
        ]
        layer = area_layer({"type": "FeatureCollection", "features": features})
        return Scene(areas=layer, view=View(BOUNDS), credit=wishes.credit, labels=wishes.labels)


@dataclass
class AnalysisShell(OfficeShell):
    """An office's shell with an analysis: ``AnalysisShell(desk())`` for ``tests.ui.office.opened``."""

    analysis: FakeAnalysis = field(default_factory=FakeAnalysis)
    choices: Any = field(default_factory=NoChoices)
    scenes: Any = field(default_factory=FakeScenes)
