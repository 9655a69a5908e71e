"""``token``: tokens with which other programs read the open interface, with the owner's rights."""

import argparse
from typing import Any

from data import settings, wiring
from data.store import tokens
from projects.tokens import USUAL_DAYS, ApiToken


def add_to(commands: Any) -> None:
    """Add the commands of this module."""
    token = commands.add_parser("token", help="tokens of the open interface (/ogc): make, list, revoke")
    deeds = token.add_subparsers(required=True, metavar="DEED")
    make = deeds.add_parser("make", help="make a token; it is printed once and kept nowhere")
    make.add_argument("unit", metavar="UNIT", help="area code, zone id or unit id it reads for")
    make.add_argument("title", metavar="TITLE", help="what it is for")
    make.add_argument("--days", type=int, default=USUAL_DAYS, help=f"days it lives ({USUAL_DAYS})")
    make.set_defaults(run=_make)
    listed = deeds.add_parser("list", help="tokens, the newest first, without anything secret")
    listed.add_argument("--unit", default="", metavar="UNIT", help="of this unit only")
    listed.set_defaults(run=_list)
    revoke = deeds.add_parser("revoke", help="end a token at once")
    revoke.add_argument("id", type=int, metavar="NUMBER", help="its number in the list")
    revoke.set_defaults(run=_revoke)


def _make(options: argparse.Namespace) -> None:
    with _owning() as connection:
        made = tokens.make_as_owner(connection, options.unit, options.title, options.days)
    print(f"token for {options.unit}, {options.days} days (shown only now): {made}")


def _list(options: argparse.Namespace) -> None:
    with _owning() as connection:
        found = tokens.listed(connection, options.unit)
    for token in found:
        print(_line(token))
    print(f"{len(found)} tokens")


def _revoke(options: argparse.Namespace) -> None:
    with _owning() as connection:
        tokens.revoke_as_owner(connection, options.id)
    print(f"token {options.id} revoked")


def _owning() -> Any:
    return wiring.open_database(settings.load()).owning()


def _line(token: ApiToken) -> str:
    used = f"last used {token.last_used_at:%Y-%m-%d}" if token.last_used_at else "never used"
    ended, word = (token.revoked_at, "revoked") if token.revoked_at else (token.expires_at, "until")
    parts = (str(token.id), token.title, token.unit_id, token.unit_name, f"{word} {ended:%Y-%m-%d}", used)
    return " · ".join(parts)
