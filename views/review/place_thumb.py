"""A thumbnail of a moved place: where it was, where it is asked to be, how far, and the county's line."""

from base64 import b64encode

import streamlit as st

from gis.geodesy import distance_m
from layers.html import element, escape
from layers.place_thumb import Position, picture, rings
from projects.codes import Level
from projects.fields import JsonValue
from views import values
from views.shell import Shell


def metres(old: JsonValue, new: JsonValue) -> float | None:
    """Return how far a place moves, in metres; None where one of the two is no point."""
    start, end = values.lonlat(old), values.lonlat(new)
    return float(distance_m(start, end)) if start and end else None


def distance_words(shell: Shell, old: JsonValue, new: JsonValue) -> str:
    """Return how far a place moves, in words; empty when that cannot be said."""
    far = metres(old, new)
    if far is None:
        return ""
    text = f"{far:,.0f} m" if far < 10_000 else f"{far / 1000:,.1f} km"
    return shell.translate("移动 {distance}").format(distance=text)


def draw(shell: Shell, old: JsonValue, new: JsonValue, county: str) -> None:
    """Draw the thumbnail with its words and the distance."""
    _ = shell.translate
    image = picture(values.lonlat(old), values.lonlat(new), outline(shell, county))
    if not image:
        return
    legend = _("空心为原位置，实心为申请的位置，灰线为县界")
    far = distance_words(shell, old, new)
    words = element("p", escape("　".join(part for part in (far, legend) if part)), class_="atlas-muted")
    data = "data:image/svg+xml;base64," + b64encode(image.encode()).decode()
    st.html(element("img", src=data, alt=far or _("位置"), class_="atlas-thumb") + words)


def outline(shell: Shell, county: str) -> list[list[Position]]:
    """Return the county's display line as rings of positions, read once per version; empty for no county."""
    area = shell.library.area(county) if county else None
    if area is None or area.level is not Level.COUNTY:
        return []
    key = (shell.version, county)
    kept = st.session_state.get("thumb-outline")
    if kept is None or kept[0] != key:
        rows = shell.library.polygons(Level.COUNTY, county)
        lines = [list(ring) for row in rows for ring in rings(row["geometry"])]
        kept = st.session_state["thumb-outline"] = (key, lines)
    found: list[list[Position]] = kept[1]
    return found
