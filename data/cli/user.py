"""``user``: accounts and review settings from the command line, with the owner's rights."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from data import passwords, settings, wiring
from data.passwords import Weakness
from data.store import accounts
from projects.accounts import Account, Placement
from projects.errors import BadValue
from projects.identity import Role

ROLES: Final = tuple(str(role) for role in Role if role is not Role.ANONYMOUS)
_RULES: Final = {
    Weakness.SHORT: f"it has fewer than {passwords.SHORTEST} characters",
    Weakness.LONG: f"it has more than {passwords.LONGEST} characters",
    Weakness.NAME: "it is the name or unit of the account",
    Weakness.COMMON: "it is among the commonest passwords",
}


def add_to(commands: Any) -> None:
    """Add the commands of this module."""
    user = commands.add_parser("user", help="accounts: add, list, reset, unlock, disable, enable, set; unit")
    deeds = user.add_subparsers(required=True, metavar="DEED")
    add = _named(deeds, "add", _add, "make an account; its password must be changed at first use")
    add.add_argument("--role", choices=ROLES, required=True)
    _placed(add)
    add.add_argument("--display", default="", help="the person's name as others see it")
    _password(add)
    deeds.add_parser("list", help="all accounts").set_defaults(run=_list)
    _password(_named(deeds, "reset", _reset, "a new password; ends the account's sessions, lifts a lock"))
    _named(deeds, "unlock", _unlock, "lift the lock after failed attempts")
    _named(deeds, "disable", _disable, "close an account and end its sessions")
    _named(deeds, "enable", _enable, "open a closed account again")
    place = _named(deeds, "set", _set, "change role, unit and scope")
    place.add_argument("--role", choices=ROLES)
    _placed(place)
    unit = deeds.add_parser("unit", help="whether a unit's changes wait for a reviewer")
    unit.add_argument("unit", metavar="UNIT", help="area code, zone id or unit id")
    unit.add_argument("--reviewed", choices=("on", "off"), required=True)
    unit.set_defaults(run=_unit)


def _named(deeds: Any, name: str, run: Any, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = deeds.add_parser(name, help=words)
    parser.add_argument("name", metavar="NAME")
    parser.set_defaults(run=run)
    return parser


def _placed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--unit", metavar="UNIT", help="an editor's own unit")
    parser.add_argument(
        "--scope", metavar="CODE", help="province, prefecture or county of a reviewer or evaluator"
    )


def _password(parser: argparse.ArgumentParser) -> None:
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--password-file", type=Path, metavar="FILE", help="its first line; - is standard input")
    way.add_argument("--random", action="store_true", help="make one and print it once")


def _add(options: argparse.Namespace) -> None:
    placement = Placement(Role(options.role), options.unit or "", options.scope or "")
    password = _new_password(options, options.name, options.display, options.unit or "")
    with _owning() as connection:
        accounts.add(connection, options.name, options.display, placement, password)
    _tell(options, f"account {options.name} added", password)


def _list(options: argparse.Namespace) -> None:
    del options
    with _owning() as connection:
        found = accounts.listed(connection)
    for account in found:
        print(_line(account))
    print(f"{len(found)} accounts")


def _reset(options: argparse.Namespace) -> None:
    password = _new_password(options, options.name)
    with _owning() as connection:
        accounts.set_password(connection, options.name, password)
    _tell(options, f"password of {options.name} reset; its sessions have ended", password)


def _unlock(options: argparse.Namespace) -> None:
    with _owning() as connection:
        accounts.unlock(connection, options.name)
    print(f"account {options.name} unlocked")


def _disable(options: argparse.Namespace) -> None:
    with _owning() as connection:
        accounts.disable(connection, options.name)
    print(f"account {options.name} disabled; its sessions have ended")


def _enable(options: argparse.Namespace) -> None:
    with _owning() as connection:
        accounts.enable(connection, options.name)
    print(f"account {options.name} enabled")


def _set(options: argparse.Namespace) -> None:
    if options.role is None and options.unit is None and options.scope is None:
        raise BadValue("say what to change: --role, --unit or --scope")
    with _owning() as connection:
        present = accounts.find(connection, options.name).placement
        placement = Placement(
            Role(options.role) if options.role else present.role,
            present.unit_id if options.unit is None else options.unit,
            present.scope_code if options.scope is None else options.scope,
        )
        accounts.set_placement(connection, options.name, placement)
    print(f"account {options.name}: {placement.role} {placement.unit_id or placement.scope_code}".rstrip())


def _unit(options: argparse.Namespace) -> None:
    with _owning() as connection:
        accounts.set_reviewed(connection, options.unit, options.reviewed == "on")
        name = connection.scalar(text("SELECT name FROM owner_unit WHERE id = :id"), {"id": options.unit})
    how = "wait for a reviewer" if options.reviewed == "on" else "are published at once"
    print(f"{options.unit} {name}: changes {how}")


def _owning() -> Any:
    return wiring.open_database(settings.load()).owning()


def _new_password(options: argparse.Namespace, *own: str) -> str:
    """Return the password from a file, the terminal or chance; raise ``BadValue`` for a weak one."""
    if options.random:
        return passwords.one_time()
    password = _from_file(options.password_file) if options.password_file else _typed()
    weak = passwords.weakness(password, *own)
    if weak:
        raise BadValue(f"this password is refused: {_RULES[weak]}")
    return password


def _from_file(path: Path) -> str:
    content = sys.stdin.readline() if str(path) == "-" else path.read_text(encoding="utf-8")
    return (content.splitlines() or [""])[0]


def _typed() -> str:
    if not sys.stdin.isatty():
        raise BadValue("no terminal to ask for a password on: use --random or --password-file FILE")
    password = getpass.getpass("first password (changed at first use): ")
    if password != getpass.getpass("again: "):
        raise BadValue("the two passwords differ")
    return password


def _tell(options: argparse.Namespace, done: str, password: str) -> None:
    print(done)
    if options.random:
        print(f"one-time password (shown only now): {password}")


def _line(account: Account) -> str:
    placed = account.placement
    marks = [
        "disabled" if account.disabled_at else "",
        f"locked until {account.locked_until:%H:%M %Z}" if account.locked_until else "",
        "must change password" if account.must_change_password else "",
        "external" if account.external else "",
    ]
    where = " ".join(filter(None, (placed.unit_id or placed.scope_code, account.place_name)))
    parts = (account.name, account.display_name, str(placed.role), where, ", ".join(filter(None, marks)))
    return " · ".join(filter(None, parts))
