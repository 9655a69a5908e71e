"""An office's own pages on fakes of what stands behind them: where it stands, and its file row by row."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from projects.filing.changes import Decision
from projects.identity import NOBODY
from projects.intake.cells import CellIssue, SourceCell
from projects.intake.issues import IssueCode, Severity
from projects.intake.preview import issue_of
from projects.work import JobState
from services import office_files
from tests.fake_desk import REVIEWER, RUYUAN, SHAOGUAN, VIEWER, FakeDesk
from tests.fake_jobs import FakeJobs, job
from tests.ui.office import OfficeShell, address, desk, html, opened, press, request, shell, update

# ---- home ----


def test_home_says_where_the_unit_stands() -> None:
    at = opened("office.home_page", shell(desk()))
    assert "乳源瑶族自治县" in html(at) and "提交后由上级审核" in html(at)
    assert "本单位 3 条 = 有具体位置 1 + 只知乡镇 0 + 只知县 2" in html(at)
    assert "1 / 3" in html(at), "money reported of all"
    assert "3 / 3 条未知" in html(at) and "项目代码" in html(at)


def test_home_in_english_shows_no_chinese_field_names() -> None:
    text = html(opened("office.home_page", shell(desk(), language="en")))
    assert "Project code" in text and "项目代码" not in text


def test_home_shows_new_answers_until_they_are_read() -> None:
    office = shell(desk())
    office.desk.file(request(update("SG-0001", 3, beds=(300, 500)), title="扩床"))
    _decide(office.desk, 1, Decision.REJECTED, "请附批复")
    at = opened("office.home_page", office)
    assert "请附批复" in html(at) and "新的审核答复" in html(at) and "已退回" in html(at)
    office.desk.now -= timedelta(days=1)
    press(at, "answers-seen")
    again = opened("office.home_page", office)
    assert "请附批复" in html(again)
    assert "answers-seen" not in {b.key for b in again.button}


def _decide(desk: FakeDesk, key: int, decision: Decision, remark: str) -> None:
    who, own = desk.who, desk.own
    desk.who, desk.own = REVIEWER, (RUYUAN, SHAOGUAN)
    ids = [c.id for e in desk.change_set(key).entries for c in e.changes]
    desk.decide(key, dict.fromkeys(ids, decision), {}, remark)
    desk.who, desk.own = who, own


def test_home_keeps_its_own_notes_out_of_the_drafts() -> None:
    office = shell(desk())
    office.desk.save_draft("SG-0001", 3, {"name": "没写完的"})
    office.desk.save_draft("import/7", None, {"choices": {}})
    office.desk.save_draft("bulk/440232", None, {"cells": []})
    text = html(opened("office.home_page", office))
    assert "没写完的" in text and "import/7" not in text
    assert "bulk?unit=440232" in text


def test_home_of_a_reviewer_is_the_queue_by_unit() -> None:
    office = shell(desk())
    office.desk.file(request(update("SG-0001", 3, beds=(300, 500))))
    office.desk.who, office.desk.own = REVIEWER, (RUYUAN, SHAOGUAN)
    text = html(opened("office.home_page", office))
    assert "审核总览" in text and "待审核的提交" in text and "乳源瑶族自治县" in text


@pytest.mark.parametrize("page", ["office.home_page", "intake.import_page"])
def test_another_units_id_in_the_address_opens_ones_own(page: str) -> None:
    text = html(opened(page, shell(desk()), unit="440281"))
    assert "乐昌" not in text and "乳源瑶族自治县" in text


@pytest.mark.parametrize(("who", "words"), [(VIEWER, "可以浏览"), (NOBODY, "请先登录")])
def test_home_for_whoever_files_nothing(who: Any, words: str) -> None:
    assert words in html(opened("office.home_page", shell(desk(identity=who, units=()))))


def test_a_unit_without_records_is_told_how_to_begin() -> None:
    office = shell(FakeDesk())
    assert "还没有记录" in "".join(c.value for c in opened("office.home_page", office).caption)


# ---- import ----


def lines() -> list[dict[str, Any]]:
    """Return one row of each outcome."""
    error = CellIssue(
        IssueCode.INVALID_NUMBER,
        Severity.ERROR,
        SourceCell("项目", "G7", "总投资（万元）", "约3亿"),
        "total_investment",
        "整行退回",
        "写确定的数",
    )
    rows: tuple[tuple[str, str, str, list[Any], list[Any]], ...] = (
        ("new", "", "研究院", [["name", None, "研究院", "项目!B3"]], []),
        ("updated", "SG-0001", "县人民医院", [["beds", 300, 500, "项目!F4"]], []),
        ("unchanged", "SG-0002", "瑶医馆", [], []),
        ("held", "", "温泉小镇二", [["name", None, "温泉小镇二", "项目!B6"]], []),
        ("rejected", "", "<b>坏行</b>", [], [issue_of(error)]),
    )
    return [
        {
            "sheet": "项目",
            "number": number,
            "name": name,
            "county": "440232",
            "outcome": outcome,
            "id": key,
            "by": "",
            "changes": changes,
            "issues": issues,
            "candidates": [["SG-0003", "温泉小镇", "440232", "similar_name", 0.9]]
            if outcome == "held"
            else [],
        }
        for number, (outcome, key, name, changes, issues) in enumerate(rows, 3)
    ]


def result(**values: Any) -> dict[str, Any]:
    counts = dict.fromkeys(("new", "updated", "unchanged", "held", "rejected"), 1)
    plain = {
        "file_name": "台账.xlsx",
        "encoding": "",
        "counts": counts,
        "rows_in": 5,
        "lines_in": {"项目": 5},
        "preview": "preview-1.jsonl",
        "unknown_headings": [["项目", "R1", "领导批示", "领导批示", ""]],
        "issues": [],
        "arguments": {"file": "x.xlsx", "unit": "440232", "mode": "upsert"},
    }
    return plain | values


@pytest.fixture
def office(tmp_path: Path) -> OfficeShell:
    """乳源's shell with a preview that is ready."""
    place = tmp_path / "uploads"
    place.mkdir()
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines())
    (place / "preview-1.jsonl").write_text(text, "utf-8")
    jobs = FakeJobs(job(1, "import_preview", result=result()))
    return shell(desk(), tmp_path, jobs=jobs)


def test_import_asks_for_the_datum_and_assumes_none(office: OfficeShell) -> None:
    at = opened("intake.import_page", office)
    assert at.selectbox(key="import-datum").value == ""
    assert at.radio(key="import-mode").value == "upsert"
    assert at.button(key="check-file").disabled, "without a file there is nothing to check"


def test_the_preview_accounts_for_every_row(office: OfficeShell) -> None:
    at = opened("intake.import_page", office, job=1)
    text = html(at)
    assert "共 5 行 = 新增 1 + 更新 1 + 不变 1 + 待您决定 1 + 退回修改 1" in text
    assert "领导批示" in text
    for words in ("项目!G7", "约3亿", "写确定的数", "不是确定的数", "项目!F4"):
        assert words in text
    assert "<b>坏行" not in text and "坏行" in text


def test_a_sum_that_fails_is_said_aloud(office: OfficeShell) -> None:
    office.jobs.known[1] = job(1, "import_preview", result=result(rows_in=6))
    assert "行数对不上" in html(opened("intake.import_page", office, job=1))


def test_rows_can_be_looked_at_by_outcome_and_by_name(office: OfficeShell) -> None:
    at = opened("intake.import_page", office, job=1)
    at.text_input(key="preview-find").input("研究院").run()
    assert "研究院" in html(at) and "县人民医院" not in html(at)
    at.text_input(key="preview-find").input("没有的").run()
    assert "没有这样的行。" in [c.value for c in at.caption]


def test_a_held_row_is_decided_and_the_decision_is_kept(office: OfficeShell) -> None:
    at = opened("intake.import_page", office, job=1)
    choice = at.radio(key="choice-1-项目!6")
    assert choice.value == "", "nothing is decided for the office"
    choice.set_value("SG-0003").run()
    at = opened("intake.import_page", office, job=1)  # a later visit
    assert at.radio(key="choice-1-项目!6").value == "SG-0003"
    at.text_input(key="reason-1").input("二季度").run()
    press(at, "commit-import")
    kind, _title, arguments = office.jobs.submitted[-1]
    assert kind == "import_commit"
    assert arguments["choices"] == {"项目!6": "SG-0003"}
    assert (arguments["reason"], arguments["preview_job"], arguments["unit"]) == ("二季度", 1, "440232")
    assert address(at)["job"] == "2"


def test_an_undecided_row_is_not_submitted(office: OfficeShell) -> None:
    at = opened("intake.import_page", office, job=1)
    assert at.button(key="commit-import").disabled, "a reason is asked for"
    at.text_input(key="reason-1").input("二季度").run()
    assert at.button(key="commit-import").label == "提交 2 行"
    press(at, "commit-import")
    assert office.jobs.submitted[-1][2]["choices"] == {}


def test_nothing_to_submit_offers_nothing(office: OfficeShell) -> None:
    counts = {"new": 0, "updated": 0, "unchanged": 5, "held": 0, "rejected": 0}
    office.jobs.known[1] = job(1, "import_preview", result=result(counts=counts))
    at = opened("intake.import_page", office, job=1)
    at.text_input(key="reason-1").input("二季度").run()
    assert at.button(key="commit-import").disabled
    assert "没有可提交的行" in html(at)


def test_a_running_check_shows_progress_and_can_be_stopped(office: OfficeShell) -> None:
    office.jobs.known[1] = job(
        1, "import_preview", state=JobState.RUNNING, done_steps=4200, all_steps=10000, message="比对"
    )
    at = opened("intake.import_page", office, job=1)
    press(at, "cancel-1")
    assert office.jobs.known[1].state is JobState.CANCELLED
    assert "什么也没有改动" in html(opened("intake.import_page", office, job=1))


def test_without_a_worker_it_says_how_to_start_one(office: OfficeShell) -> None:
    office.jobs.known[1] = job(1, "import_preview", state=JobState.WAITING)
    office.jobs.alive = False
    assert "python -m data work" in html(opened("intake.import_page", office, job=1))


def test_a_file_that_cannot_be_read_says_why(office: OfficeShell) -> None:
    office.jobs.known[1] = job(1, "import_preview", state=JobState.FAILED, message="内容是图片")
    at = opened("intake.import_page", office, job=1)
    assert "内容是图片" in html(at)
    press(at, "another-file")
    assert "job" not in address(at)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"change_set": 9, "state": "submitted"}, "已提交审核：9 号"),
        ({"change_set": 9, "state": "accepted"}, "已发布：9 号"),
        ({"change_set": None, "state": ""}, "库中什么也没有变"),
    ],
)
def test_the_result_says_what_became_of_the_rows(
    office: OfficeShell, values: dict[str, Any], words: str
) -> None:
    office.jobs.known[2] = job(2, "import_commit", result=result(returned="returned-2.xlsx", **values))
    at = opened("intake.import_page", office, job=2)
    assert words in html(at) and "共 5 行" in html(at)
    assert "/office/returned/2" in str([b.proto for b in at.get("link_button")])


def test_someone_elses_job_is_no_page(office: OfficeShell) -> None:
    assert "没有找到" in html(opened("intake.import_page", office, job=77))


def test_a_viewer_does_not_import() -> None:
    assert "只有填报员" in html(opened("intake.import_page", shell(desk(identity=VIEWER, units=()))))


def test_a_library_that_changed_meanwhile_is_previewed_again(office: OfficeShell) -> None:
    again = result(changed=True, change_set=None, state="", fingerprint="f")
    office.jobs.known[2] = job(2, "import_commit", result=again)
    at = opened("intake.import_page", office, job=2)
    assert "所以还没有提交" in html(at)
    at.text_input(key="reason-2").input("二季度").run()
    press(at, "commit-import")
    assert office.jobs.submitted[-1][2]["preview_job"] == 2


def test_rows_that_are_no_projects_are_accounted_for(office: OfficeShell) -> None:
    total = CellIssue(
        IssueCode.NOT_A_PROJECT, Severity.INFO, SourceCell("项目", "A9", "", "合计"), "", "x", "y"
    )
    left = {"file_rows": 9, "lines": 3, "left_out": 1, "left_out_rows": [["项目", 9, issue_of(total)]]}
    office.jobs.known[1] = job(1, "import_preview", result=result(**left))
    text = html(opened("intake.import_page", office, job=1))
    assert "文件共 9 行数据 = 项目 5 + 资金和里程碑明细 3 + 不是项目的行 1" in text
    assert "项目!A9" in text and "合计" in text


def test_a_line_without_its_project_is_told_once_and_goes_back(office: OfficeShell) -> None:
    lost = CellIssue(
        IssueCode.ORPHANED_LINE, Severity.ERROR, SourceCell("资金", "A4", "", "无此项目"), "", "x", "y"
    )
    quiet = {"counts": {"unchanged": 5}, "returned": "returned-1.xlsx"}
    left = {
        "file_rows": 6,
        "left_out": 1,
        "left_out_rows": [["资金", 4, issue_of(lost)]],
        "issues": [issue_of(lost)] * 2,
    }
    office.jobs.known[1] = job(1, "import_preview", result=result(**quiet, **left))
    at = opened("intake.import_page", office, job=1)
    assert html(at).count("资金!A4") == 1
    assert "/office/returned/1" in str([b.proto for b in at.get("link_button")])


@pytest.mark.parametrize("kind", ["import_preview", "import_commit"])
def test_nothing_is_handed_back_when_every_row_is_as_in_the_library(office: OfficeShell, kind: str) -> None:
    same = result(counts={"unchanged": 5}, returned="returned-1.xlsx", change_set=None, state="")
    office.jobs.known[1] = job(1, kind, result=same)
    assert not opened("intake.import_page", office, job=1).get("link_button")


@pytest.mark.parametrize("page", ["office.home_page", "intake.import_page"])
def test_the_blank_workbook_stands_beside_the_filled_one(office: OfficeShell, page: str) -> None:
    links = [b.proto.url for b in opened(page, office).get("link_button")]
    filled = office_files.workbook_path("440232", "zh")
    assert filled in links and f"{filled}&blank=1" in links


def test_a_single_office_gets_its_files_without_a_cookie(office: OfficeShell) -> None:
    office.settings = office.settings.model_copy(update={"single_office": True})
    (office.settings.data_dir / "uploads" / "returned-2.xlsx").write_bytes(b"PK")
    given = result(change_set=9, state="accepted", returned="returned-2.xlsx")
    office.jobs.known[2] = job(2, "import_commit", result=given)
    at = opened("intake.import_page", office, job=2)
    assert not at.get("link_button") and at.get("download_button")


@pytest.mark.parametrize(
    "page",
    [
        "office.home_page",
        "intake.import_page",
        "review.review_page",
        "office.claims",
        "office.clinics_page",
        "editing.merge_page",
        "editing.history",
        "office.geocode_page",
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_opens_in_both_languages_and_when_the_session_has_ended(page: str, language: str) -> None:
    office = shell(desk(), language=language)
    opened(page, office)
    office.desk.expired = True
    assert html(opened(page, office))
