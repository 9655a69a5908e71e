"""Numbers and texts of a row: people, cost, capacity, id, name. Unknown stays unknown, nothing is guessed."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

import numpy as np

from data.importers.layers.columns import Columns, Used
from data.importers.office.cells import is_blank, is_unknown, stripped
from data.importers.office.grid import Cell
from data.importers.office.numbers import read_amount
from projects.analysis.layer_reading import Note, Reason
from projects.values import cleaned

NUMBERS: Final = ("people", "cost", "capacity")
LONGEST: Final = 200
"""Characters of an id or a name."""
_PLAIN: Final = re.compile(r"\d{1,15}(?:\.\d{1,15})?")
_QUANTITY: Final = {"people": "count", "cost": "money", "capacity": "count"}
_WRONG: Final[Mapping[str, tuple[Reason, Reason]]] = {
    "people": (Reason.PEOPLE_UNREADABLE, Reason.PEOPLE_NEGATIVE),
    "cost": (Reason.COST_UNREADABLE, Reason.COST_NEGATIVE),
    "capacity": (Reason.CAPACITY_UNREADABLE, Reason.CAPACITY_NEGATIVE),
}


class Figures(NamedTuple):
    """The numbers of a row (NaN: not said), what is said of them, and why the row is not in use."""

    people: float
    cost: float
    capacity: float
    notes: tuple[Note, ...] = ()
    reason: Reason | None = None
    quoted: str = ""


UNUSED: Final = Figures(np.nan, np.nan, np.nan)


def text_of(row: Sequence[Cell], used: Used | None, longest: int = LONGEST) -> str:
    """Return the text of a column, empty when there is none or it says that nobody knows."""
    if used is None or used.at >= len(row) or is_blank(row[used.at]):
        return ""
    text = cleaned(stripped(row[used.at]))[:longest]
    return "" if is_unknown(text) else text


def figures_of(row: Sequence[Cell], columns: Columns) -> Figures:
    """Return people, cost and capacity of a row; people must be known where the file has such a column."""
    values = dict.fromkeys(NUMBERS, np.nan)
    notes: list[Note] = []
    for role in NUMBERS:
        used = columns.roles.get(role)
        if used is None:
            continue
        cell = row[used.at] if used.at < len(row) else ""
        plain = isinstance(cell, str) and _PLAIN.fullmatch(cell) is not None
        text = str(cell) if plain else text_of(row, used)
        found = _number(cell, text, used, role, notes) if text else np.nan
        if isinstance(found, Reason):
            return UNUSED._replace(reason=found, quoted=text)
        if role == "people" and np.isnan(found):
            return UNUSED._replace(reason=Reason.NO_PEOPLE)
        values[role] = found
        notes += _notes(role, found, used)
    return Figures(values["people"], values["cost"], values["capacity"], tuple(notes))


def _number(cell: Cell, text: str, used: Used, role: str, notes: list[Note]) -> float | Reason:
    unreadable, negative = _WRONG[role]
    if _PLAIN.fullmatch(text):
        return float(text) * used.factor
    amount = read_amount(cell, _QUANTITY[role], Decimal(repr(used.factor)))
    if amount.value is None:
        return unreadable
    if amount.value < 0:
        return negative
    if amount.about:
        notes.append(Note.ABOUT)
    return float(amount.value)


def _notes(role: str, value: float, used: Used) -> list[Note]:
    if role == "people":
        return [Note.ZERO_PEOPLE] if value == 0 else []
    if np.isnan(value):
        return [Note.NO_COST if role == "cost" else Note.NO_CAPACITY]
    return [Note.NO_UNIT] if role == "cost" and not used.unit else []
