"""The workbooks of a round as one archive, each under its own name."""

import io
import zipfile
from collections.abc import Iterable
from pathlib import PurePath

from projects.errors import UnknownRecord
from projects.rounds import Rounds, RoundSheet


def bundle(rounds: Rounds, sheets: Iterable[RoundSheet]) -> bytes:
    """Return a zip of the workbooks; raises ``UnknownRecord`` when none of them is kept any more.

    Two units of one name get their ids into the names. The workbooks are compressed already.
    """
    kept = [rounds.opened(sheet.id) for sheet in sheets if sheet.kept]
    if not kept:
        raise UnknownRecord("这些清单的文件都已清理，记录还在。需要的话请做一份新的。")
    file, taken = io.BytesIO(), set[str]()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        for sheet, path in kept:
            name = PurePath(sheet.file_name)
            unique = name.name if name.name not in taken else f"{name.stem}_{sheet.unit_id}{name.suffix}"
            taken.add(unique)
            packed.write(path, unique)
    return file.getvalue()


def bundle_name(round_id: int, made_on: str) -> str:
    """Return the name of the archive.

    >>> bundle_name(3, "2026-11-23")
    '周一清单_2026-11-23_3号.zip'
    """
    return f"周一清单_{made_on}_{round_id}号.zip"
