"""Which browser files the maps need, where they are served, and what is missing.

Offline rule: a map that asks a foreign host for one script is a blank map without a word. So every
folium class in use has its ``default_js`` / ``default_css`` set once, at start-up, to files below
``/app/static`` (Streamlit's static folder); a class that is not in the table may not be used and makes
:func:`check_map` raise. The files come from pinned npm packages and are fetched by the set-up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import folium
import folium.plugins
from branca.element import Element

PREFIX = "/app/static/"


class AssetError(RuntimeError):
    """A map file is missing, or an element would fetch one from a foreign host."""


@dataclass(frozen=True, slots=True)
class AssetSet:
    """The scripts and styles of one folium class, as paths below the static folder, in loading order."""

    scripts: tuple[str, ...]
    styles: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """All files of the set."""
        return self.scripts + self.styles


LEAFLET_JS, LEAFLET_CSS = "leaflet/dist/leaflet.js", "leaflet/dist/leaflet.css"
HEAT_JS = "leaflet.heat/dist/leaflet-heat.js"
"""Loaded by the drawing script of both engines when the first heat overlay is drawn, never before."""

REGISTRY: dict[type, AssetSet] = {
    # folium adds Bootstrap, Font Awesome and three more style sheets to every map (about 700 kB);
    # our signs are drawn by ourselves, so a map loads Leaflet, and jQuery for folium's own popups.
    folium.Map: AssetSet((LEAFLET_JS, "jquery/dist/jquery.min.js"), (LEAFLET_CSS,)),
    folium.plugins.Draw: AssetSet(
        ("leaflet-draw/dist/leaflet.draw.js",), ("leaflet-draw/dist/leaflet.draw.css",)
    ),
    folium.plugins.Fullscreen: AssetSet(
        ("leaflet.fullscreen/Control.FullScreen.js",), ("leaflet.fullscreen/Control.FullScreen.css",)
    ),
    folium.plugins.HeatMap: AssetSet((HEAT_JS,)),
    folium.plugins.MarkerCluster: AssetSet(
        ("leaflet.markercluster/dist/leaflet.markercluster.js",),
        (
            "leaflet.markercluster/dist/MarkerCluster.css",
            "leaflet.markercluster/dist/MarkerCluster.Default.css",
        ),
    ),
}
"""folium class → its local files. Subclasses inherit the entry of their nearest parent."""

REQUIRED: tuple[str, ...] = REGISTRY[folium.Map].files
"""Files without which no map is drawn at all."""


def url(path: str) -> str:
    """Return the address of a file of the static folder.

    >>> url("leaflet/dist/leaflet.js")
    '/app/static/leaflet/dist/leaflet.js'
    """
    return PREFIX + path


def _links(paths: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return folium's (name, address) pairs."""
    return [(path, url(path)) for path in paths]


def use_local() -> None:
    """Point every registered folium class to its local files. Call once at start-up; harmless twice."""
    for cls, files in REGISTRY.items():
        cls.default_js = _links(files.scripts)  # type: ignore[attr-defined]
        cls.default_css = _links(files.styles)  # type: ignore[attr-defined]


def missing(static: Path) -> list[str]:
    """Return the required files that the static folder lacks, in loading order."""
    return [path for path in REQUIRED if not (static / path).is_file()]


def missing_sentence(static: Path) -> str:
    """Return the sentence to show when files are missing, the empty string when all are there."""
    lacking = missing(static)
    if not lacking:
        return ""
    names = "、".join(lacking)
    head = f"地图组件缺少 {len(lacking)} 个文件（{names}）。"
    return head + "请重新运行 make run 补齐后刷新页面；列表和导出照常可用。"


def _elements(element: Element) -> Iterator[Element]:
    """Walk an element tree."""
    yield element
    for child in element._children.values():
        yield from _elements(child)


def _addresses(element: Any) -> Iterator[str]:
    """Yield the addresses an element would load."""
    for name in ("default_js", "default_css"):
        yield from (address for _, address in getattr(element, name, None) or [])


def check_map(element: Element) -> None:
    """Raise :class:`AssetError` when any element of the tree would load from outside the static folder."""
    for one in _elements(element):
        for address in _addresses(one):
            if not address.startswith(PREFIX):
                msg = (
                    f"{type(one).__name__} would load {address}: add the class with local files to "
                    "layers.assets.REGISTRY, or do without it"
                )
                raise AssetError(msg)


def start(static: Path) -> str:
    """Make folium local and return the sentence about missing files ("" when nothing is missing)."""
    use_local()
    return missing_sentence(static)
