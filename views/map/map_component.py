"""Draw a scene in the page with the engine that suits it, and say what the reader did there.

The only file in which a scene meets Streamlit. The page calls :func:`show_map` inside ``st.fragment``
and gets back a plain :class:`MapAnswer`; which engine drew is not its business.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import streamlit as st
from streamlit.components.v2 import component
from streamlit_folium import st_folium

from layers import folium_engine, leaflet_component
from layers.engine import Engine, choose
from layers.events import Click, MapView, read_click, read_view
from layers.scene import Scene

HEIGHT_PX = 580
"""Height on a wide screen; at most 420 on a phone, by style sheet."""

_PHONE_CSS = """<style>
@media (max-width: 640px) { iframe[title^="streamlit_folium"] { height: 420px !important; } }
iframe[title^="streamlit_folium"] { border: 1px solid #D5DBE3; border-radius: 8px; }
</style>"""


@dataclass(frozen=True, slots=True)
class MapAnswer:
    """What the reader did: a *new* click (told once), and the view when the map reports it."""

    click: Click | None
    view: MapView | None
    engine: Engine


@cache
def _component() -> Any:
    """Register the component once per process."""
    engine = leaflet_component
    return component("atlas_map", html=engine.HTML, js=engine.JS)


def _state(key: str) -> MutableMapping[str, Any]:
    """Return this map's own corner of the session."""
    return cast(MutableMapping[str, Any], st.session_state.setdefault(f"{key}:map", {"sent": set()}))


def _fresh(key: str, click: Click | None) -> Click | None:
    """Return the click when it is a new one; Streamlit repeats the last answer on every rerun."""
    state = _state(key)
    if click is None or click == state.get("click"):
        return None
    state["click"] = click
    return click


def _nothing() -> None:
    """Do nothing: Streamlit hands over a value only where a callback is registered."""


def _show_component(scene: Scene, key: str, height: int, live: bool, serial: int) -> MapAnswer:
    """Draw with the own component; boundaries, drawing and words travel once per session."""
    sent: set[str] = _state(key)["sent"]
    made = leaflet_component.payload(scene, known=sent, live=live, height=height, serial=serial)
    result = _component()(
        key=key,
        data=made.data,
        on_click_change=_nothing,
        on_view_change=_nothing,
        on_missing_change=_nothing,
    )
    if result.get("missing"):  # a browser that lost a part asks for all again
        sent.clear()
        st.rerun(scope="fragment" if _in_fragment() else "app")
    sent.update(made.keys)
    return MapAnswer(read_click(result.get("click")), read_view(result.get("view")), "component")


def _in_fragment() -> bool:
    """Tell whether the present run is that of a fragment alone."""
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    context = get_script_run_ctx()
    return bool(context and context.fragment_ids_this_run)


def _show_folium(scene: Scene, key: str, height: int, serial: int) -> MapAnswer:
    """Draw with folium; the frame stays while the boundaries stay."""
    st.html(_PHONE_CSS)
    answer = st_folium(
        folium_engine.base(scene),
        key=key,
        height=height,
        use_container_width=True,
        feature_group_to_add=folium_engine.feature_group(scene, serial),
        returned_objects=list(folium_engine.RETURNED),
    )
    click = read_click((answer or {}).get("last_active_drawing"))
    return MapAnswer(_fresh(key, click), None, "folium")


def show_map(  # noqa: PLR0913 - all keywords, all with defaults but two
    scene: Scene,
    *,
    key: str,
    engine: Engine | None = None,
    live: bool = False,
    height: int = HEIGHT_PX,
    serial: int = 0,
) -> MapAnswer:
    """Draw the scene and return what the reader did since the last run.

    ``key`` must stay the same as long as the map is to keep its frame. ``engine`` is chosen by
    :func:`layers.engine.choose` unless given. ``live=True`` (own component only) makes the map report
    its view after each move. A click is returned once, in the run that it caused.
    """
    chosen = engine or choose(scene)
    if chosen == "folium":
        return _show_folium(scene, f"{key}-folium", height, serial)
    return _show_component(scene, f"{key}-own", height, live, serial)
