"""The form of one line, made from the definition: each column by its type, then the place of a mapped one."""

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.codes import DATUM_ZH
from projects.directories.model import Column, ColumnType, Definition, EditionHead, Entry, Place
from projects.directories.ports import EntriesAsked
from projects.errors import Conflict
from projects.fields import JsonValue
from views.directories import cells, told
from views.directories.asked import counties_of
from views.directories.here import Here
from views.notices import notice
from views.plain import plain
from views.shell import Shell

_FORM: Final = "directory-line-"
_OPEN: Final = "directory-opened"
_OF: Final = "directory-opened-of"
LONGEST: Final = 5000
"""Characters that a box takes at all; what a column allows its rule says, with what was typed kept."""


def open_line(entry: Entry | None) -> None:
    """Open a line in the form, or an empty form; in a callback."""
    forget()
    st.session_state[_OPEN] = entry


def forget() -> None:
    """Let go of what the form holds."""
    for key in [key for key in st.session_state if str(key).startswith(_FORM)]:
        del st.session_state[key]


def draw(shell: Shell, here: Here, definition: Definition, head: EditionHead) -> None:
    """Draw the form for the open line, or for a new one."""
    _ = shell.translate
    if st.session_state.get(_OF) != head.id:
        open_line(None)
        st.session_state[_OF] = head.id
    entry: Entry | None = st.session_state.get(_OPEN)
    if entry is None:
        st.html(element("h3", escape(_("加一行")), class_="atlas-heading"))
    else:
        title = cells.title_of(shell, definition, entry)
        st.html(element("h3", escape(_("修改：{name}").format(name=title)), class_="atlas-heading"))
        st.button(
            _("不改了，加新的一行"), key="directory-new", type="tertiary", on_click=open_line, args=(None,)
        )
    with st.form("directory-line", border=True, enter_to_submit=False):
        typed = {one.name: _field(shell, one, entry, head) for one in definition.columns}
        if definition.mapped:
            typed |= _place_fields(shell, entry, head)
        said = st.container()
        sent = st.form_submit_button(_("保存这一行"), type="primary", key="directory-save")
    if sent:
        with said:  # right above the button: below it a sentence would be out of sight
            _save(shell, here, definition, (head, entry), typed)


def _save(
    shell: Shell,
    here: Here,
    definition: Definition,
    what: tuple[EditionHead, Entry | None],
    typed: Mapping[str, JsonValue],
) -> None:
    """Store the line, or say what is wrong with it; what was typed stays in the form."""
    _ = shell.translate
    head, entry = what
    kept: list[Entry] = []
    if refusal := told.refused(shell, lambda: kept.append(_put(here, head, entry, typed))):
        notice(refusal, "error")
        if entry is not None and st.session_state[_OPEN] is not entry:
            notice(_("您填的还在表里：核对后再按一次“保存这一行”，就以您填的为准。"), "info")
        return
    line = kept[0]
    parts = [_("已保存：{name}").format(name=cells.title_of(shell, definition, line))]
    if line.place.doubt:
        parts.append(line.place.doubt)
    told.tell(
        "。".join([*parts, *([line.note] if line.note else [])]), "warning" if line.place.doubt else "info"
    )
    open_line(None)
    st.rerun()


def _put(here: Here, head: EditionHead, entry: Entry | None, typed: Mapping[str, JsonValue]) -> Entry:
    """Store the line; when somebody else changed it since, hold theirs as what has now been seen."""
    try:
        return here.port.put(head.id, entry.key if entry else None, typed, seen=entry)
    except Conflict:
        lines = here.port.entries(head.id, EntriesAsked(), limit=None).items
        key = entry.key if entry else None
        st.session_state[_OPEN] = next((one for one in lines if one.key == key), entry)
        raise


# ---- fields ----


def _field(shell: Shell, column: Column, entry: Entry | None, head: EditionHead) -> JsonValue:
    """Draw the field of a column and return what it holds as typed; None for nothing."""
    held = entry.cells.get(column.name) if entry else None
    draw_field = _FIELDS.get(column.type, _text)
    return draw_field(shell, column, held, head)


def label(shell: Shell, column: Column) -> str:
    """Return the label of a field: heading, unit, whether it has to be filled in."""
    _ = shell.translate
    title = plain(cells.heading(shell, column))
    return title + _("（必填）") if column.required else title


def hint(shell: Shell, column: Column) -> str | None:
    """Return the help of a field, with its format where it has one."""
    _ = shell.translate
    given = column.help_en if shell.language == "en" and column.help_en else column.help_zh
    formats = {
        ColumnType.DATE: _("写成 2026-05-01"),
        ColumnType.YEAR: _("四位年份"),
        ColumnType.URL: _("以 http:// 或 https:// 开头"),
        ColumnType.PROJECT: _("项目编号"),
        ColumnType.UNIT: _("单位名称；旧名会提示现在的名称"),
    }
    parts = [part for part in (given, formats.get(column.type, "")) if part]
    return plain("。".join(parts)) or None


def _key(name: str, value: JsonValue) -> str:
    """Return a field's key, holding the line's value until somebody types."""
    key = _FORM + name
    st.session_state.setdefault(key, value)
    return key


def _text(shell: Shell, column: Column, held: JsonValue, _head: EditionHead) -> JsonValue:
    key = _key(column.name, "" if held is None else str(held))
    words, tip = label(shell, column), hint(shell, column)
    if column.type is ColumnType.LONG_TEXT:
        found = st.text_area(words, key=key, help=tip, height=90, max_chars=LONGEST)
    else:
        found = st.text_input(words, key=key, help=tip, max_chars=LONGEST)
    return str(found or "").strip() or None


def _choice(shell: Shell, column: Column, held: JsonValue, _head: EditionHead) -> JsonValue:
    return _select(shell, column, held, {one: one for one in column.choices})


def _boolean(shell: Shell, column: Column, held: JsonValue, _head: EditionHead) -> JsonValue:
    _ = shell.translate
    names = {"是": _("是"), "否": _("否")}
    said = {True: "是", False: "否"}.get(held) if isinstance(held, bool) else held
    return _select(shell, column, said, names)


def _county(shell: Shell, column: Column, held: JsonValue, head: EditionHead) -> JsonValue:
    return _select(shell, column, held, counties_of(shell, head.area_code))


def _select(shell: Shell, column: Column, held: JsonValue, options: Mapping[str, str]) -> JsonValue:
    """Draw a list to choose from; a stored value that is not on it any more stays choosable."""
    known = dict(options) if held is None or str(held) in options else {**options, str(held): str(held)}
    key = _key(column.name, None if held is None else str(held))
    return st.selectbox(
        label(shell, column),
        list(known),
        key=key,
        index=None,
        format_func=lambda code: known.get(str(code), str(code)),
        placeholder=shell.translate("未填"),
        help=hint(shell, column),
    )


Draw = Callable[[Shell, Column, JsonValue, EditionHead], JsonValue]
_FIELDS: Final[Mapping[ColumnType, Draw]] = {
    ColumnType.CHOICE: _choice,
    ColumnType.BOOLEAN: _boolean,
    ColumnType.COUNTY: _county,
}
"""Types that are chosen; all others are typed."""


# ---- place ----


def as_entered(place: Place) -> tuple[str, str, str | None]:
    """Return lon, lat and datum as they were entered, so that saving again changes nothing.

    >>> as_entered(Place(113.2, 24.8, 1, "gcj02", "113.205, 24.797"))
    ('113.205', '24.797', 'gcj02')
    """
    lon, comma, lat = place.coordinates_entered.partition(",")
    if comma:
        return lon.strip(), lat.strip(), place.datum_entered or None
    if place.lon is None or place.lat is None:
        return "", "", None
    return str(place.lon), str(place.lat), "wgs84"


def _place_fields(shell: Shell, entry: Entry | None, head: EditionHead) -> dict[str, JsonValue]:
    """Draw county, coordinates and their datum, which is never assumed."""
    _ = shell.translate
    place = entry.place if entry else Place()
    lon, lat, datum = as_entered(place)
    st.html(element("h3", escape(_("位置")), class_="atlas-heading"))
    county = Column("county", ColumnType.COUNTY, _("县（市、区）"), _("县（市、区）"))
    found: dict[str, JsonValue] = {"county": _county(shell, county, place.county_code or None, head)}
    left, right = st.columns(2)
    found["lon"] = left.text_input(_("经度"), key=_key("lon", lon), max_chars=40).strip() or None
    found["lat"] = right.text_input(_("纬度"), key=_key("lat", lat), max_chars=40).strip() or None
    found["datum"] = st.selectbox(
        _("坐标系"),
        [str(code) for code in DATUM_ZH],
        key=_key("datum", datum),
        index=None,
        format_func=lambda code: {str(k): _(v) for k, v in DATUM_ZH.items()}.get(str(code), str(code)),
        placeholder=_("未填"),
        help=_("手机定位、GPS 为 WGS84；高德、腾讯地图取的点为 GCJ-02；百度地图为 BD-09。"),
    )
    return found
