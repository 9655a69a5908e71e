"""A workbook filled with what the library holds reads back as what the library holds: every row unchanged.

Over the real library, unit by unit, and over a record in which every field has a value.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.exports.unit_workbook import unit_workbook
from data.importers.office.run import Importer, Order
from data.store.desk import PostgisDesk
from projects.fields import BY_NAME, JsonValue
from projects.filing.changes import Entry, Kind, Operation, Request, difference
from projects.intake.cells import Outcome
from projects.intake.importing import ImportPlan
from tests.db import making
from tests.db.copies import copy_of

pytestmark = pytest.mark.db
COUNTY = "440232"


@pytest.fixture(scope="module")
def copy(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    with copy_of(cluster, library_database) as made:
        yield made


@pytest.fixture(scope="module")
def token(copy: Database) -> str:
    with copy.owning() as connection:
        return making.token_of(connection, "ad", "administrator")


def round_trip(database: Database, token: str, unit: str, path: Path) -> ImportPlan:
    content, name = unit_workbook(database, token, unit)
    path.write_bytes(content)
    return Importer(database, token).preview(Order(path, name, unit))


@pytest.mark.long
def test_every_unit_of_the_library_comes_back_unchanged(copy: Database, token: str, tmp_path: Path) -> None:
    with copy.owning() as connection:
        units = connection.execute(
            text(
                "SELECT owner_unit_id, count(*) FROM project"
                " WHERE deleted_at IS NULL AND merged_into_id IS NULL"
                " AND owner_unit_id IS NOT NULL GROUP BY 1 ORDER BY 1"
            )
        ).all()
    assert len(units) > 20
    for unit, records in units:
        plan = round_trip(copy, token, unit, tmp_path / "表.xlsx")
        changed = [
            (row.row.name, row.outcome, row.changes, row.row.issues)
            for row in plan.rows
            if row.outcome != "unchanged"
        ]
        assert not changed, (unit, changed[:3])
        assert plan.counts["unchanged"] == records and not plan.reading.unknown_headings
        assert {row.matched_by for row in plan.rows} == {"id"}
        assert all(row.row.version for row in plan.rows)


FULL: dict[str, JsonValue] = {
    "name": "=回环+测试（一期）", "kind": "enterprise", "category": "tcm", "quantity": "12.5",
    "project_code": "2024-440232-83-01-000001", "county_code": COUNTY, "address": "某镇 1 号\t甲",
    "stage": "停缓建", "promotion_stage": "履约", "delivery_mode": "公办民营/托管", "approval_type": "备案",
    "ownership": "混合", "key_lists": "2026省重点；2027市重点", "open_to_capital": "是",
    "capital_sought": "0.01", "land_status": "现有场地", "cooperation": "=合作\n第二行",
    "total_investment": "99999999.123456", "beds": 0, "floor_area_m2": "0.000001", "land_mu": "333.3",
    "land_tenure": "集体土地流转", "land_use": "医疗卫生用地", "land_quota_mu": "12.000001",
    "land_quota_status": "已申请", "planning_note": "=符合\n要调规",
    "jobs": 7, "annual_output": "0.1", "contact_name": "@张三", "contact_phone": "0751-1234567",
    "note": "第一行\n第二行 = 3", "published": False, "alias/甲 乙": True, "alias/1+1": True,
    "area/440281": True, "party/owner": ["回环甲公司", "回环（乙）公司"], "party/operator": ["回环丙"],
    "finance/new-1": {"source": "未明确", "status": "申请", "amount": "0", "subsidy": True},
    "finance/new-2": {"source": "专项债", "status": "支付", "amount": "1.000001", "year": 2024, "note": "-5"},
    "milestone/completion": {"planned_on": "2026-01-31", "actual_on": None, "title": "=x", "note": "说明"},
    "approval/projectFiling": {"planned_on": None, "actual_on": "2025-03-01", "number": "-2503-440232-01",
                               "authority": "=某县发改局", "note": None},
    "approval/fireDesign": {"planned_on": "2026-01-31", "actual_on": None, "number": None, "authority": None,
                            "note": "说明"},
    "place/0": {"geometry": {"type": "Point", "coordinates": [113.123456789, 24.87654321]}, "precision": 1,
                "method": "gps", "datum_entered": "gcj02", "coordinates_entered": "113.1, 24.8"},
}  # fmt: skip


def test_a_record_with_every_field_comes_back_unchanged(copy: Database, token: str, tmp_path: Path) -> None:
    from projects.filing.changes import SourceFile  # noqa: F401

    desk = PostgisDesk(copy, token)
    township, zone, parent = _some(copy)
    document = {**FULL, "township_code": township, "zone_id": zone, "parent_id": parent}
    unsaid = set(BY_NAME) - {path.partition("/")[0] for path in document} - set(document)
    assert unsaid <= {"aliases", "areas", "owner_unit_id", "party/funder", "party/investor"}
    entry = Entry(Operation.INSERT, "", None, difference({}, document), "回环")
    filed = desk.file(Request(Kind.FORM, "回环", COUNTY, "测试", (entry,)))
    held = desk.held(filed.project_ids[0])
    assert set(document) - set(held.document) <= {"finance/new-1", "finance/new-2", "parent_id"}
    plan = round_trip(copy, token, COUNTY, tmp_path / "表.xlsx")
    row = next(row for row in plan.rows if row.row.project_id == held.project_id)
    assert row.outcome == "unchanged", (row.changes, row.reasons)
    lines = [path for path in row.row.document if path.startswith(("finance/", "milestone/", "approval/"))]
    assert len(lines) == 5 and "place/0" in row.row.document and row.row.document["beds"] == 0


def _some(database: Database) -> tuple[str, str, str]:
    with database.owning() as connection:
        town, zone, parent = connection.execute(
            text(
                "SELECT (SELECT min(code) FROM township WHERE county_code = :c),"
                " (SELECT min(id) FROM zone WHERE prefecture_code = '440200'),"
                " (SELECT min(id) FROM project WHERE owner_unit_id = :c)"
            ),
            {"c": COUNTY},
        ).one()
    return town, zone, parent


def test_a_blank_workbook_has_no_row_and_nothing_to_complain_of(
    copy: Database, token: str, tmp_path: Path
) -> None:
    for language in ("zh", "en"):
        content, name = unit_workbook(copy, token, COUNTY, language, blank=True)
        path = tmp_path / name
        path.write_bytes(content)
        plan = Importer(copy, token).preview(Order(path, name, COUNTY))
        assert not plan.rows and plan.reading.rows_in == len(plan.figures)
        assert {figure.outcome for figure in plan.figures} <= {Outcome.UNCHANGED}
        assert not plan.reading.issues and not plan.reading.unknown_headings
