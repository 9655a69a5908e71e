"""The definitions of directories: those of the program, and an office's own from its data folder.

A mistake in one file keeps that file out and no other. What was read is kept until a file changes.
"""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from data.importers.tables import REFERENCE
from projects.directories.definition import MOST_BYTES, parse_definition
from projects.directories.model import Definition, Definitions, Mistake

BUILT_IN: Final = REFERENCE / "directories"
FOLDER: Final = "directories"
"""Where an office puts its own, below its data folder."""
MOST_FILES: Final = 100


class _Stamp(NamedTuple):
    """What tells that a file is still the one that was read."""

    name: str
    changed: int
    size: int


def read_definitions(own: Path | None = None, built_in: Path = BUILT_IN) -> Definitions:
    """Return every definition that can be used, the program's first, each group by file name.

    An own file under the name of a built-in one is a mistake: old editions would change their meaning.
    """
    first = _read(built_in, _stamps(built_in), own=False)
    further = _read(own, _stamps(own), own=True) if own is not None and own.is_dir() else Definitions((), ())
    taken = {one.key for one in first.usable}
    doubled = [one for one in further.usable if one.key in taken]
    return Definitions(
        first.usable + tuple(one for one in further.usable if one.key not in taken),
        first.mistakes + further.mistakes + tuple(_doubled(one) for one in doubled),
    )


def check_definition(path: Path) -> tuple[Definition | None, list[Mistake]]:
    """Read one file and return its definition, or what is wrong with it."""
    try:
        with path.open("rb") as handle:
            content = handle.read(MOST_BYTES + 1)
    except OSError as error:
        return None, [
            Mistake(
                path.name,
                path.name,
                f"文件打不开（{error.strerror}）：检查路径和读取权限",
                f"the file cannot be opened ({error.strerror}): check path and permissions",
            )
        ]
    return parse_definition(path.name, content, own=True)


def _stamps(folder: Path) -> tuple[_Stamp, ...]:
    found = []
    for path in sorted(folder.glob("*.toml")):
        if path.is_file():
            known = path.stat()
            found.append(_Stamp(path.name, known.st_mtime_ns, known.st_size))
    return tuple(found)


@lru_cache(maxsize=16)
def _read(folder: Path, stamps: tuple[_Stamp, ...], *, own: bool) -> Definitions:
    usable, mistakes = [], []
    for stamp in stamps[:MOST_FILES]:
        found, wrong = check_definition(folder / stamp.name)
        mistakes += wrong
        if found is not None:
            usable.append(replace(found, own=own))
    if len(stamps) > MOST_FILES:
        mistakes.append(_too_many(folder, len(stamps)))
    return Definitions(tuple(usable), tuple(mistakes))


def _doubled(one: Definition) -> Mistake:
    file = f"{one.key}.toml"
    return Mistake(
        file,
        file,
        f"程序自带同名的名录（{one.key}）：请把文件改名",
        f"the program has a directory of this name ({one.key}): rename the file",
    )


def _too_many(folder: Path, count: int) -> Mistake:
    return Mistake(
        folder.name,
        folder.name,
        f"文件夹里有 {count} 个定义文件，只读前 {MOST_FILES} 个",
        f"the folder holds {count} definitions; the first {MOST_FILES} are read",
    )
