"""The lists of one record as small tables with rows to add and to take away.

Amounts and years are typed as text, so that what is no number stays where it was typed, with the reason
below, instead of vanishing from the cell.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from layers.html import element, escape
from projects.fields import Field, FieldType, JsonValue
from projects.filing.form import LIST_FIELDS, Problem, Row, rows_of
from views.editing import edit_state, edit_words, money_sum, split_line
from views.editing.edit_state import Work
from views.lifecycle import card as life_cycle
from views.shell import Shell


def draw(shell: Shell, work: Work, kind: str, problems: Sequence[Problem]) -> None:
    """Draw one list, take its rows into the form, and say below what is wrong in which row."""
    _ = shell.translate
    st.html(
        element("h4", escape(edit_words.list_title(kind, _)), class_="atlas-subsection")
        + element("p", escape(edit_words.list_help(kind, _)), class_="atlas-muted")
    )
    columns, key = LIST_FIELDS[kind], work.key(kind)
    if kind not in work.tables or key not in st.session_state:
        work.tables[kind] = frame(columns, rows_of(work.form, kind))
    edited = st.data_editor(
        work.tables[kind],
        key=key,
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        column_order=[f.name for f in columns],
        column_config={f.name: column(shell, f) for f in columns},
        on_change=_note,
        args=(shell, work, kind, key),
        placeholder=_("未知"),
    )
    work.form[kind] = list(rows(columns, edited))
    said = dict.fromkeys(
        f"{edit_words.where(p, shell.language, _)}：{edit_words.problem(p, _)}" for p in problems
    )
    if said:
        st.html("".join(element("p", escape(text), class_="atlas-wrong", role="alert") for text in said))
    if kind == split_line.KIND:
        money_sum.draw(shell, work)
        split_line.draw(shell, work)
    if kind == "milestone":
        life_cycle.draw_warnings(shell, work.reading().document)


def _note(shell: Shell, work: Work, kind: str, key: str) -> None:
    """Take the rows over as soon as one was changed, before anything of the page runs."""
    table = patched(work.tables[kind], st.session_state.get(key))
    work.form[kind] = list(rows(LIST_FIELDS[kind], table))
    edit_state.keep(shell, work)


def patched(table: pd.DataFrame, delta: Any) -> pd.DataFrame:
    """Return a table with what its editor in the browser changed: cells, new rows, rows taken away."""
    changed = table.astype(object)
    if not isinstance(delta, Mapping):
        return changed
    for i, cells in delta.get("edited_rows", {}).items():
        for name, given in cells.items():
            changed.loc[changed.index[int(i)], name] = given
    kept = changed.drop(index=[changed.index[int(i)] for i in delta.get("deleted_rows", ())])
    added = pd.DataFrame(list(delta.get("added_rows", ())), columns=table.columns, dtype=object)
    return pd.concat([kept, added], ignore_index=True) if len(added) else kept


def column(shell: Shell, field: Field, *, disabled: bool = False) -> Any:
    """Return how a column of a table is edited."""
    title = edit_words.title(field, shell.language) + (" *" if field.required else "")
    common: dict[str, Any] = {"label": title, "disabled": disabled}
    if field.type is FieldType.CHOICE:
        names = {code: shell.translate(name) for code, name in field.choices.items()}
        return st.column_config.SelectboxColumn(
            **common, options=list(names), format_func=lambda code: names.get(str(code), str(code))
        )
    if field.type is FieldType.DATE:
        return st.column_config.DateColumn(**common, format="YYYY-MM-DD")
    if field.type is FieldType.BOOLEAN:
        return st.column_config.CheckboxColumn(**common)
    return st.column_config.TextColumn(**common, max_chars=max(field.longest, 40))


def frame(columns: Sequence[Field], held: Sequence[Row]) -> pd.DataFrame:
    """Return rows of text as a table; the id of a line rides along, unseen."""
    names = [f.name for f in columns]
    table = pd.DataFrame([[_cell(f, row.get(f.name)) for f in columns] for row in held], columns=names)
    for field in columns:
        table[field.name] = table[field.name].astype(bool if field.type is FieldType.BOOLEAN else object)
    table["id"] = pd.Series([row.get("id") for row in held], dtype=object)
    return table


def _cell(field: Field, held: JsonValue) -> Any:
    if field.type is FieldType.BOOLEAN:
        return held is True
    if held in (None, ""):
        return None
    if field.type is FieldType.DATE:
        try:
            return date.fromisoformat(str(held))
        except ValueError:
            return None
    return str(held)


def rows(columns: Sequence[Field], table: pd.DataFrame) -> list[dict[str, JsonValue]]:
    """Return the rows of an edited table as a form keeps them; rows with nothing in them are left out."""
    found = []
    for raw in table.to_dict("records"):
        row: dict[str, JsonValue] = {f.name: value(f, raw.get(f.name)) for f in columns}
        if all(held in ("", False) for held in row.values()):
            continue
        key = raw.get("id")
        if isinstance(key, str) and key:
            row["id"] = key
        found.append(row)
    return found


def value(field: Field, given: Any) -> JsonValue:
    """Return a cell of an edited table as a form keeps it: text, a boolean for a switch."""
    empty = given is None or (not isinstance(given, str) and bool(pd.isna(given)))
    if field.type is FieldType.BOOLEAN:
        return not empty and bool(given)
    if empty:
        return ""
    return given.isoformat()[:10] if isinstance(given, date) else str(given).strip()
