"""Sources and licences: where everything on the map comes from, and how to read it honestly."""

import streamlit as st

from views.shell import Shell, credit


def draw(shell: Shell) -> None:
    """Draw the page."""
    _ = shell.translate
    st.markdown(f"### {_('来源与许可')}")
    st.markdown(_("地图与导出文件的署名：**{credit}**").format(credit=credit(shell)))
    for source in shell.library.sources():
        number = source["number"] or ""
        lines = [f"**{source['title']}** {number}", source["publisher"] or "", source["attribution"] or "",
                 source["licence"] or "", source["note"] or ""]
        st.markdown("　".join(line for line in lines if line))
    st.markdown(f"#### {_('怎样诚实地读这张图')}")
    st.markdown(_(
        "- 五份文件只给出名称，没有给出任何单个项目的金额、日期或坐标；没有填报的一律显示为“未明确”或“未报”，不是零。\n"
        "- 只有位置可信到乡镇或更细的记录才画点；只知县或地市的，计入标牌，不画点。\n"
        "- 浅色点是乡镇代表点（GeoNames 地名点或乡镇范围框中心），不是项目所在地块，不能用来量距离。\n"
        "- 虚线符号是模拟分配，非下达指标。\n"
        "- 文件用语（在建、二期等）只在文件年份有效。\n"
        "- 边界由 GCJ-02 换算为 WGS84，距县界 500 米以内的点，县的归属需向当地核实。"))
