"""Where things cluster: ``clusters?show=density&eps=5``; one part at a time, all of it in the link."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import streamlit as st

from gis.errors import BadInput
from layers.html import element, escape
from projects.analysis.clusters import browsing, concentrating, ranking, scaling
from projects.analysis.clusters import density as clustering
from projects.analysis.clusters import settlement as against
from projects.analysis.size import check_size
from projects.filters import ParamIssue
from views import office_style, state, words
from views.analysis.clusters import browse as clusters_browse
from views.analysis.clusters import density as clusters_density
from views.analysis.clusters import industry as clusters_industry
from views.analysis.clusters import rates as clusters_rates
from views.analysis.clusters import scale as clusters_scale
from views.analysis.clusters import settlement as clusters_k
from views.analysis.clusters.asked import ADDRESS, Asked
from views.analysis.refusals.said import said as refused
from views.i18n import Translate
from views.map import filters
from views.notices import notice
from views.shell import Shell, guarded

Read = Callable[[Mapping[str, str]], tuple[object, list[ParamIssue]]]


class Part(NamedTuple):
    """One result of the page: how it is drawn, its own parameters, how they are read."""

    draw: Callable[[Shell, Asked], None]
    names: tuple[str, ...]
    read: Read
    records: bool = True
    """Whether it reads the records one by one, not only their numbers by county."""


PARTS: Final[Mapping[str, Part]] = {
    "density": Part(clusters_density.draw, clusters_density.NAMES, clustering.read),
    "industry": Part(clusters_industry.draw, clusters_industry.NAMES, concentrating.read, records=False),
    "rates": Part(clusters_rates.draw, clusters_rates.NAMES, ranking.read, records=False),
    "k": Part(clusters_k.draw, clusters_k.NAMES, against.read),
    "scale": Part(clusters_scale.draw, clusters_scale.NAMES, scaling.read),
    "browse": Part(clusters_browse.draw, clusters_browse.NAMES, browsing.read),
}


def draw(shell: Shell) -> None:
    """Draw the part that the address names, under the filter that all pages share."""
    _ = shell.translate
    office_style.draw()
    for found in (*ADDRESS.take_over(shell), *_unusable()):
        notice(words.param_issue(found, _))
    chosen = filters.ahead(shell)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="clusters-head"):
        st.html(element("h2", escape(_("聚集")), class_="atlas-title"), width="content")
        filters.draw_chips(shell, chosen)
    name = _part(shell)
    st.html(element("p", escape(abouts(_)[name]), class_="atlas-muted"))
    try:
        guarded(lambda: _draw_part(shell, Asked(shell, chosen), name), _)
    finally:
        with st.sidebar:
            filters.draw_filters(shell)
    ADDRESS.write(shell, chosen, ("show", *PARTS[name].names))


def _draw_part(shell: Shell, asked: Asked, name: str) -> None:
    """Draw a part; a filter that nothing matches, or a whole nation, has no answer to them."""
    try:
        if not asked.matched:
            raise BadInput("no record matches: widen the filter", code="no_records")
        if PARTS[name].records:
            check_size(asked.matched)
    except BadInput as error:
        notice(refused(error, shell.translate), "info")
        return
    PARTS[name].draw(shell, asked)


def _unusable() -> list[ParamIssue]:
    """Return what the address says and this page cannot use; afterwards the widgets say something else."""
    held = ADDRESS.held()
    name = ADDRESS.one_of("show", PARTS)
    issues = [] if held["show"] in PARTS else [ParamIssue("show", held["show"][:60], "not_in_list")]
    return [*issues, *PARTS[name].read(held)[1]]


def titles(_: Translate) -> dict[str, str]:
    """Return the names of the parts."""
    return {
        "density": _("密集群"),
        "industry": _("行业集中"),
        "rates": _("比率与显著性"),
        "k": _("与居民点比较"),
        "scale": _("面积尺度"),
        "browse": _("分布"),
    }


def abouts(_: Translate) -> dict[str, str]:
    """Return the question that each part answers."""
    return {
        "density": _("哪些项目彼此靠得近？按距离找密集群；只用有准确位置的记录。"),
        "industry": _("哪个县的哪类项目比别处多？只要知道在哪个县就能比。"),
        "rates": _("按人口算，哪些县多？差别说明什么？"),
        "k": _("项目的集中，是不是只因为人住得集中？"),
        "scale": _("同样的项目，按县看和按六边形看，结论一样吗？"),
        "browse": _("先看看记录在哪里；这里的图只供浏览，不下结论。"),
    }


def _part(shell: Shell) -> str:
    """Draw the choice of the part and return it; the address may name one."""
    _ = shell.translate
    names = titles(_)
    asked = ADDRESS.one_of("show", names)
    state.sync_captions(ADDRESS.key("show"), {names[asked]: asked})
    found = ADDRESS.widget(
        "show",
        asked,
        lambda key: st.segmented_control(
            _("看什么"),
            list(names),
            key=key,
            format_func=names.__getitem__,
            label_visibility="collapsed",
            required=True,
        ),
    )
    return str(found or asked)
