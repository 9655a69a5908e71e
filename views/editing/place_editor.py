"""Put one place on the map: drag, click, draw, or type coordinates in the datum they come in.

The only file in which the place component meets Streamlit. ``draw`` is given the place as the document holds
it and returns it as it is to be; what is odd about the position is said beside the map, computed here and not
in the browser.
"""

import json
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

import streamlit as st
from streamlit.components.v2 import component

from layers import assets, place_editor
from layers.html import clean_text, element, escape
from layers.place_editor import Drawn, Neighbour, PlaceScene
from projects.codes import DATUM_ZH, METHOD_ZH, PRECISION_ZH, Method, Precision
from projects.fields import JsonValue
from projects.intake.issues import IssueCode
from projects.paths import geometry as bare_geometry
from services import places
from views import words
from views.editing.place_typed import read_typed
from views.i18n import Translate
from views.map.basemaps import tile_sources
from views.notices import notice
from views.plain import plain
from views.shell import STATIC, Shell, credit

Place = Mapping[str, JsonValue]

PRECISIONS: Final = (Precision.BUILDING, Precision.VILLAGE, Precision.TOWNSHIP)
METHODS: Final = (Method.GPS, Method.MAP_CLICK, Method.PARCEL)
VAGUE: Final = (Method.CENTROID, Method.GAZETTEER, Method.DOCUMENT_TEXT, Method.SITING)
"""Ways of locating after which a place that was moved by hand is known better than before."""
HEIGHT: Final = 430


@dataclass(frozen=True, slots=True)
class Where:
    """What the editor needs to know besides the place: the county (or other area) it is declared in."""

    area_code: str
    others: Sequence[Neighbour] = ()
    before: Place | None = None
    """The place as it stands in the library, for the distance moved."""
    readonly: bool = False


@cache
def _component() -> Any:
    """Register the component once per process."""
    return component("atlas_place", html=place_editor.HTML, css=place_editor.CSS, js=place_editor.JS)


def _nothing() -> None:
    """Do nothing: Streamlit hands over a value only where a callback is registered."""


def _state(key: str) -> MutableMapping[str, Any]:
    return cast(MutableMapping[str, Any], st.session_state.setdefault(f"{key}:place", {"revision": 0}))


def renew(key: str) -> None:
    """Make the browser take the place anew from the next run on: it was changed from outside."""
    state = _state(key)
    state["revision"] += 1
    state.pop("drawn", None)


def draw(shell: Shell, place: Place | None, where: Where, key: str) -> Place | None:
    """Draw map and fields, and return the place as it is to be; None for no place."""
    if missing := assets.missing(STATIC):
        notice(missing_words(shell, missing), "error")
        return place
    place = _state(key).pop("pending", place)
    ground = places.ground(shell.library, where.area_code)
    wide, narrow = st.columns([0.62, 0.38], gap="medium")
    with wide:
        drawn = _show(shell, place, where, ground, key)
        place = taken(place, drawn)
        if drawn is not None and drawn.lacking:
            notice(
                shell.translate("还差 {n} 个点才能成形；画完以前，原来的位置不变。").format(n=drawn.lacking)
            )
    with narrow:
        if not where.readonly:
            _typed_in(shell, place, key)
            place = _details(shell, place, key)
        _sayings(shell, place, where, ground)
    return place


def missing_words(shell: Shell, missing: Sequence[str]) -> str:
    """Return what to do when map files are missing; the rest of the form works without."""
    return shell.translate(
        "地图组件缺少 {n} 个文件（{names}）。请管理员重新运行 make run 补齐后刷新本页；其他内容照常可填。"
    ).format(n=len(missing), names=words.joined(missing, shell.language))


def _show(shell: Shell, place: Place | None, where: Where, ground: places.Ground, key: str) -> Drawn | None:
    """Draw the map; return what was drawn since the last run, None when nothing was."""
    state = _state(key)
    scene = PlaceScene(
        geometry=cast(Mapping[str, Any] | None, place.get("geometry") if place else None),
        revision=state["revision"],
        county=ground.county,
        neighbours=ground.neighbours,
        others=where.others,
        tiles=tile_sources(shell.settings),
        bounds=ground.bounds,
        readonly=where.readonly,
        height=HEIGHT,
        credit=credit(shell),
        words=labels(shell.translate),
    )
    result = _component()(key=f"{key}:map", data=place_editor.payload(scene), on_drawn_change=_nothing)
    drawn = place_editor.read(result.get("drawn"))
    if drawn is None or drawn.revision != state["revision"] or drawn == state.get("drawn"):
        return None if drawn is None or not drawn.lacking or drawn.revision != state["revision"] else drawn
    state["drawn"] = drawn
    return drawn


def labels(_: Translate) -> dict[str, str]:
    """Return the words of the map's tools."""
    return {
        "map": _("位置编辑地图：回车在地图中央放点，方向键微调，加减键缩放"),
        "tools": _("画图工具"),
        "point": _("点"),
        "point_hint": _("点击地图放置，拖动修改"),
        "line": _("线"),
        "line_hint": _("逐点点击画线，如绿道、步道"),
        "area": _("面"),
        "area_hint": _("逐点点击画范围，如园区、地块"),
        "undo": _("撤销"),
        "undo_hint": _("撤销上一步（Ctrl+Z）"),
        "clear": _("清除"),
        "clear_hint": _("去掉位置，改为未定位"),
        "home": _("看全县"),
        "zoom_in": _("放大"),
        "zoom_out": _("缩小"),
        "drag": _("拖动，或用方向键微调（按住 Shift 移动更多）；右键或 Delete 删除拐点"),
        "insert": _("点击或拖动，在这里加一个拐点"),
        "handle": _("位置点"),
        "nothing": _("点击地图放置位置"),
        "datum": "WGS84",
        "cursor": _("鼠标所在"),
        "lacking": _("还差 {n} 个点"),
        "corners": _("{n} 个点"),
        "missing_asset": _("地图组件没有加载："),
    }


def taken(place: Place | None, drawn: Drawn | None) -> Place | None:
    """Return the place after what was drawn; an unfinished line or area changes nothing."""
    if drawn is None or drawn.untouched or drawn.lacking:
        return place
    if drawn.geometry is None:
        return None
    shape = bare_geometry(drawn.geometry)
    return {
        **known(place),
        "geometry": shape,
        "method": str(Method.MAP_CLICK),
        "datum_entered": "wgs84",
        "coordinates_entered": _entered(shape),
    }


def known(place: Place | None) -> dict[str, JsonValue]:
    """Return what still holds of a place that is moved by hand.

    A point from a gazetteer or the middle of an area was no more than a guess: its precision, grounds and
    note do not go with the new position and must be given anew.
    """
    if place is None:
        return {"precision": None}
    if place.get("method") in VAGUE or place.get("precision") not in (1, 2):
        return {**place, "precision": None, "source": None, "note": None}
    return dict(place)


def _entered(shape: Mapping[str, JsonValue] | None) -> JsonValue:
    """Return a clicked point as numbers, longitude first; lines and areas stand in their geometry."""
    if shape is None or shape["type"] != "Point":
        return None
    lon, lat = cast(list[float], shape["coordinates"])
    return f"{lon:.7f}, {lat:.7f}"


# ---- typed coordinates ----


def _typed_in(shell: Shell, place: Place | None, key: str) -> None:
    """Draw the fields for typed coordinates; the button brings the place there in the next run."""
    _ = shell.translate
    with st.expander(_("输入坐标"), expanded=False, icon=":material/pin_drop:"):
        first, second = st.columns(2)
        lon = first.text_input(_("经度"), key=f"{key}:lon", placeholder="113.5867", max_chars=60)
        lat = second.text_input(_("纬度"), key=f"{key}:lat", placeholder="24.7993", max_chars=60)
        datum = st.selectbox(
            _("坐标系"),
            [str(d) for d in DATUM_ZH],
            index=None,
            key=f"{key}:datum",
            format_func=lambda code: plain(_(DATUM_ZH[code])),
            placeholder=_("必须选择"),
        )
        method = st.selectbox(
            _("坐标从哪里来"),
            [str(m) for m in METHODS],
            index=None,
            key=f"{key}:method",
            format_func=lambda code: clean_text(_(METHOD_ZH[code])),
            placeholder=_("必须选择"),
        )
        if not st.button(_("移到这里"), key=f"{key}:jump", icon=":material/my_location:"):
            return
        typed = read_typed(lon, lat, datum, _)
        if typed.lonlat is not None and method is None:
            notice(_("请选择坐标从哪里来（现场定位、地图点选还是宗地）。"))
            return
        if typed.lonlat is None:
            notice(typed.sentence)
            return
    renew(key)
    _state(key)["pending"] = {
        **known(place),
        "geometry": {"type": "Point", "coordinates": list(typed.lonlat)},
        "method": method,
        "datum_entered": datum,
        "coordinates_entered": ", ".join(part.strip() for part in (lon, lat) if part.strip()),
    }
    st.rerun()


def point_of(geometry: str | None) -> tuple[float, float] | None:
    """Return the position of a point given as GeoJSON text, None for anything else."""
    shape = json.loads(geometry) if geometry else {}
    return tuple(shape["coordinates"][:2]) if shape.get("type") == "Point" else None


# ---- how well it is known ----


def _details(shell: Shell, place: Place | None, key: str) -> Place | None:
    """Draw precision and grounds of a place that is there."""
    _ = shell.translate
    if place is None:
        st.html(
            element(
                "p",
                escape(_("尚未定位。点击地图放置，或输入坐标；不知道就留空，地图上不画点。")),
                class_="atlas-unknown",
            )
        )
        return None
    held = place.get("precision")
    codes = [int(p) for p in PRECISIONS]
    if held is not None and held not in codes:
        codes.append(cast(int, held))
    state, slot = _state(key), f"{key}:precision"
    if state.get("precision") != held or slot not in st.session_state:
        st.session_state[slot] = held
    chosen = st.radio(
        _("精确到"), codes, index=None, key=slot, format_func=lambda p: plain(_(PRECISION_ZH[Precision(p)]))
    )
    state["precision"] = chosen
    if chosen is None:
        notice(_("请选择这个位置精确到哪一级。"))
    shown = str(place.get("source") or "")
    if state.get("source") != shown or f"{key}:source" not in st.session_state:
        st.session_state[f"{key}:source"] = shown
    source = st.text_input(
        _("位置依据"), key=f"{key}:source", placeholder=_("如：现场定位、不动产登记、规划图"), max_chars=200
    )
    state["source"] = source
    return {**place, "precision": chosen, "source": source or None}


def _sayings(shell: Shell, place: Place | None, where: Where, ground: places.Ground) -> None:
    """Say how the place is known, how far it was moved, and what is odd about it."""
    if place is None:
        return
    _ = shell.translate
    geometry = cast(Mapping[str, Any], place.get("geometry"))
    lines = []
    moved = places.moved_m(cast(Any, where.before.get("geometry")) if where.before else None, geometry)
    if moved:
        lines.append(_("比库里的位置移动了 {distance}。").format(distance=metres(moved, _)))
    if place.get("coordinates_entered"):
        lines.append(
            _("录入坐标：{numbers}；坐标系：{datum}。").format(
                numbers=place["coordinates_entered"],
                datum=_(DATUM_ZH.get(cast(Any, place.get("datum_entered")), "坐标系未知")),
            )
        )
    if lines:
        st.html("".join(element("p", escape(line), class_="atlas-muted") for line in lines))
    for code in places.findings(geometry, ground.shape):
        notice(finding_words(code, ground, _))


def finding_words(code: IssueCode, ground: places.Ground, _: Translate) -> str:
    """Return what is odd about a place, and what to do."""
    name = ground.county.name if ground.county else ""
    return {
        IssueCode.COORDINATES_OUTSIDE_COUNTY: _(
            "这个位置在{county}以外。请核对位置；如果县填错了，请改县。"
        ).format(county=name),
        IssueCode.CRS_SUSPECT: _(
            "这个位置在{county}以外，但按高德或百度坐标换算后就在县内：坐标系可能选错了，请核对。"
        ).format(county=name),
        IssueCode.NEAR_COUNTY_LINE: _(
            "距县界不足 500 米：边界数据只准到这个程度，请确认确在{county}。"
        ).format(county=name),
        IssueCode.INVALID_NUMBER: _("画的范围自己相交，请撤销后重画。"),
    }.get(code, words.issue(code, _))


def metres(distance: float, _: Translate) -> str:
    """Return a distance in words.

    >>> metres(350.4, str), metres(12345, str)
    ('350 米', '12.3 公里')
    """
    if distance < 1000:
        return _("{n} 米").format(n=round(distance))
    return _("{n} 公里").format(n=f"{distance / 1000:.1f}")
