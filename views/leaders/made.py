"""The leaders' page put together: figures are kept per version of the library, words made for each reader."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final, cast

from data.exports.request import ExportRequest, Language
from projects.ports import AreaName
from projects.targets.board import Row as Promise
from projects.week import Changes
from services.leaders import board as boards
from services.leaders.a4 import page_pdf
from services.leaders.board import Board, Rows
from services.leaders.figures import Figures, Told, chosen_of, read, told
from services.leaders.kept import Kept
from services.pack import template
from services.pack.bench import Bench
from services.pack.benches import TEMPLATES
from services.pack.template import Template
from views.leaders.asked import Question
from views.shell import Shell

_figures: Final = Kept[Figures]()
_promises: Final = Kept[tuple[Promise, ...]](8)
"""The targets of all areas, which no area changes."""
_changes: Final = Kept[Changes](256)


def board(shell: Shell, asked: Question, area: AreaName, rows: Rows) -> tuple[Board, bytes]:
    """Return the board with lists of at most so many lines, and its map as SVG."""
    bench = _bench(shell, asked, area, Template())
    figures, seen = _both(shell, bench, asked, area)
    return boards.board(bench, figures, seen, asked.since, rows), figures.picture


def pdf(shell: Shell, asked: Question, area: AreaName) -> bytes:
    """Return the page as one A4, with the office's own template if it has one."""
    bench = _bench(shell, asked, area, template.load(shell.settings.data_dir / TEMPLATES))
    figures, seen = _both(shell, bench, asked, area)
    return page_pdf(
        bench, lambda rows: boards.board(bench, figures, seen, asked.since, rows), figures.picture
    )


def request(shell: Shell, area: AreaName) -> ExportRequest:
    """Return the request whose credit, language and practice mark the page carries."""
    return ExportRequest.of(shell.settings, chosen_of(area), language=cast(Language, shell.language))


def _bench(shell: Shell, asked: Question, area: AreaName, used: Template) -> Bench:
    return Bench(
        library=shell.library,
        ledger=shell.ledger,
        schedule=_public(shell).schedule,
        scenes=shell.scenes,
        request=request(shell, area),
        template=used,
        when=asked.today,
        words=lambda words: shell.translate(words) if words else words,
        dispatch_day=shell.settings.dispatch_day,
    )


def _both(shell: Shell, bench: Bench, asked: Question, area: AreaName) -> tuple[Figures, Told]:
    """Read the figures of all and what this person may see at the same time: the first visitor waits once."""
    with ThreadPoolExecutor(1) as pool:
        seen = pool.submit(_told, shell, asked, area)
        return _read(shell, bench, area), seen.result()


def _read(shell: Shell, bench: Bench, area: AreaName) -> Figures:
    """Return the figures, the same for all who read with these rights until the library changes."""
    held = (shell.reading_token, shell.library.version(), bench.when)

    def promised() -> tuple[Promise, ...]:
        return _promises.of(held, lambda: _public(shell).targets.board(bench.when))

    return _figures.of((*held, area.code), lambda: read(bench, area, promised))


def _public(shell: Shell) -> Shell:
    """Return a shell that reads with the rights of all who share the figures, not with one person's."""
    return replace(shell, token=shell.reading_token)


def _told(shell: Shell, asked: Question, area: AreaName) -> Told:
    """Return what this person may see; matters are asked for each time, they change without the library."""
    if not shell.identity.signed_in:
        return Told()
    chosen = chosen_of(area)
    # An account that was given another unit or role keeps its session, not what it saw before.
    key = (shell.token, shell.identity, shell.library.version(), area.code, asked.since, asked.today)

    def changes() -> Changes:
        return _changes.of(key, lambda: shell.week.changes(chosen, asked.since, asked.today))

    return told(shell.matters, changes, chosen, asked.today)
