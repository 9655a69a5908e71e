"""``python -m data import`` and ``workbook``, as an office's administrator calls them."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data import wiring
from data.cli import importing, main
from data.cluster import Cluster
from data.database import Database
from projects.errors import BadValue
from tests.db import making
from tests.db.copies import copy_of
from tests.db.office_world import COUNTY, Office, office

pytestmark = pytest.mark.db
ROW: dict[str, Any] = {
    "项目名称": "命令行项目",
    "类型": "项目点",
    "类别": "健康养老",
    "县（市、区）": "乳源瑶族自治县",
}


@pytest.fixture(scope="module")
def world(
    cluster: Cluster, library_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    with copy_of(cluster, library_database) as copy, office(copy, tmp_path_factory.mktemp("office")) as made:
        yield made


@pytest.fixture(autouse=True)
def opened(world: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "open_database", lambda *args: world.database)


def test_a_preview_counts_and_writes_nothing(
    world: Office, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bad = {**ROW, "项目名称": "坏的", "床位（张）": "约三百"}
    path = world.workbook([ROW, bad, {**ROW, "类别": "未知类"}])
    back, table = tmp_path / "back.xlsx", tmp_path / "issues.csv"
    before = world.value("SELECT count(*) FROM change_set")
    code = main(["import", str(path), "--as", "ruyuan", "--returned", str(back), "--issues", str(table)])
    said = capsys.readouterr().out
    assert code == 1 and "3 rows = 1 new, 0 updated, 0 unchanged, 0 held, 2 rejected" in said
    assert "nothing was written" in said and "项目!C4" in said
    assert world.value("SELECT count(*) FROM change_set") == before
    assert openpyxl.load_workbook(back)["项目"].max_row == 3
    rows = list(csv.reader(table.open(encoding="utf-8-sig")))
    assert rows[0][:3] == ["severity", "code", "sheet"] and rows[1][0] == "error"


def test_a_commit_acts_as_the_account_and_says_so(world: Office, capsys: pytest.CaptureFixture[str]) -> None:
    path = world.workbook([ROW])
    assert main(["import", str(path), "--as", "ruyuan", "--commit", "--reason", "年报", "--lang", "en"]) == 0
    assert "accepted" in capsys.readouterr().out
    filed_by = "SELECT filed_by || ' ' || reason FROM change_set ORDER BY id DESC LIMIT 1"
    assert world.value(filed_by) == "ruyuan 年报"
    open_ones = "SELECT count(*) FROM account_session WHERE kind = 'command' AND revoked_at IS NULL"
    assert world.value(open_ones) == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--as", "ruyuan", "--commit"], "--reason"),
        (["--as", "nobody"], "no account"),
        (["--as", "ruyuan", "--unit", "440281"], "440281"),
        (["--as", "admin"], "--unit"),
    ],
)
def test_what_is_missing_or_forbidden_is_one_line(
    world: Office, capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    assert main(["import", str(world.workbook([ROW])), *arguments]) == 1
    error = capsys.readouterr().err
    assert complaint in error and error.count("\n") == 1


def test_a_decision_and_a_mode_are_options(world: Office, capsys: pytest.CaptureFixture[str]) -> None:
    key = world.ids()[0]
    name = world.value("SELECT name FROM project WHERE id = :id", id=key)
    path = world.workbook([{**ROW, "项目名称": f"{name}项目", "床位（张）": 3}])
    options = ["import", str(path), "--unit", COUNTY]
    assert main(options) == 1 and "1 held" in capsys.readouterr().out
    assert main([*options, "--decide", f"项目!2={key}"]) == 0 and "1 updated" in capsys.readouterr().out
    assert main([*options, "--decide", "项目!2=new", "--mode", "update"]) == 1
    with pytest.raises(SystemExit):
        main([*options, "--decide", "第二行是新的"])


def test_a_file_without_projects_is_no_success(world: Office, capsys: pytest.CaptureFixture[str]) -> None:
    path = world.workbook([{"会议": "周一", "地点": "三楼"}])
    assert main(["import", str(path), "--as", "ruyuan"]) == 1
    assert "0 rows" in capsys.readouterr().out


def test_the_workbook_of_a_unit_filled_or_blank(
    world: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "表.xlsx"
    assert main(["workbook", "--unit", COUNTY, "-o", str(out)]) == 0
    assert openpyxl.load_workbook(out)["项目"].max_row == len(world.ids()) + 1
    assert main(["workbook", "--as", "ruyuan", "--blank", "-o", str(out)]) == 0
    assert openpyxl.load_workbook(out)["项目"]["A2"].value == "示例"
    assert main(["workbook", "--as", "ruyuan", "--unit", "440281", "-o", str(out)]) == 1
    assert "乳源" in capsys.readouterr().out


def test_an_account_with_its_first_password_is_told_to_change_it(
    world: Office, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with world.database.owning() as connection:
        making.account(connection, "newcomer", "editor", unit_id="440232", must_change_password=True)
    assert main(["workbook", "--as", "newcomer", "-o", str(tmp_path / "w.xlsx")]) == 1
    assert "first password" in capsys.readouterr().err


def test_without_an_administrator_it_is_said_how_to_make_one(empty_house: Database) -> None:
    with pytest.raises(BadValue, match="data user add NAME --role administrator"):
        importing.acting_as(empty_house, "")
    with pytest.raises(BadValue, match="there is no account 'wu'"):
        importing.acting_as(empty_house, "wu")


@pytest.fixture
def empty_house(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    """A copy of the library in which nobody has an account."""
    with copy_of(cluster, library_database) as copied:
        yield copied
