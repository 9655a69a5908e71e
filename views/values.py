"""Values of a document in words: what stands in a history, a review, a preview, a merge — one way for all."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import streamlit as st

from projects import fields
from projects.codes import DATUM_ZH, METHOD_ZH, PRECISION_ZH
from projects.codes import Level as AreaLevel
from projects.fields import FieldType, JsonValue
from projects.paths import UNKNOWN_DATUM
from views.i18n import Translate
from views.shell import Shell

LONGEST: Final = 400
COUNTY_DIGITS: Final = 6
LONGEST_NUMBER: Final = 100
"""Digits; what has more is no number that anybody reads, and is shown as it stands."""
_AREAS: Final = (FieldType.COUNTY, FieldType.ZONE, FieldType.UNIT)
_NUMBERS: Final = (FieldType.MONEY, FieldType.DECIMAL, FieldType.INTEGER)


def words(shell: Shell, path: str, value: JsonValue) -> str:
    """Return a value as plain text in the page's language; unknown is said, never left blank."""
    if path in fields.STATE_PATHS:
        return _state(shell, path, value)
    kind, _, rest = path.partition("/")
    if value is None:
        return shell.translate("无") if absent_is_none(path) else shell.translate("未知")
    drawn = _LISTS.get(kind)
    if drawn is not None and rest:
        return drawn(shell, value)[:LONGEST]
    return _single(shell, path, value)[:LONGEST]


def absent_is_none(path: str) -> bool:
    """Return whether no value means *there is none* rather than *nobody knows*: rows of most lists."""
    return path.partition("/")[0] in _NONE_LISTS


_NONE_LISTS: Final = ("alias", "area", "finance", "annual_plan", "milestone", "approval", "merged")


def title(shell: Shell, path: str) -> str:
    """Return what people call a path, with the county's name for a code."""
    kind, _, rest = path.partition("/")
    if kind == "area":
        words = "County touched: {name}" if shell.language == "en" else "涉及县：{name}"
        return words.format(name=area_name(shell, rest))
    return fields.title(path, shell.language)


def _state(shell: Shell, path: str, value: JsonValue) -> str:
    """Return whether a record is there, deleted, or part of another."""
    _ = shell.translate
    if path == "deleted":
        return _("已删除") if value else _("在库")
    return _("并入 {id}").format(id=value) if value else _("未合并")


def area_name(shell: Shell, code: str) -> str:
    """Return the name of an area, zone or department, the code itself when nobody knows it."""
    return _names(shell).get(code, code)


def township_name(shell: Shell, code: str) -> str:
    """Return the name of a township, the code itself when its county does not know it.

    A township's code begins with its county's; the names of a county are read once per version of the data.
    """
    county = code[:COUNTY_DIGITS]
    held = st.session_state.get("township-names")
    if held is None or held[0] != shell.version:
        held = st.session_state["township-names"] = (shell.version, {})
    read: dict[str, Mapping[str, str]] = held[1]
    if county not in read:
        read[county] = shell.library.townships(county)
    return read[county].get(code, code)


def code_of(shell: Shell, path: str, value: JsonValue) -> str:
    """Return the code behind a name that ``words`` shows, "" where there is none: for a tooltip."""
    field = fields.field_of(path)
    coded = field is not None and field.type in (*_AREAS, FieldType.TOWNSHIP)
    return str(value) if coded and value is not None and words(shell, path, value) != str(value) else ""


def _names(shell: Shell) -> Mapping[str, str]:
    """Return all names by code, read once per version of the data."""
    held = st.session_state.get("area-names")
    if held is None or held[0] != shell.version:
        library = shell.library
        levels = (AreaLevel.PROVINCE, AreaLevel.PREFECTURE, AreaLevel.COUNTY)
        names = {area.code: area.name for level in levels for area in library.areas(level)}
        names |= {zone.id: zone.name for zone in library.zones()}
        held = st.session_state["area-names"] = (shell.version, names)
    found: Mapping[str, str] = held[1]
    return found


def example_id(shell: Shell) -> str:
    """Return what an id looks like here: that of a fictional record where only those are."""
    return "YS-0001" if shell.settings.demo else "SG-0001"


def number(text: object) -> str:
    """Return a decimal with thousands separators, exactly as many decimals as it has.

    >>> number("12000.50"), number(7), number("约3亿")
    ('12,000.50', '7', '约3亿')
    """
    whole, dot, decimals = str(text).partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > LONGEST_NUMBER:
        return str(text)
    return f"{sign}{int(digits):,}{dot}{decimals}"


def _single(shell: Shell, path: str, value: JsonValue) -> str:
    """Return one value: lists joined, yes and no, then by the type of its field."""
    if isinstance(value, list):
        return "；".join(str(part) for part in value)
    if isinstance(value, bool):
        return shell.translate("是") if value else shell.translate("否")
    field = fields.field_of(path)
    if field is None:
        return str(value)
    return _typed(shell, field, str(value))


def _typed(shell: Shell, field: fields.Field, text: str) -> str:
    if field.type is FieldType.CHOICE:
        return shell.translate(field.choices.get(text, text))
    if field.type in _NUMBERS:
        return number(text)
    if field.type is FieldType.TOWNSHIP:
        return township_name(shell, text)
    return area_name(shell, text) if field.type in _AREAS else text


def _names_of(shell: Shell, value: JsonValue) -> str:
    return "；".join(str(v) for v in value) if isinstance(value, list) else _mark(shell, value)


def _mark(shell: Shell, value: JsonValue) -> str:
    return shell.translate("有") if value is True else str(value)


def _finance(shell: Shell, value: JsonValue) -> str:
    _ = shell.translate
    line = _line(value)
    amount = line.get("amount")
    parts = (
        _(str(line.get("source") or "")),
        _(str(line.get("status") or "")),
        _("{amount} 万元").format(amount=number(amount)) if amount is not None else _("金额未知"),
        str(line["year"]) if line.get("year") else "",
        _("补助") if line.get("subsidy") else "",
        str(line.get("note") or ""),
    )
    return " · ".join(part for part in parts if part)


def _milestone(shell: Shell, value: JsonValue) -> str:
    _ = shell.translate
    line = _line(value)
    parts = (
        _("计划 {day}").format(day=line["planned_on"]) if line.get("planned_on") else "",
        _("实际 {day}").format(day=line["actual_on"]) if line.get("actual_on") else "",
        str(line.get("title") or ""),
        str(line.get("note") or ""),
    )
    return " · ".join(part for part in parts if part) or _("有，日期未知")


def _approval(shell: Shell, value: JsonValue) -> str:
    _ = shell.translate
    line = _line(value)
    parts = (
        _("计划 {day}").format(day=line["planned_on"]) if line.get("planned_on") else "",
        _("实际 {day}").format(day=line["actual_on"]) if line.get("actual_on") else "",
        *(str(line.get(name) or "") for name in ("number", "authority", "note")),
    )
    return " · ".join(part for part in parts if part) or _("有，日期未知")


def _place(shell: Shell, value: JsonValue) -> str:
    """Return precision, method, the numbers as entered and the position in WGS84 (longitude, latitude)."""
    _ = shell.translate
    place = _line(value)
    position = lonlat(value)
    entered, datum = str(place.get("coordinates_entered") or ""), place.get("datum_entered")
    parts = (
        _label(PRECISION_ZH, place.get("precision"), _),
        _label(METHOD_ZH, place.get("method"), _),
        f"{position[0]:.5f}, {position[1]:.5f} (WGS84)" if position and datum != UNKNOWN_DATUM else "",
        _("录入 {numbers}（{datum}）").format(
            numbers=entered,
            datum=_("坐标系未说明") if datum == UNKNOWN_DATUM else _label(DATUM_ZH, datum, _),
        )
        if entered
        else "",
        str(place.get("address") or ""),
    )
    return " · ".join(part for part in parts if part) or _("有")


def _label(table: Mapping[Any, str], code: object, _: Translate) -> str:
    return _(next((zh for key, zh in table.items() if str(key) == str(code)), str(code or "")))


def _plan(shell: Shell, value: JsonValue) -> str:
    return shell.translate("{amount} 万元").format(amount=number(value))


def _line(value: JsonValue) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def lonlat(value: JsonValue) -> tuple[float, float] | None:
    """Return the position of a place value (longitude, latitude, WGS84); None where it is no point."""
    geometry = _line(value).get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    lon, lat = geometry["coordinates"][:2]
    return float(lon), float(lat)


_LISTS: Final[Mapping[str, Callable[[Shell, JsonValue], str]]] = {
    "alias": _mark,
    "area": _mark,
    "party": _names_of,
    "finance": _finance,
    "annual_plan": _plan,
    "milestone": _milestone,
    "approval": _approval,
    "place": _place,
    "merged": _mark,
}
