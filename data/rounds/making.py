"""A round made: a workbook per unit in a folder, and of the unit that fails the reason instead of a workbook.

The folder lies beside its place and is moved there whole; a killed run leaves only what the next upkeep
clears away. A full disk ends the round: half of one is none.
"""

import hashlib
import logging
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from data.database import Database
from data.exports.cover import Cover
from data.exports.workbook import Content, workbook
from data.exports.workbook_indicators import Figures
from data.exports.workbook_lists import lists_of
from data.rounds.gathering import Gathered, gather
from data.settings import Settings
from data.store import rounds
from data.store.desk import PostgisDesk
from data.store.packs import MAKING
from data.store.rounds import MadeRound, MadeSheet, PostgisRounds
from projects.errors import AtlasError, BadValue, StorageUnavailable
from projects.identity import OwnerUnit
from projects.lifecycle.dispatch import OFFICE_TIME, Reference
from projects.lifecycle.ports import Kind
from projects.matters.ports import Matters

_log = logging.getLogger(__name__)

Step = Callable[[int, int, str], None]
"""(done, of, message); raises to stop."""
OpenMatters = Callable[[Database, str], Matters]
SURPRISE: Final = "程序出错，这个单位的工作簿没有做成（{kind}）。详情在服务器日志中，请告诉管理员。"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a round shall be: of which units (none named: all that are asked for something), until when."""

    unit_ids: tuple[str, ...] = ()
    due_on: date | None = None
    note: str = ""
    scheduled_for: date | None = None
    job_id: int | None = None
    today: date | None = None
    """The day it is reckoned against; the office's today when not given."""


@dataclass(frozen=True, slots=True)
class Round:
    """What came of a wish: the round's number (None: somebody was faster) and its sheets."""

    key: int | None
    sheets: tuple[MadeSheet, ...]
    not_asked: int
    """Units that hold no record and owe nothing: no list was made for them."""

    @property
    def failed(self) -> tuple[MadeSheet, ...]:
        """The units for which there is no workbook."""
        return tuple(sheet for sheet in self.sheets if sheet.failure)


class Maker:
    """Makes rounds with the rights of one session."""

    def __init__(self, database: Database, token: str, settings: Settings) -> None:
        self._database, self._token, self._settings = database, token, settings
        self._desk = PostgisDesk(database, token)

    def make(self, wish: Wish, step: Step) -> Round:
        """Make a round and keep it, whole or not at all.

        Raises ``NotAllowed`` for a unit of others, ``BadValue`` when there is nobody to ask, ``OSError`` for
        a full disk; what ``step`` raises passes.
        """
        place = self._settings.files_dir / rounds.PLACE
        with scratch(place) as folder:
            made, not_asked = self.write(wish, folder, step)
            key = PostgisRounds(self._database, self._token, place).keep(folder, made)
        return Round(key, made.sheets, not_asked)

    def write(self, wish: Wish, folder: Path, step: Step) -> tuple[MadeRound, int]:
        """Write the workbooks into a folder; also return how many units were not asked."""
        today = wish.today or datetime.now(OFFICE_TIME).date()
        step(0, 1, "汇总")
        found, units, not_asked = self._asked(wish, today)
        sheets = []
        for number, unit in enumerate(units, start=1):
            step(number - 1, len(units), unit.name)
            sheets.append(self._sheet(found, unit, wish, (number, folder)))
        step(len(units), len(units), "")
        return MadeRound(
            made_on=today,
            sheets=tuple(sheets),
            due_on=wish.due_on,
            note=wish.note,
            scheduled_for=wish.scheduled_for,
            job_id=wish.job_id,
        ), not_asked

    def _asked(self, wish: Wish, today: date) -> tuple[Gathered, Sequence[OwnerUnit], int]:
        """Return what there is to ask and the units of the round."""
        with self._database.reading(self._token) as connection:
            rounds.refuse_others(connection, wish.unit_ids)
        mine = self._desk.units()
        units = [unit for unit in mine if unit.id in wish.unit_ids] if wish.unit_ids else list(mine)
        when = Reference(today, self._settings.dispatch_day)
        found = gather(self._database, self._token, _matters(self._database, self._token), units, when)
        chosen = units if wish.unit_ids else found.asked(units)
        if wish.scheduled_for is not None:
            done = self._made_today(today)
            chosen = [unit for unit in chosen if unit.id not in done]
        if not chosen:
            raise BadValue("没有需要做清单的单位：没有记录，也没有待办的事项和待填的指标，或今天已经做过。")
        return found, chosen, len(units) - len(chosen)

    def _made_today(self, today: date) -> frozenset[str]:
        """Return the units that somebody made a list for today already: nobody gets two by schedule."""
        with self._database.reading(self._token) as connection:
            return rounds.made_on(connection, today)

    def _sheet(self, found: Gathered, unit: OwnerUnit, wish: Wish, target: tuple[int, Path]) -> MadeSheet:
        """Return a unit's workbook, or why there is none; a database or disk that is away ends the round."""
        try:
            return self._workbook(found, unit, wish, target)
        except (StorageUnavailable, OSError):
            raise
        except AtlasError as error:
            return _failed(unit, str(error))
        except Exception as error:  # noqa: BLE001 - one unit's fault is no other unit's
            _log.exception("the Monday list of unit %s broke", unit.id)
            return _failed(unit, SURPRISE.format(kind=type(error).__name__))

    def _workbook(self, found: Gathered, unit: OwnerUnit, wish: Wish, target: tuple[int, Path]) -> MadeSheet:
        held = self._desk.held_by_unit(unit.id)
        steps = {kind: items.get(unit.id, ()) for kind, items in found.steps.items()}
        cover = Cover(
            unit_name=unit.name,
            mark=secrets.token_hex(8),
            today=found.today,
            due_on=wish.due_on,
            note=wish.note,
            held=held,
            overdue=steps[Kind.OVERDUE],
            due=steps[Kind.DUE_30],
            never_reported=steps[Kind.NEVER_REPORTED],
            stale=steps[Kind.STALE],
            clashes=found.clashes.get(unit.id, ()),
            matters=found.matters.get(unit.id, ()),
            figures=found.figures.get(unit.id, ()),
            indicators=found.indicators,
        )
        with self._database.reading(self._token) as connection:
            lists = lists_of(connection, unit)
        content = Content(
            unit,
            lists,
            datetime.now().astimezone(),
            held,
            self._settings.language,
            found.practice,
            Figures(found.indicators, cover.figures),
            cover,
        )
        return _written(unit, content, cover, target)


def _written(unit: OwnerUnit, content: Content, cover: Cover, target: tuple[int, Path]) -> MadeSheet:
    number, folder = target
    made, name = workbook(content), f"{number:04d}.xlsx"
    (folder / name).write_bytes(made)
    return MadeSheet(
        unit_id=unit.id,
        unit_name=unit.name,
        mark=cover.mark,
        wanting=cover.wanting.stored(),
        file=name,
        file_name=content.file_name,
        size_bytes=len(made),
        sha256=hashlib.sha256(made).hexdigest(),
    )


def _failed(unit: OwnerUnit, why: str) -> MadeSheet:
    return MadeSheet(unit_id=unit.id, unit_name=unit.name, wanting={}, failure=why[:1000] or "原因未知")


def _matters(database: Database, token: str) -> Matters:
    from data.store.matters.adapter import PostgisMatters

    return PostgisMatters(database, token)


@contextmanager
def scratch(place: Path) -> Iterator[Path]:
    """Give a folder beside the places of rounds; it is gone afterwards, moved away or removed."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = place / f"{MAKING}{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
