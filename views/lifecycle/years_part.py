"""Yearly classes (预备 · 新开工 · 续建 · 竣工投产) and lists of key projects of one year."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.filters import ProjectFilter
from projects.lifecycle.key_lists import KeyList, ListLevel
from projects.lifecycle.ports import Listed
from projects.lifecycle.yearly import YearlyClass
from projects.values import DATE_YEARS
from views import marks, ways
from views.i18n import Translate
from views.lifecycle import address, pieces
from views.money import tables
from views.shell import Shell

UNKNOWN: Final = "unknown"
"""The class of those whose dates do not say, in the address."""


def class_title(yearly: YearlyClass | None, _: Translate) -> str:
    """Return what a yearly class is called."""
    return _(str(yearly)) if yearly else _("未知（日期没有说）")


def level_title(level: ListLevel, _: Translate) -> str:
    """Return what a list is called."""
    return {
        ListLevel.NATIONAL: _("国家重点"),
        ListLevel.PROVINCIAL: _("省重点"),
        ListLevel.MUNICIPAL: _("市重点"),
        ListLevel.COUNTY: _("县重点"),
    }[level]


def _year(shell: Shell) -> int:
    key = address.key("year")
    st.session_state.setdefault(key, address.year())
    found = st.number_input(
        shell.translate("年度"),
        DATE_YEARS[0],
        DATE_YEARS[-1],
        key=key,
        width=160,
        on_change=lambda: address.put(p=""),
    )
    year = int(found)
    address.put(year="" if year == address.day().year else str(year))
    return year


def draw_classes(shell: Shell, chosen: ProjectFilter) -> None:
    """Draw the counts by class and the records of one."""
    _ = shell.translate
    year = _year(shell)
    counts = shell.schedule.classes(chosen, year)
    known = {str(yearly) if yearly else UNKNOWN: yearly for yearly in (*YearlyClass, None)}
    asked = address.held()["class"]
    tiles = [marks.tile(f"{n:,}", class_title(yearly, _)) for yearly, n in counts]
    st.html(marks.tiles(tiles))
    links = [
        ways.anchor(
            shell,
            class_title(yearly, _),
            "dispatch",
            **address.params(chosen, show="classes", **{"class": str(yearly) if yearly else UNKNOWN}),
        )
        for yearly, n in counts
        if n
    ]
    st.html(element("p", escape(_("看名单：")), "　".join(links)))
    st.caption(
        _(
            "按开工、竣工、投产的日期逐年推算，不另存：当年竣工或投产的列竣工投产；当年开工的列新开工；"
            "往年已开工未竣工的列续建；以后才开工、仍在做前期的列预备；停缓建、退库和往年已竣工的不列入；"
            "日期没有说的是未知。"
        )
    )
    if asked in known:
        matched = next(n for yearly, n in counts if yearly is known[asked])
        number = address.page_number(max(1, -(-matched // pieces.PAGE)))
        rows = shell.schedule.of_class(
            chosen, year, known[asked], limit=pieces.PAGE, offset=(number - 1) * pieces.PAGE
        )
        st.html(
            element("h3", escape(f"{year} · {class_title(known[asked], _)}"), class_="atlas-heading")
            + _table(shell, rows, class_title(known[asked], _))
        )
        pieces.pages(shell, chosen, matched)


def draw_keys(shell: Shell, chosen: ProjectFilter) -> None:
    """Draw the lists of key projects of a year, and what in the texts nobody understands."""
    _ = shell.translate
    year = _year(shell)
    found = shell.schedule.key_projects(chosen, year)
    years = Counter(one for row in found for one in row.lists)
    if not found:
        st.caption(_("没有项目填过重点项目名单：在表单或工作簿的“重点项目名单”里填写，如 2026省重点。"))
        return
    st.html(element("p", "　".join(_years(shell, chosen, years))))
    for level in ListLevel:
        rows = [row for row in found if KeyList(year, level) in row.lists]
        if rows:
            heading = f"{year} {level_title(level, _)}（{len(rows):,}）"
            st.html(
                element("h3", escape(heading), class_="atlas-heading")
                + _table(shell, rows[:SHOWN], level_title(level, _))
            )
            if len(rows) > SHOWN:
                st.caption(_("只列出前 {n} 条，全部在导出的工作簿里。").format(n=SHOWN))
    _unread(shell, found)


SHOWN: Final = 200


def _years(shell: Shell, chosen: ProjectFilter, counts: Counter[KeyList]) -> list[str]:
    years = sorted({one.year for one in counts})
    return [
        ways.anchor(
            shell,
            f"{year}："
            + pieces.joined(
                [
                    f"{level_title(one.level, shell.translate)} {n}"
                    for one, n in sorted(counts.items(), key=_level_order)
                    if one.year == year
                ]
            ),
            "dispatch",
            **(address.params(chosen, show="keys") | {"year": str(year)}),
        )
        for year in years
    ]


def _level_order(named: tuple[KeyList, int]) -> int:
    return list(ListLevel).index(named[0].level)


def _unread(shell: Shell, found: Sequence[Listed]) -> None:
    _ = shell.translate
    unread = [row for row in found if row.unread]
    if unread:
        lines = [
            element(
                "li",
                pieces.record(shell, row.project_id, row.name, row.basis),
                "：",
                escape("；".join(row.unread)),
            )
            for row in unread[:SHOWN]
        ]
        st.html(
            element(
                "h3",
                escape(_("读不懂、没有列入的（{n} 个项目）").format(n=len(unread))),
                class_="atlas-heading",
            )
            + element("ul", *lines, class_="atlas-plainlist")
        )


def _table(shell: Shell, rows: Sequence[Listed], label: str) -> str:
    _ = shell.translate
    heads = (_("项目名称"), _("阶段"), _("年度类别"), _("开工"), _("竣工"), _("填报单位"), _("县（市、区）"))
    body = [
        tables.row(
            pieces.record(shell, row.project_id, row.name, row.basis),
            [
                escape(_(row.stage)),
                escape(class_title(row.yearly, _)),
                pieces.day(row.start),
                pieces.day(row.end),
                pieces.cell(row.unit or "—"),
                pieces.cell(row.county or "—"),
            ],
        )
        for row in rows
    ]
    return element("div", tables.table(heads, body, label), class_="atlas-wordy")
