"""What we export comes back: unchanged it changes nothing, and into an emptied library it is equal."""

import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.exports import formats
from data.exports.request import ExportRequest, Language
from data.store.library import PostgisLibrary
from projects.filters import ProjectFilter
from projects.intake.importing import ImportPlan
from projects.intake.issues import Severity
from projects.summary import Summary
from tests.db.copies import copy_of
from tests.db.office_world import COUNTY, Office, office

pytestmark = pytest.mark.db

UNIT = "440200"
BACK = ("geojson", "csv", "xlsx", "gpkg")
"""The formats that an import takes back whole."""
CARRIED = [
    "name", "aliases", "kind", "category", "parent_id", "quantity", "project_code", "county_code",
    "touches", "township_code", "zone_id", "address", "stage", "ownership", "delivery_mode",
    "approval_type", "key_lists", "promotion_stage", "open_to_capital", "capital_sought_wan",
    "land_status", "cooperation", "total_investment_wan", "beds", "floor_area_m2", "land_mu", "jobs",
    "annual_output_wan", "note", "geometry", "precision", "land_tenure", "land_use", "land_quota_mu",
    "land_quota_status", "planning_note",
]  # fmt: skip
"""Published fields that an office can file; the others the library makes of documents and of these."""
FULL: dict[str, Any] = {
    "别名": '"东盟、中南质子中心"；=HYPERLINK("http://x")；🏥康养/二期',
    "项目代码": "2020-440232-83-01-012345",
    "阶段": "在建",
    "举办性质": "公办",
    "建设运营方式": "政府投资",
    "审批类型": "备案",
    "重点项目名单": "2026省重点；2027市重点",
    "招商阶段": "签约",
    "对外招商": "是",
    "拟引资额（万元）": 3000.123456,
    "用地情况": None,
    "招商内容与合作条件": "股权合作；\n分期到位，见“附件”",
    "总投资（万元）": 99999999.999999,
    "床位（张）": 0,
    "建筑面积（平方米）": 1234.5,
    "用地（亩）": 0.000001,
    "供地方式": "作价出资或入股",
    "土地用途": "社会福利用地",
    "用地指标（亩）": 12.000001,
    "用地指标落实情况": "不需新增指标",
    "规划情况": "=符合规划，\n不占耕地",
    "就业（人）": 12,
    "年产值（万元）": 8,
    "计划数量": 1.5,
    "地址": "桂头镇=1+1 号",
    "乡镇（街道）": "桂头镇",
    "备注": "'=备注\u202eRTL <b>${x}</b> 1、2；3",
    "经度": 113.41234567,
    "纬度": 24.91234567,
    "坐标系": "WGS84",
}


def APPROVALS(key: str) -> list[dict[str, Any]]:  # noqa: N802 - as FULL, with the record's id
    """Return two steps: one done with its document, one planned; a code of it is a milestone's too."""
    done = {"审批事项": "建筑工程施工许可证", "实际日期": "2025-03-01"}
    done |= {"文号": "<b>1号</b>", "办理单位": "住建局"}
    planned = {"审批事项": "消防设计审查", "计划日期": "2026-09-01", "说明": "材料已交"}
    return [{"项目编号": key, **done}, {"项目编号": key, **planned}]


KNOWN_DOUBTS = frozenset(
    {
        "plan_not_yours",
        "zero_amount",
        "implausible",
        "unit_too_small",
        "unit_too_large",
        "money_per_size",
        "outside_county",
    }
)
"""What is said of the extreme records below, whatever file they come in."""
POLYGON = "POLYGON((113.2 24.7, 113.2123456789 24.71, 113.22 24.7, 113.2 24.7))"  # clockwise


@pytest.fixture(scope="module")
def world(
    cluster: Cluster, library_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """An office whose library has records with everything: full, outlined, at two places, county unsaid."""
    with copy_of(cluster, library_database) as copy, office(copy, tmp_path_factory.mktemp("trip")) as made:
        full, outlined, twice, unsaid, crossing = made.ids()[:5]
        done = made.commit(made.workbook([{"项目编号": full, **FULL}], approvals=APPROVALS(full)))
        assert done.filed, [reason for row in done.plan.rows for reason in row.reasons]
        with copy.owning() as connection:
            for key, position, wkt in (
                (outlined, 0, POLYGON),
                (twice, 0, "POINT(113.25 24.75)"),
                (twice, 1, "POINT(113.35 24.85)"),
                (unsaid, 0, "POINT(113.2754 24.7765)"),
                (crossing, 0, "LINESTRING(113.2 24.78, 113.9 24.78)"),
            ):
                _place(connection, key, position, wkt)
            connection.execute(
                text("UPDATE project SET county_code = NULL, county_basis = NULL WHERE id = :id"),
                {"id": unsaid},
            )
            connection.execute(text("SELECT refresh_facets()"))
        made.keys = [full, outlined, twice, unsaid, crossing]  # type: ignore[attr-defined]
        yield made


def _place(connection: Any, key: str, position: int, wkt: str) -> None:
    connection.execute(
        text("DELETE FROM project_place WHERE project_id = :id AND position = :position"),
        {"id": key, "position": position},
    )
    connection.execute(
        text(
            "INSERT INTO project_place (project_id, position, is_primary, geom, precision, method, basis,"
            " datum_entered) VALUES (:id, :position, :position = 0, ST_GeomFromText(:wkt, 4326), 2, 'gps',"
            " 'reported', 'wgs84')"
        ),
        {"id": key, "position": position, "wkt": wkt},
    )


def exported(world: Office, name: str, language: Language = "zh", **chosen: Any) -> Path:
    library = PostgisLibrary(world.database, world.tokens["admin"])
    world.files += 1
    path = world.folder / f"{world.files}.{formats.FORMATS[name].extension}"
    request = ExportRequest(chosen=ProjectFilter(**chosen), language=language)
    formats.write(name, library, request, path)
    return path


def held(world: Office, keys: list[str] | None = None) -> dict[str, Summary]:
    library = PostgisLibrary(world.database, world.tokens["admin"])
    return {r.id: r for r in library.stream(ProjectFilter(ids=tuple(keys or ())))}


def changed(plan: ImportPlan) -> list[tuple[str, Any]]:
    return [(row.project_id, row.changes) for row in plan.rows if row.changes]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", BACK)
def test_imported_unchanged_the_library_stays_as_it_is(world: Office, name: str, language: Language) -> None:
    plan = world.preview(exported(world, name, language), "admin", UNIT)
    library = held(world)
    assert len(plan.rows) == len(library) and changed(plan) == []
    ownerless = world.value("SELECT count(*) FROM project WHERE owner_unit_id IS NULL AND deleted_at IS NULL")
    counts = plan.counts
    assert (counts["unchanged"], counts["rejected"]) == (len(library) - ownerless, ownerless), [
        (row.project_id, i.key, i.cell.raw)
        for row in plan.rows
        if row.outcome == "rejected"
        for i in row.reasons
    ]
    told = {i.key for row in plan.rows for i in row.reasons if i.severity is not Severity.INFO}
    assert told <= KNOWN_DOUBTS, told


@pytest.mark.parametrize("name", BACK)
def test_what_an_office_can_file_comes_back_equal(world: Office, name: str) -> None:
    full, outlined, *_ = world.keys  # type: ignore[attr-defined]
    keys = [full] if name in ("csv", "xlsx") else [full, outlined]
    before = held(world, keys)
    path = exported(world, name, ids=tuple(keys))
    _empty(world, keys)
    assert held(world, [full])[full].total_investment_wan is None
    done = world.commit(path, "admin", UNIT)
    assert done.filed, [reason for row in done.plan.rows for reason in row.reasons]
    after = held(world, keys)
    for key in keys:
        for field in CARRIED:
            assert getattr(after[key], field) == getattr(before[key], field), (name, key, field)


def test_approval_steps_travel_as_milestones_and_come_back_as_steps(world: Office) -> None:
    full = world.keys[0]  # type: ignore[attr-defined]
    query = (
        "SELECT jsonb_agg(jsonb_build_array(code, planned_on, actual_on, number, authority, source_note)"
        " ORDER BY code)::text FROM approval_step WHERE project_id = :id"
    )
    before = world.value(query, id=full)
    assert "fireDesign" in before and "<b>1号" in before
    path = exported(world, "oc4ids", ids=(full,))
    steps = json.loads(path.read_bytes())["projects"][0]["milestones"]
    assert {step["code"] for step in steps} == {"constructionPermit", "fireDesign"}
    with world.database.owning() as connection:
        connection.execute(text("DELETE FROM approval_step"))
    done = world.commit(path, "admin", UNIT)
    assert done.filed and world.value(query, id=full) == before
    assert not world.value("SELECT count(*) FROM milestone WHERE project_id = :id", id=full)


def test_a_shape_does_not_become_a_point_through_a_table(world: Office) -> None:
    outlined = world.keys[1]  # type: ignore[attr-defined]
    path = exported(world, "xlsx", ids=(outlined,))
    plan = world.preview(path, "admin", UNIT)
    assert [i.key for i in plan.rows[0].reasons] == ["representative"] and not plan.rows[0].changes


def test_a_county_that_only_the_place_tells_is_not_taken_for_a_report(world: Office) -> None:
    unsaid, crossing = world.keys[3:]  # type: ignore[attr-defined]
    shown = held(world, [unsaid, crossing])
    assert shown[unsaid].county_code and shown[unsaid].county_basis == "derived"
    assert shown[crossing].touches, "the line crosses a county line"
    for name in BACK:
        plan = world.preview(exported(world, name, ids=(unsaid, crossing)), "admin", UNIT)
        assert [str(row.outcome) for row in plan.rows] == ["unchanged", "unchanged"], (name, changed(plan))


def test_a_county_that_somebody_writes_over_it_is_taken(world: Office) -> None:
    unsaid = world.keys[3]  # type: ignore[attr-defined]
    table = exported(world, "csv", ids=(unsaid,)).read_text("utf-8-sig")
    code = str(held(world, [unsaid])[unsaid].county_code)
    other = "440281" if code != "440281" else COUNTY
    path = world.folder / "edited.csv"
    path.write_text(table.replace(f",{code},", f",{other},"), "utf-8-sig")
    plan = world.preview(path, "admin", UNIT)
    assert ("county_code", None, other) in plan.rows[0].changes


def test_the_datum_of_our_own_files_is_known(world: Office) -> None:
    full = world.keys[0]  # type: ignore[attr-defined]
    for name in ("geojson", "gpkg"):
        row = world.preview(exported(world, name, ids=(full,)), "admin", UNIT).rows[0].row
        place: Any = row.document["place/0"]
        assert (place["datum_entered"], place["precision"]) == ("wgs84", held(world, [full])[full].precision)


def test_a_cut_text_of_a_shapefile_is_not_taken_back(world: Office) -> None:
    full = world.keys[0]  # type: ignore[attr-defined]
    long = "很长的备注" * 60
    with world.database.owning() as connection:
        connection.execute(text("UPDATE project SET note = :n WHERE id = :id"), {"n": long, "id": full})
        _place(connection, full, 0, "POINT(113.41 24.91)")
        connection.execute(text("SELECT refresh_facets()"))
    plan = world.preview(exported(world, "shapefile", ids=(full,)), "admin", UNIT)
    assert changed(plan) == [] and "cut_text" in {i.key for i in plan.rows[0].reasons}


def test_the_counties_are_no_projects(world: Office) -> None:
    plan = world.preview(exported(world, "counties"), "admin", UNIT)
    assert plan.rows == () and "own_counties" in {i.key for i in plan.reading.issues}


@pytest.mark.parametrize("name", ["gpkg", "shapefile", "kml"])
def test_map_files_account_for_every_record(library: PostgisLibrary, name: str) -> None:
    import csv
    import zipfile

    import pyogrio

    for chosen in (ProjectFilter(), ProjectFilter(q="没有这样的名称"), ProjectFilter(county=(COUNTY,))):
        matched = library.count(chosen).matched
        content = b"".join(formats.stream(name, library, ExportRequest(chosen=chosen)))
        if name == "gpkg":
            with _file(content, ".gpkg") as path:
                assert pyogrio.read_info(path, layer="projects")["features"] == matched
                counties = pyogrio.raw.read(path, layer="counties")
                total = dict(zip(counties[0]["fields"], counties[3], strict=True))["total"].sum()
                assert total == sum(a.total for a in library.area_counts(chosen) if a.level == "county")
        elif name == "kml":
            assert content.count(b"<Placemark ") == matched
        else:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                table = archive.read("projects_all.csv").decode("utf-8-sig")
            assert len(list(csv.reader(io.StringIO(table, newline="")))) - 1 == matched


def _file(content: bytes, suffix: str) -> Any:
    from contextlib import contextmanager
    from tempfile import TemporaryDirectory

    @contextmanager
    def opened() -> Iterator[Path]:
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"a{suffix}"
            path.write_bytes(content)
            yield path

    return opened()


def _empty(world: Office, keys: list[str]) -> None:
    """Take away what an office can file but names and county, as if nobody ever had."""
    with world.database.owning() as connection:
        connection.execute(
            text(
                "UPDATE project SET total_investment = NULL, beds = NULL, jobs = NULL, note = NULL,"
                " floor_area_m2 = NULL, land_mu = NULL, capital_sought = NULL, annual_output = NULL,"
                " cooperation = NULL, project_code = NULL, address = NULL, ownership = NULL,"
                " approval_type = NULL, key_lists = NULL, open_to_capital = NULL, stage = '未明确',"
                " delivery_mode = '未明确', promotion_stage = '未明确', quantity = NULL,"
                " land_tenure = NULL, land_use = NULL, land_quota_mu = NULL, land_quota_status = NULL,"
                " planning_note = NULL, township = NULL, township_code = NULL WHERE id = ANY (:keys)"
            ),
            {"keys": keys},
        )
        for table in ("project_place", "project_alias"):
            connection.execute(
                text(f"DELETE FROM {table} WHERE project_id = ANY (:keys)"),
                {"keys": keys},
            )
        connection.execute(text("SELECT refresh_facets(:keys)"), {"keys": keys})


def test_the_full_record_is_full(world: Office) -> None:
    found = held(world)[world.keys[0]]  # type: ignore[attr-defined]
    assert found.total_investment_wan == Decimal("99999999.999999") and found.beds == 0
    assert set(found.aliases) >= {"东盟、中南质子中心", '=HYPERLINK("http://x")', "🏥康养/二期"}
