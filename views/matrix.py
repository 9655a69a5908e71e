"""County × category beside the map, with its empty cells: where nothing is named is an answer too."""

from collections.abc import Mapping
from typing import Final

import pandas as pd
import streamlit as st

from projects.codes import CATEGORY_ZH, Level
from projects.filters import ProjectFilter
from views import words
from views.shell import Shell

TALLEST: Final = 24
"""Rows shown without scrolling."""


def draw(shell: Shell, chosen: ProjectFilter) -> None:
    """Draw the matrix of the map's counties and the records that belong to none of them."""
    _ = shell.translate
    table = build(shell, chosen)
    st.markdown(f"##### {_('县 × 类别')}")
    if table.empty:
        st.caption(_("当前条件下没有落到县的记录。"))
        return
    st.dataframe(table, height=min(TALLEST, len(table) + 1) * 35 + 3, width="stretch", key="matrix",
                 column_config={"": st.column_config.TextColumn(pinned=True)})
    st.caption(_("空格表示文件没有点名任何项目，不等于没有服务。涉及多个县的计划任务在每个相关县各计一次，因此各格之和可能大于总数。"))


def build(shell: Shell, chosen: ProjectFilter) -> pd.DataFrame:
    """Return counts by county (rows, named) and category (columns); empty cells are missing, not zero."""
    scope = shell.scenes.scope(chosen)
    counts = shell.library.touching_counts(chosen)
    rows = _counties(shell, chosen, counts, scope.within if scope.level is Level.COUNTY else None)
    present = [c for c in CATEGORY_ZH if any(c in counts.get(code, {}) for code in rows)]
    data = {words.category(c, shell.translate): [counts.get(code, {}).get(c) for code in rows] for c in present}
    data = {shell.translate("合计"): [sum(counts.get(code, {}).values()) for code in rows]} | data
    return pd.DataFrame(data, index=list(rows.values())).astype("Int64") if rows else pd.DataFrame()


def _counties(shell: Shell, chosen: ProjectFilter, counts: Mapping[str, object], within: str | None
              ) -> dict[str, str]:
    """Return code → name: all counties of the map's prefecture, else those that occur."""
    areas = shell.library.areas(Level.COUNTY, within)
    wanted = set(chosen.county)
    return {a.code: a.name for a in areas
            if (a.code in wanted if wanted else within is not None or a.code in counts)}
