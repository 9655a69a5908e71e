"""XML that names files or grows: no part of a workbook or a map is read beyond itself."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from projects.intake.importing import FileRefused
from tests.unit.data.importers.office.test_hostile import ROWS, rewritten
from tests.unit.data.importers.office.world import read, xlsx

SECRET = "atlas-secret-of-the-server"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))


def entities(folder: Path) -> dict[str, bytes]:
    """Return declarations that are put before a part, each of which defines ``x``."""
    held = folder / "secret.txt"
    held.write_text(SECRET, "utf-8")
    return {
        "a file": f'<!DOCTYPE z [<!ENTITY x SYSTEM "{held.as_uri()}">]>'.encode(),
        "another host": b'<!DOCTYPE z [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>',
        "growth": f'<!DOCTYPE z [<!ENTITY l0 "ha">{LAUGHS}<!ENTITY x "&l8;">]>'.encode(),
    }


@pytest.mark.parametrize("part", ["sharedStrings.xml", "sheet1.xml", "workbook.xml"])
@pytest.mark.parametrize("sort", ["a file", "another host", "growth"])
def test_no_entity_of_a_workbook_reads_a_file_or_grows(tmp_path: Path, part: str, sort: str) -> None:
    declared = entities(tmp_path)[sort]

    def change(name: str, data: bytes) -> bytes:
        if not name.endswith(part):
            return data
        head, _, rest = data.partition(b"?>")
        return head + b"?>" + declared + rest.replace("医院".encode(), b"&x;")

    hostile = rewritten(xlsx(tmp_path, ROWS), change)
    tracemalloc.start()
    try:
        shown = str(read(hostile))
    except FileRefused as refusal:
        shown = str(refusal)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert SECRET not in shown and "haha" not in shown
    assert peak < 100_000_000
