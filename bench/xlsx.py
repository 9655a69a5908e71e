"""An xlsx of 10,000 records beside bare xlsxwriter, which is given the finished cells.

The bare run writes the same cells with ``write_string`` and ``write_number`` in constant memory and does
nothing else: no headings in two languages, no count, no dictionary, no look at what a cell can hold. Both run
in turns in processes of their own; user and system seconds compare. Run: ``python -m bench.xlsx``.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import xlsxwriter

from data.exports.request import ExportRequest
from data.exports.table import row
from data.exports.xlsx import xlsx
from projects.filters import ProjectFilter
from projects.summary import Summary

RECORDS = int(os.environ.get("BENCH_XLSX_RECORDS", "10000"))
PAIRS = 5


def records() -> Iterator[Summary]:
    """Yield synthetic records with about as many known fields as an office reports."""
    unknown: dict[str, Any] = dict.fromkeys(Summary.__annotations__)
    lists = ("touches", "tasks", "lead_units", "support_units", "duty_units", "reported")
    always = dict.fromkeys(lists, ()) | {
        "kind": "site",
        "category": "hospital",
        "category_zh": "医疗服务机构",
        "quantity": 1,
        "quantity_basis": "derived",
        "province_code": "440000",
        "province": "广东省",
        "prefecture_code": "440200",
        "prefecture": "韶关市",
        "county_basis": "documented",
        "precision": 2,
        "precision_zh": "地址或村（1公里内）",
        "place_method": "gazetteer",
        "place_basis": "derived",
        "place_datum": "wgs84",
        "place_source": "公开资料",
        "near_county_line": False,
        "stage": "未明确",
        "delivery_mode": "未明确",
        "promotion_stage": "未明确",
        "funding_status": "未报",
        "documents": ("某府〔2016〕9号",),
        "basis": "documented",
        "basis_zh": "文件载明",
    }
    for n in range(RECORDS):
        yield Summary(
            **unknown
            | always
            | {
                "id": f"BX-{n:06}",
                "name": f"第{n}号健康产业综合示范项目",
                "aliases": (f"第{n}号（二期）",) if n % 3 == 0 else (),
                "county_code": f"{440221 + n % 10}",
                "county": f"某某县{n % 10}",
                "as_of_year": 2016,
                "total_investment_wan": Decimal(n) / 4 if n % 2 else None,
                "beds": n % 900 if n % 5 == 0 else None,
                "tasks": (f"T-{n % 60}",),
                "lead_units": (f"某市第{n % 40}局",),
                "support_units": (f"某市第{n % 39}局", f"某市第{n % 38}局"),
                "note": "文件未写明具体地点，县由公开资料推定。" if n % 4 == 1 else None,
                "geometry": f'{{"type":"Point","coordinates":[{113 + n / 20000},{24 + n / 20000}]}}',
            }
        )


def library() -> Any:
    """Return as much of a library as an export asks for."""
    held = list(records())
    return SimpleNamespace(
        version=lambda: "bench",
        stream=lambda _: iter(held),
        record=lambda _: SimpleNamespace(links=()),
    )


def ours(path: Path) -> float:
    """Write our workbook; return the seconds of the processor, making the records left out."""
    held = library()
    started = _spent()
    with path.open("wb") as file:
        file.writelines(xlsx(held, ExportRequest(chosen=ProjectFilter())))
    return _spent() - started


def bare(path: Path) -> float:
    """Write finished cells with xlsxwriter alone; return the seconds of the processor."""
    cells = [row(record, "zh") for record in records()]
    started = _spent()
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, line in enumerate(cells):
        for column, cell in enumerate(line):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell)
            elif cell is not None:
                sheet.write_number(number, column, cell)
    book.close()
    return _spent() - started


def _spent() -> float:
    times = os.times()
    return times.user + times.system


def main() -> None:
    """Race the two in turns and print medians; with ``ours`` or ``bare`` run one and print its seconds."""
    if sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            sys.stdout.write(f"{(ours if sys.argv[1] == 'ours' else bare)(Path(folder) / 'a.xlsx')}\n")
        return
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(PAIRS):
        for name, held in times.items():
            command = [sys.executable, "-m", "bench.xlsx", name]
            held.append(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    found = {name: statistics.median(held) for name, held in times.items()}
    ratio = statistics.median(a / b for a, b in zip(times["ours"], times["bare"], strict=True))
    sys.stdout.write(
        f"{RECORDS:,} records: ours {found['ours']:.2f} s, bare xlsxwriter {found['bare']:.2f} s,"
        f" ratio {ratio:.2f} (bound 1.2)\n"
    )


if __name__ == "__main__":
    main()
