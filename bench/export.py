"""GeoJSON export of 100,000 records beside ``ogr2ogr`` reading a table with the same columns.

The records are synthetic and live in a scratch server of their own. ``ogr2ogr`` reads a ready-made flat table
(names already looked up, one column per published field), which is the easier job: our export joins two
tables and looks names up. Both write RFC 7946 with seven decimals; they run in turns, in processes of their
own, so that user and system seconds compare and both pay for start-up. Run: ``python -m bench.export``.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import Connection, make_url, text

from data.cluster import Cluster, ClusterUrls
from data.database import Database
from data.exports import formats
from data.exports.request import ExportRequest
from data.store.library import PostgisLibrary
from projects.feature import NAMES
from projects.filters import ProjectFilter

RECORDS = int(os.environ.get("BENCH_EXPORT_RECORDS", "100000"))
PAIRS = 5
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

BASE = """
INSERT INTO source (id, kind, title, number, as_of_year)
    SELECT 'doc' || n, 'document', '关于促进健康产业发展的实施意见之' || n, '某府〔2016〕' || n || '号', 2016
      FROM generate_series(1, 5) n;
INSERT INTO task (id, source_id, position, section, title)
    SELECT 'T-' || n, 'doc' || (n % 5 + 1), n, '三、（' || n || '）', '任务' || n
      FROM generate_series(1, 60) n;
INSERT INTO unit (id, name, kind) SELECT 'unit-' || n, '某市第' || n || '局', 'department'
    FROM generate_series(1, 40) n;
INSERT INTO task_unit (task_id, role, unit_id, printed, position)
    SELECT 'T-' || n, role, 'unit-' || ((n * k) % 40 + 1), '市局', k
      FROM generate_series(1, 60) n, (VALUES ('lead', 1), ('support', 3), ('support', 7)) AS r (role, k)
    ON CONFLICT DO NOTHING;
INSERT INTO area (code, level, name, province_code, prefecture_code, geom, display, overview, label, area_km2,
                  source_id)
    SELECT code, level, name, '440000', prefecture, box, box, box, ST_Centroid(box), 1, 'doc1' FROM (
        SELECT code, level, name, prefecture, ST_Multi(ST_MakeEnvelope(113, 24, 114, 25, 4326)) AS box FROM (
            VALUES ('440000', 'province', '广东省', NULL), ('440200', 'prefecture', '韶关市', '440200')
        ) AS above (code, level, name, prefecture)
        UNION ALL SELECT (440220 + n)::text, 'county', '某某县' || n, '440200',
                         ST_Multi(ST_MakeEnvelope(113 + n * 0.1, 24, 113.1 + n * 0.1, 25, 4326))
                    FROM generate_series(1, 10) n) AS areas;
"""

RECORD = """
INSERT INTO project (id, name, name_normalised, kind, category, quantity, province_code, prefecture_code,
                     county_code, county_basis, township, township_code, stage_words, as_of_year,
                     total_investment, beds, note)
    SELECT 'BX-' || lpad(n::text, 6, '0'), '第' || n || '号健康产业综合示范项目', '第' || n || '号', 'site',
           (ARRAY['hospital', 'elderly_care', 'tcm', 'hot_spring_town', 'sports'])[n % 5 + 1],
           1, '440000', '440200', (440221 + n % 10)::text, 'documented',
           CASE WHEN n % 3 = 0 THEN '某某镇' END, CASE WHEN n % 3 = 0 THEN '440221101' END,
           CASE WHEN n % 4 = 0 THEN '规划建设' END, 2016,
           CASE WHEN n % 2 = 0 THEN n * 1.25 END, CASE WHEN n % 5 = 0 THEN n % 900 END,
           CASE WHEN n % 4 = 1 THEN '文件未写明具体地点，县由公开资料推定。' END
      FROM generate_series(1, :records) n;
INSERT INTO project_alias (project_id, alias, kind)
    SELECT id, name || '（二期）', 'printed' FROM project WHERE right(id, 1) IN ('1', '2', '3');
INSERT INTO task_link (project_id, task_id, printed_name, quote)
    SELECT id, 'T-' || (right(id, 5)::int % 60 + 1), name, '……' FROM project
    UNION ALL SELECT id, 'T-' || (right(id, 5)::int % 59 + 2), name, '……' FROM project
               WHERE right(id, 1) IN ('4', '5', '6');
INSERT INTO project_place (project_id, geom, precision, method, basis, datum_entered, source, county_code)
    SELECT id, CASE WHEN right(id, 1) = '7' THEN ST_Buffer(spot, 0.01, 4) ELSE spot END,
           right(id, 5)::int % 3 + 1, 'gazetteer', 'derived', 'wgs84', '公开资料', county_code
      FROM (SELECT id, county_code,
                   ST_SetSRID(ST_MakePoint(113 + random() * 1.1, 24 + random()), 4326) AS spot
              FROM project WHERE right(id, 1) NOT IN ('8', '9')) AS spots;
"""

FLAT = """
CREATE TABLE flat AS
SELECT {columns}, f.geom
  FROM project p JOIN project_facet f ON f.project_id = p.id
"""

COLUMNS = {
    "category_zh": "'健康养老'::text",
    "aliases": "f.aliases",
    "touches": "'{}'::text[]",
    "province": "(SELECT name FROM area WHERE code = p.province_code)",
    "prefecture": "(SELECT name FROM area WHERE code = p.prefecture_code)",
    "county": "(SELECT name FROM area WHERE code = f.county_code)",
    "county_code": "f.county_code",
    "zone": "NULL::text",
    "precision": "f.precision",
    "precision_zh": "'乡镇（街道）'::text",
    "place_method": "f.place_method",
    "place_basis": "f.place_basis",
    "place_datum": "f.place_datum",
    "place_source": "f.place_source",
    "near_county_line": "f.near_line",
    "funding_status": "f.funding_status",
    "total_investment_wan": "p.total_investment::float8",
    "capital_sought_wan": "p.capital_sought::float8",
    "annual_output_wan": "p.annual_output::float8",
    "quantity": "p.quantity::float8",
    "floor_area_m2": "p.floor_area_m2::float8",
    "land_mu": "p.land_mu::float8",
    "documents": "ARRAY(SELECT number FROM source WHERE id = ANY (f.document_ids))",
    "tasks": "f.task_ids",
    "lead_units": "ARRAY(SELECT name FROM unit WHERE id = ANY (f.lead_ids))",
    "support_units": "ARRAY(SELECT name FROM unit WHERE id = ANY (f.support_ids))",
    "duty_units": "ARRAY(SELECT name FROM unit WHERE id = ANY (f.duty_ids))",
    "basis_zh": "'文件载明'::text",
    "reported": "ARRAY[]::text[]",
}
"""Published fields that are not plain columns of ``project``."""


def main() -> None:
    """Measure and print; with the arguments ``export URL FILE``, only write the file (to be timed)."""
    if sys.argv[1:2] == ["export"]:
        _export(sys.argv[2], Path(sys.argv[3]))
        return
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        cluster = Cluster(folder / "cluster", settings=FAST)
        try:
            measure(cluster.ensure(), folder)
        finally:
            cluster.stop("immediate")


def measure(urls: ClusterUrls, folder: Path) -> None:
    """Fill the database behind two addresses (unless it is filled), then race the two programs."""
    from bench.calibration import report  # not in the process that is timed
    from data import migrate

    database = Database(urls.app, urls.owner)
    migrate.upgrade(database.owner)
    with database.owning() as connection:
        if not connection.scalar(text("SELECT count(*) FROM project")):
            fill(connection)
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    database.dispose()
    ours, theirs = folder / "ours.geojson", folder / "ogr.geojson"
    commands = {
        "export": [sys.executable, "-m", "bench.export", "export", urls.app, str(ours)],
        "ogr2ogr": _ogr2ogr(urls.owner, theirs),
    }
    report("export: GeoJSON beside ogr2ogr", [_race(commands)])
    report("export: the two files", [_compared(ours, theirs)])


def fill(connection: Connection) -> None:
    """Write the synthetic records in bulk, with triggers off, and derive the facets once."""
    for table in ("project", "project_alias", "project_place", "task_link"):
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    for statement in f"{BASE}{RECORD}".split(";\n"):
        if statement.strip():
            bound = {"records": RECORDS} if ":records" in statement else {}
            connection.execute(text(statement), bound)
    connection.execute(text("ANALYZE"))
    connection.execute(text("SELECT refresh_facets()"))
    columns = ", ".join(f"{COLUMNS.get(name, f'p.{name}')} AS {name}" for name in NAMES)
    connection.execute(text(FLAT.format(columns=columns)))
    connection.execute(text("ALTER TABLE flat ADD PRIMARY KEY (id)"))
    for table in ("project", "project_alias", "project_place", "task_link"):
        connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def _export(url: str, path: Path) -> None:
    formats.write("geojson", PostgisLibrary(Database(url)), ExportRequest(chosen=ProjectFilter()), path)


def _ogr2ogr(url: str, path: Path) -> list[str]:
    address = make_url(url)
    parts = {"dbname": address.database, "user": address.username, **address.query}
    source = "PG:" + " ".join(f"{key}='{value}'" for key, value in parts.items() if value)
    names = ", ".join(f'"{name}"' for name in NAMES)
    return [
        "ogr2ogr",
        "-f",
        "GeoJSON",
        "-lco",
        "RFC7946=YES",
        "-lco",
        "COORDINATE_PRECISION=7",
        str(path),
        source,
        "-sql",
        f"SELECT {names}, geom FROM atlas.flat ORDER BY id",
    ]


def _race(commands: dict[str, list[str]]) -> dict[str, object]:
    """Run the two programs in turns; the first pair only warms the caches."""
    from bench.calibration import calibrate

    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(PAIRS + 1):
        for name, command in commands.items():
            Path(command[5] if name == "export" else command[7]).unlink(missing_ok=True)
            seconds[name].append(_timed(command))
    ours, theirs = seconds["export"][1:], seconds["ogr2ogr"][1:]
    cpu, wall = ([a[i] / b[i] for a, b in zip(ours, theirs, strict=True)] for i in (0, 1))
    return {
        "records": RECORDS,
        "export_cpu_s": min(s[0] for s in ours),
        "ogr2ogr_cpu_s": min(s[0] for s in theirs),
        "cpu_ratio_median": statistics.median(cpu),
        "cpu_ratio_min": min(cpu),
        "export_wall_s": min(s[1] for s in ours),
        "ogr2ogr_wall_s": min(s[1] for s in theirs),
        "wall_ratio_median": statistics.median(wall),
        "wall_ratio_min": min(wall),
        "calibration_loops": min(s[0] for s in ours) / calibrate().cpu_s,
    }


def _timed(command: list[str]) -> tuple[float, float]:
    """Run a program and return its user + system seconds and its wall-clock seconds."""
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, os.times()
    return (after.children_user + after.children_system - before.children_user - before.children_system, wall)


def _compared(ours: Path, theirs: Path) -> dict[str, object]:
    """Count what both files hold, so that neither is fast by leaving something out."""
    mine, other = (json.loads(path.read_text("utf-8"))["features"] for path in (ours, theirs))
    return {
        "export_features": len(mine),
        "ogr2ogr_features": len(other),
        "export_null": sum(f["geometry"] is None for f in mine),
        "ogr2ogr_null": sum(f["geometry"] is None for f in other),
        "export_mb": ours.stat().st_size / 1e6,
        "ogr2ogr_mb": theirs.stat().st_size / 1e6,
    }


if __name__ == "__main__":
    if shutil.which("ogr2ogr") is None:
        sys.exit("ogr2ogr is not installed: apt-get install gdal-bin")
    main()
