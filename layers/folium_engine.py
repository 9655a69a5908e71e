"""Engine 1: the scene as a folium map, for ``st_folium``.

``base(scene)`` is the map itself with boundaries, basemap and the drawing script; it depends on the
boundaries, basemap, credit and language alone, so that a filter change leaves the frame alive.
``feature_group(scene)`` is everything that changes with the filter, for ``feature_group_to_add``.

Traps met (folium 0.20, streamlit-folium 0.27): ``tiles=None`` needs ``maxZoom`` in camelCase; Leaflet's
attribution shows a flag, hence ``attribution_control=False`` and our own credit line; folium puts texts
into template literals, hence data only as JSON through :func:`layers.html.script_json`; one Python
object per point is what is slow, hence one element for the whole scene; a click on a marker carries no
id, hence marks answer ``toGeoJSON`` with their kind and id, which ``last_active_drawing`` returns.
"""

from __future__ import annotations

from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template

from layers.assets import check_map, use_local
from layers.html import script_json
from layers.leaflet_component import CSS, DRAWING
from layers.payload import full_json
from layers.scene import Scene

RETURNED = ("last_active_drawing",)
"""What st_folium has to return: the click, nothing else, so that panning costs no rerun."""


class _Drawing(MacroElement):
    """The style sheet, and the script that makes the atlas on the finished Leaflet map."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}<style>{{ this.css }}</style>{% endmacro %}
        {% macro script(this, kwargs) %}
            {{ this.script }}
            window.atlas = (function (map) {
                var box = map.getContainer();
                box.style.height = "100vh";
                var made = new (atlasKit()).Atlas(map, box);
                made.areasAtHand = {{ this.areas }};
                window.addEventListener("resize", function () { made.resized(); });
                return made;
            })({{ this._parent.get_name() }});
            window.atlas.map.invalidateSize({ animate: false });
        {% endmacro %}
        """
    )

    def __init__(self, scene: Scene) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "AtlasDrawing"
        self.css, self.script = CSS, DRAWING
        self.areas = script_json(scene.areas.geojson) if scene.areas else "null"


class _Marks(MacroElement):
    """The changing part of the scene, handed to the atlas of the base map."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            (function (scene) {
                if (scene.areas) scene.areas.geojson = window.atlas.areasAtHand;
                window.atlas.update(scene);
                document.body.dataset.drawn = scene.serial;
            })({{ this.data }});
        {% endmacro %}
        """
    )

    def __init__(self, data: str, whole_page: bool = False) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "AtlasMarks"
        self.data, self.whole_page = data, whole_page

    def render(self, **kwargs: Any) -> str:
        """Render for a saved page only: st_folium takes the script from the template directly.

        branca would compile the whole data as a Jinja template, which is half the time of a repaint.
        """
        if self.whole_page:
            super().render(**kwargs)  # type: ignore[no-untyped-call]
        return ""


def _centre(scene: Scene) -> tuple[float, float]:
    """Return (lat, lon) of the middle of the boundaries, of China without boundaries."""
    if scene.areas is None or scene.areas.bounds is None:
        return 35.0, 104.0
    west, south, east, north = scene.areas.bounds
    return (south + north) / 2, (west + east) / 2


def base(scene: Scene) -> folium.Map:
    """Return the folium map of the scene's boundaries, without marks.

    Make it anew for every run: ``st_folium`` hangs its feature groups into the object it is given, and a
    cached one would come back changed, which re-creates the frame. Making it costs milliseconds.

    Raises :class:`layers.assets.AssetError` when an element would load from a foreign host.
    """
    use_local()
    options: dict[str, Any] = {"maxZoom": 18, "minZoom": 3, "zoomSnap": 0.25, "fadeAnimation": False}
    made = folium.Map(
        location=_centre(scene),
        zoom_start=8,
        tiles=None,
        zoom_control=False,
        prefer_canvas=True,
        attribution_control=False,
        **options,
    )
    _Drawing(scene).add_to(made)
    check_map(made)
    return made


def feature_group(scene: Scene, serial: int = 0, whole_page: bool = False) -> folium.FeatureGroup:
    """Return everything that changes with a filter, for ``feature_group_to_add``.

    ``serial`` appears as ``data-drawn`` on the frame's body when the drawing is done, for tests;
    ``whole_page`` is for :func:`build`.
    """
    known = (scene.areas.key,) if scene.areas else ()
    group = folium.FeatureGroup(name="atlas", control=False)
    _Marks(script_json(full_json(scene, known, serial=serial)), whole_page).add_to(group)
    return group


def build(scene: Scene) -> folium.Map:
    """Return a complete map (base and marks), e.g. to be saved as one HTML page."""
    made = base(scene)
    feature_group(scene, whole_page=True).add_to(made)
    return made
