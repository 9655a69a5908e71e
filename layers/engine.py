"""Which of the two engines draws a scene. Same scene, same look, same legend, same clicks."""

from __future__ import annotations

from typing import Literal

from layers.scene import Scene

Engine = Literal["folium", "component"]

FOLIUM_LIMIT = 2000
"""Clickable things folium carries well; above, the own component with clusters made in the database."""


def choose(scene: Scene, limit: int = FOLIUM_LIMIT) -> Engine:
    """Return the engine for a scene: folium to ``limit`` clickable things, else the own component.

    A live scene and one with clusters always go to the component: clusters are re-made per view, and
    folium has no way to ask for them without a rerun of its frame.
    """
    return "component" if scene.live or scene.clusters or scene.clickable > limit else "folium"
