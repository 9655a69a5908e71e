"""A file of 10,000 rows × 30 columns taken into a library of 50,000 records, beside openpyxl's full load.

The library is the real one with 50,000 synthetic records, made by importing them. The file names a third of
its rows by id, a third by 项目代码, a sixth by name and county; a sixth are new records; every row changes
something and all of it is published at once. Read, checked, matched and committed by ``Importer.commit``; the
returned workbook is not part of it. Both programs run in turns in processes of their own; the processor time
of the database's backends is counted apart and in the sum. Run: ``python -m bench.importing``.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from sqlalchemy import text

from data import migrate, setup
from data.cluster import Cluster, ClusterUrls
from data.database import Database
from data.store import owner_units
from projects.codes import CATEGORY_ZH, Stage

RECORDS = int(os.environ.get("BENCH_IMPORT_RECORDS", "50000"))
ROWS = int(os.environ.get("BENCH_IMPORT_ROWS", "10000"))
ROUNDS = 3
UNIT: Final = "440200"
FAST: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
HEADINGS: Final = (
    "项目编号", "版本", "项目名称", "别名", "项目代码", "类型", "类别", "计划数量", "县（市、区）", "地址",
    "经度", "纬度", "坐标系", "阶段", "招商阶段", "建设运营方式", "审批类型", "总投资（万元）", "床位（张）",
    "建筑面积（平方米）", "用地（亩）", "就业（人）", "年产值（万元）", "项目单位", "运营方", "联系人",
    "联系电话", "备注", "公开发布", "出资方",
)  # fmt: skip
_CHARACTERS: Final = "".join(chr(0x4E00 + 7 * n) for n in range(1200))
_TYPES: Final = (
    "卫生院", "康养中心", "温泉度假村", "中医馆", "养老服务中心", "体育公园", "制药厂", "医疗器械产业园",
    "康复医院", "敬老院", "健身步道", "森林公园", "药材基地", "食品加工厂", "体检中心", "护理学校",
    "健康小镇", "疗养院", "妇幼保健院", "骨科医院", "日间照料中心", "茶油基地", "绿道", "智慧医疗平台",
)  # fmt: skip


def main() -> None:
    """Measure and print; ``import URL TOKEN FILE`` and ``openpyxl FILE`` do one timed piece of work."""
    if sys.argv[1:2] == ["import"]:
        return _timed_import(*sys.argv[2:5])
    if sys.argv[1:2] == ["openpyxl"]:
        return _timed_load(sys.argv[2])
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        kept = os.environ.get("ATLAS_TEST_KEEP")
        cluster = Cluster(Path(kept) / "cluster" if kept else folder / "cluster", settings=FAST)
        try:
            if kept:
                cluster.ensure()
                cluster.drop_database("bench_import")
                return measure(cluster.create_database("bench_import", "filled"), folder)
            measure(cluster.ensure(), folder)
        finally:
            if kept:
                cluster.drop_database("bench_import")
            else:
                cluster.stop("immediate")


def measure(urls: ClusterUrls, folder: Path) -> None:
    """Fill the database behind two addresses, then race the two programs, in turns."""
    from bench.calibration import calibrate, report

    database = Database(urls.app, urls.owner)
    migrate.upgrade(database.owner)
    setup.initialise(database, _quiet)
    token, counties = _account(database)
    records = _fill(database, token, counties, folder)
    rounds = []
    for number in range(ROUNDS):
        path = folder / f"round{number}.xlsx"
        _write(path, _changed(records, counties, number))
        theirs = _run("openpyxl", str(path))
        before = _backends(database)
        ours = _run("import", urls.app, token, str(path))
        ours["server_cpu_s"] = _backends(database) - before
        rounds.append((ours, theirs))
    database.dispose()
    report("importing: read, check, match, commit; openpyxl's load", [_summary(rounds, calibrate().cpu_s)])


def _quiet(line: str) -> None:
    del line


def _account(database: Database) -> tuple[str, list[tuple[str, str, float, float]]]:
    """Return a session of an administrator, and the counties of the prefecture with a point in each."""
    from data.store.sessions import digest, new_token

    token = new_token()
    with database.owning() as connection:
        key = connection.execute(
            text(
                "INSERT INTO account (name, role, must_change_password)"
                " VALUES ('bench', 'administrator', false) RETURNING id"
            )
        ).scalar_one()
        connection.execute(
            text(
                "INSERT INTO account_session (token_sha256, account_id, kind, expires_at)"
                " VALUES (:digest, :key, 'command', now() + interval '1 day')"
            ),
            {"digest": digest(token), "key": key},
        )
        owner_units.refresh(connection)
        rows = connection.execute(
            text(
                "SELECT code, name, ST_X(label), ST_Y(label) FROM area"
                " WHERE level = 'county' AND prefecture_code = :unit ORDER BY code"
            ),
            {"unit": UNIT},
        )
        return token, [(str(r[0]), str(r[1]), float(r[2]), float(r[3])) for r in rows]


def _fill(database: Database, token: str, counties: list[Any], folder: Path) -> list[dict[str, Any]]:
    """Import the synthetic records and return their rows with the ids they were given."""
    from data.importers.office.run import Importer, Order

    rows = [_row(number, counties) for number in range(RECORDS)]
    for start in range(0, RECORDS, 10_000):
        path = folder / f"fill{start}.xlsx"
        part = rows[start : start + 10_000]
        _write(path, part)
        decisions = {f"项目!{number}": "new" for number in range(2, len(part) + 2)}
        done = Importer(database, token).commit(Order(path, path.name, UNIT, decisions=decisions), "fill")
        if done.filed is None or done.plan.counts["new"] != len(part):
            raise SystemExit(f"the library was not filled: {done.plan.counts} {_why(done.plan)}")
        for row, key in zip(part, done.filed.project_ids, strict=True):
            row["项目编号"] = key
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return rows


def _why(plan: Any) -> list[str]:
    return [str(issue) for row in plan.rows for issue in row.reasons][:3]


def _row(number: int, counties: list[Any]) -> dict[str, Any]:
    """Return one synthetic record as a row of the workbook; the same for the same number."""
    chance = random.Random(number)
    code, county, lon, lat = counties[number % len(counties)]
    spot = number // len(counties)  # a grid of places 60 m apart, so that no two are one point
    place, name = f"{_CHARACTERS[number % 60]}村", "".join(chance.choices(_CHARACTERS, k=4))
    categories, stages = list(CATEGORY_ZH.values()), [s for s in Stage if s is not Stage.UNKNOWN]
    return {
        "项目名称": f"{place}{name}{_TYPES[number % len(_TYPES)]}",
        "别名": f"{name[:3]}院{number}",
        "项目代码": f"2024-{code}-83-01-{number:06d}",
        "类型": "项目点",
        "类别": categories[number % len(categories)],
        "计划数量": number % 7 + 1,
        "县（市、区）": county,
        "地址": f"{name[:2]}路{number % 300}号",
        "经度": round(lon + (spot % 100 - 50) * 0.0006, 6),
        "纬度": round(lat + (spot // 100 - 50) * 0.0006, 6),
        "坐标系": "WGS84",
        "阶段": str(stages[number % len(stages)]),
        "招商阶段": "签约",
        "建设运营方式": "政府投资",
        "审批类型": "备案",
        "总投资（万元）": number + 0.5,
        "床位（张）": number % 900,
        "建筑面积（平方米）": number * 3.25,
        "用地（亩）": number % 500 + 0.1,
        "就业（人）": number % 200,
        "年产值（万元）": number / 8,
        "项目单位": f"{counties[number % len(counties)][1]}第{number % 400}公司",
        "运营方": f"运营{number % 300}公司",
        "联系人": f"联系人{number % 1000}",
        "联系电话": f"0751-{1000000 + number}",
        "备注": f"第 {number} 条记录的说明，用于测量",
        "公开发布": "是",
        "出资方": f"出资{number % 200}公司",
    }


def _changed(records: list[dict[str, Any]], counties: list[Any], number: int) -> list[dict[str, Any]]:
    """Return the rows of one round's file: known ones with two other values, and new ones."""
    chance = random.Random(f"round {number}")
    known = chance.sample(records, ROWS * 5 // 6)
    rows = []
    for position, record in enumerate(known):
        row = {**record, "床位（张）": 1000 + number, "备注": f"第 {number} 轮 {position}"}
        by = position % 5
        if by >= 2:
            del row["项目编号"]
        if by == 4:
            del row["项目代码"]
        rows.append(row)
    first = RECORDS + number * ROWS
    rows += [_row(fresh, counties) for fresh in range(first, first + ROWS - len(rows))]
    return rows


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("项目")
    sheet.write_row(0, 0, HEADINGS)
    for line, row in enumerate(rows, start=1):
        for column, heading in enumerate(HEADINGS):
            value = row.get(heading)
            if value is not None:
                sheet.write(line, column, value)
    book.close()


def _run(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.importing", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _timed_import(url: str, token: str, file: str) -> None:
    """Commit a file and print what it took and what became of it."""
    from data.importers.office.run import Importer, Order

    database, path = Database(url), Path(file)
    wall, cpu = time.perf_counter(), time.process_time()
    done = Importer(database, token).commit(Order(path, path.name, UNIT), "measured")
    _print(wall, cpu, {**done.plan.counts, "filed": done.filed is not None, "why": _why(done.plan)[:1]})


def _timed_load(file: str) -> None:
    """Load a file with openpyxl as it does by default, and print what it took."""
    import openpyxl

    wall, cpu = time.perf_counter(), time.process_time()
    book = openpyxl.load_workbook(file)
    _print(wall, cpu, {"rows": book.worksheets[0].max_row - 1, "columns": book.worksheets[0].max_column})


def _print(wall: float, cpu: float, more: dict[str, Any]) -> None:
    taken = {"cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall}
    from bench.calibration import peak_memory_mb

    print(json.dumps(taken | {"peak_mb": peak_memory_mb()} | more))


def _backends(database: Database) -> float:
    """Return the processor seconds of the server's processes, ended backends included in the postmaster's."""
    with database.owning() as connection:
        backend = int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
    postmaster = int(Path(f"/proc/{backend}/stat").read_text().rsplit(") ", 1)[1].split()[1])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    ticks = sum(_ticks(int(pid), 11, 12) for pid in (postmaster, *map(int, children)))
    return (ticks + _ticks(postmaster, 13, 14)) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int, *fields: int) -> int:
    try:
        parts = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    except FileNotFoundError:
        return 0
    return sum(int(parts[field]) for field in fields)


def _summary(rounds: list[tuple[dict[str, Any], dict[str, Any]]], calibration: float) -> dict[str, object]:
    ours, theirs = [pair[0] for pair in rounds], [pair[1] for pair in rounds]
    alone = [a["cpu_s"] / b["cpu_s"] for a, b in rounds]
    whole = [(a["cpu_s"] + a["server_cpu_s"]) / b["cpu_s"] for a, b in rounds]
    last = ours[-1]
    return {
        "library": RECORDS,
        "rows": theirs[-1]["rows"],
        "columns": theirs[-1]["columns"],
        "new": last["new"],
        "updated": last["updated"],
        "unchanged": last["unchanged"],
        "held": last["held"],
        "rejected": last["rejected"],
        "import_cpu_s": min(o["cpu_s"] for o in ours),
        "server_cpu_s": min(o["server_cpu_s"] for o in ours),
        "import_wall_s": min(o["wall_s"] for o in ours),
        "openpyxl_cpu_s": min(t["cpu_s"] for t in theirs),
        "cpu_ratio_median": statistics.median(alone),
        "cpu_ratio_with_server_median": statistics.median(whole),
        "peak_mb": max(o["peak_mb"] for o in ours),
        "openpyxl_peak_mb": max(t["peak_mb"] for t in theirs),
        "calibration_loops": min(o["cpu_s"] for o in ours) / calibration,
    }


if __name__ == "__main__":
    main()
