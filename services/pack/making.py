"""Makes a pack: every part written, counted and compared, then manifest and archive, in a folder of its own.

Nothing of it is listed before ``data.store.packs`` has moved the folder into place. If the library changes
while the parts are written, all are written again, so that every file tells of one and the same state.
"""

import json
import secrets
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final, NamedTuple

from data.store.packs import MAKING
from projects.errors import AtlasError, BadValue
from projects.packs import PackFile
from services.pack.bench import Bench, Held, Part

TRIES: Final = 3
MOST_RECORDS: Final = 10_000
"""A pack is read by people; a register of more is exported on the map page, file by file."""
NEEDED_BYTES: Final = 200_000_000
"""Free space before a pack is begun: running out half-way costs a minute of everybody's time."""
MANIFEST: Final = {"zh": "清单_", "en": "manifest-"}
ARCHIVE: Final = {"zh": "材料_", "en": "pack-"}
_PRESSED: Final = frozenset((".pdf", ".png", ".docx", ".pptx", ".xlsx", ".zip"))
"""Kinds of files that are compressed already."""

Step = Callable[[int, int, str], None]
"""What is done now: number of the step, number of steps, words; raises when the pack was cancelled."""


class PartsDisagree(AtlasError):  # noqa: N818 - reads as what happened
    """Files of one pack account for different numbers of records: it is not handed out."""


class Wanted(NamedTuple):
    """The parts of a pack, and how many records each has to account for."""

    parts: Sequence[Part]
    records: int | None = None
    """None: as many as the library counts; a number where the parts are not about the library as it is."""


@dataclass(frozen=True, slots=True)
class Made:
    """A complete pack in its folder."""

    files: tuple[PackFile, ...]
    records: int
    version: str
    """The library's version that all files tell of."""
    detail: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Further counts of the parts, by key."""


@contextmanager
def scratch(place: Path, label: str) -> Iterator[Path]:
    """Give a folder to write a pack in, on the disk where it will stay, gone again unless it was moved.

    What an earlier run of the same job left is removed first. Raises ``OSError`` when there is no room.
    """
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in place.glob(f"{MAKING}{label}-*"):
        shutil.rmtree(left, ignore_errors=True)
    if shutil.disk_usage(place).free < NEEDED_BYTES:
        raise BadValue(
            f"服务器磁盘只剩不到 {NEEDED_BYTES // 1_000_000} MB，做不了材料。请管理员腾出空间后重新提交。"
        )
    folder = place / f"{MAKING}{label}-{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make(bench: Bench, wanted: Wanted, folder: Path, step: Step, facts: Mapping[str, Any]) -> Made:
    """Write the parts, manifest and archive into an empty folder.

    ``facts`` go into the manifest as they are. Raises ``PartsDisagree``, ``BadValue`` for too many records or
    a library that does not come to rest, whatever a maker raises, and ``OSError``.
    """
    parts = wanted.parts
    names = file_names(bench, parts)
    for _ in range(TRIES):
        version = bench.library.version()
        expected = _expected(bench) if wanted.records is None else wanted.records
        held = _write(bench, parts, names, folder, step)
        if bench.library.version() == version:
            compare(expected, held)
            files = [_listed(folder / names[p.key], p.key, p.media_type, held[p.key].records) for p in parts]
            made = Made(tuple(files), expected, version, {k: dict(h.detail) for k, h in held.items()})
            return _closed(bench, made, folder, step, facts)
        for file in folder.iterdir():
            file.unlink()
    raise BadValue("制作期间项目库一直在变动，材料各文件会对不上，没有交付。请过几分钟重新提交。")


def file_names(bench: Bench, parts: Sequence[Part]) -> dict[str, str]:
    """Return the file name of each part by key; parts of one name and kind are told apart by a number."""
    names: dict[str, str] = {}
    for part in parts:
        name, number = part.file_name(bench.request), 2
        while name in names.values():
            stem, _, ending = part.file_name(bench.request).rpartition(".")
            name, number = f"{stem}_{number}.{ending}", number + 1
        names[part.key] = name
    return names


def compare(expected: int, held: Mapping[str, Held]) -> None:
    """Raise ``PartsDisagree`` unless every part accounts for the same records as the library counts."""
    wrong = {key: one.records for key, one in held.items() if one.records != expected}
    if wrong:
        told = "、".join(f"{key} {number}" for key, number in wrong.items())
        raise PartsDisagree(
            f"项目库中有 {expected} 个项目，而材料里的数目不一致（{told}），没有交付。请把这句话告诉管理员。"
        )


def sha256(path: Path) -> str:
    """Return the checksum of a file as hexadecimal text."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _expected(bench: Bench) -> int:
    matched = bench.library.count(bench.request.chosen).matched
    if matched > MOST_RECORDS:
        raise BadValue(
            f"条件选中 {matched} 个项目，材料最多 {MOST_RECORDS} 个。"
            "请缩小范围，或在地图页面逐个导出数据文件。"
        )
    return matched


def _write(
    bench: Bench, parts: Sequence[Part], names: Mapping[str, str], folder: Path, step: Step
) -> dict[str, Held]:
    held: dict[str, Held] = {}
    for number, part in enumerate(parts):
        told = partial(step, number, len(parts) + 1)
        told(names[part.key])
        path = folder / names[part.key]
        held[part.key] = part.make(replace(bench, step=told), path)
        if not path.is_file() or not path.stat().st_size:
            raise PartsDisagree(f"材料 {names[part.key]} 没有写出来，没有交付。请把这句话告诉管理员。")
    return held


def _listed(path: Path, part: str, media_type: str, records: int | None) -> PackFile:
    return PackFile(path.name, part, media_type, path.stat().st_size, sha256(path), records)


def _closed(bench: Bench, made: Made, folder: Path, step: Step, facts: Mapping[str, Any]) -> Made:
    """Add the manifest and the archive of everything."""
    request, number = bench.request, len(made.files)
    step(number, number + 1, bench.pick("打包", "packing"))
    day = f"{request.generated_at:%Y%m%d}"
    manifest = folder / request.file_name(f"{MANIFEST[request.language]}{day}.json")
    content = manifest_of(bench, made, facts)
    manifest.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    files = (*made.files, _listed(manifest, "manifest", "application/json", None))
    archive = folder / request.file_name(f"{ARCHIVE[request.language]}{day}.zip")
    _pack(archive, [folder / file.name for file in files])
    files = (*files, _listed(archive, "zip", "application/zip", None))
    return Made(files, made.records, made.version, made.detail)


def manifest_of(bench: Bench, made: Made, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a pack says of itself: how many records, from which state, which files with checksums."""
    request = bench.request
    return {
        "title": request.heading,
        "credit": request.credit_line,
        "map_approval_number": request.approval_number or None,
        "practice": request.practice,
        "generated_at": request.generated_at.isoformat(),
        "language": request.language,
        "filter": request.chosen.to_params(),
        "library_version": made.version,
        "records": made.records,
        **facts,
        "files": [
            asdict(file) | ({"detail": dict(made.detail[file.part])} if made.detail.get(file.part) else {})
            for file in made.files
        ],
    }


def _pack(archive: Path, files: Sequence[Path]) -> None:
    with zipfile.ZipFile(archive, "x", strict_timestamps=False) as target:
        for file in files:
            pressed = file.suffix.lower() in _PRESSED
            target.write(file, file.name, zipfile.ZIP_STORED if pressed else zipfile.ZIP_DEFLATED)
