"""Published editions as frozen packs: their permanent address, and the button that freezes one."""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.packs import KIND, Pack, edition_arguments
from projects.plans.editions import Edition, EditionKind, EditionState
from services.pack.web.routes import edition_path
from views import marks, values, ways
from views.packs import words
from views.packs.links import absolute
from views.shell import Shell

SHOWN: Final = 30
ROOMS: Final = {EditionKind.CATALOGUE: "catalogue", EditionKind.ROLLING_PLAN: "rolling"}


def draw(shell: Shell) -> None:
    """List the published editions that anybody may see, with the address of those that are frozen."""
    _ = shell.translate
    st.html(element("h3", escape(_("已公布版本的材料")), class_="atlas-heading"))
    st.caption(_("已公布的招商目录和滚动计划冻结成材料后，地址永久不变，内容不再改动，附与上一版的差异。"))
    published = _published(shell)
    if not published:
        st.caption(_("还没有已公布的版本。"))
        return
    frozen = shell.packs.editions([one.id for one in published[:SHOWN]])
    st.html(_table(shell, published[:SHOWN], frozen))
    if len(published) > SHOWN:
        st.caption(_("还有 {n} 个较早的版本，见招商目录和滚动计划页。").format(n=len(published) - SHOWN))


def _published(shell: Shell) -> list[Edition]:
    """Return the published editions of both kinds, newest first."""
    found = [one for kind in ROOMS for one in shell.editions.editions(kind)]
    return sorted(
        (one for one in found if one.state is EditionState.PUBLISHED),
        key=lambda one: (one.decided_at or one.proposed_at, one.id),
        reverse=True,
    )


def _table(shell: Shell, editions: Sequence[Edition], frozen: Mapping[int, Pack]) -> str:
    _ = shell.translate
    head = "".join(
        element("th", escape(h)) for h in (_("版本"), _("地区"), _("项目"), _("公布"), _("永久地址"))
    )
    rows = "".join(_row(shell, one, frozen) for one in editions)
    table = element(
        "table", element("thead", element("tr", head)), element("tbody", rows), class_="atlas-diff"
    )
    return element("div", table, class_="atlas-scroll")


def _row(shell: Shell, one: Edition, frozen: Mapping[int, Pack]) -> str:
    """Return one edition as a row; the name leads to its page, the address to its files."""
    pack = frozen.get(one.id)
    link = shell.translate("尚未冻结") if pack is None else ""
    address = (
        element("span", escape(link), class_="atlas-muted")
        if pack is None
        else element("a", escape(edition_path(one.id)), href=edition_path(one.id), class_="atlas-link")
    )
    return element(
        "tr",
        element("td", ways.anchor(shell, one.title, ROOMS[one.kind], edition=one.id)),
        element("td", escape(values.area_name(shell, one.area_code))),
        element("td", escape(f"{one.members:,}")),
        element("td", escape(marks.when(one.decided_at)[:10])),
        element("td", address),
    )


def of_edition(shell: Shell, edition: Edition, *, decides: bool) -> None:
    """Draw the permanent address of a published edition; whoever may publish is offered to freeze it."""
    if edition.state is not EditionState.PUBLISHED:
        return
    _ = shell.translate
    pack = shell.packs.editions([edition.id]).get(edition.id)
    if pack is not None:
        with st.popover(_("永久地址"), icon=":material/link:"):
            _address(shell, pack, edition)
    elif decides and st.button(
        _("冻结成材料"),
        key=f"freeze-{edition.id}",
        icon=":material/ac_unit:",
        help=_("把本版做成一套不再改动的文件：目录、地图、数据、与上一版的差异，并给出永久地址。只做一次。"),
    ):
        ways.go(shell, "packs", job=freeze(shell, edition))


def freeze(shell: Shell, edition: Edition) -> int:
    """Order the frozen pack of a published edition; returns the number of the job."""
    title = shell.translate("冻结：{title}").format(title=edition.title)
    return shell.jobs.submit(KIND, title, edition_arguments(edition.id))


def _address(shell: Shell, pack: Pack, edition: Edition) -> None:
    _ = shell.translate
    st.caption(
        _("这个地址永久不变；{m} 个文件，共 {size}。谁看得到这一版，谁就能打开。").format(
            m=len(pack.files), size=words.size(pack.size_bytes)
        )
    )
    st.code(absolute(edition_path(edition.id)), language=None, wrap_lines=True)
    st.html(element("a", escape(_("打开")), href=edition_path(edition.id), class_="atlas-link"))
