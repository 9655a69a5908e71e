"""``geocode``: ask for one address, or submit the geocoding of a unit as one of its accounts."""

import argparse
from typing import Any

from sqlalchemy import text

from data import geocoders, settings, wiring
from data.geocoders.base import FAULT_ZH, Answer, Outcome, ask
from data.jobs import sessions
from data.jobs.queue import PostgisJobs
from gis.addresses import normalise
from projects.errors import AtlasError, BadValue


def add_to(commands: Any) -> None:
    """Add the command of this module."""
    geocode = commands.add_parser(
        "geocode", help="find the points of a unit's addresses with the configured service"
    )
    what = geocode.add_mutually_exclusive_group(required=True)
    what.add_argument("unit", nargs="?", help="owner unit: county code, zone id …; needs --account")
    what.add_argument(
        "--ask", metavar="ADDRESS", help="ask for one address and change nothing: tries the key"
    )
    geocode.add_argument("--account", metavar="NAME", help="account that files what is found")
    geocode.set_defaults(run=_geocode)


def _geocode(options: argparse.Namespace) -> None:
    print(_try(options.ask) if options.ask else _submit(options.unit, options.account))


def _try(address: str) -> str:
    answer = ask(geocoders.configured(settings.load()), normalise(address))
    if answer.outcome is Outcome.FAILED:
        raise AtlasError(f"{_sentence(answer)} ({answer.detail})")
    return _sentence(answer)


def _sentence(answer: Answer) -> str:
    if answer.fault is not None:
        return f"failed, {answer.fault}: {FAULT_ZH[answer.fault]}"
    if answer.lonlat is None or answer.match is None:
        return "not found"
    lon, lat = answer.lonlat
    near = f"precision {int(answer.match.precision)}" if answer.match.precision else "precision unknown"
    return f"located {lon}, {lat} (WGS84, from {answer.datum}), {near}, level {answer.match.level!r}"


def _submit(unit: str, account: str | None) -> str:
    if not account:
        raise BadValue("--account is missing: name the account that files what is found")
    chosen = settings.load()
    geocoders.configured(chosen)
    database = wiring.open_database(chosen)
    with database.owning() as connection:
        key = connection.scalar(text("SELECT id FROM account WHERE name = :name"), {"name": account.lower()})
    if key is None:
        raise BadValue(f"there is no account {account!r}: see `python -m data user list`")
    with sessions.opened(database, int(key), "command") as token:
        jobs = PostgisJobs(database, token)
        number = jobs.submit("geocode", f"地址解析 {unit}", {"unit": unit})
        waits = "" if jobs.worker_alive() else "; no worker is running: start one with `python -m data work`"
    return f"job {number} submitted{waits}"
