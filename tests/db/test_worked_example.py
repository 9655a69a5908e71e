"""The worked example of the guide: every figure it prints, computed again from its own links.

Real boundaries, census, township seats and library; nothing is made up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pytest

from data.database import Database
from data.store.analysis.adapter import PostgisAnalysis
from data.store.library import PostgisLibrary
from gis.concentration import LEAST
from gis.errors import BadInput
from projects.analysis import universe
from projects.analysis.clusters import concentrating, density, ranking
from projects.analysis.coverage import choosing
from projects.analysis.coverage import inputs as coverage_inputs
from projects.analysis.coverage.services import services
from projects.analysis.demand import Missing
from projects.analysis.siting import inputs as siting_inputs
from projects.analysis.siting import settings as siting_settings
from projects.analysis.siting import solving
from projects.analysis.siting.choosing import Effort
from projects.analysis.siting.result import Result
from projects.codes import Category
from projects.counts import AreaCount
from projects.filters import ProjectFilter, from_params
from tests.paths import ROOT
from views.analysis.clusters.clusters_page import PARTS

pytestmark = pytest.mark.db

CITY = "440200"
LINK = re.compile(r"`((?:clusters|coverage|siting)\?[^`]+)`")
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
NO_TEXT = re.compile(r"!?\[[^\]]*\]\([^)]*\)|`[^`]*`")
"""Pictures, links and code: their numbers are names."""
THOROUGH = Effort(60.0, 30.0, 3)
"""Time enough to prove each part, whatever the machine; the page proves them within its two seconds."""


class Chapter:
    """The chapter in one language: its text, its links, its numbers in order."""

    def __init__(self, language: str) -> None:
        path = ROOT / "docs" / "guide" / language / "20-shaoguan.md"
        self.text = path.read_text("utf-8")

    @property
    def links(self) -> list[str]:
        return LINK.findall(self.text)

    @property
    def numbers(self) -> list[str]:
        lines = [line for line in self.text.splitlines() if not line.startswith(("#", "|---"))]
        return NUMBER.findall(NO_TEXT.sub("", "\n".join(lines)))


@pytest.fixture(params=["zh", "en"])
def chapter(request: pytest.FixtureRequest) -> Chapter:
    return Chapter(str(request.param))


@dataclass
class Asked:
    """What one link of the chapter asks for."""

    page: str
    params: dict[str, str]

    @property
    def chosen(self) -> ProjectFilter:
        found, issues = from_params(self.params)
        assert not issues
        return found


def asked(link: str) -> Asked:
    page, _, query = link.partition("?")
    return Asked(page, dict(parse_qsl(query)))


def plain(value: float, digits: int = 0) -> str:
    return f"{value:,.{digits}f}"


class Example:
    """The steps of the chapter, each computed once from the link that stands there."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.analysis = PostgisAnalysis(database, "", folder)
        self.library = PostgisLibrary(database)
        self.links = [asked(link) for link in Chapter("zh").links]

    def step(self, number: int) -> Asked:
        return self.links[number]

    @cached_property
    def sitings(self) -> list[Result]:
        found = []
        for one in self.links[6:]:
            settings, issues = siting_settings.read(one.params)
            assert one.page == "siting" and not issues
            inputs = siting_inputs.gather(self.analysis, one.chosen, settings)
            assert solving.small(inputs)
            found.append(solving.answer(inputs, THOROUGH))
        return found

    @cached_property
    def counts(self) -> Sequence[AreaCount]:
        return self.library.area_counts(self.step(4).chosen)

    @cached_property
    def ranked(self) -> ranking.Ranking:
        one = self.step(4)
        settings, issues = ranking.read(one.params)
        assert not issues
        parents, documents = self.library.prefecture_of(), self.library.document_areas()
        found = universe.universe(one.chosen, settings.among, documents, parents, self.counts)
        areas = universe.gather(lambda code: self.analysis.areas(code, ring=True), found)
        return ranking.rank(areas, universe.counted(self.counts), settings)

    @cached_property
    def industry(self) -> concentrating.Industry:
        return concentrating.concentrate(self.library.area_counts(self.step(5).chosen))

    # ---- the numbers of each part, in the order in which both languages print them ----

    def there(self) -> list[str]:
        chosen, areas = self.step(0).chosen, self.analysis.areas(CITY)
        found = services(
            self.library.stream(choosing.places_only(chosen)), areas, self.analysis.townships(CITY),
            (Category.ELDERLY_CARE,),
        )  # fmt: skip
        counties, lacking = len(found.counties), found.lacking()
        assert found.beds.finished == 0
        return [
            str(areas.census_year), str(counties), plain(areas.population.sum()),
            "60", plain(areas.aged_60_plus.sum()), "65", plain(areas.aged_65_plus.sum()),
            str(found.beds.records), str(found.beds.beds_known), "0",
            str(len(Category)), str(counties), str(len(Category) * counties),
            str(sum(map(len, lacking.values()))),
            str(sum(len(one) == counties for one in lacking.values())),
        ]  # fmt: skip

    def places(self) -> list[str]:
        one = self.step(2)
        settings, issues = choosing.settings_of(one.params)
        assert not issues and settings.limit == 15.0
        with pytest.raises(BadInput) as refused:
            coverage_inputs.answer(self.analysis, one.chosen, settings, [CITY])
        assert refused.value.code == "no_placed_facilities"
        placed = self.analysis.placed(self.step(3).chosen)
        with pytest.raises(BadInput, match="only one"):
            density.cluster(placed, density.read(self.step(3).params)[0])
        left = (placed.left_out[3], placed.left_out[4], placed.left_out[5] + placed.left_out.get(0, 0))
        return [str(n) for n in (refused.value.values["matched"], placed.matched, len(placed), *left)]

    def rates(self) -> list[str]:
        found = self.ranked
        table = [number for row in self.rate_rows() for number in NUMBER.findall(row)]
        inside = int(found.events.sum())
        return [
            "95", *table, str(len(found.codes)), "95", str(found.not_below_best), str(inside),
            str(universe.beyond(self.counts)),
        ]  # fmt: skip

    def rate_rows(self) -> list[str]:
        found, rates = self.ranked, self.ranked.rates
        return [
            f"| {rates.rank[row]} | {found.names[row]} | {found.events[row]} | {plain(found.people[row])} "
            f"| {rates.rate[row]:.2f} | {rates.low[row]:.2f}–{rates.high[row]:.2f} |"
            for row in found.order
        ]

    def shares(self) -> list[str]:
        found = self.industry
        column = found.column("hot_spring_town")
        assert column is not None and found.result.small[:, column].all()
        row = int(np.nanargmax(found.result.quotient[:, column]))
        assert found.names[row] == "新丰县"
        springs = str(found.counts[row, column])
        share, quotient = found.result.share[row, column], found.result.quotient[row, column]
        return [
            str(found.totals[row]), springs, f"{100 * share:.1f}", f"{quotient:.2f}",
            str(found.counts[:, column].sum()), str(LEAST), springs,
        ]  # fmt: skip

    def sites(self) -> list[str]:
        best, villages, roads = self.sitings
        seats, ground = self.analysis.townships(CITY), best.ground
        assert best.proved and best.gap == 0.0 and ground.modelled and not villages.ground.modelled
        assert ground.missing_people + best.people == self.analysis.areas(CITY).population.sum()
        (other,) = best.others
        shorter, longer = best.changes
        assert (shorter.stay, longer.stay) == ((3,), ())
        return [
            str(len(best.sites)), "15",
            str(len(seats.codes)), str(ground.candidates), str(ground.candidates_out["no_position"]),
            str(ground.missing[Missing.NO_POSITION]), str(ground.missing[Missing.NO_VILLAGES]),
            str(best.places), plain(best.people), plain(ground.missing_people),
            plain(best.people + ground.missing_people), str(len(best.kept)),
            *(number for row in self.site_rows() for number in NUMBER.findall(row)),
            plain(best.after), plain(best.bound or 0.0),
            f"{100 * other.worse_by:.1f}", plain(other.objective),
            "20", plain(shorter.radius_m / 1000), plain(shorter.same), plain(shorter.best),
            "20", plain(longer.radius_m / 1000), plain(longer.same), plain(longer.best),
            plain(best.worst.people), km(best.worst.mean_m), km(best.worst.to_m),
            plain(villages.people), plain(villages.after), share(villages.after, villages.people),
            self.step(8).params["detour"], plain(roads.after), share(roads.after, roads.people),
        ]  # fmt: skip

    def site_rows(self) -> list[str]:
        rows, covered = [], 0.0
        for one in self.sitings[0].sites:
            covered += one.newly
            part = share(covered, self.sitings[0].people)
            rows.append(f"| {one.number} | {one.name} | {one.county_name} | {plain(one.newly)} | {part}% |")
        return rows

    def said(self) -> list[str]:
        best = self.sitings[0]
        return ["15", share(best.after, best.people)]

    def numbers(self) -> list[str]:
        parts = (self.there, self.places, self.rates, self.shares, self.sites, self.said)
        return [number for part in parts for number in part()]


def km(metres: float | None) -> str:
    assert metres is not None
    return f"{metres / 1000:.1f}"


def share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f}"


@pytest.fixture(scope="module")
def example(library_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Example:
    return Example(library_database, tmp_path_factory.mktemp("layers"))


def test_every_number_printed_is_the_one_computed(chapter: Chapter, example: Example) -> None:
    assert chapter.numbers == example.numbers()


def test_rows_and_names_stand_together(chapter: Chapter, example: Example) -> None:
    missing = [row for row in (*example.rate_rows(), *example.site_rows()) if row not in chapter.text]
    assert not missing
    for found in example.sitings[1:]:
        names = [one.name for one in found.sites]
        assert "、".join(names) in chapter.text or ", ".join(names) in chapter.text
    (swap,) = example.sitings[0].others[0].taken
    assert swap.name in chapter.text


def test_both_languages_give_the_same_links_and_the_pages_know_them() -> None:
    zh, en = Chapter("zh").links, Chapter("en").links
    assert zh == en and len(zh) == 9
    for one in map(asked, zh):
        assert one.chosen == ProjectFilter(prefecture=(CITY,))
        assert set(one.params) <= {"prefecture"} | known(one)


def known(one: Asked) -> set[str]:
    """Return the parameters of a page; those of the coverage page must be read as they are written."""
    if one.page == "clusters":
        return {"show", *PARTS[one.params["show"]].names}
    if one.page == "siting":
        return set(siting_settings.usual())
    settings, issues = choosing.settings_of(one.params)
    assert not issues and str(settings.show) == one.params["show"]
    return set(choosing.texts(settings))
