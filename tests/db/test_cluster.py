"""The private server in ordinary life, against real servers."""

import os
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Row
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from data.cluster import Cluster, ClusterError, places
from tests.db.conftest import FAST

pytestmark = pytest.mark.db
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another user")


def ask(url: str, query: str) -> Row[Any]:
    """First row of a query over a fresh connection, committed."""
    with create_engine(url, poolclass=NullPool).begin() as connection:
        return connection.execute(text(query)).one()


def do(url: str, statement: str) -> None:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(text(statement))


def test_two_roles_reach_a_database_with_postgis(cluster: Cluster) -> None:
    urls = cluster.ensure()
    assert tuple(ask(urls.owner, "SELECT current_user::text, current_database()::text")) == (
        "atlas_owner",
        "atlas",
    )
    assert tuple(ask(urls.app, "SELECT current_user::text, ST_AsText(ST_Point(113.6, 24.8))")) == (
        "atlas_app",
        "POINT(113.6 24.8)",
    )
    names = ask(urls.app, "SELECT array_agg(extname::text) FROM pg_extension")[0]
    assert {"postgis", "pg_trgm", "btree_gist"} <= set(names)


def test_chinese_text_has_trigrams_and_today_is_the_offices_day(cluster: Cluster) -> None:
    urls = cluster.ensure()
    assert ask(urls.app, "SELECT similarity('韶关市中医院', '韶关中医院') > 0.3")[0] is True
    assert ask(urls.app, "SHOW server_encoding")[0] == "UTF8"
    assert ask(urls.app, "SHOW timezone")[0] == "Asia/Shanghai"


@pytest.mark.parametrize("role", ["atlas_owner", "atlas_app"])
def test_neither_role_can_step_over_row_security(cluster: Cluster, role: str) -> None:
    row = ask(
        cluster.urls().app,
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication, rolcanlogin"
        f" FROM pg_roles WHERE rolname = '{role}'",
    )
    assert tuple(row) == (False, False, False, False, False, True)


def test_app_changes_no_structure_and_owner_does(cluster: Cluster) -> None:
    urls = cluster.create_database("rights")
    do(urls.owner, "CREATE TABLE t (id int)")
    do(urls.owner, "INSERT INTO spatial_ref_sys (srid, auth_name) VALUES (990001, 'atlas')")
    for statement in ("CREATE TABLE u (id int)", "SELECT * FROM t", "CREATE ROLE y", "SET ROLE atlas_owner"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            do(urls.app, statement)
    do(urls.app, "CREATE TEMPORARY TABLE mine (id int)")
    do(urls.owner, "SET LOCAL ROLE atlas_app")
    cluster.drop_database("rights")


def test_a_right_somebody_added_is_taken_away(cluster: Cluster) -> None:
    do(cluster.superuser_url(), "ALTER ROLE atlas_app BYPASSRLS CREATEDB")
    cluster.ensure()
    query = "SELECT rolbypassrls OR rolcreatedb FROM pg_roles WHERE rolname = 'atlas_app'"
    assert ask(cluster.urls().app, query)[0] is False


def test_second_ensure_changes_nothing(cluster: Cluster) -> None:
    before, urls = cluster.status(), cluster.urls()
    lines: list[str] = []
    again = Cluster(cluster.folder, report=lines.append)
    assert again.ensure() == urls
    assert again.status() == before
    assert [line for line in lines if "MB free" not in line] == []


def test_server_is_closed_to_network_and_other_users(cluster: Cluster) -> None:
    status = cluster.status()
    assert status.socket is not None
    assert stat.S_IMODE(status.socket.stat().st_mode) == 0o700
    assert ask(cluster.urls().app, "SHOW listen_addresses")[0] == ""
    rules = ask(
        cluster.superuser_url(),
        "SELECT array_agg(type || ' ' || auth_method ORDER BY line_number), count(error)"
        " FROM pg_hba_file_rules",
    )
    assert tuple(rules) == (["local peer", "local reject"], 0)


def test_programs_match_the_server_and_take_its_address(cluster: Cluster) -> None:
    url = cluster.urls().owner.replace("+psycopg", "")
    dump = subprocess.run(
        [cluster.program("pg_dump"), "--schema-only", url], capture_output=True, text=True, check=True
    )
    assert f"Dumped from database version {_major(cluster)}." in dump.stdout
    assert "CREATE EXTENSION IF NOT EXISTS postgis" in dump.stdout


@as_root
def test_another_user_is_refused_even_inside_the_socket_folder(cluster: Cluster) -> None:
    status = cluster.status()
    assert status.socket is not None
    psql = shutil.which("psql")
    assert psql
    command = [psql, "-h", str(status.socket), "-U", "atlas_app", "-c", "SELECT 1", "atlas"]
    attempt = subprocess.run(command, user="nobody", cwd="/", capture_output=True, text=True, check=False)
    assert "Permission denied" in attempt.stderr
    try:  # even if the folder and the socket stood open, the server itself would refuse
        status.socket.chmod(0o777)
        (status.socket / ".s.PGSQL.5432").chmod(0o777)
        attempt = subprocess.run(command, user="nobody", cwd="/", capture_output=True, text=True, check=False)
        assert "Peer authentication failed" in attempt.stderr
    finally:
        status.socket.chmod(0o700)
        (status.socket / ".s.PGSQL.5432").chmod(0o700)


@as_root
def test_root_hands_the_server_to_a_system_user(cluster: Cluster) -> None:
    status = cluster.status()
    assert status.pid
    owner = Path(f"/proc/{status.pid}").stat().st_uid
    assert owner != 0
    assert status.data.stat().st_uid == owner


def test_databases_are_copied_and_dropped(cluster: Cluster) -> None:
    first = cluster.create_database("first")
    do(first.owner, "CREATE TABLE kept (id int)")
    copy = cluster.create_database("copy", template="first")
    assert ask(copy.owner, "SELECT count(*) FROM kept")[0] == 0
    assert ask(copy.app, "SELECT current_database()::text")[0] == "copy"
    with pytest.raises(ClusterError, match="copy exists already"):
        cluster.create_database("copy")
    with pytest.raises(ClusterError, match="no database nowhere"):
        cluster.create_database("other", template="nowhere")
    engine = create_engine(copy.app)
    with engine.connect():  # a client that has not gone is no obstacle
        cluster.drop_database("copy")
    engine.dispose()
    cluster.drop_database("copy")
    cluster.drop_database("first")
    with pytest.raises(OperationalError, match="does not exist"):
        ask(copy.app, "SELECT 1")


def test_template_in_use_is_said_plainly(cluster: Cluster) -> None:
    busy = create_engine(cluster.create_database("busy").owner)
    with busy.connect(), pytest.raises(ClusterError, match="busy is in use"):
        cluster.create_database("late", template="busy")
    busy.dispose()
    cluster.drop_database("busy")


@pytest.mark.parametrize("name", ["postgres", "template1", "Bad Name", "x; drop", ""])
def test_unsuitable_names_are_refused(cluster: Cluster, name: str) -> None:
    with pytest.raises(ClusterError):
        cluster.drop_database(name)


def test_life_of_a_server_with_an_offices_settings(scratch: Path) -> None:
    lines: list[str] = []
    own = Cluster(scratch, report=lines.append)
    assert (own.status().running, own.status().pid) == (False, None)
    own.stop()
    urls = own.ensure()
    assert own.status().running and (own.status().version or "").startswith(str(_major(own)))
    for setting in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
        assert ask(urls.app, f"SHOW {setting}")[0] == "on", setting
    own.stop()
    assert not own.status().running
    with pytest.raises(ClusterError, match="not running"):
        own.create_database("x")
    assert own.ensure() == urls
    assert [line.split(" ")[0] for line in lines].count("starting") == 2


def _major(cluster: Cluster) -> int:
    return int((cluster.status().data / "PG_VERSION").read_text())


def test_long_path(scratch: Path) -> None:
    folder = scratch / ("long" * 40) / ("资料" * 20)
    own = Cluster(folder, settings=FAST)
    assert ask(own.ensure().app, "SELECT 1")[0] == 1
    status = own.status()
    assert len(os.fsencode(status.data)) > 107
    assert status.socket is not None and len(os.fsencode(status.socket / ".s.PGSQL.5432")) < 107


@as_root
def test_closed_folder_sends_the_data_elsewhere_and_says_so(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "FALLBACK", scratch / "fallback")
    closed = scratch / "closed"
    closed.mkdir(mode=0o700)
    lines: list[str] = []
    own = Cluster(closed / "checkout", settings=FAST, report=lines.append)
    do(own.ensure().owner, "CREATE TABLE kept AS SELECT 7 AS n")
    data = own.status().data
    assert data.is_relative_to(scratch / "fallback")
    assert any(str(data) in line and "cannot enter" in line for line in lines)
    own.stop()
    closed.rename(scratch / "moved")  # the note leads to the data, wherever the folder goes
    moved = Cluster(scratch / "moved" / "checkout", settings=FAST)
    assert ask(moved.ensure().owner, "SELECT n FROM kept")[0] == 7
    moved.stop()
    data.rename(data.with_name("lost"))
    with pytest.raises(ClusterError, match="put it back"):
        moved.ensure()
