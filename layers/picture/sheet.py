"""A map to be printed: one sheet of A4 or A3 lying on its long side, as PDF or PNG.

Left the map with scale, north arrow and a small map of where it lies; right the legend and the list of areas
with their numbers, so that an area whose badge found no room is still there; below the notes, sources and the
credit. Type and lines grow with the sheet. Lengths in inches unless they say otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from layers.fonts import wrap
from layers.palette import WATER
from layers.picture import furniture
from layers.picture.column import Column, Listing
from layers.picture.gathering import Placed, gathered
from layers.picture.map import area_corners, draw_inset, draw_scene
from layers.picture.paper import POINTS, Box, Paper, heavier, write
from layers.picture.placing import Rect
from layers.picture.small import Locator, draw_locator, locator_size
from layers.scene import Bounds, Counts, Scene

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MM = 25.4
DPI = 300
_A4 = 297 / MM
_MARGIN, _COLUMN, _GUTTER = 0.4, 3.05, 0.18
_TITLE, _SAYS, _NOTE = 18.0, 9.0, 7.4
_INSET = (1.15, 1.5)
_QUIET = "#51606E"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What stands on one sheet; all texts are plain.

    ``says`` stands under the title, ``notes`` under the map, a paragraph each; ``mark`` is printed across the
    map (practice data). ``known``: the records by sign, for the legend. ``logo``: a PNG or JPEG.
    """

    scene: Scene
    title: str
    credit: str
    says: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    listing: Listing | None = None
    locator: Locator | None = None
    known: Counts | None = None
    mark: str = ""
    logo: Path | None = None
    size_mm: tuple[float, float] = (297.0, 210.0)


def png(sheet: Sheet, dpi: int = DPI) -> bytes:
    """Return one sheet as PNG, its size in dots per inch written into it.

    Raises :class:`projects.errors.SetupIncomplete` when there is no Chinese font.
    """
    return _drawn(sheet, dpi).png({"Title": sheet.title, "Copyright": sheet.credit})


def pdf(sheets: Sequence[Sheet], title: str) -> bytes:
    """Return the sheets as one PDF, a page each, with the used letters of the font embedded.

    Raises :class:`projects.errors.SetupIncomplete` when there is no Chinese font.
    """
    import matplotlib
    from matplotlib.backends.backend_pdf import PdfPages

    matplotlib.rcParams["pdf.fonttype"] = 42  # TrueType: searchable; Type 3 prints badly on old machines
    out = BytesIO()
    with PdfPages(out, metadata={"Title": title, "Creator": None, "Producer": None}) as pages:
        for sheet in sheets:
            pages.savefig(_drawn(sheet, 72, searchable=True).figure)
    return out.getvalue()


def _drawn(sheet: Sheet, dpi: int, *, searchable: bool = False) -> Paper:
    """Lay out and draw a sheet."""
    wide, tall = (length / MM for length in sheet.size_mm)
    paper = Paper(wide, tall, round(wide * dpi), searchable=searchable)
    plan = _Plan(sheet, wide, tall)
    page = paper.axes((0, 0, wide, tall))
    _write_head(page, plan)
    _write_foot(page, plan)
    scene = _draw_map(paper, plan)
    left, bottom, width, height = plan.map
    beside = (left + width + _GUTTER * plan.scale, bottom, plan.column_width, height)
    Column(scene, sheet.known, sheet.listing, beside, plan.scale).draw(paper)
    return paper


class _Plan:
    """The texts of a sheet broken into lines, and where the map stands."""

    def __init__(self, sheet: Sheet, wide: float, tall: float) -> None:
        self.sheet, self.wide, self.tall = sheet, wide, tall
        self.scale: float = min((wide / _A4) ** 0.7, 1.5)
        self.margin = _MARGIN * self.scale
        self.logo = self._logo_box()
        room = (wide - 2 * self.margin) * POINTS
        beside = room - (self.logo[2] * POINTS + 12 if self.logo else 0)
        self.title = _at_most(2, wrap(sheet.title, _TITLE * self.scale, beside))
        self.says = _at_most(4, _wrapped(sheet.says, _SAYS * self.scale, beside))
        said = _wrapped([sheet.credit], _NOTE * self.scale, room)
        self.foot = [*_at_most(10, _wrapped(sheet.notes, _NOTE * self.scale, room)), *said]
        self.column_width = _COLUMN * self.scale
        self.map = self._map_box()

    def _logo_box(self) -> Box | None:
        """Return where the logo stands in the upper right corner."""
        if self.sheet.logo is None:
            return None
        high, wide = 0.5 * self.scale, 1.6 * self.scale
        return self.wide - self.margin - wide, self.tall - self.margin - high, wide, high

    @property
    def head_height(self) -> float:
        """Height of title and what stands under it."""
        return (len(self.title) * 0.34 + len(self.says) * 0.18 + 0.08) * self.scale

    @property
    def foot_height(self) -> float:
        """Height of the notes and the credit."""
        return (len(self.foot) * 0.142 + 0.1) * self.scale

    def _map_box(self) -> Box:
        bottom = self.margin + self.foot_height
        width = self.wide - 2 * self.margin - self.column_width - _GUTTER * self.scale
        return self.margin, bottom, width, self.tall - self.margin - self.head_height - bottom


def _wrapped(paragraphs: Sequence[str], size: float, room: float) -> list[str]:
    """Return the lines of several paragraphs; empty ones take no room."""
    return [line for text in paragraphs if text.strip() for line in wrap(text, size, room)]


def _at_most(count: int, lines: list[str]) -> list[str]:
    """Return the first lines, the last of them ending in an ellipsis when there were more."""
    return lines if len(lines) <= count else [*lines[: count - 1], lines[count - 1][:-1] + "…"]


def _write_head(page: Axes, plan: _Plan) -> None:
    """Write the title and what stands under it, and the logo."""
    y, scale = plan.tall - plan.margin, plan.scale
    for line in plan.title:
        write(page, plan.margin, y, line, _TITLE * scale, va="top", path_effects=heavier())
        y -= 0.34 * scale
    for line in plan.says:
        write(page, plan.margin, y, line, _SAYS * scale, va="top", color=_QUIET)
        y -= 0.18 * scale
    if plan.logo and plan.sheet.logo:
        _draw_logo(page, plan.sheet.logo, plan.logo)


def _draw_logo(page: Axes, file: Path, box: Box) -> None:
    """Draw a picture into a box, at its upper right, keeping its proportions."""
    from matplotlib.image import imread

    picture = imread(file)
    tall, wide = picture.shape[:2]
    left, bottom, width, height = box
    shown = min(width / wide, height / tall)
    at = (left + width - wide * shown, left + width, bottom + height - tall * shown, bottom + height)
    limits = page.get_xlim(), page.get_ylim()
    page.imshow(picture, extent=at, aspect="auto", zorder=2)
    page.set(xlim=limits[0], ylim=limits[1])


def _write_foot(page: Axes, plan: _Plan) -> None:
    """Write notes and credit upwards from the lower edge: the credit is never what is cut off."""
    y = plan.margin
    for line in reversed(plan.foot):
        write(page, plan.margin, y, line, _NOTE * plan.scale, va="bottom", color=_QUIET)
        y += 0.142 * plan.scale


def _draw_map(paper: Paper, plan: _Plan) -> Scene:
    """Draw the map with everything in its frame; return the scene as it was drawn."""
    sheet, (left, bottom, width, height) = plan.sheet, plan.map
    corner = _corner(plan)
    axes = paper.axes(plan.map, zorder=1)
    furniture.ground(axes, corner.bounds, WATER if sheet.scene.inset else furniture.OUTSIDE)
    scene = _legible(sheet.scene, corner.bounds, width, height)
    draw_scene(axes, scene, _taken(width, height, corner.box), size=8.5 * plan.scale)
    _limits(axes, corner.bounds)
    deco = paper.axes(plan.map, zorder=3)
    furniture.scale_bar(deco, corner.bounds, width, scene.labels)
    furniture.north_arrow(deco, height, scene.labels)
    if sheet.mark:
        across = {"ha": "center", "va": "center", "rotation": 30, "color": "#9C1F1F", "alpha": 0.16}
        write(deco, width / 2, height / 2, sheet.mark, min(60.0, width * 60 / len(sheet.mark)), **across)
    furniture.frame(deco, width, height)
    if corner.box:
        x, y, wide, tall = corner.box
        _draw_small(paper, sheet, (left + x, bottom + y, wide, tall))
    return scene


def _limits(axes: Axes, bounds: Bounds) -> None:
    """Set the limits again: what is drawn may have moved them."""
    axes.set(xlim=(bounds[0], bounds[2]), ylim=(bounds[1], bounds[3]))


def _legible(scene: Scene, bounds: Bounds, width: float, height: float) -> Scene:
    """Return the scene with what would cover each other gathered, as large as it is drawn."""
    west, south, east, north = bounds
    return gathered(scene, (width * POINTS / (east - west), height * POINTS / (north - south)))


@dataclass(frozen=True, slots=True)
class _Corner:
    """Where the small map stands in the large one, and the bounds that leave room for it."""

    box: Box | None
    bounds: Bounds


def _corner(plan: _Plan) -> _Corner:
    """Find a corner for the small map that covers no mark; else the map itself makes room at its right."""
    scene, (_, _, width, height) = plan.sheet.scene, plan.map
    asked = furniture.extent(scene)
    bounds = furniture.filling(asked, width, height)
    if scene.inset is None and plan.sheet.locator is None:
        return _Corner(None, bounds)
    wide, tall = (
        length * plan.scale for length in (_INSET if scene.inset else locator_size(plan.sheet.locator))
    )
    x, low, high = width - wide - 0.1, 0.1, height - tall - 0.1
    for y in (low,) if scene.inset else (low, high):
        box = (x, y, wide, tall)
        if not _covers(box, scene, bounds, width, height):
            return _Corner(box, bounds)
    return _Corner((x, low, wide, tall), furniture.filling(asked, width, height, wide + 0.2))


def _covers(box: Box, scene: Scene, bounds: Bounds, width: float, height: float) -> bool:
    """Tell whether a box (inches, in the map) hides a mark, a badge, or a piece of an area."""
    west, south, east, north = bounds
    marks: list[Placed] = [*scene.points, *scene.stacks, *scene.clusters, *scene.slots, *scene.badges]
    at = [np.array([(mark.lon, mark.lat) for mark in marks]).reshape(-1, 2)]
    if scene.areas and not scene.inset:
        at.append(area_corners(scene.areas))
    x, y = ((np.concatenate(at) - (west, south)) / (east - west, north - south) * (width, height)).T
    left, bottom, wide, tall = box
    across = (x >= left - 0.12) & (x <= left + wide + 0.12)
    return bool((across & (y >= bottom - 0.12) & (y <= bottom + tall + 0.12)).any())


def _taken(width: float, height: float, box: Box | None) -> list[Rect]:
    """Return what no label may cover, in points from the lower left corner of the map."""
    taken = [Rect(0, 0, (width / 4 + 0.6) * POINTS, 0.45 * POINTS)]
    taken.append(Rect(0, (height - 0.8) * POINTS, 0.6 * POINTS, height * POINTS))
    if box:
        x, y, wide, tall = (length * POINTS for length in box)
        taken.append(Rect(x, y, x + wide, y + tall))
    return taken


def _draw_small(paper: Paper, sheet: Sheet, box: Box) -> None:
    """Draw the southern islands of a national map, else where the map lies."""
    national = sheet.scene.inset or (sheet.locator and sheet.locator.lines)
    axes = furniture.inset_axes(paper, box, WATER if national else furniture.OUTSIDE)
    if sheet.scene.inset:
        draw_inset(axes, replace(sheet.scene, choropleth=None), sheet.scene.inset)
    elif sheet.locator:
        draw_locator(axes, sheet.locator, box[2], box[3])
