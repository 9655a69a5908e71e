"""Monday lists in memory, for tests of pages: what was ordered and sent is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from projects.errors import BadValue, UnknownRecord
from projects.rounds import RoundHead, RoundSheet, SheetState, Wanting

MADE = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
"""Seven in the morning of a Monday in Beijing."""
ASKS = Wanting(12, {"stage": 5, "place/0": 7}, 3, 1, 0, 0, 2, 1, 4, 6)


def sheet(key: int, unit: str = "440232", **values: Any) -> RoundSheet:
    """Return a workbook of 乳源 that nobody has sent, unless told otherwise."""
    plain: dict[str, Any] = {
        "round_id": 1,
        "unit_name": "乳源瑶族自治县",
        "state": SheetState.MADE,
        "wanting": ASKS,
        "file_name": f"乳源_周一清单_{key}.xlsx",
        "size_bytes": 4,
        "sha256": "0" * 64,
        "sent_at": None,
        "sent_by": "",
        "sent_to": "",
        "returned_at": None,
        "returned_by": "",
        "returned_job": None,
        "rows_back": 0,
        "changes_back": 0,
    }
    return RoundSheet(id=key, unit_id=unit, **(plain | values))


def returned(one: RoundSheet, **values: Any) -> RoundSheet:
    """Return a workbook as it is after it came back."""
    back: dict[str, Any] = {
        "state": SheetState.RETURNED,
        "returned_at": MADE,
        "returned_by": "ruyuan",
        "times_back": 1,
    }
    return replace(one, **(back | {"rows_back": 12, "changes_back": 4} | values))


class FakeRounds:
    """``projects.rounds.Rounds`` over a list of workbooks; rounds are those they name."""

    def __init__(self, *sheets: RoundSheet, folder: Path | None = None, **heads: Any) -> None:
        self.known, self.folder, self.heads = {one.id: one for one in sheets}, folder, heads
        self.ordered: list[tuple[tuple[str, ...], date | None, str]] = []
        self.sent: list[tuple[tuple[int, ...], str]] = []
        self.refuses = ""

    def rounds(self, *, limit: int = 20, offset: int = 0) -> tuple[RoundHead, ...]:
        keys = sorted({one.round_id for one in self.known.values()}, reverse=True)
        return tuple(self._head(key) for key in keys[offset : offset + limit])

    def head(self, key: int) -> RoundHead:
        self.sheets(key)
        return self._head(key)

    def _head(self, key: int) -> RoundHead:
        own = [one for one in self.known.values() if one.round_id == key]
        plain: dict[str, Any] = {
            "made_on": date(2026, 11, 23),
            "made_at": MADE,
            "made_by": "admin",
            "due_on": date(2026, 11, 27),
            "note": "请及时",
            "sheets": len(own),
            "sent": sum(one.sent_at is not None for one in own),
            "returned": sum(one.returned_at is not None for one in own),
            "failed": {},
        }
        return RoundHead(id=key, **(plain | self.heads))

    def sheets(self, key: int) -> tuple[RoundSheet, ...]:
        own = [one for one in self.known.values() if one.round_id == key]
        if not own:
            raise UnknownRecord(f"没有 {key} 号")
        return tuple(sorted(own, key=lambda one: (one.returned_at is not None, one.unit_id)))

    def latest_of(self, unit_id: str) -> RoundSheet | None:
        own = [one for one in self.known.values() if one.unit_id == unit_id]
        return max(own, key=lambda one: one.id, default=None)

    def mark_sent(self, sheet_ids: tuple[int, ...], sent_to: str) -> int:
        if not sent_to.strip():
            raise BadValue("请写明发给了谁、怎么发的。")
        self.sent.append((sheet_ids, sent_to))
        for key in sheet_ids:
            self.known[key] = replace(
                self.known[key], state=SheetState.SENT, sent_at=MADE, sent_by="admin", sent_to=sent_to
            )
        return len(sheet_ids)

    def opened(self, sheet_id: int) -> tuple[RoundSheet, Path]:
        one = self.known.get(sheet_id)
        if one is None or self.folder is None or not one.kept:
            raise UnknownRecord(str(sheet_id))
        return one, self.folder / f"{sheet_id}.xlsx"

    def order(self, *, unit_ids: tuple[str, ...] = (), due_on: date | None = None, note: str = "") -> int:
        if self.refuses:
            raise BadValue(self.refuses)
        self.ordered.append((unit_ids, due_on, note))
        return 5
