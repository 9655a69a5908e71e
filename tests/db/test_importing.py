"""Imports against the real library: filed or queued, all or nothing, with the rights of whoever uploads."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.exports.returned import returned
from data.importers.office.run import LOCK, Committed
from projects.errors import Conflict, NotAllowed, SignInNeeded
from projects.filing.changes import State
from projects.intake.importing import ImportPlan, Mode
from projects.intake.issues import IssueCode
from projects.intake.planning import fingerprint
from tests.db.copies import copy_of
from tests.db.office_world import COUNTY, OTHER, Office, Rows, office, sheets

pytestmark = pytest.mark.db
NEW: dict[str, Any] = {
    "项目名称": "云门康养小镇一期",
    "类型": "项目点",
    "类别": "健康养老",
    "县（市、区）": "乳源瑶族自治县",
}
LINE = {
    "项目名称": "云门康养小镇一期",
    "资金来源": "专项债",
    "资金状态": "到位",
    "金额（万元）": 300,
    "年度": 2024,
}


@pytest.fixture(scope="module")
def world(
    cluster: Cluster, library_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    with copy_of(cluster, library_database) as copy, office(copy, tmp_path_factory.mktemp("office")) as made:
        yield made


def outcomes(plan: ImportPlan) -> list[str]:
    return [str(row.outcome) for row in plan.rows]


def codes(plan: ImportPlan, number: int = 0) -> set[IssueCode]:
    return {issue.code for issue in plan.rows[number].reasons}


def named(name: str, **more: Any) -> dict[str, Any]:
    return {**NEW, "项目名称": name, **more}


def test_a_file_is_published_with_its_source_and_cells(world: Office) -> None:
    path = world.workbook(
        [named("必背瑶寨康养中心", **{"床位（张）": 80, "总投资（万元）": 12000.5})],
        [{**LINE, "项目名称": "必背瑶寨康养中心"}],
    )
    plan = world.preview(path)
    assert (
        outcomes(plan) == ["new"]
        and world.value("SELECT count(*) FROM project WHERE name = '必背瑶寨康养中心'") == 0
    )
    done = world.commit(path, expected=fingerprint(plan))
    assert done.filed and done.filed.state is State.ACCEPTED and len(done.filed.project_ids) == 1
    key = done.filed.project_ids[0]
    row = {"id": key}
    assert world.value("SELECT owner_unit_id FROM project WHERE id = :id", **row) == COUNTY
    assert world.value("SELECT total_investment FROM project WHERE id = :id", **row) == 12000.5
    assert world.value("SELECT amount FROM finance_line WHERE project_id = :id", **row) == 300
    source = world.value("SELECT source_id FROM change_set WHERE id = :id", id=done.filed.id)
    assert source == f"file-{plan.reading.sha256[:16]}"
    assert world.value("SELECT title FROM source WHERE id = :id", id=source) == path.name
    locators = world.value(
        "SELECT string_agg(locator, ' ' ORDER BY path) FROM change JOIN change_entry e ON e.id = entry_id"
        " WHERE change_set_id = :id AND path IN ('beds', 'total_investment')",
        id=done.filed.id,
    )
    assert locators == "项目!E2 项目!F2"
    provenance = world.value("SELECT provenance -> 'beds' FROM project WHERE id = :id", **row)
    assert provenance["basis"] == "reported" and provenance["source"] == source


def test_the_same_file_twice_changes_nothing(world: Office) -> None:
    path = world.workbook(
        [
            named(
                "桂头温泉颐养院",
                **{
                    "床位（张）": 60,
                    "项目单位": "乳源某某有限公司",
                    "别名": "桂头养老院",
                    "乡镇（街道）": "桂头镇",
                    "阶段": "在建",
                    "经度": 113.4,
                    "纬度": 24.9,
                    "坐标系": "WGS84",
                },
            ),
            named("大布脱贫康养项目"),
        ],
        [{**LINE, "项目名称": "桂头温泉颐养院"}, {**LINE, "项目名称": "桂头温泉颐养院"}],
        [{"项目名称": "桂头温泉颐养院", "里程碑": "开工", "计划日期": "2024-03-01"}],
    )
    first = world.commit(path)
    assert first.filed and first.plan.counts["new"] == 2, [i for r in first.plan.rows for i in r.reasons]
    sets = world.value("SELECT count(*) FROM change_set")
    again = world.commit(path)
    assert outcomes(again.plan) == ["unchanged", "unchanged"], [r.changes for r in again.plan.rows]
    assert again.filed is None and world.value("SELECT count(*) FROM change_set") == sets


def test_a_reviewed_units_file_waits_and_changes_nothing_yet(world: Office) -> None:
    path = world.workbook([named("坪石康养院", **{"县（市、区）": "乐昌市"})])
    done = world.commit(path, "lechang", OTHER)
    assert done.filed and done.filed.state is State.SUBMITTED
    assert world.value("SELECT count(*) FROM project WHERE name = '坪石康养院'") == 0
    assert world.value("SELECT state FROM change_set WHERE id = :id", id=done.filed.id) == "submitted"


def test_an_import_reaches_no_other_unit(world: Office) -> None:
    foreign = world.ids(OTHER)[0]
    name = world.value("SELECT name FROM project WHERE id = :id", id=foreign)
    rows: Rows = [
        {"项目编号": foreign, "项目名称": name, "床位（张）": 1},
        named("越界项目", **{"县（市、区）": "乐昌市"}),
        {"项目编号": "SG-999999", "床位（张）": 2},
    ]
    done = world.commit(world.workbook(rows))
    assert outcomes(done.plan) == ["rejected"] * 3 and done.filed is None
    assert codes(done.plan, 0) == codes(done.plan, 1) == {IssueCode.NOT_YOUR_COUNTY}
    assert codes(done.plan, 2) == {IssueCode.UNKNOWN_RECORD}
    for who, unit in (("ruyuan", OTHER), ("looker", COUNTY), ("lechang", COUNTY)):
        with pytest.raises(NotAllowed):
            world.preview(world.workbook([named("x")]), who, unit)
    world.tokens["forged"] = "f" * 43
    with pytest.raises(SignInNeeded):
        world.preview(world.workbook([named("x")]), "forged")


def test_an_id_that_was_merged_away_names_its_record(world: Office) -> None:
    gone, stays = world.ids()[4:6]
    with world.database.owning() as connection:
        connection.execute(
            text("UPDATE project SET merged_into_id = :stays WHERE id = :gone"),
            {"gone": gone, "stays": stays},
        )
    try:
        plan = world.preview(world.workbook([{"项目编号": gone, "床位（张）": 2}]))
    finally:
        with world.database.owning() as connection:
            connection.execute(text("UPDATE project SET merged_into_id = NULL WHERE id = :id"), {"id": gone})
    assert outcomes(plan) == ["rejected"] and codes(plan) == {IssueCode.UNKNOWN_RECORD}
    assert f"已合并到 {stays}" in plan.rows[0].reasons[0].action


def test_a_lookalike_is_held_until_a_person_decides(world: Office) -> None:
    key = world.ids()[0]
    name = world.value("SELECT name FROM project WHERE id = :id", id=key)
    path = world.workbook([named(f"{name}项目", **{"床位（张）": 7})])
    plan = world.preview(path)
    assert outcomes(plan) == ["held"] and plan.rows[0].candidates[0].project_id == key
    assert world.commit(path).filed is None
    same = world.preview(path, decisions={"项目!2": key})
    assert outcomes(same) == ["updated"] and same.rows[0].project_id == key
    new = world.commit(path, decisions={"项目!2": "new"}, expected=fingerprint(plan))
    assert new.filed and not new.changed and outcomes(new.plan) == ["new"]


def test_a_changed_library_gives_a_new_preview_instead_of_a_commit(world: Office) -> None:
    key = world.ids()[1]
    path = world.workbook([{"项目编号": key, "床位（张）": 41, "备注": "来自表格"}])
    plan = world.preview(path)
    first = world.commit(world.workbook([{"项目编号": key, "床位（张）": 40}]))
    assert first.filed
    done = world.commit(path, expected=fingerprint(plan))
    assert done.changed and done.filed is None
    assert {p: (old, new) for p, old, new in done.plan.rows[0].changes}["beds"] == (40, 41)
    assert world.value("SELECT beds FROM project WHERE id = :id", id=key) == 40


def test_a_stale_workbook_is_held_field_by_field(world: Office) -> None:
    key = world.ids()[2]
    version = world.value("SELECT version FROM project WHERE id = :id", id=key)
    old_note = world.value("SELECT note FROM project WHERE id = :id", id=key)
    assert world.commit(world.workbook([{"项目编号": key, "备注": "网页上改的", "床位（张）": 9}])).filed
    untouched: dict[str, Any] = {"项目编号": key, "版本": version, "就业（人）": 5}
    if old_note:
        untouched["备注"] = old_note
    plan = world.preview(world.workbook([untouched]))
    assert [p for p, _, _ in plan.rows[0].changes] == ["jobs"] and outcomes(plan) == ["updated"]
    path = world.workbook([{**untouched, "床位（张）": 11}])
    plan = world.preview(path)
    assert outcomes(plan) == ["held"] and codes(plan) == {IssueCode.CHANGED_MEANWHILE}
    assert [i.field for i in plan.rows[0].reasons] == ["beds"]
    done = world.commit(path, decisions={"项目!2": key})
    assert done.filed and world.value("SELECT beds FROM project WHERE id = :id", id=key) == 11
    assert world.value("SELECT note FROM project WHERE id = :id", id=key) == "网页上改的"


def test_modes_and_keeping_existing_values(world: Office) -> None:
    key = world.ids()[3]
    assert world.commit(world.workbook([{"项目编号": key, "床位（张）": 30}])).filed
    path = world.workbook([{"项目编号": key, "床位（张）": 31, "就业（人）": 3}, named("只增项目")])
    assert outcomes(world.preview(path, mode=Mode.NEW)) == ["rejected", "new"]
    assert outcomes(world.preview(path, mode=Mode.UPDATE)) == ["updated", "rejected"]
    kept = world.preview(path, keep_existing=True)
    assert kept.rows[0].changes == (("jobs", None, 3),)
    cleared = world.commit(world.workbook([{"项目编号": key, "床位（张）": "清除"}]))
    assert cleared.filed and world.value("SELECT beds FROM project WHERE id = :id", id=key) is None


def test_two_imports_at_once_make_one_record(world: Office) -> None:
    path = world.workbook([named("同时导入的项目")])
    done: list[Committed | Exception] = []

    def work() -> None:
        try:
            done.append(world.commit(path))
        except Conflict as error:
            done.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert world.value("SELECT count(*) FROM project WHERE name = '同时导入的项目'") == 1
    filed = [one for one in done if isinstance(one, Committed) and one.filed]
    assert len(done) == 3 and len(filed) == 1


def test_a_commit_waits_for_the_one_before_and_says_so_in_the_end(world: Office, monkeypatch: Any) -> None:
    monkeypatch.setattr("data.importers.office.run.PATIENCE_S", 0.3)
    with world.database.owning() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        with pytest.raises(Conflict, match="没有写入"):
            world.commit(world.workbook([named("等待中的项目")]))
    assert world.value("SELECT count(*) FROM project WHERE name = '等待中的项目'") == 0


KILLED = """
import os, signal, sys, time
from data.database import Database
from data.importers.office import run
from data.store import change_sets
def hang(*args, **kwargs):
    print("filed, not committed", flush=True)
    time.sleep(60)
change_sets.close = hang
import data.store.filing; data.store.filing.change_sets.close = hang
importer = run.Importer(Database(sys.argv[1]), sys.argv[2])
from pathlib import Path
importer.commit(run.Order(Path(sys.argv[3]), "x.xlsx", "440232"), "x")
"""


def test_killed_in_mid_commit_leaves_nothing_half(world: Office) -> None:
    path = world.workbook([named(f"断电项目{n}") for n in range(50)])
    counts = (
        "SELECT (SELECT count(*) FROM project) || ' ' || (SELECT count(*) FROM change_set) || ' ' ||"
        " (SELECT count(*) FROM source) || ' ' || (SELECT count(*) FROM history)"
    )
    before = world.value(counts)
    url = world.database._app.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, url, world.tokens["ruyuan"], str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ},
    )
    assert process.stdout and "not committed" in process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    end = time.monotonic() + 10
    open_ones = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname ="
    while time.monotonic() < end and world.value(f"{open_ones} current_database()"):
        time.sleep(0.1)
    assert world.value(counts) == before
    done = world.commit(path)
    assert done.filed and done.plan.counts["new"] == 50


def test_the_returned_file_unmended_gives_the_same_and_mended_passes(world: Office) -> None:
    path = world.workbook(
        [
            named("退回一", **{"床位（张）": "约三百"}),
            named("退回二", 类别="不知道"),
            named("成功的项目"),
        ],
        [{**LINE, "项目名称": "退回一"}, {**LINE, "项目名称": "成功的项目"}],
    )
    done = world.commit(path)
    assert [str(r.outcome) for r in done.plan.rows] == ["rejected", "rejected", "new"]
    content = returned(path, done.plan)
    assert content is not None
    back = world.folder / "退回.xlsx"
    back.write_bytes(content)
    told = sheets(content)
    assert [row[0] for row in told["项目"]] == ["项目名称", "退回一", "退回二"] and told["项目"][0][
        -1
    ] == "原因"
    assert [row[0] for row in told["资金"]] == ["项目名称", "退回一"]
    again = world.preview(back)
    assert outcomes(again) == ["rejected", "rejected"] and not again.reading.unknown_headings
    assert [codes(again, n) for n in (0, 1)] == [codes(done.plan, n) for n in (0, 1)]
    _mend(back)
    mended = world.commit(back)
    assert outcomes(mended.plan) == ["new", "new"] and mended.filed
    assert (
        world.value(
            "SELECT count(*) FROM finance_line JOIN project ON project.id = project_id WHERE name = '退回一'"
        )
        == 1
    )


def _mend(path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(path)
    sheet = book["项目"]
    headings = [cell.value for cell in sheet[1]]
    sheet.cell(2, headings.index("床位（张）") + 1).value = 300
    sheet.cell(3, headings.index("类别") + 1).value = "健康养老"
    book.save(path)
