"""One result of an analysis on the page: sentences first, then map, curves and tables, the conditions last.

Page, GeoJSON, workbook and picture are made from the same exhibit, so none of them says more than the others.
"""

from collections.abc import Callable
from functools import partial

import streamlit as st

from layers.html import element, escape
from layers.plot import curve_image
from projects.analysis.exhibit import Curve, Exhibit
from projects.codes import Basis
from projects.filters import ProjectFilter
from services.exhibit_scene import drawn
from views import manners
from views.analysis.exhibit import export as exhibit_export
from views.analysis.exhibit import map as exhibit_map
from views.analysis.exhibit import style as exhibit_style
from views.analysis.exhibit import tables as exhibit_tables
from views.i18n import Translate
from views.notices import notice
from views.shell import Shell, guarded


def draw(
    shell: Shell,
    exhibit: Exhibit,
    chosen: ProjectFilter,
    *,
    key: str,
    between: Callable[[], None] | None = None,
) -> None:
    """Draw a result; ``key`` is its own on the page, ``chosen`` the filter it was asked with.

    ``between`` draws what a page shows in a way of its own, after the sentences and before the map.

    Every part that fails says so in its place and leaves the others.
    """
    _ = shell.translate
    exhibit_style.draw()
    with st.container(key=f"{key}-exhibit", gap="small"):
        _head(shell, exhibit, chosen, key)
        if between is not None:
            guarded(between, _)
        listed = [table for table in exhibit.tables if table.shown and not table.folded]
        if listed and drawn(exhibit):
            manners.way_to_rows(_, exhibit_tables.anchor(key, listed[0]))
        exhibit_map.draw(shell, exhibit, chosen, key)
        for curve in exhibit.curves:
            guarded(partial(_curve, curve), _)
        for table in exhibit.tables:
            if table.shown:
                guarded(partial(exhibit_tables.draw, shell, table, key=key), _)
        st.html(conditions(exhibit, _))


def _curve(curve: Curve) -> None:
    st.html(element("div", curve_image(curve), class_="atlas-curve"))


def _head(shell: Shell, exhibit: Exhibit, chosen: ProjectFilter, key: str) -> None:
    """Draw title, files, what the result says, and the mark of what is modelled or invented."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(element("h3", escape(exhibit.title), class_="atlas-heading"), width="content")
        with st.container(horizontal=True, gap="small", width="content", key=f"{key}-files"):
            guarded(lambda: exhibit_export.draw(shell, exhibit, chosen, key=key), shell.translate)
    if exhibit.says:
        st.html(element("div", *(element("p", escape(one)) for one in exhibit.says), class_="atlas-says"))
    for sentence in marks(exhibit, shell.settings.demo, shell.translate):
        notice(sentence, "scenario")


def marks(exhibit: Exhibit, practice: bool, _: Translate) -> list[str]:
    """Return what has to be said of a result that is not counted from what is known."""
    said = [_("测算：本结果含模拟测算的数字，不是统计数据，也不是下达指标。")] if exhibit.modelled else []
    columns = (column for table in exhibit.tables for column in table.columns)
    if practice or exhibit.basis is Basis.DEMO or any(one.basis is Basis.DEMO for one in columns):
        said.append(_("演示：本结果含虚构的演示数据，不得引用。"))
    return said


def conditions(exhibit: Exhibit, _: Translate) -> str:
    """Return the quiet block as HTML: caveats, settings, date and sources of the data."""
    pairs = (
        element("div", element("dt", escape(one.title)), element("dd", escape(one.value)))
        for one in exhibit.parameters
    )
    day = exhibit.data_date.isoformat() if exhibit.data_date else _("未知")
    sources = (_("数据截至 {day}").format(day=day), *exhibit.sources)
    parts = [
        _block(_("使用前须知"), _list(exhibit.caveats)) if exhibit.caveats else "",
        _block(_("参数"), element("dl", *pairs)) if exhibit.parameters else "",
        _block(_("数据"), _list(sources)),
        element("p", escape(_("本页的网址就是这个结果的链接：参数都在里面。"))) if exhibit.link else "",
    ]
    return element("div", *parts, class_="atlas-quiet")


def _block(title: str, body: str) -> str:
    return element("h4", escape(title)) + body


def _list(sentences: tuple[str, ...]) -> str:
    return element("ul", *(element("li", escape(one)) for one in sentences))
