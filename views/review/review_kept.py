"""What a reviewer has decided of a change set so far, kept in the session until it is sent."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import streamlit as st

from projects.filing.changes import ChangeRow, Decision, EntryRow
from projects.filing.desk import Desk

CHUNK: Final = 5000
"""Records fetched at once when a decision is made for all."""
ONE_BY_ONE: Final = "one_by_one"


def decisions(key: int) -> dict[int, Decision]:
    """Return what was decided of a set so far, by change id; kept until it is sent."""
    kept: dict[int, Decision] = st.session_state.setdefault(f"decisions-{key}", {})
    return kept


def remarks(key: int) -> dict[int, str]:
    """Return the remarks on single fields so far, by change id."""
    kept: dict[int, str] = st.session_state.setdefault(f"remarks-{key}", {})
    return kept


def seen(key: int) -> dict[int, int]:
    """Return entry id → the record's version that was on the screen when it was decided."""
    kept: dict[int, int] = st.session_state.setdefault(f"seen-{key}", {})
    return kept


def look(key: int, entry: EntryRow) -> None:
    """Remember which version of a record a decision is about."""
    if entry.version_now is not None:
        seen(key)[entry.id] = entry.version_now


def decide_record(key: int, changes: Iterable[ChangeRow], decision: Decision | None) -> None:
    """Decide all fields of a record that do not conflict; None takes the decision back.

    A field that conflicts is decided by name only.
    """
    kept = decisions(key)
    for change in changes:
        if change.decision is not None or change.conflicts:
            continue
        if decision is None:
            kept.pop(change.id, None)
        else:
            kept[change.id] = decision


def every_entry(desk: Desk, key: int, count: int) -> Iterator[EntryRow]:
    """Yield all entries of a set, fetched in chunks."""
    for offset in range(0, count, CHUNK):
        yield from desk.change_set(key, limit=CHUNK, offset=offset).entries


def record_state(key: int, changes: Sequence[ChangeRow]) -> str | None:
    """Return the decision that all open fields of a record share, one-by-one for a mixture, None for none."""
    kept = decisions(key)
    said = {kept.get(change.id) for change in changes if change.decision is None and not change.conflicts}
    if said <= {None}:
        return None
    return str(said.pop()) if len(said) == 1 else ONE_BY_ONE


def forget(key: int) -> None:
    """Drop everything that was kept of a set: it is written."""
    decisions(key).clear()
    seen(key).clear()
    remarks(key).clear()
    forget_widgets(key)


def forget_widgets(key: int) -> None:
    """Drop what the widgets hold, so that they show what is kept."""
    for name in [n for n in st.session_state if str(n).startswith((f"rec-{key}-", f"fld-{key}-"))]:
        del st.session_state[name]
