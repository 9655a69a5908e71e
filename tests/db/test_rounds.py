"""Monday lists over the real library: whole or not at all, sent, come back, seen by whom they concern."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.exports.workbook import workbook
from data.importers.office.run import Order
from data.rounds import making as making_module
from data.rounds.gathering import gather
from data.rounds.making import Wish
from data.settings import Settings
from data.store import rounds as store
from projects.errors import BadValue, NotAllowed, SignInNeeded, UnknownRecord
from projects.intake.cells import Outcome
from projects.lifecycle.dispatch import Reference
from projects.rounds import SheetState
from projects.work import JobCancelled
from tests.db.copies import copy_of
from tests.db.rounds_world import ELSEWHERE, MONDAY, A, B, Office, staffed, typed_over

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def copied(cluster: Cluster, library_database: Database) -> Iterator[tuple[Database, dict[str, str]]]:
    with copy_of(cluster, library_database) as database:
        yield database, staffed(database, Path("unused")).tokens


@pytest.fixture
def office(copied: tuple[Database, dict[str, str]], tmp_path: Path) -> Iterator[Office]:
    """The same people in a new data folder, without rounds of the test before."""
    database, tokens = copied
    made = Office(database, Settings(data_dir=tmp_path), tokens)
    made.do("DELETE FROM monday_round")
    made.do("DELETE FROM job")
    yield made


# ---- made ----


def test_a_round_is_listed_with_workbooks_that_agree_with_the_disk(office: Office) -> None:
    made = office.make(A, B, due_on=date(2026, 11, 27), note="请及时")
    (head,) = office.rounds().rounds()
    assert (head.id, head.sheets, head.sent, head.returned) == (made.key, 2, 0, 0)
    assert (head.made_on, head.due_on, head.note, head.made_by) == (
        *(MONDAY, date(2026, 11, 27), "请及时"),
        "monday-admin",
    )
    assert made.failed == () and head.failed == {} and head.scheduled_for is None
    for sheet in office.rounds().sheets(head.id):
        content = office.file(sheet).read_bytes()
        assert (sheet.size_bytes, sheet.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        assert sheet.state is SheetState.MADE and sheet.kept


def test_the_cover_says_what_the_unit_is_asked_for_and_its_counts_are_those_of_the_list(
    office: Office,
) -> None:
    records = office.do(
        "SELECT count(*) FROM project WHERE owner_unit_id = :u AND deleted_at IS NULL"
        " AND merged_into_id IS NULL",
        u=A,
    )
    key = office.do("SELECT min(id) FROM project WHERE owner_unit_id = :u AND published", u=A)
    office.do(
        "INSERT INTO milestone (project_id, code, planned_on, basis) VALUES"
        " (:id, 'commencement', '2026-10-01', 'reported'), (:id, 'completion', '2026-09-01', 'reported'),"
        " (:id, 'commissioning', '2026-12-01', 'reported')",
        id=key,
    )
    try:
        sheet = office.sheet()
    finally:
        office.do("DELETE FROM milestone WHERE project_id = :id", id=key)
    asks = sheet.wanting
    assert asks.records == records > 10 and asks.missing["total_investment"] == records
    assert (asks.overdue_steps, asks.due_steps, asks.clashes) == (2, 1, 1)
    book = openpyxl.load_workbook(office.file(sheet))
    assert book.sheetnames[0] == "首页清单" == book.active.title
    rows = [[cell.value for cell in row] for row in book["首页清单"].iter_rows()]
    assert ["逾期步骤", "2"] in [row[:2] for row in rows]
    kinds = [row[0] for row in rows if row[1] == key and row[0] != "编号"]
    assert kinds.count("逾期") == 2 and kinds.count("将到期") == 1
    assert kinds.count("矛盾") >= 1 and kinds.count("缺项") == 1
    assert sum(row[0] == "缺项" for row in rows) == records
    late = next(row for row in rows if row[0] == "逾期" and row[3] == "开工")
    assert late[4:6] == ["2026-10-01", (MONDAY - date(2026, 10, 1)).days]


def test_all_means_every_unit_that_is_asked_for_something(office: Office) -> None:
    found = gather(
        office.database,
        office.tokens["city"],
        making_module._matters(office.database, office.tokens["city"]),
        office.maker("city")._desk.units(),
        Reference(MONDAY, 25),
    )
    made = office.make(who="city")
    units = {sheet.unit_id for sheet in made.sheets}
    assert A in units and ELSEWHERE not in units, "a reviewer's subtree"
    assert found.holding <= units and found.figures.keys() <= units
    assert made.not_asked == len(office.maker("city")._desk.units()) - len(units)


def test_nobody_makes_or_orders_a_list_for_units_of_others(office: Office) -> None:
    for who, unit in (("a", A), ("viewer", A), ("city", ELSEWHERE)):
        with pytest.raises(NotAllowed):
            office.make(unit, who=who)
        with pytest.raises(NotAllowed):
            office.rounds(who).order(unit_ids=(unit,))
    with pytest.raises(NotAllowed):
        office.make("nonsense")
    with pytest.raises(SignInNeeded):
        store.PostgisRounds(office.database, "", office.place).rounds()
    assert office.left() == [] and office.rounds().rounds() == ()


def test_the_database_itself_refuses_a_round_for_units_of_others(office: Office) -> None:
    """The pages may be wrong; the function that keeps a round is not."""
    sheet = store.MadeSheet(unit_id=ELSEWHERE, unit_name="x", wanting={}, failure="x")
    for who in ("city", "a", "viewer"):
        folder = office.place / f"try-{who}"
        folder.mkdir(parents=True)
        with pytest.raises(NotAllowed):
            office.rounds(who).keep(folder, store.MadeRound(made_on=MONDAY, sheets=(sheet,)))
    assert office.left() == []


# ---- who sees what ----


def test_a_county_sees_its_own_sheet_and_no_other(office: Office) -> None:
    key = office.make(A, B, ELSEWHERE).key or 0
    assert [s.unit_id for s in office.rounds("a").sheets(key)] == [A]
    assert office.rounds("a").rounds()[0].sheets == 1
    assert office.rounds("a").rounds() == (office.rounds("a").head(key),)
    assert {s.unit_id for s in office.rounds("city").sheets(key)} == {A, B}
    assert len(office.rounds().sheets(key)) == 3
    others = next(s for s in office.rounds().sheets(key) if s.unit_id == B)
    with pytest.raises(UnknownRecord):
        office.rounds("a").opened(others.id)
    assert office.rounds("a").latest_of(B) is None and office.rounds("b").latest_of(B) == others
    with pytest.raises(UnknownRecord):
        office.rounds("viewer").sheets(key)
    with pytest.raises(UnknownRecord):
        office.rounds("viewer").head(key)
    assert office.rounds("viewer").rounds() == ()
    for beyond in (0, -1, 2**31, 10**12):
        with pytest.raises(UnknownRecord):
            office.rounds().sheets(beyond)
        with pytest.raises(UnknownRecord):
            office.rounds().head(beyond)
        with pytest.raises(UnknownRecord):
            office.rounds().opened(beyond)


def test_a_round_of_others_is_not_there_at_all(office: Office) -> None:
    key = office.make(ELSEWHERE).key or 0
    assert office.rounds("city").rounds() == () and office.rounds("a").rounds() == ()
    with pytest.raises(UnknownRecord):
        office.rounds("city").sheets(key)
    with office.database.reading(office.tokens["a"]) as connection:
        assert connection.scalar(text("SELECT count(*) FROM monday_event")) == 0


def test_nothing_is_written_past_the_functions(office: Office) -> None:
    sheet = office.sheet()
    for statement in (
        "UPDATE monday_round SET note = 'x'",
        "DELETE FROM monday_sheet",
        f"INSERT INTO monday_event (sheet_id, kind, noted_by) VALUES ({sheet.id}, 'sent', 'x')",
        "SELECT monday_order(DATE '2026-11-23', 'x')",
    ):
        with pytest.raises(NotAllowed), office.database.writing(office.tokens["admin"]) as connection:
            connection.execute(text(statement))


# ---- sent ----


def test_what_was_sent_keeps_its_first_day_and_every_word(office: Office) -> None:
    sheet = office.sheet()
    assert office.rounds("city").mark_sent((sheet.id,), "王科长，\n粤政易\0") == 1
    assert office.rounds().mark_sent((sheet.id,), "邮件再发一次") == 1
    (after,) = office.rounds().sheets(sheet.round_id)
    assert after.state is SheetState.SENT and after.sent_by == "monday-city"
    assert "王科长， 粤政易" in after.sent_to and "邮件再发一次" in after.sent_to
    assert office.do("SELECT count(*) FROM monday_event WHERE sheet_id = :s", s=sheet.id) == 2
    (head,) = office.rounds().rounds()
    assert (head.sheets, head.sent) == (1, 1)


def test_sending_is_noted_by_whom_it_is_theirs_to_note(office: Office) -> None:
    sheet = office.sheet()
    for who in ("a", "viewer"):
        with pytest.raises(NotAllowed):
            office.rounds(who).mark_sent((sheet.id,), "x")
    assert office.rounds("far").mark_sent((sheet.id, 10**9, 10**12), "x") == 0
    for wrong in ("", "  ", "长" * 201):
        with pytest.raises(BadValue):
            office.rounds().mark_sent((sheet.id,), wrong)


# ---- come back ----


def test_a_workbook_that_is_filled_in_comes_back_with_its_rows_and_changes(
    office: Office, tmp_path: Path
) -> None:
    sheet = office.sheet()
    path = typed_over(office.file(sheet), tmp_path / "报回.xlsx", 地址="乳城镇鹰峰西路 1 号")
    done = office.give_back(path)
    assert done.filed is not None and done.plan.counts[Outcome.UPDATED] == 1
    assert done.round_id == sheet.round_id
    (after,) = office.rounds("a").sheets(sheet.round_id)
    assert (after.state, after.returned_by, after.changes_back) == (SheetState.RETURNED, "monday-a", 1)
    asked = sheet.wanting.records + sheet.wanting.indicators_open
    assert after.rows_back == done.plan.reading.rows_in == asked
    assert office.rounds().rounds()[0].returned == 1


def test_a_cover_is_no_data_and_says_nothing_in_the_preview(office: Office) -> None:
    sheet = office.sheet()
    plan = office.importer().preview(Order(office.file(sheet), "清单.xlsx", A))
    assert plan.reading.mark and not plan.reading.unknown_headings
    assert not [issue for issue in plan.reading.issues if issue.cell.sheet == "首页清单"]
    assert set(plan.counts) and plan.counts[Outcome.UNCHANGED] == sheet.wanting.records


def test_a_list_in_which_nothing_changed_has_come_back_all_the_same(office: Office) -> None:
    sheet = office.sheet()
    done = office.give_back(office.file(sheet))
    assert done.filed is None and done.round_id == sheet.round_id
    (after,) = office.rounds().sheets(sheet.round_id)
    assert (after.state, after.changes_back) == (SheetState.RETURNED, 0)
    assert after.rows_back == sheet.wanting.records + sheet.wanting.indicators_open


def test_a_second_return_adds_up_and_the_first_day_stays(office: Office, tmp_path: Path) -> None:
    sheet = office.sheet()
    office.give_back(office.file(sheet), job_id=71)
    office.give_back(office.file(sheet), job_id=71)  # the same job once more, after a power cut
    first = office.rounds().latest_of(A)
    path = typed_over(office.file(sheet), tmp_path / "再报.xlsx", 地址="乳城镇鹰峰西路 2 号")
    office.give_back(path, job_id=72)
    after = office.rounds().latest_of(A)
    assert first is not None and after is not None
    assert (first.times_back, after.times_back, after.changes_back) == (1, 2, 1)
    assert (after.returned_at, after.returned_job) == (first.returned_at, 71)


@pytest.mark.parametrize(("who", "unit"), [("b", B), ("admin", B), ("city", B)])
def test_a_list_filed_for_another_unit_is_not_that_units_answer(office: Office, who: str, unit: str) -> None:
    sheet = office.sheet()
    done = office.give_back(office.file(sheet), who=who, unit=unit)
    assert done.round_id is None
    (after,) = office.rounds().sheets(sheet.round_id)
    assert after.state is SheetState.MADE


def test_a_mark_that_nobody_gave_out_harms_nothing(office: Office, tmp_path: Path) -> None:
    sheet = office.sheet()
    book = openpyxl.load_workbook(office.file(sheet))
    for name, column in (("首页清单", 2), ("说明", 2)):
        for row in book[name].iter_rows():
            if row[0].value == "清单编号（请勿改动）":
                row[column - 1].value = "0" * 16
    book.save(tmp_path / "别的.xlsx")
    done = office.give_back(tmp_path / "别的.xlsx")
    assert done.plan.reading.mark == "0" * 16 and done.round_id is None


def test_a_workbook_without_its_cover_is_known_by_its_notes(office: Office, tmp_path: Path) -> None:
    sheet = office.sheet()
    book = openpyxl.load_workbook(office.file(sheet))
    del book["首页清单"]
    book.save(tmp_path / "没有首页.xlsx")
    assert office.give_back(tmp_path / "没有首页.xlsx").round_id == sheet.round_id


# ---- faults ----


def test_a_unit_that_fails_is_listed_with_the_reason_and_the_others_are_made(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = workbook

    def broken(content: Any) -> bytes:
        if content.unit.id == B:
            raise BadValue("第 3 条记录的名称太长")
        if content.unit.id == ELSEWHERE:
            raise KeyError("secret of the program")
        return whole(content)

    monkeypatch.setattr(making_module, "workbook", broken)
    made = office.make(A, B, ELSEWHERE)
    (head,) = office.rounds().rounds()
    assert head.sheets == 1 and len(made.failed) == 2
    assert head.failed == {
        f"乐昌市（{B}）": "第 3 条记录的名称太长",
        f"苏仙区（{ELSEWHERE}）": making_module.SURPRISE.format(kind="KeyError"),
    }
    assert [s.unit_id for s in office.rounds().sheets(head.id)] == [A]
    assert "苏仙" not in str(office.rounds("city").rounds()[0].failed), "a failure is the unit's own"
    assert office.rounds("b").rounds()[0].sheets == 0 and office.rounds("b").rounds()[0].failed


def test_a_full_disk_leaves_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        office.make(A)
    assert office.left() == [] and office.rounds().rounds() == ()


def test_a_cancelled_round_leaves_nothing(office: Office) -> None:
    def step(done: int, of: int, message: str) -> None:
        if done == 1:
            raise JobCancelled("已取消")

    with pytest.raises(JobCancelled):
        office.maker().make(Wish(unit_ids=(A, B), today=MONDAY), step)
    assert office.left() == [] and office.rounds().rounds() == ()


def test_what_a_killed_run_left_is_cleared_away_after_a_day_and_a_kept_round_is_not(office: Office) -> None:
    sheet = office.sheet()
    for name in (".making-dead", "0" * 32):
        (office.place / name).mkdir()
    assert store.clear_away(office.database, office.place) == 0
    yesterday = time.time() - 86_400 - 60
    for folder in office.place.iterdir():
        os.utime(folder, (yesterday, yesterday))
    assert store.clear_away(office.database, office.place) == 2
    assert office.file(sheet).is_file()


def test_old_workbooks_go_and_their_record_stays(office: Office) -> None:
    sheet = office.sheet()
    office.do("UPDATE monday_round SET made_at = now() - interval '91 days'")
    assert store.clear_away(office.database, office.place) == 1 and office.left() == []
    (after,) = office.rounds().sheets(sheet.round_id)
    assert not after.kept and after.wanting == sheet.wanting
    with pytest.raises(UnknownRecord, match="保存期"):
        office.rounds().opened(sheet.id)
    assert store.clear_away(office.database, office.place) == 0
