"""The page *Coverage*: ``coverage?show=reach&limit=5``: who has how much, and who lives too far away."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import streamlit as st

from gis.errors import BadInput
from layers.html import element, escape
from projects.analysis.coverage.choosing import CoverageSettings, See, Show
from projects.analysis.coverage.inputs import is_long
from projects.analysis.coverage.results import Answer
from projects.analysis.exhibit import Exhibit
from projects.codes import Category, Precision
from views import ways, words
from views.analysis.coverage import access as coverage_exhibit_access
from views.analysis.coverage import circles as coverage_exhibit_circles
from views.analysis.coverage import clinics as coverage_exhibit_clinics
from views.analysis.coverage import job as coverage_job
from views.analysis.coverage import matrix as coverage_exhibit_matrix
from views.analysis.coverage import people as coverage_exhibit_people
from views.analysis.coverage import reach as coverage_exhibit_reach
from views.analysis.coverage import settings as coverage_settings
from views.analysis.coverage.asked import Asked
from views.analysis.coverage.frame import Frame
from views.analysis.coverage.settings import ADDRESS
from views.analysis.coverage.words import left_out_words
from views.analysis.exhibit import style as exhibit_style
from views.analysis.exhibit import view as exhibit_view
from views.analysis.refusals import said as bad_words
from views.map import filters
from views.notices import notice
from views.shell import Shell, guarded

VAGUE: Final = (Precision.TOWNSHIP, Precision.COUNTY, Precision.REGION, Precision.UNLOCATED)
"""What may not enter a distance."""
SEEN: Final[Mapping[See, Callable[[Answer, Frame], Exhibit]]] = {
    See.BANDS: coverage_exhibit_reach.exhibit,
    See.FACILITIES: coverage_exhibit_access.catchments,
    See.ACCESS: coverage_exhibit_access.access,
    See.CIRCLES: coverage_exhibit_circles.circle_exhibit,
    See.CARE: coverage_exhibit_circles.care_exhibit,
}


def draw(shell: Shell) -> None:
    """Draw the whole page: title and filter, the switch, then one part."""
    _ = shell.translate
    exhibit_style.draw()
    coverage_job.adopt(shell)
    for found in coverage_settings.take_over(shell):
        notice(words.param_issue(found, _))
    early = filters.ahead(shell)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="coverage-head"):
        st.html(element("h2", escape(_("覆盖")), class_="atlas-title"), width="content")
        filters.draw_chips(shell, early)
    with st.sidebar:
        chosen = filters.draw_filters(shell)
    asked = Asked(shell, chosen)
    show = coverage_settings.choose_part(shell)
    try:
        _answered(shell, lambda: PARTS[show](shell, asked))
    finally:
        ADDRESS.write(shell, chosen)


def _answered(shell: Shell, draw_part: Callable[[], None]) -> None:
    """Draw a part; what has no honest answer is a sentence, and no number stands beside it."""

    def one() -> None:
        try:
            draw_part()
        except BadInput as error:
            notice(bad_words.said(error, shell.translate), "warning")
            _refused_records(shell, error)

    guarded(one, shell.translate)


def _refused_records(shell: Shell, error: BadInput) -> None:
    """Draw the way to the records whose places are too vague, when that is why there is no answer."""
    params = error.values.get("filter")
    if error.values.get("left_out") and isinstance(params, dict):
        way = ways.anchor(shell, shell.translate("看这些记录"), ways.MAP, **_vague(params))
        st.html(element("p", way, class_="atlas-muted"))


def _vague(params: Mapping[str, str]) -> dict[str, str]:
    return dict(params) | {"precision": ",".join(str(int(one)) for one in VAGUE)}


def _people(shell: Shell, asked: Asked) -> None:
    settings = coverage_settings.choose_people(shell)
    found = asked.services((str(settings.beds),))
    frame = asked.frame(settings)
    drawn = coverage_exhibit_people.exhibit(found, asked.outlines, frame, asked.areas.census_year)
    _show(shell, asked, drawn)


def _matrix(shell: Shell, asked: Asked) -> None:
    settings = coverage_settings.held()
    found, frame = asked.services((str(settings.beds),)), asked.frame(settings)
    drawn = coverage_exhibit_matrix.exhibit(found, asked.outlines, frame)
    between = partial(_matrix_html, shell, asked, frame)
    exhibit_view.draw(shell, drawn, asked.chosen, key="coverage", between=between)


def _matrix_html(shell: Shell, asked: Asked, frame: Frame) -> None:
    """Draw the matrix with ways to the records: empty cells are marked."""
    _ = shell.translate
    found = asked.services((str(frame.settings.beds),))
    st.html(coverage_exhibit_matrix.html(shell, found, frame))
    st.html(element("p", escape(_("○ 没有记录；点数字看记录。")), class_="atlas-under"))


def _clinics(shell: Shell, asked: Asked) -> None:
    frame = asked.frame(coverage_settings.held())
    shapes = dict(zip(asked.areas.codes, asked.outlines, strict=True))
    names = dict(zip(asked.areas.codes, asked.areas.names, strict=True))
    drawn = coverage_exhibit_clinics.exhibit(asked.clinics, shapes, asked.seats, names, frame)
    _show(shell, asked, drawn)


def _reach(shell: Shell, asked: Asked) -> None:
    see = coverage_settings.choose_reach(shell)
    settings = coverage_settings.choose_distance(shell, asked.chosen, asked.layers)
    found = _computed(shell, asked, settings)
    if found is None:
        return
    _left_out(shell, found, asked.frame(settings))
    _show(shell, asked, SEEN[see](found, asked.frame(settings)))


def _computed(shell: Shell, asked: Asked, settings: CoverageSettings) -> Answer | None:
    """Return the answer: at once, or that of a job; None while there is none."""
    if is_long(shell.analysis, settings) or coverage_job.watched(shell):
        return coverage_job.answer(shell, asked, settings)
    with st.spinner(shell.translate("正在计算……")):
        return asked.answer(settings)


def _left_out(shell: Shell, found: Answer, frame: Frame) -> None:
    """Say how many records are placed too vaguely, with the way to them."""
    said = left_out_words(found, frame)
    if not said:
        return
    params = _vague(found.facilities)
    if frame.settings.see is See.CARE:
        params["category"] = f"{Category.ELDERLY_CARE},{Category.HOSPITAL}"
    way = ways.anchor(shell, frame.translate("看这些记录"), ways.MAP, **params)
    st.html(element("p", escape(said), " ", way, class_="atlas-muted"))


def _show(shell: Shell, asked: Asked, exhibit: Exhibit) -> None:
    exhibit_view.draw(shell, exhibit, asked.chosen, key="coverage")


PARTS: Final[Mapping[Show, Callable[[Shell, Asked], None]]] = {
    Show.PEOPLE: _people,
    Show.MATRIX: _matrix,
    Show.CLINICS: _clinics,
    Show.REACH: _reach,
}
"""What the page shows, one part at a time: each asks its own questions only."""
