"""What waits for this reviewer on other pages: proposals of plans and catalogues, reported figures."""

import streamlit as st

from layers.html import element, escape
from projects.plans.editions import EditionKind
from views import ways
from views.shell import Shell


def waiting(shell: Shell) -> tuple[tuple[str, str, int], ...]:
    """Return page, title and number for every page on which something waits for this identity."""
    _ = shell.translate
    found = (
        ("rolling", _("滚动计划"), shell.editions.waiting(EditionKind.ROLLING_PLAN)),
        ("catalogue", _("招商目录"), shell.editions.waiting(EditionKind.CATALOGUE)),
        ("indicators", _("指标填报"), shell.targets.waiting()),
    )
    return tuple(one for one in found if one[2])


def draw(shell: Shell) -> None:
    """Draw one line with links to the pages on which something waits; nothing when nothing does."""
    links = [ways.anchor(shell, f"{title} {n}", page) for page, title, n in waiting(shell)]
    if links:
        words = escape(shell.translate("另有待审定的："))
        st.html(element("p", words, *(part for link in links for part in (" ", link)), class_="atlas-rowbox"))
