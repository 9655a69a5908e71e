"""The map of a pack: a sheet of A4 or A3 as PDF and PNG, and small maps of single counties for slides.

The PDF begins with the map of everything; where that spans several prefectures, a sheet of each follows. A
record counts in exactly one area of a map, or among those of no known area, which are listed by name.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from data.exports.request import PRACTICE
from layers.labels import labels
from layers.palette import PRINT_FROM_NONE, ordered, sign_of
from layers.picture.column import Listing
from layers.picture.plain import plain_png
from layers.picture.sheet import Sheet, pdf, png
from layers.picture.small import Locator
from layers.scene import Bounds, Inset, Scene
from projects.codes import Level, Precision
from projects.filters import ProjectFilter
from projects.summary import Summary
from services.map_parts import AreaRow, Shading, Wishes
from services.pack.bench import PAPERS, Bench, Held
from services.pack.maps.words import Words

NATION: Final[Bounds] = (73.5, 3.0, 135.1, 53.6)
"""The whole country with its southern islands."""

MOST_SHEETS: Final = 12
LEAST_RECORDS: Final = 2
"""A prefecture gets a sheet of its own from so many records; a single one is on the first sheet."""


def map_pdf(bench: Bench, path: Path) -> Held:
    """Write the map as PDF: everything on the first sheet, then a sheet for each prefecture."""
    whole = _whole(bench)
    sheets = [whole.sheet(bench)]
    for chosen in _parts(whole):
        bench.step(bench.pick(f"正在绘制地图（{len(sheets) + 1}）", f"drawing the map ({len(sheets) + 1})"))
        sheets.append(_Drawn.of(bench, chosen).sheet(bench))
    path.write_bytes(pdf(sheets, sheets[0].title))
    return Held(whole.records, whole.detail | {"sheets": len(sheets)})


def map_png(bench: Bench, path: Path) -> Held:
    """Write the map of everything as PNG of 300 dots per inch."""
    whole = _whole(bench)
    path.write_bytes(png(whole.sheet(bench)))
    return Held(whole.records, whole.detail)


def county_map_png(bench: Bench, county_code: str, width_px: int) -> bytes:
    """Return a small map of one county with its records of the filter, 0.72 times as high as wide.

    A county without records, or one that nobody knows, is drawn all the same.
    """
    ids = tuple(record.id for record in _of_county(bench, county_code))
    place, wishes = ProjectFilter(county=(county_code,)), _wishes(bench)
    scenes = bench.scenes
    scene = scenes.scene(place.with_(ids=ids), wishes) if ids else scenes.ground(place, wishes)
    words = Words(bench)
    placed = scene.points or scene.stacks or scene.clusters
    credit = " · ".join([words.credit, *([words.gazetteer] if placed else [])])
    shown = replace(scene, choropleth=None, selected=county_code)
    return plain_png(shown, [*_signs(scene), credit], width_px)


def _whole(bench: Bench) -> "_Drawn":
    """Return the map of everything, in the words of the filter that was asked for."""
    bench.step(bench.pick("正在绘制地图", "drawing the map"))
    return replace(_Drawn.of(bench, _narrowed(bench)), asked=bench.request.chosen)


def _of_county(bench: Bench, code: str) -> Iterator[Summary]:
    """Yield the records of the filter that lie in a county; those that merely touch it belong elsewhere."""
    chosen = bench.request.chosen
    free = not chosen.county or code in chosen.county
    nearer = chosen.with_(county=(code,)) if free else chosen
    return (record for record in bench.library.stream(nearer) if record.county_code == code)


def _signs(scene: Scene) -> Sequence[str]:
    """Return one line that tells the signs of the single records on a map."""
    codes = [p.category for p in scene.points] + [m.category for m in scene.lines]
    counts = Counter(code for code in (*codes, *(m.category for m in scene.shapes)) if code)
    names = scene.labels.signs
    return ["　".join(f"{sign_of(code).glyph} {names.get(code, code)}" for code, _ in ordered(counts))]


def _wishes(bench: Bench) -> Wishes:
    """Return what a printed map is wished to show: shaded by number, without a basemap from elsewhere."""
    words = Words(bench)
    return Wishes(labels=labels(bench.words), credit=words.credit, shading=Shading("count", *words.shading))


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The map of one filter: its scene, its areas with their records, the records of no known area."""

    chosen: ProjectFilter
    asked: ProjectFilter
    """The filter in whose words the sheet says what it is of."""
    scene: Scene
    rows: tuple[AreaRow, ...]
    lost: tuple[Summary, ...]
    within: str | None

    @classmethod
    def of(cls, bench: Bench, chosen: ProjectFilter) -> "_Drawn":
        """Read everything that a sheet needs."""
        scene = bench.scenes.scene(chosen, _wishes(bench))
        return cls(
            chosen=chosen,
            asked=chosen,
            scene=_on_paper(bench, scene, chosen),
            rows=bench.scenes.area_rows(chosen),
            lost=_lost(bench, chosen),
            within=bench.scenes.scope(chosen).within,
        )

    @property
    def records(self) -> int:
        """The records accounted for: counted in an area, or listed as being in none."""
        return sum(sum(row.by_category.values()) for row in self.rows) + len(self.lost)

    @property
    def detail(self) -> dict[str, int]:
        """What is drawn at a place of its own, and what is known to an area only."""
        only_here = sum(row.only_here for row in self.rows)
        return {
            "placed": self.records - only_here - len(self.lost),
            "areas_only": only_here,
            "no_area": len(self.lost),
        }

    @property
    def known(self) -> Counter[str]:
        """All records by category."""
        counts = Counter(record.category for record in self.lost)
        for row in self.rows:
            counts.update(row.by_category)
        return counts

    def sheet(self, bench: Bench) -> Sheet:
        """Return the sheet as it is printed."""
        words = Words(bench)
        name = words.area_name(self.chosen, self.within)
        heading = replace(bench.request, title=bench.request.title or words.title(name)).heading
        if bench.request.title and name:
            heading += f" · {name}"
        return Sheet(
            scene=self.scene,
            title=heading,
            credit=words.credit,
            says=words.says(self.asked, bench.library.count(self.chosen)),
            notes=words.notes(self.chosen, self.lost, placed=self.detail["placed"] > 0),
            listing=Listing(words.listing_title, self._listed(words), words.more),
            locator=self._locator(bench),
            known=self.known,
            mark=PRACTICE[bench.request.language].split(bench.pick("，", ","))[0]
            if bench.request.practice
            else "",
            logo=_logo(bench),
            size_mm=PAPERS[bench.paper],
        )

    def _listed(self, words: Words) -> tuple[tuple[str, int], ...]:
        """Return areas and numbers, the largest first; an area that holds the others is told apart.

        Neighbours of the counties that were asked for are not listed: nobody counted there, it is no 0.
        """
        finest = self.rows[0].level if self.rows else ""
        asked = self.asked.county
        named = [
            (words.row_name(row, coarser=row.level not in (finest, "zone")), sum(row.by_category.values()))
            for row in self.rows
            if not asked or row.code in asked or any(row.by_category.values())
        ]
        lost = [(words.no_area, len(self.lost))] if self.lost else []
        return (*sorted(named, key=lambda row: -row[1]), *lost)

    def _locator(self, bench: Bench) -> Locator | None:
        """Return the map of the province around a prefecture, of the country around a province."""
        if self.within is None:
            return None
        area = bench.library.area(self.within)
        province = area.province_code if area else None
        wishes = _wishes(bench)
        if area and province and area.level is Level.PREFECTURE:
            ground = bench.scenes.ground(ProjectFilter(province=(province,)), wishes)
            around = bench.library.area(province)
            if ground.areas and ground.areas.bounds and around:
                return Locator(ground.areas, frozenset({self.within}), around.name, ground.areas.bounds)
        ground = bench.scenes.ground(ProjectFilter(), wishes)
        title = bench.pick("全国", "China")
        here = frozenset({self.within, str(province)})
        return Locator(ground.areas, here, title, NATION, ground.lines) if ground.areas else None


def _on_paper(bench: Bench, scene: Scene, chosen: ProjectFilter) -> Scene:
    """Return a scene in colours that print, with the title of its inset in the language of the pack.

    Where counties were asked for, nobody counted in their neighbours: shading would show those as 0.
    """
    shading = None if chosen.county else scene.choropleth
    inset = Inset(bench.pick("南海诸岛", "South China Sea islands")) if scene.inset else None
    printed = replace(shading, colours=PRINT_FROM_NONE) if shading else None
    ringed = chosen.county[0] if len(chosen.county) == 1 else ""
    return replace(scene, choropleth=printed, inset=inset, selected=ringed)


def _lost(bench: Bench, chosen: ProjectFilter) -> tuple[Summary, ...]:
    """Return the records that are known to lie in no area at all."""
    if chosen.precision and Precision.UNLOCATED not in chosen.precision:
        return ()
    unlocated = chosen.with_(precision=(Precision.UNLOCATED,))
    return tuple(r for r in bench.library.stream(unlocated) if not _area_of(r))


def _area_of(record: Summary) -> str | None:
    """Return the finest area of a record, as the areas of a map count it."""
    return record.county_code or record.zone_id or record.prefecture_code or record.province_code


def _narrowed(bench: Bench) -> ProjectFilter:
    """Return the filter, told where to look when a basket lies in one prefecture or province.

    A filter of picked records names no area: its map would be that of the nation.
    """
    chosen = bench.request.chosen
    if bench.scenes.scope(chosen).within is not None:
        return chosen
    rows = bench.scenes.area_rows(chosen)
    matched = bench.library.count(chosen).matched
    areas = [area for area in (bench.library.area(row.code) for row in rows) if area]
    prefectures = {area.prefecture_code or area.code for area in areas}
    provinces = {area.province_code for area in areas}
    for field, codes in (("prefecture", prefectures), ("province", provinces)):
        if len(codes) == 1 and not getattr(chosen, field):
            nearer = chosen.with_(**{field: tuple(codes)})
            if bench.library.count(nearer).matched == matched:
                return nearer
    return chosen


def _parts(whole: _Drawn) -> list[ProjectFilter]:
    """Return the filters of the further sheets: the areas of the first one, those with most records first."""
    rows = [r for r in whole.rows if r.level in ("prefecture", "province") and r.code != whole.within]
    counted = [(sum(row.by_category.values()), row) for row in rows]
    kept = sorted((pair for pair in counted if pair[0] >= LEAST_RECORDS), key=lambda pair: -pair[0])
    if whole.rows and whole.rows[0].level == "county":
        return []
    return [_within(whole.chosen, row) for _, row in kept[:MOST_SHEETS]]


def _within(chosen: ProjectFilter, row: AreaRow) -> ProjectFilter:
    """Return the filter within one area."""
    return chosen.with_(**{row.level: (row.code,)})


def _logo(bench: Bench) -> Path | None:
    """Return the office's logo where it is a picture of dots; a drawing (SVG) is for pages only."""
    file = bench.template.logo
    return file if file is not None and file.suffix.lower() in (".png", ".jpg", ".jpeg") else None
