"""The folium map: local files only, one element for all marks, a base that ignores the filter."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import folium
import pytest
from streamlit_folium import generate_js_hash, generate_leaflet_string

from layers import assets, folium_engine
from layers.scene import PointMark, Scene, area_layer
from tests.paths import ROOT

RING = [[[113, 24], [114, 24], [114, 25], [113, 24]]]
AREAS = area_layer(
    {
        "features": [
            {
                "properties": {"code": "440232", "name": "乳源"},
                "geometry": {"type": "Polygon", "coordinates": RING},
            }
        ]
    }
)
plugins: Any = importlib.import_module("folium.plugins")  # untyped
NASTY = "{{ 7*7 }}</script>${alert(1)}`"


def _scene(*names: str) -> Scene:
    points = tuple(PointMark(f"SG-{i}", 113, 24, "tcm", 1, "derived", n) for i, n in enumerate(names))
    return Scene(areas=AREAS, points=points, credit="审图号")


def _hash(scene: Scene) -> str:
    made = folium_engine.base(scene)
    made.get_root().render()
    return str(generate_js_hash(generate_leaflet_string(made), "k"))


def test_every_address_of_the_map_is_local() -> None:
    made = folium_engine.build(_scene("a"))
    page = made.get_root().render()
    assert "/app/static/leaflet/dist/leaflet.js" in page
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_the_frame_survives_a_filter_change() -> None:
    assert _hash(_scene("a")) == _hash(_scene("b", "c"))


def test_the_frame_changes_with_the_boundaries() -> None:
    assert _hash(_scene("a")) != _hash(Scene())


def test_traps_of_tiles_and_attribution() -> None:
    made = folium_engine.base(_scene())
    page = made.get_root().render()
    assert '"maxZoom": 18' in page
    assert '"attributionControl": false' in page
    assert not any(isinstance(c, folium.TileLayer) for c in made._children.values())


def test_marks_are_one_element_whatever_their_number() -> None:
    group = folium_engine.feature_group(_scene(*"abcdefgh"))
    assert len(group._children) == 1


def test_hostile_names_are_not_executed_by_the_second_rendering() -> None:
    page = folium_engine.build(_scene(NASTY)).get_root().render()
    assert '"n":["49' not in page
    assert "</script>${" not in page
    assert page.count("\\u007b{ 7*7 }}") == 1


def test_an_element_from_outside_raises() -> None:
    made = folium_engine.base(_scene())
    plugins.MiniMap().add_to(made)
    with pytest.raises(assets.AssetError, match=r"MiniMap would load http.*REGISTRY"):
        assets.check_map(made)


def test_registered_plugins_are_local() -> None:
    made = folium_engine.base(_scene())
    for plugin in (plugins.Draw(), plugins.Fullscreen(), plugins.FastMarkerCluster([])):
        plugin.add_to(made)
    assets.check_map(made)


def test_missing_files_are_named_in_one_sentence(tmp_path: Path) -> None:
    assert assets.missing(tmp_path) == list(assets.REQUIRED)
    assert "leaflet/dist/leaflet.js" in assets.start(tmp_path) and "make run" in assets.start(tmp_path)
    for name in assets.REQUIRED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert assets.start(tmp_path) == ""


def test_every_registered_file_is_fetched_by_the_set_up() -> None:
    wanted = json.loads((ROOT / "scripts" / "assets.json").read_text("utf-8"))
    fetched = {f"{package}/{name}" for package, names in wanted.items() for name in names}
    assert {name for one in assets.REGISTRY.values() for name in one.files} <= fetched
