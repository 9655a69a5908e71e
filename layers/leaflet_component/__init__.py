"""Engine 2: the strings of our own Streamlit component and the bytes it is fed.

``layers`` may not import Streamlit, so the three strings are registered by ``views.map.map_component``:
``component("atlas_map", html=HTML, css=CSS, js=JS)``. Leaflet itself comes from the static folder.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from layers.payload import full_json
from layers.scene import Scene

_HERE = Path(__file__).parent


def _read(name: str) -> str:
    """Return one of the files beside this one."""
    return (_HERE / name).read_text(encoding="utf-8")


LOAD = _read("load.js")
"""Loading scripts and styles from our own server, shared with the place editor."""
_PARTS = ("sprites.js", "draw.js", "overlays.js", "chrome.js", "boot.js")
DRAWING = "\n".join([LOAD, *map(_read, _PARTS)])
"""The drawing, shared by both engines: it is what makes them look the same."""

HTML = _read("component.html")
CSS = _read("atlas.css")
JS = "\n".join((DRAWING, _read("component.js")))


def payload(
    scene: Scene, *, known: Collection[str] = (), live: bool = False, height: int = 620, serial: int = 0
) -> bytes:
    """Return the scene as UTF-8 JSON for the component's ``data``.

    ``known``: keys of boundaries this browser session holds already (not sent again). ``live``: the
    component reports bounds and zoom after every move, for clusters made per view; without clusters
    leave it off, so that panning costs no rerun. ``height`` in pixels (at most 420 on a narrow screen).
    ``serial`` comes back as ``data-drawn`` on the element when the drawing is done, for tests.
    """
    return full_json(scene, known, live=live, height=height, serial=serial).encode("utf-8")
