"""A bare Streamlit page round one map, for browser tests and for bench/repaint.py.

Address parameters: ``kind`` (rich, many, clustered, hostile, empty, national, overlay-…), ``n``, ``engine``.
The button 换一批 is the filter change; what the reader did is printed for the tests to read.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import streamlit as st

from layers import assets
from layers.engine import Engine
from layers.scene import Scene
from tests.ui.harness import overlay_scenes, scenes
from views.map.map_component import show_map


def _scene(kind: str, n: int, seed: int) -> Scene:
    """Return the scene the address asks for."""
    if kind == "clustered":
        view = st.session_state.get("view")
        bounds, zoom = (view.bounds, view.zoom) if view else (scenes.BOX, 9.0)
        return scenes.clustered(n, bounds, zoom, seed)
    if kind in ("rich", "many"):
        return {"rich": scenes.rich, "many": scenes.many}[kind](n, seed)
    if kind.startswith("overlay-"):
        return _overlays(kind.removeprefix("overlay-"), n)
    fixed = {"hostile": scenes.hostile, "national": scenes.national}
    return fixed[kind]() if kind in fixed else Scene(credit=scenes.CREDIT)


def _overlays(name: str, n: int) -> Scene:
    """Return the scene of an overlay kind; ``n=1`` makes it a modelled one."""
    fixed = {"field": overlay_scenes.field, "hostile": overlay_scenes.hostile}
    return fixed[name]() if name in fixed else overlay_scenes.kinds(name, modelled=n == 1)


def _engine() -> Engine | None:
    """Return the engine the address asks for, ``None`` for the automatic choice."""
    asked = st.query_params.get("engine")
    return asked if asked in ("folium", "component") else None  # type: ignore[return-value]


@st.fragment
def _map() -> None:
    """The map, its filter button and its log."""
    query = st.query_params
    kind, n = query.get("kind", "rich"), int(query.get("n", "40"))
    if st.button("换一批"):
        st.session_state.seed = st.session_state.get("seed", 1) + 1
    seed = st.session_state.get("seed", 1)
    scene = replace(_scene(kind, n, seed), selected=st.session_state.get("selected", ""))
    answer = show_map(scene, key="m", engine=_engine(), live=kind == "clustered", serial=seed)
    if answer.view:
        changed = answer.view != st.session_state.get("view")
        st.session_state.view = answer.view
        if changed:
            st.rerun(scope="fragment")
    if answer.click:
        st.session_state.setdefault("clicks", []).append(asdict(answer.click))
        if answer.click.kind == "project":
            st.session_state.selected = answer.click.id
    log = {"engine": answer.engine, "clicks": st.session_state.get("clicks", []), "view": str(answer.view)}
    st.html(f'<pre id="log">{json.dumps(log, ensure_ascii=True).replace("<", "&lt;")}</pre>')


def main() -> None:
    """Show the page."""
    st.set_page_config(page_title="harness", layout="wide")
    sentence = assets.start(Path(__file__).parent / "static")
    if sentence:
        st.error(sentence)
        return
    _map()


main()
