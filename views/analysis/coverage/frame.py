"""What every exhibit of the coverage page shares: words, settings, area, date, and the link to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from projects.analysis.coverage.choosing import CoverageSettings
from projects.analysis.exhibit import GeoJson, Parameter
from projects.codes import Basis
from projects.filters import ProjectFilter
from views import words
from views.i18n import Translate


@dataclass(frozen=True, slots=True)
class Frame:
    """The circumstances of a result; ``area`` is its area in words."""

    translate: Translate
    language: str
    settings: CoverageSettings
    chosen: ProjectFilter
    area: str
    data_date: date | None
    demo: bool = False
    guessed: bool = False
    """The filter names no area: those in which its records lie were taken."""
    sources: Mapping[int, str] = field(default_factory=dict)
    """Loaded layer → its name and where it comes from, as whoever loaded it said."""

    @property
    def link(self) -> Mapping[str, str]:
        """The address parameters that make this result again."""
        return {**self.chosen.to_params(), "show": str(self.settings.show), **self.settings.params()}

    @property
    def title_of_area(self) -> str:
        """The area for a title."""
        return self.area or self.translate("全部地区")

    def basis(self, own: Basis = Basis.DERIVED) -> Basis:
        """Return the basis of a result: everything of a practice database is a demonstration."""
        return Basis.DEMO if self.demo else own

    def area_parameter(self) -> Parameter:
        """Return the area as a parameter."""
        return Parameter("area", self.translate("范围"), self.title_of_area)

    def guessed_words(self) -> tuple[str, ...]:
        """Return the caveat that the area was not chosen by anybody."""
        if not self.guessed:
            return ()
        said = self.translate("没有选地区：按有记录的地区计算（{area}）。要看别的地区，请在左边选。")
        return (said.format(area=self.area),)

    def listed(self, names: tuple[str, ...], most: int = 8) -> str:
        """Join names, the first ones, with how many more there are."""
        more = self.translate("等 {n} 个").format(n=len(names)) if len(names) > most else ""
        return words.joined(names[:most], self.language) + (f" {more}" if more else "")


def point(lon: float, lat: float) -> GeoJson:
    """Return a GeoJSON point."""
    return {"type": "Point", "coordinates": [lon, lat]}


def percent(part: float, whole: float) -> str:
    """Return a share with one decimal, a dash where there is no whole.

    >>> percent(1, 3), percent(0, 0)
    ('33.3%', '—')
    """
    return f"{100.0 * part / whole:.1f}%" if whole else "—"


def class_of(value: float | None, edges: tuple[float, ...], *, zero: bool = False) -> int | None:
    """Return the class of a value between fixed edges; with ``zero`` nought is a class of its own, the first.

    >>> class_of(0.7, (0.5, 1.0), zero=True), class_of(0.0, (0.5,), zero=True), class_of(None, (1.0,))
    (2, 0, None)
    """
    if value is None:
        return None
    found = sum(value >= edge for edge in edges)
    if not zero:
        return found
    return 0 if value == 0 else found + 1


def classes_in_words(edges: tuple[float, ...], zero: str = "") -> list[str]:
    """Return the words of the classes of ``class_of``; ``zero`` are those of nought.

    >>> classes_in_words((0.5, 1.0), zero="0")
    ['0', '< 0.5', '0.5–1', '≥ 1']
    """
    inner = [f"{low:g}–{high:g}" for low, high in pairwise(edges)]
    return [*([zero] if zero else []), f"< {edges[0]:g}", *inner, f"≥ {edges[-1]:g}"]
