"""``pack``: a briefing pack of a filter as a folder of files, as everybody may see them."""

import argparse
from importlib import import_module
from pathlib import Path
from typing import Any

from data import settings, wiring
from data.cli.export import add_filters, filter_of
from projects.packs import MAX_TITLE, PAPERS, Order

MAKER = "services.pack.command"
"""Draws and composes, so it stands above this room; named as text, as the tasks of jobs are."""


def add_to(commands: Any) -> None:
    """Add the command of this module: a folder, which files, the page's filters."""
    pack = commands.add_parser("pack", help="write a briefing pack of a filter (maps, sheets, slides, data)")
    pack.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="new or empty")
    pack.add_argument(
        "--parts", default="", metavar="KEY[,KEY…]", help="which files; all of them if not given"
    )
    pack.add_argument("--language", choices=("zh", "en"))
    pack.add_argument("--paper", choices=PAPERS, default="A4")
    pack.add_argument("--title", default="")
    add_filters(pack)
    pack.set_defaults(run=_pack)


def _pack(options: argparse.Namespace) -> None:
    configured = settings.load()
    order = Order(
        chosen=filter_of(options),
        parts=tuple(key for key in options.parts.split(",") if key),
        language=options.language or configured.language,
        paper=options.paper,
        title=options.title[:MAX_TITLE],
        public=True,
    )
    write = import_module(MAKER).write
    made = write(wiring.open_database(configured), configured, order, options.out, print)
    print(f"{options.out}: {made.records} records, {len(made.files)} files")
