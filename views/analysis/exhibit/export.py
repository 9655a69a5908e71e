"""The files of an exhibit: workbook, GeoJSON and picture, made when they are clicked."""

from collections.abc import Callable
from typing import Final, cast

import streamlit as st

from data.exports import exhibit as files
from data.exports.request import ExportRequest, Language
from projects.analysis.exhibit import Exhibit
from projects.filters import ProjectFilter
from services import exhibit_picture
from services.exhibit_scene import drawn
from views.analysis.exhibit.map import wishes
from views.shell import Shell

TITLES: Final[dict[files.Kind, str]] = {"xlsx": "Excel", "geojson": "GeoJSON", "png": "PNG"}


def draw(shell: Shell, exhibit: Exhibit, chosen: ProjectFilter, *, key: str) -> None:
    """Draw the buttons of a result; what they give is made of the exhibit that stands on the page.

    A picture is of the map, so a result without one has none.
    """
    request = ExportRequest.of(
        shell.settings, chosen, language=cast(Language, shell.language), title=exhibit.title
    )
    for kind, make in _makers(shell, exhibit, request).items():
        st.download_button(
            TITLES[kind],
            data=make,
            file_name=files.file_name(request, exhibit, kind),
            mime=files.MEDIA_TYPES[kind],
            icon=":material/download:",
            key=f"{key}-{kind}",
            on_click="ignore",
        )
    if drawn(exhibit) and not exhibit_picture.available():
        st.caption(shell.translate("本机没有中文字体，不能生成 PNG 图片；Excel 和 GeoJSON 照常可用。"))


def _makers(shell: Shell, exhibit: Exhibit, request: ExportRequest) -> dict[files.Kind, Callable[[], bytes]]:
    """Return how each file that is offered is made."""
    library, scenes, wished = shell.library, shell.scenes, wishes(shell)
    found: dict[files.Kind, Callable[[], bytes]] = {
        "xlsx": lambda: files.exhibit_book(library, request, exhibit),
        "geojson": lambda: files.exhibit_geojson(library, request, exhibit),
    }
    if drawn(exhibit) and exhibit_picture.available():
        found["png"] = lambda: exhibit_picture.exhibit_png(library, scenes, request, wished, exhibit)
    return found
