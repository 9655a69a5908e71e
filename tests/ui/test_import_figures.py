"""The rows of 指标 on the import page: counted in, shown with their findings, submitted, answered."""

from pathlib import Path
from typing import Any

from projects.intake.cells import CellIssue, SourceCell
from projects.intake.issues import IssueCode, Severity
from projects.intake.preview import issue_of
from tests.fake_jobs import FakeJobs, job
from tests.ui.office import OfficeShell, desk, html, opened, press, shell

BAD = CellIssue(
    IssueCode.OUT_OF_RANGE,
    Severity.ERROR,
    SourceCell("指标", "G3", "数值", "120"),
    "value",
    "",
    "",
    "filler",
    "ind_over_100",
    ("120",),
)


def result(**values: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "file_name": "指标.xlsx",
        "counts": dict.fromkeys(("new", "updated", "unchanged", "held", "rejected"), 0),
        "rows_in": 0,
        "file_rows": 3,
        "lines_in": {"指标": 3},
        "preview": "preview-1.jsonl",
        "figures": {"new": 1, "updated": 0, "unchanged": 1, "rejected": 1},
        "figure_rows": [
            ["指标", 2, "治未病 · 乳源 · 2020", "100", "new", []],
            ["指标", 3, "<b>比例</b>", "120", "rejected", [issue_of(BAD)]],
            ["指标", 4, "未填的", "", "unchanged", []],
        ],
        "arguments": {"file": "x.xlsx", "unit": "440232", "mode": "upsert"},
    }
    return plain | values


def office(folder: Path, kind: str = "import_preview", **values: Any) -> OfficeShell:
    place = folder / "uploads"
    place.mkdir()
    (place / "preview-1.jsonl").write_text("", "utf-8")
    return shell(desk(), folder, jobs=FakeJobs(job(1, kind, result=result(**values))))


def test_every_row_of_figures_is_shown_and_counted(tmp_path: Path) -> None:
    made = office(tmp_path)
    at = opened("intake.import_page", made, job=1)
    text = html(at)
    assert "指标 3 行 = " in text and "+ 指标 3" in text
    assert "120" in text and "100 %" in text and "G3" in text and "<b>比例" not in text
    assert "（未填）" in text
    at.text_input(key="reason-1").input("年报").run()
    assert at.button(key="commit-import").label == "提交 1 行"
    press(at, "commit-import")
    assert made.jobs.submitted[-1][0] == "import_commit"


def test_what_became_of_the_figures_is_told(tmp_path: Path) -> None:
    made = office(
        tmp_path, "import_commit", reports=[[7, "accepted"], [8, "submitted"]], change_set=None, state=""
    )
    text = html(opened("intake.import_page", made, job=1))
    assert "指标已填报 2 个：1 个已通过，1 个等上级审核" in text
    assert "库中什么也没有变" not in text


def test_a_file_without_figures_says_nothing_of_them(tmp_path: Path) -> None:
    made = office(tmp_path, figures={}, figure_rows=[], file_rows=0, lines_in={})
    assert "指标" not in html(opened("intake.import_page", made, job=1)).replace("指标.xlsx", "")
