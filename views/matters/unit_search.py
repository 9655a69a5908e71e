"""Choosing units by a part of their name: old names find what a unit is called today."""

from collections.abc import Iterable
from typing import Final

import streamlit as st

from projects.matters.model import UnitName
from views.i18n import Translate
from views.notices import notice
from views.shell import Shell

OFFERED: Final = 60
"""Units in the list; of more, the search narrows."""


def preset(key: str, lead: UnitName | None, support: Iterable[UnitName] = ()) -> None:
    """Set what is chosen, before the fields are drawn for the first time."""
    others = list(support)
    if key + "lead" not in st.session_state:
        st.session_state[key + "lead"] = lead.id if lead and lead.id else None
    st.session_state.setdefault(key + "support", [one.id for one in others])
    known = _known(key)
    for one in (*([lead] if lead and lead.id else []), *others):
        known.setdefault(one.id, one)


def draw(shell: Shell, key: str, within: str = "") -> None:
    """Draw the search, the responsible unit and the supporting ones; ``within`` is an area code."""
    _ = shell.translate
    words = str(
        st.text_input(
            _("查找单位（名称的一部分，旧名称也可以）"),
            key=key + "find",
            placeholder=_("例如：卫健、发改、卫计局"),
        )
        or ""
    ).strip()
    found = shell.matters.units(words, within=within, limit=OFFERED)
    if words and not found:
        notice(_("没有找到名称含“{words}”的单位：换个短一点的说法试试。").format(words=words[:40]), "info")
    elif words:
        st.caption(_("找到 {n} 个单位，在下面选。").format(n=len(found)))
    known = _known(key)
    known |= {one.id: one for one in found}
    options = _options(key, found)
    names = {code: _called(known[code], _) if code in known else code for code in options}
    left, right = st.columns(2)
    with left:
        st.selectbox(
            _("责任单位"),
            options,
            key=key + "lead",
            index=None,
            format_func=lambda code: names.get(str(code), str(code)),
            placeholder=_("先查找，再选"),
        )
    with right:
        st.multiselect(
            _("配合单位（可多个，可空）"),
            options,
            key=key + "support",
            format_func=lambda code: names.get(str(code), str(code)),
            placeholder=_("可空"),
        )


def lead(key: str) -> str:
    """Return the responsible unit chosen, "" for none."""
    return str(st.session_state.get(key + "lead") or "")


def support(key: str) -> tuple[str, ...]:
    """Return the supporting units chosen, without the responsible one."""
    return tuple(str(one) for one in st.session_state.get(key + "support") or () if one != lead(key))


def forget(key: str) -> None:
    """Let go of what was chosen and searched."""
    for name in ("find", "lead", "support", "known"):
        st.session_state.pop(key + name, None)


def _called(unit: UnitName, _: Translate) -> str:
    """Return a unit with the name under which it was found: a former one, or a short one."""
    found_as = unit.was and unit.was != unit.name
    return _("{name}（也叫{was}）").format(name=unit.name, was=unit.was) if found_as else unit.name


def _known(key: str) -> dict[str, UnitName]:
    found: dict[str, UnitName] = st.session_state.setdefault(key + "known", {})
    return found


def _options(key: str, found: Iterable[UnitName]) -> list[str]:
    """Return what can be chosen now: what is chosen already, then what the search found."""
    chosen = [lead(key), *(str(one) for one in st.session_state.get(key + "support") or ())]
    return list(dict.fromkeys([*(code for code in chosen if code), *(one.id for one in found)]))
