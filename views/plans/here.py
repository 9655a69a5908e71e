"""Where the reader is: area, edition, what it is held against, which section; all of it in the address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import parse_qsl

import streamlit as st

from data.exports.request import Language
from data.exports.words import filter_in_words
from projects.errors import UnknownRecord
from projects.filters import ProjectFilter, from_params
from projects.identity import UnitKind
from projects.plans.editions import Edition, EditionKind, EditionState
from projects.plans.ports import Rights
from views import marks, values, ways
from views.notices import notice
from views.shell import Shell

SECTIONS: Final = ("edition", "compare", "make")
PARAMS: Final = ("edition", "against", "area", "show")


@dataclass(frozen=True, slots=True)
class Here:
    """What the sections of one page run are about."""

    kind: EditionKind
    chosen: ProjectFilter
    area: str
    name: str
    everywhere: tuple[Edition, ...]
    """The editions of all areas that this reader sees."""
    edition: Edition | None
    rights: Rights

    @property
    def line(self) -> tuple[Edition, ...]:
        """The editions of the area, newest first."""
        return tuple(one for one in self.everywhere if one.area_code == self.area)

    @property
    def newest(self) -> Edition | None:
        """The newest published edition: what the next one starts from."""
        published = [one for one in self.line if one.state is EditionState.PUBLISHED]
        return max(published, key=lambda one: one.number or 0, default=None)

    def key(self, name: str) -> str:
        """Return the session key of a widget of this page."""
        return f"{self.kind}-{name}"

    def earlier(self) -> tuple[Edition, ...]:
        """Return what the edition can be held against, its own base first."""
        others = [one for one in self.line if self.edition and one.id != self.edition.id]
        base = self.edition.base_id if self.edition else None
        return tuple(sorted(others, key=lambda one: one.id != base))


def take_over(shell: Shell, kind: EditionKind) -> None:
    """Set the page's widgets from an address that the reader changed, or from what a section left behind.

    Coming back from another page the widgets have forgotten what they held: then the address says it again.
    """
    asked = {name: ways.asked(name, 12) for name in PARAMS}
    pending = st.session_state.pop(f"{kind}-pending", None)
    if pending is not None:
        asked = {**dict.fromkeys(PARAMS, ""), **pending}
    elif asked == st.session_state.get(f"{kind}-written") and f"{kind}-area" in st.session_state:
        return
    edition = _asked_edition(shell, kind, asked["edition"])
    if edition is not None:
        st.session_state[f"{kind}-area"] = edition.area_code
        st.session_state[f"{kind}-edition"] = edition.id
    elif asked["area"].isascii() and asked["area"].isdecimal():
        st.session_state[f"{kind}-area"] = asked["area"]
    if asked["against"].isascii() and asked["against"].isdecimal():
        st.session_state[f"{kind}-against"] = int(asked["against"])
    show = "compare" if asked["against"] else asked["show"]
    st.session_state[f"{kind}-show"] = show if show in SECTIONS else "edition"


def leave_for(kind: EditionKind, **params: str | int) -> None:
    """Open another edition or section of this page with the run that follows."""
    st.session_state[f"{kind}-pending"] = {name: str(value) for name, value in params.items()}


def keep(shell: Shell, here: Here, section: str, against: Edition | None) -> None:
    """Put filter, edition and section into the address bar, so that a link reproduces the page."""
    own = {
        "edition": str(here.edition.id) if here.edition else "",
        "against": str(against.id) if against and section == "compare" else "",
        "area": here.area if not here.edition else "",
        "show": section if section == "make" else "",
    }
    st.session_state.kept = here.chosen
    st.session_state[here.key("written")] = own
    ways.keep_address(shell, **here.chosen.to_params(), **own)


def _asked_edition(shell: Shell, kind: EditionKind, number: str) -> Edition | None:
    """Return the edition that an address names, None with a sentence for one there is not."""
    if not number:
        return None
    try:
        if not (number.isascii() and number.isdecimal()) or int(number) > ways.LARGEST_NUMBER:
            raise UnknownRecord(number)
        found = shell.editions.edition(int(number))
    except UnknownRecord:
        notice(shell.translate("没有这一版，或您无权查看：{n}").format(n=number))
        return None
    return found if found.kind is kind else None


def choose(shell: Shell, kind: EditionKind, chosen: ProjectFilter) -> Here | None:
    """Draw the choices of area and edition and return where the reader is; None without any area."""
    found = shell.editions.editions(kind)
    areas = _areas(shell, chosen, (one.area_code for one in found), str(kind))
    if not areas:
        return None
    area = _choose_area(shell, kind, areas)
    line = tuple(one for one in found if one.area_code == area)
    edition = _choose_edition(shell, kind, line)
    return Here(kind, chosen, area, areas[area], found, edition, shell.editions.rights(area))


def _areas(shell: Shell, chosen: ProjectFilter, with_editions: Iterable[str], kind: str) -> Mapping[str, str]:
    """Return the areas on offer, the default first: chosen, own, filter, scope, office, with editions."""
    unit = shell.identity.unit
    own = unit.area_code if unit and unit.kind is not UnitKind.ZONE else ""
    picked = (*chosen.county, *chosen.prefecture, *chosen.province)
    codes = dict.fromkeys(
        [
            str(st.session_state.get(f"{kind}-area") or ""),
            own,
            *picked[:20],
            shell.identity.scope_code,
            shell.settings.home_area or "",
            *sorted(set(with_editions)),
        ]
    )
    return {code: values.area_name(shell, code) for code in codes if code}


def _choose_area(shell: Shell, kind: EditionKind, areas: Mapping[str, str]) -> str:
    key = f"{kind}-area"
    if st.session_state.get(key) not in areas:
        st.session_state[key] = next(iter(areas))
    return str(
        st.selectbox(
            shell.translate("地区"),
            list(areas),
            key=key,
            format_func=lambda code: f"{areas[code]}（{code}）",
            help=shell.translate("要看其他地区，请在左侧筛选“在哪里”中选它；手机上先点左上角的 » 打开筛选。"),
            width=260,
        )
    )


def _choose_edition(shell: Shell, kind: EditionKind, line: tuple[Edition, ...]) -> Edition | None:
    """Draw the choice among an area's editions; unless one is asked for, the newest published one."""
    if not line:
        return None
    key, by_id = f"{kind}-edition", {one.id: one for one in line}
    if st.session_state.get(key) not in by_id:
        published = [one for one in line if one.state is EditionState.PUBLISHED]
        st.session_state[key] = (published or line)[0].id
    found = st.selectbox(
        shell.translate("版本"),
        list(by_id),
        key=key,
        format_func=lambda one: label(shell, by_id[one]),
        width=420,
    )
    return by_id.get(int(found)) if found is not None else None


def label(shell: Shell, edition: Edition) -> str:
    """Return an edition in one line: number or state, years, day, how many projects."""
    _ = shell.translate
    years = f"{edition.years[0]}–{edition.years[-1]}" if edition.years else str(edition.year)
    number = _("第 {n} 版").format(n=edition.number) if edition.number else state_words(shell, edition.state)
    day = edition.decided_at or edition.proposed_at
    return _("{number} · {years} · {day} · {n} 项").format(
        number=number, years=years, day=marks.when(day)[:10], n=f"{edition.members:,}"
    )


def conditions_words(shell: Shell, edition: Edition) -> str:
    """Return the filter an edition was chosen with, in the reader's language; "" when it was picked by hand.

    It is kept as parameters, so that its words are the reader's and not those of whoever proposed it.
    """
    if not edition.conditions:
        return ""
    chosen, _issues = from_params(dict(parse_qsl(edition.conditions)))
    return filter_in_words(shell.library, chosen, cast(Language, shell.language))


def state_words(shell: Shell, held: EditionState) -> str:
    """Return where an edition stands, in words."""
    _ = shell.translate
    return {
        EditionState.PROPOSED: _("待审定"),
        EditionState.PUBLISHED: _("已公布"),
        EditionState.REJECTED: _("已退回"),
        EditionState.WITHDRAWN: _("已撤回"),
    }[held]
