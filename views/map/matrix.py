"""Area × category beside the map, with its empty cells: where nothing is named is an answer too."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.filters import ProjectFilter
from services.map_parts import AreaRow
from views import signs, words
from views.shell import Shell

SHADES: Final = ((1, 0.10), (3, 0.2), (6, 0.32), (12, 0.45))
"""From this number on, this strength of blue (classes in ``views.style``): dark text is legible on each."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Counts by area and category; ``besides`` counts programmes that touch a county and is in no sum."""

    categories: tuple[str, ...]
    rows: tuple[tuple[str, Mapping[str, int], int], ...]
    with_besides: bool
    elsewhere: int

    @property
    def sums(self) -> Counter[str]:
        """Records by category over all rows."""
        total: Counter[str] = Counter()
        for _, counts, _ in self.rows:
            total.update(counts)
        return total


def draw(shell: Shell, chosen: ProjectFilter, matched: int) -> None:
    """Draw the matrix of the map's areas; its rows are the badges, so that map and matrix cannot disagree."""
    _ = shell.translate
    st.html(element("h3", escape(_("区域 × 类别")), class_="atlas-heading"))
    matrix = build(shell, chosen, matched)
    if not matrix.rows:
        st.caption(_("当前条件下没有落到任何区域的记录。"))
    else:
        st.html(
            element(
                "div",
                _table(shell, matrix),
                class_="atlas-matrix",
                tabindex="0",
                role="region",
                aria_label=_("区域 × 类别"),
            )
        )
        st.caption(_("空格：文件没有点名任何项目，不等于没有服务。"))
    if matrix.with_besides:
        st.caption(_("跨县任务计在地市行；“另涉及”是还涉及该县的条数，不计入合计。"))
    if matrix.elsewhere:
        st.caption(_("另有 {n} 条不知在哪个区域，只在列表中。").format(n=matrix.elsewhere))


def build(shell: Shell, chosen: ProjectFilter, matched: int) -> Matrix:
    """Return the matrix of a filter; its sum and ``elsewhere`` add up to ``matched``."""
    rows = shell.scenes.area_rows(chosen)
    total = sum(sum(row.by_category.values()) for row in rows)
    if chosen.county:
        rows = tuple(r for r in rows if r.by_category or r.code in chosen.county)
    present = {c for row in rows for c in row.by_category}
    of_counties = any(row.level == "county" for row in rows)
    touching = (
        {code: sum(n.values()) for code, n in shell.library.touching_counts(chosen).items()}
        if of_counties
        else {}
    )
    return Matrix(
        categories=tuple(c for c in words.CATEGORY_ORDER if c in present),
        rows=tuple(
            (_title(row, of_counties, shell), row.by_category, _besides(row, touching)) for row in rows
        ),
        with_besides=any(_besides(row, touching) for row in rows),
        elsewhere=matched - total,
    )


def _besides(row: AreaRow, touching: Mapping[str, int]) -> int:
    own = sum(row.by_category.values())
    return touching.get(row.code, 0) - own if row.level == "county" else 0


def _title(row: AreaRow, of_counties: bool, shell: Shell) -> str:
    """Return the name of a row; among counties a wider area holds what no county is known for."""
    if of_counties and row.level in ("prefecture", "province"):
        return shell.translate("{name}（县未定）").format(name=row.place.name)
    return row.place.name


def _table(shell: Shell, matrix: Matrix) -> str:
    _ = shell.translate
    heads = [_head(words.category(c, _), signs.picture(c, 17)) for c in matrix.categories]
    tail = [_head(_("另涉及"))] if matrix.with_besides else []
    first = element("th", element("span", escape(_("区域")), class_="atlas-unseen"), scope="col")
    body = [_row(matrix, title, counts, besides) for title, counts, besides in matrix.rows]
    last = _row(matrix, _("合计"), matrix.sums, None, class_="atlas-sum") if len(matrix.rows) > 1 else ""
    return element(
        "table",
        element("thead", element("tr", first, _head(_("合计")), *heads, *tail)),
        element("tbody", *body, last),
    )


def _head(text: str, picture: str = "") -> str:
    return element("th", element("span", escape(text)), picture, scope="col", title=text)


def _row(matrix: Matrix, title: str, counts: Mapping[str, int], besides: int | None, **given: str) -> str:
    cells = [element("td", element("b", str(sum(counts.values()))))]
    cells += [_cell(counts.get(c, 0), bool(given)) for c in matrix.categories]
    if matrix.with_besides:
        cells.append(element("td", f"+{besides}" if besides else ""))
    return element("tr", element("th", escape(title), scope="row"), *cells, **given)


def _cell(number: int, plain: bool) -> str:
    if plain:
        return element("td", str(number))
    return (
        element("td", str(number), class_=f"s{round(shade(number) * 100)}")
        if number
        else element("td", class_="atlas-empty")
    )


def shade(number: int, steps: Sequence[tuple[int, float]] = SHADES) -> float:
    """Return the strength of a cell's colour, 0 for none.

    >>> [shade(n) for n in (0, 1, 5, 50)]
    [0.0, 0.1, 0.2, 0.45]
    """
    return max((strength for least, strength in steps if number >= least), default=0.0)
