"""Choosing a file to load: what it is, whose it is, which datum its numbers have; nothing is assumed."""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from projects.analysis.inputs import LayerKind
from projects.analysis.layer_reading import LONGEST_NAME, LONGEST_SOURCE
from projects.codes import DATUM_ZH, Datum, Level
from services import office_files
from views.analysis.layers.words import kind_help, kind_words
from views.shell import Shell

KIND: Final = "layer_read"
"""The job that reads a file."""
_TABLES: Final = (".csv", ".xlsx", ".xls", ".xlsm")
_MAPS: Final = (".gpkg", ".geojson", ".json", ".zip", ".kml")
SUFFIXES: Final[Mapping[LayerKind, tuple[str, ...]]] = {
    LayerKind.SETTLEMENTS: (*_TABLES, *_MAPS),
    LayerKind.POPULATION: (".tif", ".tiff"),
    LayerKind.CANDIDATES: (*_TABLES, *_MAPS),
    LayerKind.EXCLUSIONS: _MAPS,
    LayerKind.LAND_USE: _MAPS,
    LayerKind.ROADS: (".gpkg", ".pbf", ".osm", ".zip", ".geojson", ".json"),
}
"""What may be uploaded; what a file really is, its content says."""
CUT: Final = (LayerKind.POPULATION, LayerKind.ROADS)
"""Kinds that are cut to an area."""


def draw(shell: Shell) -> None:
    """Ask for a file and hand it to the worker to look at."""
    _ = shell.translate
    chosen = st.radio(
        _("这个文件用作"),
        list(LayerKind),
        format_func=lambda k: kind_words(k, _),
        captions=[kind_help(k, _) for k in LayerKind],
        key="layer-kind",
    )
    kind = LayerKind(str(chosen))
    file = st.file_uploader(
        _("文件（{kinds}；不超过 {n} MB）").format(
            kinds="、".join(s.removeprefix(".") for s in SUFFIXES[kind]), n=shell.settings.max_upload_mb
        ),
        type=[suffix.removeprefix(".") for suffix in SUFFIXES[kind]],
        key=f"layer-file-{kind}",
        max_upload_size=shell.settings.max_upload_mb,
    )
    asked = _asked(shell, kind)
    ready = bool(file and asked["datum"] and asked["name"] and asked["source"])
    pressed = st.button(
        _("检查文件"), key="layer-check", type="primary", disabled=not ready, icon=":material/rule:"
    )
    st.caption(_("先检查、后保存：看过有多少行能用、用的是哪几列，再决定。文件、坐标系、名称、来源都要填。"))
    if pressed and file is not None:
        _submit(shell, kind, file.name, file.getvalue(), asked)


def _asked(shell: Shell, kind: LayerKind) -> dict[str, Any]:
    """Ask for datum, name, source, day, and the area where a kind is cut to one."""
    _ = shell.translate
    left, right = st.columns(2)
    datum = left.selectbox(
        _("坐标系（不会替您猜）"),
        list(Datum),
        index=None,
        placeholder=_("请选择"),
        format_func=lambda code: _(DATUM_ZH[code]),
        key="layer-datum",
        help=_(
            "手机定位、GPS、OSM 为 WGS84；测绘、自然资源部门的成果多为 CGCS2000；高德、腾讯地图取的点"
            "为 GCJ-02；百度地图为 BD-09。不清楚就问提供文件的人。"
        ),
    )
    name = right.text_input(_("图层名称"), key="layer-name", max_chars=LONGEST_NAME)
    source = left.text_input(
        _("数据来源（会印在结果上）"),
        key="layer-source",
        max_chars=LONGEST_SOURCE,
        placeholder=_("例如：县统计局村级人口台账"),
    )
    day = right.date_input(_("数据日期（不知道就留空）"), value=None, key="layer-day")
    found = {
        "datum": str(datum or ""),
        "name": name.strip(),
        "source": source.strip(),
        "data_date": day.isoformat() if day else "",
    }
    if kind in CUT:
        found["within"] = _area(shell, kind)
    if kind is LayerKind.ROADS:
        found["travel"] = _travel(shell)
    return found


def _area(shell: Shell, kind: LayerKind) -> str:
    """Ask for the prefecture to cut to; the office's own one is offered first."""
    _ = shell.translate
    names = _prefectures(shell)
    home = shell.settings.home_area
    if "layer-area" not in st.session_state:
        st.session_state["layer-area"] = home if home in names else ""
    label = _("裁到哪个地市（外加 20 公里）") if kind is LayerKind.ROADS else _("裁到哪个地市的各县")
    chosen = st.selectbox(
        label,
        ["", *names],
        format_func=lambda code: names.get(code) or _("不裁剪（整个文件）"),
        key="layer-area",
    )
    return str(chosen or "")


def _prefectures(shell: Shell) -> dict[str, str]:
    """Return prefectures by code with the names of their provinces, read once per version of the data."""
    held = st.session_state.get("layer-prefectures")
    if held is None or held[0] != shell.version:
        provinces = {area.code: area.name for area in shell.library.areas(Level.PROVINCE)}
        names = {
            area.code: f"{provinces.get(area.province_code or '', '')} {area.name}".strip()
            for area in shell.library.areas(Level.PREFECTURE)
        }
        held = st.session_state["layer-prefectures"] = (shell.version, dict(sorted(names.items())))
    found: dict[str, str] = held[1]
    return found


def _travel(shell: Shell) -> str:
    _ = shell.translate
    words = {"car": _("驾车"), "walk": _("步行")}
    chosen = st.radio(
        _("谁用这些路"),
        list(words),
        format_func=lambda way: words[way],
        horizontal=True,
        key="layer-travel",
        help=_("文件有道路类别（highway、fclass）时，只取这种出行方式能走的路；两种都要就分别载入。"),
    )
    return str(chosen or "car")


def _submit(shell: Shell, kind: LayerKind, name: str, content: bytes, asked: Mapping[str, Any]) -> None:
    kept = office_files.keep_upload(shell.settings, name, content, SUFFIXES[kind])
    arguments = {"kind": str(kind), "file": kept.name, "file_name": name, "sha256": kept.sha256, **asked}
    submit(shell, arguments, shell.translate("检查 {name}").format(name=name))


def submit(shell: Shell, arguments: Mapping[str, Any], title: str) -> None:
    """Hand a file to the worker and go to its job."""
    st.query_params["job"] = str(shell.jobs.submit(KIND, title, dict(arguments)))
    st.rerun()
