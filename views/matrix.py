"""Area × category beside the map, with its empty cells: where nothing is named is an answer too."""

from collections.abc import Mapping
from typing import Final

import pandas as pd
import streamlit as st

from projects.codes import CATEGORY_ZH
from projects.filters import ProjectFilter
from services.map_scene import AreaRow
from views import words
from views.shell import Shell

TALLEST: Final = 24
"""Rows shown without scrolling."""


def draw(shell: Shell, chosen: ProjectFilter) -> None:
    """Draw the matrix of the map's areas; its rows are the badges, so that map and matrix cannot disagree."""
    _ = shell.translate
    table = build(shell, chosen)
    st.markdown(f"##### {_('区域 × 类别')}")
    if table.empty:
        st.caption(_("当前条件下没有落到任何区域的记录。"))
        return
    st.dataframe(table, height=min(TALLEST, len(table) + 1) * 35 + 3, width="stretch", key="matrix", placeholder="")
    st.caption(_("空格表示文件没有点名任何项目，不等于没有服务。跨县任务计在地市行，并在各相关县另列，不计入县的合计。"))


def build(shell: Shell, chosen: ProjectFilter) -> pd.DataFrame:
    """Return counts by area (rows, named) and category (columns); empty cells are missing, not zero.

    The totals add up to all records that lie anywhere; the last column tells how many programmes touch a county
    besides and is in no sum.
    """
    _ = shell.translate
    rows = shell.scenes.area_rows(chosen)
    if chosen.county:
        rows = tuple(r for r in rows if r.by_category or r.code in chosen.county)
    if not rows:
        return pd.DataFrame()
    touching = {code: sum(n.values()) for code, n in shell.library.touching_counts(chosen).items()}
    present = [c for c in CATEGORY_ZH if any(c in row.by_category for row in rows)]
    data = {_("合计"): [sum(row.by_category.values()) for row in rows]}
    data |= {words.category(c, _): [row.by_category.get(c) for row in rows] for c in present}
    of_counties = any(row.level == "county" for row in rows)
    if of_counties:
        data |= {_("另有跨县任务"): [_besides(row, touching) for row in rows]}
    return pd.DataFrame(data, index=[_title(row, of_counties, shell) for row in rows]).astype("Int64")


def _besides(row: AreaRow, touching: Mapping[str, int]) -> int | None:
    own = sum(row.by_category.values())
    return (touching.get(row.code, 0) - own or None) if row.level == "county" else None


def _title(row: AreaRow, of_counties: bool, shell: Shell) -> str:
    """Return the name of a row; among counties a wider area holds what no county is known for."""
    if of_counties and row.level in ("prefecture", "province"):
        return shell.translate("{name}（县未定）").format(name=row.place.name)
    return row.place.name
