"""Tables with ticks: who leaves and why, who comes in, in which years and why."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import streamlit as st

from layers.html import clean_text
from projects.plans.editions import LONGEST_REASON, PlanEntry
from projects.plans.ports import Candidate, Wish
from projects.values import plain
from views import values, words
from views.shell import Shell

TALLEST = 14


def as_candidate(entry: PlanEntry) -> Candidate:
    """Return a member of an edition as a row that may be ticked."""
    held = entry.snapshot
    return Candidate(
        entry.project_id,
        entry.name,
        str(held.get("county", "")),
        str(held.get("category", "")),
        str(held.get("stage", "")),
        str(held["total_investment"]) if "total_investment" in held else None,
        entry.plan,
        str(held.get("basis", "")),
    )


def leaving(shell: Shell, key: str, rows: Sequence[Candidate], picked: dict[str, str]) -> None:
    """Draw members with a tick and a reason each; ``picked`` (number → reason) follows the ticks."""
    _ = shell.translate
    if not rows:
        st.caption(_("没有可列出的项目。"))
        return
    key = _of_these(key, rows)
    ticked, reason = _("退出"), _("理由")
    shown = [
        {
            ticked: one.project_id in picked,
            **_names(shell, one),
            reason: picked.get(one.project_id, one.reason),
            **_facts(shell, one),
        }
        for one in rows
    ]
    for one, cells in zip(rows, _edited(shell, key, shown, {ticked, reason}), strict=True):
        if cells[ticked]:
            picked[one.project_id] = str(cells[reason] or "")
        else:
            picked.pop(one.project_id, None)


def entering(  # noqa: PLR0913
    shell: Shell,
    key: str,
    rows: Sequence[Candidate],
    picked: dict[str, Wish],
    years: Sequence[int],
    *,
    reasons: bool,
) -> None:
    """Draw candidates with a tick, the years they are in, and a reason where reasons are asked for.

    ``picked`` follows the ticks.

    Years as the annual plan has them are nobody's decision: they are read again when the edition is frozen.
    """
    _ = shell.translate
    key = _of_these(key, rows)
    ticked, reason = _("列入"), _("理由")
    titles = {year: _("{year}年").format(year=year) for year in years}
    shown = [
        {
            ticked: one.project_id in picked,
            **_names(shell, one),
            **_year_ticks(one, picked.get(one.project_id), titles),
            **({reason: _reason(picked.get(one.project_id))} if reasons else {}),
            **_facts(shell, one),
        }
        for one in rows
    ]
    editable = {ticked, reason, *titles.values()}
    for one, cells in zip(rows, _edited(shell, key, shown, editable), strict=True):
        if cells[ticked]:
            picked[one.project_id] = _wish(one, cells, titles, str(cells.get(reason) or ""))
        else:
            picked.pop(one.project_id, None)


def _reason(wish: Wish | None) -> str:
    return wish.reason if wish else ""


def _of_these(key: str, rows: Sequence[Candidate]) -> str:
    """Return the key of a table that holds these rows; other rows make another table."""
    return f"{key}-{hash(tuple(one.project_id for one in rows))}"


def _year_ticks(one: Candidate, wish: Wish | None, titles: Mapping[int, str]) -> dict[str, bool]:
    held = wish.years if wish and wish.years is not None else tuple(one.plan)
    return {title: year in held for year, title in titles.items()}


def _wish(one: Candidate, cells: Mapping[str, Any], titles: Mapping[int, str], reason: str) -> Wish:
    years = tuple(year for year, title in titles.items() if cells[title])
    planned = tuple(year for year in titles if year in one.plan)
    return Wish(reason, None if years == planned else years)


def _names(shell: Shell, one: Candidate) -> dict[str, str]:
    """Return number and name; what is not real is marked."""
    _ = shell.translate
    name = clean_text(one.name)
    if one.basis in ("demo", "modelled"):
        name = f"{name}（{words.basis(one.basis, _)}）"
    return {_("编号"): one.project_id, _("名称"): name}


def _facts(shell: Shell, one: Candidate) -> dict[str, str]:
    """Return what else is known; an unknown amount is said."""
    _ = shell.translate
    plan = "；".join(
        f"{year}: {_('未知') if amount is None else values.number(plain(amount))}"
        for year, amount in one.plan.items()
    )
    return {
        _("县（市、区）"): clean_text(one.county),
        _("阶段"): _(one.stage) if one.stage else "",
        _("总投资（万元）"): values.number(one.total_investment) if one.total_investment else _("未知"),
        _("年度计划（万元）"): plan or _("未知"),
    }


def _edited(shell: Shell, key: str, shown: list[dict[str, Any]], editable: set[str]) -> list[dict[str, Any]]:
    """Draw a table and return its rows; it starts from the same rows in every run, edits come on top."""
    first: list[dict[str, Any]] = st.session_state.setdefault(f"{key}-{shell.language}-rows", shown)
    texts = {name for name, cell in first[0].items() if isinstance(cell, str)}
    table = st.data_editor(
        first,
        hide_index=True,
        width="stretch",
        disabled=[name for name in first[0] if name not in editable],
        column_config={
            name: st.column_config.TextColumn(max_chars=LONGEST_REASON if name in editable else None)
            if name in texts
            else st.column_config.CheckboxColumn(width=76)
            for name in first[0]
        },
        key=f"{key}-{shell.language}",
        height=min(len(first) + 1, TALLEST) * 35 + 3,
    )
    return cast("list[dict[str, Any]]", table)
