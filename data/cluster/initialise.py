"""Making a new data folder, whole or not at all."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from data.cluster.account import Account, run_as
from data.cluster.binaries import Binaries
from data.cluster.errors import disk_full, explain_exit, free_bytes
from data.cluster.model import ADMIN, ClusterError
from data.cluster.places import Place
from data.cluster.process import end_makers

CLEAR_SECONDS = 10
"""How long a killed program's helpers may still write before their draft is given up on."""
NEEDED_BYTES = 120 * 1024 * 1024
"""A new server with PostGIS takes 65 MB, and the first rows need room; with less, say so before starting."""


def create_data(place: Place, binaries: Binaries, account: Account, extra: Mapping[str, str]) -> None:
    """Run initdb beside the final place and move the result there in one step.

    initdb writes PG_VERSION early, so a folder it was killed in would look finished.
    Raises ClusterError when the disk is too small, the place is taken, or initdb fails.
    """
    if place.data.exists() and any(place.data.iterdir()):
        msg = f"{place.data} holds files but no PostgreSQL data: move them away, or choose another folder"
        raise ClusterError(msg)
    for leftover in place.base.glob("pgdata.new-*"):
        _clear(leftover)
    if free_bytes(place.base) < NEEDED_BYTES:
        raise disk_full(place.base)
    draft = place.base / f"pgdata.new-{os.getpid()}"
    try:
        draft.mkdir(mode=0o700)
        account.give(draft)
        _initdb(place, [binaries["initdb"], "-D", str(draft), *_options(extra)], account)
        draft.rename(place.data)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _clear(leftover: Path) -> None:
    """Remove the draft of a program that was killed; its initdb may still be writing, so end that first."""
    end_makers(leftover)
    limit = time.monotonic() + CLEAR_SECONDS
    while leftover.exists() and time.monotonic() < limit:
        shutil.rmtree(leftover, ignore_errors=True)
        time.sleep(0.02)


def _options(extra: Mapping[str, str]) -> list[str]:
    """Return initdb's options; under plain `C` the trigrams of Chinese text would be empty."""
    locale = ["--locale=C", "--lc-ctype=en_US.UTF-8"] if sys.platform == "darwin" else ["--locale=C.UTF-8"]
    sync = ["--no-sync"] if extra.get("fsync") == "off" else []
    fixed = [f"--username={ADMIN}", "--encoding=UTF8", "--data-checksums", "--auth=peer", "--no-instructions"]
    return [*fixed, *locale, *sync]


def _initdb(place: Place, command: list[str], account: Account) -> None:
    try:
        done = run_as(account, command, 300)
    except subprocess.TimeoutExpired:
        msg = f"creating {place.data} took over 300 s: check the disk (failing? a network drive?)"
        raise ClusterError(msg) from None
    if done.returncode != 0:
        place.log.write_text(done.stdout, encoding="utf-8")
        raise explain_exit(place.log, done.stdout, place.base)
