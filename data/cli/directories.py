"""``directories``: which directories there are, and whether a definition's file is right."""

import argparse
from pathlib import Path
from typing import Any

from data import settings
from data.importers.directories.definitions import FOLDER, check_definition, read_definitions
from projects.directories.model import Definition, Mistake
from projects.errors import BadValue


def add_to(commands: Any) -> None:
    """Add the commands of this module."""
    directories = commands.add_parser("directories", help="directories (名录): list them, check a definition")
    directories.set_defaults(run=_list)
    deeds = directories.add_subparsers(metavar="DEED")
    check = deeds.add_parser("check", help="say whether a definition's file can be used, with every mistake")
    check.add_argument("file", type=Path, metavar="FILE", help="a TOML file, see docs/directories.md")
    check.set_defaults(run=_check)


def _list(options: argparse.Namespace) -> int:  # noqa: ARG001 - commands look alike
    own = settings.load().data_dir / FOLDER
    found = read_definitions(own)
    for one in found.usable:
        print(_line(one))
    for mistake in found.mistakes:
        print(_told(mistake))
    print(f"{len(found.usable)} directories, {len(found.mistakes)} mistakes; your own go into {own}")
    return int(bool(found.mistakes))


def _check(options: argparse.Namespace) -> None:
    found, mistakes = check_definition(options.file)
    for mistake in mistakes:
        print(_told(mistake))
    if found is None:
        raise BadValue(f"{options.file.name}: {len(mistakes)} mistakes, the file is not used as it stands")
    print(_line(found))


def _line(one: Definition) -> str:
    kind = "own" if one.own else "built in"
    parts = [one.key, one.zh, f"{len(one.columns)} columns", kind]
    if one.mapped:
        parts.append("on the map")
    parts += [f"computes {flag.name}" for flag in one.computed]
    return " · ".join(parts)


def _told(mistake: Mistake) -> str:
    return f"{mistake.file}: {mistake.where}: {mistake.what_zh} / {mistake.what_en}"
