"""The parts of the private server that need no server: finding programs, files, messages."""

import errno
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from data.cluster import (
    Cluster,
    ClusterError,
    account,
    binaries,
    config,
    connect,
    errors,
    lock,
    model,
    places,
    process,
    sockets,
)

ME = account.Account("me", os.geteuid(), os.getegid(), demoted=False)


def install(root: Path, version: str, postgis: bool) -> Path:
    """A pretended installation below root, as Debian lays it out."""
    major = version.split(".", maxsplit=1)[0]
    folder = root / "usr/lib/postgresql" / major / "bin"
    share = root / "usr/share/postgresql" / major
    folder.mkdir(parents=True)
    (share / "extension").mkdir(parents=True)
    said = {"postgres": f"postgres (PostgreSQL) {version} (Debian)", "initdb": "", "pg_config": str(share)}
    for program, words in said.items():
        (folder / program).write_text(f"#!/bin/sh\necho '{words}'\n")
        (folder / program).chmod(0o755)
    if postgis:
        (share / "extension" / "postgis.control").touch()
    return folder


def found_below(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[binaries.Binaries]:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    found = [item for folder in binaries.candidate_folders(root) if (item := binaries.inspect(folder))]
    return sorted((item for item in found if item.folder.is_relative_to(root)), key=lambda item: item.major)


def test_the_highest_version_with_postgis_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "9.6", True)
    folder = install(tmp_path, "14.2", True)
    install(tmp_path, "16.1", False)
    found = found_below(tmp_path, monkeypatch)
    assert [(item.major, item.version, item.postgis) for item in found] == [
        (9, "9.6", True),
        (14, "14.2", True),
        (16, "16.1", False),
    ]
    assert binaries.choose(found, None, tmp_path).folder == folder
    assert binaries.choose(found, 9, tmp_path)["initdb"].endswith("/9/bin/initdb")


def test_what_to_install_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(ClusterError, match=r"not installed here: run `make run`.*or set DATABASE_URL"):
        binaries.choose([], None, tmp_path)
    install(tmp_path, "16.1", False)
    found = found_below(tmp_path, monkeypatch)
    with pytest.raises(ClusterError, match="apt-get install postgresql-16 postgresql-16-postgis-3`, or set"):
        binaries.choose(found, None, tmp_path)
    with pytest.raises(ClusterError, match=r"made by PostgreSQL 14, installed here: 16; run .*postgresql-14"):
        binaries.choose(found, 14, tmp_path)
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(ClusterError, match="brew install"):
        binaries.choose([], None, tmp_path)


def test_a_folder_whose_programs_do_not_run_is_passed_over(tmp_path: Path) -> None:
    folder = install(tmp_path, "15.1", True)
    (folder / "postgres").write_text("#!/nowhere/sh\n")
    assert binaries.inspect(folder) is None


def test_configuration_names_no_network_and_no_trust(tmp_path: Path) -> None:
    text = config.access_text() + config.map_text(ME)
    assert "trust" not in text and "host " not in text
    assert config.access_text().splitlines()[-1] == "local all all reject"
    rows = [line for line in config.map_text(ME).splitlines() if not line.startswith("#")]
    users = [f'"{user}"' for user in ("root", "me")]
    assert [row.split()[1:] for row in rows] == [
        [user, role] for user in users for role in (model.ADMIN, model.OWNER, model.APP)
    ]


def test_configuration_is_written_once_and_quotes_values(tmp_path: Path) -> None:
    (tmp_path / "postgresql.conf").write_text("# made by initdb\n")
    config.write_config(tmp_path, ME, {"application_name": "it's"})
    config.write_config(tmp_path, ME, {"application_name": "it's"})
    assert (tmp_path / "postgresql.conf").read_text().count("include_if_exists") == 1
    text = (tmp_path / config.FILE).read_text()
    assert "application_name = 'it''s'" in text
    assert "synchronous_commit = 'on'" in text and "shared_buffers = '128MB'" in text
    before = (tmp_path / config.FILE).stat().st_mtime_ns
    config.write_config(tmp_path, ME, {"application_name": "it's"})
    assert (tmp_path / config.FILE).stat().st_mtime_ns == before
    assert list(tmp_path.glob("*.new")) == []


def test_socket_folder_is_private_short_and_the_same_every_time(tmp_path: Path) -> None:
    first = sockets.socket_folder(tmp_path, ME)
    try:
        assert sockets.socket_folder(tmp_path, ME) == first
        assert first.stat().st_mode & 0o777 == 0o700
        assert len(os.fsencode(first / sockets.SOCKET)) <= sockets.LONGEST
        first.chmod(0o750)
        with pytest.raises(ClusterError, match=r"not safe .*drwxr-x---"):
            sockets.verified(first, ME)
    finally:
        first.rmdir()


def test_runtime_folder_of_the_login_is_preferred_unless_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "is_root", lambda: False)
    monkeypatch.setattr(sockets, "LONGEST", 300)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert sockets.socket_folder(tmp_path / "data", ME).parent == tmp_path
    monkeypatch.setattr(sockets, "LONGEST", len(str(tmp_path)))
    fallen_back = sockets.socket_folder(tmp_path / "data", ME)
    assert fallen_back.parent == Path("/tmp")
    fallen_back.rmdir()
    monkeypatch.setattr(sockets, "LONGEST", 10)
    with pytest.raises(ClusterError, match="XDG_RUNTIME_DIR"):
        sockets.socket_folder(tmp_path / "data", ME)


def test_address_names_the_user_that_must_be_behind_the_socket() -> None:
    urls = connect.Address(Path("/run/x"), "postgres").urls("atlas")
    assert urls.app == "postgresql+psycopg://atlas_app@/atlas?host=%2Frun%2Fx&port=5432&requirepeer=postgres"
    assert urls.owner.startswith("postgresql+psycopg://atlas_owner@/atlas?")


def test_waiting_is_given_up_only_when_it_cannot_help() -> None:
    assert connect.refused('FATAL:  Peer authentication failed for user "atlas_admin"')
    assert connect.refused('FATAL:  no pg_hba.conf entry for host "[local]"')
    assert not connect.refused("FATAL:  the database system is starting up")
    assert not connect.refused('connection to server on socket "/x" failed: No such file or directory')


def test_lock_lets_one_in_and_names_what_holds_it(tmp_path: Path) -> None:
    lines: list[str] = []
    path = tmp_path / "lock"
    with lock.locked(path, lines.append):
        with pytest.raises(ClusterError, match=r"held .*lock for 0 s"), lock.locked(path, lines.append, 0.2):
            pass
        waiter = threading.Thread(target=lambda: wait_for(path, lines))
        waiter.start()
    waiter.join(10)
    assert lines[0].startswith("another program is preparing")
    assert lines[-1] == "in"


def wait_for(path: Path, lines: list[str]) -> None:
    with lock.locked(path, lambda _: None, 10):
        lines.append("in")


def test_a_process_number_alone_is_no_server(tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path}\n0\n5432\n/run/x\n")
    assert process.running(tmp_path) is None


def test_a_server_is_known_by_its_command_line_and_a_dead_one_is_none(tmp_path: Path) -> None:
    script = f"exec -a /usr/bin/postgres sh -c 'echo; read x' x -D '{tmp_path}'"
    pretended = subprocess.Popen(["bash", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert pretended.stdout
    pretended.stdout.readline()
    assert process.is_server(pretended.pid, tmp_path)
    assert not process.is_server(pretended.pid, tmp_path / "other")
    pretended.kill()
    while process.is_server(pretended.pid, tmp_path):
        time.sleep(0.01)  # it is dead now, but stays in the process table until it is waited for
    assert pretended.returncode is None
    pretended.communicate()


def test_remains_keep_what_the_next_server_must_see(tmp_path: Path) -> None:
    socket = tmp_path / "socket"
    socket.mkdir()
    (socket / sockets.SOCKET).touch()
    (socket / f"{sockets.SOCKET}.lock").write_text("1\n")
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text("4194000\n/data\n1\n5432\n/run/x\n\n  123 456\nready\n")
    process.clear_remains(tmp_path, socket)
    assert pid_file.read_text() == f"{os.getpid()}\n/data\n1\n5432\n/run/x\n\n  123 456\nready\n"
    assert list(socket.iterdir()) == []
    pid_file.write_text("rubbish")
    process.clear_remains(tmp_path, socket)
    assert not pid_file.exists()


def test_unknown_stop_mode(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="smart, fast, immediate"):
        process.end(process.Postmaster(os.getpid(), None), tmp_path, "softly", 1)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("x\nFATAL:  could not write lock file: No space left on device\n", "is full"),
        (
            "FATAL:  pre-existing shared memory block (key 1) is still in use",
            "earlier server still hold",
        ),
        ("FATAL:  database files are incompatible with server", "another PostgreSQL version"),
        ("FATAL:  could not map: Cannot allocate memory", "out of memory"),
        ("LOG:  hello\nFATAL:  strange\nLOG:  bye\n", "did not start: FATAL:  strange; details in"),
        ("", "it said nothing"),
    ],
)
def test_why_a_server_did_not_start(tmp_path: Path, said: str, told: str) -> None:
    message = str(errors.explain_exit(tmp_path / "server.log", said, tmp_path))
    assert told in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("number", "told"),
    [(errno.ENOSPC, "is full"), (errno.EACCES, "Permission denied; run as"), (errno.EROFS, "choose another")],
)
def test_system_errors_become_one_line(tmp_path: Path, number: int, told: str) -> None:
    with pytest.raises(ClusterError, match=told), errors.plain_errors(tmp_path):
        raise OSError(number, os.strerror(number), str(tmp_path / "file"))


def test_version_file_must_hold_a_version(tmp_path: Path) -> None:
    place = places.Place(tmp_path, tmp_path)
    assert place.major() is None
    place.data.mkdir()
    (place.data / "PG_VERSION").write_text("fifteen\n")
    with pytest.raises(ClusterError, match="'fifteen', not a version"):
        place.major()


def test_note_decides_where_the_data_are(tmp_path: Path) -> None:
    base = tmp_path / "elsewhere"
    (base / "pgdata").mkdir(parents=True)
    (base / "pgdata" / "PG_VERSION").write_text("15\n")
    folder = tmp_path / "folder"
    folder.mkdir()
    places.write_note(places.Place(folder, base))
    assert places.known_place(folder) == places.Place(folder, base)
    (base / "pgdata" / "PG_VERSION").unlink()
    with pytest.raises(ClusterError, match="delete that note to begin with an empty database"):
        places.known_place(folder)


def test_data_of_root_or_of_a_user_without_a_name_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ClusterError, match="user id 987654 has no name"):
        account.account_of(987654)
    assert account.user_name(987654) == "987654"
    (tmp_path / "PG_VERSION").touch()
    if os.geteuid() != 0:
        pytest.skip("only root can give folders to others")
    with pytest.raises(ClusterError, match=r"belongs to root.*chown"):
        account.server_account(tmp_path)
    os.chown(tmp_path, 65534, -1)
    assert account.server_account(tmp_path).demoted
    monkeypatch.setattr(account, "is_root", lambda: False)
    with pytest.raises(ClusterError, match="run as that user"):
        account.server_account(tmp_path)


def test_missing_system_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "SERVICE_USER", "nobody-has-this-name")
    with pytest.raises(ClusterError, match="useradd --system nobody-has-this-name"):
        account.service_account()


def test_programs_started_do_not_see_settings_meant_for_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGDATA", "/other")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    environment = account.clean_environment()
    assert "PGDATA" not in environment and "LANG" not in environment
    assert environment["LC_ALL"] == "C"


@pytest.mark.parametrize("name", ["Atlas", "1st", "a-b", "a" * 64, "名"])
def test_names_that_would_need_quoting_are_refused(name: str) -> None:
    with pytest.raises(ClusterError, match="lower-case"):
        model.checked_name(name)


def test_windows_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(ClusterError, match="set DATABASE_URL, or use the container"):
        Cluster(tmp_path)
