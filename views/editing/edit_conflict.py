"""Two people changed the same: what it was, mine, theirs, a choice for each; nothing of either is lost."""

from collections.abc import Mapping, Sequence

import streamlit as st

from layers.html import element, escape
from projects.filing.form import Clash
from views import values
from views.notices import notice
from views.shell import Shell


def draw(shell: Shell, clashes: Mapping[str, Sequence[Clash]], key: str) -> dict[str, set[str]] | None:
    """Draw the clashes by record (heading → clashes); once decided, return the paths where mine stands."""
    _ = shell.translate
    count = sum(len(found) for found in clashes.values())
    notice(
        _(
            "您填写期间，有人改了同样的内容（{n} 处）。您填的都还在；请逐处选择以哪一个为准，然后重新提交。"
        ).format(n=count)
    )
    mine: dict[str, set[str]] = {}
    open_ones = 0
    for heading, found in clashes.items():
        if heading:
            st.html(element("h4", escape(heading), class_="atlas-subsection"))
        for clash in found:
            chosen = _choice(shell, clash, f"{key}:{heading}:{clash.path}")
            open_ones += chosen is None
            if chosen == "mine":
                mine.setdefault(heading, set()).add(clash.path)
    pressed = st.button(
        _("按所选继续"), key=f"{key}:settle", type="primary", icon=":material/check:", disabled=open_ones > 0
    )
    if open_ones:
        st.caption(_("还有 {n} 处没有选择。").format(n=open_ones))
    return mine if pressed else None


def _choice(shell: Shell, clash: Clash, key: str) -> str | None:
    """Draw one clash with its two answers; nothing is chosen beforehand."""
    _ = shell.translate
    titles = (_("原来"), _("您填的"), _("别人改成"))
    shown = zip(titles, (clash.old, clash.mine, clash.theirs), strict=True)
    rows = [
        element(
            "tr", element("th", escape(title)), element("td", escape(values.words(shell, clash.path, value)))
        )
        for title, value in shown
    ]
    with st.container(border=True):
        st.html(
            element("h3", escape(values.title(shell, clash.path)), class_="atlas-heading")
            + element("table", *rows, class_="atlas-facts")
        )
        names = {"mine": _("用我填的"), "theirs": _("用别人改的")}
        return st.radio(
            values.title(shell, clash.path).translate({ord(c): None for c in "[]$:`*_~"}),
            list(names),
            index=None,
            key=key,
            horizontal=True,
            label_visibility="collapsed",
            format_func=names.__getitem__,
        )
