"""The fields of one record: each with its unit, where its present value comes from, and what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

import streamlit as st

from layers.html import clean_text, element, escape
from layers.place_editor import Neighbour
from projects import values as checks
from projects.fields import Field, FieldType, Group, JsonValue
from projects.filing.form import SINGLE, Problem, ungrouped
from projects.filters import ProjectFilter
from views import state, values, words
from views.editing import edit_choices, edit_lists, edit_state, edit_words, place_editor
from views.editing.edit_state import Work
from views.editing.place_editor import Where
from views.plain import plain
from views.shell import Shell

PRIMARY: Final = "place/0"
LISTS: Final[Mapping[Group, tuple[str, ...]]] = {
    Group.IDENTITY: ("alias",),
    Group.LIFE_CYCLE: ("milestone", "approval"),
    Group.MONEY: ("finance", "annual_plan"),
    Group.PARTIES: ("party",),
}
"""Which lists stand in which section, below its fields."""
NEIGHBOURS_SHOWN: Final = 200
_WIDE: Final = (FieldType.LONG_TEXT,)


def draw(shell: Shell, work: Work) -> tuple[Problem, ...]:
    """Draw all sections; take what was typed into the form and return what is wrong with it."""
    problems = work.reading().problems
    for group in Group:
        with st.container(border=True, key=work.key(f"group-{group}")):
            st.html(
                element(
                    "h3",
                    escape(edit_words.group_title(group, shell.translate)),
                    class_="atlas-section",
                    id=f"part-{group}",
                )
            )
            _section(shell, work, group, problems)
    return work.reading().problems


def _section(shell: Shell, work: Work, group: Group, problems: Sequence[Problem]) -> None:
    fields = [f for f in SINGLE if f.group is group and _asked(work, f)]
    narrow = [f for f in fields if f.type not in _WIDE]
    for i in range(0, len(narrow), 2):
        for column, field in zip(st.columns(2, gap="medium"), narrow[i : i + 2], strict=False):
            with column:
                _field(shell, work, field)
    for field in fields:
        if field.type in _WIDE:
            _field(shell, work, field)
    if group is Group.PLACE:
        _counties_touched(shell, work)
        _place(shell, work)
    for kind in LISTS.get(group, ()):
        edit_lists.draw(shell, work, kind, [p for p in problems if p.list == kind])


def _asked(work: Work, field: Field) -> bool:
    """Leave out the owner where there is no choice of one."""
    return field.name != "owner_unit_id" or len(work.units) > 1


def label(shell: Shell, field: Field) -> str:
    """Return a field's heading as a widget label, required ones marked."""
    return plain(edit_words.title(field, shell.language)) + (" *" if field.required else "")


def _field(shell: Shell, work: Work, field: Field) -> None:
    """Draw one field, take its value, and say what there is to say below it."""
    raw = _widget(shell, work, field)
    work.form[field.name] = raw
    st.html(_below(shell, work, field, raw))


def _widget(shell: Shell, work: Work, field: Field) -> JsonValue:
    key, held = work.key(field.name), work.form.get(field.name)
    help_text = (field.help_en if shell.language == "en" else field.help_zh) or None
    choices = edit_choices.of(shell, work, field)
    if choices is not None:
        return _select(shell, work, field, choices)
    kept: dict[str, Any] = {"on_change": edit_state.note, "args": (shell, work, field.name, key)}
    if key not in st.session_state:
        st.session_state[key] = held if field.type is FieldType.BOOLEAN else str(held or "")
    if field.type is FieldType.BOOLEAN:
        st.session_state[key] = bool(st.session_state[key])
        return bool(st.toggle(label(shell, field), key=key, help=help_text, **kept))
    draw: Callable[..., Any] = st.text_area if field.type is FieldType.LONG_TEXT else st.text_input
    raw = draw(label(shell, field), key=key, help=help_text, placeholder=_unknown(shell, field), **kept)
    return str(raw or "")


def _unknown(shell: Shell, field: Field) -> str:
    _ = shell.translate
    return _("必填") if field.required else _("未知（不知道就留空）")


def _select(shell: Shell, work: Work, field: Field, choices: Mapping[str, str]) -> JsonValue:
    """Draw a choice; unknown is no choice, and can be returned to."""
    key, held = work.key(field.name), work.form.get(field.name)
    if key not in st.session_state or st.session_state[key] not in (None, *choices):
        st.session_state[key] = held if held in choices else None
    names = {clean_text(name): code for code, name in choices.items()}
    state.sync_captions(key, names)
    chosen = st.selectbox(
        label(shell, field),
        list(choices),
        index=None,
        key=key,
        format_func=lambda code: clean_text(choices[code]),
        placeholder=_unknown(shell, field),
        help=(field.help_en if shell.language == "en" else field.help_zh) or None,
        on_change=edit_state.note,
        args=(shell, work, field.name, key),
    )
    return chosen or ""


def _below(shell: Shell, work: Work, field: Field, raw: JsonValue) -> str:
    """Return what stands below a field: what is wrong, the amount in words, what it was and from where."""
    _ = shell.translate
    value, code = checks.check(field, ungrouped(field, raw))
    parts = []
    changed = field.name not in work.base or raw != work.form_at_start(field.name)
    if code is not None and (changed or field.required) and not (work.is_new and raw in (None, "")):
        found = Problem(field, str(raw or ""), code)
        parts.append(element("p", escape(edit_words.problem(found, _)), class_="atlas-wrong", role="alert"))
    elif field.type is FieldType.MONEY and value is not None:
        said = edit_words.in_yi(str(value), _)
        parts.append(element("p", escape(said), class_="atlas-muted") if said else "")
    if not work.is_new:
        parts.append(origin(shell, work, field.name, changed=raw != work.form_at_start(field.name)))
    return "".join(parts) or element("p", class_="atlas-nothing")


def origin(shell: Shell, work: Work, path: str, *, changed: bool) -> str:
    """Return where the library's value comes from; what it was, when it is changed here."""
    _ = shell.translate
    held = work.base.get(path)
    if held is None:
        return element("p", escape(_("库中：未知")), class_="atlas-origin") if changed else ""
    was = _("库中：{value}").format(value=values.words(shell, path, held)) if changed else ""
    given = work.held.provenance.get(path, {}) if work.held else {}
    tag = words.basis(given.get("basis"), _)
    source = source_words(shell, work, given)
    basis = element("span", escape(tag), class_="atlas-basis") if tag else ""
    text = "　".join(part for part in (was, source) if part)
    return element("p", escape(text), basis, class_="atlas-origin") if text or basis else ""


def source_words(shell: Shell, work: Work, given: Mapping[str, str]) -> str:
    """Return where a value comes from: the document's name for its id, who reported it and when."""
    if "sources" not in work.cache:
        work.cache["sources"] = {row["id"]: row["number"] or row["title"] for row in shell.library.sources()}
    names: Mapping[str, str] = work.cache["sources"]
    source = given.get("source", "")
    parts = (names.get(source, source), given.get("on", ""), given.get("note", ""))
    return " · ".join(part for part in parts if part)


def _counties_touched(shell: Shell, work: Work) -> None:
    """Draw the counties that the record touches beyond its own."""
    _ = shell.translate
    choices = edit_choices.touched(shell, work)
    if not choices:
        return
    key, held = work.key("area"), work.form.get("area")
    if key not in st.session_state:
        st.session_state[key] = [code for code in (held if isinstance(held, list) else ()) if code in choices]
    state.sync_captions(key, {clean_text(name): code for code, name in choices.items()})
    chosen = st.multiselect(
        _("涉及其他县"),
        list(choices),
        key=key,
        format_func=lambda code: clean_text(choices[code]),
        placeholder=_("跨县的项目才填"),
        on_change=edit_state.note,
        args=(shell, work, "area", key),
    )
    work.form["area"] = [*sorted(str(code) for code in chosen)]


def _place(shell: Shell, work: Work) -> None:
    """Draw the map with the primary place, and the further places in words."""
    _ = shell.translate
    st.html(element("h4", escape(_("地图上的位置")), class_="atlas-subsection"))
    unit = work.unit
    county = str(work.form.get("county_code") or "")
    where = Where(
        county or (unit.area_code if unit else ""),
        _neighbours(shell, work, county),
        cast(place_editor.Place | None, work.base.get(PRIMARY)),
    )
    held = work.form.get(PRIMARY)
    place = place_editor.draw(
        shell,
        cast(place_editor.Place | None, held if isinstance(held, dict) else None),
        where,
        work.key("map"),
    )
    if place is None:
        work.form.pop(PRIMARY, None)
    else:
        work.form[PRIMARY] = dict(place)
    more = [p for p in work.form if p.startswith("place/") and p != PRIMARY]
    for path in sorted(more):
        text = values.words(shell, path, work.form[path])
        st.html(element("p", escape(_("另一处位置：{words}").format(words=text)), class_="atlas-muted"))


def _neighbours(shell: Shell, work: Work, county: str) -> list[Neighbour]:
    """Return the points of other records in the county, read once per form."""
    if not county:
        return []
    key = ("points", county)
    if key not in work.cache:
        rows = shell.library.page(ProjectFilter(county=(county,)), limit=NEIGHBOURS_SHOWN).items
        work.cache[key] = [
            Neighbour(row.name, *at)
            for row in rows
            if row.id != work.subject and (at := place_editor.point_of(row.geometry)) is not None
        ]
    found: list[Neighbour] = work.cache[key]
    return found


def unfinished_place(work: Work) -> bool:
    """Whether the place still lacks its precision."""
    place = work.form.get(PRIMARY)
    return isinstance(place, dict) and place.get("precision") is None
