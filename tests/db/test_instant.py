"""Any moment of the private server again: its log kept safely, a copy of it, the way back; all for real."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from data.cluster import Cluster, ClusterError, archive, recovery
from tests.db.conftest import FAST

pytestmark = pytest.mark.db


def connect(cluster: Cluster) -> psycopg.Connection[tuple[object]]:
    return psycopg.connect(cluster.urls().owner.replace("+psycopg", ""), autocommit=True)


def ask(cluster: Cluster, query: str) -> list[tuple[object, ...]]:
    with connect(cluster) as connection:
        return list(connection.execute(query.encode()).fetchall())


def do(cluster: Cluster, statement: str) -> datetime:
    """Run a statement and return the server's clock after it."""
    with connect(cluster) as connection:
        connection.execute(statement.encode())
        row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row and isinstance(row[0], datetime)
    return row[0]


def kept_pieces(kept: Path) -> list[str]:
    return sorted(path.name for path in (kept / archive.PIECES).iterdir())


def wait_for_piece(cluster: Cluster, kept: Path) -> None:
    """Finish the piece of the log under way and wait until it is in the archive."""
    superuser = cluster.superuser_url().replace("+psycopg", "")
    with psycopg.connect(superuser, autocommit=True) as connection:
        row = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
    assert row
    limit = time.monotonic() + 60
    while f"{row[0]}.gz" not in kept_pieces(kept):
        assert time.monotonic() < limit, "the piece was not kept"
        time.sleep(0.05)


@pytest.fixture
def kept(scratch: Path) -> Path:
    return scratch / "kept log"  # with a space, as offices name folders


@pytest.fixture
def own(scratch: Path, kept: Path) -> Iterator[Cluster]:
    cluster = Cluster(scratch / "cluster", settings=FAST, archive=kept)
    cluster.ensure()
    yield cluster


def test_a_deleted_row_comes_back_by_asking_for_the_moment_before(own: Cluster, kept: Path) -> None:
    do(own, "CREATE TABLE t AS SELECT generate_series(1, 100) AS id")
    base = own.make_base()
    assert archive.copies(kept) == [base]
    before = do(own, "INSERT INTO t VALUES (1000)")
    wait_for_piece(own, kept)
    do(own, "DELETE FROM t")
    aside = own.recover(before)
    assert ask(own, "SELECT count(*), max(id) FROM t") == [(101, 1000)]
    assert (aside / "PG_VERSION").is_file()
    assert list(own.folder.glob(f"{recovery.DRAFT}*")) == list(own.folder.glob("*.exchange")) == []
    # The line of time after it goes on, is kept, and leads back again.
    second = own.make_base()
    again = do(own, "INSERT INTO t VALUES (2000)")
    do(own, "TRUNCATE t")
    own.recover(again)
    assert ask(own, "SELECT count(*), max(id) FROM t") == [(102, 2000)]
    assert "00000002.history.gz" in kept_pieces(kept)
    # What no kept copy needs goes.
    assert archive.forget(kept, 1) > 0
    assert archive.copies(kept) == [second]
    assert all(name[8:24] >= second.first_piece[8:24] for name in kept_pieces(kept) if len(name) == 27)


@pytest.mark.long
def test_moments_that_cannot_be_reached_change_nothing(own: Cluster, kept: Path) -> None:
    begin = do(own, "CREATE TABLE t AS SELECT 1 AS id")
    with pytest.raises(ClusterError, match="there is none"):
        own.recover(begin)
    base = own.make_base()
    with pytest.raises(ClusterError, match="the earliest moment is"):
        own.recover(begin)
    late = do(own, "INSERT INTO t VALUES (2)")
    own.stop()
    shutil.move(own.folder / "pgdata", own.folder / "gone")  # the disk of the database, not of the archive
    for piece in (kept / archive.PIECES).iterdir():
        if piece.name[:24] > base.first_piece:
            piece.unlink()
    with pytest.raises(ClusterError, match="does not reach"):
        own.recover(late + timedelta(hours=1))
    shutil.move(own.folder / "gone", own.folder / "pgdata")
    own.ensure()
    assert ask(own, "SELECT count(*) FROM t") == [(2,)]


@pytest.mark.long
def test_a_lost_data_folder_comes_back_from_the_archive(own: Cluster, kept: Path) -> None:
    do(own, "CREATE TABLE t AS SELECT 1 AS id")
    own.make_base()
    moment = do(own, "INSERT INTO t VALUES (2)")
    do(own, "INSERT INTO t VALUES (3)")
    wait_for_piece(own, kept)
    own.stop("immediate")
    shutil.rmtree(own.folder / "pgdata")
    own.recover(moment)
    assert ask(own, "SELECT max(id) FROM t") == [(2,)]


@pytest.mark.long
def test_switched_on_and_off_at_the_next_start(scratch: Path, kept: Path) -> None:
    plain = Cluster(scratch / "cluster", settings=FAST)
    plain.ensure()
    with pytest.raises(ClusterError, match="set WAL_ARCHIVE"):
        plain.make_base()
    archived = Cluster(scratch / "cluster", settings=FAST, archive=kept)
    archived.ensure()
    assert ask(archived, "SHOW archive_mode") == [("off",)], "never restarted under those who work"
    archived.take_up_archive()
    archived.ensure()
    assert ask(archived, "SHOW archive_mode") == [("on",)]
    pid = archived.status().pid
    archived.take_up_archive()
    assert archived.status().pid == pid
    plain.take_up_archive()
    plain.ensure()
    assert ask(plain, "SHOW archive_mode") == [("off",)]


# ---- the command that keeps a piece, and the exchange ----


def keep(kept: Path, piece: Path) -> int:
    command = archive.archive_command(kept).replace("%p", f"'{piece}'").replace("%f", piece.name)
    return subprocess.run(["/bin/sh", "-c", command], check=False, capture_output=True).returncode


def test_a_kept_piece_is_never_written_over(tmp_path: Path) -> None:
    kept, piece = tmp_path / "it is kept", tmp_path / "00000001000000000000000A"
    (kept / archive.PIECES).mkdir(parents=True)
    piece.write_bytes(b"log" * 1000)
    assert keep(kept, piece) == 0
    assert keep(kept, piece) == 0, "the same again counts as kept"
    whole = kept / archive.PIECES / f"{piece.name}.gz"
    assert gzip.decompress(whole.read_bytes()) == b"log" * 1000
    piece.write_bytes(b"other")
    assert keep(kept, piece) != 0
    assert gzip.decompress(whole.read_bytes()) == b"log" * 1000
    whole.write_bytes(whole.read_bytes()[:20])  # half a piece under the final name is no kept one
    piece.write_bytes(b"log" * 1000)
    assert keep(kept, piece) != 0
    piece.unlink()
    assert keep(kept, tmp_path / "00000001000000000000000B") != 0
    assert kept_pieces(kept)[-1] == f"{piece.name}.gz"


def test_an_archive_that_is_away_fails_the_piece(tmp_path: Path) -> None:
    piece = tmp_path / "00000001000000000000000A"
    piece.write_bytes(b"log")
    assert keep(tmp_path / "nowhere", piece) != 0


@pytest.mark.parametrize("moved", [False, True])
def test_an_exchange_cut_off_is_finished_or_forgotten(tmp_path: Path, moved: bool) -> None:
    for name, word in (("pgdata", "present"), ("pgdata.recover-1", "recovered")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "PG_VERSION").write_text("15")
        (tmp_path / name / "word").write_text(word)
    (tmp_path / recovery.EXCHANGE).write_text("pgdata.recover-1\n")
    if moved:
        (tmp_path / "pgdata").rename(tmp_path / "pgdata.before-1")
    recovery.finish_exchange(tmp_path)
    assert (tmp_path / "pgdata" / "word").read_text() == ("recovered" if moved else "present")
    assert not (tmp_path / recovery.EXCHANGE).exists()


def test_a_copy_cut_off_is_none(tmp_path: Path) -> None:
    half = tmp_path / archive.BASES / "2026-11-22T020000000000"
    half.mkdir(parents=True)
    (half / "base.tar.gz").write_bytes(b"half")
    assert archive.copies(tmp_path) == []
    (half / archive.NOTE).write_text("{")
    assert archive.copies(tmp_path) == []
