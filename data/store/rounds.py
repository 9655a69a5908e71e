"""The Monday lists in the table and on disk: ``projects.rounds.Rounds`` for one session, and what keeps them.

A folder of workbooks is moved into place whole before its round is written, in one statement: a round that
is listed is complete. The workbooks are cleared away after ``KEEP_DAYS``, the record of them stays.
"""

import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text

from data.database import Database, Row
from data.store.packs import UNNAMED_S, put_in_place
from projects.errors import BadValue, NotAllowed, SignInNeeded, StorageUnavailable, UnknownRecord
from projects.rounds import KIND, LONGEST_NOTE, LONGEST_SENT_TO, RoundHead, RoundSheet, SheetState, Wanting

PLACE: Final = "rounds"
"""Folder of the rounds in the data folder."""
KEEP_DAYS: Final = 90
"""So long the workbooks of a round are kept; who was sent what and what came back is kept for good."""
LARGEST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeSheet:
    """One unit's workbook in the folder of a round, or why there is none (``failure``)."""

    unit_id: str
    unit_name: str
    mark: str | None = None
    wanting: dict[str, Any]
    file: str | None = None
    file_name: str = ""
    size_bytes: int = 0
    sha256: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeRound:
    """A round that is complete on disk and waits for its rows."""

    made_on: date
    sheets: tuple[MadeSheet, ...]
    due_on: date | None = None
    note: str = ""
    scheduled_for: date | None = None
    job_id: int | None = None


class PostgisRounds:
    """The rounds of one session, their folders below ``folder``."""

    def __init__(self, database: Database, token: str, folder: Path) -> None:
        self._database, self._token, self._folder = database, token, folder

    def rounds(self, *, limit: int = 20, offset: int = 0) -> tuple[RoundHead, ...]:
        """Return the rounds, newest first; counts are of the sheets one may see."""
        with self._reading() as connection:
            rows = connection.execute(_ROUNDS, {"limit": limit, "offset": offset}).all()
        return tuple(RoundHead(**row._mapping) for row in rows)

    def head(self, key: int) -> RoundHead:
        """Return one round, however old; ``UnknownRecord`` for none that one may see."""
        with self._reading() as connection:
            row = connection.execute(_HEAD, {"key": key}).first() if 0 < key <= LARGEST else None
        if row is None:
            raise _unknown(key)
        return RoundHead(**row._mapping)

    def sheets(self, key: int) -> tuple[RoundSheet, ...]:
        """Return the workbooks of a round that one may see, those not returned first."""
        with self._reading() as connection:
            known = 0 < key <= LARGEST and connection.scalar(_KNOWN, {"key": key})
            rows = connection.execute(_OF_ROUND, {"key": key}).all() if known else []
        if not known:
            raise _unknown(key)
        return tuple(self._sheet(row) for row in rows)

    def latest_of(self, unit_id: str) -> RoundSheet | None:
        """Return the unit's newest workbook, None when there is none."""
        with self._reading() as connection:
            row = connection.execute(_LATEST, {"unit": unit_id}).first()
        return self._sheet(row) if row else None

    def mark_sent(self, sheet_ids: tuple[int, ...], sent_to: str) -> int:
        """Note that workbooks were sent; what was sent before keeps its first day."""
        words = " ".join(sent_to.replace("\0", "").split())
        if not words:
            raise BadValue("请写明发给了谁、怎么发的，例如：王科长，粤政易。")
        if len(words) > LONGEST_SENT_TO:
            raise BadValue(f"「发给谁」最多 {LONGEST_SENT_TO} 个字，现在有 {len(words)} 个，请写短些。")
        keys = [key for key in sheet_ids if 0 < key <= LARGEST]
        with self._database.writing(self._token, "登记已发送周一清单") as connection:
            return int(connection.scalar(_SENT, {"keys": keys, "words": words}) or 0)

    def opened(self, sheet_id: int) -> tuple[RoundSheet, Path]:
        """Return a sheet and where its workbook lies."""
        with self._reading() as connection:
            row = connection.execute(_ONE, {"key": sheet_id}).first() if 0 < sheet_id <= LARGEST else None
        if row is None:
            raise UnknownRecord(f"没有 {sheet_id} 号清单，或它不在您可以查看的范围内。")
        sheet = self._sheet(row)
        if not sheet.kept:
            raise UnknownRecord(
                f"{sheet.unit_name}的这份清单已过保存期（{KEEP_DAYS} 天），文件已清理，记录还在。"
                "需要的话请做一份新的。"
            )
        return sheet, self._path(row)

    def order(self, *, unit_ids: tuple[str, ...] = (), due_on: date | None = None, note: str = "") -> int:
        """Order a new round as a job; return its number."""
        if len(note) > LONGEST_NOTE:
            raise BadValue(f"说明最多 {LONGEST_NOTE} 个字，现在有 {len(note)} 个，请写短些。")
        arguments = {"units": list(unit_ids), "due_on": due_on.isoformat() if due_on else "", "note": note}
        with self._database.writing(self._token) as connection:
            refuse_others(connection, unit_ids)
            values = {"kind": KIND, "title": f"周一清单 {date.today()}", "arguments": _json(arguments)}
            key = connection.scalar(_SUBMIT, values)
        if key is None:
            raise BadValue("您已有 20 项工作在排队或进行中，请等其中一些完成，再做新的清单。")
        return int(key)

    # ---- making ----

    def of_job(self, job_id: int) -> int | None:
        """Return the round that a job has kept already: a job may be run again after a power cut."""
        with self._reading() as connection:
            found = connection.scalar(text("SELECT id FROM monday_round WHERE job_id = :j"), {"j": job_id})
        return int(found) if found else None

    def keep(self, folder: Path, made: MadeRound) -> int | None:
        """Move a complete folder to its place and list it; its number, None when somebody was faster.

        Raises ``NotAllowed``, ``OSError``. Refused, the folder goes; where the database went away meanwhile
        it may have been listed and stays (``clear_away``).
        """
        name = put_in_place(folder, self._folder)
        try:
            key = self._insert(made, name)
        except StorageUnavailable:
            raise
        except BaseException:
            shutil.rmtree(self._folder / name, ignore_errors=True)
            raise
        if key is None:
            shutil.rmtree(self._folder / name, ignore_errors=True)
        return key

    def _insert(self, made: MadeRound, folder: str) -> int | None:
        wanted = {
            "made_on": made.made_on.isoformat(),
            "due_on": made.due_on.isoformat() if made.due_on else None,
            "note": made.note,
            "folder": folder,
            "scheduled_for": made.scheduled_for.isoformat() if made.scheduled_for else None,
            "job_id": made.job_id,
        }
        listed = [asdict(sheet) for sheet in made.sheets]
        with self._database.writing(self._token, "制作周一清单") as connection:
            values = {"wanted": _json(wanted), "listed": _json(listed)}
            key = connection.scalar(_KEEP, values)
        return int(key) if key else None

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if not self._token:
            raise SignInNeeded("请先登录")
        with self._database.reading(self._token) as connection:
            yield connection

    def _path(self, row: Row) -> Path:
        return self._folder / str(row.folder) / str(row.file)

    def _sheet(self, row: Row) -> RoundSheet:
        held = dict(row._mapping)
        path = self._folder / str(held.pop("folder")) / str(held.pop("file"))
        state = SheetState.RETURNED if held["returned_at"] else SheetState.SENT
        return RoundSheet(
            **held | {"wanting": Wanting.read(held["wanting"])},
            state=state if held["returned_at"] or held["sent_at"] else SheetState.MADE,
            kept=path.is_file(),
        )


def _unknown(key: int) -> UnknownRecord:
    """Return the exception for a number that names no round one may see."""
    return UnknownRecord(f"没有 {key} 号周一清单，或它不在您可以查看的范围内。")


def refuse_others(connection: Connection, unit_ids: Sequence[str]) -> None:
    """Raise ``NotAllowed`` for whoever may order no round, or none for one of these units."""
    if not connection.scalar(text("SELECT may_order_round()")):
        raise NotAllowed("制作周一清单由审核员和管理员来做，您的账户没有这个权限。")
    others = connection.scalars(_OTHERS, {"units": list(unit_ids)}).all()
    if others:
        raise NotAllowed(f"您的账户不能为单位 {'、'.join(others[:5])} 做清单，或没有这个单位。")


def made_on(connection: Connection, day: date) -> frozenset[str]:
    """Return the units, of those one may see, for which a workbook was made on a day."""
    return frozenset(connection.scalars(_MADE_ON, {"day": day}))


class Returned(NamedTuple):
    """What came of a workbook that came back; the job and the change set where there are any."""

    job_id: int | None
    change_set: int | None
    rows: int
    changes: int


def mark_returned(connection: Connection, mark: str, unit_id: str, back: Returned) -> int | None:
    """Note, in a writing transaction, that a workbook came back; its round, None for a mark of others.

    The same job tells it once, however often it is run.
    """
    found = connection.scalar(_RETURNED, {"mark": mark, "unit": unit_id, **back._asdict()})
    return int(found) if found else None


def clear_away(database: Database, place: Path) -> int:
    """Remove the workbooks of old rounds, and folders that no round names; return how many folders.

    The rows stay. A folder without a row is what a killed job or a restored backup left: it is given a day,
    since one just moved into place waits for its row.
    """
    with database.owning() as connection:
        over = {row.folder: bool(row.old) for row in connection.execute(_OLD, {"days": KEEP_DAYS})}
    before = time.time() - UNNAMED_S
    folders = [f for f in place.glob("*") if f.is_dir()]
    gone = [f for f in folders if over.get(f.name, _age(f) < before)]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return len(gone)


def _age(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:  # somebody else cleared it away
        return float("inf")


def _json(value: Any) -> str:
    """Return JSON as PostgreSQL can keep it: without the NUL character that it refuses."""
    return json.dumps(value, ensure_ascii=False).replace("\\u0000", "")


_SHEET: Final = """
SELECT s.id, s.round_id, s.unit_id, s.unit_name, s.wanting, s.file, r.folder, s.file_name, s.size_bytes,
       s.sha256, sent.at AS sent_at, coalesce(sent.by_whom, '') AS sent_by,
       coalesce(sent.words, '') AS sent_to,
       back.at AS returned_at, coalesce(back.by_whom, '') AS returned_by, back.job AS returned_job,
       coalesce(back.rows_back, 0) AS rows_back, coalesce(back.changes, 0)::integer AS changes_back,
       coalesce(back.times, 0)::integer AS times_back
  FROM monday_sheet s JOIN monday_round r ON r.id = s.round_id
  LEFT JOIN LATERAL (
    SELECT min(happened_at) AS at, (array_agg(noted_by ORDER BY id))[1] AS by_whom,
           array_to_string(array_agg(DISTINCT words), '；') AS words
      FROM monday_event WHERE sheet_id = s.id AND kind = 'sent') AS sent ON true
  LEFT JOIN LATERAL (
    SELECT min(happened_at) AS at, (array_agg(noted_by ORDER BY id))[1] AS by_whom,
           (array_agg(job_id ORDER BY id))[1] AS job,
           (array_agg(e.rows_back ORDER BY id DESC))[1] AS rows_back, sum(changes_back) AS changes,
           count(*) AS times
      FROM monday_event e WHERE sheet_id = s.id AND kind = 'returned') AS back ON true
 WHERE s.file IS NOT NULL"""
_OF_ROUND: Final = text(
    f"{_SHEET} AND s.round_id = :key ORDER BY back.at IS NOT NULL, sent.at IS NOT NULL, s.unit_id"
)
_LATEST: Final = text(f"{_SHEET} AND s.unit_id = :unit ORDER BY s.id DESC LIMIT 1")
_ONE: Final = text(f"{_SHEET} AND s.id = :key")
_KNOWN: Final = text("SELECT EXISTS (SELECT FROM monday_round WHERE id = :key)")
_COUNTED: Final = """
SELECT r.id, r.made_on, r.made_at, r.made_by, r.due_on, r.note, r.scheduled_for, counted.*
  FROM monday_round r CROSS JOIN LATERAL (
    SELECT count(s.file)::integer AS sheets, count(*) FILTER (WHERE told.sent)::integer AS sent,
           count(*) FILTER (WHERE told.back)::integer AS returned,
           coalesce(jsonb_object_agg(s.unit_name || '（' || s.unit_id || '）', s.failure)
                    FILTER (WHERE s.failure <> ''), '{}') AS failed
      FROM monday_sheet s LEFT JOIN LATERAL (
        SELECT bool_or(kind = 'sent') AS sent, bool_or(kind = 'returned') AS back
          FROM monday_event WHERE sheet_id = s.id) AS told ON true
     WHERE s.round_id = r.id) AS counted"""
_ROUNDS: Final = text(f"{_COUNTED} ORDER BY r.id DESC LIMIT :limit OFFSET :offset")
_HEAD: Final = text(f"{_COUNTED} WHERE r.id = :key")
_SENT: Final = text("SELECT monday_sent(:keys, :words)")
_SUBMIT: Final = text("SELECT job_submit(:kind, :title, CAST(:arguments AS jsonb))")
_KEEP: Final = text("SELECT monday_keep(CAST(:wanted AS jsonb), CAST(:listed AS jsonb))")
_OTHERS: Final = text(
    "SELECT asked.id FROM unnest(CAST(:units AS text[])) AS asked (id) WHERE NOT EXISTS ("
    " SELECT FROM owner_unit WHERE owner_unit.id = asked.id AND ((SELECT writes_everything())"
    " OR asked.id = ANY ((SELECT fileable_units())::text[])))"
)
_MADE_ON: Final = text(
    "SELECT s.unit_id FROM monday_sheet s JOIN monday_round r ON r.id = s.round_id"
    " WHERE r.made_on = :day AND s.file IS NOT NULL"
)
_RETURNED: Final = text("SELECT monday_returned(:mark, :unit, :job_id, :change_set, :rows, :changes)")
_OLD: Final = text("SELECT folder, made_at < now() - make_interval(days => :days) AS old FROM monday_round")
