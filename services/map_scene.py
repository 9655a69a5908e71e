"""From a filter to what stands on the map: which polygons, which badges, which points, which shading.

Used by the page today and by briefing packs later; nothing here knows Streamlit. The same rows that the table
and the exports show become marks, so that map and list cannot disagree: every matching record is in exactly
one badge or in the list of those without any area, and those with a place of their own are points besides.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from data.store.library import PostgisLibrary
from layers import choropleth
from layers.engine import FOLIUM_LIMIT
from layers.scene import (
    AreaBadge,
    AreaLayer,
    Bounds,
    Choropleth,
    Inset,
    LineMark,
    Scene,
    SlotSymbol,
    View,
    area_layer,
)
from projects.codes import Level, Precision
from projects.counts import AreaCount
from projects.filters import ProjectFilter
from projects.ports import ScenarioShare
from projects.scenario import covers
from services.map_marks import by_category
from services.map_parts import AreaRow, BadgePlace, Scope, Shading, Signs, Wishes, badge_key, into_view
from services.map_view import with_clusters, with_records

MAINLAND: Final[Bounds] = (73.5, 17.8, 135.1, 53.6)
"""First view of a national map: the land; the southern islands stand in the inset."""

PLACED: Final = (Precision.BUILDING, Precision.VILLAGE, Precision.TOWNSHIP)
CROWD: Final = 100
"""More prefectures than this on one map cover each other: their records count for the provinces instead."""

LEVEL_ORDER: Final = ("county", "prefecture", "zone", "province")


class MapScenes:
    """Builds scenes from one library; area layers are kept, since boundaries rarely change."""

    def __init__(self, library: PostgisLibrary) -> None:
        self._library = library
        self._layer = lru_cache(maxsize=64)(self._read_layer)
        self._scope = lru_cache(maxsize=256)(self._find_scope)
        self._places = lru_cache(maxsize=64)(self._badge_places)
        self._parents = lru_cache(maxsize=2)(self._read_parents)
        self._provinces = lru_cache(maxsize=2)(self._read_provinces)
        self._residents = lru_cache(maxsize=2)(self._read_residents)
        self._rows = lru_cache(maxsize=64)(self._read_area_rows)

    def scope(self, chosen: ProjectFilter) -> Scope:
        """Return what the map of a filter is of: its prefecture, its province, or the nation."""
        return self._scope(self._library.version(), chosen.with_(ids=(), q="", precision=()))

    def scene(self, chosen: ProjectFilter, wishes: Wishes) -> Scene:
        """Return everything the map of a filter shows."""
        scope = self.scope(chosen)
        scene = replace(
            self.ground(chosen, wishes),
            choropleth=wishes.choropleth
            or self._shade(self._library.version(), chosen, scope, wishes.shading),
            badges=self._badges(scope, self._rows_of(chosen, wishes.signs)),
            slots=self._slots(chosen) if wishes.scenario else (),
            selected=wishes.selected,
        )
        return self._with_places(scene, chosen, wishes, scope)

    def ground(self, chosen: ProjectFilter, wishes: Wishes) -> Scene:
        """Return the boundaries of a filter's area with view, lines and inset, without any record."""
        scope = self.scope(chosen)
        return Scene(
            areas=self._layer(self._library.version(), scope.level, scope.within),
            lines=self._lines(scope),
            view=View(scope.bounds, wishes.ask),
            basemap=wishes.basemap,
            inset=Inset() if scope.level is Level.PROVINCE and scope.within is None else None,
            credit=wishes.credit,
            labels=wishes.labels,
        )

    def _with_places(self, scene: Scene, chosen: ProjectFilter, wishes: Wishes, scope: Scope) -> Scene:
        """Add the records that have a place: one by one up to folium's limit, above that as clusters.

        Where the browser fetches the clusters of its view itself, the scene says from where.
        """
        placed = only_placed(chosen)
        if placed is None:
            return scene
        count = self._library.count(placed)
        if count.points + count.township > FOLIUM_LIMIT:
            if wishes.cells:
                return replace(scene, live=True, cells=wishes.cells)
            bounds = wishes.view.bounds if wishes.view else scope.bounds
            return with_clusters(scene, self._library, placed, bounds, wishes.signs)
        records = self._library.page(placed, limit=FOLIUM_LIMIT).items
        return with_records(scene, records, wishes.signs.of if wishes.signs else by_category)

    def _find_scope(self, version: str, chosen: ProjectFilter) -> Scope:
        del version
        bounds = self._library.bounds(chosen.county) if chosen.county else None
        areas = [
            a for a in map(self._library.area, chosen.county or chosen.prefecture or chosen.province) if a
        ]
        if not areas and len(chosen.document) == 1:
            code = self._library.document_areas().get(chosen.document[0], "")
            areas = [a for a in [self._library.area(code)] if a]
        prefectures = {a.prefecture_code for a in areas}
        if areas and len(prefectures) == 1 and None not in prefectures:
            within = prefectures.pop()
            found = bounds or self._library.bounds([str(within)])
            return Scope(Level.COUNTY, within, found or MAINLAND, Level.COUNTY)
        provinces = {a.province_code for a in areas}
        if areas and len(provinces) == 1:
            return self._province_scope(str(provinces.pop()), bounds)
        extent = self._library.bounds([a.code for a in areas]) if areas else None
        return Scope(Level.PROVINCE, None, extent or MAINLAND, Level.PREFECTURE)

    def _province_scope(self, code: str, bounds: Bounds | None) -> Scope:
        """Return the scope of a province by prefectures, of a municipality, which has none, by counties."""
        prefectures = self._library.areas(Level.PREFECTURE, code)
        level = Level.PREFECTURE if len(prefectures) > 1 else Level.COUNTY
        return Scope(level, code, bounds or self._library.bounds([code]) or MAINLAND, level)

    def _read_layer(self, version: str, level: Level, within: str | None) -> AreaLayer:
        del version
        rows = self._library.polygons(level, within, overview=within is None)
        features = [
            {
                "type": "Feature",
                "properties": {"code": r["code"], "name": r["name"]},
                "geometry": json.loads(r["geometry"]),
            }
            for r in rows
        ]
        return area_layer(
            {"type": "FeatureCollection", "features": features}, digits=3 if within is None else 4
        )

    def area_rows(self, chosen: ProjectFilter) -> tuple[AreaRow, ...]:
        """Return the map's areas with their records by category: what the badges print and the matrix lists.

        Every record counts in exactly one row, except those that are known to lie nowhere.
        """
        return self._rows(self._library.version(), chosen)

    def _rows_of(self, chosen: ProjectFilter, signs: Signs | None) -> tuple[AreaRow, ...]:
        """Return the map's areas with their records by what the signs of this map mean."""
        if signs is None:
            return self.area_rows(chosen)
        scope, rows = self.scope(chosen), self.area_rows(chosen)
        parents, shown = self._parents(self._library.version()), {(row.code, row.level) for row in rows}
        provinces = self._provinces(self._library.version())
        by_sign: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for count in signs.counts:
            key = badge_key(count, scope, parents)
            by_sign[key if key in shown else _province_of(key, provinces)].update(count.by_category)
        return tuple(replace(row, by_category=dict(by_sign[row.code, row.level])) for row in rows)

    def _read_area_rows(self, version: str, chosen: ProjectFilter) -> tuple[AreaRow, ...]:
        scope = self.scope(chosen)
        places = self._places(version, scope)
        counts = self._library.area_counts(chosen, upto=scope.badges)
        gathered = {(c.code, c.level): c for c in counts if (c.code, c.level) in places}
        if scope.within is None and len(gathered) > CROWD:
            gathered = self._by_province(gathered)
        empty = {
            key: AreaCount(key[0], key[1], place.name)
            for key, place in places.items()
            if key[1] == scope.badges and place.within and key not in gathered
        }
        rows = (
            AreaRow(key[0], key[1], places[key], count.by_category, count.area_only)
            for key, count in (gathered | empty).items()
        )
        return tuple(sorted(rows, key=lambda row: (LEVEL_ORDER.index(row.level), row.code)))

    def _by_province(self, counts: Mapping[tuple[str, str], AreaCount]) -> dict[tuple[str, str], AreaCount]:
        """Gather counts of prefectures in their provinces; what has no province stays what it is."""
        gathered: dict[tuple[str, str], AreaCount] = {}
        provinces = self._provinces(self._library.version())
        for key, count in counts.items():
            above = _province_of(key, provinces)
            held = gathered.get(above, AreaCount(*above, count.name))
            by_category = dict(Counter(held.by_category) + Counter(count.by_category))
            gathered[above] = replace(
                held, by_category=by_category, area_only=held.area_only + count.area_only
            )
        return gathered

    def _read_provinces(self, version: str) -> Mapping[str, str]:
        """Return the province code of each prefecture."""
        del version
        found = self._library.areas(Level.PREFECTURE)
        return {area.code: area.province_code for area in found if area.province_code}

    def _badges(self, scope: Scope, rows: Sequence[AreaRow]) -> tuple[AreaBadge, ...]:
        """Return one badge per row; on the map of one county the others keep silent when they are empty."""
        return tuple(
            AreaBadge(
                code=row.code,
                level=row.level,  # type: ignore[arg-type]
                name=row.place.name,
                lon=lon,
                lat=lat,
                total=sum(row.by_category.values()),
                by_category=row.by_category,
                only_here=row.only_here,
            )
            for row in rows
            for lon, lat in [into_view(row, scope.bounds)]
        )

    def _badge_places(self, version: str, scope: Scope) -> Mapping[tuple[str, str], BadgePlace]:
        """Return where badges stand: at the label point of each area, zones at their first county."""
        del version
        places: dict[tuple[str, str], BadgePlace] = {}
        for level in (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY):
            for a in self._library.areas(level):
                inside = scope.within is None or scope.within in (a.code, a.province_code, a.prefecture_code)
                empty_ones = inside and scope.within is not None
                places[a.code, str(level)] = BadgePlace(a.name, a.lon, a.lat, empty_ones)
        counties = {code: place for (code, level), place in places.items() if level == Level.COUNTY}
        for zone in self._library.zones():
            first = next((counties[c] for c in zone.counties if c in counties), None)
            anchor = first or places.get((zone.prefecture_code, str(Level.PREFECTURE)))
            if anchor:
                places[zone.id, "zone"] = BadgePlace(zone.name, anchor.lon, anchor.lat, False)
        return places

    def _read_parents(self, version: str) -> Mapping[str, str]:
        """Return code → prefecture code of counties and zones."""
        del version
        return self._library.prefecture_of()

    def _read_residents(self, version: str) -> Mapping[str, float]:
        """Return residents aged 60 and over by county code."""
        del version
        return {code: float(n) for code, n in self._library.residents_60_plus().items()}

    def _shade(
        self, version: str, chosen: ProjectFilter, scope: Scope, shading: Shading
    ) -> Choropleth | None:
        """Shade counties by records named there; a county that nobody named is a true zero, not unknown."""
        if shading.kind == "none" or scope.level is not Level.COUNTY:
            return None
        counted = {
            row.code: sum(row.by_category.values())
            for row in self.area_rows(chosen)
            if row.level == Level.COUNTY
        }
        counts = {
            code: counted.get(code, 0)
            for (code, level), place in self._places(version, scope).items()
            if level == Level.COUNTY and place.within
        }
        if shading.kind == "count":
            return choropleth.by_count(counts, shading.title, shading.note, shading.unit)
        return choropleth.by_rate(counts, self._residents(version), shading.title, shading.note, shading.unit)

    def scenario_shares(self, chosen: ProjectFilter) -> tuple[ScenarioShare, ...]:
        """Return the modelled shares above zero of the townships that the filter's areas cover.

        The other fields of the filter say nothing about a model. Shares without a point are here too.
        """
        shares = (
            s for programme in self._library.slot_programmes() for s in self._library.scenario(programme)
        )
        return tuple(s for s in shares if s.slots and covers(chosen, s))

    def _slots(self, chosen: ProjectFilter) -> tuple[SlotSymbol, ...]:
        """Return the modelled shares that have a township point."""
        return tuple(
            SlotSymbol(s.township_code, s.lon, s.lat, s.slots, s.name)
            for s in self.scenario_shares(chosen)
            if s.lon is not None and s.lat is not None
        )

    def _lines(self, scope: Scope) -> tuple[LineMark, ...]:
        if scope.within is not None:
            return ()
        parts = tuple(
            tuple((float(x), float(y)) for x, y in line)
            for text in self._library.maritime_lines()
            for line in json.loads(text)["coordinates"]
        )
        return (LineMark("maritime", "maritime", parts),)


def only_placed(chosen: ProjectFilter) -> ProjectFilter | None:
    """Return the filter for records with a place of their own, None when the filter leaves those out.

    >>> only_placed(ProjectFilter(precision=(Precision.COUNTY,))) is None
    True
    """
    wanted = tuple(p for p in PLACED if not chosen.precision or p in chosen.precision)
    return chosen.with_(precision=wanted) if wanted else None


def _province_of(key: tuple[str, str], provinces: Mapping[str, str]) -> tuple[str, str]:
    """Return the province of a prefecture as code and level, any other area as it is."""
    code = provinces.get(key[0]) if key[1] == Level.PREFECTURE else None
    return (code, str(Level.PROVINCE)) if code else key
