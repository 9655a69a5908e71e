"""``Analysis`` and ``LayerStore`` over PostGIS, with the rights of a session token (empty: nobody's)."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from data.database import Database
from data.store.analysis import clinic_cover, layers, placed, plans, units
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


class PostgisAnalysis:
    """What analyses read, and the loaded layers, of one session; ``folder`` holds the layers' contents."""

    def __init__(self, database: Database, token: str, folder: Path) -> None:
        self._database = database
        self._token = token
        self._layers = layers.Layers(database, token, folder)

    def placed(self, chosen: ProjectFilter, *, townships: bool = False) -> Placed:
        """Return the records of a filter with precision 1–2, with ``townships`` 3 too, in id order."""
        with self._database.reading(self._token) as connection:
            return placed.placed(connection, chosen, townships)

    def areas(self, within: str | None, *, ring: bool = False) -> Areas:
        """Return the county units of a county, prefecture or province (None: the nation) in code order.

        With ``ring`` also the counties that touch them, ``inside`` False. Unknown codes give no areas.
        """
        with self._database.reading(self._token) as connection:
            return units.areas(connection, within, ring)

    def townships(self, within: str | None) -> Townships:
        """Return the township-level units of a county, prefecture or province in code order."""
        with self._database.reading(self._token) as connection:
            return units.townships(connection, within)

    def clinic_cover(self, within: str) -> tuple[ClinicCover, ...]:
        """Return village clinics by township, county and (asked for one) prefecture."""
        with self._database.reading(self._token) as connection:
            return clinic_cover.clinic_cover(connection, within)

    def newest(self, chosen: ProjectFilter) -> date | None:
        """Return the day of the newest change of the records of a filter."""
        with self._database.reading(self._token) as connection:
            return placed.newest(connection, chosen)

    def layers(self, kinds: Sequence[LayerKind] = ()) -> tuple[LayerInfo, ...]:
        """Return the loaded layers one may use, newest first; nobody who is not signed in sees any."""
        return self._layers.listed(kinds)

    def layer(self, key: int) -> LayerInfo:
        """Return one layer; raises ``UnknownRecord`` for one that is not there or not for this person."""
        return self._layers.one(key).info

    def points(self, key: int) -> PointLayer:
        """Return settlements, populated cells or candidates; raises ``UnknownRecord``, ``BadValue``."""
        return self._layers.points(key)

    def shapes(self, key: int) -> ShapeLayer:
        """Return exclusions, roads or land use; raises ``UnknownRecord``, ``BadValue``."""
        return self._layers.shapes(key)

    def plans_over(self, geometry: Mapping[str, Any]) -> tuple[PlanOver, ...]:
        """Return what the land-use plans that one may see say of a place (GeoJSON, WGS84)."""
        return plans.over(self._layers, geometry)

    def share(self, key: int, shared: bool) -> None:
        """Let everybody who is signed in use one's layer, or no longer; raises ``NotAllowed``."""
        self._layers.share(key, shared)

    def remove(self, key: int) -> None:
        """Take one's layer away with its file; raises ``NotAllowed``, ``UnknownRecord``."""
        self._layers.remove(key)

    def keep(self, info: LayerInfo, content: PointLayer | ShapeLayer) -> int:
        """Store a layer as the session's account; raises ``BadValue``, ``NotAllowed``, ``SignInNeeded``."""
        return self._layers.keep(info, content)

    def folder(self) -> Path:
        """Return the folder of layer contents."""
        return self._layers.folder
