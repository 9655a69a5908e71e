"""A bare page round the place editor, for browser tests.

Address parameters: ``place`` (none, point, line, area, parts), ``lang``, ``readonly``. What Python holds of
the place is printed for the tests to read.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import streamlit as st

from layers import assets
from tests.fake_desk import FakeDesk
from tests.ui.editing import shell
from views.editing import place_editor
from views.editing.place_editor import Where
from views.style import CSS

PLACES: dict[str, Any] = {
    "point": {"type": "Point", "coordinates": [113.25, 24.75]},
    "line": {"type": "LineString", "coordinates": [[113.2, 24.7], [113.25, 24.75], [113.3, 24.7]]},
    "area": {
        "type": "Polygon",
        "coordinates": [[[113.2, 24.7], [113.3, 24.7], [113.3, 24.8], [113.2, 24.7]]],
    },
    "parts": {"type": "MultiLineString", "coordinates": [[[113.2, 24.7], [113.3, 24.7]]] * 2},
}


def main() -> None:
    """Show the editor and what came of it."""
    st.set_page_config(page_title="harness", layout="wide")
    st.html(CSS)
    vars(place_editor)["STATIC"] = Path(__file__).parent / "static"
    assets.use_local()
    if "held" not in st.session_state:
        shape = PLACES.get(st.query_params.get("place", "none"))
        known = {"precision": 1, "method": "gps", "datum_entered": "wgs84"}
        st.session_state.held = {"geometry": shape, **known} if shape else None
        st.session_state.before = st.session_state.held
    office = shell(FakeDesk(), language=st.query_params.get("lang", "zh"))
    where = Where("440232", (), st.session_state.before, readonly=bool(st.query_params.get("readonly")))
    st.session_state.held = place_editor.draw(office, st.session_state.held, where, "p")  # type: ignore[arg-type]
    text = json.dumps(st.session_state.held, ensure_ascii=True).replace("<", "&lt;")
    st.html(f'<pre id="log">{text}</pre>')


main()
