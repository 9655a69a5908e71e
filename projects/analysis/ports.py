"""What the analysis pages and jobs need from storage; ``data.store.analysis`` is the adapter."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

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
from projects.filters import ProjectFilter


class Analysis(Protocol):
    """Reading what an analysis needs, as the holder of a session (or nobody) may see it."""

    def placed(self, chosen: ProjectFilter, *, townships: bool = False) -> Placed:
        """Return the records of a filter with precision 1–2, with ``townships`` 3 too."""
        ...

    def areas(self, within: str | None, *, ring: bool = False) -> Areas:
        """Return the county units of a province or prefecture (or one county; None: the nation).

        With ``ring`` also the counties that touch them, ``inside`` False.
        """
        ...

    def townships(self, within: str | None) -> Townships:
        """Return the township-level units of a county, prefecture or province."""
        ...

    def clinic_cover(self, within: str) -> tuple[ClinicCover, ...]:
        """Return village clinics by township and county of a prefecture or county."""
        ...

    def newest(self, chosen: ProjectFilter) -> date | None:
        """Return the day of the newest change of the records of a filter."""
        ...

    def layers(self, kinds: Sequence[LayerKind] = ()) -> tuple[LayerInfo, ...]:
        """Return the loaded layers one may use, newest first."""
        ...

    def layer(self, key: int) -> LayerInfo:
        """Return one layer; raises ``UnknownRecord`` for one that is not there or not for this person."""
        ...

    def points(self, key: int) -> PointLayer:
        """Return settlements, populated cells or candidates; raises ``UnknownRecord``, ``BadValue``."""
        ...

    def shapes(self, key: int) -> ShapeLayer:
        """Return exclusions, roads or land use; raises ``UnknownRecord``, ``BadValue``."""
        ...

    def plans_over(self, geometry: Mapping[str, Any]) -> tuple[PlanOver, ...]:
        """Return what the land-use plans that one may see say of a place (GeoJSON, WGS84).

        Those the place lies in stand first, then the newest; a plan that cannot be read says so.
        """
        ...

    def share(self, key: int, shared: bool) -> None:
        """Let everybody who is signed in use one's layer, or no longer."""
        ...

    def remove(self, key: int) -> None:
        """Take one's layer away with its file; raises ``NotAllowed``, ``UnknownRecord``."""
        ...


class LayerStore(Protocol):
    """Keeping what a file held; used by the job that reads it."""

    def keep(self, info: LayerInfo, content: PointLayer | ShapeLayer) -> int:
        """Store a layer under the session's account and return its number (``info.id`` means nothing yet)."""
        ...

    def folder(self) -> Path:
        """Return the folder of layer contents."""
        ...
