"""``unit``: units that were renamed or merged, with the owner's rights."""

import argparse
from datetime import date
from typing import Any

from data import settings, wiring
from data.store import unit_register
from projects.errors import BadValue
from projects.unit_register import Change, OfficeUnit


def add_to(commands: Any) -> None:
    """Add the commands of this module."""
    unit = commands.add_parser("unit", help="units: rename, merge into another, list with former names")
    deeds = unit.add_subparsers(required=True, metavar="DEED")
    rename = _changing(deeds, "rename", _rename, "give a unit a new name; the old one is still understood")
    rename.add_argument("--name", required=True, help="the new name, in full")
    merge = _changing(deeds, "merge", _merge, "end a unit: another answers for all it left; cannot be undone")
    merge.add_argument("--into", required=True, metavar="UNIT", help="id of the unit that takes over")
    listed = deeds.add_parser("list", help="units by a part of any of their names")
    listed.add_argument("words", nargs="?", default="", metavar="WORDS")
    listed.add_argument("--limit", type=int, default=100, help="units at most (100)")
    listed.set_defaults(run=_list)


def _changing(deeds: Any, name: str, run: Any, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = deeds.add_parser(name, help=words)
    parser.add_argument("unit", metavar="UNIT", help="id of the unit, as in the list")
    parser.add_argument("--since", required=True, metavar="DATE", help="the day it took effect, 2019-03-01")
    parser.add_argument("--source", required=True, help="where it stands written: number or title")
    parser.set_defaults(run=run)
    return parser


def _rename(options: argparse.Namespace) -> None:
    with _owning() as connection:
        unit_register.rename_as_owner(
            connection,
            Change(
                unit_id=options.unit,
                new_name=options.name,
                since=_day(options.since),
                source=options.source,
            ),
        )
    print(f"{options.unit} is called {options.name.strip()} since {options.since}")


def _merge(options: argparse.Namespace) -> None:
    with _owning() as connection:
        unit_register.merge_as_owner(
            connection,
            Change(
                unit_id=options.unit,
                into_id=options.into,
                since=_day(options.since),
                source=options.source,
            ),
        )
    print(f"{options.unit} was merged into {options.into} as of {options.since}; rights follow at once")


def _list(options: argparse.Namespace) -> None:
    with _owning() as connection:
        found, count = unit_register.listed(connection, options.words, limit=max(1, options.limit))
    for unit in found:
        print(_line(unit))
    print(f"{len(found)} of {count} units")


def _owning() -> Any:
    return wiring.open_database(settings.load()).owning()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadValue(f"{text!r} is no date: write it as 2019-03-01") from None


def _line(unit: OfficeUnit) -> str:
    merged = f"merged into {unit.successor_id} {unit.successor} {unit.ended_on or ''}".rstrip()
    parts = (
        unit.id,
        unit.name,
        unit.kind,
        unit.area_code,
        f"also {', '.join(unit.aliases)}" if unit.aliases else "",
        merged if unit.successor_id else "",
    )
    return " · ".join(part for part in parts if part)
