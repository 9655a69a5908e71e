"""The page of the Monday lists on fakes: who has answered, ordering, noting what was sent, handing out."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.settings import Settings
from projects.errors import UnknownRecord
from projects.identity import Identity, Role
from projects.rounds import SheetState
from projects.work import JobState
from services import round_files
from tests.fake_desk import LECHANG, RUYUAN
from tests.fake_jobs import FakeJobs, job
from tests.fake_rounds import MADE, FakeRounds, returned, sheet
from tests.ui.analysis_shell import NoChoices
from tests.ui.office import OfficeShell, address, desk, html, opened, press
from views.rounds import home_part, ordering

PAGE = "rounds.rounds_page"
HOSTILE = "<script>alert(1)</script> **粗**"
REVIEWER = Identity(1, "city", "市局", Role.REVIEWER, None, "440200")
EDITOR = Identity(2, "ruyuan", "乳源", Role.EDITOR, RUYUAN)


@dataclass
class RoundsShell(OfficeShell):
    """An office's shell with Monday lists."""

    rounds: FakeRounds = field(default_factory=FakeRounds)
    choices: Any = field(default_factory=NoChoices)


def shell(*sheets: Any, who: Identity = REVIEWER, **values: Any) -> RoundsShell:
    given = values.pop("rounds", None) or FakeRounds(*sheets, **values.pop("heads", {}))
    return RoundsShell(desk(identity=who, units=(RUYUAN, LECHANG)), rounds=given, **values)


def three() -> tuple[Any, ...]:
    """Return a workbook that nobody sent, one that was sent, one that came back."""
    lechang = {"unit": "440281", "unit_name": "乐昌市"}
    return (
        sheet(1),
        sheet(2, state=SheetState.SENT, sent_at=MADE, sent_by="admin", sent_to="王科长，粤政易", **lechang),
        returned(sheet(3, "440203", unit_name="武江区")),
    )


def texts(at: Any) -> str:
    return html(at) + " ".join(str(c.value) for c in at.caption)


# ---- reading ----


def test_the_newest_round_says_who_has_not_answered() -> None:
    at = opened(PAGE, shell(*three()))
    told = texts(at)
    for words in ("<b>3</b><span>份清单", "<b>1</b><span>已报回", "<b>2</b><span>未报回", "2026-11-27"):
        assert words in told, words
    assert told.index("乳源瑶族自治县") < told.index("武江区"), "who has not answered stands first"
    assert "2026-11-23 07:00 王科长，粤政易" in told and "12 行，改动 4 处" in told
    assert "已发送，未报回" in told


def test_the_table_is_narrowed_to_those_who_have_not_answered_and_the_link_keeps_it() -> None:
    at = opened(PAGE, shell(*three()), show="open")
    assert "武江区" not in html(at) and "乐昌市" in html(at)
    assert address(at)["show"] == "open"
    at = opened(PAGE, shell(*three()), show="nonsense")
    assert "武江区" in html(at) and address(at) == {}


def test_names_and_notes_are_never_read_as_html() -> None:
    at = opened(PAGE, shell(sheet(1, unit_name=HOSTILE, sent_to=HOSTILE), heads={"note": HOSTILE}))
    assert "<script>" not in html(at)


def test_a_unit_without_a_workbook_is_told_with_the_reason() -> None:
    at = opened(PAGE, shell(sheet(1), heads={"failed": {"乐昌市（440281）": "第 3 条记录的名称太长"}}))
    assert "乐昌市（440281） 没有做成：第 3 条记录的名称太长" in texts(at)
    assert "<b>1</b><span>没有做成" in html(at)


def test_before_the_first_round_the_page_says_so() -> None:
    assert "还没有做过周一清单" in html(opened(PAGE, shell()))


def test_an_earlier_round_is_opened_and_a_wrong_number_falls_back() -> None:
    office = shell(sheet(1), sheet(2, round_id=2))
    at = opened(PAGE, office)
    assert "2 号 ·" in html(at)
    press(at, "round-open-1")
    assert address(at)["round"] == "1" and not [b for b in at.button if b.key == "round-open-1"]
    at = opened(PAGE, office, round=77)
    assert "没有第 77 号清单" in html(at) and "2 号 ·" in html(at)


def test_a_round_far_back_is_found_by_its_link_and_pages_turn() -> None:
    office = shell(*(sheet(n, round_id=n) for n in range(1, 31)))
    assert "3 号 ·" in html(opened(PAGE, office, round=3))
    at = opened(PAGE, office)
    assert not [b for b in at.button if b.key == "round-open-10"]
    press(at, "rounds-older")
    assert [b for b in at.button if b.key == "round-open-9"]
    press(at, "rounds-newer")
    assert [b for b in at.button if b.key == "round-open-29"]


def test_a_round_made_by_schedule_says_so_and_for_which_day() -> None:
    at = opened(PAGE, shell(sheet(1), heads={"scheduled_for": date(2026, 11, 16)}))
    assert "定时（补做 2026-11-16 的）" in html(at)
    plain = texts(opened(PAGE, shell(sheet(1))))
    assert "没有开启定时制作" in plain
    timed = shell(sheet(1), settings=Settings(monday_list="mon 07:00"))
    assert "mon 07:00（北京时间）" in texts(opened(PAGE, timed))


def test_the_page_in_english_says_what_it_says_in_chinese() -> None:
    at = opened(PAGE, shell(*three(), language="en"))
    assert "乳源瑶族自治县" in html(at) and not at.exception


# ---- ordering ----


def test_one_button_orders_a_round_of_all_until_friday() -> None:
    office = shell()
    at = opened(PAGE, office)
    press(at, "rounds-order")
    ((units, due, note),) = office.rounds.ordered
    assert units == () and note == "" and due == ordering.next_friday(date.today())
    assert address(at)["job"] == "5"


def test_units_day_and_note_are_what_was_chosen() -> None:
    office = shell()
    at = opened(PAGE, office)
    at.multiselect(key="rounds-w-units").set_value(["440232"]).run()
    at.date_input[0].set_value(None).run()
    at.text_input(key="rounds-w-note").input("  请  核对 ").run()
    press(at, "rounds-order")
    assert office.rounds.ordered == [(("440232",), None, "请 核对")]


def test_a_refused_order_says_why_and_keeps_what_was_typed() -> None:
    office = shell()
    office.rounds.refuses = "您已有 20 项工作在排队或进行中"
    at = opened(PAGE, office)
    at.text_input(key="rounds-w-note").input("请核对").run()
    press(at, "rounds-order")
    assert "20 项工作" in html(at) and at.text_input(key="rounds-w-note").value == "请核对"


@pytest.mark.parametrize("day", range(7))
def test_a_list_comes_back_on_a_friday_after_the_day_it_was_made(day: int) -> None:
    made = date(2026, 11, 23) + timedelta(days=day)
    due = ordering.next_friday(made)
    assert due.weekday() == 4 and 1 <= (due - made).days <= 7


def test_a_finished_job_says_how_many_and_is_put_away() -> None:
    done = job(5, "monday", result={"round": 1, "sheets": 40, "failed": 1, "not_asked": 3000})
    at = opened(PAGE, shell(sheet(1), jobs=FakeJobs(done)), job=5)
    assert "做好 40 个单位的清单，1 个没有做成；3000 个单位没有要办的" in html(at)
    press(at, "rounds-close")
    assert "job" not in address(at)


def test_a_job_of_another_kind_is_not_followed_here() -> None:
    at = opened(PAGE, shell(jobs=FakeJobs(job(5, "import_preview", state=JobState.DONE))), job=5)
    assert "job" not in address(at)


# ---- sent ----


def test_all_that_were_not_sent_are_noted_with_one_sentence() -> None:
    office = shell(*three())
    at = opened(PAGE, office)
    at.text_input(key="rounds-w-words").input("工作群，粤政易").run()
    press(at, "rounds-sent")
    assert office.rounds.sent == [((1,), "工作群，粤政易")]
    assert at.text_input(key="rounds-w-words").value == "" and at.button(key="rounds-sent").disabled


def test_chosen_units_are_noted_and_an_empty_sentence_is_asked_for() -> None:
    office = shell(*three())
    at = opened(PAGE, office)
    at.multiselect(key="rounds-w-to").set_value([2]).run()
    press(at, "rounds-sent")
    assert office.rounds.sent == [] and "请写明发给了谁" in html(at)
    at.text_input(key="rounds-w-words").input("再发一次").run()
    press(at, "rounds-sent")
    assert office.rounds.sent == [((2,), "再发一次")]


def test_a_county_orders_and_notes_nothing() -> None:
    at = opened(PAGE, shell(sheet(1), who=EDITOR))
    assert not [b for b in at.button if b.key in ("rounds-order", "rounds-sent")]
    assert len(at.get("download_button")) == 1


# ---- handing out ----


def test_a_cleared_file_is_told_and_its_record_stays() -> None:
    at = opened(PAGE, shell(sheet(1, kept=False)))
    assert "已过保存期" in texts(at) and "乳源瑶族自治县" in html(at)
    assert not at.get("download_button")


def test_the_archive_holds_each_workbook_once_under_its_own_name(tmp_path: Path) -> None:
    rows = [sheet(n, f"{n}", file_name="鼓楼区.xlsx") for n in (1, 2)] + [sheet(3, kept=False)]
    for n in (1, 2):
        (tmp_path / f"{n}.xlsx").write_bytes(b"x" * n)
    packed = round_files.bundle(FakeRounds(*rows, folder=tmp_path), rows)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {name: len(archive.read(name)) for name in archive.namelist()} == {
            "鼓楼区.xlsx": 1,
            "鼓楼区_2.xlsx": 2,
        }
    with pytest.raises(UnknownRecord, match="已清理"):
        round_files.bundle(FakeRounds(*rows, folder=tmp_path), rows[2:])


# ---- 我的单位 ----


def part(office: RoundsShell) -> str:
    from streamlit.testing.v1 import AppTest

    def script() -> None:
        import streamlit as st

        from views.rounds import home_part

        home_part.draw_unit(st.session_state["shell"], st.session_state["unit"])

    at = AppTest.from_function(script, default_timeout=30)
    at.session_state["shell"], at.session_state["unit"] = office, RUYUAN
    at.run()
    assert not at.exception
    return html(at)


def test_a_unit_sees_its_list_on_its_own_page() -> None:
    assert "未发送" in part(shell(sheet(1), who=EDITOR)) and "逾期步骤 3" in part(shell(sheet(1), who=EDITOR))
    assert "改动 4 处" in part(shell(returned(sheet(1)), who=EDITOR))
    assert part(shell(who=EDITOR)) == ""
    assert "未知 " not in part(shell(sheet(1), who=EDITOR)).partition(">逾期步骤")[2], "in a few words"
    assert home_part.draw_unit.__doc__
