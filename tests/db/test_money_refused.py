"""Money that cannot be right reaches no table: not through the desk, not through a file, not by half."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from data.cluster import Cluster
from data.database import Database
from data.store.money.ledger import PostgisLedger
from projects.errors import BadValue
from projects.filters import ProjectFilter
from tests.db import office_world
from tests.db.copies import copy_of
from tests.db.desks import LINE, Office, file, open_office, publish, update

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def office(cluster: Cluster, library_database: Database) -> Iterator[Office]:
    with copy_of(cluster, library_database) as database:
        yield open_office(database)


@pytest.fixture(scope="module")
def importing(
    cluster: Cluster, library_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[office_world.Office]:
    with (
        copy_of(cluster, library_database) as database,
        office_world.office(database, tmp_path_factory.mktemp("files")) as made,
    ):
        yield made


@pytest.mark.parametrize(
    "broken",
    [
        {"amount": "-5"},
        {"amount": "500 USD"},
        {"amount": "3亿"},
        {"amount": "120%"},
        {"amount": "100000000.000001"},
        {"amount": "1.0000001"},
        {"amount": None},
        {"year": 20217},
        {"year": 1900},
        {"status": "快到了"},
        {"source": "PPP"},
        {"split_from_id": 1},
    ],
)
def test_a_wrong_line_files_nothing_of_the_record(office: Office, broken: dict[str, Any]) -> None:
    key = office.project(name="只收对的")
    publish(office, key, finance__new_1=LINE)
    before = office.reviewer.held(key)
    wrong = {**LINE, **broken}
    with pytest.raises(BadValue):
        file(office.reviewer, update(office.reviewer, key, beds=7, finance__new_1=wrong), unit="440200")
    after = office.reviewer.held(key)
    assert (after.document, after.version) == (before.document, before.version)
    whole = PostgisLedger(office.database).overview(ProjectFilter(ids=(key,))).whole
    assert (str(whole.line_sum), whole.lines) == ("100.500000", 1)


def test_an_annual_plan_of_a_year_like_20217_is_refused(office: Office) -> None:
    key = office.project(name="年度")
    with pytest.raises(BadValue):
        publish(office, key, annual_plan__20217="5")
    with pytest.raises(BadValue):
        publish(office, key, annual_plan__2027="-5")


def test_a_file_stores_the_rows_that_are_right_and_gives_back_the_others(
    importing: office_world.Office,
) -> None:
    good, bad = importing.ids()[:2]
    path = importing.workbook(
        [{"项目编号": good, "床位（张）": 77}, {"项目编号": bad, "床位（张）": 78}],
        [
            {"项目编号": good, "资金来源": "专项债", "资金状态": "批复", "金额（万元）": 300.25},
            {"项目编号": bad, "资金来源": "专项债", "资金状态": "批复", "金额（万元）": 100},
            {"项目编号": bad, "资金来源": "捐赠", "资金状态": "到位", "金额（万元）": "500 USD"},
            {"项目编号": "ZZ-9999", "资金来源": "捐赠", "资金状态": "到位", "金额（万元）": 1},
        ],
    )
    plan = importing.preview(path)
    assert plan.counts.get("rejected", 0) >= 1
    importing.commit(path)
    query = "SELECT sum(amount) FROM finance_line WHERE project_id = :key"
    assert str(importing.value(query, key=good)) == "300.250000"
    assert importing.value(query, key=bad) is None
    assert importing.value("SELECT beds FROM project WHERE id = :key", key=bad) != 78, "not the half of it"
    assert importing.value("SELECT count(*) FROM finance_line WHERE amount = 1") == 0
    ledger = PostgisLedger(importing.database, importing.tokens["ruyuan"])
    assert str(ledger.overview(ProjectFilter(ids=(good, bad))).whole.line_sum) == "300.250000"


def test_a_total_in_another_currency_is_not_stored(importing: office_world.Office) -> None:
    key = importing.ids()[2]
    path = importing.workbook(
        [{"项目编号": key, "总投资（万元）": "€5m"}],
    )
    plan = importing.preview(path)
    assert plan.counts.get("rejected", 0) == 1
    importing.commit(path)
    assert importing.value("SELECT total_investment FROM project WHERE id = :key", key=key) is None
