"""What the coverage page asks of storage, once per version of the data, filter and settings."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final, TypeVar, cast

import streamlit as st

from gis.errors import BadInput
from projects.analysis.coverage.choosing import (
    MOST_AREAS,
    CoverageSettings,
    area_codes,
    gathered,
    gathered_townships,
    outlines,
    places_only,
)
from projects.analysis.coverage.clinics import VillageClinics, village_clinics
from projects.analysis.coverage.inputs import answer
from projects.analysis.coverage.results import Answer
from projects.analysis.coverage.services import Services, services
from projects.analysis.exhibit import GeoJson
from projects.analysis.inputs import Areas, LayerInfo, LayerKind, Townships
from projects.analysis.size import check_size
from projects.filters import ProjectFilter
from views import words
from views.analysis.coverage.frame import Frame, point
from views.shell import Shell

T = TypeVar("T")
SLOT: Final = "coverage-answers"
KINDS: Final = (LayerKind.SETTLEMENTS, LayerKind.POPULATION, LayerKind.ROADS)
PROVINCE: Final = "0000"
NAMED: Final = 4


class Asked:
    """The questions of one run of the page, under one filter."""

    def __init__(self, shell: Shell, chosen: ProjectFilter) -> None:
        self._shell, self.chosen = shell, chosen

    @property
    def guessed(self) -> bool:
        """Whether the filter names no area."""
        return not area_codes(self.chosen)

    @property
    def within(self) -> tuple[str, ...]:
        """The areas of the filter, else the prefectures in which most of its records lie.

        A county of a municipality stands for itself: nobody loaded a plan about all the others.

        Raises BadInput ``no_area`` when nothing says where, ``no_records`` when nothing matches at all,
        ``too_many_records`` for more than are read at a time.
        """
        check_size(self._once("matched", lambda: self._shell.library.count(places_only(self.chosen)).matched))
        found = area_codes(self.chosen) or self._once("within", self._prefectures)
        if not found and not self._shell.library.count(self.chosen).matched:
            raise BadInput("no record matches: widen the filter", code="no_records")
        if not found:
            raise BadInput(
                "no record under these conditions lies in a county; choose an area", code="no_area"
            )
        return found

    def _prefectures(self) -> tuple[str, ...]:
        counts: dict[str, int] = {}
        for area in self._shell.library.area_counts(self.chosen):
            code = self._home(area.code, area.level)
            if area.level in ("county", "prefecture") and self._shell.library.area(code) is not None:
                counts[code] = counts.get(code, 0) + area.total
        most = sorted(counts, key=lambda code: (-counts[code], code))[:MOST_AREAS]
        return tuple(sorted(most))

    def _home(self, code: str, level: str) -> str:
        """Return the prefecture of an area, or the county itself where that is the whole municipality.

        What is known to a municipality only is in none of its counties: "".
        """
        library = self._shell.library
        above, province = library.area(f"{code[:4]}00"), library.area(f"{code[:2]}{PROVINCE}")
        alone = above is None or (province is not None and province.name == above.name)
        if not alone:
            return f"{code[:4]}00"
        return code if level == "county" else ""

    @property
    def areas(self) -> Areas:
        """The county units."""
        port = self._shell.analysis
        return self._once("areas", lambda: gathered([port.areas(code) for code in self.within]))

    @property
    def outlines(self) -> tuple[GeoJson | None, ...]:
        """Their display boundaries, in their order."""
        return self._once("outlines", lambda: outlines(self.areas))

    @property
    def townships(self) -> Townships:
        """The township-level units."""
        port = self._shell.analysis
        return self._once(
            "townships", lambda: gathered_townships([port.townships(code) for code in self.within])
        )

    @property
    def seats(self) -> dict[str, GeoJson]:
        """Positions of the seats that are known, by code."""
        found = self.townships
        return {
            code: point(lon, lat)
            for code, (lon, lat) in zip(found.codes, found.lonlat.tolist(), strict=True)
            if lon == lon and lat == lat  # noqa: PLR0124 - not a number is not itself
        }

    def services(self, bed_categories: Sequence[str]) -> Services:
        """Return records and beds by county and township."""
        return self._once(
            ("services", tuple(bed_categories)),
            lambda: services(
                self._shell.library.stream(places_only(self.chosen)),
                self.areas,
                self.townships,
                bed_categories,
            ),
        )

    @property
    def clinics(self) -> VillageClinics:
        """Village clinics by township and county."""
        port = self._shell.analysis
        return self._once(
            "clinics",
            lambda: village_clinics(
                row for code in self._below_province() for row in port.clinic_cover(code)
            ),
        )

    def _below_province(self) -> tuple[str, ...]:
        """Return counties and prefectures: a province stands for its prefectures."""
        if not any(code.endswith(PROVINCE) for code in self.within):
            return self.within
        found = {one or code for one, code in zip(self.areas.prefectures, self.areas.codes, strict=True)}
        return tuple(sorted(found))

    @property
    def layers(self) -> tuple[LayerInfo, ...]:
        """Loaded places and roads one may use."""
        return self._shell.analysis.layers(KINDS)

    def answer(self, settings: CoverageSettings) -> Answer:
        """Return distance coverage, computed while the page waits."""
        port, params = self._shell.analysis, tuple(sorted(settings.params().items()))
        return self._once(("answer", params), lambda: answer(port, self.chosen, settings, self.within))

    @property
    def frame_area(self) -> str:
        """The areas in words, the first few."""
        library = self._shell.library
        names = [area.name for code in self.within if (area := library.area(code)) is not None]
        return words.joined(names[:NAMED], self._shell.language) + (" …" if len(names) > NAMED else "")

    def frame(self, settings: CoverageSettings) -> Frame:
        """Return the circumstances of a result."""
        shell = self._shell
        day = self._once("newest", lambda: shell.analysis.newest(places_only(self.chosen)))
        return Frame(
            shell.translate,
            shell.language,
            settings,
            self.chosen,
            self.frame_area,
            day,
            shell.demo,
            self.guessed,
            {one.id: f"{one.name} · {one.source}" for one in self.layers},
        )

    def _once(self, question: Hashable, ask: Callable[[], T]) -> T:
        """Ask unless the same was asked of the same data; the slot holds one filter at a time."""
        mark = (self._shell.version, self._shell.token, self.chosen, self._shell.language)
        held = st.session_state.get(SLOT)
        if held is None or held[0] != mark:
            held = st.session_state[SLOT] = (mark, {})
        answers: dict[Hashable, Any] = held[1]
        if question not in answers:
            answers[question] = ask()
        return cast(T, answers[question])
