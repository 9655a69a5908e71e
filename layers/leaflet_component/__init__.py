"""Engine 2: the strings of our own Streamlit component and the bytes it is fed.

``layers`` may not import Streamlit, so the two strings are registered by ``views.map.map_component``:
``component("atlas_map", html=HTML, js=JS)``. They travel with every run, so they are short; the drawing and
its style are parts of the payload that travel once per session. Leaflet itself comes from the static folder.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

from layers.parts import Packed, packed
from layers.scene import Scene

_HERE = Path(__file__).parent


def _read(name: str) -> str:
    """Return one of the files beside this one."""
    return (_HERE / name).read_text(encoding="utf-8")


LOAD = _read("load.js")
"""Loading scripts and styles from our own server, shared with the place editor."""
_PARTS = ("sprites.js", "draw.js", "overlays.js", "listing.js", "chrome.js", "boot.js")
DRAWING = "\n".join([LOAD, *map(_read, _PARTS)])
"""The drawing, shared by both engines: it is what makes them look the same."""

HTML: Final = _read("component.html")
CSS: Final = _read("atlas.css")
JS: Final = _read("starter.js")
KIT: Final = "\n".join((DRAWING, _read("component.js")))
"""What draws: a module that the starter loads from the payload."""
CODE: Final = {"kit": KIT, "style": CSS}


def payload(
    scene: Scene, *, known: Collection[str] = (), live: bool = False, height: int = 620, serial: int = 0
) -> Packed:
    """Return the scene as UTF-8 JSON for the component's ``data``, and the keys of the heavy parts in it.

    ``known``: keys of parts this browser session holds already (not sent again). ``live``: the
    component reports bounds and zoom after every move, for clusters made per view; without clusters
    leave it off, so that panning costs no rerun. A scene with ``cells`` reports nothing: the browser
    fetches the marks of each view from there. ``height`` in pixels (at most 420 on a narrow screen).
    ``serial`` comes back as ``data-drawn`` on the element when the drawing is done, for tests.
    """
    return packed(scene, known, code=CODE, live=live, height=height, serial=serial)
