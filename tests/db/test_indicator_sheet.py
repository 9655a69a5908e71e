"""The sheet 指标: pre-filled with what a unit owes, read back, previewed, filed with the rest."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data import wiring
from data.cli import main
from data.cluster import Cluster
from data.database import Database
from data.exports.returned import returned
from data.exports.unit_workbook import unit_workbook
from data.store.targets import PostgisTargets
from projects.intake.cells import Outcome
from projects.intake.indicator_sheet import SHEET, counts
from projects.intake.planning import fingerprint
from projects.intake.preview import head_of
from projects.targets.model import ReportState, Status
from tests.db.copies import copy_of
from tests.db.office_world import COUNTY, OTHER, Office, office

pytestmark = pytest.mark.db


@pytest.fixture
def world(cluster: Cluster, library_database: Database, tmp_path: Path) -> Iterator[Office]:
    with copy_of(cluster, library_database) as copy, office(copy, tmp_path) as made:
        yield made


def filled(world: Office, unit: str = COUNTY, who: str = "ruyuan") -> Path:
    content, _ = unit_workbook(world.database, world.tokens[who], unit)
    path = world.folder / "填报.xlsx"
    path.write_bytes(content)
    return path


def write(path: Path, values: dict[int, dict[str, Any]]) -> Path:
    """Type values into rows of 指标 by heading."""
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    headings = {cell.value: cell.column for cell in sheet[1]}
    for row, cells in values.items():
        for heading, value in cells.items():
            sheet.cell(row, headings[heading], value)
    book.save(path)
    return path


def rows(path: Path) -> dict[str, int]:
    """Return indicator → row of the sheet."""
    sheet = openpyxl.load_workbook(path)[SHEET]
    return {str(row[0].value): row[0].row for row in sheet.iter_rows(min_row=2)}


GOOD = {"期间结束": "2020", "数值": 100, "来源": "年报"}


def test_the_sheet_lists_what_the_unit_owes_and_unfilled_rows_change_nothing(world: Office) -> None:
    path = filled(world)
    owed = PostgisTargets(world.database, world.tokens["ruyuan"]).open_indicators(COUNTY)
    assert set(rows(path)) == {one.indicator for one in owed} and len(owed) > 1
    plan = world.preview(path)
    assert plan.reading.lines_in[SHEET] == len(owed) and plan.reading.accounted == plan.reading.rows_in
    assert counts(plan.figures) == {"new": 0, "updated": 0, "unchanged": len(owed), "rejected": 0}
    done = world.commit(path)
    assert done.reports == () and done.filed is None
    assert not any(issue.field == "" and "指标" in issue.cell.sheet for issue in plan.reading.issues)


def test_figures_are_filed_and_stand_on_the_board(world: Office) -> None:
    path = filled(world)
    where = rows(path)
    write(path, {where["zhiweibing_centre_share"]: {**GOOD, "分子": 3, "分母": 3}})
    plan = world.preview(path)
    assert counts(plan.figures)["new"] == 1
    done = world.commit(path, expected=fingerprint(plan))
    assert [report.state for report in done.reports] == [ReportState.ACCEPTED]
    row = next(r for r in PostgisTargets(world.database).board() if r.target.id == "SG-T05")
    assert row.tally[Status.MET] == 1
    again = world.preview(path)
    assert counts(again.figures)["unchanged"] == len(where), "the same file twice files nothing again"
    corrected = write(path, {where["zhiweibing_centre_share"]: {"来源": "年报（更正）"}})
    assert counts(world.preview(corrected).figures)["updated"] == 1
    assert "zhiweibing_centre_share" not in rows(filled(world)), "what is reported is owed no more"


def test_a_reviewed_units_figures_wait(world: Office) -> None:
    path = filled(world, OTHER, "lechang")
    write(path, {rows(path)["zhiweibing_centre_share"]: GOOD})
    done = world.commit(path, "lechang", OTHER)
    assert [report.state for report in done.reports] == [ReportState.SUBMITTED]


def test_bad_rows_are_rejected_with_their_cell_and_come_back(world: Office) -> None:
    path = filled(world)
    where = rows(path)
    share, centres = where["zhiweibing_centre_share"], where["community_home_care_centres"]
    last = max(where.values())
    write(
        path,
        {
            share: {**GOOD, "数值": 120},
            centres: {**GOOD, "期间结束": "20217", "数值": -1, "来源": None},
            last + 1: {"指标编号": "nonsense", **GOOD},
            last + 2: {"指标编号": "tourism_size", "地区编号": "440281", **GOOD},
            last + 3: {"指标编号": "medical_consortia", "单位": "万个", **GOOD},
            last + 4: {"指标编号": "public_built_clinics", **GOOD},
        },
    )
    plan = world.preview(path)
    bad = [one for one in plan.figures if one.outcome is Outcome.REJECTED]
    keys = {one.row.number: {issue.key for issue in one.issues} for one in bad}
    assert keys == {
        share: {"ind_over_100"},
        centres: {"ind_source", "ind_date", "ind_negative"},
        last + 1: {"ind_unknown"},
        last + 2: {"ind_area"},
        last + 3: {"ind_unit"},
        last + 4: {"ind_computed"},
    }
    over = next(issue for one in bad if one.row.number == share for issue in one.issues)
    assert over.cell.raw == "120" and over.cell.heading == "数值" and over.cell.address[0] == "G"
    assert plan.reading.accounted == plan.reading.rows_in
    content = returned(path, plan)
    assert content is not None
    path.write_bytes(content)
    back = openpyxl.load_workbook(path)[SHEET]
    assert back.max_row == 7 and "100 %" in str(back.cell(2, back.max_column).value)
    assert world.commit(path).reports == ()


def test_the_same_figure_twice_in_a_file_is_told(world: Office) -> None:
    path = filled(world)
    where = rows(path)
    last = max(where.values())
    write(
        path,
        {where["zhiweibing_centre_share"]: GOOD, last + 1: {"指标编号": "zhiweibing_centre_share", **GOOD}},
    )
    figures = [one for one in world.preview(path).figures if one.row.filled]
    assert [one.outcome for one in figures] == [Outcome.NEW, Outcome.REJECTED]
    assert [issue.key for issue in figures[1].issues] == ["ind_twice"]


def test_a_commit_after_somebody_elses_figure_shows_a_new_preview(world: Office) -> None:
    path = filled(world)
    write(path, {rows(path)["zhiweibing_centre_share"]: GOOD})
    shown = fingerprint(world.preview(path))
    world.commit(path, expected=shown)
    done = world.commit(path, expected=shown)
    assert done.changed and done.reports == ()


def test_figures_and_projects_of_one_file_go_together_or_not_at_all(world: Office) -> None:
    path = filled(world)
    book = openpyxl.load_workbook(path)
    book["项目"].cell(2, 3, "改名的医院")
    book.save(path)
    write(path, {rows(path)["zhiweibing_centre_share"]: GOOD})
    done = world.commit(path)
    assert done.filed is not None and len(done.reports) == 1
    head = head_of(done.plan)
    assert head["figures"]["new"] == 1 and head["file_rows"] == (
        head["rows_in"] + head["lines"] + head["left_out"] + sum(head["figures"].values())
    )


def test_a_file_of_figures_alone_is_a_file(world: Office) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "指标（2020年）"
    sheet.append(["填报单位：乳源"])
    sheet.append(["指标", "年度", "数值", "数据来源"])
    sheet.append(["设立“治未病”中心的县级医院比例", 2020, "100%", "年报"])
    path = world.folder / "指标.xlsx"
    book.save(path)
    plan = world.preview(path)
    assert counts(plan.figures)["new"] == 1 and not plan.rows
    assert [report.state for report in world.commit(path).reports] == [ReportState.ACCEPTED]


def test_the_command_line_tells_of_figures(
    world: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = filled(world)
    where = rows(path)
    write(
        path, {where["zhiweibing_centre_share"]: GOOD, where["community_home_care_centres"]: {"数值": "多"}}
    )
    monkeypatch.setattr(wiring, "open_database", lambda *args: world.database)
    main(["import", str(path), "--as", "ruyuan", "--commit", "--reason", "年报"])
    said = capsys.readouterr().out
    assert f"figures: {len(where)} rows = 1 new, 0 updated, {len(where) - 2} unchanged, 1 rejected" in said
    assert "指标!G" in said and ": accepted" in said and "nothing to file" not in said
