"""The private server after accidents; every accident is done to a real server."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from data.cluster import Cluster, ClusterError, process
from tests.db.conftest import FAST, discard, scratch_folder
from tests.paths import ROOT

pytestmark = pytest.mark.db

APP = """
import sys, time
from pathlib import Path
from data.cluster import Cluster
cluster = Cluster(Path(sys.argv[1]), settings={"fsync": "off"}, report=lambda line: print(line, flush=True))
cluster.ensure()
print("pid", cluster.status().pid, flush=True)
time.sleep(float(sys.argv[2]))
"""


def start_app(folder: Path, linger: float = 0) -> subprocess.Popen[str]:
    """A program of its own that uses the cluster, then sleeps."""
    command = [sys.executable, "-c", APP, str(folder), str(linger)]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def read_until(app: subprocess.Popen[str], word: str) -> str:
    """The first line of a program's output that holds the word."""
    assert app.stdout
    seen = []
    for line in app.stdout:
        seen.append(line)
        if word in line:
            return line
    raise AssertionError("".join(seen))


def connect(cluster: Cluster) -> psycopg.Connection[tuple[int]]:
    return psycopg.connect(cluster.urls().owner.replace("+psycopg", ""))


def count(cluster: Cluster, query: str = "SELECT count(*) FROM t") -> int:
    with connect(cluster) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row
    return row[0]


def pid_of(cluster: Cluster) -> int:
    pid = cluster.status().pid
    assert pid
    return pid


def kill_server(cluster: Cluster) -> Path:
    """SIGKILL the main process and wait for its death; return the data folder."""
    status = cluster.status()
    assert status.pid
    os.kill(status.pid, signal.SIGKILL)
    while process.is_server(status.pid, status.data):
        time.sleep(0.01)
    return status.data


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """One folder for the accidents that leave a sound server."""
    with scratch_folder() as path:
        yield path / "cluster"


@pytest.fixture
def own(folder: Path) -> Cluster:
    """A running server with a table of 100 rows."""
    own = Cluster(folder, settings=FAST)
    own.ensure()
    with connect(own) as connection:
        connection.execute("DROP TABLE IF EXISTS t")
        connection.execute("CREATE TABLE t AS SELECT generate_series(1, 100) AS id")
    return own


def test_two_starts_at_once_share_one_server(scratch: Path) -> None:
    apps = [start_app(scratch), start_app(scratch)]
    pids = {read_until(app, "pid") for app in apps}
    assert [app.wait(20) for app in apps] == [0, 0]
    assert pids == {f"pid {pid_of(Cluster(scratch))}\n"}


def test_killed_app_leaves_a_server_the_next_one_uses(own: Cluster) -> None:
    own.stop()
    app = start_app(own.folder, 60)
    pid = int(read_until(app, "pid").split()[1])
    os.killpg(app.pid, signal.SIGKILL)  # with all it started, as when its terminal is closed
    app.wait(10)
    again = Cluster(own.folder, settings=FAST)
    again.ensure()
    assert pid_of(again) == pid
    assert count(again) == 100
    again.stop()
    assert not again.status().running


@pytest.mark.parametrize(("word", "delay"), [("creating a", 0.0), ("creating a", 0.25), ("starting", 0.02)])
def test_app_killed_during_set_up(scratch: Path, word: str, delay: float) -> None:
    app = start_app(scratch)
    read_until(app, word)
    time.sleep(delay)
    app.kill()
    app.wait(10)
    own = Cluster(scratch, settings=FAST)
    own.ensure()
    assert count(own, "SELECT count(*) FROM pg_extension WHERE extname = 'postgis'") == 1
    assert list(scratch.glob("pgdata.new-*")) == []


def insert_until_broken(cluster: Cluster, committed: list[int], first: int) -> None:
    """Insert one number per transaction and note each that was committed."""
    with suppress(psycopg.Error), connect(cluster) as connection:
        for number in range(first, first + 1_000_000):
            connection.execute("INSERT INTO t VALUES (%s)", (number,))
            connection.commit()
            committed.append(number)


def test_killed_postmaster_under_inserts_loses_no_committed_row(own: Cluster) -> None:
    with connect(own) as connection:
        connection.execute("ALTER DATABASE atlas SET synchronous_commit = on")
    committed: list[int] = []
    jobs = [(own, committed, 1_000), (own, committed, 5_000_000)]
    writers = [threading.Thread(target=insert_until_broken, args=job) for job in jobs]
    for writer in writers:
        writer.start()
    while len(committed) < 300:
        time.sleep(0.01)
    kill_server(own)
    own.ensure()
    for writer in writers:
        writer.join(20)
    assert len(committed) >= 300
    with connect(own) as connection:
        there = {row[0] for row in connection.execute("SELECT id FROM t")}
    assert set(committed) <= there


def test_a_long_query_that_outlives_its_server_is_ended(own: Cluster) -> None:
    def work() -> None:
        with suppress(psycopg.Error), connect(own) as connection:
            connection.execute(
                "SELECT count(*) FROM generate_series(1, 30000) a, generate_series(1, 30000) b"
            )

    worker = threading.Thread(target=work)
    worker.start()
    active = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT count(*) FROM generate%'"
    while not count(own, active):
        time.sleep(0.05)
    kill_server(own)
    own.ensure()
    worker.join(20)
    assert not worker.is_alive()
    assert count(own) == 100


def test_number_of_a_dead_server_now_belongs_to_another_program(own: Cluster) -> None:
    socket, data = own.status().socket, kill_server(own)
    assert socket
    stranger = subprocess.Popen(["sleep", "60"], user=data.stat().st_uid) if os.geteuid() == 0 else None
    stranger = stranger or subprocess.Popen(["sleep", "60"])
    try:
        for path in (data / "postmaster.pid", socket / ".s.PGSQL.5432.lock"):
            lines = path.read_text().splitlines()
            path.write_text("\n".join([str(stranger.pid), *lines[1:], ""]))
        assert not own.status().running
        own.stop()
        own.ensure()
        assert stranger.poll() is None
        assert count(own) == 100
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("content", ["", "\n", "not a number\n", "999999999\n/nowhere\n"])
def test_broken_pid_file(own: Cluster, content: str) -> None:
    data = kill_server(own)
    (data / "postmaster.pid").write_text(content)
    own.ensure()
    assert count(own) == 100


def test_server_that_lost_its_socket_is_restarted(own: Cluster) -> None:
    status = own.status()
    assert status.socket
    shutil.rmtree(status.socket)
    lines: list[str] = []
    Cluster(own.folder, settings=FAST, report=lines.append).ensure()
    assert any("lost its socket" in line for line in lines)
    assert pid_of(own) != status.pid
    assert count(own) == 100


@pytest.mark.parametrize("kind", ["open to all", "a link", "somebody else's"])
def test_socket_folder_prepared_by_others_is_refused(own: Cluster, kind: str, tmp_path: Path) -> None:
    socket = own.status().socket
    assert socket
    own.stop()
    assert not socket.exists()
    if kind == "a link":
        socket.symlink_to(tmp_path)
    else:
        socket.mkdir(mode=0o700)
        socket.chmod(0o777 if kind == "open to all" else 0o700)
        if kind == "somebody else's":
            if os.geteuid() != 0:
                socket.rmdir()
                pytest.skip("only root can make a folder of another user")
            os.chown(socket, pwd.getpwnam("nobody").pw_uid, -1)
    try:
        # Root repairs a folder of its own that it had no time to give away, unless it is open to others.
        if kind == "open to all":
            os.chown(socket, own.status().data.stat().st_uid, -1)
        with pytest.raises(ClusterError, match="not safe for the database's socket"):
            own.ensure()
    finally:
        socket.unlink() if kind == "a link" else socket.rmdir()
    own.ensure()
    assert count(own) == 100


def test_other_major_version_is_said_plainly(own: Cluster) -> None:
    data = own.status().data
    own.stop()
    version = (data / "PG_VERSION").read_text()
    (data / "PG_VERSION").write_text("9\n")
    try:
        with pytest.raises(ClusterError, match=r"made by PostgreSQL 9, installed here: .*restore a backup"):
            own.ensure()
    finally:
        (data / "PG_VERSION").write_text(version)
    own.ensure()
    assert count(own) == 100


def test_folder_with_other_files_is_left_alone(scratch: Path) -> None:
    (scratch / "pgdata").mkdir()
    (scratch / "pgdata" / "letter.txt").write_text("mine")
    with pytest.raises(ClusterError, match="holds files but no PostgreSQL data"):
        Cluster(scratch).ensure()
    assert (scratch / "pgdata" / "letter.txt").read_text() == "mine"


def test_read_only_place_is_said_plainly() -> None:
    with pytest.raises(ClusterError, match="cannot use /proc/nowhere"):
        Cluster(Path("/proc/nowhere")).ensure()


@pytest.fixture
def small_disk(scratch: Path) -> Iterator[Path]:
    """A disk of 260 MB, as a mounted memory disk."""
    disk = scratch / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=260m,mode=755", "atlas-test", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("a small disk needs the right to mount")
    try:
        yield disk
    finally:
        discard(disk / "cluster")
        subprocess.run(["umount", "-l", str(disk)], check=False)


def fill(disk: Path) -> Path:
    """Write a file until the disk is full."""
    ballast = disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as handle:
        while handle.write(b"x" * 65536):
            pass
    return ballast


def test_full_disk_is_said_plainly_and_breaks_nothing(small_disk: Path) -> None:
    own = Cluster(small_disk / "cluster")
    own.ensure()
    with connect(own) as connection:
        connection.execute("CREATE TABLE t (id int, filler text)")
    ballast = fill(small_disk)
    written = 0
    with suppress(psycopg.Error):
        while written < 10_000:
            with connect(own) as connection:
                connection.execute("INSERT INTO t SELECT g, repeat('字', 500) FROM generate_series(1, 100) g")
            written += 100
    assert written < 10_000, "the disk was not full"
    own.stop("immediate")  # the power goes as well
    with pytest.raises(ClusterError, match=r"disk that holds .* is full .* what was saved before is kept"):
        own.ensure()
    ballast.unlink()
    own.ensure()
    assert count(own) == written
    with connect(own) as connection:
        connection.execute("INSERT INTO t VALUES (-1, 'works again')")
    assert count(own, "SELECT count(*) FROM t WHERE length(filler) > 0") == written + 1


def test_full_disk_before_the_first_start(small_disk: Path) -> None:
    ballast = fill(small_disk)
    with pytest.raises(ClusterError, match="is full"):
        Cluster(small_disk / "cluster").ensure()
    assert list(small_disk.glob("cluster/pgdata*")) == []
    ballast.unlink()
    Cluster(small_disk / "cluster", settings=FAST).ensure()
