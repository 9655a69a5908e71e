"""Reading and checking an office's workbook of 10,000 rows × 30 columns beside openpyxl's full load of it.

Both run in turns in one process, so that CPU seconds compare; memory is that of a process that only
reads. The names of 2,800 counties are looked up and 10,000 positions held against county polygons of 3,000
corners. Run: ``python -m bench.import_reading``.
"""

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import openpyxl
import shapely
import xlsxwriter

from data.importers.office.context import CheckContext, County
from data.importers.office.reading import read_file

ROWS = int(os.environ.get("BENCH_IMPORT_ROWS", "10000"))
PAIRS = 5
HEADINGS = (
    "项目编号",
    "版本",
    "项目名称",
    "别名",
    "项目代码",
    "类型",
    "类别",
    "计划数量",
    "县（市、区）",
    "乡镇（街道）",
    "地址",
    "涉及其他县",
    "阶段",
    "招商阶段",
    "建设运营方式",
    "审批类型",
    "总投资（万元）",
    "床位（张）",
    "建筑面积（平方米）",
    "用地（亩）",
    "就业（人）",
    "年产值（万元）",
    "项目单位",
    "出资方",
    "联系人",
    "联系电话",
    "备注",
    "经度",
    "纬度",
    "坐标系",
)


def context() -> CheckContext:
    """Return the names of a country's counties and one polygon for all of them."""
    turn = np.linspace(0, 2 * np.pi, 3000)
    polygon = shapely.Polygon(np.column_stack((113.25 + 0.4 * np.cos(turn), 25.15 + 0.4 * np.sin(turn))))
    others = [County(str(500000 + i), f"某{i}县", "500100", "某市", "500000", "某省") for i in range(2800)]
    ours = [
        County(code, name, "440200", "韶关市", "440000", "广东省")
        for code, name in (("440281", "乐昌市"), ("440203", "武江区"), ("440232", "乳源瑶族自治县"))
    ]
    return CheckContext(counties=[*others, *ours], county_shape=lambda _: polygon)


def write(path: Path) -> None:
    """Write a workbook as an office might keep one."""
    chance = random.Random(1)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("项目")
        sheet.write_row(0, 0, HEADINGS)
        for row in range(1, ROWS + 1):
            sheet.write_row(row, 0, _row(row, chance))


def _row(row: int, chance: random.Random) -> list[object]:
    beds = chance.randrange(50, 900)
    return [
        f"SG-{row:05}" if row % 2 else "",
        1,
        f"第{row}人民医院建设项目",
        f"{row}院",
        f"2020-440200-83-01-{row:06}",
        "项目点",
        chance.choice(["医疗服务机构", "健康养老", "医院"]),
        1,
        chance.choice(["乐昌市", "武江区", "乳源"]),
        "",
        f"人民路{row}号",
        "武江区" if row % 9 == 0 else "",
        chance.choice(["在建", "建设中", "储备"]),
        "签约",
        "政府投资",
        "审批",
        round(beds * chance.uniform(10, 90), 2),
        beds,
        beds * 100,
        chance.randrange(5, 200),
        chance.randrange(5, 200),
        chance.randrange(100, 9000),
        f"单位{row % 300}",
        "某公司",
        "张三",
        f"0751-{row:07}",
        f"备注文字{row}",
        round(chance.uniform(113.0, 113.5), 6),
        round(chance.uniform(24.95, 25.35), 6),
        chance.choice(["GPS", "高德"]),
    ]


def _seconds(work: object) -> float:
    start = time.process_time()
    work()  # type: ignore[operator]
    return time.process_time() - start


def main() -> None:
    """Write the file, read it in turns with openpyxl, print the medians and the memory."""
    if len(sys.argv) > 2 and sys.argv[1] == "--memory":
        read_file(Path(sys.argv[2]), "a.xlsx", context())
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        write(path)
        pairs = [
            (
                _seconds(lambda: openpyxl.load_workbook(path)),
                _seconds(lambda: read_file(path, "a", context())),
            )
            for _ in range(PAIRS)
        ]
        command = [sys.executable, "-m", "bench.import_reading", "--memory", str(path)]
        memory = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    full, ours = (statistics.median(pair[i] for pair in pairs) for i in (0, 1))
    share = statistics.median(mine / theirs for theirs, mine in pairs)
    print(f"{ROWS} rows × {len(HEADINGS)} columns: openpyxl {full:.2f} s, read and checked {ours:.2f} s CPU")
    print(f"share {share:.2f} (target 0.6); memory of a process that only reads: {memory} MB (target 500)")


if __name__ == "__main__":
    main()
