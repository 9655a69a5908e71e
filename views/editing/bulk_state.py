"""The open bulk table: records as they were read, cells that differ, the draft, both sides of a clash."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pandas as pd
import streamlit as st

from projects.errors import NotAllowed, SignInNeeded
from projects.fields import BY_NAME, JsonValue
from projects.filing import bulk
from projects.filing.bulk import Cell
from projects.filing.changes import Entry, Filed
from projects.filing.desk import Draft, Held
from projects.filing.form import Clash
from projects.identity import OwnerUnit
from views.editing import rescue
from views.shell import Shell

SLOT: Final = "bulk-work"
SUBJECT: Final = "bulk/"


@dataclass
class Bulk:
    """The open table: the records as they were read, and the cells that differ."""

    unit: OwnerUnit
    account_id: int | None
    held: dict[str, Held]
    cells: dict[Cell, JsonValue] = field(default_factory=dict)
    serial: int = 0
    reason: str = ""
    offer: Draft | None = None
    saved: Mapping[str, JsonValue] = field(default_factory=dict)
    expired: bool = False
    clashes: dict[str, Sequence[Clash]] = field(default_factory=dict)
    now: dict[str, Held] = field(default_factory=dict)
    gone: tuple[Entry, ...] = ()
    """What was typed for records that are no longer the unit's."""
    filed: Filed | None = None
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """Under which its draft is kept."""
        return SUBJECT + self.unit.id


def opened(shell: Shell, unit: OwnerUnit) -> Bulk:
    """Return the open table of a unit, read when it is another one's than the last run's."""
    work = st.session_state.get(SLOT)
    account = shell.identity.account_id
    if isinstance(work, Bulk) and work.unit.id == unit.id and work.account_id == account:
        return work
    work = Bulk(unit, account, read_unit(shell, unit.id))
    rescued = rescue.take(account or 0, work.subject)
    if rescued is not None:
        shell.desk.save_draft(work.subject, None, rescued.content)
    work.offer = shell.desk.draft(work.subject)
    st.session_state[SLOT] = work
    return work


def read_unit(shell: Shell, unit_id: str) -> dict[str, Held]:
    """Return the records of a unit by id, as they are now."""
    return {held.project_id: held for held in shell.desk.held_by_unit(unit_id)}


def close() -> None:
    """Forget the open table; the next run reads it anew."""
    st.session_state.pop(SLOT, None)


def compare(work: Bulk, now: dict[str, Held], entries: Sequence[Entry]) -> None:
    """Hold the records of now against the table; without clashes it goes on over the newer versions."""
    work.gone = (*work.gone, *(e for e in entries if e.project_id not in now))
    work.clashes = bulk.clashing(work.held, now, entries)
    work.now = now
    if not work.clashes:
        go_on(work, {})


def go_on(work: Bulk, mine: Mapping[str, set[str]]) -> None:
    """Take the newer records as the base; cells stay but where theirs was chosen."""
    for key, found in work.clashes.items():
        for clash in found:
            if clash.path not in mine.get(key, ()):
                work.cells.pop((key, clash.path), None)
    work.held, work.now, work.clashes = work.now, {}, {}
    kept = {cell: raw for cell, raw in work.cells.items() if cell[0] in work.held}
    work.cells = bulk.noted({}, work.held, kept)
    work.serial += 1


def content_of(work: Bulk) -> dict[str, JsonValue]:
    """Return what a draft keeps: record, field, what was typed, what it was, and in which version."""
    cells: list[JsonValue] = [
        [key, path, raw, work.held[key].document.get(path), work.held[key].version]
        for (key, path), raw in sorted(work.cells.items())
        if key in work.held
    ]
    return {"cells": cells, "reason": work.reason}


def keep(shell: Shell, work: Bulk) -> None:
    """Keep a draft when a cell changed since the last one; an ended session goes to the rescue."""
    content = content_of(work)
    if content == (work.saved or content_of(Bulk(work.unit, None, {}))) and not work.expired:
        return
    try:
        shell.desk.save_draft(work.subject, None, content)
    except (SignInNeeded, NotAllowed):
        work.expired = True
        rescue.keep(work.account_id or 0, work.subject, None, content)
    else:
        work.expired, work.saved = False, content


def resume(work: Bulk) -> None:
    """Go on with the draft; cells of records that changed meanwhile are compared first."""
    draft, work.offer = work.offer, None
    cells = draft.content.get("cells") if draft else None
    for item in cells if isinstance(cells, list) else ():
        if (
            not (isinstance(item, list) and len(item) == 5)
            or item[0] not in work.held
            or item[1] not in BY_NAME
        ):
            continue
        key, path, raw, old, version = str(item[0]), str(item[1]), item[2], item[3], item[4]
        work.cells[key, path] = raw
        if isinstance(version, int) and version != work.held[key].version:
            work.now = work.now or dict(work.held)
            work.held[key] = bulk.as_it_was(work.held[key], version, {path: old})
    work.reason = str(draft.content.get("reason") or "") if draft else ""
    work.saved = content_of(work)
    if work.now:
        compare(work, work.now, bulk.plan(work.held, work.cells).entries)


def discard(shell: Shell, work: Bulk) -> None:
    """Forget the draft and read the table anew."""
    shell.desk.drop_draft(work.subject)
    rescue.take(work.account_id or 0, work.subject)
    close()
