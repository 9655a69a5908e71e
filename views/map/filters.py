"""The filter widgets in the side bar: every field of ``ProjectFilter``, choices with their counts."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import streamlit as st

from layers.html import clean_text, element, escape
from projects.codes import Level
from projects.filters import ProjectFilter
from projects.identity import UnitKind
from projects.ports import Option
from views import state, words
from views.options import CHILD_OF
from views.plain import plain
from views.shell import Shell

AREA_FIELDS: Final = ("province", "prefecture", "county", "township", "zone")
MAIN_FIELDS: Final = ("category", "kind", "stage", "funding", "mode", "promotion", "precision")
SOURCE_FIELDS: Final = ("document", "task", "keylist")
UNIT_FIELDS: Final = ("lead", "support", "duty", "owner")


class Group(NamedTuple):
    """Fields under one head; those of a closed one are neither counted nor drawn while none is chosen."""

    key: str
    fields: tuple[str, ...]
    opened: bool

    def shown(self, chosen: ProjectFilter) -> bool:
        """Whether the widgets are drawn: what is chosen must stay on the page, or it would be lost."""
        used = any(getattr(chosen, field) for field in self.fields)
        return used or bool(st.session_state.get(self.key, self.opened))


GROUPS: Final = (
    Group("filters-where", AREA_FIELDS, True),
    Group("filters-what", MAIN_FIELDS, True),
    Group("filters-source", SOURCE_FIELDS, False),
    Group("filters-units", UNIT_FIELDS, False),
)
PARENTS: Final = frozenset(upper for uppers in CHILD_OF.values() for upper in uppers)
NAMES_SHOWN: Final = 6


def ahead(shell: Shell) -> ProjectFilter:
    """Return the filter that the widgets hold, and begin to count their choices before they are drawn."""
    chosen = state.get_filter()
    shown = [field for group in GROUPS if group.shown(chosen) for field in group.fields]
    shell.choices.ahead(shell.version, chosen, [field for field in shown if offered(field, chosen)])
    return chosen


MOST_CHOICES: Final = 400
"""A longer list of counties waits for a province or prefecture: nobody reads it, all of it is sent."""


def offered(field: str, chosen: ProjectFilter) -> bool:
    """Whether a field is offered: townships of the whole country are no list to choose from."""
    return field != "township" or bool(chosen.prefecture or chosen.county or chosen.township)


def waits(shell: Shell, field: str, chosen: ProjectFilter) -> bool:
    """Whether a field waits for an area above it: the counties of a whole country are no list either."""
    if field != "county" or chosen.province or chosen.prefecture or chosen.county:
        return False
    return len(shell.choices.of(shell.version, field, chosen)) > MOST_CHOICES


def draw_filters(shell: Shell) -> ProjectFilter:
    """Draw all filter widgets and return the filter they hold."""
    _ = shell.translate
    chosen = state.get_filter()
    st.text_input(
        _("名称或关键词"), key=state.WIDGET + "q", placeholder=_("例如：温泉、颐养园"), max_chars=60
    )
    titles = (_("在哪里"), _("是什么"), _("出自哪份文件"), _("由谁负责"))
    for title, group in zip(titles, GROUPS, strict=True):
        shown = group.shown(chosen)
        with st.expander(title, expanded=shown, key=group.key, on_change="rerun"):
            for field in group.fields if shown else ():
                if offered(field, chosen) and waits(shell, field, chosen):
                    st.caption(_("县（市、区）：先选省或地市，再从中选择。"))
                elif offered(field, chosen):
                    _widget(shell, field, chosen)
    st.button(
        _("清除全部条件"),
        key="clear-side",
        width="stretch",
        disabled=chosen.is_empty,
        on_click=state.clear_filter,
    )
    return state.get_filter()


def draw_chips(shell: Shell, chosen: ProjectFilter) -> None:
    """Say what restricts the page, with a way out: on a phone the side bar is folded away."""
    if not chosen.is_empty:
        _draw_conditions(shell, chosen)
    _draw_own(shell, chosen)


def _draw_conditions(shell: Shell, chosen: ProjectFilter) -> None:
    _ = shell.translate
    chips = [
        element("span", element("b", escape(title)), " ", escape(value), class_="atlas-chip")
        for title, value in in_words(shell, chosen)
    ]
    if chips:
        st.html("".join(chips), width="content")
    if chosen.ids:
        st.button(
            _("只看选集（{n} 条）✕").format(n=len(chosen.ids)),
            key="drop-ids",
            type="tertiary",
            on_click=_drop_ids,
            help=_("取消“只看选集”，回到其余条件"),
        )
    st.button(
        _("清除全部条件"),
        key="clear-top",
        type="tertiary",
        icon=":material/filter_alt_off:",
        on_click=state.clear_filter,
    )


def _drop_ids() -> None:
    state.set_filter(ids=())


def _draw_own(shell: Shell, chosen: ProjectFilter) -> None:
    """Offer those who file or review their own area, unless the page shows nothing else already."""
    _ = shell.translate
    own = own_area(shell)
    if own is None or _lies_within(shell, chosen, *own):
        return
    st.button(
        _("只看本单位"),
        key="own-unit",
        type="tertiary",
        icon=":material/home_pin:",
        on_click=_show_own,
        args=own,
        help=plain(_("只看{area}的记录，其余条件不变").format(area=_listed(shell, own[0], [own[1]]))),
    )


def own_area(shell: Shell) -> tuple[str, str] | None:
    """Return the area of one's own unit (a reviewer's: of the scope) as filter field and value.

    None for those who neither file nor review, and for those who do so everywhere.
    """
    me = shell.identity
    if not me.edits:
        return None
    if not me.scope_code and me.unit and me.unit.kind is UnitKind.ZONE:
        return "zone", me.unit.id
    code = me.scope_code or (me.unit.area_code if me.unit else "")
    area = shell.library.area(code) if code else None
    return None if area is None or area.level is Level.NATION else (str(area.level), area.code)


def _lies_within(shell: Shell, chosen: ProjectFilter, field: str, value: str) -> bool:
    """Whether a filter shows nothing outside an area: it names that alone, or areas in it alone."""
    if getattr(chosen, field) == (value,):
        return True
    held = (chosen.prefecture, chosen.county)
    return any(codes and all(value in _uppers(shell, code) for code in codes) for codes in held)


def _uppers(shell: Shell, code: str) -> tuple[str | None, ...]:
    area = shell.library.area(code)
    return (area.province_code, area.prefecture_code) if area else ()


def _show_own(field: str, value: str) -> None:
    state.set_filter(**{**dict.fromkeys(AREA_FIELDS, ()), field: (value,)})


def in_words(shell: Shell, chosen: ProjectFilter) -> list[tuple[str, str]]:
    """Return each condition but the basket as heading and values, long lists cut and counted."""
    _ = shell.translate
    found = [(_("关键词"), chosen.q)] if chosen.q else []
    for field in state.LIST_FIELDS:
        values = [str(int(v)) if field == "precision" else str(v) for v in getattr(chosen, field)]
        if values:
            found.append((label_of(field, shell), _listed(shell, field, values)))
    return found


def _listed(shell: Shell, field: str, values: Sequence[str]) -> str:
    known = {o.value: o.name for o in shell.choices.of(shell.version, field, ProjectFilter())}
    names = [
        words.option_name(field, v, _area_name(shell, field, v, known), shell.translate)
        for v in values[:NAMES_SHOWN]
    ]
    more = f" … +{len(values) - NAMES_SHOWN}" if len(values) > NAMES_SHOWN else ""
    return words.joined(names, shell.language) + more


def _area_name(shell: Shell, field: str, value: str, known: dict[str, str]) -> str:
    """Return the name of a value, also of an area in which no record lies."""
    if value in known or field not in ("province", "prefecture", "county"):
        return known.get(value, value)
    area = shell.library.area(value)
    return area.name if area else value


def label_of(field: str, shell: Shell) -> str:
    """Return the heading of a filter field."""
    _ = shell.translate
    return {
        "province": _("省（区、市）"),
        "prefecture": _("地市"),
        "county": _("县（市、区）"),
        "township": _("乡镇（街道）"),
        "zone": _("功能区"),
        "category": _("类别"),
        "kind": _("类型"),
        "stage": _("阶段"),
        "funding": _("资金状态"),
        "mode": _("建设运营方式"),
        "promotion": _("招商阶段"),
        "precision": _("定位精度"),
        "document": _("文件"),
        "task": _("任务"),
        "lead": _("牵头（责任）单位"),
        "support": _("参与（配合）单位"),
        "duty": _("责任主体"),
        "owner": _("归属单位"),
        "keylist": _("重点项目名单"),
    }[field]


def _widget(shell: Shell, field: str, chosen: ProjectFilter) -> None:
    """Draw one multiple choice; values chosen but absent under the other filters stay, with a count of 0."""
    options = _options(shell, field, chosen)
    key = state.WIDGET + field
    convert: Callable[[str], object] = int if field == "precision" else str
    by_value = {convert(o.value): o for o in options}
    held = [convert(v) for v in chosen.to_params().get(field, "").split(",") if v]
    missing = [v for v in held if v not in by_value]
    names = (
        {o.value: o.name for o in options}
        if not missing
        else {o.value: o.name for o in (*shell.choices.of(shell.version, field, ProjectFilter()), *options)}
    )

    def caption(value: object) -> str:
        return _caption(shell, field, str(value), names, by_value.get(value))

    if st.session_state.get(key) != held:
        st.session_state[key] = held
    state.sync_captions(key, {caption(v): v for v in held})
    st.multiselect(
        label_of(field, shell),
        [*by_value, *missing],
        key=key,
        placeholder=shell.translate("全部"),
        on_change=_prune if field in PARENTS else None,
        args=(shell,) if field in PARENTS else None,
        format_func=caption,
    )


def _prune(shell: Shell) -> None:
    """Let go of lower areas and tasks that no longer lie in what was just chosen."""
    state.put_filter(shell.choices.pruned(shell.version, state.get_filter()))


def _options(shell: Shell, field: str, chosen: ProjectFilter) -> list[Option]:
    found = list(shell.choices.of(shell.version, field, chosen))
    if field == "category":
        order = list(words.CATEGORY_ORDER)
        return sorted(found, key=lambda o: order.index(o.value) if o.value in order else len(order))
    return sorted(found, key=lambda o: -o.count) if field in UNIT_FIELDS else found


def _caption(shell: Shell, field: str, value: str, names: dict[str, str], option: Option | None) -> str:
    name = words.option_name(field, value, _area_name(shell, field, value, names), shell.translate)
    return clean_text(f"{name} · {option.count if option else 0}")
