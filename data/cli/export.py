"""``export``: the same files as the page, with the page's filters as options."""

import argparse
from pathlib import Path
from typing import Any, Final

from data import settings, wiring
from data.exports.formats import FORMATS, write
from data.exports.request import ExportRequest
from data.store.library import PostgisLibrary
from projects.errors import BadValue
from projects.filters import FIELDS, ProjectFilter, from_params

HELP: Final = {
    "q": "words in name, alias, township, address",
    "ids": "record ids, comma-separated (a basket)",
    "precision": "0 none, 1 parcel, 2 address, 3 township, 4 county, 5 prefecture, zone or province",
}


def add_to(commands: Any) -> None:
    """Add the command of this module: a format, the page's filters, a file."""
    export = commands.add_parser("export", help="write the records of a filter to a file")
    export.add_argument("format", choices=sorted(FORMATS))
    export.add_argument("--out", type=Path, required=True, metavar="FILE")
    export.add_argument("--language", choices=("zh", "en"))
    export.add_argument(
        "--scenario",
        action="store_true",
        help="add the modelled spread of unassigned clinic slots (GeoJSON only, null geometry)",
    )
    add_filters(export)
    export.set_defaults(run=_export)


def add_filters(command: argparse.ArgumentParser) -> None:
    """Give a command the page's filters as options; ``filter_of`` reads them."""
    for name in FIELDS:
        command.add_argument(
            f"--{name}",
            metavar="VALUE[,VALUE…]",
            help=HELP.get(name, f"{name} code(s), comma-separated, as in the page's address"),
        )


def _export(options: argparse.Namespace) -> None:
    chosen = filter_of(options)
    configured = settings.load()
    library = PostgisLibrary(wiring.open_database(configured))
    request = ExportRequest.of(configured, chosen, language=options.language, scenario=options.scenario)
    size = write(options.format, library, request, options.out)
    print(f"{options.out}: {library.count(chosen).matched} records, {size / 1000:.0f} kB")


def filter_of(options: argparse.Namespace) -> ProjectFilter:
    """Return the filter of the options; unlike a link, a command with an unusable value is refused."""
    given = {name: str(getattr(options, name)) for name in FIELDS if getattr(options, name)}
    chosen, issues = from_params(given)
    if issues:
        first = issues[0]
        raise BadValue(
            f"--{first.name} {first.value!r} is not usable; see `python -m data status` for the values "
            "that occur, or open the page and copy them from its address"
        )
    return chosen
