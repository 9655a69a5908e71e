"""The adapter behind the pages of rolling plan and catalogue, with the rights of one session token."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlencode

from sqlalchemy import Connection, text

from data.database import Database
from data.store.plans import candidates, comparing, listing, rows
from data.store.plans.refusals import said_plainly
from projects.errors import BadValue, SignInNeeded
from projects.filters import ProjectFilter
from projects.plans.editions import (
    Comparison,
    Difference,
    Edition,
    EditionKind,
    EditionState,
    PlanEntry,
    Totals,
)
from projects.plans.ports import Candidate, Lines, Listing, Moved, Proposal, Rights, Silence, Wanted, Window


class PostgisEditions:
    """``Editions`` over one database for one session token; "" for somebody not signed in."""

    def __init__(self, database: Database, token: str = "") -> None:
        self._database = database
        self._token = token

    def editions(self, kind: EditionKind, area_code: str = "") -> tuple[Edition, ...]:
        """Return the editions one may see, newest first; of one area or of all."""
        with self._database.reading(self._token) as connection:
            return self._line(connection, kind, area_code)

    def edition(self, key: int) -> Edition:
        """Return one edition; raises ``UnknownRecord``."""
        with self._database.reading(self._token) as connection:
            return self._one(connection, key)

    def rights(self, area_code: str) -> Rights:
        """Return what this identity may do for an area; nobody may without having signed in."""
        if not self._token:
            return Rights()
        with self._reading() as connection:
            row = connection.execute(_RIGHTS, {"area": area_code}).one()
        return Rights(row.propose, row.decide)

    def waiting(self, kind: EditionKind | None = None) -> int:
        """Return how many proposals wait that this identity may decide on."""
        if not self._token:
            return 0
        with self._reading() as connection:
            return int(connection.scalar(_WAITING, {"kind": str(kind) if kind else None}) or 0)

    def entries(self, key: int, wanted: Wanted, window: Window) -> Listing[PlanEntry]:
        """Return entries of an edition in order of county and number."""
        with self._database.reading(self._token) as connection:
            return listing.entries(connection, self._one(connection, key), wanted, window)

    def totals(self, key: int, wanted: Wanted | None = None) -> Totals:
        """Return what the entries that ``wanted`` names add up to (all members unless told otherwise)."""
        with self._database.reading(self._token) as connection:
            return listing.totals(connection, self._one(connection, key), wanted or Wanted())

    def silences(self, key: int) -> tuple[Silence, ...]:
        """Return by the owner units of today what the members of an edition leave unknown, most first."""
        with self._database.reading(self._token) as connection:
            return listing.silences(connection, self._one(connection, key))

    def moved(self, key: int) -> Moved:
        """Return what happened to the records of an edition since it was proposed."""
        with self._database.reading(self._token) as connection:
            return listing.moved(connection, key)

    def candidates(
        self, kind: EditionKind, area_code: str, year: int, chosen: ProjectFilter, window: Window
    ) -> Listing[Candidate]:
        """Return public records of an area that match and may come into its next edition."""
        with self._database.reading(self._token) as connection:
            base = self._newest(connection, kind, area_code)
            asked = (kind, area_code, year)
            return candidates.candidates(connection, base, asked, chosen, window)

    def leavers(self, key: int) -> tuple[Candidate, ...]:
        """Return the members of an edition that should or have to leave, as they are now, with a reason."""
        with self._database.reading(self._token) as connection:
            return candidates.leavers(connection, self._one(connection, key))

    def compare(self, old: int, new: int) -> Comparison:
        """Compare two editions of one kind; raises ``BadValue`` for a plan and a catalogue."""
        with self._database.reading(self._token) as connection:
            return comparing.compare(connection, *self._both(connection, old, new))

    def differences(self, old: int, new: int, lines: Lines, window: Window) -> Listing[Difference]:
        """Return lines of a comparison: entered, left, kept, merged, each in order of their numbers."""
        with self._database.reading(self._token) as connection:
            sides = self._both(connection, old, new)
            line = self._line(connection, sides[0].kind, sides[0].area_code)
            between = comparing.between(*sides, line)
            return comparing.differences(connection, sides, between, lines, window)

    def propose(self, proposal: Proposal) -> int:
        """File a proposal, whole or not at all; returns its number."""
        with self._writing("编制版本") as connection:
            return int(connection.scalar(_PROPOSE, self._asked(connection, proposal)) or 0)

    def decide(self, key: int, *, publish: bool, remark: str = "") -> Edition:
        """Publish a proposal as a whole, or reject it with a remark."""
        with self._writing("审定版本") as connection:
            values = {"key": key, "publish": publish, "remark": remark}
            connection.execute(text("SELECT decide_edition(:key, :publish, :remark)"), values)
            return self._one(connection, key)

    def withdraw(self, key: int) -> None:
        """Take back a proposal of one's own unit that nobody has decided on."""
        with self._writing("撤回版本") as connection:
            connection.execute(text("SELECT withdraw_edition(:key)"), {"key": key})

    # ---- within one transaction ----

    def _one(self, connection: Connection, key: int) -> Edition:
        return rows.edition(connection, key, signed_in=bool(self._token))

    def _line(self, connection: Connection, kind: EditionKind, area_code: str) -> tuple[Edition, ...]:
        condition = "kind = :kind" + (" AND area_code = :area" if area_code else "")
        values = {"kind": str(kind), "area": area_code}
        return rows.editions(connection, condition, values, signed_in=bool(self._token))

    def _newest(self, connection: Connection, kind: EditionKind, area_code: str) -> Edition | None:
        published = [e for e in self._line(connection, kind, area_code) if e.state is EditionState.PUBLISHED]
        return max(published, key=lambda e: e.number or 0, default=None)

    def _both(self, connection: Connection, old: int, new: int) -> tuple[Edition, Edition]:
        sides = self._one(connection, old), self._one(connection, new)
        if sides[0].kind is not sides[1].kind:
            raise BadValue(f"{old} 号与 {new} 号一个是滚动计划，一个是招商目录，不能比较。请选同一类的两版。")
        return sides

    def _asked(self, connection: Connection, proposal: Proposal) -> dict[str, Any]:
        """Return the parameters of ``propose_edition``; all that match are looked up first."""
        reasons = {key: wish.reason for key, wish in proposal.entering.items()}
        if proposal.matching is not None:
            base = self._newest(connection, proposal.kind, proposal.area_code)
            found = candidates.matching(
                connection, base, proposal.kind, proposal.area_code, proposal.matching
            )
            reasons = dict.fromkeys(found, proposal.matching_reason) | reasons
        years = {key: list(wish.years) for key, wish in proposal.entering.items() if wish.years is not None}
        years |= {key: list(given) for key, given in proposal.years.items()}
        return {
            "kind": str(proposal.kind),
            "area": proposal.area_code,
            "year": proposal.year,
            "title": proposal.title,
            "note": proposal.note,
            "conditions": urlencode(proposal.matching.to_params()) if proposal.matching else "",
            "base": proposal.base_id,
            "chosen": list(reasons),
            "chosen_reasons": list(reasons.values()),
            "leaving": list(proposal.leaving),
            "leaving_reasons": list(proposal.leaving.values()),
            "years": json.dumps(years),
        }

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if not self._token:
            raise SignInNeeded("请先登录")
        with self._database.reading(self._token) as connection:
            yield connection

    @contextmanager
    def _writing(self, reason: str) -> Iterator[Connection]:
        with self._database.writing(self._token, reason) as connection, said_plainly():
            yield connection


_RIGHTS: Final = text("SELECT may_plan(:area) AS propose, may_publish_for(:area) AS decide")
_WAITING: Final = text(
    "SELECT count(*) FROM edition WHERE state = 'proposed' AND kind = coalesce(:kind, kind)"
    " AND ((SELECT writes_everything()) OR area_code = ANY ((SELECT deciding_areas())::text[]))"
)
_PROPOSE: Final = text(
    "SELECT propose_edition(:kind, :area, :year, :title, :note, :conditions, :base, CAST(:chosen AS text[]),"
    " CAST(:chosen_reasons AS text[]), CAST(:leaving AS text[]), CAST(:leaving_reasons AS text[]),"
    " CAST(:years AS jsonb))"
)
