"""What the two import tasks share: the order of a job's arguments, and the files they leave for the page.

Uploads and what is made of them lie in one private folder; a job names a file in it, never a path.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from data.exports.pieces import write_whole
from data.exports.returned import returned
from data.importers.office.reading import Limits
from data.importers.office.run import Importer, Order
from data.jobs.upkeep import UPLOADS
from data.jobs.work import Work
from projects.codes import Datum
from projects.errors import BadValue, UnknownRecord
from projects.intake.importing import ImportPlan, Mode
from projects.intake.planning import fingerprint
from projects.intake.preview import head_of, line_of
from projects.work import Progress

_UPLOAD: Final = re.compile(r"[0-9a-f]{64}\.[a-z]{3,7}")


def order_of(work: Work, arguments: Mapping[str, Any]) -> Order:
    """Return what a job's arguments ask for. Raises ``BadValue`` for arguments no page of ours makes."""
    datum = str(arguments.get("datum") or "")
    if datum and datum not in tuple(Datum):
        raise BadValue(f"坐标系 {datum} 不认识")
    return Order(
        path=upload_of(work, str(arguments["file"])),
        name=str(arguments["name"]),
        unit_id=str(arguments["unit"]),
        mode=Mode(str(arguments.get("mode") or Mode.UPSERT)),
        keep_existing=bool(arguments.get("keep_existing")),
        datum=datum,
        decisions={str(k): str(v) for k, v in dict(arguments.get("choices") or {}).items() if v},
    )


def importer_of(work: Work, progress: Progress) -> Importer:
    """Return an importer with the rights of the job's account."""
    limits = Limits(file_bytes=work.settings.max_upload_mb * 10**6)
    return Importer(work.database, work.token, progress, limits)


def preview_result(work: Work, plan: ImportPlan) -> dict[str, Any]:
    """Write the rows of a plan for the page and return the head of it; the file is whole or not there."""
    name = f"preview-{work.job_id}.jsonl"
    lines = (f"{line_of(row)}\n".encode() for row in plan.rows)
    write_whole(lines, folder(work) / name)
    return head_of(plan) | {"preview": name, "fingerprint": fingerprint(plan)}


def return_rows(work: Work, order: Order, plan: ImportPlan, language: str = "zh") -> str:
    """Write the workbook of the rows to mend and return its name, empty when there are none."""
    content = returned(order.path, plan, language, practice=work.settings.demo)
    if content is None:
        return ""
    name = f"returned-{work.job_id}.xlsx"
    write_whole(iter((content,)), folder(work) / name)
    return name


def folder(work: Work) -> Path:
    """Return the private folder of uploads, made on first use."""
    place = work.settings.files_dir / UPLOADS
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def upload_of(work: Work, name: str) -> Path:
    """Return the path of an upload; raises ``UnknownRecord`` for any name but that of a kept upload.

    Those are checksums, which nobody guesses. What jobs left beside them is numbered: somebody else's.
    """
    path = folder(work) / name
    if not _UPLOAD.fullmatch(name) or not path.is_file():
        raise UnknownRecord("上传的文件已不在服务器上：请重新上传")
    return path
